#include "seerr/media.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

enum { KEY_SIZE = 40 };

static void title_key(char key[KEY_SIZE], enum media_type type, int64_t tmdb)
{
    snprintf(key, KEY_SIZE, "%s:%" PRId64, media_type_word(type), tmdb);
}

void media_sweep_init(struct media_sweep *sweep, bool is_4k)
{
    *sweep = (struct media_sweep){.is_4k = is_4k};
}

void media_sweep_release(struct media_sweep *sweep)
{
    free(sweep->states);
    map_release(&sweep->by_title);
}

static void start_over(struct media_sweep *sweep)
{
    bool is_4k = sweep->is_4k;

    media_sweep_release(sweep);
    media_sweep_init(sweep, is_4k);
    sweep->read_again = true;
}

void media_sweep_request(const struct media_sweep *sweep, const struct seerr *seerr,
                         struct http_request *request)
{
    seerr_get(seerr, request, "/media?take=%d&skip=%" PRId64, MEDIA_PAGE_SIZE, sweep->skip);
    request->answer_limit = BUFFER_LIMIT_MEDIA_PAGE;
}

const struct media_state *media_sweep_find(const struct media_sweep *sweep, enum media_type type,
                                           int64_t tmdb)
{
    char key[KEY_SIZE];

    title_key(key, type, tmdb);
    size_t place = (size_t)(uintptr_t)map_get(&sweep->by_title, key);
    return place ? &sweep->states[place - 1] : NULL;
}

/* Blocklisted is said of the title, whichever quality was looked at. */
static enum media_status status_of(const struct json_value *row, bool is_4k)
{
    int64_t standard = json_value_get_integer(row, "status");
    int64_t quality = json_value_get_integer(row, is_4k ? "status4k" : "status");

    if (standard == MEDIA_STATUS_BLOCKLISTED)
        return MEDIA_STATUS_BLOCKLISTED;
    return quality >= MEDIA_STATUS_UNKNOWN && quality <= MEDIA_STATUS_DELETED
               ? (enum media_status)quality
               : MEDIA_STATUS_UNKNOWN;
}

static void read_seasons(struct media_state *state, const struct json_value *row, bool is_4k)
{
    const struct json_value *seasons = json_value_get(row, "seasons");

    for (size_t i = 0; i < json_value_count(seasons); i++) {
        const struct json_value *season = json_value_at(seasons, i);
        int64_t status = json_value_get_integer(season, is_4k ? "status4k" : "status");
        int64_t number = json_value_get_integer(season, "seasonNumber");
        if (status == MEDIA_STATUS_DELETED)
            season_set_add(&state->seasons_deleted, number);
        else if (status >= MEDIA_STATUS_PENDING)
            season_set_add(&state->seasons_there, number);
    }
}

static struct media_state *state_for(struct media_sweep *sweep, enum media_type type, int64_t tmdb)
{
    char key[KEY_SIZE];

    title_key(key, type, tmdb);
    size_t place = (size_t)(uintptr_t)map_get(&sweep->by_title, key);
    if (place)
        return &sweep->states[place - 1];
    memory_grow(&sweep->states, sweep->count, &sweep->capacity);
    struct media_state *state = &sweep->states[sweep->count++];
    *state = (struct media_state){.media_type = type, .tmdb = tmdb};
    map_set(&sweep->by_title, key, (void *)(uintptr_t)sweep->count);
    return state;
}

static void add_row(struct media_sweep *sweep, const struct json_value *row)
{
    enum media_type type = media_type_from_word(json_value_get_text(row, "mediaType"));
    int64_t tmdb = json_value_get_integer(row, "tmdbId");

    if (type == MEDIA_UNKNOWN || tmdb <= 0)
        return;
    struct media_state *state = state_for(sweep, type, tmdb);
    enum media_status status = status_of(row, sweep->is_4k);
    if (status > state->status)
        state->status = status;
    read_seasons(state, row, sweep->is_4k);
}

/* Short: rows went missing while it was read, or the answer was not the whole truth. */
static enum error_code end_of_sweep(struct media_sweep *sweep, int64_t results, struct error *error)
{
    bool is_short = results < sweep->results || sweep->skip < results;

    if (is_short && !sweep->read_again) {
        start_over(sweep);
        return ERROR_NONE;
    }
    if (sweep->skip < results)
        return error_set(error, ERROR_FORMAT,
                         "Seerr says that it knows %" PRId64 " titles and lists only %" PRId64,
                         results, sweep->skip);
    sweep->finished = true;
    return ERROR_NONE;
}

enum error_code media_sweep_answer(struct media_sweep *sweep, const struct http_response *response,
                                   struct error *error)
{
    AUTO_JSON struct json_value *page = NULL;
    enum error_code rc = seerr_read(response, &page, error);

    if (rc)
        return rc;
    const struct json_value *rows = json_value_get(page, "results");
    const struct json_value *total = json_value_path(page, "pageInfo.results");
    if (!json_value_is_array(rows) || !json_value_is_integer(total))
        return error_set(error, ERROR_FORMAT,
                         "Seerr's list of media is not understood: expected results and "
                         "pageInfo.results, found %s and %s",
                         json_value_kind(rows), json_value_kind(total));
    int64_t results = json_value_integer(total);
    if (sweep->skip == 0)
        sweep->results = results;
    for (size_t i = 0; i < json_value_count(rows); i++)
        add_row(sweep, json_value_at(rows, i));
    sweep->skip += (int64_t)json_value_count(rows);
    if (sweep->skip > MEDIA_ROWS_MAX)
        return error_set(error, ERROR_LIMIT, "Seerr lists more than %d titles", MEDIA_ROWS_MAX);
    if (json_value_count(rows) == 0 || sweep->skip >= results)
        return end_of_sweep(sweep, results, error);
    return ERROR_NONE;
}
