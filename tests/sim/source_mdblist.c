/*
 * source_mdblist.c: the public /json feed of the web site, and the API with a key.
 */

#include "lists.h"
#include "memory.h"
#include "sources.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEED_CAP = 2000, PAGE_CAP = 1000 };

static json_t *item_json(const struct title *title, size_t rank)
{
    json_t *tvdb = title->tvdb != 0 ? json_integer(title->tvdb) : json_null();
    return json_pack("{s:i, s:I, s:i, s:s, s:s?, s:o, s:s, s:s, s:i, s:s}", "id", title->tmdb,
                     "rank", (json_int_t)rank, "adult", 0, "title", title->name, "imdb_id",
                     title->imdb, "tvdb_id", tvdb, "language", "en", "mediatype",
                     title->kind == KIND_MOVIE ? "movie" : "show", "release_year", title->year,
                     "spoken_language", "en");
}

/* The entries from `offset` on, `limit` at most. */
static json_t *items_json(const struct list *list, size_t offset, size_t limit)
{
    json_t *items = json_array();
    for (size_t i = offset; i < list->count && i < offset + limit; i++)
        json_array_append_new(items, item_json(list->titles[i], i + 1));
    return items;
}

static struct list open_list(struct call *call)
{
    char *id = sim_format("%s/%s", call->parameters[0], call->parameters[1]);
    struct list list = list_open(call->sim, "mdblist", id);
    free(id);
    return list;
}

static size_t query_size(const struct call *call, const char *name, size_t fallback)
{
    long number = call_query_number(call, name, (long)fallback);
    return number < 0 ? 0 : (size_t)number;
}

/* Without a limit the feed stops at 2000 entries, without a word about it. */
static void answer_feed(struct call *call)
{
    struct list list = open_list(call);
    size_t limit = query_size(call, "limit", 0);
    size_t offset = query_size(call, "offset", 0);
    limit = limit == 0 ? FEED_CAP : limit > PAGE_CAP ? PAGE_CAP : limit;
    if (list.state == LIST_MISSING)
        reply_text(call, 404, "text/html; charset=utf-8", "<html><title>Not found</title></html>");
    else if (list.state == LIST_EMPTY)
        reply_json(call, 200, json_pack("{s:s}", "error", "empty"));
    else
        reply_json(call, 200, items_json(&list, offset, limit));
    list_free(&list);
}

const struct route mdblist_web_routes[] = {
    {"GET", "/lists/{user}/{list}/json", answer_feed, FLAVOUR_ANY, 0, NULL},
    {"GET", "/lists/{user}/{list}/json/", answer_feed, FLAVOUR_ANY, 0, NULL},
    {0},
};

/* Any key will do but "wrong" and "spent". False after an answer. */
static bool check_key(struct call *call)
{
    char *key = call_query(call, "apikey");
    bool spent = key != NULL && strcmp(key, "spent") == 0;
    bool good = key != NULL && key[0] != '\0' && strcmp(key, "wrong") != 0 && !spent;
    free(key);
    reply_header(call, "X-RateLimit-Limit", "1000");
    reply_header(call, "X-RateLimit-Remaining", spent ? "0" : "990");
    reply_header(call, "X-RateLimit-Reset", "1798761600");
    if (spent) {
        reply_header(call, "Retry-After", "30");
        reply_json(call, 429,
                   json_pack("{s:b, s:s}", "response", 0, "error", "API Limit Reached!"));
    } else if (!good) {
        reply_json(call, 401, json_pack("{s:s}", "error", "Invalid API key"));
    }
    return good;
}

static bool check_list(struct call *call, const struct list *list)
{
    if (list->state != LIST_MISSING)
        return true;
    reply_json(call, 404, json_pack("{s:s}", "error", "Not found"));
    return false;
}

/* Lists that also have a number, as in the answer about them. */
static const struct {
    int number;
    const char *id;
} numbers[] = {{1176, "demo/best-of-the-year"}, {1177, "demo/everything"}, {1178, "demo/empty"}};

enum { NUMBER_COUNT = sizeof numbers / sizeof numbers[0], FIRST_BENCH_NUMBER = 100000000 };

