/*
 * guard_inside.h: what the files of the guard share; for guard*.c and the handlers of accounts
 * (src/api: auth.c, accounts.c, keys.c, tokens.c) only.
 */
#ifndef LISTSYNC_WEB_GUARD_INSIDE_H
#define LISTSYNC_WEB_GUARD_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "web/guard.h"
#include "web/jwt.h"
#include "web/rates.h"
#include "web/throttle.h"
#include "web/web_origin.h"

enum guard_mode { GUARD_ENABLED, GUARD_DISABLED_FOR_LOCAL, GUARD_DISABLED, GUARD_MODE_COUNT };

enum {
    GUARD_MINUTE_MS = 60 * 1000, /* how often "last seen" and "last used" are written */
    GUARD_PASSWORDS_WAITING = 2 * CRYPTO_PASSWORDS_AT_ONCE, /* more are sent away with 503 */
    GUARD_PASSWORD_LEAST = 10,                              /* characters */
    GUARD_PASSWORD_MOST = 1024,                             /* bytes */
    GUARD_NAME_MOST = 64,
};

#define GUARD_DAY_MS         (INT64_C(24) * 60 * 60 * 1000)
#define GUARD_SESSION_CAP_MS (180 * GUARD_DAY_MS)
#define GUARD_COOKIE         "listsync_session"
#define GUARD_KEY_PREFIX     "lsk_"

/* Comma separated words of a setting. */
struct guard_words {
    char **items;
    size_t count;
};

struct guard {
    /* settings; never changed after guard_new */
    const struct options *given;
    const struct address_ranges *trusted_proxies; /* NULL: none */
    const struct crypto_key *key;
    enum guard_mode mode;
    int64_t session_ms;
    struct web_origins origins; /* of other pages that may call us */
    struct web_hosts hosts;     /* further names of ours */
    char *frame_ancestors;      /* for the policy; "'none'" */
    struct guard_words audiences;
    const char *proxy_header; /* "" when proxies say nothing of people */
    const char *proxy_role;   /* "" when they make no accounts */
    char *warning;            /* NULL when there is none */
    struct crypto_key csrf;   /* made of `key` */
    struct throttle *throttle;
    struct rates *rates; /* NULL: no limit */

    atomic_bool has_accounts;          /* once true for ever: the last admin cannot go */
    atomic_int passwords;              /* being tried or waiting for it */
    atomic_int_fast64_t complained_at; /* about what a proxy said; steady */

    pthread_mutex_t lock; /* of what follows */
    char setup_token[CRYPTO_TOKEN_SIZE];
};

/* Roles and scopes are the same ladder in other words. */
enum access guard_access_of_role(const char *role);   /* ACCESS_NONE for an unknown word */
enum access guard_access_of_scope(const char *scope); /* the same */
const char *guard_scope_word(enum access access);     /* "none", "read", "sync", "admin" */
extern const char *const guard_roles[];               /* NULL-ended, for field tables */
extern const char *const guard_scopes[];

/* What guard_credentials.c found: `status` 0 when nothing speaks against the caller. */
struct guard_refusal {
    int status;
    const char *code;
    const char *sentence;
};

extern const struct guard_refusal guard_login_failed; /* whatever was wrong */

/* Fills in call->caller; see guard.h for the order. */
void guard_identify(struct guard *guard, struct call *call, struct guard_refusal *refusal);
/* The one who comes by an account. */
void guard_become(struct call *call, const struct account *account, const char *how);
/* One that a client of this address counts as in throttle and rates: an IPv6 client is its /64. */
const char *guard_address_text(struct call *call);
bool guard_is_trusted_proxy(const struct guard *guard, const struct address *address);

/* Is the request from a page of ours (or an allowed one), and with the token it needs? */
void guard_fence(const struct guard *guard, const struct call *call, struct guard_refusal *refusal);
/* The caller's CSRF token, or NULL for those who need none; in the arena. */
const char *guard_csrf_token(const struct guard *guard, const struct caller *caller,
                             struct arena *arena);

/*
 * Passwords. Each answers the call when it is false.
 * guard_try_password: throttled; fills in the account when name and password fit.
 * guard_hash_password: a new one, after the rules.
 */
bool guard_try_password(struct guard *guard, struct call *call, const char *name,
                        const char *password, struct account *ret);
bool guard_hash_password(struct guard *guard, struct call *call, const char *field,
                         const char *name, const char *password, char ret[CRYPTO_PASSWORD_SIZE]);
/* NULL when it will do; else a sentence. */
const char *guard_name_problem(const char *name);
/* Takes the first-run token or answers the call; throttled by address. */
bool guard_try_setup_token(struct guard *guard, struct call *call, const char *token);

/* There is an account now: the first-run token is worth nothing any more. */
void guard_end_setup(struct guard *guard);

/* A fresh session for the account: cookie, digest stored, the one before it ended. ERROR_NOT_FOUND
 * when the account is gone, disabled or has another password than `account` by now. */
enum error_code guard_log_in(struct guard *guard, struct call *call, const struct account *account,
                             struct error *error);
enum error_code guard_log_out(struct call *call, struct error *error);

/* Signing keys out of the store, opened. Released by the caller. */
enum error_code guard_open_token_keys(struct guard *guard, struct store *store, struct arena *arena,
                                      struct jwt_keys *ret, struct error *error);
/* Does what that key signed still count? */
bool guard_has_token_key(struct store *store, struct arena *arena, int64_t id);
void guard_close_token_keys(struct jwt_keys *keys);
/* Signs from now on with a fresh key; those before it still verify, or `at_once` no more. */
enum error_code guard_rotate_token_keys(struct guard *guard, struct store *store, bool at_once,
                                        struct error *error);
enum error_code guard_make_token(struct guard *guard, struct call *call,
                                 const struct jwt_claims *claims, const char **ret,
                                 struct error *error); /* in the call's arena */
bool guard_takes_audience(const struct guard *guard, const char *audience);

/* For answers about the caller: no cache keeps them. */
void guard_keep_out_of_caches(struct call *call);
/*
 * Keys and tokens are made by people with an account, or by an admin's key: a lesser one that is
 * stolen must not make its own successor. Answers the call when it is false.
 */
bool guard_may_make_credentials(struct call *call);
/* Nor may a token, which ends, make an account or set a password, which stay. Likewise. */
bool guard_may_change_accounts(struct call *call);
/* Into JSON: {id, username, role, ...}. */
void api_accounts_put(struct json_writer *json, const char *key, const struct account *account);
extern const struct field api_accounts_fields[];
/* Ends the call with the refusal, and the header that belongs to it. */
void guard_refuse(struct call *call, const struct guard_refusal *refusal);
/* 429 or 503 with Retry-After. */
void guard_refuse_for(struct call *call, int status, const char *code, int64_t seconds,
                      const char *sentence);
/* 429 for who tried wrongly too often; false: `wait_ms` is 0, nothing is refused. */
bool guard_refuse_tries(struct call *call, int64_t wait_ms);

#endif
