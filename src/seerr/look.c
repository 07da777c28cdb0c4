#include "seerr/look.h"

#include <inttypes.h>

#include "base/text.h"

void look_request(const struct seerr *seerr, enum media_type type, int64_t tmdb,
                  struct http_request *request)
{
    seerr_get(seerr, request, "/%s/%" PRId64, media_type_word(type), tmdb);
    request->timeout_ms = LOOK_TIMEOUT_MS;
}

static struct season_set season_numbers(const struct json_value *seasons)
{
    struct season_set set = {0};

    for (size_t i = 0; i < json_value_count(seasons); i++)
        season_set_add(&set, json_value_get_integer(json_value_at(seasons, i), "seasonNumber"));
    return set;
}

static void add_request(struct title_look *look, const struct json_value *request)
{
    struct season_set asked = season_numbers(json_value_get(request, "seasons"));
    int64_t id = json_value_get_integer(request, "id");

    if (json_value_get_integer(request, "status") == REQUEST_STATUS_DECLINED) {
        look->has_declined_request = true;
        season_set_add_all(&look->refused, &asked);
        return;
    }
    look->has_open_request = true;
    season_set_add_all(&look->covered, &asked);
    if (id > look->request_id) {
        look->request_id = id;
        look->requested_by = json_value_integer(json_value_path(request, "requestedBy.id"));
    }
}

/* A film's text, or a series' under its other name; "" when there is none. */
static const char *either(const struct json_value *title, const char *film, const char *series)
{
    const char *text = json_value_get_text(title, film);

    if (!text)
        text = json_value_get_text(title, series);
    return text ? text : "";
}

static void read_identity(struct title_look *look, const struct json_value *title)
{
    struct ids ids = {0};
    int64_t year = 0;
    char digits[5];
    const char *imdb = json_value_get_text(title, "imdbId");

    if (!imdb)
        imdb = json_value_text(json_value_path(title, "externalIds.imdbId"));
    if (imdb && ids_set_imdb(&ids, imdb))
        text_copy(look->imdb, sizeof(look->imdb), ids.imdb);
    text_copy(look->title, sizeof(look->title), either(title, "title", "name"));
    text_copy(look->original_title, sizeof(look->original_title),
              either(title, "originalTitle", "originalName"));
    text_copy(digits, sizeof(digits), either(title, "releaseDate", "firstAirDate"));
    const char *poster = json_value_get_text(title, "posterPath");
    if (poster_path_is_valid(poster))
        text_copy(look->poster, sizeof(look->poster), poster);
    look->year = text_to_integer(digits, 1800, 2200, &year) ? (int)year : 0;
}

static void add_season_states(struct title_look *look, const struct json_value *seasons, bool is_4k)
{
    for (size_t i = 0; i < json_value_count(seasons); i++) {
        const struct json_value *season = json_value_at(seasons, i);
        int64_t status = json_value_get_integer(season, is_4k ? "status4k" : "status");
        int64_t number = json_value_get_integer(season, "seasonNumber");
        if (status == MEDIA_STATUS_DELETED)
            season_set_add(&look->refused, number);
        else if (status >= MEDIA_STATUS_PENDING)
            season_set_add(&look->covered, number);
    }
}

enum error_code look_answer(const struct http_response *response, enum media_type type, bool is_4k,
                            struct title_look *ret, struct error *error)
{
    AUTO_JSON struct json_value *title = NULL;
    enum error_code rc = seerr_read(response, &title, error);

    if (rc)
        return rc;
    if (type == MEDIA_TV && !json_value_is_array(json_value_get(title, "seasons")))
        return error_set(error, ERROR_FORMAT,
                         "Seerr's answer about a series is not understood: no seasons in it");
    const struct json_value *info = json_value_get(title, "mediaInfo");
    const struct json_value *requests = json_value_get(info, "requests");
    int64_t status = json_value_get_integer(info, is_4k ? "status4k" : "status");

    *ret = (struct title_look){.seasons = season_numbers(json_value_get(title, "seasons"))};
    read_identity(ret, title);
    if (status >= MEDIA_STATUS_UNKNOWN && status <= MEDIA_STATUS_DELETED)
        ret->status = (enum media_status)status;
    for (size_t i = 0; i < json_value_count(requests); i++) {
        const struct json_value *request = json_value_at(requests, i);
        if (json_value_is_true(json_value_get(request, "is4k")) == is_4k)
            add_request(ret, request);
    }
    add_season_states(ret, json_value_get(info, "seasons"), is_4k);
    return ERROR_NONE;
}
