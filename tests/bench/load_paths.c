#include "load_paths.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

struct drawing {
    const struct big_store *size;
    uint64_t seed;
};

#define PATTERNS(...) ((const char *const[]){__VA_ARGS__, NULL})

const struct load_endpoint load_endpoints[] = {
    {"/ping", PATTERNS("/ping"), .is_quick = true},
    {"/api/system/health", PATTERNS("/api/system/health"), .is_quick = true},
    {"/api/system/status", PATTERNS("/api/system/status")},
    {"/api/system/time", PATTERNS("/api/system/time")},
    {"/api/sync/status", PATTERNS("/api/sync/status"), .is_quick = true},
    {"/api/sync/status/live", PATTERNS("/api/sync/status/live")},
    {"/api/schedule", PATTERNS("/api/schedule")},
    {"/api/schedule/preview", PATTERNS("/api/schedule/preview?schedule={cron}")},
    {"/api/sync-interval", PATTERNS("/api/sync-interval")},
    {"/api/providers", PATTERNS("/api/providers")},
    {"/api/lists", PATTERNS("/api/lists", "/api/lists?sort={list-order}&search={list}"),
     .is_quick = true},
    {"/api/lists/{id}", PATTERNS("/api/lists/{list}")},
    {"/api/lists/.../items", PATTERNS("/api/lists/{list-name}/items?limit={few}"),
     .is_quick = true},
    {"/api/items, a page",
     PATTERNS("/api/items?page={page}", "/api/items?page={page}&sort={order}",
              "/api/items?limit={few}&sort={order}&reversed=true&page={page}"),
     .is_quick = true},
    {"/api/items, far pages", PATTERNS("/api/items?page={far-page}&sort={order}")},
    {"/api/items, search",
     PATTERNS("/api/items?search={word}", "/api/items?search={word}+{word}",
              "/api/items?search=tmdb:{item}"),
     .is_quick = true},
    {"/api/items, filters",
     PATTERNS("/api/items?status={status}&sort={order}", "/api/items?list={list}&page={near-page}",
              "/api/items?year_from={year}&media_type=movie", "/api/items?provider={type}",
              "/api/items?needs_person=true&page={near-page}"),
     .is_quick = true},
    {"/api/items, a page, gzip", PATTERNS("/api/items?page={page}&sort={order}"), .is_packed = true,
     .is_quick = true},
    {"/api/items/{id}", PATTERNS("/api/items/{item}"), .is_quick = true},
    {"/api/runs", PATTERNS("/api/runs?before={run}", "/api/runs?list={list}&before={run}"),
     .is_quick = true},
    {"/api/runs/{id}", PATTERNS("/api/runs/{run}"), .is_quick = true},
    {"/api/runs/{id}/items",
     PATTERNS("/api/runs/{new-run}/items?limit={few}&after={item}",
              "/api/runs/{new-run}/items?status={status}"),
     .is_quick = true},
    {"/api/analytics/overview", PATTERNS("/api/analytics/overview?time_range={range}"),
     .is_quick = true},
    {"/api/analytics/media-additions",
     PATTERNS("/api/analytics/media-additions?time_range={range}"), .is_quick = true},
    {"/api/analytics/source-distribution",
     PATTERNS("/api/analytics/source-distribution?time_range={range}"), .is_quick = true},
    {"/api/analytics/statuses", PATTERNS("/api/analytics/statuses")},
    {"/openapi.json", PATTERNS("/openapi.json")},
    {0},
};

/* xorshift: the same numbers everywhere. */
static uint64_t draw(struct drawing *drawing, uint64_t below)
{
    drawing->seed ^= drawing->seed << 13;
    drawing->seed ^= drawing->seed >> 7;
    drawing->seed ^= drawing->seed << 17;
    return drawing->seed % below;
}

