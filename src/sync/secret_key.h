/*
 * secret_key.h: which key seals the credentials in a data directory. The only module that knows
 * where it comes from:
 *
 * - LISTSYNC_SECRET_KEY, if it is set; then no key file is made, and the one that may lie there
 *   seals nothing;
 * - else the file secret.key (mode 0600) in the data directory, made when it is first needed;
 * - else secret.key.new, which a change of the key (secret_key_change.h) left that was cut off
 *   between the database and the file.
 *
 * What is stored decides which of them it is: a key that opens nothing of it is refused, and none
 * is made beside credentials that it cannot open, so that nobody seals new ones with a second key.
 *
 * The setting takes 32 bytes in base64 or hexadecimal digits, which are the key; any other text is
 * a passphrase, of which Argon2id makes it (19 MB, 60 ms). There is no place for a salt that would
 * be there before the database, so one passphrase makes one key everywhere; its length makes up
 * for that.
 *
 * Any thread, after crypto_begin.
 */
#ifndef LISTSYNC_SYNC_SECRET_KEY_H
#define LISTSYNC_SYNC_SECRET_KEY_H

#include "base/crypto_stream.h"
#include "base/options.h"
#include "store/sealed_values.h"

#define SECRET_KEY_FILE "secret.key"

enum {
    SECRET_KEY_LEAST = 20,    /* characters of the setting */
    SECRET_KEY_DIFFERENT = 8, /* of them */
    SECRET_KEYS_MOST = 64,
};

extern const struct option secret_key_options[];

/* ERROR_USAGE: a setting that is too short or too simple. Quick: no key is made of it. */
enum error_code secret_key_check(const struct options *given, struct error *error);

/* A data directory and the settings of the environment; both outlive it. */
struct secret_key_place {
    const char *folder;
    const struct secret *setting, *setting_before; /* LISTSYNC_SECRET_KEY and ..._OLD */
};
struct secret_key_place secret_key_place(const char *folder, const struct options *given);
char *secret_key_path(const char *folder, const char *ending); /* of secret.key; free() it */

/* Keys that may open something here, the most probable first. Released by secret_keys_release. */
struct secret_keys {
    struct crypto_key *items;
    char **sources; /* for people: "LISTSYNC_SECRET_KEY", "data/secret.key" */
    size_t count;
};

/*
 * Those that count (above). Nothing is made. ERROR_STORE for a file that is no key or cannot be
 * read; ERROR_USAGE, ERROR_LIMIT for the setting.
 */
enum error_code secret_keys_gather(const struct secret_key_place *place, struct secret_keys *ret,
                                   struct error *error);
/*
 * And all others that may have sealed something once: LISTSYNC_SECRET_KEY_OLD and the files that
 * were put aside. A file that is no key is left out.
 */
enum error_code secret_keys_gather_all(const struct secret_key_place *place,
                                       struct secret_keys *ret, struct error *error);
void secret_keys_release(struct secret_keys *keys);
#define AUTO_SECRET_KEYS __attribute__((cleanup(secret_keys_release)))

struct secret_key {
    struct crypto_key key;
    bool is_there; /* false: none, and nothing is sealed; the key is zeros */
    bool is_setting;
    char source[256];              /* for people */
    char mark[CRYPTO_STREAM_MARK]; /* tells it from others and nothing about it */
    size_t sealed, opened;         /* values in the database */
};

/*
 * The key, by what is stored; nothing is made. ERROR_CONFLICT: what is stored is sealed with
 * another one; the sentence says what to do. Else as secret_keys_gather.
 */
enum error_code secret_key_find(const struct secret_key_place *place, struct store *store,
                                struct secret_key *ret, struct error *error);
/* The same for whoever seals: the file is made when there is no key and nothing is sealed. */
enum error_code secret_key_open(const struct secret_key_place *place, struct store *store,
                                struct secret_key *ret, struct error *error);
void secret_key_release(struct secret_key *key);
#define AUTO_SECRET_KEY __attribute__((cleanup(secret_key_release)))

#endif
