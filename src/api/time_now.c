/* The time in the configured zone. */
#include "api/time_now.h"

#include "api/answers.h"
#include "base/clock.h"
#include "base/memory.h"

static const struct field zone_fields[] = {
    {"name", FIELD_TEXT},
    {"abbreviation", FIELD_TEXT},
    {"utc_offset", FIELD_TEXT, .help = "+0100"},
    {"is_dst", FIELD_SWITCH},
    {0},
};

static const struct field formatted_fields[] = {
    {"date", FIELD_TEXT, .help = "Mon, Jan 15"},
    {"time", FIELD_TEXT, .help = "10:30 AM"},
    {"full", FIELD_TEXT, .help = "2026-01-15 10:30:00 CET"},
    {"iso", FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field time_fields[] = {
    {"current_time", FIELD_TEXT, .help = "local, with its offset", .format = "date-time"},
    {"timestamp", FIELD_NUMBER, .help = "seconds since 1970"},
    {"timezone", FIELD_OBJECT, .fields = zone_fields},
    {"formatted", FIELD_OBJECT, .fields = formatted_fields},
    {0},
};

static const struct field time_answer = {"", FIELD_OBJECT, .fields = time_fields, .schema = "Time"};

static const char *const day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static const char *offset_text(struct arena *arena, int seconds, const char *separator)
{
    int minutes = (seconds < 0 ? -seconds : seconds) / 60;

    return arena_print(arena, "%c%02d%s%02d", seconds < 0 ? '-' : '+', minutes / 60, separator,
                       minutes % 60);
}

bool api_time_now(struct call *call, struct api_time *ret)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct local_time *now = &ret->local;
    struct schedule_state state;

    schedule_state(call->api->schedule, &state);
    if (time_zone_open(state.zone, &zone, NULL) && time_zone_open("UTC", &zone, NULL)) {
        call_fail(call, 503, "no_time_zones", "the system's time zones cannot be read");
        return false;
    }
    ret->wall_ms = clock_wall_ms();
    time_zone_local(zone, ret->wall_ms / 1000, now);
    ret->zone = arena_text(call->arena, time_zone_name(zone));
    ret->offset = offset_text(call->arena, now->offset_seconds, "");
    const char *day = arena_print(call->arena, "%04d-%02d-%02d", now->year, now->month, now->day);
    const char *time =
        arena_print(call->arena, "%02d:%02d:%02d", now->hour, now->minute, now->second);
    ret->iso = arena_print(call->arena, "%sT%s%s", day, time,
                           offset_text(call->arena, now->offset_seconds, ":"));
    ret->full = arena_print(call->arena, "%s %s %s", day, time, now->abbreviation);
    return true;
}

static void put_zone(struct json_writer *json, const struct api_time *now)
{
    json_begin_object(json, "timezone");
    json_put_text(json, "name", now->zone);
    json_put_text(json, "abbreviation", now->local.abbreviation);
    json_put_text(json, "utc_offset", now->offset);
    json_put_bool(json, "is_dst", now->local.is_dst);
    json_end_object(json);
}

static void put_formatted(struct call *call, const struct api_time *now)
{
    struct json_writer *json = &call->json;
    const struct local_time *local = &now->local;

    json_begin_object(json, "formatted");
    json_put_text(json, "date",
                  arena_print(call->arena, "%s, %s %d", day_names[local->weekday],
                              month_names[local->month - 1], local->day));
    json_put_text(json, "time",
                  arena_print(call->arena, "%02d:%02d %s", local->hour % 12 ? local->hour % 12 : 12,
                              local->minute, local->hour < 12 ? "AM" : "PM"));
    json_put_text(json, "full", now->full);
    json_put_text(json, "iso", now->iso);
    json_end_object(json);
}

static void system_time(struct call *call)
{
    struct json_writer *json = &call->json;
    struct api_time now;

    if (!api_time_now(call, &now))
        return;
    json_begin_object(json, NULL);
    json_put_text(json, "current_time", now.iso);
    json_put_decimal(json, "timestamp", (double)now.wall_ms / 1000);
    put_zone(json, &now);
    put_formatted(call, &now);
    json_end_object(json);
}

const struct route api_time_routes[] = {
    {.id = "system_time",
     .tag = "System",
     .method = WEB_GET,
     .path = "/api/system/time",
     .access = ACCESS_READ,
     .summary = "The time in the configured zone",
     .answer = &time_answer,
     .handle = system_time},
    {0},
};
