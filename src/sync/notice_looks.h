/*
 * notice_looks.h: what is wrong right now, as the store and the view show it. What was told of it
 * is notice_alarms.h's business. Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_NOTICE_LOOKS_H
#define LISTSYNC_SYNC_NOTICE_LOOKS_H

#include "store/alarms.h"
#include "sync/notice_alarms.h"

enum wrong_state {
    WRONG_IS,      /* it is so now */
    WRONG_MAY_BE,  /* nobody knows; what was told stays as it is */
    WRONG_IS_OVER, /* it was told, and ended as `well` says; "": nothing is to be said of that */
};

/* Texts in the arena. */
struct wrong {
    enum wrong_state state;
    const char *key;
    const char *sentence, *well;
};

struct looking {
    const struct notice_alarms_view *view;
    struct store *store;
    struct arena *arena;
    const struct alarms *told;
    struct wrong *items; /* free() */
    size_t count, capacity;
    struct error *error;
};

/* Looks at everything. What was told and is not among the items has ended as it was said then. */
enum error_code notice_looks(struct looking *looking);

bool notice_looks_was_told(const struct looking *looking, const char *key);

#endif
