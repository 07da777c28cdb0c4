/*
 * backup.h: one backup file made, looked at, proven, and put back.
 *
 * A backup is a copy of the database of one moment, taken while others work with it, packed and
 * sealed. With a passphrase it is encrypted, and holds the key that seals the credentials in the
 * database, so that all of it comes back on any machine. Without one anybody can open it, and that
 * key is not in it: what is sealed stays sealed, and comes back only where the same key is. Damage
 * is noticed in either case.
 *
 * Any thread, one at a time for each file. Work files lie beside the file that is made, under its
 * name and an ending more (backup_work_endings); each function removes its own, however it ends,
 * and backup_make those that are there.
 */
#ifndef LISTSYNC_STORE_BACKUP_H
#define LISTSYNC_STORE_BACKUP_H

#include "store/backup_head.h"
#include "store/db.h"

/* NULL-ended: of files that a killed program may leave behind. */
extern const char *const backup_work_endings[];

struct backup_order {
    const char *database;
    const struct crypto_key *keys; /* one of them seals; the one that opens most of it counts */
    size_t key_count;
    const char *target;     /* appears whole and proven, or not at all; must not be there */
    const char *passphrase; /* NULL or "": not encrypted */
    enum backup_reason reason;
    struct crypto_stream_work work; /* rounds 0: the usual */
    struct db_going going;
};

/*
 * Makes it, reads it back and checks what came out before it gets its name. ERROR_USAGE for a name
 * that a new file cannot have; ERROR_STORE, also when there is no room or the database is damaged;
 * ERROR_CANCELLED; ERROR_NOT_FOUND without a database.
 */
enum error_code backup_make(const struct backup_order *order, struct backup_head *ret,
                            struct error *error);

/* What it says of itself; nothing of that is proven. ERROR_NOT_FOUND, ERROR_FORMAT, ERROR_STORE. */
enum error_code backup_look(const char *path, struct backup_head *ret, struct error *error);

/*
 * Reads all of it, and checks the database in it, which is unpacked into `work` for that and
 * removed. ERROR_FORMAT with what is wrong; ERROR_REFUSED for want of the passphrase.
 */
enum error_code backup_verify(const char *path, const char *passphrase, const char *work,
                              struct backup_head *ret, struct error *error);

int64_t backup_size(const char *path); /* of the file; 0 when it is not there */
/* Bytes that are free on the disk of that folder; -1: nobody knows. */
int64_t backup_free_bytes(const char *folder);

/* For backup_restore.c: all of it into the new file `target`; `ret_key` is set if head.holds_key.
 */
enum error_code backup_unpack(const char *path, const char *passphrase, const char *target,
                              struct backup_head *ret, struct crypto_key *ret_key,
                              struct error *error);

#endif
