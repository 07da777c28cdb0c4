/*
 * source_imdb.c: the GraphQL service of IMDb answers as recorded in 2026; the web site answers
 * nobody.
 *
 * A query is not parsed, only searched for the field it asks for and for the ids, wherever they
 * stand: in the text or in the variables.
 */

#include "lists.h"
#include "memory.h"
#include "sources.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_CAP = 250 };

static const char bare_403[] = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n"
                               "<center><h1>403 Forbidden</h1></center>\r\n"
                               "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

/* What a query asks for. */
struct question {
    const char *query;
    char *all;     /* query and variables in one text */
    size_t first;  /* entries a page, at most PAGE_CAP */
    size_t offset; /* behind the cursor */
    bool renamed;  /* the web page's own query says "listItem: title" */
};

/* The first word in `text` that begins with `prefix` and goes on with letters or digits. */
static char *find_word(const char *text, const char *prefix)
{
    size_t start = strlen(prefix);
    for (const char *at = strstr(text, prefix); at != NULL; at = strstr(at + 1, prefix)) {
        bool begins = at == text || !isalnum((unsigned char)at[-1]);
        if (!begins || !isalnum((unsigned char)at[start]))
            continue;
        size_t length = start;
        while (isalnum((unsigned char)at[length]))
            length++;
        return sim_format("%.*s", (int)length, at);
    }
    return NULL;
}

/* An id: its prefix and then digits. */
static char *find_id(const char *text, const char *prefix)
{
    char *word = find_word(text, prefix);
    if (word != NULL && isdigit((unsigned char)word[strlen(prefix)]))
        return word;
    free(word);
    return NULL;
}

static size_t number_after(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at != NULL ? strtoul(at + strlen(name), NULL, 10) : 0;
}

static size_t wanted_first(const json_t *variables, const char *query)
{
    size_t first = (size_t)json_integer_value(json_object_get(variables, "first"));
    if (first == 0)
        first = number_after(query, "first:");
    if (first == 0)
        first = number_after(query, "limit:");
    return first == 0 || first > PAGE_CAP ? PAGE_CAP : first;
}

static struct question read_question(const json_t *body)
{
    const json_t *variables = json_object_get(body, "variables");
    const char *query = json_string_value(json_object_get(body, "query"));
    char *values = variables != NULL ? json_dumps(variables, JSON_ENCODE_ANY) : NULL;
    struct question question = {
        .query = query != NULL ? query : "",
        .all = sim_format("%s\n%s", query != NULL ? query : "", values != NULL ? values : ""),
        .first = wanted_first(variables, query != NULL ? query : ""),
        .renamed = query != NULL && strstr(query, "listItem: title") != NULL,
    };
    char *cursor = find_id(question.all, "cursor");
    if (cursor != NULL)
        question.offset = number_after(cursor, "cursor");
    free(cursor);
    free(values);
    return question;
}

static json_t *plain_title(const char *id, const char *name, const char *type, int year)
{
    return json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:i}}", "id", id, "titleText", "text",
                     name, "originalTitleText", "text", name, "titleType", "id", type,
                     "releaseYear", "year", year);
}

static json_t *title_json(const struct title *title)
{
    const char *type = title->kind == KIND_MOVIE ? "movie"
                       : title->seasons == 1     ? "tvMiniSeries"
                                                 : "tvSeries";
    json_t *json = plain_title(title->imdb, title->name, type, title->year);
    json_t *original = json_object_get(json, "originalTitleText");
    json_object_set_new(original, "text", json_string(title->original));
    if (title->year == 0)
        json_object_set_new(json, "releaseYear", json_null());
    return json;
}

/* All titles of the list as IMDb shows them, with what is there besides films and series. */
static json_t *titles_json(const struct list *list)
{
    json_t *titles = json_array();
    for (size_t i = 0; i < list->count; i++) {
        if (list->titles[i]->imdb != NULL)
            json_array_append_new(titles, title_json(list->titles[i]));
    }
    if ((list->extras & EXTRA_GAME) != 0)
        json_array_insert_new(
            titles, json_array_size(titles) / 2,
            plain_title("tt9900001", "A Game Nobody Can Watch", "videoGame", 2021));
    if ((list->extras & EXTRA_EPISODE) != 0)
        json_array_insert_new(
            titles, json_array_size(titles) / 3,
            plain_title("tt9900002", "An Episode of Something", "tvEpisode", 2019));
    if ((list->extras & EXTRA_REPEAT) != 0 && list->count > 0)
        json_array_append_new(titles, title_json(list->titles[0]));
    return titles;
}

