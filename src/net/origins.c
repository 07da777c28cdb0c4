#include "net/origins.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"

static enum error_code bad_origin(const char *text, struct error *error)
{
    return error_set(error, ERROR_USAGE,
                     "\"%s\" is no origin: write HOST=URL, for example "
                     "imdb.com=http://127.0.0.1:8080",
                     text);
}

/* "HOST=URL", cut in place. */
static enum error_code add_one(struct origins *origins, char *text, struct error *error)
{
    char host[URL_HOST_SIZE];
    AUTO_FREE char *whole = memory_text(text);
    char *target = strchr(text, '=');

    if (!target)
        return bad_origin(whole, error);
    *target++ = '\0';
    char *name = text_trim(text);
    target = text_trim(target);
    AUTO_FREE char *base = url_join(target, target); /* as answers will spell it */
    if (!base || strchr(base, '?') || !url_host_of(name, host) ||
        !text_equal_ignoring_case(name, host))
        return bad_origin(whole, error);
    size_t length = strlen(base);
    while (base[length - 1] == '/')
        base[--length] = '\0';
    free(map_get(&origins->bases, host));
    map_set(&origins->bases, host, TAKE(base));
    return ERROR_NONE;
}

enum error_code origins_add(struct origins *origins, const char *text, struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    char *rest = copy;
    char *part = NULL;

    while ((part = strsep(&rest, ","))) {
        char *trimmed = text_trim(part);
        enum error_code rc = *trimmed ? add_one(origins, trimmed, error) : ERROR_NONE;
        if (rc)
            return rc;
    }
    return ERROR_NONE;
}

void origins_release(struct origins *origins)
{
    for (size_t i = 0; i < origins->bases.capacity; i++)
        if (origins->bases.entries[i].key)
            free(origins->bases.entries[i].value);
    map_release(&origins->bases);
}

static const char *base_of(const struct origins *origins, const char *url)
{
    char host[URL_HOST_SIZE];

    if (!origins || !origins->bases.count || !url_host_of(url, host))
        return NULL;
    return map_get(&origins->bases, host);
}

/* What follows scheme, host and port: path, query, fragment; "" when nothing does. */
static const char *path_of(const char *url)
{
    const char *slashes = strstr(url, "://");
    const char *authority = slashes ? slashes + 3 : url;

    return authority + strcspn(authority, "/?#");
}

char *origins_apply(const struct origins *origins, const char *url)
{
    const char *base = base_of(origins, url);
    const char *path = path_of(url);

    if (!base)
        return memory_text(url);
    return memory_print("%s%s%s", base, *path == '/' ? "" : "/", path);
}

/* True when `url` lies below `base`: not "http://a/bc" below "http://a/b". */
static bool lies_below(const char *url, const char *base)
{
    return text_starts_with(url, base) && strchr("/?#", url[strlen(base)]);
}

char *origins_follow(const struct origins *origins, const char *url, const char *location)
{
    const char *base = base_of(origins, url);
    AUTO_FREE char *sent_to = origins_apply(origins, url);
    AUTO_FREE char *target = url_join(sent_to, location);

    if (!base || !target)
        return url_join(url, location);
    if (!lies_below(target, base))
        return url_join(url, location);
    int real = (int)(path_of(url) - url);
    return memory_print("%.*s%s", real, url, target + strlen(base));
}
