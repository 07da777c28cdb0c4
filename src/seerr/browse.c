#include "seerr/browse.h"

#include "base/text.h"
#include "net/url.h"

enum { OVERVIEW_SIZE = 1024 };

void browse_request(const struct seerr *seerr, const char *query, struct http_request *request)
{
    AUTO_BUFFER struct buffer encoded = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct ids ids = {0};

    if (ids_set_imdb(&ids, query)) {
        url_encode(&encoded, "imdb:");
        url_encode(&encoded, ids.imdb);
    } else {
        url_encode(&encoded, query);
    }
    seerr_get(seerr, request, "/search?query=%s", buffer_string(&encoded));
}

/* The first of two keys that holds a text: films and series name theirs differently. */
static const char *text_of(const struct json_value *row, const char *key, const char *other,
                           struct arena *arena)
{
    const char *text = json_value_get_text(row, key);

    if (!text && other)
        text = json_value_get_text(row, other);
    char *copy = arena_text(arena, text ? text : "");
    text_tame(copy);
    return copy;
}

static int year_of(const struct json_value *row, struct arena *arena)
{
    char digits[5];
    int64_t year = 0;

    text_copy(digits, sizeof(digits), text_of(row, "releaseDate", "firstAirDate", arena));
    return text_to_integer(digits, 1800, 2200, &year) ? (int)year : 0;
}

static const char *overview_of(const struct json_value *row, struct arena *arena)
{
    char text[OVERVIEW_SIZE];

    text_copy(text, sizeof(text), text_of(row, "overview", NULL, arena));
    return arena_text(arena, text);
}

static struct match_candidate read_candidate(const struct json_value *row, struct arena *arena)
{
    return (struct match_candidate){
        .media_type = media_type_from_word(json_value_get_text(row, "mediaType")),
        .tmdb = json_value_get_integer(row, "id"),
        .title = text_of(row, "title", "name", arena),
        .original_title = text_of(row, "originalTitle", "originalName", arena),
        .overview = overview_of(row, arena),
        .poster = text_of(row, "posterPath", NULL, arena),
        .year = year_of(row, arena),
    };
}

enum error_code browse_answer(const struct http_response *response, struct arena *arena,
                              struct match_candidates *ret, struct error *error)
{
    AUTO_JSON struct json_value *document = NULL;
    enum error_code rc = seerr_read(response, &document, error);

    if (rc)
        return rc;
    const struct json_value *rows = json_value_get(document, "results");
    if (!json_value_is_array(rows))
        return error_set(error, ERROR_FORMAT,
                         "Seerr's search answer is not understood: expected results, found %s",
                         json_value_kind(rows));
    *ret = (struct match_candidates){arena_take(arena, BROWSE_MOST * sizeof(*ret->items)), 0};
    for (size_t i = 0; i < json_value_count(rows) && ret->count < BROWSE_MOST; i++) {
        struct match_candidate candidate = read_candidate(json_value_at(rows, i), arena);
        if (candidate.media_type != MEDIA_UNKNOWN && candidate.tmdb > 0)
            ret->items[ret->count++] = candidate;
    }
    return ERROR_NONE;
}
