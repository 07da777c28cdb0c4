/*
 * backup_reader.h: the contents of a backup file, proven as they are read. One thread at a time.
 *
 * Nothing of a file is believed before its key has opened it, and no byte comes out of it that was
 * not proven; but only when backup_reader_read has come to the end well was the file whole. A file
 * that was cut, changed, reordered or added to is ERROR_FORMAT with one sentence.
 */
#ifndef LISTSYNC_STORE_BACKUP_READER_H
#define LISTSYNC_STORE_BACKUP_READER_H

#include <stdio.h>

#include "store/backup_head.h"

struct backup_reader;

/* Reads the head. The file is closed by backup_reader_free, or at once when this fails. */
enum error_code backup_reader_open(FILE *file, struct backup_reader **ret, struct error *error);
void backup_reader_free(struct backup_reader *reader); /* NULL is fine */

const struct backup_head *backup_reader_head(const struct backup_reader *reader);
/*
 * Before reading. `passphrase` counts for encrypted files alone; ERROR_REFUSED when it is missing
 * or does not fit. The second is for who has made the key already.
 */
enum error_code backup_reader_unlock(struct backup_reader *reader, const char *passphrase,
                                     struct error *error);
enum error_code backup_reader_unlock_with(struct backup_reader *reader,
                                          const struct crypto_key *key, struct error *error);
/* The next bytes, `size` of them but at the end; 0: that was all, and it was whole. */
enum error_code backup_reader_read(struct backup_reader *reader, void *bytes, size_t size,
                                   size_t *ret_count, struct error *error);

#endif
