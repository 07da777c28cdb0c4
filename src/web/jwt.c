#include "web/jwt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json_value.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"

static const char issuer[] = "listsync";
static const char algorithm[] = "HS256";

enum { SIGNATURE_SIZE = 32 };

/* About the year 10000: what is later is no time of ours, and sums cannot overflow. */
static const int64_t seconds_most = INT64_C(253402300800);

bool jwt_looks_like_one(const char *text)
{
    const char *first = strchr(text, '.');

    return text_starts_with(text, "eyJ") && first && strchr(first + 1, '.');
}

static void put_part(struct buffer *out, const struct buffer *json)
{
    AUTO_FREE char *encoded = crypto_base64url(json->bytes, json->length);

    buffer_text(out, encoded);
}

static void put_head(struct buffer *out, int64_t key_id)
{
    AUTO_BUFFER struct buffer head = BUFFER_WITH_LIMIT(JWT_LENGTH_MOST);
    struct json_writer json = json_writer_to(&head);
    char id[24];

    snprintf(id, sizeof(id), "%" PRId64, key_id);
    json_begin_object(&json, NULL);
    json_put_text(&json, "alg", algorithm);
    json_put_text(&json, "typ", "JWT");
    json_put_text(&json, "kid", id);
    json_end_object(&json);
    put_part(out, &head);
}

static void put_claims(struct buffer *out, const struct jwt_claims *claims)
{
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(JWT_LENGTH_MOST);
    struct json_writer json = json_writer_to(&body);
    char account[24];

    snprintf(account, sizeof(account), "%" PRId64, claims->account);
    json_begin_object(&json, NULL);
    json_put_text(&json, "iss", issuer);
    json_put_text(&json, "aud", claims->audience);
    json_put_text(&json, "sub", account);
    json_put_text(&json, "scope", claims->scope);
    json_put_number(&json, "iat", claims->issued_at);
    json_put_number(&json, "nbf", claims->not_before);
    json_put_number(&json, "exp", claims->expires_at);
    json_end_object(&json);
    put_part(out, &body);
}

static char *signature_of(const struct jwt_key *key, const char *text, size_t length)
{
    uint8_t signature[SIGNATURE_SIZE];

    crypto_hmac(key->secret.bytes, sizeof(key->secret.bytes), text, length, signature);
    return crypto_base64url(signature, sizeof(signature));
}

char *jwt_sign(const struct jwt_key *key, const struct jwt_claims *claims)
{
    AUTO_BUFFER struct buffer token = BUFFER_WITH_LIMIT(JWT_LENGTH_MOST);

    put_head(&token, key->id);
    buffer_byte(&token, '.');
    put_claims(&token, claims);
    AUTO_FREE char *signature = signature_of(key, token.bytes, token.length);
    buffer_byte(&token, '.');
    buffer_text(&token, signature);
    return memory_text(buffer_string(&token));
}

struct parts {
    const char *head, *body, *signature;
    size_t signed_length; /* of head, dot and body */
};

static bool split(struct arena *arena, const char *token, struct parts *ret)
{
    const char *first = strchr(token, '.');
    const char *second = first ? strchr(first + 1, '.') : NULL;

    if (!second || strchr(second + 1, '.'))
        return false;
    ret->head = arena_text_n(arena, token, (size_t)(first - token));
    ret->body = arena_text_n(arena, first + 1, (size_t)(second - first - 1));
    ret->signature = second + 1;
    ret->signed_length = (size_t)(second - token);
    return true;
}

static struct json_value *parse_part(const char *encoded)
{
    char bytes[JWT_LENGTH_MOST];
    struct json_value *document = NULL;
    size_t length = 0;

    if (!crypto_from_base64url(encoded, bytes, sizeof(bytes), &length) ||
        json_value_parse(bytes, length, &document, NULL))
        return NULL;
    return document;
}

/* The key that the head names, if the head is one of ours in every member. */
static const struct jwt_key *find_key(const struct jwt_keys *keys, const char *encoded)
{
    AUTO_JSON struct json_value *head = parse_part(encoded);
    const char *type = json_value_get_text(head, "typ");
    const char *named = json_value_get_text(head, "kid");
    int64_t id = 0;

    if (!text_equal(json_value_get_text(head, "alg"), algorithm) || json_value_get(head, "crit") ||
        (type && !text_equal_ignoring_case(type, "JWT")) || !named || !text_is_digits(named) ||
        !text_to_integer(named, 1, INT64_MAX, &id))
        return NULL;
    for (size_t i = 0; i < keys->count; i++)
        if (keys->items[i].id == id)
            return &keys->items[i];
    return NULL;
}

static bool read_time(const struct json_value *claims, const char *name, int64_t *ret)
{
    const struct json_value *value = json_value_get(claims, name);

    *ret = json_value_integer(value);
    return json_value_is_integer(value) && *ret >= 0 && *ret <= seconds_most;
}

static bool read_claims(const char *encoded, struct arena *arena, struct jwt_claims *ret)
{
    AUTO_JSON struct json_value *claims = parse_part(encoded);
    const char *subject = json_value_get_text(claims, "sub");

    ret->scope = arena_text(arena, json_value_get_text(claims, "scope"));
    ret->audience = arena_text(arena, json_value_get_text(claims, "aud"));
    return text_equal(json_value_get_text(claims, "iss"), issuer) && ret->scope && ret->audience &&
           subject && text_is_digits(subject) &&
           text_to_integer(subject, 1, INT64_MAX, &ret->account) &&
           read_time(claims, "iat", &ret->issued_at) &&
           read_time(claims, "nbf", &ret->not_before) && read_time(claims, "exp", &ret->expires_at);
}

static enum error_code check_times(const struct jwt_claims *claims, int64_t now,
                                   struct error *error)
{
    if (claims->expires_at + JWT_LEEWAY_S <= now)
        return error_set(error, ERROR_REFUSED, "the token has expired");
    if (claims->not_before - JWT_LEEWAY_S > now || claims->issued_at - JWT_LEEWAY_S > now)
        return error_set(error, ERROR_REFUSED, "the token is not valid yet");
    if (claims->expires_at - claims->issued_at > JWT_LIFETIME_MOST_S)
        return error_set(error, ERROR_REFUSED, "the token lives longer than any of ours");
    return ERROR_NONE;
}

static bool is_signed(const struct jwt_key *key, const char *token, const struct parts *parts)
{
    AUTO_FREE char *expected = signature_of(key, token, parts->signed_length);

    return crypto_equal(expected, parts->signature);
}

enum error_code jwt_verify(const struct jwt_keys *keys, const char *token, int64_t now,
                           struct arena *arena, struct jwt_claims *ret, struct error *error)
{
    struct parts parts;

    *ret = (struct jwt_claims){0};
    if (strnlen(token, JWT_LENGTH_MOST + 1) > JWT_LENGTH_MOST || !split(arena, token, &parts))
        return error_set(error, ERROR_FORMAT, "that is no token of this server");
    const struct jwt_key *key = find_key(keys, parts.head);
    if (!key || !is_signed(key, token, &parts))
        return error_set(error, ERROR_FORMAT,
                         "the token was not signed by a key of this server that is still valid");
    ret->key = key->id;
    if (!read_claims(parts.body, arena, ret))
        return error_set(error, ERROR_FORMAT, "the token does not say what ours say");
    return check_times(ret, now, error);
}
