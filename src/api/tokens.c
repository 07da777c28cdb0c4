/*
 * tokens.c: bearer tokens that end by themselves, for other services, and their keys.
 */
#include <inttypes.h>

#include "api/done.h"
#include "base/clock.h"
#include "base/memory.h"
#include "web/guard_inside.h"
#include "web/hub.h"

enum { LIFETIME_USUAL_S = 3600, LIFETIME_LEAST_S = 60 };

static const struct field token_body[] = {
    {"scope", FIELD_TEXT, .help = "what it may do, as far as its account may; read without",
     .words = guard_scopes},
    {"lifetime", FIELD_INTEGER, .help = "seconds; an hour without", .low = LIFETIME_LEAST_S,
     .high = JWT_LIFETIME_MOST_S},
    {"audience", FIELD_TEXT, .help = "one of LISTSYNC_TOKEN_AUDIENCES; the first without", .low = 1,
     .high = GUARD_NAME_MOST},
    {0},
};
static const struct field token_fields[] = {
    {"token", FIELD_TEXT, .help = "for the header Authorization: Bearer"},
    {"token_type", FIELD_TEXT, .help = "Bearer"},
    {"scope", FIELD_TEXT, .help = "what it may do", .words = guard_scopes},
    {"audience", FIELD_TEXT, .help = "for whom it is"},
    {"expires_in", FIELD_INTEGER, .help = "seconds that it lives"},
    {"expires_at", FIELD_TEXT, .help = "when it ends", .format = "date-time"},
    {0},
};
static const struct field token_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = token_fields, .schema = "Token"};
static const struct field rotate_body[] = {
    {"at_once", FIELD_SWITCH, .help = "true: all tokens made so far end now"},
    {0},
};

/* False: answered. */
static bool read_wish(struct call *call, struct jwt_claims *ret)
{
    const struct guard *guard = call->api->guard;
    const char *scope = call_body_text(call, "scope");
    const char *audience = call_body_text(call, "audience");
    const int64_t now = clock_wall_ms() / 1000;

    *ret = (struct jwt_claims){
        .account = call->caller.user_id,
        .scope = scope ? scope : guard_scope_word(ACCESS_READ),
        .audience = audience ? audience : guard->audiences.items[0],
        .issued_at = now,
        .not_before = now,
        .expires_at = now + call_body_integer(call, "lifetime", LIFETIME_USUAL_S),
    };
    if (guard_access_of_scope(ret->scope) > call->caller.access)
        call_fail_field(call, "scope", "is more than you may do yourself");
    else if (!guard_takes_audience(guard, ret->audience))
        call_fail_field(call, "audience", "is not in LISTSYNC_TOKEN_AUDIENCES");
    else
        return true;
    return false;
}

static void answer_token(struct call *call, const struct jwt_claims *claims, const char *token)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_text(json, "token", token);
    json_put_text(json, "token_type", "Bearer");
    json_put_text(json, "scope", claims->scope);
    json_put_text(json, "audience", claims->audience);
    json_put_number(json, "expires_in", claims->expires_at - claims->issued_at);
    call_put_time_ms(json, "expires_at", claims->expires_at * 1000);
    json_end_object(json);
}

static void make_token(struct call *call)
{
    struct jwt_claims claims;
    const char *token = NULL;
    struct error error;

    if (!guard_may_make_credentials(call) || !read_wish(call, &claims))
        return;
    if (guard_make_token(call->api->guard, call, &claims, &token, &error)) {
        call_fail_error(call, &error);
        return;
    }
    call_audit(call, "token.add", claims.audience,
               arena_print(call->arena, "%s, for %" PRId64 " s", claims.scope,
                           claims.expires_at - claims.issued_at));
    answer_token(call, &claims, token);
}

static void rotate_keys(struct call *call)
{
    bool at_once = call_body_switch(call, "at_once", false);
    struct error error;

    if (guard_rotate_token_keys(call->api->guard, call->store, at_once, &error)) {
        call_fail_error(call, &error);
        return;
    }
    hub_recheck(call->api->hub);
    call_audit(call, "token.rotate", "signing key", at_once ? "at once" : "");
    api_answer_done(call, "%s",
                    at_once ? "A new key signs; all tokens made so far have ended"
                            : "A new key signs; tokens made so far live to their end");
}

const struct route api_tokens_routes[] = {
    {
        .id = "tokens_make",
        .tag = "Keys",
        .method = WEB_POST,
        .path = "/api/auth/tokens",
        .access = ACCESS_READ,
        .flags = ROUTE_SECRETS | ROUTE_ANY_BODY,
        .summary = "Make a bearer token (JWT) that ends by itself",
        .body = token_body,
        .answer = &token_answer,
        .status = 201,
        .handle = make_token,
    },
    {
        .id = "tokens_rotate",
        .tag = "Keys",
        .method = WEB_POST,
        .path = "/api/auth/tokens/rotate",
        .access = ACCESS_ADMIN,
        .flags = ROUTE_ANY_BODY,
        .summary = "Sign tokens with a new key from now on",
        .body = rotate_body,
        .answer = &api_done_answer,
        .handle = rotate_keys,
    },
    {0},
};
