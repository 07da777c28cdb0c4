/*
 * backup_restore.h: a backup in place of the database of a data directory.
 *
 * Nothing may use the database meanwhile: whoever calls this holds the lock of the directory. All
 * of the backup is unpacked, proven, brought up to date and sealed with the key of this machine
 * beside the old database first; then one rename puts it in place. What it replaces is kept beside
 * it, as list_sync.db.before-restore-TIME, and goes on to open with the key that it had: the key
 * of a machine stays. Where there is none yet, the one of the backup becomes it. Notices that may
 * have been sent since it was made are not sent again, and who was logged in then logs in anew.
 */
#ifndef LISTSYNC_STORE_BACKUP_RESTORE_H
#define LISTSYNC_STORE_BACKUP_RESTORE_H

#include "store/backup.h"
#include "store/sealed_values.h"

struct backup_restore_order {
    const char *path;
    const char *passphrase; /* "" or NULL: none */
    const char *database;
    const struct crypto_key *setting; /* that is to seal; NULL: the one in key_file */
    const char *key_file;
    const struct crypto_key *others; /* that may open something as well */
    size_t other_count;
};

struct backup_restored {
    struct backup_head head;
    int schema;             /* what it was brought up to */
    char kept_database[64]; /* names in the same folder; "": there was nothing to keep */
    char kept_key[64];      /* of a file that was no key */
    bool made_key_file;
    size_t sealed_anew;
    int64_t doubted;           /* notices that waited in it and may have been sent since */
    struct sealed_values lost; /* what no key opens; it is not in the new database. In the arena */
};

/*
 * ERROR_FORMAT: damaged, foreign, or of a newer schema. ERROR_REFUSED: the passphrase. ERROR_STORE:
 * the disk, or a key file that is no key where the backup brings none. After any failure the old
 * database is where it was.
 */
enum error_code backup_restore(const struct backup_restore_order *order, struct arena *arena,
                               struct backup_restored *ret, struct error *error);

#endif
