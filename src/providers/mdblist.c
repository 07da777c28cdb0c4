/*
 * MDBList: lists of members, with TMDB, IMDb and TVDB ids in every row.
 *
 * Without a key the public feed mdblist.com/lists/USER/LIST/json is read in pages of 1000; it has
 * no total, so a page that is not full is the only sign of the end. With a key the API tells the
 * numbers behind a name first: a name may stand for two lists, one of films and one of series.
 * The API is known to answer 200 with empty parts for lists that are not empty; the feed is asked
 * before such an answer is believed.
 */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/mdblist_form.h"
#include "providers/mdblist_items.h"
#include "providers/mdblist_refusal.h"
#include "providers/provider.h"

enum { PAGE_SIZE = 1000, TWINS_MAX = 8 };
enum { PHASE_START, PHASE_LISTS, PHASE_ITEMS, PHASE_FEED };

/* Kept in the fetch's scratch. */
struct progress {
    int64_t lists[TWINS_MAX]; /* numbers behind the name */
    size_t list_count;
    size_t list; /* which of them is being read */
    int64_t offset;
};

static const struct option options[] = {
    {"MDBLIST_API_KEY", OPTION_SECRET, NULL, 0, 0,
     "Key of your MDBList account; public lists are read without it."},
    {.name = NULL},
};

static void start(struct fetch *fetch)
{
    fetch->scratch = arena_take(fetch->arena, sizeof(struct progress));
    if (options_is_set(fetch->options, "MDBLIST_API_KEY"))
        fetch->phase = PHASE_LISTS;
    else if (mdblist_form_is_named(fetch->ref))
        fetch->phase = PHASE_FEED;
    else
        fetch_finish(fetch, OUTCOME_AUTH_FAILED,
                     "lists given by number need MDBLIST_API_KEY; a public list is read without it "
                     "as USER/LIST");
}

/* The key goes into the query: the API knows no header for it. */
static void add_key(const struct fetch *fetch, struct buffer *url)
{
    buffer_text(url, "apikey=");
    url_encode(url, secret_reveal(options_secret(fetch->options, "MDBLIST_API_KEY")));
}

static void hide_key(const struct fetch *fetch, struct http_request *request)
{
    http_request_hide(request, secret_reveal(options_secret(fetch->options, "MDBLIST_API_KEY")));
}

static bool is_external(const struct fetch *fetch)
{
    return text_starts_with(fetch->ref->id, "external/");
}

static void ask_lists(struct fetch *fetch, struct http_request *request)
{
    AUTO_BUFFER struct buffer url = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    const char *id = fetch->ref->id;

    if (is_external(fetch))
        buffer_print(&url, "https://api.mdblist.com/external/lists/%s?", id + strlen("external/"));
    else
        buffer_print(&url, "https://api.mdblist.com/lists/%s?", id);
    add_key(fetch, &url);
    http_request_get(request, "%s", buffer_string(&url));
    request->secret_url = true;
    hide_key(fetch, request);
}

static void ask_items(struct fetch *fetch, struct http_request *request)
{
    AUTO_BUFFER struct buffer url = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    const struct progress *progress = fetch->scratch;

    buffer_print(&url, "https://api.mdblist.com/%slists/%" PRId64 "/items?",
                 is_external(fetch) ? "external/" : "", progress->lists[progress->list]);
    buffer_print(&url, "limit=%d&offset=%" PRId64 "&unified=true&", PAGE_SIZE, progress->offset);
    add_key(fetch, &url);
    http_request_get(request, "%s", buffer_string(&url));
    request->secret_url = true;
    hide_key(fetch, request);
}

static void ask_feed(struct fetch *fetch, struct http_request *request)
{
    const struct progress *progress = fetch->scratch;

    http_request_get(request, "https://mdblist.com/lists/%s/json?limit=%d&offset=%" PRId64,
                     fetch->ref->id, PAGE_SIZE, progress->offset);
}

static void request(struct fetch *fetch, struct http_request *request)
{
    if (fetch->phase == PHASE_START)
        start(fetch);
    if (fetch->finished)
        return;
    if (fetch->phase == PHASE_LISTS)
        ask_lists(fetch, request);
    else if (fetch->phase == PHASE_ITEMS)
        ask_items(fetch, request);
    else
        ask_feed(fetch, request);
}

/* One list behind the name; its number of titles counts towards the total. */
static void note_list(struct fetch *fetch, const struct json_value *about)
{
    struct progress *progress = fetch->scratch;
    const char *name = json_value_get_text(about, "name");
    int64_t number = json_value_get_integer(about, "id");
    const struct json_value *items = json_value_get(about, "items");

    if (number <= 0 || progress->list_count == TWINS_MAX)
        return;
    progress->lists[progress->list_count++] = number;
    if (name)
        text_copy(fetch->name, sizeof(fetch->name), name);
    if (json_value_is_integer(items))
        fetch->total =
            (fetch->total > 0 ? fetch->total : 0) + fetch_count_said(json_value_integer(items));
}

