/*
 * Letterboxd: lists, watchlists and films of a member from the site's pages, the diary from RSS,
 * and the CSV files of the data export.
 *
 * Lists hold films and miniseries alike and name no foreign id, so entries carry the site's own
 * name of the film (source_id) and no kind; the film's page tells both, asked once ever. The site
 * is asked slowly, one request at a time, by our own name; a refusal is reported, never evaded.
 */
#include "base/memory.h"
#include "base/text.h"
#include "providers/blocking.h"
#include "providers/id_table.h"
#include "providers/letterboxd_feed.h"
#include "providers/letterboxd_film.h"
#include "providers/letterboxd_form.h"
#include "providers/letterboxd_page.h"
#include "providers/provider.h"

static const struct fetch_status statuses[] = {
    {426, 426, OUTCOME_BLOCKED, "Letterboxd refuses programs; give the CSV file of your export"},
    {429, 429, OUTCOME_RATE_LIMITED, "Letterboxd has had too many requests; leave it some hours"},
    {401, 401, OUTCOME_PRIVATE, "Letterboxd does not show this list to strangers"},
    {410, 410, OUTCOME_NOT_FOUND, "the list is gone from Letterboxd"},
    {500, 599, OUTCOME_UNREACHABLE, "Letterboxd has trouble of its own"},
    {201, 402, OUTCOME_CHANGED_FORMAT, "Letterboxd answers in a way that is not known"},
    {405, 499, OUTCOME_CHANGED_FORMAT, "Letterboxd answers in a way that is not known"},
    {0},
};

static void request(struct fetch *fetch, struct http_request *request)
{
    if (fetch_is_of_file(fetch)) {
        http_request_get(request, "%s", fetch->ref->id);
        request->answer_limit = BUFFER_LIMIT_FILE;
    } else if (fetch->page == 0) {
        http_request_get(request, "https://letterboxd.com/%s/", fetch->ref->id);
    } else {
        http_request_get(request, "https://letterboxd.com%s", fetch->cursor);
    }
}

static void answer(struct fetch *fetch, const struct http_response *response)
{
    if (fetch_finish_without_file(fetch, response))
        return;
    if (fetch_is_of_file(fetch))
        id_table_read_csv(fetch, "a CSV file of the Letterboxd export",
                          buffer_string(&response->body), response->body.length);
    else if (blocking_recognise(response, fetch) ||
             fetch_finish_on_status(fetch, response, statuses))
        return;
    else if (response->status != 200)
        letterboxd_page_refused(fetch, response);
    else if (letterboxd_form_is_feed(fetch->ref))
        letterboxd_feed_read(fetch, response);
    else
        letterboxd_page_read(fetch, response);
}

static const char *const domains[] = {"letterboxd.com", "boxd.it", NULL};

static const struct provider_host hosts[] = {{"letterboxd.com", {.gap_ms = 1000, .parallel = 1}},
                                             {0}};

const struct provider provider_letterboxd = {
    .name = "letterboxd",
    .title = "Letterboxd",
    .domains = domains,
    .hosts = hosts,
    .forms = "USER/watchlist, USER/list/NAME, USER/films, USER/likes/films, USER/rss, an address, "
             "or file:PATH of a CSV export",
    .other_ways = "give the CSV file of your Letterboxd export as file:PATH, "
                  "or let MDBList import the list",
    .parse_ref = letterboxd_form_parse,
    .request = request,
    .answer = answer,
    .identify_request = letterboxd_film_request,
    .identify_answer = letterboxd_film_answer,
};
