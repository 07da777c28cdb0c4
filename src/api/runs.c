/* Runs: what was done, to whom, and taking it back. */
#include "api/runs.h"

#include <inttypes.h>
#include <string.h>

#include "api/answers.h"
#include "api/items.h"
#include "api/posters.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/runs_query.h"

static const char *const mode_words[] = {"full", "single", "custom", NULL};
static const char *const state_words[] = {
    "queued", "running", "completed", "completed_with_errors", "failed", "cancelled", NULL};

static const struct field query_parameters[] = {
    {"mode", FIELD_TEXT, .words = mode_words},
    {"state", FIELD_TEXT, .words = state_words},
    {"dry_run", FIELD_SWITCH},
    {"since", FIELD_TEXT, .help = "began at this time or later", .high = 40, .format = "date-time"},
    {"until", FIELD_TEXT, .help = "began before this time", .high = 40, .format = "date-time"},
    {"list", FIELD_INTEGER, .help = "read this list, by number", .low = 1, .high = INT64_MAX},
    {"before", FIELD_INTEGER, .help = "only runs with a smaller number: for the next page",
     .low = 1, .high = INT64_MAX},
    {"limit", FIELD_INTEGER, .low = 1, .high = 200, .fallback = "25"},
    {"page", FIELD_INTEGER, .help = "from 1; `before` is better", .low = 1, .high = 100000,
     .fallback = "1"},
    {0},
};

static const struct field runs_fields[] = {
    {"runs", FIELD_LIST, .help = "newest first", .of = FIELD_OBJECT, .fields = api_run_fields,
     .schema = "Run"},
    {"total", FIELD_INTEGER},
    {"limit", FIELD_INTEGER},
    {"next_before", FIELD_INTEGER, FIELD_NULLABLE, "`before` of the next page; null at the end"},
    {0},
};

static const struct field runs = {"", FIELD_OBJECT, .fields = runs_fields, .schema = "Runs"};

/* One more was asked for than is shown: whether there is a next page. */
static void put_runs(struct call *call, const struct stored_runs *found, int64_t total)
{
    size_t limit = (size_t)call_integer(call, "limit");
    size_t shown = found->count < limit ? found->count : limit;

    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "runs");
    for (size_t i = 0; i < shown; i++)
        api_put_run(&call->json, NULL, &found->items[i]);
    json_end_array(&call->json);
    json_put_number(&call->json, "total", total);
    json_put_number(&call->json, "limit", (int64_t)limit);
    json_put_number_or_null(&call->json, "next_before",
                            found->count > limit ? found->items[limit - 1].id : 0);
    json_end_object(&call->json);
}

static void runs_all(struct call *call)
{
    struct stored_runs found = {0};
    struct error error = {0};
    int64_t total = 0;
    int64_t limit = call_integer(call, "limit");
    struct runs_query query = {
        .mode = call_text(call, "mode"),
        .state = call_text(call, "state"),
        .dry_run = call_has(call, "dry_run") ? call_switch(call, "dry_run") : -1,
        .list_id = call_integer(call, "list"),
        .before = call_integer(call, "before"),
        .limit = (int)limit + 1,
        .offset = (call_integer(call, "page") - 1) * limit,
    };

    if (!api_read_time(call, "since", &query.since) || !api_read_time(call, "until", &query.until))
        return;
    if (runs_query(call->store, call->arena, &query, &found, &total, &error))
        call_fail_error(call, &error);
    else
        put_runs(call, &found, total);
}

const struct field api_run_id_parameters[] = {
    {"id", FIELD_INTEGER, FIELD_IN_PATH | FIELD_REQUIRED, "the run's number", .low = 1,
     .high = INT64_MAX},
    {0},
};

bool api_find_run(struct call *call, struct stored_run *ret)
{
    struct error error = {0};
    int64_t id = call_integer(call, "id");
    enum error_code rc = runs_find(call->store, call->arena, id, ret, &error);

    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "run_not_found", "there is no run %" PRId64, id);
    else if (rc)
        call_fail_error(call, &error);
    return !rc;
}

