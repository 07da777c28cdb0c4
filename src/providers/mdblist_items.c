#include "providers/mdblist_items.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

static const struct bucket {
    const char *member;
    enum media_type media_type;
    const char *unsupported;
} buckets[] = {
    {"movies", MEDIA_MOVIE, NULL},
    {"shows", MEDIA_TV, NULL},
    {"seasons", MEDIA_TV, "a single season, which MDBList names by no series"},
    {"episodes", MEDIA_TV, "a single episode"},
};

static const struct bucket no_bucket = {NULL, MEDIA_UNKNOWN, NULL};

/* One title of an answer and where it came from, to be put in order. */
struct place {
    const struct json_value *value;
    const struct bucket *bucket;
    int64_t rank;
    size_t order;
};

long mdblist_items_count(const struct json_value *answer)
{
    long count = 0;
    bool has_bucket = false;

    if (json_value_is_array(answer))
        return (long)json_value_count(answer);
    for (size_t i = 0; i < ARRAY_LENGTH(buckets); i++) {
        const struct json_value *values = json_value_get(answer, buckets[i].member);
        has_bucket |= json_value_is_array(values);
        count += (long)json_value_count(values);
    }
    return has_bucket ? count : -1;
}

/* Titles without a rank keep their order behind those that have one. */
static int by_rank(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;

    if (a->rank != b->rank)
        return !b->rank || (a->rank && a->rank < b->rank) ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

static size_t collect(const struct json_value *values, const struct bucket *bucket,
                      struct place *places, size_t used)
{
    for (size_t i = 0; i < json_value_count(values); i++, used++) {
        const struct json_value *value = json_value_at(values, i);
        places[used] = (struct place){
            .value = value,
            .bucket = bucket,
            .rank = json_value_get_integer(value, "rank"),
            .order = used,
        };
    }
    return used;
}

/* The first of these members that is a number above 0. */
static int64_t number_of(const struct json_value *value, const char *first, const char *second,
                         const char *in_ids)
{
    int64_t number = json_value_get_integer(value, first);

    if (number <= 0)
        number = json_value_get_integer(value, second);
    if (number <= 0)
        number = json_value_get_integer(json_value_get(value, "ids"), in_ids);
    return number > 0 ? number : 0;
}

static void read_kind(struct entry *entry, const struct json_value *value,
                      const struct bucket *bucket)
{
    const char *kind = json_value_get_text(value, "mediatype");

    entry->media_type = media_type_from_word(kind ? kind : "");
    entry->unsupported = bucket->unsupported;
    for (size_t i = 0; i < ARRAY_LENGTH(buckets); i++) /* "season" is one of "seasons" */
        if (kind && *kind && buckets[i].unsupported && text_starts_with(buckets[i].member, kind))
            entry->unsupported = buckets[i].unsupported;
    if (entry->media_type == MEDIA_UNKNOWN)
        entry->media_type = bucket->media_type;
}

/* False when it names nothing. */
static bool read_title(struct entry *entry, const struct json_value *value,
                       const struct bucket *bucket)
{
    const char *title = json_value_get_text(value, "title");
    const char *imdb = json_value_get_text(value, "imdb_id");
    int64_t year = json_value_get_integer(value, "release_year");

    *entry = (struct entry){.title = title ? title : ""};
    read_kind(entry, value, bucket);
    entry->year = year > 0 && year < 10000 ? (int)year : 0;
    if (!entry->unsupported) {
        entry->ids.tmdb = number_of(value, "id", "tmdb_id", "tmdb");
        entry->ids.tvdb = number_of(value, "tvdb_id", "tvdbid", "tvdb");
        if (!imdb || !ids_set_imdb(&entry->ids, imdb)) {
            imdb = json_value_get_text(json_value_get(value, "ids"), "imdb");
            ids_set_imdb(&entry->ids, imdb ? imdb : "");
        }
    }
    return *entry->title || entry->ids.tmdb || entry->ids.imdb[0];
}

static void add_all(struct fetch *fetch, const struct place *places, size_t count)
{
    size_t understood = 0;
    struct entry entry;

    for (size_t i = 0; i < count; i++) {
        if (!read_title(&entry, places[i].value, places[i].bucket)) {
            fetch->read++;
            continue;
        }
        if (!fetch_add(fetch, &entry))
            return;
        understood++;
    }
    if (count && !understood)
        fetch_not_understood(fetch, "titles of MDBList", "rows without a title and an id");
}

void mdblist_items_add(struct fetch *fetch, const struct json_value *answer)
{
    long count = mdblist_items_count(answer);

    if (count < 0) {
        fetch_not_understood(fetch, "titles of MDBList", json_value_kind(answer));
        return;
    }
    AUTO_FREE struct place *places = memory_array((size_t)count + 1, sizeof(*places));
    size_t used = 0;
    if (json_value_is_array(answer))
        used = collect(answer, &no_bucket, places, used);
    for (size_t i = 0; i < ARRAY_LENGTH(buckets); i++)
        used = collect(json_value_get(answer, buckets[i].member), &buckets[i], places, used);
    qsort(places, used, sizeof(*places), by_rank);
    add_all(fetch, places, used);
}
