/* Who is calling: one function for each way of saying so, in the order of guard.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

/* What a proxy adds. Seen on a connection of somebody we do not trust, somebody stands between. */
static const char *const forwarding_headers[] = {
    "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server",
    "X-Real-IP", "X-Client-IP",     "True-Client-IP",   "CF-Connecting-IP",  "Fly-Client-IP",
    "Via",
};

/* Names that people try for a key in a URL. */
static const char *const key_parameters[] = {"api_key", "apikey", "access_token"};

static void refuse(struct guard_refusal *refusal, int status, const char *code,
                   const char *sentence)
{
    *refusal = (struct guard_refusal){.status = status, .code = code, .sentence = sentence};
}

/* A store that fails lets nobody in. */
static void refuse_for_store(struct call *call, struct guard_refusal *refusal,
                             const struct error *error)
{
    call_log_trouble(call, "guard", error);
    refuse(refusal, 503, "database", "the database could not be used; the log says why");
}

/* The last one of its name, and how many there are: who sends two may mean two readers. */
static const char *counted_header(const struct web_request *request, const char *name,
                                  size_t *count)
{
    const char *value = NULL;

    *count = 0;
    for (size_t i = 0; i < request->headers.count; i++) {
        if (!text_equal_ignoring_case(request->headers.items[i].name, name))
            continue;
        value = request->headers.items[i].value;
        ++*count;
    }
    return value;
}

static enum access least(enum access a, enum access b)
{
    return a < b ? a : b;
}

void guard_become(struct call *call, const struct account *account, const char *how)
{
    call->caller = (struct caller){
        .access = guard_access_of_role(account->role),
        .user_id = account->id,
        .name = account->name,
        .how = how,
    };
}

bool guard_is_trusted_proxy(const struct guard *guard, const struct address *address)
{
    return guard->trusted_proxies && address_ranges_hold(guard->trusted_proxies, address);
}

/* ---- key ---- */

static void note_key_used(struct call *call, const struct api_key *key, int64_t now)
{
    struct error error;

    if (now - key->last_used >= GUARD_MINUTE_MS && api_keys_used(call->store, key->id, now, &error))
        call_log_trouble(call, "guard", &error);
}

static void identify_by_key(struct call *call, const char *text, struct guard_refusal *refusal)
{
    static const char sentence[] = "the API key is not valid (any more)";
    const int64_t now = clock_wall_ms();
    char digest[CRYPTO_DIGEST_SIZE];
    struct api_key key;
    struct error error;

    if (!text_starts_with(text, GUARD_KEY_PREFIX) || strlen(text) > 2 * CRYPTO_TOKEN_SIZE) {
        refuse(refusal, 401, "key_invalid", sentence);
        return;
    }
    crypto_digest(text, strlen(text), digest);
    enum error_code rc = api_keys_find(call->store, call->arena, digest, now, &key, &error);
    if (rc == ERROR_NOT_FOUND) {
        refuse(refusal, 401, "key_invalid", sentence);
        return;
    }
    if (rc) {
        refuse_for_store(call, refusal, &error);
        return;
    }
    call->caller = (struct caller){
        .access = least(guard_access_of_role(key.role), guard_access_of_scope(key.scope)),
        .user_id = key.user_id,
        .name = arena_print(call->arena, "%s (key %s)", key.user, key.name),
        .how = "key",
        .key_id = key.id,
    };
    note_key_used(call, &key, now);
}

/* ---- token ---- */

static enum error_code read_token(struct guard *guard, struct call *call, const char *text,
                                  struct jwt_claims *ret, struct error *error)
{
    AUTO(guard_close_token_keys) struct jwt_keys keys = {0};
    enum error_code rc = guard_open_token_keys(guard, call->store, call->arena, &keys, error);

    if (rc)
        return rc;
    rc = jwt_verify(&keys, text, clock_wall_ms() / 1000, call->arena, ret, error);
    if (!rc && !guard_takes_audience(guard, ret->audience))
        rc = error_set(error, ERROR_REFUSED, "the token was made for another audience");
    return rc;
}

static void identify_by_token(struct guard *guard, struct call *call, const char *text,
                              struct guard_refusal *refusal)
{
    struct jwt_claims claims;
    struct account account = {0};
    struct error error;
    enum error_code rc = read_token(guard, call, text, &claims, &error);

