#include "seerr/kind.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char *const words[SEERR_KINDS] = {
    [SEERR_CONNECT] = "connect",   [SEERR_MEDIA] = "media",
    [SEERR_SEARCH] = "search",     [SEERR_TITLE] = "title",
    [SEERR_REQUEST] = "request",   [SEERR_REQUEST_STATE] = "request_state",
    [SEERR_WITHDRAW] = "withdraw", [SEERR_USERS] = "users",
    [SEERR_SERVICES] = "services", [SEERR_OTHER] = "other",
};

static const struct {
    enum http_method method;
    const char *path;
    enum seerr_kind kind;
} kinds[] = {
    {HTTP_GET, "settings/public", SEERR_CONNECT},
    {HTTP_GET, "status", SEERR_CONNECT},
    {HTTP_GET, "auth/me", SEERR_CONNECT},
    {HTTP_GET, "media?", SEERR_MEDIA},
    {HTTP_GET, "search?", SEERR_SEARCH},
    {HTTP_GET, "movie/", SEERR_TITLE},
    {HTTP_GET, "tv/", SEERR_TITLE},
    {HTTP_POST, "request", SEERR_REQUEST},
    {HTTP_GET, "request/", SEERR_REQUEST_STATE},
    {HTTP_DELETE, "request/", SEERR_WITHDRAW},
    {HTTP_GET, "user?", SEERR_USERS},
    {HTTP_GET, "service/", SEERR_SERVICES},
};

const char *seerr_kind_word(enum seerr_kind kind)
{
    return words[kind];
}

/* The base URL may hold anything before it, so the last one is meant. */
static const char *path_of(const char *url)
{
    static const char prefix[] = "/api/v1/";
    const char *path = NULL;

    while ((url = strstr(url, prefix)))
        path = url += strlen(prefix);
    return path ? path : "";
}

enum seerr_kind seerr_kind_of(const struct http_request *request)
{
    const char *path = path_of(request->url);

    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (kinds[i].method == request->method && text_starts_with(path, kinds[i].path))
            return kinds[i].kind;
    return SEERR_OTHER;
}
