#include "web/guard.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

enum { IPV6_NETWORK_BYTES = 8 };

static bool is_ipv4(const struct address *address)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

    return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

const char *guard_address_text(struct call *call)
{
    struct address address = call->request->client;
    char text[ADDRESS_TEXT_SIZE];

    if (!is_ipv4(&address))
        memset(address.bytes + IPV6_NETWORK_BYTES, 0, sizeof(address.bytes) - IPV6_NETWORK_BYTES);
    address_format(&address, text);
    return arena_text(call->arena, text);
}

void guard_refuse(struct call *call, const struct guard_refusal *refusal)
{
    if (refusal->status == 401)
        web_response_header(call->response, "WWW-Authenticate", "Bearer realm=\"ListSync\"");
    call_fail(call, refusal->status, refusal->code, "%s", refusal->sentence);
}

void guard_refuse_for(struct call *call, int status, const char *code, int64_t seconds,
                      const char *sentence)
{
    web_response_header(call->response, "Retry-After", "%" PRId64, seconds);
    call_fail(call, status, code, "%s", sentence);
}

bool guard_refuse_tries(struct call *call, int64_t wait_ms)
{
    int64_t seconds = (wait_ms + 999) / 1000;

    if (wait_ms)
        guard_refuse_for(call, 429, "too_many_tries", seconds,
                         arena_print(call->arena,
                                     "too many wrong tries; come again in %" PRId64 " second%s",
                                     seconds, seconds == 1 ? "" : "s"));
    return wait_ms != 0;
}

bool guard_needs_setup(struct guard *guard, struct store *store)
{
    bool exist = true;

    if (atomic_load(&guard->has_accounts))
        return false;
    if (accounts_exist(store, &exist, NULL))
        return false;
    if (exist)
        atomic_store(&guard->has_accounts, true);
    return !exist;
}

/* ---- how often ---- */

static const char *rate_name(struct call *call)
{
    const struct caller *caller = &call->caller;

    if (caller->key_id)
        return arena_print(call->arena, "key %" PRId64, caller->key_id);
    if (caller->user_id)
        return arena_print(call->arena, "user %" PRId64, caller->user_id);
    return arena_print(call->arena, "address %s", guard_address_text(call));
}

static bool is_within_rate(struct guard *guard, struct call *call)
{
    struct rate rate;

    if (!guard->rates || call->route->flags & ROUTE_UNLIMITED)
        return true;
    bool taken = rates_take(guard->rates, rate_name(call), clock_steady_ms(), &rate);
    web_response_header(call->response, "RateLimit-Limit", "%" PRId64, rate.limit);
    web_response_header(call->response, "RateLimit-Remaining", "%" PRId64, rate.remaining);
    web_response_header(call->response, "RateLimit-Reset", "%" PRId64, rate.reset_s);
    if (!taken)
        guard_refuse_for(call, 429, "too_many_requests", rate.retry_s,
                         "too many requests; Retry-After says when to come again");
    return taken;
}

/* Before an errand thread is taken up: who tries passwords too often need not wait for one. */
static bool may_try_password(struct guard *guard, struct call *call)
{
    if (!(call->route->flags & ROUTE_PASSWORD))
        return true;
    int64_t wait = throttle_wait(guard->throttle, guard_address_text(call), clock_steady_ms());
    return !guard_refuse_tries(call, wait);
}

/* ---- may they ---- */

static struct guard_refusal login_needed(struct guard *guard, struct call *call)
{
    if (guard_needs_setup(guard, call->store))
        return (struct guard_refusal){401, "setup_needed",
                                      "there is no account yet: the log shows the token with "
                                      "which POST /api/setup/admin makes the first"};
    return (struct guard_refusal){401, "login_needed",
                                  "log in first, or send an API key in the header X-Api-Key"};
}

static void check_access(struct guard *guard, struct call *call, struct guard_refusal *refusal)
{
    const struct caller *caller = &call->caller;

    if (caller->access >= call->route->access)
        return;
    if (caller->access == ACCESS_NONE)
        *refusal = login_needed(guard, call);
    else
        *refusal =
            (struct guard_refusal){403, "not_allowed",
                                   arena_print(call->arena, "this needs the scope %s; %s has %s",
                                               guard_scope_word(call->route->access), caller->name,
                                               guard_scope_word(caller->access))};
}

static void check_setup(struct guard *guard, struct call *call, struct guard_refusal *refusal)
{
    if (call->route->flags & ROUTE_SETUP && !guard_needs_setup(guard, call->store))
        *refusal =
            (struct guard_refusal){409, "setup_done", "the first account is there already: log in"};
}

/* Where nobody need say who they are, what is wrong with what they say does not matter. */
static bool admit(struct guard *guard, struct call *call, bool counts)
{
    struct guard_refusal refusal;

    guard_identify(guard, call, &refusal);
    if (counts && (!is_within_rate(guard, call) || !may_try_password(guard, call)))
        return false;
    if (call->route->access == ACCESS_NONE)
        refusal.status = 0;
    if (!refusal.status)
        check_access(guard, call, &refusal);
    if (!refusal.status)
        guard_fence(guard, call, &refusal);
    if (!refusal.status)
        check_setup(guard, call, &refusal);
    if (refusal.status)
        guard_refuse(call, &refusal);
    return !refusal.status;
}

bool guard_admit(struct guard *guard, struct call *call)
{
    return admit(guard, call, true);
}

bool guard_admit_again(struct guard *guard, struct call *call)
{
    return admit(guard, call, false);
}

/* ---- do they still ---- */

static bool still_logged_in(struct store *store, struct arena *arena, const char *digest)
{
    struct login_session session;
    struct account account;

    return sessions_find(store, arena, digest, clock_wall_ms(), &session, &account, NULL) ==
           ERROR_NONE;
}

static bool still_has_key(struct store *store, struct arena *arena, int64_t id)
{
    const int64_t now = clock_wall_ms();
    struct api_keys keys;

    if (api_keys_load(store, arena, &keys, NULL))
        return false;
    for (size_t i = 0; i < keys.count; i++)
        if (keys.items[i].id == id)
            return !keys.items[i].expires_at || keys.items[i].expires_at > now;
    return false;
}

static bool still_has_token(struct store *store, struct arena *arena, const struct caller *caller)
{
    return caller->token_until > clock_wall_ms() &&
           guard_has_token_key(store, arena, caller->token_key);
}

static bool still_has_access(struct store *store, struct arena *arena, int64_t user_id,
                             enum access access)
{
    struct account account;

    return !accounts_find(store, arena, user_id, &account, NULL) && !account.disabled &&
           guard_access_of_role(account.role) >= access;
}

bool guard_still(struct guard *guard, struct store *store, const struct caller *caller,
                 enum access access)
{
    AUTO_ARENA struct arena *arena = arena_new();

    (void)guard;
    if (caller->access < access)
        return false;
    if (caller->session && !still_logged_in(store, arena, caller->session))
        return false;
    if (caller->key_id && !still_has_key(store, arena, caller->key_id))
        return false;
    if (caller->token_key && !still_has_token(store, arena, caller))
        return false;
    return !caller->user_id || still_has_access(store, arena, caller->user_id, access);
}
