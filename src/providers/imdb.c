/*
 * IMDb: lists, watchlists and charts from the data service behind its own pages; the user's files.
 */
#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/blocking.h"
#include "providers/forms.h"
#include "providers/imdb_charts.h"
#include "providers/imdb_export.h"
#include "providers/imdb_graphql.h"
#include "providers/imdb_page.h"
#include "providers/provider.h"

static const char forms[] = "ls..., ur..., p.... (watchlist), a chart (top, toptv, moviemeter, "
                            "tvmeter, boxoffice, bottom, top-english-movies, "
                            "top-rated-indian-movies), a URL of one, or file:PATH";

static bool is_numbered(const char *text, const char *prefix)
{
    return text_starts_with(text, prefix) && text_is_digits(text + strlen(prefix));
}

/* The public name of a user since 2025: "p." and lower-case letters and digits. */
static bool is_profile(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    return text_starts_with(text, "p.") && text[2] && !text[2 + strspn(text + 2, allowed)];
}

static enum error_code set_ref(struct list_ref *ret, const char *kind, const char *id,
                               const char *part, struct error *error)
{
    AUTO_FREE char *page = memory_print("https://www.imdb.com/%s/%s/%s", kind, id, part);

    return forms_set(ret, id, page, error);
}

/* What may stand alone, and what people take for a list. */
static enum error_code parse_id(const char *input, struct list_ref *ret, struct error *error)
{
    const struct imdb_chart *chart = imdb_charts_find(input);

    if (chart)
        return forms_set(ret, chart->name, chart->page, error);
    if (is_numbered(input, "ls"))
        return set_ref(ret, "list", input, "", error);
    if (is_numbered(input, "ur") || is_profile(input))
        return set_ref(ret, "user", input, "watchlist/", error);
    if (is_numbered(input, "tt"))
        return forms_refuse(input, "is one title, not a list", error);
    if (is_numbered(input, "nm"))
        return forms_refuse(input, "is a person, not a list", error);
    AUTO_FREE char *what = memory_print("is no list of IMDb: give %s", forms);
    return forms_refuse(input, what, error);
}

#define OWNER_ONLY                                                                                 \
    "is shown by IMDb only to its owner: log in, export it as CSV (www.imdb.com/exports) and "     \
    "give file:PATH"

/* Paths of pages: KIND/ID/PART; without `refusal` the id is what is meant. */
static const struct page_form {
    const char *kind;
    const char *part; /* NULL: whatever follows */
    const char *refusal;
} page_forms[] = {
    {"list", NULL, NULL},
    {"chart", NULL, NULL},
    {"india", NULL, NULL},
    {"user", "", NULL},
    {"user", "watchlist", NULL},
    {"user", "ratings", OWNER_ONLY},
    {"user", "checkins", OWNER_ONLY},
    {"user", "lists", "is an overview: give one of its lists"},
    {"search", NULL, "is a search, not a list: save its page in a browser and give file:PATH"},
    {"title", NULL, "is one title, not a list"},
    {"name", NULL, "is a person, not a list"},
};

/* "de", "es-es": a language before the path proper. */
static bool is_locale(const char *segment)
{
    size_t length = strlen(segment);

    if (length != 2 && !(length == 5 && segment[2] == '-'))
        return false;
    for (size_t i = 0; i < length; i++)
        if (i != 2 && !islower((unsigned char)segment[i]))
            return false;
    return true;
}

static const struct page_form *find_page_form(const char *kind, const char *part)
{
    for (size_t i = 0; i < ARRAY_LENGTH(page_forms); i++)
        if (text_equal(page_forms[i].kind, kind) &&
            (!page_forms[i].part || text_equal(page_forms[i].part, part)))
            return &page_forms[i];
    return NULL;
}

static enum error_code parse_page(const char *input, struct list_ref *ret, struct error *error)
{
    struct url url;
    char kind[URL_PATH_SIZE], id[URL_PATH_SIZE], part[URL_PATH_SIZE];
    enum error_code rc = url_parse(input, &url, error);

    if (rc)
        return rc;
    if (!url_host_is(&url, "imdb.com"))
        return forms_refuse(input, "is no page of IMDb", error);
    size_t first = is_locale(url_segment(&url, 0, kind)) ? 1 : 0;
    const struct page_form *form =
        find_page_form(url_segment(&url, first, kind), url_segment(&url, first + 2, part));
    if (!form)
        return forms_refuse(input, "is no page of a list, watchlist or chart", error);
    if (form->refusal)
        return forms_refuse(input, form->refusal, error);
    return parse_id(url_segment(&url, first + 1, id), ret, error);
}

