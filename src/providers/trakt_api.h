/*
 * trakt_api.h: one page of Trakt's API asked, and its answer judged: statuses, paging, rows.
 *
 * Source of facts: docs.trakt.tv and trakt/trakt-api (July 2026), answers recorded 2018 to 2026.
 * Every call carries trakt-api-key (the user's client id) and trakt-api-version 2. A page has at
 * most 250 rows since June 2026, larger limits are clamped silently: only the answer's own
 * X-Pagination-Page-Count and -Item-Count tell where a list ends (an empty list has 0 pages). Some
 * small answers (box office, old collections) come whole, without these headers.
 */
#ifndef LISTSYNC_PROVIDERS_TRAKT_API_H
#define LISTSYNC_PROVIDERS_TRAKT_API_H

#include <stdbool.h>

#include "base/json_value.h"
#include "net/http_message.h"
#include "net/pace.h"
#include "providers/fetch.h"

#define TRAKT_API_PACE                                                                             \
    {                                                                                              \
        .window_requests = 1000, .window_seconds = 300, .parallel = 4                              \
    }

/* How to come by the lists without the API: ends "blocked", and what a lost key needs to know. */
#define TRAKT_API_OTHER_WAYS                                                                       \
    "export your data on Trakt (Settings, Data) and give the JSON file as file:PATH"

enum { TRAKT_API_PAGE = 250 };

/*
 * Asks for page `fetch->page` of `path` ("users/x/watchlist", already encoded), `limit` rows on
 * it. Without TRAKT_CLIENT_ID it ends the fetch as auth_failed instead.
 */
void trakt_api_ask(struct fetch *fetch, struct http_request *request, const char *path, int limit);

/*
 * The rows of an answer, to be freed, once statuses and walls are dealt with; NULL: the fetch is
 * finished. Also for a file of the user's.
 */
struct json_value *trakt_api_rows(struct fetch *fetch, const struct http_response *response);

/* What the answer's own headers say of its place in the list. */
struct trakt_api_place {
    bool is_known; /* false: no paging headers */
    int64_t page, page_count, item_count;
};

struct trakt_api_place trakt_api_place(const struct http_response *response);

/*
 * True when another page follows, `fetch->page` is then on it; false at the end of the list, or
 * when the fetch is finished: a page that is not the one asked for, an empty one before the end,
 * a full one without paging headers.
 */
bool trakt_api_turn_page(struct fetch *fetch, const struct http_response *response, size_t rows);

#endif
