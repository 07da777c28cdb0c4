/* Runs in the shape of the original's sync history. /api/runs tells more of them. */
#include <inttypes.h>

#include "api/runs.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/lists.h"
#include "store/runs_query.h"

enum { ITEMS_MOST = 500 };

static const char *const type_words[] = {"full", "single", "custom", NULL};
static const char *const result_words[] = {
    "requested", "already_available", "already_requested", "skipped", "not_found", "error",
};

static const struct field query_parameters[] = {
    {"limit", FIELD_INTEGER, .low = 1, .high = 100, .fallback = "20"},
    {"offset", FIELD_INTEGER, .low = 0, .high = 1000000, .fallback = "0"},
    {"type", FIELD_TEXT, .words = type_words},
    {"start_date", FIELD_TEXT, .help = "began at this time or later", .high = 40,
     .format = "date-time"},
    {"end_date", FIELD_TEXT, .help = "began at this time or before", .high = 40,
     .format = "date-time"},
    {0},
};

static const struct field list_fields[] = {
    {"type", FIELD_TEXT},
    {"id", FIELD_TEXT},
    {"url", FIELD_TEXT, .help = "\"\" when there is none, or the list was removed"},
    {"item_count", FIELD_INTEGER},
    {0},
};

static const struct field result_fields[] = {
    {"requested", FIELD_INTEGER},
    {"already_available", FIELD_INTEGER},
    {"already_requested", FIELD_INTEGER},
    {"skipped", FIELD_INTEGER},
    {"not_found", FIELD_INTEGER},
    {"error", FIELD_INTEGER},
    {0},
};

static const struct field item_fields[] = {
    {"title", FIELD_TEXT},
    {"status", FIELD_TEXT},
    {"progress_number", FIELD_INTEGER},
    {"progress_total", FIELD_INTEGER},
    {"timestamp", FIELD_TEXT, .help = "of the run's end", FIELD_NULLABLE, .format = "date-time"},
    {"year", FIELD_INTEGER, FIELD_NULLABLE},
    {"media_type", FIELD_TEXT},
    {"error_details", FIELD_TEXT, FIELD_NULLABLE},
    {0},
};

static const struct field session_fields[] = {
    {"id", FIELD_TEXT, .help = "the run's number, as text"},
    {"type", FIELD_TEXT, .words = type_words},
    {"start_timestamp", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"end_timestamp", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"duration", FIELD_NUMBER, .help = "seconds"},
    {"version", FIELD_TEXT, .help = "of the program that answers"},
    {"total_items", FIELD_INTEGER},
    {"processed_items", FIELD_INTEGER},
    {"lists", FIELD_LIST, .of = FIELD_OBJECT, .fields = list_fields, .schema = "SessionList"},
    {"results", FIELD_OBJECT, .fields = result_fields},
    {"items", FIELD_LIST, .help = "of one session alone: the first 500", .of = FIELD_OBJECT,
     .fields = item_fields, .schema = "SessionItem"},
    {"errors", FIELD_LIST, .of = FIELD_TEXT},
    {"not_found_items", FIELD_LIST, .help = "titles, of one session alone", .of = FIELD_TEXT},
    {"average_time_ms", FIELD_NUMBER, .help = "an item"},
    {"total_time_seconds", FIELD_NUMBER},
    {"status", FIELD_TEXT, .help = "the run's state"},
    {0},
};

static const struct field sessions_fields[] = {
    {"sessions", FIELD_LIST, .help = "newest first", .of = FIELD_OBJECT, .fields = session_fields,
     .schema = "SyncSession"},
    {"total", FIELD_INTEGER},
    {"limit", FIELD_INTEGER},
    {"offset", FIELD_INTEGER},
    {0},
};

static const struct field sessions = {"", FIELD_OBJECT, .fields = sessions_fields,
                                      .schema = "SyncSessions"};

