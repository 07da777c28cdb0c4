/* Figures about items as they are now, in the original's shapes. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/analytics.h"
#include "store/items_query.h"
#include "web/call.h"

static const struct field breakdown_fields[] = {
    {"newly_requested", FIELD_INTEGER}, {"already_requested", FIELD_INTEGER},
    {"available", FIELD_INTEGER},       {"skipped", FIELD_INTEGER},
    {"errors", FIELD_INTEGER},          {0},
};

static const struct field stats_fields[] = {
    {"total_processed", FIELD_INTEGER, .help = "items that were ever decided"},
    {"successful_items", FIELD_INTEGER, .help = "requested, or there already"},
    {"total_requested", FIELD_INTEGER, .help = "by us or somebody else"},
    {"total_errors", FIELD_INTEGER},
    {"success_rate", FIELD_NUMBER, .help = "percent"},
    {"duplicates_in_current_sync", FIELD_INTEGER, .help = "always 0: lists are merged first"},
    {"last_updated", FIELD_TEXT, .format = "date-time"},
    {"breakdown", FIELD_OBJECT, .fields = breakdown_fields},
    {0},
};

static const struct field stats = {"", FIELD_OBJECT, .fields = stats_fields, .schema = "SyncStats"};

static int64_t count_of(const struct status_counts *counts, enum item_status status)
{
    int64_t count = 0;

    for (size_t i = 0; i < counts->count; i++)
        if (text_equal(counts->items[i].status, item_status_word(status)))
            count += counts->items[i].count;
    return count;
}

static int64_t count_all(const struct status_counts *counts)
{
    int64_t count = 0;

    for (size_t i = 0; i < counts->count; i++)
        count += text_is_empty(counts->items[i].status) ? 0 : counts->items[i].count;
    return count;
}

static void put_stats(struct json_writer *json, const struct status_counts *counts)
{
    int64_t requested = count_of(counts, ITEM_STATUS_REQUESTED);
    int64_t already = count_of(counts, ITEM_STATUS_ALREADY_REQUESTED);
    int64_t available = count_of(counts, ITEM_STATUS_ALREADY_AVAILABLE);
    int64_t errors =
        count_of(counts, ITEM_STATUS_ERROR) + count_of(counts, ITEM_STATUS_REQUEST_FAILED);
    int64_t all = count_all(counts), good = requested + already + available;

    json_begin_object(json, NULL);
    json_put_number(json, "total_processed", all);
    json_put_number(json, "successful_items", good);
    json_put_number(json, "total_requested", requested + already);
    json_put_number(json, "total_errors", errors);
    json_put_decimal(json, "success_rate", all ? 100.0 * (double)good / (double)all : 0);
    json_put_number(json, "duplicates_in_current_sync", 0);
    call_put_time_ms(json, "last_updated", clock_wall_ms());
    json_begin_object(json, "breakdown");
    json_put_number(json, "newly_requested", requested);
    json_put_number(json, "already_requested", already);
    json_put_number(json, "available", available);
    json_put_number(json, "skipped", count_of(counts, ITEM_STATUS_SKIPPED));
    json_put_number(json, "errors", errors);
    json_end_object(json);
    json_end_object(json);
}

static void stats_sync(struct call *call)
{
    struct status_counts counts = {0};
    struct error error = {0};

    if (analytics_statuses(call->store, call->arena, &counts, &error))
        call_fail_error(call, &error);
    else
        put_stats(&call->json, &counts);
}

static const struct field activity_parameters[] = {
    {"page", FIELD_INTEGER, .help = "from 1", .low = 1, .high = 100000, .fallback = "1"},
    {"limit", FIELD_INTEGER, .low = 1, .high = 100, .fallback = "20"},
    {0},
};

static const char *const activity_words[] = {"available", "requested", "skipped",
                                             "not_found", "error",     NULL};

/* The original's words for statuses; what is not here was not decided yet. */
static const struct {
    enum item_status status;
    const char *word, *text;
} activities[] = {
    {ITEM_STATUS_REQUESTED, "requested", "Requested"},
    {ITEM_STATUS_ALREADY_REQUESTED, "requested", "Already Requested"},
    {ITEM_STATUS_ALREADY_AVAILABLE, "available", "Available"},
    {ITEM_STATUS_SKIPPED, "skipped", "Skipped"},
    {ITEM_STATUS_NOT_FOUND, "not_found", "Not Found"},
    {ITEM_STATUS_ERROR, "error", "Error"},
    {ITEM_STATUS_REQUEST_FAILED, "error", "Request Failed"},
};