/* A benchmark list's number holds its size. */
static int number_of(const struct call *call)
{
    char *id = sim_format("%s/%s", call->parameters[0], call->parameters[1]);
    int number = 0;
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        if (strcmp(numbers[i].id, id) == 0)
            number = numbers[i].number;
    }
    if (sscanf(id, "bench/films-%d", &number) == 1)
        number += FIRST_BENCH_NUMBER;
    free(id);
    return number;
}

static struct list open_numbered(struct call *call)
{
    int number = call_parameter_number(call, 0);
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        if (numbers[i].number == number)
            return list_open(call->sim, "mdblist", numbers[i].id);
    }
    char id[40];
    snprintf(id, sizeof id, "bench/films-%d", number - FIRST_BENCH_NUMBER);
    return list_open(call->sim, "mdblist", number > FIRST_BENCH_NUMBER ? id : "");
}

static void answer_meta(struct call *call)
{
    struct list list = open_list(call);
    char *slug = text_slug(list.name);
    if (check_key(call) && check_list(call, &list))
        reply_json(call, 200,
                   json_pack("[{s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:i, s:b, s:b}]", "id",
                             number_of(call), "user_id", 3, "user_name", call->parameters[0],
                             "name", list.name, "slug", slug, "description", "", "mediatype",
                             "movie", "items", (json_int_t)list.count, "likes", 21, "dynamic", 0,
                             "private", list.state == LIST_PRIVATE));
    free(slug);
    list_free(&list);
}

/* Films and series in their buckets; the ranks keep their common order. */
static json_t *buckets_json(json_t *items)
{
    json_t *movies = json_array();
    json_t *shows = json_array();
    size_t index;
    json_t *item;
    json_array_foreach(items, index, item)
    {
        const char *type = json_string_value(json_object_get(item, "mediatype"));
        json_array_append(strcmp(type, "movie") == 0 ? movies : shows, item);
    }
    json_decref(items);
    return json_pack("{s:o, s:o}", "movies", movies, "shows", shows);
}

static void reply_items(struct call *call, const struct list *list)
{
    size_t offset = query_size(call, "offset", 0);
    size_t limit = query_size(call, "limit", PAGE_CAP);
    limit = limit == 0 || limit > PAGE_CAP ? PAGE_CAP : limit;
    bool more = offset + limit < list->count;
    json_t *items = items_json(list, offset, limit);
    char *unified = call_query(call, "unified");
    bool one_array = unified != NULL && strcmp(unified, "true") == 0;
    free(unified);
    if (!one_array) {
        items = buckets_json(items);
        json_object_set_new(items, "pagination",
                            json_pack("{s:I, s:I, s:I, s:b}", "limit", (json_int_t)limit, "offset",
                                      (json_int_t)offset, "total", (json_int_t)list->count,
                                      "has_more", more));
    }
    reply_header(call, "X-Has-More", more ? "true" : "false");
    reply_header(call, "X-Total-Items", "%zu", list->count);
    reply_json(call, 200, items);
}

static void answer_items(struct call *call)
{
    struct list list = open_list(call);
    if (check_key(call) && check_list(call, &list))
        reply_items(call, &list);
    list_free(&list);
}

static void answer_numbered_items(struct call *call)
{
    struct list list = open_numbered(call);
    if (check_key(call) && check_list(call, &list))
        reply_items(call, &list);
    list_free(&list);
}

static void answer_user(struct call *call)
{
    if (check_key(call))
        reply_json(call, 200,
                   json_pack("{s:i, s:i, s:s, s:i}", "api_requests", 1000, "api_requests_count", 10,
                             "username", "demo", "user_id", 3));
}

const struct route mdblist_api_routes[] = {
    {"GET", "/user", answer_user, FLAVOUR_ANY, 0, NULL},
    {"GET", "/lists/{number}/items", answer_numbered_items, FLAVOUR_ANY, 0, NULL},
    {"GET", "/lists/{user}/{list}", answer_meta, FLAVOUR_ANY, 0, NULL},
    {"GET", "/lists/{user}/{list}/items", answer_items, FLAVOUR_ANY, 0, NULL},
    {"GET", "/lists/{user}/{list}/items/", answer_items, FLAVOUR_ANY, 0, NULL},
    {0},
};
