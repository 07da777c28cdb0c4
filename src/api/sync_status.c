/* How the sync goes: the original's two status routes, with what is really under way. */
#include <inttypes.h>
#include <unistd.h>

#include "api/answers.h"
#include "api/process.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/runs_newest.h"
#include "store/runs_query.h"

static const char *const list_words[] = {[LIVE_LIST_WAITING] = "waiting",
                                         [LIVE_LIST_READING] = "reading",
                                         [LIVE_LIST_READ] = "read",
                                         [LIVE_LIST_READ + 1] = NULL};

static const struct field list_fields[] = {
    {"id", FIELD_INTEGER},
    {"list_type", FIELD_TEXT},
    {"list_id", FIELD_TEXT},
    {"display_name", FIELD_TEXT},
    {"state", FIELD_TEXT, .words = list_words},
    {"outcome", FIELD_TEXT, FIELD_NULLABLE, "ok, unchanged, blocked, ...; null until it is read"},
    {"message", FIELD_TEXT, .help = "the same as a sentence; \"\" when all is well"},
    {"item_count", FIELD_INTEGER, .help = "entries; that take part, once all lists are read"},
    {"from_snapshot", FIELD_SWITCH, .help = "they are from the last good reading"},
    {"requested", FIELD_INTEGER, .help = "of its items in this run, so far"},
    {0},
};

static const struct field progress_fields[] = {
    {"phase", FIELD_TEXT, .help = "connecting, fetching lists, reading Seerr, identifying, ..."},
    {"done", FIELD_INTEGER},
    {"total", FIELD_INTEGER},
    {"percentage", FIELD_NUMBER},
    {"per_second", FIELD_NUMBER, .help = "0: not known yet"},
    {"left_ms", FIELD_INTEGER, FIELD_NULLABLE, "time left; null: not known"},
    {"requested", FIELD_INTEGER, .help = "so far"},
    {"errors", FIELD_INTEGER, .help = "so far"},
    {"cancelling", FIELD_SWITCH},
    {"lists", FIELD_LIST, .help = "those that it reads", .of = FIELD_OBJECT, .fields = list_fields,
     .schema = "ProgressList"},
    {0},
};

static const struct field status_fields[] = {
    {"processes_found", FIELD_INTEGER},
    {"processes", FIELD_LIST, .of = FIELD_OBJECT, .fields = api_process_fields,
     .schema = "Process"},
    {"can_trigger_sync", FIELD_SWITCH},
    {"sync_method", FIELD_TEXT},
    {"timestamp", FIELD_TEXT, .format = "date-time"},
    {"running", FIELD_SWITCH},
    {"run", FIELD_OBJECT, FIELD_NULLABLE, "the one under way", .fields = api_run_fields,
     .schema = "Run"},
    {"progress", FIELD_OBJECT, FIELD_NULLABLE, .fields = progress_fields, .schema = "Progress"},
    {"queued", FIELD_LIST, .help = "those that wait, first come first", .of = FIELD_OBJECT,
     .fields = api_run_fields, .schema = "Run"},
    {"last_run", FIELD_OBJECT, FIELD_NULLABLE, "the newest that ended", .fields = api_run_fields,
     .schema = "Run"},
    {0},
};

static const struct field status = {"", FIELD_OBJECT, .fields = status_fields,
                                    .schema = "SyncStatus"};

static void put_list(struct json_writer *json, const struct live_list *list)
{
    bool is_read = list->state == LIVE_LIST_READ;

    json_begin_object(json, NULL);
    json_put_number(json, "id", list->id);
    json_put_text(json, "list_type", list->type);
    json_put_text(json, "list_id", list->list_id);
    json_put_text(json, "display_name",
                  api_list_name(list->description, list->type, list->list_id));
    json_put_text(json, "state", list_words[list->state]);
    json_put_text(json, "outcome", is_read ? outcome_word(list->outcome) : NULL);
    json_put_text(json, "message", list->message);
    json_put_number(json, "item_count", list->items);
    json_put_bool(json, "from_snapshot", list->from_snapshot);
    json_put_number(json, "requested", list->requested);
    json_end_object(json);
}

static void put_lists(struct call *call)
{
    struct live_list *lists = NULL;
    size_t count = runner_lists(call->api->runner, call->arena, &lists);

    json_begin_array(&call->json, "lists");
    for (size_t i = 0; i < count; i++)
        put_list(&call->json, &lists[i]);
    json_end_array(&call->json);
}

static void put_progress(struct call *call, const struct runner_state *state)
{
    struct json_writer *json = &call->json;

    if (!state->run) {
        json_put_text(json, "progress", NULL);
        return;
    }
    json_begin_object(json, "progress");
    json_put_text(json, "phase", sync_phase_word(state->phase));
    json_put_number(json, "done", state->done);
    json_put_number(json, "total", state->total);
    json_put_decimal(json, "percentage",
                     state->total ? 100.0 * (double)state->done / (double)state->total : 0);
    json_put_decimal(json, "per_second", state->per_second);
    if (state->left_ms < 0)
        json_put_text(json, "left_ms", NULL);
    else
        json_put_number(json, "left_ms", state->left_ms);
    json_put_number(json, "requested", state->requested);
    json_put_number(json, "errors", state->errors);
    json_put_bool(json, "cancelling", state->cancelling);
    put_lists(call);
    json_end_object(json);
}