static const struct field list_fields[] = {
    {"id", FIELD_INTEGER},
    {"list_type", FIELD_TEXT},
    {"list_id", FIELD_TEXT},
    {"description", FIELD_TEXT},
    {"outcome", FIELD_TEXT, .help = "ok, unchanged, blocked, ..."},
    {"message", FIELD_TEXT},
    {"item_count", FIELD_INTEGER, .help = "entries that took part"},
    {0},
};

static const struct field run_fields[] = {
    {"run", FIELD_OBJECT, .fields = api_run_fields, .schema = "Run"},
    {"lists", FIELD_LIST, .of = FIELD_OBJECT, .fields = list_fields, .schema = "RunList"},
    {"groups", FIELD_OBJECT, .help = "its items by what became of them, so far",
     .fields = api_run_group_fields, .schema = "RunGroups"},
    {"decisions", FIELD_MAP, .help = "how many items have each decision", .of = FIELD_INTEGER},
    {"statuses", FIELD_MAP, .help = "how many items have each status", .of = FIELD_INTEGER},
    {0},
};

static const struct field run_answer = {"", FIELD_OBJECT, .fields = run_fields,
                                        .schema = "RunDetail"};

static void put_list(struct json_writer *json, const struct run_list *list)
{
    json_begin_object(json, NULL);
    json_put_number(json, "id", list->list_id);
    json_put_text(json, "list_type", list->type);
    json_put_text(json, "list_id", list->id);
    json_put_text(json, "description", list->description);
    json_put_text(json, "outcome", list->outcome);
    json_put_text(json, "message", list->message);
    json_put_number(json, "item_count", list->items);
    json_end_object(json);
}

static void put_counts(struct json_writer *json, const char *key, const struct run_counts *counts)
{
    json_begin_object(json, key);
    for (size_t i = 0; i < counts->count; i++)
        json_put_number(json, counts->items[i].word, counts->items[i].count);
    json_end_object(json);
}

static void put_whole(struct call *call, const struct stored_run *run,
                      const struct run_lists *lists, const struct run_tally *tally)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    api_put_run(json, "run", run);
    json_begin_array(json, "lists");
    for (size_t i = 0; i < lists->count; i++)
        put_list(json, &lists->items[i]);
    json_end_array(json);
    api_put_run_groups(json, "groups", run->is_moved_in ? run->groups : tally->groups);
    put_counts(json, "decisions", &tally->decisions);
    put_counts(json, "statuses", &tally->statuses);
    json_end_object(json);
}

static void runs_one(struct call *call)
{
    struct stored_run run;
    struct run_lists lists = {0};
    struct run_tally tally = {0};
    struct error error = {0};

    if (!api_find_run(call, &run))
        return;
    enum error_code rc = runs_lists(call->store, call->arena, run.id, &lists, &error);
    if (!rc)
        rc = runs_count(call->store, call->arena, run.id, &tally, &error);
    if (rc)
        call_fail_error(call, &error);
    else
        put_whole(call, &run, &lists, &tally);
}

static const struct field items_parameters[] = {
    {"id", FIELD_INTEGER, FIELD_IN_PATH | FIELD_REQUIRED, "the run's number", .low = 1,
     .high = INT64_MAX},
    {"status", FIELD_TEXT, .words = api_status_words},
    {"decision", FIELD_TEXT, .words = api_decision_words},
    {"group", FIELD_TEXT, .help = "one of the run's `groups`", .words = api_run_group_words},
    {"search", FIELD_TEXT, .help = "part of the title", .high = 200},
    {"changed", FIELD_SWITCH, .help = "only items whose status the run changed",
     .fallback = "false"},
    {"after", FIELD_INTEGER, .help = "next_after of the page before", .low = 0, .high = INT64_MAX,
     .fallback = "0"},
    {"limit", FIELD_INTEGER, .low = 1, .high = 500, .fallback = "100"},
    {0},
};

