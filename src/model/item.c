#include "model/item.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/id_key.h"

enum { IMDB_DIGITS_MIN = 7, IMDB_DIGITS_MAX = 10 };

const char *media_type_word(enum media_type type)
{
    static const char *const words[] = {
        [MEDIA_UNKNOWN] = "unknown", [MEDIA_MOVIE] = "movie", [MEDIA_TV] = "tv"};

    CHECK(type < ARRAY_LENGTH(words));
    return words[type];
}

const char *media_type_noun(enum media_type type)
{
    static const char *const nouns[] = {
        [MEDIA_UNKNOWN] = "title", [MEDIA_MOVIE] = "film", [MEDIA_TV] = "series"};

    CHECK(type < ARRAY_LENGTH(nouns));
    return nouns[type];
}

enum media_type media_type_from_word(const char *word)
{
    static const struct {
        const char *word;
        enum media_type type;
    } table[] = {
        {"movie", MEDIA_MOVIE}, {"film", MEDIA_MOVIE}, {"tv", MEDIA_TV},
        {"show", MEDIA_TV},     {"series", MEDIA_TV},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(table); i++)
        if (text_equal_ignoring_case(table[i].word, word))
            return table[i].type;
    return MEDIA_UNKNOWN;
}

/* The digits of the first well-formed id in `text`, or NULL. */
static const char *find_imdb_digits(const char *text, size_t *ret_count)
{
    for (const char *at = text; (at = strcasestr(at, "tt")); at++) {
        const char *digits = at + 2;
        size_t count = strspn(digits, "0123456789");
        bool starts = at == text || !isalnum((unsigned char)at[-1]);
        bool ends = !isalnum((unsigned char)digits[count]);
        bool is_placeholder = strspn(digits, "0") == count;
        if (!starts || !ends || is_placeholder || count < IMDB_DIGITS_MIN ||
            count > IMDB_DIGITS_MAX)
            continue;
        *ret_count = count;
        return digits;
    }
    return NULL;
}

bool ids_set_imdb(struct ids *ids, const char *text)
{
    size_t count = 0;
    const char *digits = text ? find_imdb_digits(text, &count) : NULL;

    if (!digits)
        return false;
    /* One spelling per id: IMDb pads to seven digits and never further. */
    for (; count > IMDB_DIGITS_MIN && *digits == '0'; count--)
        digits++;
    memcpy(ids->imdb, "tt", 2);
    memcpy(ids->imdb + 2, digits, count);
    ids->imdb[2 + count] = '\0';
    return true;
}

void ids_complete(struct ids *ids, const struct ids *more)
{
    if (!*ids->imdb)
        memcpy(ids->imdb, more->imdb, sizeof(ids->imdb));
    if (!ids->tmdb)
        ids->tmdb = more->tmdb;
    if (!ids->tvdb)
        ids->tvdb = more->tvdb;
    if (!ids->source_id)
        ids->source_id = more->source_id;
}

void entry_list_init(struct entry_list *list, struct arena *arena)
{
    *list = (struct entry_list){.arena = arena};
}

void entry_list_release(struct entry_list *list)
{
    free(list->items);
    entry_list_init(list, list->arena);
}

/* Lists are written by strangers: nothing of theirs may steer a terminal. */
static const char *keep_text(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);

    if (copy)
        text_tame(copy);
    return copy;
}

struct entry *entry_list_add(struct entry_list *list, const struct entry *entry)
{
    int last_rank = list->count ? list->items[list->count - 1].rank : 0;

    memory_grow(&list->items, list->count, &list->capacity);
    struct entry *copy = &list->items[list->count++];
    *copy = *entry;
    copy->title = keep_text(list->arena, entry->title ? entry->title : "");
    copy->original_title = keep_text(list->arena, entry->original_title);
    copy->ids.source_id = keep_text(list->arena, entry->ids.source_id);
    copy->unsupported = keep_text(list->arena, entry->unsupported);
    if (!copy->rank)
        copy->rank = last_rank + 1;
    return copy;
}

static char *season_key(const struct entry *entry, enum id_kind kind)
{
    AUTO_FREE char *key = id_key(&entry->ids, entry->media_type, kind);

    return key ? memory_print("%s season %d", key, entry->season) : NULL;
}

static bool numbers_differ(int64_t a, int64_t b)
{
    return a && b && a != b;
}

/* Two entries that share one id but differ in another both stay: merging reports who is right. */
static bool contradict(const struct entry *a, const struct entry *b)
{
    return (*a->ids.imdb && *b->ids.imdb && strcmp(a->ids.imdb, b->ids.imdb) != 0) ||
           numbers_differ(a->ids.tmdb, b->ids.tmdb) || numbers_differ(a->ids.tvdb, b->ids.tvdb) ||
           numbers_differ(a->media_type, b->media_type) || !a->unsupported != !b->unsupported;
}

static struct entry *find_earlier(const struct map *earlier, const struct entry *entry)
{
    for (int kind = 0; kind < ID_KINDS; kind++) {
        AUTO_FREE char *key = season_key(entry, (enum id_kind)kind);
        struct entry *found = key ? map_get(earlier, key) : NULL;
        if (found && !contradict(found, entry))
            return found;
    }
    return NULL;
}

static void remember(struct map *earlier, struct entry *entry)
{
    for (int kind = 0; kind < ID_KINDS; kind++) {
        AUTO_FREE char *key = season_key(entry, (enum id_kind)kind);
        if (key && !map_has(earlier, key))
            map_set(earlier, key, entry);
    }
}

/* What the repeat knows and the first entry does not is kept. */
static void complete(struct entry *first, const struct entry *repeat)
{
    ids_complete(&first->ids, &repeat->ids);
    if (!first->media_type)
        first->media_type = repeat->media_type;
    if (!first->year)
        first->year = repeat->year;
    if (!*first->title)
        first->title = repeat->title;
}

void entry_list_drop_repeats(struct entry_list *list)
{
    AUTO_MAP struct map earlier = {0};
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct entry *first = find_earlier(&earlier, &list->items[i]);
        if (first) {
            complete(first, &list->items[i]);
        } else {
            first = &list->items[count++];
            *first = list->items[i];
        }
        remember(&earlier, first);
    }
    list->count = count;
}