static const struct field activity_fields[] = {
    {"title", FIELD_TEXT},
    {"status", FIELD_TEXT, .words = activity_words},
    {"status_text", FIELD_TEXT},
    {"timestamp", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"position", FIELD_INTEGER},
    {"total", FIELD_INTEGER},
    {0},
};

static const struct field activity_page_fields[] = {
    {"items", FIELD_LIST, .of = FIELD_OBJECT, .fields = activity_fields, .schema = "Activity"},
    {"total_items", FIELD_INTEGER},
    {"page", FIELD_INTEGER},
    {"limit", FIELD_INTEGER},
    {"total_pages", FIELD_INTEGER},
    {"has_next", FIELD_SWITCH},
    {"has_prev", FIELD_SWITCH},
    {"log_file_used", FIELD_TEXT, .help = "always \"\": it comes from the database"},
    {0},
};

static const struct field activity = {"", FIELD_OBJECT, .fields = activity_page_fields,
                                      .schema = "Activities"};

static void put_activity(struct json_writer *json, const struct queried_item *item,
                         int64_t position, int64_t total)
{
    const char *word = "skipped", *text = "Not Decided";

    for (size_t i = 0; i < ARRAY_LENGTH(activities); i++) {
        if (!text_equal(item->status, item_status_word(activities[i].status)))
            continue;
        word = activities[i].word;
        text = activities[i].text;
    }
    json_begin_object(json, NULL);
    json_put_text(json, "title", item->title);
    json_put_text(json, "status", word);
    json_put_text(json, "status_text", text);
    call_put_time(json, "timestamp", item->last_synced);
    json_put_number(json, "position", position);
    json_put_number(json, "total", total);
    json_end_object(json);
}

static void put_page(struct json_writer *json, const struct items_query *query,
                     const struct queried_items *found)
{
    int64_t pages = (found->total + query->limit - 1) / query->limit;
    int64_t page = query->offset / query->limit + 1;

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (size_t i = 0; i < found->count; i++)
        put_activity(json, &found->items[i], query->offset + (int64_t)i + 1, found->total);
    json_end_array(json);
    json_put_number(json, "total_items", found->total);
    json_put_number(json, "page", page);
    json_put_number(json, "limit", query->limit);
    json_put_number(json, "total_pages", pages);
    json_put_bool(json, "has_next", page < pages);
    json_put_bool(json, "has_prev", page > 1);
    json_put_text(json, "log_file_used", "");
    json_end_object(json);
}

static void activity_recent(struct call *call)
{
    int64_t limit = call_integer(call, "limit");
    struct items_query query = {
        .order = ITEMS_BY_RECENT,
        .limit = (int)limit,
        .offset = (call_integer(call, "page") - 1) * limit,
    };
    struct queried_items found = {0};
    struct error error = {0};

    if (items_query(call->store, call->arena, &query, &found, &error))
        call_fail_error(call, &error);
    else
        put_page(&call->json, &query, &found);
}

const struct route api_stats_routes[] = {
    {.id = "stats_sync",
     .tag = "Analytics",
     .method = WEB_GET,
     .path = "/api/stats/sync",
     .access = ACCESS_READ,
     .summary = "Items by what became of them, in the original's shape",
     .answer = &stats,
     .handle = stats_sync},
    {.id = "activity_recent",
     .tag = "Analytics",
     .method = WEB_GET,
     .path = "/api/activity/recent",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "What was decided last, in the original's shape",
     .parameters = activity_parameters,
     .answer = &activity,
     .handle = activity_recent},
    {0},
};