static json_t *page_info(const struct question *question, size_t total)
{
    size_t end = question->offset + question->first;
    json_t *cursor = json_null();
    if (end < total)
        cursor = json_sprintf("cursor%zu", end);
    return json_pack("{s:b, s:o}", "hasNextPage", end < total, "endCursor", cursor);
}

/* titleListItemSearch and items hold the title in different places. */
static json_t *list_edge(const struct question *question, size_t position, json_t *title)
{
    json_t *node = json_pack("{s:I, s:s}", "absolutePosition", (json_int_t)position, "createdDate",
                             "2026-01-15T12:00:00.000Z");
    json_t *edge = json_pack("{s:o}", "node", node);
    bool flat = strstr(question->query, "titleListItemSearch") != NULL;
    const char *name = flat && !question->renamed ? "title" : "listItem";
    json_object_set(flat ? edge : node, name, title);
    return edge;
}

static json_t *connection(const struct question *question, const json_t *titles)
{
    size_t total = json_array_size(titles);
    json_t *edges = json_array();
    for (size_t i = question->offset; i < total && i < question->offset + question->first; i++)
        json_array_append_new(edges, list_edge(question, i + 1, json_array_get(titles, i)));
    return json_pack("{s:I, s:o, s:o}", "total", (json_int_t)total, "pageInfo",
                     page_info(question, total), "edges", edges);
}

static json_t *list_json(const struct question *question, const struct list *list, const char *id)
{
    bool flat = strstr(question->query, "titleListItemSearch") != NULL;
    json_t *titles = titles_json(list);
    json_t *json =
        json_pack("{s:s, s:{s:s}, s:s, s:{s:s, s:{s:s}}, s:{s:s}, s:o}", "id", id, "name",
                  "originalText", list->name, "lastModifiedDate", "2026-07-31T08:26:46Z", "author",
                  "userId", "ur00000001", "username", "text", "demo", "visibility", "id", "PUBLIC",
                  flat ? "titleListItemSearch" : "items", connection(question, titles));
    json_decref(titles);
    return json;
}

/* Takes `data`. */
static void reply_data(struct call *call, json_t *data)
{
    reply_json(call, 200,
               json_pack("{s:o, s:{s:s}}", "data", data, "extensions", "disclaimer",
                         "Public, commercial, and/or non-private use is not permitted."));
}

static void reply_error(struct call *call, const char *field, const char *code, const char *text)
{
    json_t *error = json_pack(
        "{s:o, s:[s], s:{s:s}}", "message",
        json_sprintf("%s exception code while fetching data (/%s) : %s", code, field, text), "path",
        field, "extensions", "code", code);
    reply_json(call, 200, json_pack("{s:[o], s:{s:n}}", "errors", error, "data", field));
}

static void reply_list(struct call *call, const struct question *question, const char *field,
                       const char *id)
{
    struct list list = list_open(call->sim, "imdb", id != NULL ? id : "");
    bool watchlist = strcmp(field, "predefinedList") == 0;
    if (list.state == LIST_PRIVATE)
        reply_error(call, field, "FORBIDDEN", "Permission denied");
    else if (list.state == LIST_MISSING && watchlist)
        reply_data(call, json_pack("{s:n}", field));
    else if (list.state == LIST_MISSING)
        reply_error(call, field, "RESOURCE_NOT_FOUND", "Not found");
    else
        reply_data(call, json_pack("{s:o}", field, list_json(question, &list, id)));
    list_free(&list);
}

static void answer_list(struct call *call, const struct question *question)
{
    char *id = find_id(question->all, "ls");
    reply_list(call, question, "list", id);
    free(id);
}

static void answer_watchlist(struct call *call, const struct question *question)
{
    char *id = find_id(question->all, "ur");
    reply_list(call, question, "predefinedList", id);
    free(id);
}

