/* What a browser sends by itself is believed only from pages that are ours or allowed. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

static const char foreign_page[] =
    "this came from a page of another origin; CORS_ALLOWED_ORIGINS names those that may, and "
    "LISTSYNC_ALLOWED_HOSTS further names of this server";

/* The caller said itself who it is; no page can make a browser do that. */
static bool speaks_for_itself(const struct caller *caller)
{
    return text_equal(caller->how, "key") || text_equal(caller->how, "token");
}

static bool changes_something(enum web_method method)
{
    return method != WEB_GET && method != WEB_HEAD && method != WEB_OPTIONS;
}

/* Answers of a WebSocket can be read by the page that opened it, whatever its origin. */
static bool opens_socket(const struct web_request *request)
{
    return web_request_header(request, "Upgrade");
}

static bool is_ours(const struct guard *guard, const struct web_request *request,
                    const struct web_origin *origin)
{
    struct web_host host;

    if (web_host_parse(request->host, &host) && web_origin_is(origin, &host, request->is_tls))
        return true;
    for (size_t i = 0; i < guard->hosts.count; i++)
        if (web_origin_is(origin, &guard->hosts.items[i], request->is_tls))
            return true;
    return web_origins_hold(&guard->origins, origin);
}

/* Browsers fill in both headers themselves; who sends neither is no browser. */
static bool is_from_our_page(const struct guard *guard, const struct web_request *request)
{
    const char *site = web_request_header(request, "Sec-Fetch-Site");
    const char *text = web_request_header(request, "Origin");
    struct web_origin origin;

    if (text_equal(site, "same-origin"))
        return true;
    if (!text)
        return !text_equal(site, "cross-site");
    return web_origin_parse(text, &origin) && is_ours(guard, request, &origin);
}

/* What stands for the caller in the token: it ends with the session; of a proxy's, never. */
static const char *csrf_subject(const struct caller *caller, struct arena *arena)
{
    if (caller->session)
        return arena_print(arena, "session %s", caller->session);
    if (text_equal(caller->how, "proxy"))
        return arena_print(arena, "account %" PRId64, caller->user_id);
    return NULL;
}

const char *guard_csrf_token(const struct guard *guard, const struct caller *caller,
                             struct arena *arena)
{
    const char *subject = csrf_subject(caller, arena);
    uint8_t tag[32];

    if (!subject)
        return NULL;
    crypto_hmac(guard->csrf.bytes, sizeof(guard->csrf.bytes), subject, strlen(subject), tag);
    AUTO_FREE char *text = crypto_base64url(tag, sizeof(tag));
    return arena_text(arena, text);
}

static bool has_csrf_token(const struct guard *guard, const struct call *call)
{
    const char *wanted = guard_csrf_token(guard, &call->caller, call->arena);
    const char *given = web_request_header(call->request, "X-CSRF-Token");

    return !wanted || (given && crypto_equal(wanted, given));
}

void guard_fence(const struct guard *guard, const struct call *call, struct guard_refusal *refusal)
{
    bool changes = changes_something(call->request->method);

    if (speaks_for_itself(&call->caller) || (!changes && !opens_socket(call->request)))
        return;
    if (!is_from_our_page(guard, call->request))
        *refusal = (struct guard_refusal){403, "foreign_origin", foreign_page};
    else if (changes && call->route->access > ACCESS_NONE && !has_csrf_token(guard, call))
        *refusal = (struct guard_refusal){403, "csrf_token",
                                          "the header X-CSRF-Token is missing or wrong; "
                                          "GET /api/auth/session says what it must be"};
}
