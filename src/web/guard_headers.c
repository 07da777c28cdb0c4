/* What every answer carries besides itself. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

static const char methods_allowed[] = "GET, HEAD, POST, PUT, PATCH, DELETE";
static const char headers_allowed[] = "Authorization, Content-Type, If-None-Match, Last-Event-ID, "
                                      "X-Api-Key, X-CSRF-Token";
static const char headers_exposed[] = "ETag, RateLimit-Limit, RateLimit-Remaining, "
                                      "RateLimit-Reset, Retry-After, X-Request-Id";

static const struct {
    const char *name;
    const char *value;
} fixed_headers[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

static bool is_page(const struct web_response *response)
{
    return response->content_type &&
           text_starts_with_ignoring_case(response->content_type, "text/html");
}

/* Pages may use what lies beside them; everything else may use nothing. */
static void put_policy(const struct guard *guard, struct web_response *response)
{
    static const char page[] =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'self'";

    web_response_header(
        response, "Content-Security-Policy", "%s; frame-ancestors %s",
        is_page(response) ? page : "default-src 'none'; form-action 'none'; base-uri 'none'",
        guard->frame_ancestors);
    if (strcmp(guard->frame_ancestors, "'none'") == 0)
        web_response_header(response, "X-Frame-Options", "DENY");
}

/*
 * HSTS is about a host with all its ports. Under a name with a port of its own there are other
 * services on the machine, which may speak plain HTTP.
 */
static void put_transport_security(const struct web_request *request, struct web_response *response)
{
    struct web_host host;

    if (request->is_tls && web_host_parse(request->host, &host) && !host.port)
        web_response_header(response, "Strict-Transport-Security", "max-age=15552000");
}

static void put_cache_control(struct web_response *response)
{
    if (web_response_find(response, "Cache-Control"))
        return;
    bool stays_nowhere = response->status >= 400 || response->no_compression;
    web_response_header(response, "Cache-Control", "%s",
                        stays_nowhere ? "no-store" : "private, no-cache");
}

/* NULL: its pages may not read our answers. */
static const char *allowed_origin(const struct guard *guard, const struct web_request *request,
                                  bool *ret_with_credentials)
{
    const char *text = web_request_header(request, "Origin");
    struct web_origin origin;

    *ret_with_credentials =
        text && web_origin_parse(text, &origin) && web_origins_hold(&guard->origins, &origin);
    if (*ret_with_credentials)
        return text;
    return text && guard->origins.any ? "*" : NULL;
}

static bool put_allowed_origin(const struct guard *guard, const struct web_request *request,
                               struct web_response *response)
{
    bool with_credentials = false;
    const char *origin = allowed_origin(guard, request, &with_credentials);

    if (guard->origins.count > 0)
        web_response_header(response, "Vary", "Origin");
    if (!origin)
        return false;
    web_response_header(response, "Access-Control-Allow-Origin", "%s", origin);
    if (with_credentials)
        web_response_header(response, "Access-Control-Allow-Credentials", "true");
    return true;
}

void guard_headers(struct guard *guard, const struct web_request *request,
                   struct web_response *response)
{
    for (size_t i = 0; i < ARRAY_LENGTH(fixed_headers); i++)
        web_response_header(response, fixed_headers[i].name, "%s", fixed_headers[i].value);
    put_policy(guard, response);
    put_transport_security(request, response);
    put_cache_control(response);
    if (put_allowed_origin(guard, request, response))
        web_response_header(response, "Access-Control-Expose-Headers", "%s", headers_exposed);
}

/* The answer gets what guard_headers adds as any other; here is only what a question asked for. */
bool guard_preflight(struct guard *guard, const struct web_request *request,
                     struct web_response *response)
{
    bool with_credentials = false;

    if (request->method != WEB_OPTIONS || !web_request_header(request, "Origin") ||
        !web_request_header(request, "Access-Control-Request-Method"))
        return false;
    response->status = 204;
    if (!allowed_origin(guard, request, &with_credentials))
        return true;
    web_response_header(response, "Access-Control-Allow-Methods", "%s", methods_allowed);
    web_response_header(response, "Access-Control-Allow-Headers", "%s", headers_allowed);
    web_response_header(response, "Access-Control-Max-Age", "%d", 600);
    return true;
}