static const struct field item_fields[] = {
    {"id", FIELD_INTEGER},
    {"title", FIELD_TEXT},
    {"year", FIELD_INTEGER, FIELD_NULLABLE},
    {"media_type", FIELD_TEXT},
    {"tmdb_id", FIELD_INTEGER, FIELD_NULLABLE},
    {"imdb_id", FIELD_TEXT, FIELD_NULLABLE},
    {"poster", FIELD_TEXT, FIELD_NULLABLE, API_POSTER_HELP},
    {"decision", FIELD_TEXT},
    {"rule", FIELD_TEXT},
    {"reason", FIELD_TEXT},
    {"status", FIELD_TEXT},
    {"status_before", FIELD_TEXT, .help = "of the run before; \"\": it was new"},
    {"answer", FIELD_TEXT, .help = "Seerr's; \"\""},
    {"request_id", FIELD_INTEGER, FIELD_NULLABLE, "Seerr's"},
    {"list_sources", FIELD_LIST, .help = "the lists that hold it now", .of = FIELD_OBJECT,
     .fields = api_item_source_fields, .schema = "ItemSource"},
    {0},
};

static const struct field items_fields[] = {
    {"items", FIELD_LIST, .of = FIELD_OBJECT, .fields = item_fields, .schema = "RunItem"},
    {"total", FIELD_INTEGER, .help = "that fit, on all pages"},
    {"thinned", FIELD_SWITCH,
     .help = "the run is old: its requests are left, what it changed for a while, and the last "
             "word on each item"},
    {"thinned_at", FIELD_TEXT, FIELD_NULLABLE, "since when; null: all are there",
     .format = "date-time"},
    {"next_after", FIELD_INTEGER, FIELD_NULLABLE, "for the next page; null at the end"},
    {0},
};

static const struct field items_answer = {"", FIELD_OBJECT, .fields = items_fields,
                                          .schema = "RunItems"};

static void put_item(struct call *call, const struct run_item *item)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_number(json, "id", item->item_id);
    json_put_text(json, "title", item->title);
    json_put_number_or_null(json, "year", item->year);
    json_put_text(json, "media_type", media_type_word(item->media_type));
    json_put_number_or_null(json, "tmdb_id", item->tmdb);
    json_put_text(json, "imdb_id", text_is_empty(item->imdb) ? NULL : item->imdb);
    api_put_poster(call, item->media_type, item->tmdb);
    json_put_text(json, "decision", item->decision);
    json_put_text(json, "rule", item->rule);
    json_put_text(json, "reason", item->reason);
    json_put_text(json, "status", item->status);
    json_put_text(json, "status_before", item->status_before);
    json_put_text(json, "answer", item->answer);
    json_put_number_or_null(json, "request_id", item->request_id);
    api_put_item_sources(json, item->lists, item->list_count);
    json_end_object(json);
}

static void runs_items_of(struct call *call)
{
    struct stored_run run;
    struct run_items found = {0};
    struct error error = {0};

    if (!api_find_run(call, &run))
        return;
    const struct run_items_query query = {
        .run_id = run.id,
        .status = call_text(call, "status"),
        .decision = call_text(call, "decision"),
        .group = call_text(call, "group"),
        .search = call_text(call, "search"),
        .changed_only = call_switch(call, "changed"),
        .with_lists = true,
        .after = call_integer(call, "after"),
        .limit = (int)call_integer(call, "limit"),
    };
    if (runs_items(call->store, call->arena, &query, &found, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "items");
    for (size_t i = 0; i < found.count; i++)
        put_item(call, &found.items[i]);
    json_end_array(&call->json);
    json_put_number(&call->json, "total", found.total);
    json_put_bool(&call->json, "thinned", *found.thinned_at != '\0');
    call_put_time(&call->json, "thinned_at", found.thinned_at);
    json_put_number_or_null(&call->json, "next_after", found.next_after);
    json_end_object(&call->json);
}

const struct route api_runs_routes[] = {
    {.id = "runs_all",
     .tag = "Runs",
     .method = WEB_GET,
     .path = "/api/runs",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "Runs, newest first",
     .parameters = query_parameters,
     .answer = &runs,
     .handle = runs_all},
    {.id = "runs_one",
     .tag = "Runs",
     .method = WEB_GET,
     .path = "/api/runs/{id}",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "A run with its lists and counts",
     .parameters = api_run_id_parameters,
     .answer = &run_answer,
     .handle = runs_one},
    {.id = "runs_items",
     .tag = "Runs",
     .method = WEB_GET,
     .path = "/api/runs/{id}/items",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "What a run decided, or only what it changed",
     .parameters = items_parameters,
     .answer = &items_answer,
     .handle = runs_items_of},
    {0},
};