/* The run under way, those that wait, and the newest that ended. */
struct runs_now {
    struct runner_state state;
    struct stored_run running;
    struct stored_runs queued, newest;
};

/* Not more than wait can be newer than the newest that ended, but for the one that runs. */
static enum error_code load_runs(struct call *call, struct runs_now *now, struct error *error)
{
    struct runs_query query = {.dry_run = -1};
    int64_t total;

    runner_state(call->api->runner, &now->state);
    enum error_code rc = runs_waiting(call->store, call->arena, &now->queued, error);
    query.limit = (int)now->queued.count + 2;
    if (!rc)
        rc = runs_query(call->store, call->arena, &query, &now->newest, &total, error);
    if (!rc && now->state.run)
        rc = runs_find(call->store, call->arena, now->state.run, &now->running, error);
    return rc;
}

static void put_run_or_null(struct json_writer *json, const char *key, const struct stored_run *run)
{
    if (run)
        api_put_run(json, key, run);
    else
        json_put_text(json, key, NULL);
}

static const struct stored_run *newest_ended(const struct stored_runs *runs)
{
    for (size_t i = 0; i < runs->count; i++)
        if (runs->items[i].state != RUN_RUNNING && runs->items[i].state != RUN_QUEUED)
            return &runs->items[i];
    return NULL;
}

/* The one that is being taken out of the queue right now is shown as running alone. */
static void put_queue(struct json_writer *json, const struct runs_now *now)
{
    json_begin_array(json, "queued");
    for (size_t i = 0; i < now->queued.count; i++)
        if (now->queued.items[i].id != now->state.run)
            api_put_run(json, NULL, &now->queued.items[i]);
    json_end_array(json);
}

