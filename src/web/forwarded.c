#include "web/forwarded.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

enum { NAME_SIZE = 256 };

/* The parts of a list, in order. */
struct parts {
    const char **items;
    size_t count;
};

/* What each proxy said, left to right; entries may be NULL: nothing. */
struct trail {
    struct parts nodes, protos, hosts;
};

/* Length of what stands before the next `stop` that is not inside of quotes. */
static size_t length_to(const char *text, char stop)
{
    bool quoted = false;
    size_t i = 0;

    for (; text[i] && (quoted || text[i] != stop); i++) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (text[i] == '\\' && quoted && text[i + 1])
            i++;
    }
    return i;
}

static struct parts parts_of(const char *list, char separator, struct arena *arena)
{
    struct parts parts = {0};
    size_t most = 1;

    if (!list)
        return parts;
    for (const char *at = list; *at; at++)
        most += *at == separator;
    parts.items = arena_take(arena, most * sizeof(*parts.items));
    for (size_t length;; list += length + 1) {
        length = length_to(list, separator);
        char *part = text_trim(arena_text_n(arena, list, length));
        if (*part)
            parts.items[parts.count++] = part;
        if (!list[length])
            return parts;
    }
}

/* "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1". */
static bool parse_node(const char *text, struct address *ret)
{
    char copy[NAME_SIZE];

    if (!text || strlen(text) >= sizeof(copy))
        return false;
    text_copy(copy, sizeof(copy), text);
    char *bracket = copy[0] == '[' ? strchr(copy, ']') : NULL;
    char *colon = strchr(bracket ? bracket : copy, ':');
    if (colon && (bracket || !strchr(colon + 1, ':')))
        *colon = '\0';
    return address_parse(copy, ret);
}

/* Walks while the address is a trusted one; returns how many nodes were passed. */
static size_t walk(const struct parts *nodes, const struct address_ranges *trusted,
                   struct address *client)
{
    size_t passed = 0;

    while (passed < nodes->count && address_ranges_hold(trusted, client)) {
        const char *node = nodes->items[nodes->count - 1 - passed++];
        if (!parse_node(node, client)) {
            *client = (struct address){0};
            break;
        }
    }
    return passed;
}

/* What the proxy said that met the client: as far from the right as the client's own address. */
static const char *told_by(const struct parts *parts, size_t passed)
{
    size_t from_right = passed ? passed - 1 : 0;

    if (!parts->count)
        return NULL;
    return parts->items[from_right < parts->count ? parts->count - 1 - from_right : 0];
}

bool forwarded_host_is_sane(const char *host)
{
    size_t length = strlen(host);

    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)host[i]) && !strchr(".-_:[]", host[i]))
            return false;
    return length > 0 && length < NAME_SIZE;
}

static const char *sane_host(const char *host)
{
    return host && forwarded_host_is_sane(host) ? host : NULL;
}

static const char *sane_proto(const char *proto)
{
    if (text_equal_ignoring_case(proto, "https") || text_equal_ignoring_case(proto, "wss"))
        return "https";
    if (text_equal_ignoring_case(proto, "http") || text_equal_ignoring_case(proto, "ws"))
        return "http";
    return NULL;
}

static const char *sane_prefix(const char *prefix, struct arena *arena)
{
    size_t length = prefix ? strlen(prefix) : 0;

    while (length > 0 && prefix[length - 1] == '/')
        length--;
    if (length == 0 || length >= NAME_SIZE || prefix[0] != '/')
        return NULL;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)prefix[i]) && !strchr("-_~/", prefix[i]))
            return NULL;
    return strncmp(prefix, "//", 2) == 0 ? NULL : arena_text_n(arena, prefix, length);
}

/* "token" or a quoted string without its quotes and escapes. */
static const char *unquoted(const char *text, struct arena *arena)
{
    size_t length = strlen(text), used = 0;

    if (text[0] != '"')
        return text;
    char *plain = arena_take(arena, length + 1);
    for (size_t i = 1; i < length && text[i] != '"'; i++) {
        if (text[i] == '\\' && text[i + 1])
            i++;
        plain[used++] = text[i];
    }
    return plain;
}

/* The parameter's value in one element of Forwarded: "for=192.0.2.1;proto=https"; NULL. */
static const char *parameter(const struct parts *element, const char *name, struct arena *arena)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < element->count; i++) {
        const char *text = element->items[i];
        if (strncasecmp(text, name, length) == 0 && text[length] == '=')
            return unquoted(text + length + 1, arena);
    }
    return NULL;
}

static struct parts column(const struct parts *elements, const char *name, struct arena *arena)
{
    struct parts column = {.count = elements->count};

    column.items = arena_take(arena, (elements->count + 1) * sizeof(*column.items));
    for (size_t i = 0; i < elements->count; i++) {
        struct parts element = parts_of(elements->items[i], ';', arena);
        column.items[i] = parameter(&element, name, arena);
    }
    return column;
}

static struct trail trail_of_standard(const char *header, struct arena *arena)
{
    struct parts elements = parts_of(header, ',', arena);

    return (struct trail){.nodes = column(&elements, "for", arena),
                          .protos = column(&elements, "proto", arena),
                          .hosts = column(&elements, "host", arena)};
}

static struct trail trail_of(const struct web_pairs *headers, struct arena *arena)
{
    const char *nodes = web_pairs_join(headers, "X-Forwarded-For", arena);
    const char *protos = web_pairs_join(headers, "X-Forwarded-Proto", arena);
    const char *hosts = web_pairs_join(headers, "X-Forwarded-Host", arena);
    const char *standard = web_pairs_join(headers, "Forwarded", arena);

    if (standard && !nodes && !protos && !hosts)
        return trail_of_standard(standard, arena);
    return (struct trail){.nodes = parts_of(nodes, ',', arena),
                          .protos = parts_of(protos, ',', arena),
                          .hosts = parts_of(hosts, ',', arena)};
}

void forwarded_read(const struct web_pairs *headers, const struct address *peer,
                    const struct address_ranges *trusted, struct arena *arena,
                    struct forwarded *ret)
{
    *ret = (struct forwarded){.client = *peer};
    if (!trusted || !address_ranges_hold(trusted, peer))
        return;
    struct trail trail = trail_of(headers, arena);
    size_t passed = walk(&trail.nodes, trusted, &ret->client);
    const char *prefix = web_pairs_join(headers, "X-Forwarded-Prefix", arena);

    ret->proto = sane_proto(told_by(&trail.protos, passed));
    ret->host = sane_host(told_by(&trail.hosts, passed));
    ret->prefix = sane_prefix(prefix, arena);
}
