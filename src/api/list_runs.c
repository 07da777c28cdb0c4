/* The history of one list: each run in which it was read. */
#include "api/answers.h"
#include "api/lists.h"
#include "store/runs_query.h"

static const struct field parameters[] = {
    {"id", FIELD_INTEGER, FIELD_IN_PATH | FIELD_REQUIRED, "the list's number", .low = 1,
     .high = INT64_MAX},
    {"before", FIELD_INTEGER, .help = "next_before of the page before", .low = 1,
     .high = INT64_MAX},
    {"limit", FIELD_INTEGER, .low = 1, .high = 200, .fallback = "25"},
    {0},
};

static const struct field run_fields[] = {
    {"run_id", FIELD_INTEGER},
    {"at", FIELD_TEXT, FIELD_NULLABLE, "when the run began", .format = "date-time"},
    {"state", FIELD_TEXT, .help = "of the run"},
    {"dry_run", FIELD_SWITCH},
    {"outcome", FIELD_TEXT, .help = "of the reading: ok, unchanged, blocked, ..."},
    {"message", FIELD_TEXT, .help = "the same as a sentence; \"\" when all is well"},
    {"item_count", FIELD_INTEGER, .help = "entries that took part"},
    {"requested", FIELD_INTEGER, .help = "by that run, of the items that the list holds now"},
    {0},
};

static const struct field runs_fields[] = {
    {"runs", FIELD_LIST, .help = "newest first", .of = FIELD_OBJECT, .fields = run_fields,
     .schema = "ListRun"},
    {"total", FIELD_INTEGER},
    {"next_before", FIELD_INTEGER, FIELD_NULLABLE, "`before` of the next page; null at the end"},
    {0},
};

static const struct field runs = {"", FIELD_OBJECT, .fields = runs_fields, .schema = "ListRuns"};

static void put_run(struct json_writer *json, const struct list_run *run)
{
    json_begin_object(json, NULL);
    json_put_number(json, "run_id", run->run_id);
    call_put_time(json, "at", run->at);
    json_put_text(json, "state", run_state_word(run->state));
    json_put_bool(json, "dry_run", run->dry_run);
    json_put_text(json, "outcome", run->outcome);
    json_put_text(json, "message", run->message);
    json_put_number(json, "item_count", run->items);
    json_put_number(json, "requested", run->requested);
    json_end_object(json);
}

static void lists_runs(struct call *call)
{
    struct stored_list list;
    struct list_runs found = {0};
    struct error error = {0};

    if (!api_find_list(call, &list))
        return;
    if (runs_of_list(call->store, call->arena, list.id, call_integer(call, "before"),
                     (int)call_integer(call, "limit"), &found, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "runs");
    for (size_t i = 0; i < found.count; i++)
        put_run(&call->json, &found.items[i]);
    json_end_array(&call->json);
    json_put_number(&call->json, "total", found.total);
    json_put_number_or_null(&call->json, "next_before", found.next_before);
    json_end_object(&call->json);
}

const struct route api_list_runs_routes[] = {
    {.id = "lists_runs",
     .tag = "Lists",
     .method = WEB_GET,
     .path = "/api/lists/{id}/runs",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "The runs in which a list was read",
     .parameters = parameters,
     .answer = &runs,
     .handle = lists_runs},
    {0},
};