static enum error_code parse_ref(const char *input, struct list_ref *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(input);
    const char *text = text_trim(copy);

    if (forms_is_file(text))
        return forms_set(ret, text, "", error);
    return url_looks_like_one(text) ? parse_page(text, ret, error) : parse_id(text, ret, error);
}

/* A profile is asked for its user id first, which stays in `scratch`. */
static bool asks_profile(const struct fetch *fetch)
{
    return is_profile(fetch->ref->id) && !fetch->scratch;
}

static void request_next(struct fetch *fetch, struct http_request *request)
{
    const char *id = fetch->ref->id;
    const struct imdb_chart *chart = imdb_charts_find(id);

    if (fetch_is_of_file(fetch)) {
        http_request_get(request, "%s", id);
        request->answer_limit = BUFFER_LIMIT_FILE;
    } else if (chart) {
        text_copy(fetch->name, sizeof(fetch->name), chart->title);
        imdb_graphql_ask_chart(request, chart);
    } else if (is_numbered(id, "ls")) {
        imdb_graphql_ask_list(request, id, fetch->cursor);
    } else if (asks_profile(fetch)) {
        imdb_graphql_ask_profile(request, id);
    } else {
        imdb_graphql_ask_watchlist(request, fetch->scratch ? fetch->scratch : id, fetch->cursor);
    }
}

static const struct fetch_status statuses[] = {
    {202, 202, OUTCOME_BLOCKED, "IMDb asks for a puzzle instead of giving the list"},
    {403, 403, OUTCOME_BLOCKED, "IMDb's gate refuses the program"},
    {405, 405, OUTCOME_BLOCKED, "IMDb asks for a human"},
    {429, 429, OUTCOME_RATE_LIMITED, "IMDb had too many requests from this address"},
    {400, 400, OUTCOME_CHANGED_FORMAT, "IMDb no longer understands our question"},
    {404, 404, OUTCOME_CHANGED_FORMAT, "IMDb's data service is no longer where it was"},
    {500, 599, OUTCOME_UNREACHABLE, "IMDb is out of order"},
    {100, 199, OUTCOME_CHANGED_FORMAT, "IMDb gives an answer that is not known of it"},
    {201, 499, OUTCOME_CHANGED_FORMAT, "IMDb gives an answer that is not known of it"},
    {0, 0, 0, NULL},
};

static void read_answer(struct fetch *fetch, const struct http_response *response)
{
    if (fetch_finish_without_file(fetch, response) || blocking_recognise(response, fetch) ||
        fetch_finish_on_status(fetch, response, statuses))
        return;
    if (imdb_page_is_one(response))
        imdb_page_read(fetch, response);
    else if (fetch_is_of_file(fetch))
        imdb_export_read(fetch, response);
    else if (blocking_recognise_html(response, fetch))
        return;
    else if (asks_profile(fetch))
        fetch->scratch = (void *)imdb_graphql_read_profile(fetch, response);
    else
        imdb_graphql_read_titles(fetch, response);
}

static const char *const domains[] = {"imdb.com", NULL};

static const struct provider_host hosts[] = {
    {"api.graphql.imdb.com", {.gap_ms = 250, .parallel = 2}}, {0}};

static const struct provider_preset presets[] = {
    {"top", "Top 250 films"},
    {"toptv", "Top 250 series"},
    {"moviemeter", "Most popular films"},
    {"tvmeter", "Most popular series"},
    {"boxoffice", "Box office in the USA"},
    {"top-english-movies", "Top rated films in English"},
    {"top-rated-indian-movies", "Top rated Indian films"},
    {"bottom", "Lowest rated films"},
    {0},
};

const struct provider provider_imdb = {
    .name = "imdb",
    .title = "IMDb",
    .domains = domains,
    .hosts = hosts,
    .presets = presets,
    .forms = forms,
    .other_ways = "export the list as CSV (www.imdb.com/exports) and give file:PATH, or import it "
                  "at MDBList",
    .parse_ref = parse_ref,
    .request = request_next,
    .answer = read_answer,
};
