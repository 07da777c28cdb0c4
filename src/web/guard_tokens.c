/* The keys that sign bearer tokens: sealed in the store, opened for each use. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

/* How long a retired key must still verify: as long as a token of its last moment can live. */
#define KEPT_MS ((int64_t)(JWT_LIFETIME_MOST_S + 2 * JWT_LEEWAY_S) * 1000)

static enum error_code open_key(struct guard *guard, const struct token_key *stored,
                                struct jwt_key *ret, struct error *error)
{
    struct secret text = {0};
    size_t length = 0;
    enum error_code rc = crypto_open(guard->key, TOKEN_KEY_SEAL_NAME, stored->sealed, &text, error);

    if (rc)
        return rc;
    ret->id = stored->id;
    bool is_whole = crypto_from_base64url(secret_reveal(&text), ret->secret.bytes,
                                          sizeof(ret->secret.bytes), &length) &&
                    length == sizeof(ret->secret.bytes);
    secret_release(&text);
    return is_whole ? ERROR_NONE
                    : error_set(error, ERROR_FORMAT, "a stored signing key is not whole");
}

/* Retired ones verify as long as a token of their last moment may live. */
static bool still_verifies(const struct token_key *key, int64_t now)
{
    return !key->retired_at || key->retired_at >= now - KEPT_MS;
}

bool guard_has_token_key(struct store *store, struct arena *arena, int64_t id)
{
    struct token_keys stored = {0};

    if (token_keys_load(store, arena, &stored, NULL))
        return false;
    for (size_t i = 0; i < stored.count; i++)
        if (stored.items[i].id == id)
            return still_verifies(&stored.items[i], clock_wall_ms());
    return false;
}

enum error_code guard_open_token_keys(struct guard *guard, struct store *store, struct arena *arena,
                                      struct jwt_keys *ret, struct error *error)
{
    struct token_keys stored = {0};
    const int64_t now = clock_wall_ms();
    enum error_code rc = token_keys_load(store, arena, &stored, error);

    *ret = (struct jwt_keys){.items = memory_array(stored.count + 1, sizeof(*ret->items))};
    for (size_t i = 0; !rc && i < stored.count; i++) {
        if (!still_verifies(&stored.items[i], now))
            continue;
        rc = open_key(guard, &stored.items[i], &ret->items[ret->count], error);
        ret->count += !rc;
    }
    return rc;
}

void guard_close_token_keys(struct jwt_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        crypto_key_release(&keys->items[i].secret);
    free(keys->items);
    *keys = (struct jwt_keys){0};
}

static enum error_code add_key(struct guard *guard, struct store *store, int64_t drop_before,
                               struct error *error)
{
    struct crypto_key fresh;
    int64_t id = 0;

    crypto_random(fresh.bytes, sizeof(fresh.bytes));
    char *text = crypto_base64url(fresh.bytes, sizeof(fresh.bytes));
    AUTO_FREE char *sealed = crypto_seal(guard->key, TOKEN_KEY_SEAL_NAME, text);
    explicit_bzero(text, strlen(text));
    free(text);
    crypto_key_release(&fresh);
    return token_keys_rotate(store, sealed, clock_wall_ms(), drop_before, &id, error);
}

/* The key that signs was retired by the first step, and so is dropped by the second. */
static enum error_code replace_keys(struct guard *guard, struct store *store, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = add_key(guard, store, 0, error);
    if (!rc)
        rc = add_key(guard, store, INT64_MAX, error);
    return store_end(store, rc, error);
}

enum error_code guard_rotate_token_keys(struct guard *guard, struct store *store, bool at_once,
                                        struct error *error)
{
    if (at_once)
        return replace_keys(guard, store, error);
    return add_key(guard, store, clock_wall_ms() - KEPT_MS, error);
}

/* The first token makes the first key. */
static enum error_code signing_keys(struct guard *guard, struct call *call, struct jwt_keys *ret,
                                    struct error *error)
{
    enum error_code rc = guard_open_token_keys(guard, call->store, call->arena, ret, error);

    if (rc || ret->count > 0)
        return rc;
    guard_close_token_keys(ret);
    rc = add_key(guard, call->store, 0, error);
    return rc ? rc : guard_open_token_keys(guard, call->store, call->arena, ret, error);
}

enum error_code guard_make_token(struct guard *guard, struct call *call,
                                 const struct jwt_claims *claims, const char **ret,
                                 struct error *error)
{
    AUTO(guard_close_token_keys) struct jwt_keys keys = {0};
    enum error_code rc = signing_keys(guard, call, &keys, error);

    if (rc)
        return rc;
    AUTO_FREE char *token = jwt_sign(&keys.items[0], claims);
    *ret = arena_text(call->arena, token);
    return ERROR_NONE;
}

bool guard_takes_audience(const struct guard *guard, const char *audience)
{
    for (size_t i = 0; i < guard->audiences.count; i++)
        if (text_equal(guard->audiences.items[i], audience))
            return true;
    return false;
}
