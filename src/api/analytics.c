/* Figures over time, from the database, in the shapes that the original answered with. */
#include "store/analytics.h"
#include "api/answers.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const range_words[] = {"1h", "24h", "7d", "30d", "90d", "365d", NULL};

/* How far back, and in which steps. */
static const struct {
    int64_t hours;
    int step_minutes;
} ranges[] = {{1, 5}, {24, 60}, {168, 360}, {720, 1440}, {2160, 1440}, {8760, 10080}};

static const struct field range_parameters[] = {
    {"time_range", FIELD_TEXT, .words = range_words, .fallback = "24h"},
    {0},
};

static size_t range_of(const struct call *call)
{
    size_t index = 0;

    while (range_words[index + 1] && !text_equal(range_words[index], call_text(call, "time_range")))
        index++;
    return index;
}

static const char *since_of(const struct call *call)
{
    char *text = arena_take(call->arena, CLOCK_TEXT_SIZE);

    clock_format_utc(clock_wall_ms() - ranges[range_of(call)].hours * 3600000, text);
    return text;
}

static const struct field overview_fields[] = {
    {"total_items", FIELD_INTEGER, .help = "decided in the range"},
    {"success_rate", FIELD_NUMBER, .help = "percent that neither failed nor waits for a person"},
    {"avg_processing_time", FIELD_NUMBER, .help = "seconds an item"},
    {"active_sync", FIELD_SWITCH},
    {"total_sync_operations", FIELD_INTEGER},
    {"total_errors", FIELD_INTEGER},
    {"last_sync_time", FIELD_TEXT, .help = "\"\" before the first"},
    {"time_range", FIELD_TEXT, .words = range_words},
    {"items_requested", FIELD_INTEGER},
    {"items_skipped", FIELD_INTEGER},
    {"items_unmatched", FIELD_INTEGER},
    {"failed_runs", FIELD_INTEGER},
    {"all_items", FIELD_INTEGER, .help = "ever"},
    {"all_requested", FIELD_INTEGER, .help = "ever"},
    {0},
};

static const struct field overview = {"", FIELD_OBJECT, .fields = overview_fields,
                                      .schema = "Overview"};

static void put_overview(struct call *call, const struct analytics_overview *found)
{
    struct json_writer *json = &call->json;
    struct runner_state runner;

    runner_state(call->api->runner, &runner);
    json_begin_object(json, NULL);
    json_put_number(json, "total_items", found->items);
    json_put_decimal(json, "success_rate", found->success_rate);
    json_put_decimal(json, "avg_processing_time", found->seconds_per_item);
    json_put_bool(json, "active_sync", runner.run != 0);
    json_put_number(json, "total_sync_operations", found->runs);
    json_put_number(json, "total_errors", found->errored);
    if (*found->last_run)
        call_put_time(json, "last_sync_time", found->last_run);
    else
        json_put_text(json, "last_sync_time", "");
    json_put_text(json, "time_range", range_words[range_of(call)]);
    json_put_number(json, "items_requested", found->requested);
    json_put_number(json, "items_skipped", found->skipped);
    json_put_number(json, "items_unmatched", found->unmatched);
    json_put_number(json, "failed_runs", found->failed_runs);
    json_put_number(json, "all_items", found->all_items);
    json_put_number(json, "all_requested", found->all_requested);
    json_end_object(json);
}

static void analytics_get_overview(struct call *call)
{
    struct analytics_overview found = {0};
    struct error error = {0};

    if (analytics_overview(call->store, call->arena, since_of(call), &found, &error))
        call_fail_error(call, &error);
    else
        put_overview(call, &found);
}

static const struct field point_fields[] = {
    {"timestamp", FIELD_TEXT, .help = "start of the step: 2026-11-22T09:00"},
    {"count", FIELD_INTEGER, .help = "newly requested"},
    {"type", FIELD_TEXT, .help = "movie or tv"},
    {"source", FIELD_TEXT, .help = "type of the list"},
    {"items_available", FIELD_INTEGER},
    {"items_failed", FIELD_INTEGER},
    {0},
};

static const struct field additions = {"",
                                       FIELD_LIST,
                                       .help = "newest first",
                                       .of = FIELD_OBJECT,
                                       .fields = point_fields,
                                       .schema = "Addition"};

enum { POINTS_MOST = 500 };

static const char *step_text(struct arena *arena, const char *stored)
{
    char *text = arena_text(arena, stored);

    for (char *at = text; *at; at++)
        if (*at == ' ')
            *at = 'T';
    return arena_text_n(arena, text, sizeof("2026-11-22T09:00") - 1);
}

static void put_point(struct call *call, const struct analytics_point *point)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_text(json, "timestamp", step_text(call->arena, point->at));
    json_put_number(json, "count", point->requested);
    json_put_text(json, "type", point->media_type);
    json_put_text(json, "source", point->source);
    json_put_number(json, "items_available", point->available);
    json_put_number(json, "items_failed", point->failed);
    json_end_object(json);
}