/* A run with what is told of it. */
struct session {
    const struct stored_run *run;
    struct run_lists lists;
    struct run_tally tally;
    struct run_items items; /* of one session alone */
};

static enum error_code load_session(struct call *call, const struct stored_run *run,
                                    struct session *ret, struct error *error)
{
    *ret = (struct session){.run = run};
    enum error_code rc = runs_lists(call->store, call->arena, run->id, &ret->lists, error);

    return rc ? rc : runs_count(call->store, call->arena, run->id, &ret->tally, error);
}

static const char *url_of(struct call *call, int64_t list_id)
{
    struct stored_list list;

    if (lists_find_id(call->store, call->arena, list_id, &list, NULL))
        return "";
    return arena_text(call->arena, list.ref.url);
}

static void put_lists(struct call *call, const struct run_lists *lists)
{
    struct json_writer *json = &call->json;

    json_begin_array(json, "lists");
    for (size_t i = 0; i < lists->count; i++) {
        json_begin_object(json, NULL);
        json_put_text(json, "type", lists->items[i].type);
        json_put_text(json, "id", lists->items[i].id);
        json_put_text(json, "url", url_of(call, lists->items[i].list_id));
        json_put_number(json, "item_count", lists->items[i].items);
        json_end_object(json);
    }
    json_end_array(json);
}

static int64_t count_of(const struct run_counts *counts, const char *word)
{
    for (size_t i = 0; i < counts->count; i++)
        if (text_equal(counts->items[i].word, word))
            return counts->items[i].count;
    return 0;
}

/* Of a run that was moved in there is its row alone. */
static int64_t count_of_row(const struct stored_run *run, const char *word)
{
    const struct {
        const char *word;
        int64_t count;
    } counts[] = {
        {"requested", run->requested},
        {"skipped", run->skipped},
        {"not_found", run->unmatched},
        {"error", run->errored},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(counts); i++)
        if (text_equal(counts[i].word, word))
            return counts[i].count;
    return 0;
}

/* A request that failed is an error to the original. */
static int64_t count_of_tally(const struct run_counts *statuses, const char *word)
{
    int64_t count = count_of(statuses, word);

    return text_equal(word, "error")
               ? count + count_of(statuses, item_status_word(ITEM_STATUS_REQUEST_FAILED))
               : count;
}

static void put_results(struct json_writer *json, const struct session *session)
{
    const struct run_counts *statuses = &session->tally.statuses;

    json_begin_object(json, "results");
    for (size_t i = 0; i < ARRAY_LENGTH(result_words); i++)
        json_put_number(json, result_words[i],
                        statuses->count ? count_of_tally(statuses, result_words[i])
                                        : count_of_row(session->run, result_words[i]));
    json_end_object(json);
}

static bool is_trouble(const struct run_item *item)
{
    return text_equal(item->status, item_status_word(ITEM_STATUS_ERROR)) ||
           text_equal(item->status, item_status_word(ITEM_STATUS_REQUEST_FAILED)) ||
           text_equal(item->status, item_status_word(ITEM_STATUS_NOT_FOUND));
}

static void put_item(struct json_writer *json, const struct session *session, size_t index)
{
    const struct run_item *item = &session->items.items[index];
    const char *why = text_is_empty(item->answer) ? item->reason : item->answer;

    json_begin_object(json, NULL);
    json_put_text(json, "title", item->title);
    json_put_text(json, "status", item->status);
    json_put_number(json, "progress_number", (int64_t)index + 1);
    json_put_number(json, "progress_total", session->items.total);
    call_put_time(json, "timestamp", session->run->completed);
    json_put_number_or_null(json, "year", item->year);
    json_put_text(json, "media_type", media_type_word(item->media_type));
    json_put_text(json, "error_details", is_trouble(item) ? why : NULL);
    json_end_object(json);
}

