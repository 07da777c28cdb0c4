#include "net/redirect.h"

#include <stdlib.h>

#include "base/memory.h"
#include "net/url.h"

static bool keeps_method(int status)
{
    return status == 307 || status == 308;
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || keeps_method(status);
}

bool redirect_apply(struct http_request *request, const struct http_response *response,
                    const struct origins *origins)
{
    const char *location = http_response_header(response, "Location");

    if (!location || !is_redirect(response->status))
        return false;
    AUTO_FREE char *target = origins_follow(origins, request->url, location);
    if (!target)
        return false;
    bool keeps_secrets = url_keeps_secrets(request->url, target);
    if (request->method != HTTP_GET && !(keeps_method(response->status) && keeps_secrets))
        return false;
    if (!keeps_secrets)
        http_headers_drop_secrets(&request->headers);
    free(request->url);
    request->url = TAKE(target);
    return true;
}
