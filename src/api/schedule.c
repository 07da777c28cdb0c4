/* When syncs begin by themselves: the original's interval, schedules as cron texts, and a pause. */
#include "api/schedule.h"

#include <math.h>
#include <string.h>

#include "api/answers.h"
#include "api/done.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/stored_settings.h"
#include "sync/live_settings.h"

enum { PREVIEW_MOST = 20 };

static const char default_hours[] = "12";

/* The original's words for where the interval is from. */
static const char *const source_words[] = {"database", "environment_initialized", "default", NULL};

static const struct field interval_fields[] = {
    {"interval_hours", FIELD_NUMBER, .help = "0: by no interval"},
    {"source", FIELD_TEXT, .words = source_words},
    {"last_updated", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {0},
};

static const struct field interval = {"", FIELD_OBJECT, .fields = interval_fields,
                                      .schema = "Interval"};

static void interval_get(struct call *call)
{
    const struct options *given = call->api->given;
    const char *updated = "";
    struct error error = {0};
    double hours = 0;

    if (sync_interval_get(call->store, &hours, &updated, call->arena, &error)) {
        call_fail_error(call, &error);
        return;
    }
    const char *source = source_words[0];
    if (!*updated) {
        source = source_words[options_is_set(given, "SYNC_INTERVAL") ? 1 : 2];
        hours = options_decimal(given, "SYNC_INTERVAL");
    }
    json_begin_object(&call->json, NULL);
    json_put_decimal(&call->json, "interval_hours", hours);
    json_put_text(&call->json, "source", source);
    call_put_time(&call->json, "last_updated", updated);
    json_end_object(&call->json);
}

static const struct field interval_change_fields[] = {
    {"interval_hours", FIELD_NUMBER, FIELD_REQUIRED,
     "0 switches the interval off; else from 0.1 to 8760", .low = 0, .high = 8760},
    {0},
};

static const struct field interval_changed_fields[] = {
    {"success", FIELD_SWITCH},
    {"message", FIELD_TEXT},
    {"interval_hours", FIELD_NUMBER},
    {"source", FIELD_TEXT, .words = source_words},
    {0},
};

static const struct field interval_changed = {"", FIELD_OBJECT, .fields = interval_changed_fields,
                                              .schema = "IntervalChanged"};

bool api_set_interval(struct call *call, const char *field, double hours)
{
    struct error error = {0};

    if (hours > 0 && hours < 0.1) {
        call_fail_field(call, field, "wants 0, or at least 0.1 (six minutes)");
        return false;
    }
    if (sync_interval_put(call->store, hours, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    schedule_changed(call->api->schedule);
    call_audit(call, "schedule.interval", "interval", arena_print(call->arena, "%g hours", hours));
    return true;
}

static void change_interval(struct call *call, double hours, const char *source)
{
    if (!api_set_interval(call, "interval_hours", hours))
        return;
    json_begin_object(&call->json, NULL);
    api_put_done(
        call, hours > 0 ? "Sync interval updated to %g hours" : "Sync interval switched off (%g)",
        hours);
    json_put_decimal(&call->json, "interval_hours", hours);
    json_put_text(&call->json, "source", source);
    json_end_object(&call->json);
}

static void interval_put(struct call *call)
{
    change_interval(call, json_value_number(call_body(call, "interval_hours")), source_words[0]);
}

static void interval_from_environment(struct call *call)
{
    const struct options *given = call->api->given;

    if (!options_is_set(given, "SYNC_INTERVAL")) {
        call_fail(call, 409, "not_in_environment",
                  "SYNC_INTERVAL is not set in the environment; "
                  "the default is %s hours",
                  default_hours);
        return;
    }
    change_interval(call, options_decimal(given, "SYNC_INTERVAL"), source_words[1]);
}

static const struct field schedule_fields[] = {
    {"enabled", FIELD_SWITCH, .help = "syncs begin by themselves"},
    {"interval_hours", FIELD_NUMBER, .help = "0: by no interval"},
    {"cron", FIELD_TEXT, .help = "holds before the interval; \"\": none"},
    {"in_words", FIELD_TEXT},
    {"timezone", FIELD_TEXT},
    {"last_sync", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"next_sync", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"paused", FIELD_SWITCH},
    {"paused_until", FIELD_TEXT, FIELD_NULLABLE, "null while paused: until somebody resumes",
     .format = "date-time"},
    {"problem", FIELD_TEXT, .help = "a schedule or zone that is set and means nothing; \"\""},
    {0},
};

static const struct field schedule = {"", FIELD_OBJECT, .fields = schedule_fields,
                                      .schema = "Schedule"};

static void schedule_get(struct call *call)
{
    struct json_writer *json = &call->json;
    struct schedule_state state;

    schedule_state(call->api->schedule, &state);
    json_begin_object(json, NULL);
    json_put_bool(json, "enabled", state.is_on);
    json_put_decimal(json, "interval_hours", state.interval_hours);
    json_put_text(json, "cron", state.cron);
    json_put_text(json, "in_words", state.words);
    json_put_text(json, "timezone", state.zone);
    call_put_time_ms(json, "last_sync", state.last_ms);
    call_put_time_ms(json, "next_sync", state.next_ms);
    json_put_bool(json, "paused", state.paused_until != 0);
    call_put_time_ms(json, "paused_until", state.paused_until);
    json_put_text(json, "problem", state.problem);
    json_end_object(json);
}

static const struct field pause_fields[] = {
    {"paused", FIELD_SWITCH, FIELD_REQUIRED},
    {"hours", FIELD_NUMBER, FIELD_NULLABLE, "for so long; without it until somebody resumes",
     .low = 0, .high = 8760},
    {0},
};

static void schedule_set_pause(struct call *call)
{
    double hours = json_value_number(call_body(call, "hours"));
    bool paused = call_body_switch(call, "paused", false);
    int64_t until = !paused ? 0 : hours > 0 ? clock_wall_ms() + (int64_t)(hours * 3600000) : -1;
    struct error error = {0};

    if (schedule_pause(call->api->schedule, call->store, until, &error)) {
        call_fail_error(call, &error);
        return;
    }
    call_audit(call, paused ? "schedule.pause" : "schedule.resume", "schedule", "");
    schedule_get(call);
}

static const struct field preview_parameters[] = {
    {"schedule", FIELD_TEXT, FIELD_REQUIRED, "a cron text, or \"every 6h\"", .low = 1, .high = 200},
    {"count", FIELD_INTEGER, .help = "how many times", .low = 1, .high = PREVIEW_MOST,
     .fallback = "5"},
    {0},
};

static const struct field preview_fields[] = {
    {"in_words", FIELD_TEXT},
    {"times", FIELD_LIST, .of = FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field preview = {"", FIELD_OBJECT, .fields = preview_fields,
                                     .schema = "SchedulePreview"};

static void schedule_look_ahead(struct call *call)
{
    int64_t times[PREVIEW_MOST];
    size_t count = 0;
    char words[160];
    struct error error = {0};

    if (schedule_preview(call->api->schedule, call_text(call, "schedule"), times,
                         (size_t)call_integer(call, "count"), &count, words, &error)) {
        call_fail_field(call, "schedule", "%s", error.message);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_put_text(&call->json, "in_words", words);
    json_begin_array(&call->json, "times");
    for (size_t i = 0; i < count; i++)
        call_put_time_ms(&call->json, NULL, times[i]);
    json_end_array(&call->json);
    json_end_object(&call->json);
}

const struct route api_schedule_routes[] = {
    {.id = "interval_get",
     .tag = "Schedule",
     .method = WEB_GET,
     .path = "/api/sync-interval",
     .access = ACCESS_READ,
     .summary = "Hours between two syncs",
     .answer = &interval,
     .handle = interval_get},
    {.id = "interval_put",
     .tag = "Schedule",
     .method = WEB_PUT,
     .path = "/api/sync-interval",
     .access = ACCESS_ADMIN,
     .summary = "Change it, at once",
     .body = interval_change_fields,
     .answer = &interval_changed,
     .handle = interval_put},
    {.id = "interval_from_environment",
     .tag = "Schedule",
     .method = WEB_POST,
     .path = "/api/sync-interval/sync-from-env",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ANY_BODY,
     .summary = "Take the interval of the environment again",
     .answer = &interval_changed,
     .handle = interval_from_environment},
    {.id = "schedule_get",
     .tag = "Schedule",
     .method = WEB_GET,
     .path = "/api/schedule",
     .access = ACCESS_READ,
     .summary = "When syncs begin by themselves",
     .answer = &schedule,
     .handle = schedule_get},
    {.id = "schedule_pause",
     .tag = "Schedule",
     .method = WEB_PUT,
     .path = "/api/schedule/pause",
     .access = ACCESS_SYNC,
     .summary = "Let nothing begin by itself, or resume",
     .body = pause_fields,
     .answer = &schedule,
     .handle = schedule_set_pause},
    {.id = "schedule_preview",
     .tag = "Schedule",
     .method = WEB_GET,
     .path = "/api/schedule/preview",
     .access = ACCESS_READ,
     .summary = "The next times of a schedule that somebody is about to set",
     .parameters = preview_parameters,
     .answer = &preview,
     .handle = schedule_look_ahead},
    {0},
};