static void put_items(struct json_writer *json, const struct session *session)
{
    json_begin_array(json, "items");
    for (size_t i = 0; i < session->items.count; i++)
        put_item(json, session, i);
    json_end_array(json);
    json_begin_array(json, "errors");
    if (!text_is_empty(session->run->message))
        json_put_text(json, NULL, session->run->message);
    json_end_array(json);
    json_begin_array(json, "not_found_items");
    for (size_t i = 0; i < session->items.count; i++)
        if (text_equal(session->items.items[i].status, item_status_word(ITEM_STATUS_NOT_FOUND)))
            json_put_text(json, NULL, session->items.items[i].title);
    json_end_array(json);
}

static void put_session(struct call *call, const struct session *session)
{
    struct json_writer *json = &call->json;
    const struct stored_run *run = session->run;
    double seconds = (double)run->duration_ms / 1000;

    json_begin_object(json, NULL);
    json_put_text(json, "id", arena_print(call->arena, "%" PRId64, run->id));
    json_put_text(json, "type", run_mode_word(run->mode));
    call_put_time(json, "start_timestamp", run->started);
    call_put_time(json, "end_timestamp", run->completed);
    json_put_decimal(json, "duration", seconds);
    json_put_text(json, "version", LISTSYNC_VERSION);
    json_put_number(json, "total_items", run->processed);
    json_put_number(json, "processed_items", run->processed);
    put_lists(call, &session->lists);
    put_results(json, session);
    put_items(json, session);
    json_put_decimal(json, "average_time_ms",
                     run->processed ? (double)run->duration_ms / (double)run->processed : 0);
    json_put_decimal(json, "total_time_seconds", seconds);
    json_put_text(json, "status", run_state_word(run->state));
    json_end_object(json);
}

static bool put_sessions(struct call *call, const struct stored_runs *found)
{
    struct session session;
    struct error error = {0};

    json_begin_array(&call->json, "sessions");
    for (size_t i = 0; i < found->count; i++) {
        if (load_session(call, &found->items[i], &session, &error)) {
            call_fail_error(call, &error);
            return false;
        }
        put_session(call, &session);
    }
    json_end_array(&call->json);
    return true;
}

static void history_all(struct call *call)
{
    struct stored_runs found = {0};
    struct error error = {0};
    int64_t total = 0;
    struct runs_query query = {
        .mode = call_text(call, "type"),
        .limit = (int)call_integer(call, "limit"),
        .offset = call_integer(call, "offset"),
    };

    if (!api_read_time(call, "start_date", &query.since) ||
        !api_read_time(call, "end_date", &query.until))
        return;
    if (runs_query(call->store, call->arena, &query, &found, &total, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    if (!put_sessions(call, &found))
        return;
    json_put_number(&call->json, "total", total);
    json_put_number(&call->json, "limit", query.limit);
    json_put_number(&call->json, "offset", query.offset);
    json_end_object(&call->json);
}

static const struct field one = {"", FIELD_OBJECT, .fields = session_fields,
                                 .schema = "SyncSession"};

static void history_one(struct call *call)
{
    struct stored_run run;
    struct session session;
    struct error error = {0};

    if (!api_find_run(call, &run))
        return;
    enum error_code rc = load_session(call, &run, &session, &error);
    if (!rc)
        rc = runs_items(call->store, call->arena,
                        &(struct run_items_query){.run_id = run.id, .limit = ITEMS_MOST},
                        &session.items, &error);
    if (rc)
        call_fail_error(call, &error);
    else
        put_session(call, &session);
}

const struct route api_history_routes[] = {
    {.id = "history_all",
     .tag = "Runs",
     .method = WEB_GET,
     .path = "/api/sync-history",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "Runs in the original's shape, without dry runs",
     .parameters = query_parameters,
     .answer = &sessions,
     .handle = history_all},
    {.id = "history_one",
     .tag = "Runs",
     .method = WEB_GET,
     .path = "/api/sync-history/{id}",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "A run in the original's shape, with its items",
     .parameters = api_run_id_parameters,
     .answer = &one,
     .handle = history_one},
    {0},
};
