/*
 * backup_world.h: a database with something in it, one setting sealed; its key beside it, and
 * backups of both.
 *
 * Include cmocka.h and what it needs first.
 */
#ifndef TESTS_SUPPORT_BACKUP_WORLD_H
#define TESTS_SUPPORT_BACKUP_WORLD_H

#include "base/buffer.h"
#include "store/backup.h"
#include "support/store_world.h"

#define BACKUP_WORLD_PASSPHRASE "correct horse battery staple"

struct backup_world {
    struct store_world *store;
    char *key_file;
    struct crypto_key key; /* what is in it */
    char *file;            /* of the backup */
    char *work;            /* for what is unpacked */
    struct backup_order order;
    struct backup_head head;
    struct error error;
};

/* `bytes` that cannot be packed, in portions, are stored beside a list and an item. */
void backup_world_open(struct backup_world *world, size_t bytes);
void backup_world_close(struct backup_world *world);

/* Makes `file` anew; the passphrase may be NULL. Fails the test when it does not work. */
void backup_world_make(struct backup_world *world, const char *passphrase);
enum error_code backup_world_verify(struct backup_world *world, const char *passphrase);
/* What the reader says of these bytes in place of the file's, with the passphrase. */
enum error_code backup_world_read(const char *bytes, size_t length, const char *passphrase,
                                  struct error *error);
/*
 * Names in its folder can be changed and not listed, so that nothing that is done there can be made
 * to last; root becomes nobody for that, until they are shown again.
 */
void backup_world_hide_names(const struct backup_world *world, bool hidden);
/* No file in the folder but those whose names are given, NULL-ended. */
void backup_world_expect_files(const struct backup_world *world, const char *const *names);

#endif
