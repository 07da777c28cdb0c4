/*
 * backup_restore.h: a backup in place of the database of a data directory.
 *
 * Nothing may use the database meanwhile: whoever calls this holds the lock of the directory. All
 * of the backup is unpacked, proven and brought up to date beside the old database first; then one
 * rename puts it in place. What it replaces is kept beside it, as list_sync.db.before-restore-TIME
 * and secret.key.before-restore-TIME.
 */
#ifndef LISTSYNC_STORE_BACKUP_RESTORE_H
#define LISTSYNC_STORE_BACKUP_RESTORE_H

#include "store/backup.h"

struct backup_restored {
    struct backup_head head;
    int schema;             /* what it was brought up to */
    char kept_database[64]; /* names in the same folder; "": there was nothing to keep */
    char kept_key[64];
    bool has_key; /* what is sealed in it can be opened here */
};

/*
 * ERROR_FORMAT: damaged, foreign, or of a newer schema. ERROR_REFUSED: the passphrase. ERROR_STORE:
 * the disk. After any failure the old database is where it was.
 */
enum error_code backup_restore(const char *path, const char *passphrase, const char *database,
                               const char *key_file, struct backup_restored *ret,
                               struct error *error);

#endif
