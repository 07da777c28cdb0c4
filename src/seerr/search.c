#include "seerr/search.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"

static void search(const struct seerr *seerr, const char *query, int page,
                   struct http_request *request)
{
    AUTO_BUFFER struct buffer encoded = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    url_encode(&encoded, query);
    if (page > 1)
        seerr_get(seerr, request, "/search?query=%s&page=%d", buffer_string(&encoded), page);
    else
        seerr_get(seerr, request, "/search?query=%s", buffer_string(&encoded));
}

void search_imdb_request(const struct seerr *seerr, const char *imdb, struct http_request *request)
{
    AUTO_FREE char *query = memory_print("imdb:%s", imdb);

    search(seerr, query, 1, request);
}

void search_tvdb_request(const struct seerr *seerr, int64_t tvdb, struct http_request *request)
{
    AUTO_FREE char *query = memory_print("tvdb:%" PRId64, tvdb);

    search(seerr, query, 1, request);
}

void search_title_request(const struct seerr *seerr, const char *title, int year, int page,
                          struct http_request *request)
{
    AUTO_FREE char *query = memory_print("%s year:%d", title, year);

    search(seerr, query, page, request);
}

static int year_of(const struct json_value *result)
{
    const char *date = json_value_get_text(result, "releaseDate");
    int64_t year = 0;
    char digits[5] = "";

    if (!date)
        date = json_value_get_text(result, "firstAirDate");
    text_copy(digits, sizeof(digits), date ? date : "");
    return text_to_integer(digits, 1800, 2200, &year) ? (int)year : 0;
}

static const char *either(const struct json_value *result, const char *film, const char *series)
{
    const char *text = json_value_get_text(result, film);

    return text ? text : json_value_get_text(result, series);
}

/* False for people and collections, and for TMDB's broken answers that look like people. */
static bool read_candidate(const struct json_value *result, struct candidate *ret)
{
    *ret = (struct candidate){
        .media_type = media_type_from_word(json_value_get_text(result, "mediaType")),
        .tmdb = json_value_get_integer(result, "id"),
        .title = either(result, "title", "name"),
        .original_title = either(result, "originalTitle", "originalName"),
        .year = year_of(result),
    };
    return ret->media_type != MEDIA_UNKNOWN && ret->tmdb > 0;
}

static enum error_code read_results(const struct http_response *response,
                                    struct json_value **ret_document, const struct json_value **ret,
                                    struct error *error)
{
    enum error_code rc = seerr_read(response, ret_document, error);

    if (rc)
        return rc;
    *ret = json_value_get(*ret_document, "results");
    if (!json_value_is_array(*ret))
        return error_set(error, ERROR_FORMAT,
                         "Seerr's search answer is not understood: expected results, found %s",
                         json_value_kind(*ret));
    return ERROR_NONE;
}

enum error_code search_id_answer(const struct http_response *response, enum media_type type,
                                 struct arena *arena, struct candidate *ret, struct error *error)
{
    AUTO_JSON struct json_value *document = NULL;
    const struct json_value *results = NULL;
    struct candidate candidate;
    size_t fitting = 0;
    enum error_code rc = read_results(response, &document, &results, error);

    if (rc)
        return rc;
    for (size_t i = 0; i < json_value_count(results); i++) {
        if (!read_candidate(json_value_at(results, i), &candidate))
            continue;
        if (type != MEDIA_UNKNOWN && candidate.media_type != type)
            continue;
        *ret = candidate;
        fitting++;
    }
    ret->title = arena_text(arena, ret->title);
    ret->original_title = arena_text(arena, ret->original_title);
    if (fitting == 1)
        return ERROR_NONE;
    return error_set(error, ERROR_NOT_FOUND, fitting ? "the id names %zu titles" : "no such title",
                     fitting);
}

enum error_code search_title_answer(const struct http_response *response, struct arena *arena,
                                    struct search_page *ret, struct error *error)
{
    AUTO_JSON struct json_value *document = NULL;
    const struct json_value *results = NULL;
    enum error_code rc = read_results(response, &document, &results, error);

    if (rc)
        return rc;
    ret->candidates = arena_take(arena, json_value_count(results) * sizeof(struct candidate));
    ret->count = 0;
    ret->results = (int64_t)json_value_count(results);
    ret->total_results = json_value_get_integer(document, "totalResults");
    ret->total_pages = json_value_get_integer(document, "totalPages");
    for (size_t i = 0; i < json_value_count(results); i++) {
        struct candidate *candidate = &ret->candidates[ret->count];
        if (!read_candidate(json_value_at(results, i), candidate))
            continue;
        candidate->title = arena_text(arena, candidate->title);
        candidate->original_title = arena_text(arena, candidate->original_title);
        ret->count++;
    }
    return ERROR_NONE;
}
