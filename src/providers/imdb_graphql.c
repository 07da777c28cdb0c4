#include "providers/imdb_graphql.h"

#include <string.h>

#include "base/json_value.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/imdb_titles.h"

static const char endpoint[] = "https://api.graphql.imdb.com/";

#define PAGE_SIZE       250
#define AS_TEXT_(value) #value
#define AS_TEXT(value)  AS_TEXT_(value)

#define TITLE_FIELDS                                                                               \
    "id titleText { text } originalTitleText { text } titleType { id } releaseYear { year }"
#define LIST_FIELDS                                                                                \
    "id name { originalText } lastModifiedDate "                                                   \
    "titleListItemSearch(first: " AS_TEXT(                                                         \
        PAGE_SIZE) ", after: $after, "                                                             \
                   "sort: {by: LIST_ORDER, order: ASC}) { total pageInfo { hasNextPage endCursor " \
                   "} "                                                                            \
                   "edges { node { absolutePosition } title { " TITLE_FIELDS " } } }"

static const char list_query[] =
    "query ListTitles($id: ID!, $after: String) { list(id: $id) { " LIST_FIELDS " } }";
static const char watchlist_query[] =
    "query WatchlistTitles($id: ID!, $after: String) "
    "{ predefinedList(classType: WATCH_LIST, userId: $id) { " LIST_FIELDS " } }";
static const char box_office_query[] = "query BoxOfficeTitles { boxOfficeWeekendChart(limit: 10) "
                                       "{ entries { title { " TITLE_FIELDS " } } } }";

/* The body {"query": ..., "variables": {...}} as a read that may be repeated. */
static void ask(struct http_request *request, const char *query, const char *id, const char *cursor)
{
    http_request_post(request, "%s", endpoint);
    request->repeatable = true;
    http_request_header(request, "Content-Type", "application/json");
    http_request_header(request, "Accept", "application/json");
    http_request_header(request, "x-imdb-client-name", "imdb-web-next");

    struct json_writer json = json_writer_to(&request->body);
    json_begin_object(&json, NULL);
    json_put_text(&json, "query", query);
    json_begin_object(&json, "variables");
    if (id)
        json_put_text(&json, "id", id);
    if (!text_is_empty(cursor))
        json_put_text(&json, "after", cursor);
    json_end_object(&json);
    json_end_object(&json);
}

void imdb_graphql_ask_profile(struct http_request *request, const char *profile_id)
{
    AUTO_FREE char *query = memory_print(
        "query ProfileOwner { userProfile(input: {profileId: \"%s\"}) { userId } }", profile_id);

    ask(request, query, NULL, NULL);
}

void imdb_graphql_ask_list(struct http_request *request, const char *list_id, const char *cursor)
{
    ask(request, list_query, list_id, cursor);
}

void imdb_graphql_ask_watchlist(struct http_request *request, const char *user_id,
                                const char *cursor)
{
    ask(request, watchlist_query, user_id, cursor);
}

void imdb_graphql_ask_chart(struct http_request *request, const struct imdb_chart *chart)
{
    AUTO_FREE char *query =
        memory_print("query ChartTitles { chartTitles(chart: {chartType: %s}, first: %d) "
                     "{ total edges { currentRank node { " TITLE_FIELDS " } } } }",
                     chart->type ? chart->type : "", PAGE_SIZE);

    ask(request, chart->type ? query : box_office_query, NULL, NULL);
}

/* What the service calls its refusals. */
static const struct refusal {
    const char *code;
    enum outcome outcome;
    const char *sentence;
} refusals[] = {
    {"FORBIDDEN", OUTCOME_PRIVATE,
     "IMDb shows this list only to its owner; make it public, or export it and give file:PATH"},
    {"RESOURCE_NOT_FOUND", OUTCOME_NOT_FOUND, "IMDb has no such list"},
    {"BAD_USER_INPUT", OUTCOME_NOT_FOUND, "IMDb does not take this for the id of a list"},
};

static const char *message_of(const struct json_value *error)
{
    const char *message = json_value_get_text(error, "message");

    return message ? message : "an error without words";
}

static const struct refusal *refusal_of(const struct json_value *error)
{
    const char *code = json_value_text(json_value_path(error, "extensions.code"));

    for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++)
        if (code ? strcmp(code, refusals[i].code) == 0
                 : text_starts_with(message_of(error), refusals[i].code))
            return &refusals[i];
    return NULL;
}

/* What the service puts in the place of something that it does not know. */
static bool says_nothing(const struct json_value *answer)
{
    return json_value_is_null(json_value_path(answer, "data.list")) ||
           json_value_is_null(json_value_path(answer, "data.predefinedList")) ||
           json_value_is_null(json_value_path(answer, "data.userProfile"));
}

