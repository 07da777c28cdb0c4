/*
 * secret_key_change.h: another key for what is sealed. Whoever calls this holds the lock of the
 * data directory; the store is its database.
 *
 * A new key is first written beside the present one, as secret.key.new; then one transaction seals
 * everything with it; then the old file is put aside, as secret.key.old- and the first characters
 * of its mark, and the new one takes its place. Between any two of these steps, and after a kill in
 * any of them, what is stored tells which of the two files counts (secret_key.h).
 *
 * Files that were put aside stay: backups that were made without a passphrase need them.
 */
#ifndef LISTSYNC_SYNC_SECRET_KEY_CHANGE_H
#define LISTSYNC_SYNC_SECRET_KEY_CHANGE_H

#include "sync/secret_key.h"

/* Ends a change that was cut off, forwards or backwards. At every start, before secret_key_open. */
enum error_code secret_key_settle(const struct secret_key_place *place, struct store *store,
                                  struct error *error);

struct secret_key_changed {
    struct secret_key key; /* that counts now */
    size_t sealed_anew;
    char *aside; /* path of the file that was put aside, NULL: none; free() it */
    bool is_aside_a_key;
    struct sealed_values lost; /* of secret_key_forget; in the arena */
};

/*
 * Everything is sealed with LISTSYNC_SECRET_KEY if it is set, else with a new key file; what it is
 * sealed with now may be any key that is here. ERROR_CONFLICT when none of them opens it; then
 * nothing was changed.
 */
enum error_code secret_key_rotate(const struct secret_key_place *place, struct store *store,
                                  struct secret_key_changed *ret, struct error *error);
/*
 * Gives up what no key opens that is here, so that the one that counts opens all the rest. A file
 * that seals nothing any more, or is no key, is put aside.
 */
enum error_code secret_key_forget(const struct secret_key_place *place, struct store *store,
                                  struct arena *arena, struct secret_key_changed *ret,
                                  struct error *error);
void secret_key_changed_release(struct secret_key_changed *changed);

#endif