    if (!rc)
        rc = accounts_find(call->store, call->arena, claims.account, &account, &error);
    if (!rc && account.disabled)
        rc = ERROR_NOT_FOUND;
    if (rc == ERROR_STORE) {
        refuse_for_store(call, refusal, &error);
    } else if (rc == ERROR_NOT_FOUND) {
        refuse(refusal, 401, "token_invalid", "the token's account is not there any more");
    } else if (rc) {
        refuse(refusal, 401, "token_invalid", arena_text(call->arena, error.message));
    } else {
        guard_become(call, &account, "token");
        call->caller.access = least(call->caller.access, guard_access_of_scope(claims.scope));
        call->caller.name = arena_print(call->arena, "%s (token)", account.name);
        call->caller.token_key = claims.key;
        call->caller.token_until = (claims.expires_at + JWT_LEEWAY_S) * 1000;
    }
}

/* ---- proxy ---- */

/* In the log, but not for each request of a page. */
static void complain(struct guard *guard, const char *sentence, const char *name)
{
    const int64_t now = clock_steady_ms();
    int_fast64_t last = atomic_load(&guard->complained_at);

    if (last && now - last < GUARD_MINUTE_MS)
        return;
    if (atomic_compare_exchange_strong(&guard->complained_at, &last, now))
        log_warning("guard", sentence, LOG_TEXT("name", name), LOG_END);
}

/* A first account that is no admin would leave nobody who could make one. */
static bool may_make_account(struct guard *guard, struct call *call)
{
    return *guard->proxy_role && (guard_access_of_role(guard->proxy_role) == ACCESS_ADMIN ||
                                  !guard_needs_setup(guard, call->store));
}

static enum error_code find_or_make(struct guard *guard, struct call *call, const char *name,
                                    struct account *ret, struct error *error)
{
    enum error_code rc = accounts_find_name(call->store, call->arena, name, ret, error);

    if (rc != ERROR_NOT_FOUND || !may_make_account(guard, call))
        return rc;
    const struct account fresh = {
        .name = name,
        .password = "",
        .role = guard->proxy_role,
        .created_at = clock_wall_ms(),
    };
    int64_t id = 0;
    rc = accounts_add(call->store, &fresh, &id, error);
    if (rc == ERROR_CONFLICT) /* another request was first */
        return accounts_find_name(call->store, call->arena, name, ret, error);
    if (rc)
        return rc;
    *ret = fresh;
    ret->id = id;
    guard_become(call, ret, "proxy");
    call_audit(call, "user.add", name, "the login proxy named somebody new");
    return ERROR_NONE;
}

static void identify_by_proxy(struct guard *guard, struct call *call, const char *name,
                              struct guard_refusal *refusal)
{
    struct account account = {0};
    struct error error;
    enum error_code rc = guard_name_problem(name)
                             ? ERROR_NOT_FOUND
                             : find_or_make(guard, call, name, &account, &error);

    if (!rc && !account.disabled) {
        guard_become(call, &account, "proxy");
        return;
    }
    if (rc && rc != ERROR_NOT_FOUND) {
        refuse_for_store(call, refusal, &error);
        return;
    }
    complain(guard, "the login proxy names somebody who has no account here, or a disabled one",
             name);
    refuse(refusal, 403, "account_unknown",
           "the login proxy names somebody who has no account here, or a disabled one");
}

/* True when the proxy says something, be it right or wrong. */
static bool proxy_speaks(struct guard *guard, struct call *call, struct guard_refusal *refusal)
{
    size_t count = 0;

    if (!*guard->proxy_header)
        return false;
    const char *name = counted_header(call->request, guard->proxy_header, &count);
    if (text_is_empty(name))
        return false;
    if (!guard_is_trusted_proxy(guard, &call->request->peer)) {
        complain(guard, "somebody who is no trusted proxy sent the login header; it was ignored",
                 "");
        return false;
    }
    if (count > 1)
        refuse(refusal, 403, "login_header_twice",
               "the login header came twice: the proxy must remove the client's own");
    else
        identify_by_proxy(guard, call, name, refusal);
    return true;
}

/* ---- session ---- */

static void note_seen(struct guard *guard, struct call *call, const struct login_session *session,
                      int64_t now)
{
    int64_t expires_at = now + guard->session_ms;
    int64_t cap = session->created_at + GUARD_SESSION_CAP_MS;
    struct error error;

    if (now - session->last_seen < GUARD_MINUTE_MS)
        return;
    if (sessions_seen(call->store, session->digest, now, expires_at < cap ? expires_at : cap,
                      &error))
        call_log_trouble(call, "guard", &error);
}

