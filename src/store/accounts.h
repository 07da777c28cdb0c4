/*
 * accounts.h: who may log in (`users`), who is logged in (`sessions`), keys for programs
 * (`api_keys`), and the keys that sign tokens (`token_keys`).
 *
 * Nothing here can be used to log in if it leaks: passwords are Argon2id, tokens and keys are
 * digests (base/crypto.h), signing keys are sealed. Times are wall milliseconds.
 *
 * What was changed about accounts and keys survives a power cut once the call has returned: a key
 * that was revoked must not come back. (Inside a transaction of the caller's, its commit decides.)
 */
#ifndef LISTSYNC_STORE_ACCOUNTS_H
#define LISTSYNC_STORE_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

struct account {
    int64_t id;
    const char *name;     /* unique, ASCII case ignored */
    const char *password; /* as stored; "" for who comes by a proxy only */
    const char *role;     /* "viewer", "user", "admin" */
    int64_t seerr_user;   /* whose requests are theirs; 0: none */
    bool disabled;
    int64_t created_at, last_login; /* 0: never */
};

struct accounts {
    struct account *items;
    size_t count;
};

enum error_code accounts_load(struct store *store, struct arena *arena, struct accounts *ret,
                              struct error *error); /* by name */
enum error_code accounts_find(struct store *store, struct arena *arena, int64_t id,
                              struct account *ret, struct error *error); /* ERROR_NOT_FOUND */
enum error_code accounts_find_name(struct store *store, struct arena *arena, const char *name,
                                   struct account *ret, struct error *error);
/* ERROR_CONFLICT: the name is taken. `created_at` 0 is now. */
enum error_code accounts_add(struct store *store, const struct account *account, int64_t *ret_id,
                             struct error *error);
/* Adds the first admin (whatever `role` says), only if there is no account at all; else
 * ERROR_CONFLICT. */
enum error_code accounts_add_first(struct store *store, const struct account *account,
                                   int64_t *ret_id, struct error *error);
/*
 * Writes name, role, seerr_user, disabled, and the password if it is not "". The last admin who is
 * not disabled can be neither demoted, disabled nor deleted: ERROR_CONFLICT. A new password ends
 * all sessions of the account but `keep_session` (a digest, or NULL). Sessions and keys of an
 * account that is disabled or deleted are gone for good. ERROR_NOT_FOUND; ERROR_CONFLICT also when
 * the name is taken.
 */
enum error_code accounts_change(struct store *store, const struct account *account,
                                const char *keep_session, struct error *error);
/*
 * Writes the password alone, and ends sessions likewise: what an admin changes about the account at
 * the same time stays. ERROR_CONFLICT when it is no longer `before`, or the account is disabled.
 */
enum error_code accounts_set_password(struct store *store, int64_t id, const char *before,
                                      const char *password, const char *keep_session,
                                      struct error *error);
enum error_code accounts_delete(struct store *store, int64_t id, struct error *error);
enum error_code accounts_exist(struct store *store, bool *ret, struct error *error);
enum error_code accounts_note_login(struct store *store, int64_t id, int64_t at,
                                    struct error *error);

struct login_session {
    const char *digest; /* of the token in the cookie */
    int64_t user_id;
    int64_t created_at, last_seen, expires_at;
    const char *address; /* where it was made */
    const char *agent;   /* the browser's name for itself, cut */
    /* Of sessions_add only: what the password was checked against, NULL if it was not. */
    const char *password;
};

struct login_sessions {
    struct login_session *items;
    size_t count;
};

enum { SESSIONS_KEPT = 100, API_KEYS_MOST = 100 }; /* of one account */

/* The session that was not seen for longest ends when there are more than SESSIONS_KEPT.
 * ERROR_NOT_FOUND when the account is gone, disabled or has another password by now. */
enum error_code sessions_add(struct store *store, const struct login_session *session,
                             struct error *error);
/* With its account, which is not disabled; ERROR_NOT_FOUND also when it has expired. */
enum error_code sessions_find(struct store *store, struct arena *arena, const char *digest,
                              int64_t now, struct login_session *ret, struct account *ret_account,
                              struct error *error);
/* These, and ending what has ended already, are no errors. */
enum error_code sessions_seen(struct store *store, const char *digest, int64_t now,
                              int64_t expires_at, struct error *error);
enum error_code sessions_end(struct store *store, const char *digest, struct error *error);
enum error_code sessions_end_all(struct store *store, int64_t user_id, struct error *error);
/* Once a backup is put back: one that was ended since it was made would be open again. */
enum error_code sessions_end_everybodys(struct store *store, struct error *error);
enum error_code sessions_of(struct store *store, struct arena *arena, int64_t user_id,
                            struct login_sessions *ret, struct error *error); /* last seen first */
enum error_code sessions_drop_expired(struct store *store, int64_t now, struct error *error);

struct api_key {
    int64_t id;
    int64_t user_id;                           /* whose it is */
    const char *user;                          /* that account's name */
    const char *role;                          /* and role: a key never may more than its owner */
    const char *name;                          /* what it is for */
    const char *digest;                        /* of the key itself */
    const char *hint;                          /* its last four characters, to tell keys apart */
    const char *scope;                         /* "read", "sync", "admin" */
    int64_t created_at, last_used, expires_at; /* 0: never */
};

struct api_keys {
    struct api_key *items;
    size_t count;
};

/* ERROR_LIMIT: API_KEYS_MOST are there; ERROR_NOT_FOUND: the account is gone or disabled. */
enum error_code api_keys_add(struct store *store, const struct api_key *key, int64_t *ret_id,
                             struct error *error);
/* Valid ones only: not revoked (those are deleted), not expired, the owner not disabled.
 * ERROR_NOT_FOUND. */
enum error_code api_keys_find(struct store *store, struct arena *arena, const char *digest,
                              int64_t now, struct api_key *ret, struct error *error);
/* Of all accounts, by their name; expired ones too. */
enum error_code api_keys_load(struct store *store, struct arena *arena, struct api_keys *ret,
                              struct error *error);
enum error_code api_keys_revoke(struct store *store, int64_t id, struct error *error);
/* A key that is gone is no error. */
enum error_code api_keys_used(struct store *store, int64_t id, int64_t at, struct error *error);

/* Bound to each sealed key, so that nothing else that is sealed can pass for one. */
#define TOKEN_KEY_SEAL_NAME "token signing key"

struct token_key {
    int64_t id;                     /* "kid" */
    const char *sealed;             /* crypto_seal */
    int64_t created_at, retired_at; /* 0: it signs */
};

struct token_keys {
    struct token_key *items;
    size_t count;
};

enum error_code token_keys_load(struct store *store, struct arena *arena, struct token_keys *ret,
                                struct error *error); /* newest first */
/* The new one signs from now on; those before it are retired, and dropped when they retired
 * before `drop_before`. */
enum error_code token_keys_rotate(struct store *store, const char *sealed, int64_t now,
                                  int64_t drop_before, int64_t *ret_id, struct error *error);

#endif