/* Numbers up to a limit, and words. */
static const struct {
    const char *name;
    int most; /* 0: as many as `words` */
    const char *const *words;
} blanks[] = {
    {"{page}", 40, NULL},
    {"{near-page}", 10, NULL},
    {"{far-page}", 2000, NULL},
    {"{few}", 100, NULL},
    {"{order}", 0, PATTERNS("recent", "title", "year", "added")},
    {"{list-order}", 0, PATTERNS("priority", "name", "last_synced")},
    {"{word}", 0,
     PATTERNS("the", "night", "river", "Am%C3%A9lie", "zodiac", "jazz", "wild", "island", "gold",
              "king", "matrix", "ocean", "xen", "quartz", "sha", "fire", "in", "st", "broken",
              "secret")},
    {"{status}", 0, PATTERNS("requested", "already_available", "skipped", "error", "not_found")},
    {"{type}", 0, PATTERNS("imdb", "trakt", "letterboxd", "mdblist")},
    {"{year}", 0, PATTERNS("1940", "1968", "1977", "1984", "1999", "2004", "2013", "2020")},
    {"{range}", 0, PATTERNS("1h", "24h", "7d", "30d")},
    {"{cron}", 0, PATTERNS("0+4+*+*+*", "*/15+*+*+*+*", "every+6h", "30+2+*+*+1")},
};

static const char *const list_types[] = {"imdb", "trakt", "letterboxd", "mdblist",
                                         "tmdb", "tvdb",  "simkl",      "anilist"};

static void put_list_name(struct drawing *drawing, struct buffer *text)
{
    int list = 1 + (int)draw(drawing, (uint64_t)drawing->size->lists);

    buffer_print(text, "%s/list-%d", list_types[(size_t)list % ARRAY_LENGTH(list_types)], list);
}

/* What depends on the size of the store. */
static int most_of(const struct drawing *drawing, const char *name, size_t length)
{
    if (strncmp(name, "{item}", length) == 0)
        return drawing->size->items;
    if (strncmp(name, "{run}", length) == 0)
        return drawing->size->runs;
    return strncmp(name, "{list}", length) == 0 ? drawing->size->lists : 0;
}

static size_t count_words(const char *const *words)
{
    size_t count = 0;

    while (words[count])
        count++;
    return count;
}

static void fill_blank(struct drawing *drawing, const char *name, size_t length,
                       struct buffer *text)
{
    int most = most_of(drawing, name, length);

    if (strncmp(name, "{list-name}", length) == 0)
        put_list_name(drawing, text);
    else if (strncmp(name, "{new-run}", length) == 0)
        buffer_print(text, "%d", drawing->size->runs - (int)draw(drawing, 20));
    for (size_t i = 0; i < ARRAY_LENGTH(blanks); i++) {
        if (strncmp(name, blanks[i].name, length) != 0)
            continue;
        if (blanks[i].words)
            buffer_text(text, blanks[i].words[draw(drawing, count_words(blanks[i].words))]);
        most = blanks[i].most;
    }
    if (most)
        buffer_print(text, "%d", 1 + (int)draw(drawing, (uint64_t)most));
}

static char *fill_blanks(struct drawing *drawing, const char *pattern)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    while (*pattern) {
        size_t plain = strcspn(pattern, "{");
        buffer_append(&text, pattern, plain);
        pattern += plain;
        size_t blank = *pattern ? strcspn(pattern, "}") + 1 : 0;
        if (blank)
            fill_blank(drawing, pattern, blank, &text);
        pattern += blank;
    }
    return memory_text(buffer_string(&text));
}

static size_t count_endpoints(void)
{
    size_t count = 0;

    while (load_endpoints[count].name)
        count++;
    return count;
}

void load_paths_make(const struct load_endpoint *endpoint, const struct big_store *size,
                     struct load_paths *ret)
{
    struct drawing drawing = {.size = size, .seed = 0x2545f4914f6cdd1d};

    ret->count = LOAD_PATHS_VARIED;
    ret->items = memory_array(ret->count, sizeof(*ret->items));
    for (size_t i = 0; i < ret->count; i++) {
        const struct load_endpoint *one =
            endpoint ? endpoint : &load_endpoints[draw(&drawing, count_endpoints())];
        const char *const *patterns = one->patterns;
        ret->items[i] = fill_blanks(&drawing, patterns[draw(&drawing, count_words(patterns))]);
    }
}

void load_paths_release(struct load_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        free(paths->items[i]);
    free(paths->items);
}
