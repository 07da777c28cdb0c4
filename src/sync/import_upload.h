/*
 * import_upload.h: a file that a browser sends, to be taken over by move_in.h: for who has a
 * container and no way into its data folder. It comes in pieces, each a request of its own, so that
 * nobody is believed for longer than one, nothing is held in memory, and proxies with a limit of a
 * megabyte are no hindrance.
 *
 * There is one such file in a data folder at a time. It is gone once it was taken over, refused or
 * given up; import_upload_tidy takes what was left lying. Any thread.
 */
#ifndef LISTSYNC_SYNC_IMPORT_UPLOAD_H
#define LISTSYNC_SYNC_IMPORT_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    IMPORT_UPLOAD_MOST = 256 << 20, /* bytes; more is ERROR_LIMIT */
    IMPORT_UPLOAD_IDLE_S = 3600,    /* without a further piece: given up */
};

/* Where it lies; a fresh text. */
char *import_upload_path(const char *data_directory);
/*
 * Adds a piece behind what is there; `offset` 0 begins anew. ERROR_CONFLICT when it does not fit
 * there (somebody else began), ERROR_STORE when it cannot be kept: then there is no file any more.
 */
enum error_code import_upload_add(const char *data_directory, int64_t offset, const char *bytes,
                                  size_t length, int64_t *ret_size, struct error *error);
void import_upload_remove(const char *data_directory);
/* Removes one that nobody goes on with. At the start of the service (`all`) every one, and copies
 * that an import did not live to remove. */
void import_upload_tidy(const char *data_directory, bool all);

#endif
