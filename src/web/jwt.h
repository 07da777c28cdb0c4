/*
 * jwt.h: tokens that other programs carry: JSON Web Tokens (RFC 7519) of exactly one kind.
 *
 * Signed with HMAC-SHA-256 (HS256) by one of our own keys, issuer "listsync". What a token says of
 * its algorithm is compared, never followed. Nothing of the claims is looked at before the
 * signature fits. Pure; any thread. Times are seconds since 1970, as in the tokens.
 */
#ifndef LISTSYNC_WEB_JWT_H
#define LISTSYNC_WEB_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/error.h"

enum {
    JWT_LENGTH_MOST = 2048, /* of a whole token */
    JWT_LEEWAY_S = 60,      /* by which clocks may differ */
    JWT_LIFETIME_MOST_S = 30 * 24 * 60 * 60,
};

struct jwt_key {
    int64_t id; /* "kid" */
    struct crypto_key secret;
};

struct jwt_keys {
    struct jwt_key *items;
    size_t count;
};

struct jwt_claims {
    int64_t key;          /* of jwt_verify: which one signed it */
    int64_t account;      /* "sub" */
    const char *scope;    /* "read", "sync", "admin" */
    const char *audience; /* "aud" */
    int64_t issued_at, not_before, expires_at;
};

bool jwt_looks_like_one(const char *text); /* three parts, the first an object */

/* The token; free() it. */
char *jwt_sign(const struct jwt_key *key, const struct jwt_claims *claims);
/*
 * ERROR_FORMAT: no token of ours, or changed since; ERROR_REFUSED: too early or too late. Scope
 * and audience are texts as they were signed; the caller compares them.
 */
enum error_code jwt_verify(const struct jwt_keys *keys, const char *token, int64_t now,
                           struct arena *arena, struct jwt_claims *ret, struct error *error);

#endif
