/*
 * backup_head.h: the head of a backup file: what it is and how it is opened. Pure; any thread.
 *
 *     "ListSync backup\n"                  BACKUP_HEAD_MAGIC
 *     length of the next part, 4 bytes     little end first
 *     one JSON object                      this file
 *     a sealed piece of nothing            proves the key, and every byte before it
 *     sealed pieces, 64 KiB each           backup_writer.h, backup_reader.h
 *
 * The head itself is readable by anybody, and proven only once the first piece was opened.
 */
#ifndef LISTSYNC_STORE_BACKUP_HEAD_H
#define LISTSYNC_STORE_BACKUP_HEAD_H

#include "base/buffer.h"
#include "base/clock.h"
#include "base/crypto_stream.h"

#define BACKUP_HEAD_MAGIC "ListSync backup\n"

enum { BACKUP_HEAD_FORMAT = 1, BACKUP_HEAD_LIMIT = 4096, BACKUP_HEAD_LENGTH_SIZE = 4 };

enum backup_reason { BACKUP_BY_SCHEDULE, BACKUP_BY_HAND, BACKUP_BEFORE_MIGRATION, BACKUP_REASONS };

const char *backup_reason_word(enum backup_reason reason); /* "schedule", "hand", "migration" */

/* Rows at that time. */
struct backup_counts {
    int64_t lists, items, runs, requests;
};

struct backup_head {
    int schema;
    char program[32];
    char made_at[CLOCK_TEXT_SIZE]; /* UTC, as the database has it */
    enum backup_reason reason;
    int64_t database_bytes;
    struct backup_counts counts;
    char
        key_mark[CRYPTO_STREAM_MARK]; /* of the key that seals its credentials; "": there is none */
    bool holds_key;                   /* that key is in the backup */
    bool is_encrypted;                /* with a passphrase; else `key` opens it */
    struct crypto_stream_work work;
    uint8_t salt[CRYPTO_STREAM_SALT];
    struct crypto_key key;
    uint8_t stream[CRYPTO_STREAM_HEAD];
};

/* Appends the JSON object. */
void backup_head_write(const struct backup_head *head, struct buffer *ret);
/* ERROR_FORMAT: it is no such head, or one of a later format. */
enum error_code backup_head_read(const char *bytes, size_t length, struct backup_head *ret,
                                 struct error *error);

#endif
