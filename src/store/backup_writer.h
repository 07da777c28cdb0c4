/*
 * backup_writer.h: contents into a backup file: packed, sealed, on disk. One thread at a time.
 *
 * The file is made anew (mode 0600). It is whole once backup_writer_finish has returned well; until
 * then, and after a failure, it is the caller's to remove. ERROR_STORE for all that the disk
 * refuses; after one failure all further calls fail.
 */
#ifndef LISTSYNC_STORE_BACKUP_WRITER_H
#define LISTSYNC_STORE_BACKUP_WRITER_H

#include "store/backup_head.h"

struct backup_writer;

/* Fills in head->stream. */
enum error_code backup_writer_open(const char *path, struct backup_head *head,
                                   const struct crypto_key *key, struct backup_writer **ret,
                                   struct error *error);
enum error_code backup_writer_add(struct backup_writer *writer, const void *bytes, size_t length,
                                  struct error *error);
/* The last piece; all of it is on disk when this returns. */
enum error_code backup_writer_finish(struct backup_writer *writer, struct error *error);
void backup_writer_free(struct backup_writer *writer); /* NULL is fine */

#endif
