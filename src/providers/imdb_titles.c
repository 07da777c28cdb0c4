#include "providers/imdb_titles.h"

#include <ctype.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

/* Words without case, spaces and hyphens. A tvShort is a film or a series: its id will tell. */
static const struct {
    const char *word;
    enum media_type media_type;
    const char *unsupported;
} kinds[] = {
    {"movie", MEDIA_MOVIE, NULL},
    {"tvmovie", MEDIA_MOVIE, NULL},
    {"video", MEDIA_MOVIE, NULL},
    {"short", MEDIA_MOVIE, NULL},
    {"tvspecial", MEDIA_MOVIE, NULL},
    {"tvseries", MEDIA_TV, NULL},
    {"tvminiseries", MEDIA_TV, NULL},
    {"tvepisode", MEDIA_UNKNOWN, "a single episode"},
    {"videogame", MEDIA_UNKNOWN, "a video game"},
    {"musicvideo", MEDIA_UNKNOWN, "a music video"},
    {"podcastseries", MEDIA_UNKNOWN, "a podcast"},
    {"podcastepisode", MEDIA_UNKNOWN, "a podcast episode"},
};

static void letters_of(const char *text, char *letters, size_t size)
{
    size_t length = 0;

    for (; *text && length + 1 < size; text++)
        if (isalpha((unsigned char)*text))
            letters[length++] = (char)tolower((unsigned char)*text);
    letters[length] = '\0';
}

void imdb_titles_set_kind(struct entry *entry, const char *kind)
{
    char word[32];

    letters_of(kind ? kind : "", word, sizeof(word));
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (strcmp(kinds[i].word, word) != 0)
            continue;
        entry->media_type = kinds[i].media_type;
        entry->unsupported = kinds[i].unsupported;
    }
}

/* The member itself, or its `inner` member when it is an object. */
static const struct json_value *member(const struct json_value *title, const char *name,
                                       const char *inner)
{
    const struct json_value *value = json_value_get(title, name);

    return json_value_is_object(value) ? json_value_get(value, inner) : value;
}

static const char *id_of(const struct json_value *title)
{
    const char *id = json_value_get_text(title, "id");

    return id ? id : json_value_get_text(title, "titleId");
}

static const struct json_value *title_of(const struct json_value *edge)
{
    static const char *const places[] = {"title", "listItem", "node.listItem", "node.item", "node"};

    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        const struct json_value *title = json_value_path(edge, places[i]);
        if (id_of(title))
            return title;
    }
    return edge;
}

static int rank_of(const struct json_value *edge)
{
    int64_t rank = json_value_get_integer(json_value_get(edge, "node"), "absolutePosition");

    if (!rank)
        rank = json_value_get_integer(edge, "currentRank");
    return rank > 0 && rank <= INT32_MAX ? (int)rank : 0;
}

static int year_of(const struct json_value *title)
{
    int64_t year = json_value_integer(member(title, "releaseYear", "year"));

    return year > 0 && year < 10000 ? (int)year : 0;
}

static bool read_title(const struct json_value *edge, struct entry *entry)
{
    const struct json_value *title = title_of(edge);
    const char *name = json_value_text(member(title, "titleText", "text"));
    const char *original = json_value_text(member(title, "originalTitleText", "text"));

    *entry = (struct entry){
        .title = name ? name : "",
        .original_title = text_equal(name, original) ? NULL : original,
        .year = year_of(title),
        .rank = rank_of(edge),
    };
    imdb_titles_set_kind(entry, json_value_text(member(title, "titleType", "id")));
    return ids_set_imdb(&entry->ids, id_of(title));
}

bool imdb_titles_add(struct fetch *fetch, const struct json_value *edges)
{
    size_t count = json_value_count(edges);
    size_t understood = 0;
    struct entry entry;

    for (size_t i = 0; i < count; i++) {
        if (!read_title(json_value_at(edges, i), &entry))
            continue;
        if (!entry.rank)
            entry.rank = (int)fetch->read + 1;
        if (!fetch_add(fetch, &entry))
            return false;
        understood++;
    }
    if (json_value_is_array(edges) && (understood || !count))
        return true;
    fetch_not_understood(fetch, "a list of titles",
                         count ? "a list without title ids" : json_value_kind(edges));
    return false;
}

void imdb_titles_set_about(struct fetch *fetch, const struct json_value *list)
{
    const char *name = json_value_text(json_value_path(list, "name.originalText"));
    const char *changed = json_value_get_text(list, "lastModifiedDate");
    char time[CLOCK_TEXT_SIZE];

    if (name)
        text_copy(fetch->name, sizeof(fetch->name), name);
    if (!changed)
        return;
    text_copy(time, sizeof(time), changed); /* "2026-07-31T08:26:46Z" */
    if (strlen(time) > 10 && time[10] == 'T')
        time[10] = ' ';
    int64_t changed_at = clock_parse_utc(time);
    fetch->changed_at = changed_at > 0 ? changed_at : 0;
}
