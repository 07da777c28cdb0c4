/*
 * Trakt: lists, watchlists, favourites and collections by API v2, and files of the data export.
 */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "providers/trakt_api.h"
#include "providers/trakt_forms.h"
#include "providers/trakt_rows.h"

/* Collections are read in two goes, everything else in one: `phase` counts them. */
static const char *const collection_parts[] = {"/movies", "/shows"};

static bool is_collection(const struct fetch *fetch)
{
    return text_ends_with(fetch->ref->id, "/collection");
}

static char *path_of(const struct fetch *fetch)
{
    const char *id = fetch->ref->id;
    const char *official = "lists/official/";
    bool is_official = text_starts_with(id, official);
    AUTO_FREE char *encoded = trakt_forms_encode(is_official ? id + strlen(official) : id);

    if (is_official || text_is_digits(id))
        return memory_print("lists/%s/items", encoded);
    if (is_collection(fetch))
        return memory_print("users/%s%s", encoded, collection_parts[fetch->phase]);
    return memory_print("users/%s%s", encoded, strstr(id, "/lists/") ? "/items" : "");
}

static void request_next(struct fetch *fetch, struct http_request *request)
{
    if (fetch_is_of_file(fetch)) {
        http_request_get(request, "%s", fetch->ref->id);
        request->answer_limit = BUFFER_LIMIT_FILE;
        return;
    }
    AUTO_FREE char *path = path_of(fetch);
    trakt_api_ask(fetch, request, path, TRAKT_API_PAGE);
}

/* What the first page of each go says counts; without paging headers its rows are all. */
static void add_total(struct fetch *fetch, const struct http_response *response, size_t rows)
{
    struct trakt_api_place place = trakt_api_place(response);

    if (fetch->page > 0)
        return;
    if (fetch->total < 0)
        fetch->total = 0;
    fetch->total += fetch_count_said(place.item_count >= 0 ? place.item_count : (int64_t)rows);
}

static void read_answer(struct fetch *fetch, const struct http_response *response)
{
    AUTO_JSON struct json_value *rows = trakt_api_rows(fetch, response);
    size_t count = json_value_count(rows);

    if (!rows)
        return;
    add_total(fetch, response, count);
    if (!trakt_rows_add(fetch, rows, count, MEDIA_UNKNOWN))
        return;
    if (fetch_is_of_file(fetch)) {
        fetch_complete(fetch);
    } else if (trakt_api_turn_page(fetch, response, count) || fetch->finished) {
        return;
    } else if (is_collection(fetch) && fetch->phase == 0) {
        fetch->phase = 1;
        fetch->page = 0;
    } else {
        fetch_complete(fetch);
    }
}

static const char *const domains[] = {"trakt.tv", NULL};

static const struct provider_host hosts[] = {{"api.trakt.tv", TRAKT_API_PACE}, {0}};

static const struct option options[] = {
    {.name = "TRAKT_CLIENT_ID",
     .kind = OPTION_SECRET,
     .help = "Client id of your Trakt API app, for Trakt lists and charts."},
    {.name = NULL},
};

const struct provider provider_trakt = {
    .name = "trakt",
    .title = "Trakt",
    .domains = domains,
    .hosts = hosts,
    .options = options,
    .forms = trakt_forms_text,
    .other_ways = TRAKT_API_OTHER_WAYS,
    .parse_ref = trakt_forms_parse,
    .request = request_next,
    .answer = read_answer,
};
