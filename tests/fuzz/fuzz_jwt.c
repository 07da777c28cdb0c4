/*
 * Any bytes as a bearer token, and any bytes as what a token of ours says: verifying ends, says
 * what is wrong, and takes nothing whose claims make no sense.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "web/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1795000000 };

static struct jwt_key key = {.id = 7, .secret = {{1, 2, 3}}};

static void verify(const char *token)
{
    AUTO_ARENA struct arena *arena = arena_new();
    const struct jwt_keys keys = {&key, 1};
    struct jwt_claims claims;
    struct error error = {0};
    enum error_code rc = jwt_verify(&keys, token, NOW, arena, &claims, &error);

    if (rc) {
        CHECK((rc == ERROR_FORMAT || rc == ERROR_REFUSED) && *error.message);
        return;
    }
    CHECK(claims.account > 0 && claims.scope && claims.audience);
    CHECK(claims.expires_at > NOW - JWT_LEEWAY_S && claims.not_before <= NOW + JWT_LEEWAY_S);
    CHECK(claims.expires_at - claims.issued_at <= JWT_LIFETIME_MOST_S);
}

/* The bytes as the claims under a head and a signature that are right. */
static void verify_claims(const uint8_t *data, size_t size)
{
    static const char head[] = "{\"alg\":\"HS256\",\"kid\":\"7\"}";
    AUTO_FREE char *first = crypto_base64url(head, strlen(head));
    AUTO_FREE char *second = crypto_base64url(data, size);
    AUTO_FREE char *text = memory_print("%s.%s", first, second);
    uint8_t tag[32];

    crypto_hmac(key.secret.bytes, sizeof(key.secret.bytes), text, strlen(text), tag);
    AUTO_FREE char *signature = crypto_base64url(tag, sizeof(tag));
    AUTO_FREE char *token = memory_print("%s.%s", text, signature);
    verify(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *token = memory_text_n((const char *)data, size);

    crypto_begin();
    (void)jwt_looks_like_one(token);
    verify(token);
    verify_claims(data, size);
    return 0;
}
