/*
 * sealed_values.h: all that is sealed in the database (crypto_seal), whatever it belongs to:
 * settings, the settings of notification targets, the keys that sign tokens. Which key opens it,
 * and sealing it with another one.
 *
 * Whoever seals something new adds it to the table in sealed_values.c, or it is lost at the next
 * change of the key. Texts lie in the arena.
 */
#ifndef LISTSYNC_STORE_SEALED_VALUES_H
#define LISTSYNC_STORE_SEALED_VALUES_H

#include "base/arena.h"
#include "base/crypto.h"
#include "store/store.h"

enum sealed_kind {
    SEALED_SETTING,
    SEALED_TARGET,
    SEALED_TOKEN_KEY,
};

struct sealed_value {
    enum sealed_kind kind;
    int64_t id;            /* of its row; 0: a setting */
    const char *name;      /* of the setting or the target; "" */
    const char *seal_name; /* what the seal is bound to */
    const char *sealed;
};

struct sealed_values {
    struct sealed_value *items;
    size_t count;
};

enum error_code sealed_values_load(struct store *store, struct arena *arena,
                                   struct sealed_values *ret, struct error *error);
/* The same of a database of an earlier schema. */
enum error_code sealed_values_load_from(struct db *db, struct arena *arena,
                                        struct sealed_values *ret, struct error *error);

bool sealed_values_opens(const struct sealed_value *value, const struct crypto_key *key);
/* How many the key opens. */
size_t sealed_values_opened(const struct sealed_values *values, const struct crypto_key *key);
/* The place of the key that opens most of them; the first of several. `count` is not 0. */
size_t sealed_values_best(const struct sealed_values *values, const struct crypto_key *keys,
                          size_t count);
/* `OVERSEERR_API_KEY, the notification target "Phone" and 2 keys that sign tokens`; "" of none. */
const char *sealed_values_names(const struct sealed_values *values, struct arena *arena);

struct sealed_change {
    const struct crypto_key *to; /* NULL: there is none, and none of `from` either */
    const struct crypto_key *from;
    size_t from_count;
    /*
     * What no key opens: NULL refuses it (ERROR_CONFLICT); else it is given up and put here. A
     * setting goes, a target stays and waits for its settings, a key that signs is made anew.
     */
    struct sealed_values *ret_lost;
};

/*
 * All is sealed with `to` afterwards, or nothing was changed: one transaction that survives a
 * power cut. What `to` opens already stays as it is. `ret_count` is how many were sealed anew.
 */
enum error_code sealed_values_change(struct store *store, const struct sealed_change *change,
                                     struct arena *arena, size_t *ret_count, struct error *error);

#endif
