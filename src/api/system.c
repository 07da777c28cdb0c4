/* How the program is: the original's health, status and time, and what a script needs of them. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/answers.h"
#include "api/process.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/stored_settings.h"
#include "sync/live_settings.h"
#include "sync/store_trouble.h"
#include "web/guard.h"

enum { ERRORS_SHOWN = 5, ERRORS_MS = 24 * 3600 * 1000 };

static const char *const sync_words[] = {"unknown", "scheduled", "due", "overdue", NULL};

static const struct field health_fields[] = {
    {"database", FIELD_SWITCH},
    {"process", FIELD_SWITCH},
    {"sync_status", FIELD_TEXT, .words = sync_words,
     .help = "unknown: never synced or no schedule; due: past its time; overdue: by ten minutes"},
    {"last_sync", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"next_sync", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"running", FIELD_SWITCH, .help = "a sync is under way"},
    {"version", FIELD_TEXT},
    {0},
};

static const struct field health = {"", FIELD_OBJECT, .fields = health_fields, .schema = "Health"};

/* A database in trouble is what it is asked for: it has no store of its own. */
static bool is_database_well(struct call *call)
{
    struct store *store;

    if (store_trouble_is_known(call->api->tools) ||
        store_pool_take(call->api->stores, &store, NULL))
        return false;
    bool well = store_is_well(store, NULL) == ERROR_NONE;
    store_pool_give(call->api->stores, store);
    return well;
}

static void system_health(struct call *call)
{
    struct json_writer *json = &call->json;
    struct schedule_state schedule;
    struct runner_state runner;

    schedule_state(call->api->schedule, &schedule);
    runner_state(call->api->runner, &runner);
    json_begin_object(json, NULL);
    json_put_bool(json, "database", is_database_well(call));
    json_put_bool(json, "process", true);
    json_put_text(json, "sync_status", schedule_status_word(&schedule, clock_wall_ms()));
    call_put_time_ms(json, "last_sync", schedule.last_ms);
    call_put_time_ms(json, "next_sync", schedule.next_ms);
    json_put_bool(json, "running", runner.run != 0);
    json_put_text(json, "version", LISTSYNC_VERSION);
    json_end_object(json);
}

static const struct field database_fields[] = {
    {"connected", FIELD_SWITCH},
    {"file_exists", FIELD_SWITCH},
    {"file_size", FIELD_INTEGER, .help = "bytes"},
    {"last_modified", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"error", FIELD_TEXT, FIELD_NULLABLE},
    {0},
};

static const struct field processes_fields[] = {
    {"running", FIELD_SWITCH},
    {"processes", FIELD_LIST, .of = FIELD_OBJECT, .fields = api_process_fields,
     .schema = "Process"},
    {"error", FIELD_TEXT, FIELD_NULLABLE},
    {0},
};

static const struct field sync_fields[] = {
    {"status", FIELD_TEXT, .words = sync_words},
    {"last_sync", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"next_sync", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"interval_hours", FIELD_NUMBER, .help = "0: by no interval"},
    {"schedule", FIELD_TEXT, .help = "in words: every 12 hours"},
    {"paused", FIELD_SWITCH},
    {"running", FIELD_SWITCH},
    {"error", FIELD_TEXT, FIELD_NULLABLE},
    {0},
};

