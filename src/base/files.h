/*
 * files.h: whole files in, whole files out, and the lock on a data directory.
 */
#ifndef LISTSYNC_BASE_FILES_H
#define LISTSYNC_BASE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/* Appends the file to `ret`; ERROR_NOT_FOUND, ERROR_LIMIT past the buffer's limit, ERROR_STORE. */
enum error_code files_read(const char *path, struct buffer *ret, struct error *error);

/*
 * ERROR_STORE: it is a folder, a pipe or a device, and the last two could keep who reads them
 * waiting for ever. A link to a plain file is fine, and what is not there, too.
 */
enum error_code files_check_plain(const char *path, struct error *error);

/*
 * Writes the whole file anew (mode 0600), under another name first: whoever reads it, now or after
 * a crash, finds all of the old or all of the new. ERROR_STORE.
 */
enum error_code files_write(const char *path, const void *bytes, size_t length,
                            struct error *error);

/* "a/b" -> "a", "b" -> "."; a fresh text. */
char *files_directory_of(const char *path);

/* Makes the new name `path` last through a loss of power. ERROR_STORE. */
enum error_code files_sync_directory(const char *path, struct error *error);

/* Makes the directory (mode 0700) and its parents if they are missing. */
enum error_code files_make_directory(const char *path, struct error *error);

/*
 * ERROR_STORE: nothing can be made in that directory; says why and what mends it. Writes nothing,
 * so a disk that is full is another matter.
 */
enum error_code files_check_writable(const char *directory, struct error *error);

/* ERROR_STORE: the disk of that directory cannot be written, or has less room than that. */
enum error_code files_check_room(const char *directory, int64_t least, struct error *error);

/*
 * Takes the lock on `path` (made if missing) and returns its descriptor, to be closed to let go;
 * -1 with ERROR_CONFLICT when another process holds it, with ERROR_STORE when it cannot be taken.
 * The system lets go when we die.
 */
int files_lock(const char *path, struct error *error);
/* Somebody holds it; asked without taking it. */
bool files_is_locked(const char *path);

#endif
