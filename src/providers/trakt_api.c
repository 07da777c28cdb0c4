#include "providers/trakt_api.h"

#include "base/memory.h"
#include "base/text.h"
#include "providers/blocking.h"

static const char no_client_id[] =
    "Trakt needs a client id: make an API app on trakt.tv/oauth/applications (since July 2026 with "
    "a VIP account only) and set TRAKT_CLIENT_ID; or " TRAKT_API_OTHER_WAYS;

void trakt_api_ask(struct fetch *fetch, struct http_request *request, const char *path, int limit)
{
    const struct secret *client_id = options_secret(fetch->options, "TRAKT_CLIENT_ID");

    if (!secret_is_set(client_id)) {
        fetch_finish(fetch, OUTCOME_AUTH_FAILED, "%s", no_client_id);
        return;
    }
    http_request_get(request, "https://api.trakt.tv/%s?page=%d&limit=%d", path, fetch->page + 1,
                     limit);
    http_request_header(request, "Content-Type", "application/json");
    http_request_header(request, "trakt-api-version", "2");
    http_request_secret_header(request, "trakt-api-key", client_id);
}

/* Meanings for a program that reads public lists and sends no user's token. */
static const struct fetch_status statuses[] = {
    {204, 204, OUTCOME_NOT_FOUND, "Trakt has no such list"},
    {401, 401, OUTCOME_PRIVATE, "Trakt shows this list only to its owner; make it public"},
    {403, 403, OUTCOME_AUTH_FAILED,
     "Trakt no longer accepts the client id: API apps of accounts without VIP were removed at the "
     "end of July 2026; set a valid TRAKT_CLIENT_ID, or " TRAKT_API_OTHER_WAYS},
    {404, 404, OUTCOME_NOT_FOUND, "Trakt has no such list or user"},
    {410, 410, OUTCOME_NOT_FOUND, "the account of the list's owner was closed"},
    {412, 412, OUTCOME_CHANGED_FORMAT, "Trakt no longer takes our question as it is put"},
    {420, 420, OUTCOME_AUTH_FAILED, "the Trakt account has used up what it may hold"},
    {423, 423, OUTCOME_PRIVATE, "Trakt has locked the account of the list's owner"},
    {426, 426, OUTCOME_AUTH_FAILED, "Trakt gives this only to VIP accounts"},
    {429, 429, OUTCOME_RATE_LIMITED, "Trakt had too many requests"},
    {500, 500, OUTCOME_UNREACHABLE, "Trakt failed on this list"},
    {501, 599, OUTCOME_UNREACHABLE, "Trakt is out of order"},
    {100, 199, OUTCOME_CHANGED_FORMAT, "Trakt gives an answer that is not known of it"},
    {201, 499, OUTCOME_CHANGED_FORMAT, "Trakt gives an answer that is not known of it"},
    {0, 0, 0, NULL},
};

/* Trakt answers 403 for two things; only the body tells them apart. */
static bool is_private(const struct http_response *response)
{
    return response->status == 403 && (http_response_body_contains(response, "private") ||
                                       http_response_body_contains(response, "does not exist"));
}

static bool is_refused(struct fetch *fetch, const struct http_response *response)
{
    if (fetch_finish_without_file(fetch, response) || blocking_recognise_html(response, fetch))
        return true;
    if (is_private(response)) {
        fetch_finish(fetch, OUTCOME_PRIVATE, "the list is private or does not exist (HTTP 403)");
        return true;
    }
    return fetch_finish_on_status(fetch, response, statuses);
}

static bool hides_user(const struct http_response *response)
{
    return text_equal(http_response_header(response, "X-Private-User"), "true");
}

struct json_value *trakt_api_rows(struct fetch *fetch, const struct http_response *response)
{
    AUTO_JSON struct json_value *rows = NULL;
    struct error error = {0};

    if (is_refused(fetch, response))
        return NULL;
    if (json_value_parse(buffer_string(&response->body), response->body.length, &rows, &error))
        fetch_not_understood(fetch, "Trakt's rows", error.message);
    else if (!json_value_is_array(rows))
        fetch_not_understood(fetch, "Trakt's rows", json_value_kind(rows));
    else if (!json_value_count(rows) && hides_user(response))
        fetch_finish(fetch, OUTCOME_PRIVATE, "Trakt shows nothing of this user: private");
    return fetch->finished ? NULL : TAKE(rows);
}

struct trakt_api_place trakt_api_place(const struct http_response *response)
{
    struct trakt_api_place place = {
        .page = http_response_header_number(response, "X-Pagination-Page"),
        .page_count = http_response_header_number(response, "X-Pagination-Page-Count"),
        .item_count = http_response_header_number(response, "X-Pagination-Item-Count"),
    };
    place.is_known = place.page_count >= 0;
    return place;
}

/* As many rows as a page holds: 100 when the limit was ignored. What lies behind is not known. */
static bool looks_cut(size_t rows)
{
    return rows == 100 || rows >= TRAKT_API_PAGE;
}

bool trakt_api_turn_page(struct fetch *fetch, const struct http_response *response, size_t rows)
{
    struct trakt_api_place place = trakt_api_place(response);

    if (!place.is_known && looks_cut(rows))
        fetch_finish(fetch, OUTCOME_PARTIAL,
                     "Trakt gave a full page of %zu rows and did not say whether more follow",
                     rows);
    else if (place.is_known && place.page > 0 && place.page != fetch->page + 1)
        fetch_finish(fetch, OUTCOME_PARTIAL, "Trakt gave page %d when asked for page %d",
                     (int)place.page, fetch->page + 1);
    else if (place.is_known && !rows && fetch->page + 1 < place.page_count)
        fetch_finish(fetch, OUTCOME_PARTIAL, "page %d of %d came empty from Trakt", fetch->page + 1,
                     (int)place.page_count);
    else
        return place.is_known && fetch->page + 1 < place.page_count && fetch_next_page(fetch);
    return false;
}