static void answer_profile(struct call *call, const struct question *question)
{
    static const struct {
        const char *profile;
        const char *user;
    } users[] = {{"p.demo", "ur00000001"}, {"p.private", "ur00000002"}};
    char *profile = find_word(question->all, "p.");
    json_t *answer = json_null();
    for (size_t i = 0; profile != NULL && i < sizeof users / sizeof users[0]; i++) {
        if (strcmp(profile, users[i].profile) == 0)
            answer = json_pack("{s:s}", "userId", users[i].user);
    }
    free(profile);
    reply_data(call, json_pack("{s:o}", "userProfile", answer));
}

static json_t *chart_json(const struct question *question, const json_t *titles)
{
    size_t total = json_array_size(titles);
    json_t *edges = json_array();
    for (size_t i = question->offset; i < total && i < question->offset + question->first; i++)
        json_array_append_new(edges, json_pack("{s:I, s:O}", "currentRank", (json_int_t)i + 1,
                                               "node", json_array_get(titles, i)));
    return json_pack("{s:I, s:o, s:o}", "total", (json_int_t)total, "pageInfo",
                     page_info(question, total), "edges", edges);
}

static void answer_chart(struct call *call, const struct question *question)
{
    const char *name = list_named_in("imdb", question->all);
    if (name == NULL) {
        reply_error(call, "chartTitles", "BAD_USER_INPUT", "unknown chart");
        return;
    }
    struct list list = list_open(call->sim, "imdb", name);
    json_t *titles = titles_json(&list);
    reply_data(call, json_pack("{s:o}", "chartTitles", chart_json(question, titles)));
    json_decref(titles);
    list_free(&list);
}

static void answer_box_office(struct call *call, const struct question *question)
{
    struct list list = list_open(call->sim, "imdb", "boxOfficeWeekendChart");
    json_t *titles = titles_json(&list);
    json_t *entries = json_array();
    for (size_t i = 0; i < json_array_size(titles) && i < question->first; i++)
        json_array_append_new(entries, json_pack("{s:O}", "title", json_array_get(titles, i)));
    reply_data(call, json_pack("{s:{s:o}}", "boxOfficeWeekendChart", "entries", entries));
    json_decref(titles);
    list_free(&list);
}

static void answer_graphql(struct call *call)
{
    static const struct {
        const char *field;
        void (*answer)(struct call *call, const struct question *question);
    } fields[] = {
        {"predefinedList(", answer_watchlist},
        {"userProfile(", answer_profile},
        {"chartTitles(", answer_chart},
        {"boxOfficeWeekendChart", answer_box_office},
        {"list(", answer_list},
    };
    if (call_header(call, "x-imdb-client-name") == NULL) {
        reply_text(call, 403, "text/html", bare_403);
        reply_header(call, "Server", "nginx");
        return;
    }
    json_t *body = call_json(call);
    struct question question = read_question(body);
    reply_json(call, 400, json_pack("{s:[{s:s}]}", "errors", "message", "Unknown field"));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strstr(question.query, fields[i].field) == NULL)
            continue;
        reply_clear(call);
        fields[i].answer(call, &question);
        break;
    }
    free(question.all);
    json_decref(body);
}

const struct route imdb_graphql_routes[] = {
    {"POST", "/", answer_graphql, FLAVOUR_ANY, 0, NULL},
    {"POST", "", answer_graphql, FLAVOUR_ANY, 0, NULL},
    {0},
};

/* The puzzle that Amazon's firewall sets to anything that is not a browser. */
static void answer_challenge(struct call *call)
{
    reply_text(call, 202, "text/html; charset=UTF-8", "");
    reply_header(call, "x-amzn-waf-action", "challenge");
    reply_header(call, "Cache-Control", "no-store, max-age=0");
    reply_header(call, "Server", "Server");
}

const struct route imdb_web_routes[] = {
    {"GET", "/{rest...}", answer_challenge, FLAVOUR_ANY, 0, NULL},
    {"POST", "/{rest...}", answer_challenge, FLAVOUR_ANY, 0, NULL},
    {0},
};
