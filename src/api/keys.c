/*
 * keys.c: keys for programs. A key is shown once, when it is made; what is kept is its digest.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/done.h"
#include "base/clock.h"
#include "base/memory.h"
#include "web/guard_inside.h"
#include "web/hub.h"

enum { NAME_MOST = 100, DAYS_MOST = 3650, HINT_LENGTH = 4 };
enum { KEY_SIZE = sizeof(GUARD_KEY_PREFIX) - 1 + CRYPTO_TOKEN_SIZE };

#define KEY_FIELDS                                                                                 \
    {"id", FIELD_INTEGER, .help = "number of the key"},                                            \
        {"name", FIELD_TEXT, .help = "what it is for"},                                            \
        {"username", FIELD_TEXT, .help = "whose it is"},                                           \
        {"scope", FIELD_TEXT, .help = "what it may do, as far as its owner may",                   \
         .words = guard_scopes},                                                                   \
        {"hint", FIELD_TEXT, .help = "its last four characters"},                                  \
        {"created_at", FIELD_TEXT, .help = "when it was made", .format = "date-time"},             \
        {"last_used", FIELD_TEXT, FIELD_NULLABLE, .help = "when it was used, to the minute",       \
         .format = "date-time"},                                                                   \
    {                                                                                              \
        "expires_at", FIELD_TEXT, FIELD_NULLABLE, "when it ends", .format = "date-time"            \
    }

static const struct field key_fields[] = {KEY_FIELDS, {0}};
static const struct field keys_fields[] = {
    {"keys", FIELD_LIST, .help = "one's own; an admin's are all", .of = FIELD_OBJECT,
     .fields = key_fields, .schema = "ApiKey"},
    {0},
};
static const struct field keys_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = keys_fields, .schema = "ApiKeys"};
static const struct field new_key_fields[] = {
    KEY_FIELDS, {"key", FIELD_TEXT, .help = "the key itself, now and never again"}, {0}};
static const struct field new_key_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = new_key_fields, .schema = "NewApiKey"};

static const struct field add_body[] = {
    {"name", FIELD_TEXT, FIELD_REQUIRED, .help = "what it is for", .low = 1, .high = NAME_MOST},
    {"scope", FIELD_TEXT, FIELD_REQUIRED, .help = "what it may do; not more than its owner",
     .words = guard_scopes},
    {"days", FIELD_INTEGER, .help = "after which it ends; never without", .low = 1,
     .high = DAYS_MOST},
    {0},
};
static const struct field key_parameters[] = {
    {"key_id", FIELD_INTEGER, FIELD_IN_PATH, "number of the key", .low = 1, .high = INT64_MAX},
    {0},
};

static void put_key(struct json_writer *json, const struct api_key *key)
{
    json_put_number(json, "id", key->id);
    json_put_text(json, "name", key->name);
    json_put_text(json, "username", key->user);
    json_put_text(json, "scope", key->scope);
    json_put_text(json, "hint", key->hint);
    call_put_time_ms(json, "created_at", key->created_at);
    call_put_time_ms(json, "last_used", key->last_used);
    call_put_time_ms(json, "expires_at", key->expires_at);
}

static bool load_keys(struct call *call, struct api_keys *ret)
{
    struct error error;

    guard_keep_out_of_caches(call);
    if (!api_keys_load(call->store, call->arena, ret, &error))
        return true;
    call_fail_error(call, &error);
    return false;
}

static bool may_see(const struct call *call, const struct api_key *key)
{
    return call->caller.access == ACCESS_ADMIN || key->user_id == call->caller.user_id;
}

static void list_keys(struct call *call)
{
    struct api_keys keys;

    if (!load_keys(call, &keys))
        return;
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "keys");
    for (size_t i = 0; i < keys.count; i++) {
        if (!may_see(call, &keys.items[i]))
            continue;
        json_begin_object(&call->json, NULL);
        put_key(&call->json, &keys.items[i]);
        json_end_object(&call->json);
    }
    json_end_array(&call->json);
    json_end_object(&call->json);
}

static bool may_give(struct call *call, const char *scope)
{
    if (guard_access_of_scope(scope) <= call->caller.access)
        return true;
    call_fail_field(call, "scope", "is more than you may do yourself");
    return false;
}

/* Its owner's account name, for the answer. */
static const char *owner_name(struct call *call)
{
    struct account account;

    if (accounts_find(call->store, call->arena, call->caller.user_id, &account, NULL))
        return call->caller.name;
    return account.name;
}