static const struct field logs_fields[] = {
    {"last_sync_start", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"last_sync_complete", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"sync_interval_hours", FIELD_NUMBER},
    {"next_sync_time", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"sync_status", FIELD_TEXT, .words = sync_words},
    {"recent_errors", FIELD_LIST, .help = "the last five of a day, newest first", .of = FIELD_TEXT},
    {"log_file_size", FIELD_INTEGER, .help = "of the log file that is written; 0: there is none"},
    {"log_last_modified", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {0},
};

static const struct field logs_answer = {"", FIELD_OBJECT, .fields = logs_fields,
                                         .schema = "LogInfo"};

static const char *const overall_words[] = {"healthy", "warning", "error", NULL};

static const struct field status_fields[] = {
    {"database", FIELD_OBJECT, .fields = database_fields},
    {"process", FIELD_OBJECT, .fields = processes_fields},
    {"sync", FIELD_OBJECT, .fields = sync_fields},
    {"logs", FIELD_OBJECT, .fields = logs_fields, .schema = "LogInfo"},
    {"seerr_configured", FIELD_SWITCH, .help = "its address and key are known"},
    {"warnings", FIELD_LIST, .help = "what a person should look at", .of = FIELD_TEXT},
    {"overall_health", FIELD_TEXT, .words = overall_words},
    {0},
};

static const struct field status = {"", FIELD_OBJECT, .fields = status_fields, .schema = "Status"};

/* What the status is told from, gathered once. */
struct look {
    struct schedule_state schedule;
    struct runner_state runner;
    struct error store_error;
    struct log_lines errors; /* of a day */
    char seerr_problem[HEALTH_TEXT_SIZE];
    bool seerr_configured;
    int64_t last_start_ms, last_end_ms;
};

static bool knows_seerr(struct call *call)
{
    struct options options;
    struct error error = {0};

    if (live_settings_load(call->api->given, call->store, &call->api->key, &options, &error))
        return false;
    bool known =
        options_is_set(&options, "OVERSEERR_URL") && options_is_set(&options, "OVERSEERR_API_KEY");
    options_release(&options);
    return known;
}

static void find_last_run(struct call *call, struct look *look)
{
    struct stored_runs runs = {0};

    if (runs_load(call->store, call->arena, 1, &runs, NULL) || !runs.count)
        return;
    look->last_start_ms = clock_parse_utc(runs.items[0].started);
    look->last_end_ms = clock_parse_utc(runs.items[0].completed);
}

/* What happened longer ago makes nobody ill today. Oldest first. */
static void find_errors(struct call *call, struct look *look)
{
    struct log_filter filter = {.least = LOG_ERROR, .limit = ERRORS_SHOWN};
    int64_t since_ms = clock_wall_ms() - ERRORS_MS;

    log_read(&filter, call->arena, &look->errors);
    while (look->errors.count && look->errors.items[0].wall_ms < since_ms) {
        look->errors.items++;
        look->errors.count--;
    }
}

/* What was noticed already says more than whether it can be read. */
static void look_at_store(struct call *call, struct error *ret)
{
    char problem[HEALTH_TEXT_SIZE];

    health_problem(call->api->tools->health, HEALTH_DATABASE, problem);
    if (*problem)
        error_set(ret, ERROR_STORE, "%s", problem);
    else
        store_is_well(call->store, ret);
}

static void look_around(struct call *call, struct look *look)
{

    schedule_state(call->api->schedule, &look->schedule);
    runner_state(call->api->runner, &look->runner);
    look_at_store(call, &look->store_error);
    find_errors(call, look);
    health_problem(call->api->tools->health, HEALTH_SEERR, look->seerr_problem);
    look->seerr_configured = knows_seerr(call);
    find_last_run(call, look);
}

static void put_text_or_null(struct json_writer *json, const char *key, const char *text)
{
    json_put_text(json, key, text_is_empty(text) ? NULL : text);
}

static void put_database(struct call *call, const struct look *look)
{
    struct json_writer *json = &call->json;
    struct stat file = {0};
    bool exists =
        stat(arena_print(call->arena, "%s/list_sync.db", call->api->data_directory), &file) == 0;

    json_begin_object(json, "database");
    json_put_bool(json, "connected", !look->store_error.code);
    json_put_bool(json, "file_exists", exists);
    json_put_number(json, "file_size", file.st_size);
    call_put_time_ms(json, "last_modified", (int64_t)file.st_mtime * 1000);
    put_text_or_null(json, "error", look->store_error.message);
    json_end_object(json);
}

static void put_processes(struct call *call)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, "process");
    json_put_bool(json, "running", true);
    json_begin_array(json, "processes");
    api_put_process(call);
    json_end_array(json);
    json_put_text(json, "error", NULL);
    json_end_object(json);
}

static const char *status_word(const struct look *look)
{
    return schedule_status_word(&look->schedule, clock_wall_ms());
}

static void put_sync(struct json_writer *json, const struct look *look)
{
    const struct schedule_state *schedule = &look->schedule;

    json_begin_object(json, "sync");
    json_put_text(json, "status", status_word(look));
    call_put_time_ms(json, "last_sync", schedule->last_ms);
    call_put_time_ms(json, "next_sync", schedule->next_ms);
    json_put_decimal(json, "interval_hours", schedule->interval_hours);
    json_put_text(json, "schedule", schedule->words);
    json_put_bool(json, "paused", schedule->paused_until != 0);
    json_put_bool(json, "running", look->runner.run != 0);
    put_text_or_null(json, "error", schedule->problem);
    json_end_object(json);
}