static void analytics_get_additions(struct call *call)
{
    struct analytics_points found = {0};
    struct error error = {0};

    if (analytics_additions(call->store, call->arena, since_of(call),
                            ranges[range_of(call)].step_minutes, POINTS_MOST, &found, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_array(&call->json, NULL);
    for (size_t i = 0; i < found.count; i++)
        put_point(call, &found.items[i]);
    json_end_array(&call->json);
}

static const struct field source_fields[] = {
    {"source", FIELD_TEXT, .help = "type of the lists"},
    {"items_found", FIELD_INTEGER, .help = "on its lists now"},
    {"average_items_per_page", FIELD_NUMBER, .help = "items of a list"},
    {"total_pages", FIELD_INTEGER, .help = "readings of its lists"},
    {"success_rate", FIELD_NUMBER, .help = "percent of the readings that were complete"},
    {"lists", FIELD_INTEGER},
    {"items_requested", FIELD_INTEGER},
    {"items_available", FIELD_INTEGER},
    {"items_errored", FIELD_INTEGER},
    {0},
};

static const struct field sources = {"", FIELD_LIST, .of = FIELD_OBJECT, .fields = source_fields,
                                     .schema = "Source"};

static double percent(int64_t part, int64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void put_source(struct json_writer *json, const struct analytics_source *source)
{
    json_begin_object(json, NULL);
    json_put_text(json, "source", source->source);
    json_put_number(json, "items_found", source->items);
    json_put_decimal(json, "average_items_per_page",
                     source->lists ? (double)source->items / (double)source->lists : 0);
    json_put_number(json, "total_pages", source->fetches);
    json_put_decimal(json, "success_rate",
                     percent(source->fetches - source->failed_fetches, source->fetches));
    json_put_number(json, "lists", source->lists);
    json_put_number(json, "items_requested", source->requested);
    json_put_number(json, "items_available", source->available);
    json_put_number(json, "items_errored", source->errored);
    json_end_object(json);
}

static void analytics_get_sources(struct call *call)
{
    struct analytics_sources found = {0};
    struct error error = {0};

    if (analytics_sources(call->store, call->arena, since_of(call), &found, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_array(&call->json, NULL);
    for (size_t i = 0; i < found.count; i++)
        put_source(&call->json, &found.items[i]);
    json_end_array(&call->json);
}

static const struct field status_fields[] = {
    {"status", FIELD_TEXT},
    {"media_type", FIELD_TEXT},
    {"count", FIELD_INTEGER},
    {0},
};

static const struct field statuses_fields[] = {
    {"statuses", FIELD_LIST, .of = FIELD_OBJECT, .fields = status_fields, .schema = "StatusCount"},
    {"total", FIELD_INTEGER},
    {0},
};

static const struct field statuses = {"", FIELD_OBJECT, .fields = statuses_fields,
                                      .schema = "Statuses"};

static void put_statuses(struct json_writer *json, const struct status_counts *found)
{
    int64_t total = 0;

    json_begin_object(json, NULL);
    json_begin_array(json, "statuses");
    for (size_t i = 0; i < found->count; i++) {
        json_begin_object(json, NULL);
        json_put_text(json, "status", found->items[i].status);
        json_put_text(json, "media_type", found->items[i].media_type);
        json_put_number(json, "count", found->items[i].count);
        json_end_object(json);
        total += found->items[i].count;
    }
    json_end_array(json);
    json_put_number(json, "total", total);
    json_end_object(json);
}

static void analytics_get_statuses(struct call *call)
{
    struct status_counts found = {0};
    struct error error = {0};

    if (analytics_statuses(call->store, call->arena, &found, &error))
        call_fail_error(call, &error);
    else
        put_statuses(&call->json, &found);
}

const struct route api_analytics_routes[] = {
    {.id = "analytics_overview",
     .tag = "Analytics",
     .method = WEB_GET,
     .path = "/api/analytics/overview",
     .access = ACCESS_READ,
     .summary = "How it went in a range of time",
     .parameters = range_parameters,
     .answer = &overview,
     .handle = analytics_get_overview},
    {.id = "analytics_additions",
     .tag = "Analytics",
     .method = WEB_GET,
     .path = "/api/analytics/media-additions",
     .access = ACCESS_READ,
     .summary = "What was newly requested, in steps of time",
     .parameters = range_parameters,
     .answer = &additions,
     .handle = analytics_get_additions},
    {.id = "analytics_sources",
     .tag = "Analytics",
     .method = WEB_GET,
     .path = "/api/analytics/source-distribution",
     .access = ACCESS_READ,
     .summary = "What each source holds and how reading it went",
     .parameters = range_parameters,
     .answer = &sources,
     .handle = analytics_get_sources},
    {.id = "analytics_statuses",
     .tag = "Analytics",
     .method = WEB_GET,
     .path = "/api/analytics/statuses",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "How many items have each status now",
     .answer = &statuses,
     .handle = analytics_get_statuses},
    {0},
};
