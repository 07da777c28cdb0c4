/* Posters, for pages that may load pictures from this server alone. */
#include "api/posters.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/text.h"
#include "sync/measures.h"
#include "sync/poster_desk.h"

/* How long a browser may go by what it got: pictures hardly change, failures may pass. */
enum { KEEP_S = 7 * 24 * 3600, KEEP_FAILURE_S = 300, KEEP_TROUBLE_S = 30 };

void api_put_poster(struct call *call, enum media_type media_type, int64_t tmdb)
{
    const char *path = NULL;

    if (call->api->posters && tmdb > 0 && media_type != MEDIA_UNKNOWN)
        path =
            arena_print(call->arena, "/api/posters/%s/%" PRId64, media_type_word(media_type), tmdb);
    json_put_text(&call->json, "poster", path);
}

static void allow_to_keep(struct call *call, int seconds)
{
    web_response_header(call->response, "Cache-Control", "private, max-age=%d", seconds);
}

static void give(struct call *call, struct poster_image *image)
{
    struct web_response *response = call->response;

    allow_to_keep(call, KEEP_S);
    response->content_type = image->kind;
    if (*image->etag)
        response->etag = arena_text(call->arena, image->etag);
    buffer_release(&response->body);
    response->body = image->bytes;
    response->body.limit = WEB_ANSWER_LIMIT;
    buffer_init(&image->bytes, POSTER_BYTES_MOST);
}

static void answer(struct call *call, enum poster_answer outcome, struct poster_image *image)
{
    if (outcome == POSTER_HERE) {
        give(call, image);
        return;
    }
    allow_to_keep(call, outcome == POSTER_NONE ? KEEP_FAILURE_S : KEEP_TROUBLE_S);
    if (outcome == POSTER_NONE)
        call_fail(call, 404, "no_poster", "this title has no poster");
    else
        call_fail(call, 404, "poster_unreachable", "its poster is not to be had at the moment");
}

static void count(struct call *call, enum poster_answer outcome, bool was_kept)
{
    enum measure_poster result = outcome == POSTER_HERE && was_kept ? MEASURE_POSTER_KEPT
                                 : outcome == POSTER_HERE           ? MEASURE_POSTER_FETCHED
                                 : outcome == POSTER_NONE           ? MEASURE_POSTER_NONE
                                                                    : MEASURE_POSTER_UNREACHABLE;

    metrics_add(call->api->metrics, MEASURE_POSTERS, (int)result, 0, 1);
}

static void posters_one(struct call *call)
{
    AUTO_POSTER struct poster_image image;
    struct poster_key key = {
        .media_type = media_type_from_word(call_text(call, "media_type")),
        .tmdb = call_integer(call, "tmdb_id"),
        .size = poster_size_from_word(call_text(call, "size")),
    };

    poster_image_init(&image);
    if (!call->api->posters) {
        allow_to_keep(call, KEEP_FAILURE_S);
        call_fail(call, 404, "posters_off", "posters are switched off (POSTERS)");
        return;
    }
    enum poster_answer outcome = poster_desk_find(call->api->posters, &key, &image);
    if (outcome == POSTER_UNKNOWN && !call->in_errand) {
        call_set_aside(call);
        return;
    }
    bool was_kept = outcome == POSTER_HERE;
    if (outcome == POSTER_UNKNOWN)
        outcome = poster_desk_fetch(call->api->posters, call->store, &key, &image);
    count(call, outcome, was_kept);
    answer(call, outcome, &image);
}

static const char *const media_words[] = {"movie", "tv", NULL};

static const struct field one_parameters[] = {
    {"media_type", FIELD_TEXT, FIELD_IN_PATH | FIELD_REQUIRED, .words = media_words},
    {"tmdb_id", FIELD_INTEGER, FIELD_IN_PATH | FIELD_REQUIRED, .low = 1, .high = INT32_MAX},
    {"size", FIELD_TEXT, .help = "154, 342 or 500 pixels wide", .words = poster_size_words,
     .fallback = "medium"},
    {0},
};

const struct route api_posters_routes[] = {
    {.id = "posters_one",
     .tag = "Items",
     .method = WEB_GET,
     .path = "/api/posters/{media_type}/{tmdb_id}",
     .access = ACCESS_READ,
     .flags = ROUTE_UNLIMITED,
     .summary = "The poster of a title, fetched and kept by this server",
     .parameters = one_parameters,
     .media_type = "image/*",
     .handle = posters_one},
    {0},
};