static struct api_key new_key(struct call *call, const char *text)
{
    int64_t days = call_body_integer(call, "days", 0);
    const int64_t now = clock_wall_ms();
    char digest[CRYPTO_DIGEST_SIZE];

    crypto_digest(text, strlen(text), digest);
    return (struct api_key){
        .user_id = call->caller.user_id,
        .user = owner_name(call),
        .name = call_body_text(call, "name"),
        .digest = arena_text(call->arena, digest),
        .hint = arena_text(call->arena, text + strlen(text) - HINT_LENGTH),
        .scope = call_body_text(call, "scope"),
        .created_at = now,
        .expires_at = days ? now + days * GUARD_DAY_MS : 0,
    };
}

static void answer_new_key(struct call *call, const struct api_key *key, const char *text)
{
    json_begin_object(&call->json, NULL);
    put_key(&call->json, key);
    json_put_text(&call->json, "key", text);
    json_end_object(&call->json);
}

static void add_key(struct call *call)
{
    char token[CRYPTO_TOKEN_SIZE];
    char text[KEY_SIZE];
    struct error error;

    if (!guard_may_make_credentials(call) || !may_give(call, call_body_text(call, "scope")))
        return;
    crypto_token(token);
    snprintf(text, sizeof(text), "%s%s", GUARD_KEY_PREFIX, token);
    struct api_key key = new_key(call, text);
    enum error_code rc = api_keys_add(call->store, &key, &key.id, &error);
    if (rc == ERROR_LIMIT)
        call_fail(call, 409, "too_many_keys", "%s", error.message);
    else if (rc)
        call_fail_error(call, &error);
    if (rc)
        return;
    call_audit(call, "key.add", key.name, key.scope);
    answer_new_key(call, &key, text);
}

static const struct api_key *find_key(const struct call *call, const struct api_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->items[i].id == call_integer(call, "key_id") && may_see(call, &keys->items[i]))
            return &keys->items[i];
    return NULL;
}

static void revoke_key(struct call *call)
{
    struct api_keys keys;
    struct error error;

    if (!load_keys(call, &keys))
        return;
    const struct api_key *key = find_key(call, &keys);
    if (!key) {
        call_fail(call, 404, "key_not_found", "there is no key number %" PRId64 " of yours",
                  call_integer(call, "key_id"));
        return;
    }
    if (api_keys_revoke(call->store, key->id, &error)) {
        call_fail_error(call, &error);
        return;
    }
    hub_end_key(call->api->hub, key->id);
    call_audit(call, "key.revoke", key->name, key->user);
    api_answer_done(call, "The key %s does not work any more", key->name);
}

const struct route api_keys_routes[] = {
    {
        .id = "keys_list",
        .tag = "Keys",
        .method = WEB_GET,
        .path = "/api/auth/keys",
        .access = ACCESS_READ,
        .summary = "API keys: one's own, or all for an admin",
        .answer = &keys_answer,
        .handle = list_keys,
    },
    {
        .id = "keys_add",
        .tag = "Keys",
        .method = WEB_POST,
        .path = "/api/auth/keys",
        .access = ACCESS_READ,
        .flags = ROUTE_SECRETS,
        .summary = "Make an API key, shown this once",
        .body = add_body,
        .answer = &new_key_answer,
        .status = 201,
        .handle = add_key,
    },
    {
        .id = "keys_revoke",
        .tag = "Keys",
        .method = WEB_DELETE,
        .path = "/api/auth/keys/{key_id}",
        .access = ACCESS_READ,
        .summary = "End an API key at once",
        .parameters = key_parameters,
        .answer = &api_done_answer,
        .handle = revoke_key,
    },
    {0},
};
