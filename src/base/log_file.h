/*
 * log_file.h: the log on the disk: a file of JSON lines and a few older ones beside it ("NAME.1" is
 * the newest of them), which together never take more than was said. Mode 0600.
 *
 * Each line begins with its id, which goes on counting over restarts, so that pages of older lines
 * can be asked for. Who moves or removes the file (logrotate) is noticed before the next line: a
 * new one is begun in its place, and so is its folder. A link in its place is not followed. Where
 * it may not be renamed it is emptied instead, so that it stays within its bytes. Trouble with the
 * disk is no failure: lines are lost, until writing works again.
 *
 * A log_file belongs to log.c, which calls it under its lock; reading needs no lock.
 */
#ifndef LISTSYNC_BASE_LOG_FILE_H
#define LISTSYNC_BASE_LOG_FILE_H

#include "base/log.h"

struct log_file;

enum { LOG_FILES = 5 }; /* the one that is written, and four older ones */

/* `most_bytes` of all files together. ERROR_STORE when it cannot be written. */
enum error_code log_file_open(const char *path, int64_t most_bytes, struct log_file **ret,
                              struct error *error);
void log_file_close(struct log_file *file); /* NULL is fine */
void log_file_write(struct log_file *file, const char *bytes, size_t length);
int64_t log_file_bytes(const struct log_file *file); /* of the one that is written */
const char *log_file_path(const struct log_file *file);

/*
 * The newest lines that fit and have a smaller number than filter->before, at most filter->limit;
 * oldest first, in the arena. Lines that cannot be read are passed over.
 */
void log_file_read(const char *path, const struct log_filter *filter, struct arena *arena,
                   struct log_lines *ret);

#endif