static void sync_status(struct call *call)
{
    struct json_writer *json = &call->json;
    struct runs_now now = {0};
    struct error error = {0};

    if (load_runs(call, &now, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(json, NULL);
    json_put_number(json, "processes_found", 1);
    json_begin_array(json, "processes");
    api_put_process(call);
    json_end_array(json);
    json_put_bool(json, "can_trigger_sync", true);
    json_put_text(json, "sync_method", "signal");
    call_put_time_ms(json, "timestamp", clock_wall_ms());
    json_put_bool(json, "running", now.state.run != 0);
    put_run_or_null(json, "run", now.state.run ? &now.running : NULL);
    put_progress(call, &now.state);
    put_queue(json, &now);
    put_run_or_null(json, "last_run", newest_ended(&now.newest));
    json_end_object(json);
}

static const char *const live_words[] = {"running_full", "running_single", "running", "idle", NULL};

static const struct field live_fields[] = {
    {"is_running", FIELD_SWITCH},
    {"status", FIELD_TEXT, .words = live_words},
    {"sync_type", FIELD_TEXT, FIELD_NULLABLE},
    {"session_id", FIELD_TEXT, FIELD_NULLABLE, "the run's number, as text"},
    {"start_time", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"duration_seconds", FIELD_NUMBER, FIELD_NULLABLE},
    {"list_type", FIELD_TEXT, FIELD_NULLABLE, "of a single sync"},
    {"list_id", FIELD_TEXT, FIELD_NULLABLE},
    {"pid", FIELD_INTEGER},
    {"timestamp", FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field live = {"", FIELD_OBJECT, .fields = live_fields, .schema = "SyncLive"};

static const char *live_word(const struct runner_state *state)
{
    if (!state->run)
        return live_words[3];
    return live_words[state->mode == RUN_FULL ? 0 : state->mode == RUN_SINGLE ? 1 : 2];
}

/* The list of a single run; NULLs otherwise. */
static bool find_list(struct call *call, const struct runner_state *state, struct run_list *ret)
{
    struct run_lists lists;

    if (!state->run || state->mode != RUN_SINGLE ||
        runs_lists(call->store, call->arena, state->run, &lists, NULL) || !lists.count)
        return false;
    *ret = lists.items[0];
    return true;
}

static void sync_live(struct call *call)
{
    struct json_writer *json = &call->json;
    struct runner_state state;
    struct run_list list = {0};
    int64_t now = clock_wall_ms();

    runner_state(call->api->runner, &state);
    bool single = find_list(call, &state, &list);
    json_begin_object(json, NULL);
    json_put_bool(json, "is_running", state.run != 0);
    json_put_text(json, "status", live_word(&state));
    json_put_text(json, "sync_type", state.run ? run_mode_word(state.mode) : NULL);
    json_put_text(json, "session_id",
                  state.run ? arena_print(call->arena, "%" PRId64, state.run) : NULL);
    call_put_time_ms(json, "start_time", state.run ? state.started_ms : 0);
    if (state.run)
        json_put_decimal(json, "duration_seconds", (double)(now - state.started_ms) / 1000);
    else
        json_put_text(json, "duration_seconds", NULL);
    json_put_text(json, "list_type", single ? list.type : NULL);
    json_put_text(json, "list_id", single ? list.id : NULL);
    json_put_number(json, "pid", getpid());
    call_put_time_ms(json, "timestamp", now);
    json_end_object(json);
}

static const struct field cancel_parameters[] = {
    {"job_id", FIELD_TEXT, FIELD_IN_PATH | FIELD_REQUIRED, "a run's number, or \"current\"",
     .low = 1, .high = 20},
    {0},
};

static const struct field cancelled_fields[] = {
    {"success", FIELD_SWITCH, .help = "false: nothing was running"},
    {"message", FIELD_TEXT},
    {"job_id", FIELD_TEXT},
    {"terminated", FIELD_SWITCH},
    {"termination_method", FIELD_TEXT, FIELD_NULLABLE},
    {"target_pid", FIELD_INTEGER, FIELD_NULLABLE},
    {"session_id", FIELD_TEXT, FIELD_NULLABLE, "the run's number, as text"},
    {"pause_until", FIELD_TEXT, FIELD_NULLABLE, "always null: cancelling pauses nothing"},
    {"timestamp", FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field cancelled = {"", FIELD_OBJECT, .fields = cancelled_fields,
                                       .schema = "Cancelled"};

static void answer_cancelled(struct call *call, const char *job, int64_t run, const char *message)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_bool(json, "success", run != 0);
    json_put_text(json, "message", message);
    json_put_text(json, "job_id", job);
    json_put_bool(json, "terminated", false);
    json_put_text(json, "termination_method", NULL);
    json_put_number_or_null(json, "target_pid", run ? getpid() : 0);
    json_put_text(json, "session_id", run ? arena_print(call->arena, "%" PRId64, run) : NULL);
    json_put_text(json, "pause_until", NULL);
    call_put_time_ms(json, "timestamp", clock_wall_ms());
    json_end_object(json);
}

/* Neither runs nor waits: it is over, or there never was one. */
static void fail_to_cancel(struct call *call, int64_t run)
{
    struct stored_run found;
    struct error error = {0};
    enum error_code rc = runs_find(call->store, call->arena, run, &found, &error);

    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "run_not_found", "there is no run %" PRId64, run);
    else if (rc)
        call_fail_error(call, &error);
    else
        call_fail(call, 409, "run_ended", "run %" PRId64 " has ended already: it is %s", run,
                  run_state_word(found.state));
}

static void cancel(struct call *call, const char *job, int64_t run)
{
    struct error error = {0};
    enum error_code rc = runner_cancel(call->api->runner, call->store, run, &error);

    if (rc == ERROR_NOT_FOUND) {
        fail_to_cancel(call, run);
    } else if (rc) {
        call_fail_error(call, &error);
    } else {
        call_audit(call, "sync.cancel", arena_print(call->arena, "run %" PRId64, run), "");
        answer_cancelled(call, job, run, "Sync cancellation requested");
    }
}

/* A second click must not hit the run that has begun since the first. */
static void cancel_current(struct call *call, const char *job)
{
    struct runner_state state;

    runner_state(call->api->runner, &state);
    if (!state.run)
        answer_cancelled(call, job, 0, "No sync is currently running");
    else if (state.cancelling)
        answer_cancelled(call, job, state.run, "The sync is being cancelled already");
    else if (state.just_cancelled)
        answer_cancelled(call, job, state.just_cancelled,
                         arena_print(call->arena,
                                     "run %" PRId64 " was cancelled a moment ago; run %" PRId64
                                     ", which has begun since, goes on: cancel it by its number",
                                     state.just_cancelled, state.run));
    else
        cancel(call, job, state.run);
}

static void sync_cancel(struct call *call)
{
    const char *job = call_text(call, "job_id");
    int64_t run = 0;

    if (text_to_integer(job, 1, INT64_MAX, &run))
        cancel(call, job, run);
    else if (!text_equal(job, "current"))
        call_fail_field(call, "job_id", "wants a run's number, or \"current\"");
    else
        cancel_current(call, job);
}

const struct route api_sync_status_routes[] = {
    {.id = "sync_status",
     .tag = "Sync",
     .method = WEB_GET,
     .path = "/api/sync/status",
     .access = ACCESS_READ,
     .summary = "What runs, what waits, and how the last run ended",
     .answer = &status,
     .handle = sync_status},
    {.id = "sync_live",
     .tag = "Sync",
     .method = WEB_GET,
     .path = "/api/sync/status/live",
     .access = ACCESS_READ,
     .summary = "The run under way, in the original's shape",
     .answer = &live,
     .handle = sync_live},
    {.id = "sync_cancel",
     .tag = "Sync",
     .method = WEB_POST,
     .path = "/api/sync/{job_id}/cancel",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ANY_BODY,
     .summary = "Stop a run; what it asked for already stays asked for",
     .parameters = cancel_parameters,
     .answer = &cancelled,
     .handle = sync_cancel},
    {0},
};