/* Ends the fetch by what came in place of data: errors, a null, or something unheard of. */
static void finish_without_data(struct fetch *fetch, const struct json_value *answer)
{
    const struct json_value *first = json_value_at(json_value_get(answer, "errors"), 0);
    const struct refusal *refusal = refusal_of(first);

    if (refusal)
        fetch_finish(fetch, refusal->outcome, "%s", refusal->sentence);
    else if (first)
        fetch_finish(fetch, OUTCOME_CHANGED_FORMAT,
                     "IMDb no longer understands our question: %.300s", message_of(first));
    else if (says_nothing(answer))
        fetch_finish(fetch, OUTCOME_NOT_FOUND, "IMDb knows no such user or list");
    else
        fetch_not_understood(fetch, "an answer of IMDb's data service", "something else");
}

static struct json_value *parse(struct fetch *fetch, const struct http_response *response)
{
    struct json_value *answer = NULL;
    struct error error = {0};

    if (json_value_parse(buffer_string(&response->body), response->body.length, &answer, &error))
        fetch_not_understood(fetch, "an answer of IMDb's data service", error.message);
    return answer;
}

const char *imdb_graphql_read_profile(struct fetch *fetch, const struct http_response *response)
{
    AUTO_JSON struct json_value *answer = parse(fetch, response);

    if (!answer)
        return NULL;
    const char *user_id = json_value_text(json_value_path(answer, "data.userProfile.userId"));
    if (user_id && text_starts_with(user_id, "ur") && text_is_digits(user_id + 2))
        return arena_text(fetch->arena, user_id);
    finish_without_data(fetch, answer);
    return NULL;
}

/* Where the titles of an answer stand; `edges` NULL when in none of the known places. */
struct titles {
    const struct json_value *list; /* what has the name */
    const struct json_value *connection;
    const struct json_value *edges;
};

static struct titles find_titles(const struct json_value *answer)
{
    static const struct {
        const char *list, *connection, *edges;
    } places[] = {
        {"data.list", "titleListItemSearch", "edges"},
        {"data.list", "items", "edges"},
        {"data.predefinedList", "titleListItemSearch", "edges"},
        {"data.predefinedList", "items", "edges"},
        {"data", "chartTitles", "edges"},
        {"data", "boxOfficeWeekendChart", "entries"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        struct titles titles = {.list = json_value_path(answer, places[i].list)};
        titles.connection = json_value_get(titles.list, places[i].connection);
        titles.edges = json_value_get(titles.connection, places[i].edges);
        if (json_value_is_array(titles.edges))
            return titles;
    }
    return (struct titles){0};
}

/* The box office, one page by nature, says no total: what it lists is all. */
static bool read_total(struct fetch *fetch, const struct titles *titles)
{
    const struct json_value *total = json_value_get(titles->connection, "total");

    if (json_value_get(titles->connection, "entries"))
        fetch->total = (int64_t)json_value_count(titles->edges);
    else if (json_value_is_integer(total))
        fetch->total = fetch_count_said(json_value_integer(total));
    else
        fetch_not_understood(fetch, "the total of the list", json_value_kind(total));
    return !fetch->finished;
}

/* Moves on by the service's own signals; each page must bring titles and a new cursor. */
static void turn_page(struct fetch *fetch, const struct titles *titles)
{
    const struct json_value *page = json_value_get(titles->connection, "pageInfo");
    const char *cursor = json_value_get_text(page, "endCursor");

    if (!json_value_is_true(json_value_get(page, "hasNextPage")))
        fetch_complete(fetch);
    else if (text_is_empty(cursor) || strlen(cursor) >= sizeof(fetch->cursor) ||
             strcmp(cursor, fetch->cursor) == 0 || !json_value_count(titles->edges) ||
             fetch->read > fetch->total + PAGE_SIZE)
        fetch_finish(fetch, OUTCOME_PARTIAL,
                     "IMDb says that there is more after %d entries, but does not hand it out",
                     (int)fetch->read);
    else if (fetch_next_page(fetch))
        text_copy(fetch->cursor, sizeof(fetch->cursor), cursor);
}

void imdb_graphql_read_titles(struct fetch *fetch, const struct http_response *response)
{
    AUTO_JSON struct json_value *answer = parse(fetch, response);

    if (!answer)
        return;
    struct titles titles = find_titles(answer);
    if (!titles.edges) {
        finish_without_data(fetch, answer);
        return;
    }
    imdb_titles_set_about(fetch, titles.list);
    if (!read_total(fetch, &titles) || !imdb_titles_add(fetch, titles.edges))
        return;
    const struct json_value *error = json_value_at(json_value_get(answer, "errors"), 0);
    if (error)
        fetch_finish(fetch, OUTCOME_PARTIAL,
                     "IMDb gave %d entries of the list and then an error: %.300s", (int)fetch->read,
                     message_of(error));
    else
        turn_page(fetch, &titles);
}
