#include "web/web_origin.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/memory.h"
#include "base/text.h"

enum { PORT_HTTP = 80, PORT_HTTPS = 443, PORT_MOST = 65535 };

/* What a name or an address (IPv6 within its brackets) is made of. */
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
static const char address_letters[] = "abcdefABCDEF0123456789:.";

static bool take_port(const char *text, int *ret)
{
    int64_t port = 0;

    *ret = 0;
    if (!*text)
        return true;
    if (*text != ':' || !text_is_digits(text + 1) ||
        !text_to_integer(text + 1, 1, PORT_MOST, &port))
        return false;
    *ret = (int)port;
    return true;
}

static bool take_name(const char *text, size_t length, struct web_host *ret)
{
    if (length == 0 || length >= sizeof(ret->name))
        return false;
    for (size_t i = 0; i < length; i++)
        ret->name[i] = (char)tolower((unsigned char)text[i]);
    ret->name[length] = '\0';
    if (length > 1 && ret->name[length - 1] == '.')
        ret->name[length - 1] = '\0';
    return true;
}

bool web_host_parse(const char *text, struct web_host *ret)
{
    bool in_brackets = *text == '[';
    const char *name = text + in_brackets;
    size_t length = strspn(name, in_brackets ? address_letters : letters);
    const char *rest = name + length;

    *ret = (struct web_host){0};
    if (in_brackets && *rest++ != ']')
        return false;
    return take_name(name, length, ret) && take_port(rest, &ret->port);
}

bool web_origin_parse(const char *text, struct web_origin *ret)
{
    *ret = (struct web_origin){.is_secure = text_starts_with_ignoring_case(text, "https://")};
    if (!ret->is_secure && !text_starts_with_ignoring_case(text, "http://"))
        return false;
    return web_host_parse(text + strlen(ret->is_secure ? "https://" : "http://"), &ret->host);
}

static int port_of(const struct web_host *host, bool is_secure)
{
    if (host->port)
        return host->port;
    return is_secure ? PORT_HTTPS : PORT_HTTP;
}

bool web_origin_is(const struct web_origin *origin, const struct web_host *host, bool is_tls)
{
    if (is_tls && !origin->is_secure)
        return false;
    return strcmp(origin->host.name, host->name) == 0 &&
           port_of(&origin->host, origin->is_secure) == port_of(host, origin->is_secure);
}

/* A page's origin has no slash at its end, but people copy addresses with one. */
static void cut_slash(char *text)
{
    size_t length = strlen(text);

    if (length > 0 && text[length - 1] == '/')
        text[length - 1] = '\0';
}

static enum error_code add_origin(struct web_origins *origins, size_t *capacity, char *text,
                                  struct error *error)
{
    struct web_origin origin;

    if (strcmp(text, "*") == 0) {
        origins->any = true;
        return ERROR_NONE;
    }
    cut_slash(text);
    if (!web_origin_parse(text, &origin))
        return error_set(error, ERROR_USAGE,
                         "\"%.100s\" is no origin; one is written https://dash.example.org or "
                         "http://192.168.1.2:8080",
                         text);
    memory_grow(&origins->items, origins->count, capacity);
    origins->items[origins->count++] = origin;
    return ERROR_NONE;
}

enum error_code web_origins_parse(const char *text, struct web_origins *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    char *rest = copy;
    char *part = NULL;
    size_t capacity = 0;
    enum error_code rc = ERROR_NONE;

    *ret = (struct web_origins){0};
    while (!rc && (part = strsep(&rest, ",")))
        if (*(part = text_trim(part)))
            rc = add_origin(ret, &capacity, part, error);
    return rc;
}

void web_origins_release(struct web_origins *origins)
{
    free(origins->items);
    *origins = (struct web_origins){0};
}

bool web_origins_hold(const struct web_origins *origins, const struct web_origin *origin)
{
    for (size_t i = 0; i < origins->count; i++)
        if (origins->items[i].is_secure == origin->is_secure &&
            web_origin_is(origin, &origins->items[i].host, false))
            return true;
    return false;
}

enum error_code web_hosts_parse(const char *text, struct web_hosts *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    char *rest = copy;
    char *part = NULL;
    size_t capacity = 0;

    *ret = (struct web_hosts){0};
    while ((part = strsep(&rest, ","))) {
        struct web_host host;
        if (!*(part = text_trim(part)))
            continue;
        if (!web_host_parse(part, &host))
            return error_set(error, ERROR_USAGE,
                             "\"%.100s\" is no name of a host; one is written list.example.org",
                             part);
        memory_grow(&ret->items, ret->count, &capacity);
        ret->items[ret->count++] = host;
    }
    return ERROR_NONE;
}

void web_hosts_release(struct web_hosts *hosts)
{
    free(hosts->items);
    *hosts = (struct web_hosts){0};
}

bool web_hosts_hold(const struct web_hosts *hosts, const struct web_host *host)
{
    for (size_t i = 0; i < hosts->count; i++) {
        const struct web_host *known = &hosts->items[i];
        if (strcmp(known->name, host->name) == 0 && (!known->port || known->port == host->port))
            return true;
    }
    return false;
}

bool web_host_is_private(const struct web_host *host)
{
    static const char *const endings[] = {".localhost", ".local", ".lan", ".internal",
                                          ".home.arpa"};
    struct address address;

    if (!strchr(host->name, '.') || address_parse(host->name, &address))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++)
        if (text_ends_with(host->name, endings[i]))
            return true;
    return false;
}
