/*
 * source_trakt.c: Trakt's API as it is since the summer of 2026: every call needs a client id that
 * is still good, a page holds 250 entries at most, and the headers alone tell how many pages there
 * are.
 */

#include "lists.h"
#include "memory.h"
#include "sources.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_DEFAULT = 100, PAGE_CAP = 250 };

/* The token of the simulated user "demo", who may see what is private. */
static const char demo_token[] = "Bearer sim-token";

static bool is_demo(const struct call *call)
{
    const char *token = call_header(call, "Authorization");
    return token != NULL && strcmp(token, demo_token) == 0;
}

/* False after the 403 of a client id that is missing or was taken away. */
static bool check_client(struct call *call)
{
    const char *key = call_header(call, "trakt-api-key");
    reply_header(call, "X-Ratelimit", "%s",
                 "{\"name\":\"UNAUTHED_API_GET_LIMIT\",\"period\":300,\"limit\":1000,"
                 "\"remaining\":970,\"until\":\"2026-01-01T00:05:00Z\"}");
    if (key != NULL && key[0] != '\0' && strcmp(key, "revoked") != 0)
        return true;
    reply_text(call, 403, "application/json; charset=utf-8", "");
    return false;
}

static json_t *ids_json(const struct title *title)
{
    bool movie = title->kind == KIND_MOVIE;
    char *slug = text_slug(title->name);
    json_t *json =
        json_pack("{s:i, s:o, s:s?, s:i, s:{s:o, s:s}}", "trakt", title->tmdb % 1000000 + 1, "slug",
                  movie ? json_sprintf("%s-%d", slug, title->year) : json_string(slug), "imdb",
                  title->imdb, "tmdb", title->tmdb, "plex", "guid",
                  json_sprintf("plex%d", title->tmdb), "slug", title->slug);
    free(slug);
    if (!movie)
        json_object_set_new(json, "tvdb",
                            title->tvdb != 0 ? json_integer(title->tvdb) : json_null());
    return json;
}

static json_t *object_json(const struct title *title)
{
    json_t *year = title->year != 0 ? json_integer(title->year) : json_null();
    return json_pack("{s:s, s:o, s:o}", "title", title->name, "year", year, "ids", ids_json(title));
}

static const char *type_name(const struct title *title)
{
    return title->kind == KIND_MOVIE ? "movie" : "show";
}

static json_t *entry_json(const struct title *title, size_t rank)
{
    return json_pack("{s:I, s:I, s:s, s:n, s:s, s:o}", "rank", (json_int_t)rank, "id",
                     (json_int_t)rank + 1146000000, "listed_at", "2026-01-27T21:34:14.000Z",
                     "notes", "type", type_name(title), type_name(title), object_json(title));
}

/* A season or an episode of a series: the series stands beside it. */
static json_t *part_json(const struct title *title, size_t rank, bool episode)
{
    json_t *json = entry_json(title, rank);
    json_object_set_new(json, "type", json_string(episode ? "episode" : "season"));
    json_t *part = json_pack("{s:i, s:{s:i, s:n}}", "number", 1, "ids", "trakt",
                             title->tmdb % 1000000 + 7, "tmdb");
    if (episode) {
        json_object_set_new(part, "season", json_integer(1));
        json_object_set_new(part, "title", json_string("Pilot"));
    }
    json_object_set_new(json, episode ? "episode" : "season", part);
    return json;
}

static bool type_wanted(const char *types, const char *type)
{
    return types == NULL || types[0] == '\0' || strstr(types, type) != NULL;
}

static void add_parts(json_t *entries, const struct list *list, const char *types)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->titles[i]->kind != KIND_TV)
            continue;
        size_t rank = json_array_size(entries) + 1;
        if (type_wanted(types, "season"))
            json_array_append_new(entries, part_json(list->titles[i], rank, false));
        if (type_wanted(types, "episode"))
            json_array_append_new(entries, part_json(list->titles[i], rank + 1, true));
        return;
    }
}

/* Entries of the wanted types ("movie,show"; NULL or empty: all of them). */
static json_t *entries_json(const struct list *list, const char *types)
{
    json_t *entries = json_array();
    for (size_t i = 0; i < list->count; i++) {
        if (type_wanted(types, type_name(list->titles[i])))
            json_array_append_new(entries, entry_json(list->titles[i], i + 1));
    }
    if ((list->extras & EXTRA_EPISODE) != 0)
        add_parts(entries, list, types);
    return entries;
}

/* Answers with the page of `entries` that was asked for; takes them. */
static void reply_page(struct call *call, json_t *entries)
{
    long limit = call_query_number(call, "limit", PAGE_DEFAULT);
    long page = call_query_number(call, "page", 1);
    long total = (long)json_array_size(entries);
    limit = limit < 1 ? PAGE_DEFAULT : limit > PAGE_CAP ? PAGE_CAP : limit;
    page = page < 1 ? 1 : page;
    json_t *rows = json_array();
    for (long i = (page - 1) * limit; i < total && i < page * limit; i++)
        json_array_append(rows, json_array_get(entries, (size_t)i));
    json_decref(entries);
    reply_header(call, "X-Pagination-Page", "%ld", page);
    reply_header(call, "X-Pagination-Limit", "%ld", limit);
    reply_header(call, "X-Pagination-Page-Count", "%ld", (total + limit - 1) / limit);
    reply_header(call, "X-Pagination-Item-Count", "%ld", total);
    reply_json(call, 200, rows);
    reply_add_etag(call);
}