static void put_logs(struct json_writer *json, const char *key, const struct look *look)
{
    int64_t log_bytes, log_changed_ms;

    log_file_state(&log_bytes, &log_changed_ms);
    json_begin_object(json, key);
    call_put_time_ms(json, "last_sync_start", look->last_start_ms);
    call_put_time_ms(json, "last_sync_complete", look->last_end_ms);
    json_put_decimal(json, "sync_interval_hours", look->schedule.interval_hours);
    call_put_time_ms(json, "next_sync_time", look->schedule.next_ms);
    json_put_text(json, "sync_status", status_word(look));
    json_begin_array(json, "recent_errors");
    for (size_t i = look->errors.count; i > 0; i--)
        json_put_text(json, NULL, look->errors.items[i - 1].sentence);
    json_end_array(json);
    json_put_number(json, "log_file_size", log_bytes);
    call_put_time_ms(json, "log_last_modified", log_changed_ms);
    json_end_object(json);
}

static void put_warnings(struct call *call, const struct look *look)
{
    const char *login = guard_warning(call->api->guard);

    json_begin_array(&call->json, "warnings");
    if (login)
        json_put_text(&call->json, NULL, login);
    if (!look->seerr_configured)
        json_put_text(&call->json, NULL, "Seerr's address or API key is not set");
    if (*look->schedule.problem)
        json_put_text(&call->json, NULL, look->schedule.problem);
    if (*look->seerr_problem)
        json_put_text(&call->json, NULL, look->seerr_problem);
    json_end_array(&call->json);
}

static const char *overall(const struct look *look)
{
    if (look->store_error.code)
        return overall_words[2];
    if (look->errors.count || !look->seerr_configured || *look->schedule.problem ||
        *look->seerr_problem || text_equal(status_word(look), "overdue"))
        return overall_words[1];
    return overall_words[0];
}

static void system_status(struct call *call)
{
    struct json_writer *json = &call->json;
    struct look look = {0};

    look_around(call, &look);
    json_begin_object(json, NULL);
    put_database(call, &look);
    put_processes(call);
    put_sync(json, &look);
    put_logs(json, "logs", &look);
    json_put_bool(json, "seerr_configured", look.seerr_configured);
    put_warnings(call, &look);
    json_put_text(json, "overall_health", overall(&look));
    json_end_object(json);
}

static const struct field processes = {"", FIELD_LIST, .of = FIELD_OBJECT,
                                       .fields = api_process_fields, .schema = "Process"};

static void system_processes(struct call *call)
{
    json_begin_array(&call->json, NULL);
    api_put_process(call);
    json_end_array(&call->json);
}

static void system_logs(struct call *call)
{
    struct look look = {0};

    look_around(call, &look);
    put_logs(&call->json, NULL, &look);
}

static const struct field tested_fields[] = {
    {"connected", FIELD_SWITCH},
    {"error", FIELD_TEXT, FIELD_OPTIONAL},
    {0},
};

static const struct field tested = {"", FIELD_OBJECT, .fields = tested_fields,
                                    .schema = "DatabaseTest"};

static void system_database_test(struct call *call)
{
    struct error error = {0};

    look_at_store(call, &error);
    bool well = !error.code;
    json_begin_object(&call->json, NULL);
    json_put_bool(&call->json, "connected", well);
    if (!well)
        json_put_text(&call->json, "error", error.message);
    json_end_object(&call->json);
}

const struct route api_system_routes[] = {
    {.id = "system_health",
     .tag = "System",
     .method = WEB_GET,
     .path = "/api/system/health",
     .flags = ROUTE_UNLIMITED | ROUTE_NO_STORE,
     .summary = "Is it well, and when does it sync",
     .answer = &health,
     .handle = system_health},
    {.id = "system_status",
     .tag = "System",
     .method = WEB_GET,
     .path = "/api/system/status",
     .access = ACCESS_READ,
     .summary = "The same in detail",
     .answer = &status,
     .handle = system_status},
    {.id = "system_processes",
     .tag = "System",
     .method = WEB_GET,
     .path = "/api/system/processes",
     .access = ACCESS_READ,
     .summary = "This process, in the original's shape",
     .answer = &processes,
     .handle = system_processes},
    {.id = "system_logs",
     .tag = "System",
     .method = WEB_GET,
     .path = "/api/system/logs",
     .access = ACCESS_READ,
     .summary = "What the log tells of syncs, in the original's shape",
     .answer = &logs_answer,
     .handle = system_logs},
    {.id = "system_database_test",
     .tag = "System",
     .method = WEB_GET,
     .path = "/api/system/database/test",
     .access = ACCESS_READ,
     .summary = "Can the database be read",
     .answer = &tested,
     .handle = system_database_test},
    {0},
};
