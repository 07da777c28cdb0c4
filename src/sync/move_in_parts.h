/* move_in_parts.h: what the files of move_in.h share. */
#ifndef LISTSYNC_SYNC_MOVE_IN_PARTS_H
#define LISTSYNC_SYNC_MOVE_IN_PARTS_H

#include "sync/move_in.h"

void move_in_say(struct move_in *move_in, enum move_in_result result, const char *part,
                 int64_t count, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Of the store: set once something was taken over at a start; see move_in_story. */
#define MOVE_IN_STATE "moved_in"
/* Writes down what became of everything. */
enum error_code move_in_keep_story(const struct move_in *move_in, struct error *error);

/* From now on others wait who want to write. Once; later calls do nothing. */
enum error_code move_in_lock(struct move_in *move_in, struct error *error);

enum move_in_list_flags {
    MOVE_IN_KEEP_UNKNOWN = 1, /* what cannot be parsed is kept under the type it has */
    MOVE_IN_QUIET = 2,        /* no line if it is there: the same list is told elsewhere */
};
enum error_code move_in_list(struct move_in *move_in, const struct former_list *list,
                             unsigned flags, struct error *error);
enum error_code move_in_settings(struct move_in *move_in, const struct former *former,
                                 const char *fernet_key, struct error *error);
enum error_code move_in_webhook(struct move_in *move_in, const char *url, struct error *error);

#endif