static bool has_session(struct guard *guard, struct call *call, struct guard_refusal *refusal)
{
    const char *token = web_request_cookie(call->request, GUARD_COOKIE);
    const int64_t now = clock_wall_ms();
    char digest[CRYPTO_DIGEST_SIZE];
    struct login_session session;
    struct account account;
    struct error error;

    if (!token || strlen(token) != CRYPTO_TOKEN_SIZE - 1)
        return false;
    crypto_digest(token, strlen(token), digest);
    enum error_code rc =
        sessions_find(call->store, call->arena, digest, now, &session, &account, &error);
    if (rc == ERROR_NOT_FOUND)
        return false;
    if (rc) {
        refuse_for_store(call, refusal, &error);
        return true;
    }
    guard_become(call, &account, "session");
    call->caller.session = arena_text(call->arena, digest);
    note_seen(guard, call, &session, now);
    return true;
}

/* ---- local ---- */

static bool is_near(const struct address *address)
{
    return address_is_loopback(address) || address_is_private(address) ||
           address_is_link_local(address);
}

/*
 * An address counts only if it is the client's own: with a trusted proxy in between, the one that
 * the proxy names; with anybody else in between, none.
 */
static bool is_local(const struct guard *guard, const struct web_request *request)
{
    if (guard_is_trusted_proxy(guard, &request->peer))
        return memcmp(&request->peer, &request->client, sizeof(request->peer)) != 0 &&
               is_near(&request->client);
    for (size_t i = 0; i < ARRAY_LENGTH(forwarding_headers); i++)
        if (web_request_header(request, forwarding_headers[i]))
            return false;
    return is_near(&request->peer);
}

static bool needs_no_login(const struct guard *guard, const struct web_request *request)
{
    return guard->mode == GUARD_DISABLED ||
           (guard->mode == GUARD_DISABLED_FOR_LOCAL && is_local(guard, request));
}

/*
 * A page of evil.example whose name was pointed at our address is of our origin to its browser.
 * It cannot choose the name, though: so only names count that no stranger can own.
 */
static bool is_name_of_ours(const struct guard *guard, const struct web_request *request)
{
    struct web_host host;

    if (!*request->host)
        return true;
    return web_host_parse(request->host, &host) &&
           (web_host_is_private(&host) || web_hosts_hold(&guard->hosts, &host));
}

static void identify_by_address(const struct guard *guard, struct call *call,
                                struct guard_refusal *refusal)
{
    if (!needs_no_login(guard, call->request))
        return;
    if (is_name_of_ours(guard, call->request))
        call->caller = (struct caller){.access = ACCESS_ADMIN, .name = "nobody", .how = "local"};
    else
        refuse(refusal, 403, "host_unknown",
               "while login is off, only names that LISTSYNC_ALLOWED_HOSTS holds, IP addresses and "
               "local names are answered");
}

/* ---- all ---- */

/* What follows "Bearer "; NULL for other kinds, such as the Basic of a proxy in between. */
static const char *bearer_in(const char *text)
{
    if (!text || !text_starts_with_ignoring_case(text, "Bearer "))
        return NULL;
    text += strlen("Bearer ");
    return text + strspn(text, " ");
}

static bool has_key_in_url(const struct web_request *request)
{
    for (size_t i = 0; i < ARRAY_LENGTH(key_parameters); i++)
        if (web_pairs_find(&request->query, key_parameters[i]))
            return true;
    return false;
}

/* True when the client itself says who it is, be it right or wrong. */
static bool client_speaks(struct guard *guard, struct call *call, struct guard_refusal *refusal)
{
    size_t keys = 0, authorizations = 0;
    const char *key = counted_header(call->request, "X-Api-Key", &keys);
    const char *bearer = bearer_in(counted_header(call->request, "Authorization", &authorizations));

    if (keys > 1 || authorizations > 1)
        refuse(refusal, 401, "credentials_twice", "the header that says who you are came twice");
    else if (has_key_in_url(call->request))
        refuse(refusal, 401, "key_in_url",
               "a key in a URL ends up in logs, so it does not count there; send it in the header "
               "X-Api-Key");
    else if (!text_is_empty(key))
        identify_by_key(call, key, refusal);
    else if (!text_is_empty(bearer) && text_starts_with(bearer, GUARD_KEY_PREFIX))
        identify_by_key(call, bearer, refusal);
    else if (!text_is_empty(bearer))
        identify_by_token(guard, call, bearer, refusal);
    else
        return false;
    return true;
}

void guard_identify(struct guard *guard, struct call *call, struct guard_refusal *refusal)
{
    *refusal = (struct guard_refusal){0};
    call->caller = (struct caller){.access = ACCESS_NONE, .name = "nobody", .how = "none"};
    if (!call->store)
        return;
    if (client_speaks(guard, call, refusal) || proxy_speaks(guard, call, refusal) ||
        has_session(guard, call, refusal))
        return;
    identify_by_address(guard, call, refusal);
}
