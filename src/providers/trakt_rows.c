#include "providers/trakt_rows.h"

#include "base/memory.h"
#include "base/text.h"

/* Kinds of rows, and the member that describes what can be asked for. */
static const struct kind {
    const char *word;
    const char *member;
    enum media_type media_type;
    const char *unsupported;
} kinds[] = {
    {"season", "show", MEDIA_TV, NULL},
    {"episode", "show", MEDIA_UNKNOWN, "a single episode"},
    {"movie", "movie", MEDIA_MOVIE, NULL},
    {"show", "show", MEDIA_TV, NULL},
    {"person", "person", MEDIA_UNKNOWN, "a person"},
};

/* By `type`, or by the first member that is there: a season's row has a show too. */
static const struct kind *kind_of(const struct json_value *row)
{
    const char *type = json_value_get_text(row, "type");

    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (type ? text_equal(type, kinds[i].word)
                 : json_value_is_object(json_value_get(row, kinds[i].word)))
            return &kinds[i];
    return NULL;
}

static int year_of(const struct json_value *work)
{
    int64_t year = json_value_get_integer(work, "year");

    return year > 0 && year < 10000 ? (int)year : 0;
}

static int rank_of(const struct json_value *row, const struct fetch *fetch)
{
    int64_t rank = json_value_get_integer(row, "rank");

    return (int)(rank > 0 && rank <= ENTRY_LIST_MAX ? rank : fetch->read + 1);
}

static int64_t positive(int64_t id)
{
    return id > 0 ? id : 0;
}

/* Trakt's own number never changes; its slugs do. */
static void set_ids(struct entry *entry, const struct json_value *ids, struct arena *arena)
{
    int64_t own = positive(json_value_get_integer(ids, "trakt"));

    ids_set_imdb(&entry->ids, json_value_get_text(ids, "imdb"));
    entry->ids.tmdb = positive(json_value_get_integer(ids, "tmdb"));
    entry->ids.tvdb = positive(json_value_get_integer(ids, "tvdb"));
    if (own)
        entry->ids.source_id =
            arena_print(arena, "trakt:%s:%lld", media_type_word(entry->media_type), (long long)own);
}

/* A season asks for itself alone; season 0, the specials, cannot be asked for. */
static void set_season(struct entry *entry, const struct json_value *season)
{
    const struct json_value *number = json_value_get(season, "number");
    int64_t value = json_value_integer(number);

    if (!json_value_is_integer(number) || value < 0 || value > 1000)
        entry->unsupported = "a season without a number";
    else if (value == 0)
        entry->unsupported = "the specials of a series";
    else
        entry->season = (int)value;
}

/*
 * The film, series or person of a row. "popular" writes the film itself: such a bare object must
 * have title and ids, since descriptions of lists have ids too. NULL: the row names nothing.
 */
static const struct json_value *work_of(const struct json_value *row, const struct kind *kind)
{
    const struct json_value *work = kind ? json_value_get(row, kind->member) : row;
    bool has_ids = json_value_is_object(json_value_get(work, "ids"));
    bool has_title = json_value_get_text(work, "title");

    return (kind ? has_ids || has_title : has_ids && has_title) ? work : NULL;
}

static bool read_row(const struct fetch *fetch, const struct json_value *row,
                     enum media_type media_type, struct entry *entry)
{
    const struct kind *kind = kind_of(row);
    const struct json_value *work = work_of(row, kind);
    const char *title = json_value_get_text(work, "title");

    if (!title)
        title = json_value_get_text(work, "name");
    *entry = (struct entry){
        .title = title ? title : "",
        .year = year_of(work),
        .media_type = kind ? kind->media_type : media_type,
        .rank = rank_of(row, fetch),
        .unsupported = kind ? kind->unsupported : NULL,
    };
    if (kind && text_equal(kind->word, "season"))
        set_season(entry, json_value_get(row, "season"));
    if (!entry->unsupported)
        set_ids(entry, json_value_get(work, "ids"), fetch->arena);
    return work;
}

bool trakt_rows_add(struct fetch *fetch, const struct json_value *rows, size_t most,
                    enum media_type media_type)
{
    size_t count = json_value_count(rows);
    size_t understood = 0;
    struct entry entry;

    for (size_t i = 0; i < count && i < most; i++) {
        if (!read_row(fetch, json_value_at(rows, i), media_type, &entry))
            continue;
        if (!fetch_add(fetch, &entry))
            return false;
        understood++;
    }
    if (understood || !count)
        return true;
    fetch_not_understood(fetch, "films and series", "rows that name neither");
    return false;
}