static void answer_lists(struct fetch *fetch, const struct json_value *answer)
{
    struct progress *progress = fetch->scratch;

    for (size_t i = 0; i < json_value_count(answer); i++)
        note_list(fetch, json_value_at(answer, i));
    if (json_value_is_object(answer))
        note_list(fetch, answer);
    if (progress->list_count)
        fetch->phase = PHASE_ITEMS;
    else if (json_value_is_array(answer) && json_value_count(answer) == 0)
        fetch_finish(fetch, OUTCOME_NOT_FOUND, "MDBList has no list %s", fetch->ref->id);
    else
        fetch_not_understood(fetch, "what MDBList says about the list", json_value_kind(answer));
}

/* The source's own word for more: a header, or `pagination` in the body; else a full page. */
static bool has_more(const struct http_response *response, const struct json_value *answer)
{
    const char *header = http_response_header(response, "X-Has-More");
    const struct json_value *said = json_value_path(answer, "pagination.has_more");

    if (header)
        return text_equal_ignoring_case(header, "true");
    if (said)
        return json_value_is_true(said);
    return mdblist_items_count(answer) >= PAGE_SIZE;
}

/* All lists behind the name are read: nothing in a list that holds something is not believed. */
static void end_items(struct fetch *fetch)
{
    struct progress *progress = fetch->scratch;

    if (fetch->read > 0 || fetch->total == 0 || !mdblist_form_is_named(fetch->ref)) {
        fetch_complete(fetch);
        return;
    }
    progress->offset = 0;
    fetch->page = 0;
    fetch->phase = PHASE_FEED;
}

static void next_items(struct fetch *fetch, bool more, long count)
{
    struct progress *progress = fetch->scratch;

    if (more && count == 0) {
        fetch_finish(fetch, OUTCOME_PARTIAL,
                     "MDBList announced more titles after the first %" PRId64 " but sent none",
                     fetch->read);
    } else if (more) {
        progress->offset += PAGE_SIZE;
        fetch_next_page(fetch);
    } else if (++progress->list < progress->list_count) {
        progress->offset = 0;
        fetch_next_page(fetch);
    } else {
        end_items(fetch);
    }
}

static void answer_items(struct fetch *fetch, const struct http_response *response,
                         const struct json_value *answer)
{
    mdblist_items_add(fetch, answer);
    if (!fetch->finished)
        next_items(fetch, has_more(response, answer), mdblist_items_count(answer));
}

static void answer_feed(struct fetch *fetch, const struct json_value *answer)
{
    struct progress *progress = fetch->scratch;

    if (!json_value_is_array(answer)) {
        fetch_not_understood(fetch, "the public feed of the list", json_value_kind(answer));
        return;
    }
    mdblist_items_add(fetch, answer);
    if (fetch->finished)
        return;
    if (json_value_count(answer) < PAGE_SIZE) {
        fetch_complete(fetch);
        return;
    }
    progress->offset += PAGE_SIZE;
    fetch_next_page(fetch);
}

static void answer(struct fetch *fetch, const struct http_response *response)
{
    AUTO_JSON struct json_value *body = NULL;
    struct error error = {0};

    if (mdblist_refusal_by_status(fetch, response))
        return;
    if (json_value_parse(buffer_string(&response->body), response->body.length, &body, &error)) {
        fetch_not_understood(fetch, "an answer of MDBList", error.message);
        return;
    }
    if (mdblist_refusal_by_error(fetch, response, body))
        return;
    if (fetch->phase == PHASE_LISTS)
        answer_lists(fetch, body);
    else if (fetch->phase == PHASE_ITEMS)
        answer_items(fetch, response, body);
    else
        answer_feed(fetch, body);
    if (fetch->phase != PHASE_FEED)
        mdblist_refusal_by_quota(fetch, response);
}

static const char *const domains[] = {"mdblist.com", NULL};

static const struct provider_host hosts[] = {{"mdblist.com", {.gap_ms = 250, .parallel = 1}},
                                             {"api.mdblist.com", {.gap_ms = 1000, .parallel = 1}},
                                             {0}};

const struct provider provider_mdblist = {
    .name = "mdblist",
    .title = "MDBList",
    .domains = domains,
    .hosts = hosts,
    .options = options,
    .forms = "USER/LIST or an address; with a key also external/NUMBER or the list's number",
    .other_ways = "set MDBLIST_API_KEY, or save the list's /json as a file and give it as "
                  "custom file:PATH",
    .parse_ref = mdblist_form_parse,
    .request = request,
    .answer = answer,
};
