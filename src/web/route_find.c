#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "web/route.h"

enum { SEGMENTS_MOST = 64, VALUES_MOST = 8 };

/* A path cut at its slashes. */
struct segments {
    const char *raw[SEGMENTS_MOST]; /* still encoded, each up to the next slash or the end */
    const char *text[SEGMENTS_MOST];
    size_t count;
    const char *end; /* of the whole path, without a slash at the end */
};

/* A pattern cut at its slashes: "lists", "{id}", "{id...}". */
struct parts {
    const char *items[SEGMENTS_MOST];
    size_t lengths[SEGMENTS_MOST];
    size_t count;
    size_t rest; /* index of {x...}; SEGMENTS_MOST: there is none */
};

static bool is_plain(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return false;
    }
    return true;
}

/* The decoded segment, or NULL when it makes no sense. */
static const char *decode(struct arena *arena, const char *raw, size_t length)
{
    const char *text = web_decode(arena, raw, length, false);

    if (!text || !is_plain(text) || strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
        return NULL;
    return text;
}

static bool cut_path(const struct web_request *request, struct segments *ret)
{
    const char *at = request->path;

    ret->end = at + strlen(at);
    if (ret->end - at > 1 && ret->end[-1] == '/')
        ret->end--;
    ret->count = 0;
    while (at < ret->end && *at == '/') {
        const char *next = memchr(at + 1, '/', (size_t)(ret->end - at - 1));
        size_t length = (size_t)((next ? next : ret->end) - at - 1);
        if (ret->count == SEGMENTS_MOST)
            return false;
        ret->raw[ret->count] = at + 1;
        ret->text[ret->count] = decode(request->arena, at + 1, length);
        if (!ret->text[ret->count++])
            return false;
        at += 1 + length;
    }
    return at == ret->end && ret->count;
}

static void cut_pattern(const char *pattern, struct parts *ret)
{
    *ret = (struct parts){.rest = SEGMENTS_MOST};
    while (*pattern == '/' && ret->count < SEGMENTS_MOST) {
        size_t length = strcspn(++pattern, "/");
        if (length > 5 && memcmp(pattern + length - 4, "...}", 4) == 0)
            ret->rest = ret->count;
        ret->items[ret->count] = pattern;
        ret->lengths[ret->count++] = length;
        pattern += length;
    }
}

static bool is_value(const struct parts *parts, size_t index)
{
    return parts->items[index][0] == '{';
}

static bool part_fits(const struct parts *parts, size_t index, const char *text)
{
    size_t length = parts->lengths[index];

    if (is_value(parts, index))
        return *text != '\0';
    return strlen(text) == length && memcmp(parts->items[index], text, length) == 0;
}

/* How many segments {x...} holds. */
static size_t rest_count(const struct parts *parts, const struct segments *segments)
{
    return segments->count + 1 - parts->count;
}

/* The segment at which a part begins. */
static size_t segment_of(const struct parts *parts, const struct segments *segments, size_t index)
{
    return index > parts->rest ? index + rest_count(parts, segments) - 1 : index;
}

static bool pattern_fits(const struct parts *parts, const struct segments *segments)
{
    bool has_rest = parts->rest != SEGMENTS_MOST;

    if (has_rest ? segments->count < parts->count : segments->count != parts->count)
        return false;
    for (size_t i = 0; i < parts->count; i++) {
        const char *text = segments->text[segment_of(parts, segments, i)];
        if (!part_fits(parts, i, text) && !(i == parts->rest && rest_count(parts, segments) > 1))
            return false;
    }
    return true;
}

/* Below 0 when `a` fits the same path better than `b`. */
static int compare(const struct parts *a, const struct parts *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        int a_class = i == a->rest ? 2 : is_value(a, i);
        int b_class = i == b->rest ? 2 : is_value(b, i);
        if (a_class != b_class)
            return a_class - b_class;
    }
    return a->count > b->count ? -1 : a->count < b->count;
}

/* From the raw path, so that a rest keeps the slashes as they came. */
static const char *value_at(struct arena *arena, const struct parts *parts,
                            const struct segments *segments, size_t index)
{
    size_t first = segment_of(parts, segments, index);
    size_t after = index == parts->rest ? first + rest_count(parts, segments) : first + 1;
    const char *end = after < segments->count ? segments->raw[after] - 1 : segments->end;

    return web_decode(arena, segments->raw[first], (size_t)(end - segments->raw[first]), false);
}

static void take_values(struct arena *arena, const struct parts *parts,
                        const struct segments *segments, struct web_pairs *ret)
{
    ret->items = arena_take(arena, VALUES_MOST * sizeof(*ret->items));
    for (size_t i = 0; i < parts->count && ret->count < VALUES_MOST; i++) {
        size_t dots = i == parts->rest ? 3 : 0;
        if (!is_value(parts, i))
            continue;
        ret->items[ret->count++] = (struct web_pair){
            .name = arena_text_n(arena, parts->items[i] + 1, parts->lengths[i] - 2 - dots),
            .value = value_at(arena, parts, segments, i),
        };
    }
}

static unsigned methods_of(const struct route *route)
{
    unsigned methods = 1U << route->method | 1U << WEB_OPTIONS;

    return route->method == WEB_GET ? methods | 1U << WEB_HEAD : methods;
}

void route_find(const struct route *const *routes, const struct web_request *request,
                struct route_match *ret)
{
    struct segments segments = {0};
    struct parts parts, best = {0};

    *ret = (struct route_match){0};
    if (!cut_path(request, &segments))
        return;
    for (; *routes; routes++) {
        cut_pattern((*routes)->path, &parts);
        if (!pattern_fits(&parts, &segments))
            continue;
        unsigned methods = methods_of(*routes);
        ret->allowed |= methods;
        bool is_asked = methods & ~(1U << WEB_OPTIONS) & 1U << request->method;
        if (!is_asked || (ret->route && compare(&parts, &best) >= 0))
            continue;
        ret->route = *routes;
        best = parts;
    }
    if (ret->route)
        take_values(request->arena, &best, &segments, &ret->in_path);
}
