/*
 * Trakt's charts: the first entries of "trending films", "anticipated series" and the like.
 */
#include "base/memory.h"
#include "base/text.h"
#include "providers/forms.h"
#include "providers/provider.h"
#include "providers/trakt_api.h"
#include "providers/trakt_charts.h"
#include "providers/trakt_forms.h"
#include "providers/trakt_rows.h"

static enum error_code parse_ref(const char *input, struct list_ref *ret, struct error *error)
{
    struct list_ref ref = {0};
    enum error_code rc = trakt_forms_parse(input, &ref, error);

    if (rc)
        return rc;
    if (!text_equal(ref.type, "trakt_special"))
        return forms_refuse(input, "is a list, not a chart: give it as type trakt", error);
    *ret = ref;
    return ERROR_NONE;
}

static int most(const struct fetch *fetch)
{
    return (int)options_number(fetch->options, "TRAKT_SPECIAL_ITEMS_LIMIT");
}

static void request_next(struct fetch *fetch, struct http_request *request)
{
    AUTO_FREE char *path = trakt_charts_path(fetch->ref->id);

    trakt_api_ask(fetch, request, path,
                  most(fetch) < TRAKT_API_PAGE ? most(fetch) : TRAKT_API_PAGE);
}

/* A chart goes on for ever: all that is wanted of it counts as the whole. */
static void set_total(struct fetch *fetch, const struct http_response *response)
{
    struct trakt_api_place place = trakt_api_place(response);

    if (place.item_count >= 0)
        fetch->total = place.item_count < most(fetch) ? place.item_count : most(fetch);
}

static void read_answer(struct fetch *fetch, const struct http_response *response)
{
    AUTO_JSON struct json_value *rows = trakt_api_rows(fetch, response);

    if (!rows)
        return;
    set_total(fetch, response);
    if (!trakt_rows_add(fetch, rows, (size_t)(most(fetch) - fetch->read),
                        trakt_charts_media_type(fetch->ref->id)))
        return;
    if (fetch->read >= most(fetch) ||
        (!trakt_api_turn_page(fetch, response, json_value_count(rows)) && !fetch->finished))
        fetch_complete(fetch);
}

static const char *const domains[] = {NULL};

static const struct provider_host hosts[] = {{"api.trakt.tv", TRAKT_API_PACE}, {0}};

static const struct option options[] = {
    {.name = "TRAKT_SPECIAL_ITEMS_LIMIT",
     .kind = OPTION_NUMBER,
     .fallback = "20",
     .low = 1,
     .high = 10000,
     .help = "How many entries of a Trakt chart are read."},
    {.name = NULL},
};

static const struct provider_preset presets[] = {
    {"trending:movies", "Trending films"},
    {"trending:shows", "Trending series"},
    {"popular:movies", "Popular films"},
    {"popular:shows", "Popular series"},
    {"anticipated:movies", "Anticipated films"},
    {"anticipated:shows", "Anticipated series"},
    {"watched:movies", "Most watched films"},
    {"watched:shows", "Most watched series"},
    {"streaming:movies", "Films on streaming services"},
    {"streaming:shows", "Series on streaming services"},
    {"boxoffice:movies", "Box office in the USA"},
    {0},
};

const struct provider provider_trakt_special = {
    .name = "trakt_special",
    .title = "Trakt charts",
    .domains = domains,
    .hosts = hosts,
    .presets = presets,
    .options = options,
    .forms = "KIND:movies or KIND:shows (trending, popular, anticipated, watched, played, "
             "collected, favorited, streaming; boxoffice:movies), or a URL of one",
    .other_ways = "give a list that you keep elsewhere, at MDBList for example",
    .parse_ref = parse_ref,
    .request = request_next,
    .answer = read_answer,
};