/* The list if the caller may see it; false after an answer. */
static bool open_list(struct call *call, const char *id, struct list *list)
{
    *list = list_open(call->sim, "trakt", id);
    bool hidden = list->state == LIST_PRIVATE && !is_demo(call);
    if (list->state != LIST_MISSING && !hidden)
        return true;
    reply_text(call, hidden ? 401 : 404, "application/json; charset=utf-8", "");
    list_free(list);
    return false;
}

static void reply_entries(struct call *call, const char *id, const char *types)
{
    struct list list;
    if (!check_client(call) || !open_list(call, id, &list))
        return;
    reply_header(call, "X-Sort-By", "rank");
    reply_header(call, "X-Sort-How", "asc");
    reply_page(call, entries_json(&list, types));
    list_free(&list);
}

static const char *user_of(const struct call *call)
{
    return strcmp(call->parameters[0], "me") == 0 && is_demo(call) ? "demo" : call->parameters[0];
}

/* /users/{user}/watchlist, /favorites, /collection: the word is the last but the types. */
static void answer_own(struct call *call, const char *word)
{
    char *id = sim_format("%s/%s", user_of(call), word);
    reply_entries(call, id, call->parameters[1]);
    free(id);
}

static void answer_watchlist(struct call *call)
{
    answer_own(call, "watchlist");
}

static void answer_favorites(struct call *call)
{
    answer_own(call, "favorites");
}

static void answer_collection(struct call *call)
{
    answer_own(call, "collection");
}

static void answer_user_items(struct call *call)
{
    char *id = sim_format("%s/lists/%s", user_of(call), call->parameters[1]);
    reply_entries(call, id, call->parameters[2]);
    free(id);
}

static void answer_items(struct call *call)
{
    char *id = sim_format("lists/%s", call->parameters[0]);
    reply_entries(call, id, call->parameters[1]);
    free(id);
}

static void reply_meta(struct call *call, const char *id)
{
    struct list list;
    if (!check_client(call) || !open_list(call, id, &list))
        return;
    char *slug = text_slug(list.name);
    json_t *entries = entries_json(&list, NULL);
    reply_json(call, 200,
               json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:i, s:{s:i, s:s}, s:{s:s, s:b, "
                         "s:{s:s}}}",
                         "name", list.name, "description", "", "privacy",
                         list.state == LIST_PRIVATE ? "private" : "public", "type", "personal",
                         "sort_by", "rank", "sort_how", "asc", "item_count",
                         (json_int_t)json_array_size(entries), "likes", 3, "ids", "trakt", 1001,
                         "slug", slug, "user", "username", "demo", "private", 0, "ids", "slug",
                         "demo"));
    json_decref(entries);
    free(slug);
    list_free(&list);
}

static void answer_user_list(struct call *call)
{
    char *id = sim_format("%s/lists/%s", user_of(call), call->parameters[1]);
    reply_meta(call, id);
    free(id);
}

static void answer_list(struct call *call)
{
    char *id = sim_format("lists/%s", call->parameters[0]);
    reply_meta(call, id);
    free(id);
}

/* Each chart wraps its titles in another way. */
static const struct {
    const char *chart;
    const char *number; /* NULL: bare titles */
} charts[] = {
    {"trending", "watchers"},         {"popular", NULL},
    {"anticipated", "list_count"},    {"boxoffice", "revenue"},
    {"watched", "watcher_count"},     {"played", "play_count"},
    {"collected", "collected_count"}, {"favorited", "user_count"},
};

static json_t *chart_json(const struct list *list, const char *number)
{
    json_t *entries = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_t *object = object_json(list->titles[i]);
        if (number != NULL)
            object = json_pack("{s:I, s:o}", number, (json_int_t)(10000 - i),
                               type_name(list->titles[i]), object);
        json_array_append_new(entries, object);
    }
    return entries;
}

static void answer_chart(struct call *call)
{
    const char *chart = call->parameters[1];
    const char *number = NULL;
    for (size_t i = 0; i < sizeof charts / sizeof charts[0]; i++) {
        if (strcmp(charts[i].chart, chart) == 0)
            number = charts[i].number;
    }
    char *id = sim_format("%s/%s", call->parameters[0], chart);
    struct list list;
    if (check_client(call) && open_list(call, id, &list)) {
        reply_page(call, chart_json(&list, number));
        list_free(&list);
    }
    free(id);
}

const struct route trakt_routes[] = {
    {"GET", "/users/{user}/watchlist", answer_watchlist, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/watchlist/{types}", answer_watchlist, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/watchlist/{types}/{sort}", answer_watchlist, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/favorites", answer_favorites, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/favorites/{types}", answer_favorites, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/favorites/{types}/{sort}", answer_favorites, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/collection/{types}", answer_collection, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/lists/{list}", answer_user_list, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/lists/{list}/items", answer_user_items, FLAVOUR_ANY, 0, NULL},
    {"GET", "/users/{user}/lists/{list}/items/{types}", answer_user_items, FLAVOUR_ANY, 0, NULL},
    {"GET", "/lists/{list}", answer_list, FLAVOUR_ANY, 0, NULL},
    {"GET", "/lists/{list}/items", answer_items, FLAVOUR_ANY, 0, NULL},
    {"GET", "/lists/{list}/items/{types}", answer_items, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{kind}/{chart}", answer_chart, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{kind}/{chart}/{period}", answer_chart, FLAVOUR_ANY, 0, NULL},
    {0},
};
