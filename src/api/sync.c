/* Syncs: begin one, see how it goes, stop it. Shapes of the original, extended. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "api/answers.h"
#include "api/order.h"
#include "api/process.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const kind_words[] = {"all", "single", NULL};
static const char *const media_words[] = {"movie", "tv", NULL};

static const struct field list_name_fields[] = {
    {"list_type", FIELD_TEXT, FIELD_REQUIRED},
    {"list_id", FIELD_TEXT, FIELD_REQUIRED},
    {0},
};

/* What the seed's Plex example sends: guids in place of ids, and null where there is none. */
static const struct field custom_item_fields[] = {
    {"title", FIELD_TEXT, FIELD_NULLABLE, "needed where there is no id", .high = 500},
    {"year", FIELD_INTEGER, FIELD_NULLABLE, .low = 0, .high = 9999},
    {"media_type", FIELD_TEXT, FIELD_NULLABLE, .words = media_words},
    {"imdb_id", FIELD_TEXT, FIELD_NULLABLE, "tt0133093, or a guid that holds it"},
    {"tmdb_id", FIELD_INTEGER, FIELD_NULLABLE, .low = 0, .high = INT64_MAX},
    {"tvdb_id", FIELD_INTEGER, FIELD_NULLABLE, .low = 0, .high = INT64_MAX},
    {0},
};

static const struct field trigger_fields[] = {
    {"list_type", FIELD_TEXT, .help = "with list_id: only this list"},
    {"list_id", FIELD_TEXT},
    {"type", FIELD_TEXT, .help = "with `list`: the original's other form", .words = kind_words},
    {"list", FIELD_OBJECT, FIELD_NULLABLE, .fields = list_name_fields},
    {"lists", FIELD_LIST, .help = "only these lists, by number", .high = 1000, .of = FIELD_INTEGER},
    {"items", FIELD_LIST, .help = "only these items, by number", .high = 500, .of = FIELD_INTEGER},
    {"plan_of", FIELD_INTEGER, .help = "only what this dry run would have requested", .low = 1,
     .high = INT64_MAX},
    {"except", FIELD_LIST, .help = "with plan_of: but for these items", .high = API_EXCEPT_MOST,
     .of = FIELD_INTEGER},
    {"custom_list", FIELD_LIST, .help = "these titles, once", .high = 1000, .of = FIELD_OBJECT,
     .fields = custom_item_fields, .schema = "CustomItem"},
    {"dry_run", FIELD_SWITCH, .help = "say what would be requested, request nothing"},
    {"force", FIELD_SWITCH, .help = "taken for the original's scripts; changes nothing"},
    {"notify", FIELD_SWITCH, .help = "likewise"},
    {0},
};

static const char *const sync_words[] = {"all", "single", NULL};

/* signals_sent and method are the original's, which sent a signal to a process: kept for scripts.
 */
static const struct field signal_fields[] = {
    {"pid", FIELD_INTEGER},
    {"cmdline", FIELD_LIST, .of = FIELD_TEXT},
    {"status", FIELD_TEXT},
    {0},
};

static const struct field triggered_fields[] = {
    {"success", FIELD_SWITCH},
    {"sync_type", FIELD_TEXT, .words = sync_words},
    {"target_list", FIELD_OBJECT, FIELD_NULLABLE, .fields = list_name_fields},
    {"message", FIELD_TEXT},
    {"run_id", FIELD_INTEGER, .help = "the run that will do it"},
    {"run_ids", FIELD_LIST, .help = "all of them: lists in HD and lists in 4K are a run each",
     .of = FIELD_INTEGER},
    {"already_queued", FIELD_SWITCH,
     .help = "the same sync waited already (or, of a plan, runs); it is that one"},
    {"dry_run", FIELD_SWITCH},
    {"signals_sent", FIELD_LIST, .of = FIELD_OBJECT, .fields = signal_fields},
    {"errors", FIELD_LIST, FIELD_NULLABLE, .of = FIELD_TEXT},
    {"note", FIELD_TEXT},
    {"method", FIELD_TEXT},
    {"timestamp", FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field triggered = {"", FIELD_OBJECT, .fields = triggered_fields,
                                       .schema = "Triggered"};

static void put_signals(struct json_writer *json)
{
    json_begin_array(json, "signals_sent");
    json_begin_object(json, NULL);
    json_put_number(json, "pid", getpid());
    api_put_command_line(json);
    json_put_text(json, "status", "signal_sent");
    json_end_object(json);
    json_end_array(json);
}

static void put_target(struct json_writer *json, const struct stored_list *list)
{
    if (!list) {
        json_put_text(json, "target_list", NULL);
        return;
    }
    json_begin_object(json, "target_list");
    json_put_text(json, "list_type", list->ref.type);
    json_put_text(json, "list_id", list->ref.id);
    json_end_object(json);
}

/* Whether all of it waited already. */
static bool put_runs(struct json_writer *json, const struct run_ordered *done)
{
    bool again = true;

    json_put_number(json, "run_id", done->runs[0].id);
    json_begin_array(json, "run_ids");
    for (size_t i = 0; i < done->count; i++) {
        json_put_number(json, NULL, done->runs[i].id);
        again = again && done->runs[i].again;
    }
    json_end_array(json);
    json_put_bool(json, "already_queued", again);
    return again;
}

static void answer_triggered(struct call *call, const struct api_order *order)
{
    struct json_writer *json = &call->json;
    const char *kind = sync_words[order->order.mode == RUN_SINGLE];

    json_begin_object(json, NULL);
    json_put_bool(json, "success", true);
    json_put_text(json, "sync_type", kind);
    put_target(json, order->named);
    json_put_text(
        json, "message",
        arena_print(call->arena, "Manual %s sync triggered successfully for 1 process(es)", kind));
    bool again = put_runs(json, &order->done);
    json_put_bool(json, "dry_run", order->order.dry_run);
    put_signals(json);
    json_put_text(json, "errors", NULL);
    json_put_text(json, "note",
                  again ? "the same sync was waiting already"
                        : "GET /api/runs/{id} tells how it goes");
    json_put_text(json, "method", "signal_only");
    call_put_time_ms(json, "timestamp", clock_wall_ms());
    json_end_object(json);
}

/* Exactly one way of saying what is to be synced, or none: everything. */
static bool add_wishes(struct call *call, struct api_order *order)
{
    const struct json_value *list = call_body(call, "list");

    if (call_body_has(call, "list_type") || call_body_has(call, "list_id"))
        return api_order_add_list(call, order, call_body_text(call, "list_type"),
                                  call_body_text(call, "list_id"));
    if (json_value_is_object(list))
        return api_order_add_list(call, order, json_value_get_text(list, "list_type"),
                                  json_value_get_text(list, "list_id"));
    if (call_body_has(call, "lists"))
        return api_order_add_lists(call, order, call_body(call, "lists"));
    if (call_body_has(call, "items"))
        return api_order_add_items(call, order, call_body(call, "items"));
    if (call_body_has(call, "plan_of"))
        return api_order_add_plan(call, order, call_body_integer(call, "plan_of", 0),
                                  call_body(call, "except"));
    if (call_body_has(call, "custom_list"))
        return api_order_add_titles(call, order, call_body(call, "custom_list"));
    if (text_equal(call_body_text(call, "type"), "single")) {
        call_fail_field(call, "list", "a single sync needs a list");
        return false;
    }
    return true;
}

static bool says_one_thing(struct call *call)
{
    static const char *const ways[] = {"list_type", "list",    "lists",
                                       "items",     "plan_of", "custom_list"};
    const char *first = NULL;

    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        if (!call_body_has(call, ways[i]) || json_value_is_null(call_body(call, ways[i])))
            continue;
        if (first) {
            call_fail_field(call, ways[i], "does not go together with %s", first);
            return false;
        }
        first = ways[i];
    }
    if (json_value_count(call_body(call, "except")) && !text_equal(first, "plan_of")) {
        call_fail_field(call, "except", "goes together with plan_of only");
        return false;
    }
    if (first && text_equal(call_body_text(call, "type"), "all")) {
        call_fail_field(call, "type", "\"all\" does not go together with %s", first);
        return false;
    }
    return true;
}

static void audit_order(struct call *call, const struct api_order *order)
{
    const char *subject = arena_print(call->arena, "run %" PRId64, order->done.runs[0].id);

    call_audit(call, order->order.dry_run ? "sync.dry_run" : "sync.trigger", subject,
               order->named ? order->named->ref.id : "");
}

static void sync_trigger(struct call *call)
{
    struct api_order order;

    api_order_init(call, &order);
    order.order.dry_run = call_body_switch(call, "dry_run", false);
    if (!says_one_thing(call) || !add_wishes(call, &order))
        return;
    if (!api_order_send(call, &order))
        return;
    audit_order(call, &order);
    answer_triggered(call, &order);
}

static void sync_single(struct call *call)
{
    if (!call_body_has(call, "list_type") && !call_body_has(call, "list")) {
        call_fail_field(call, "list_type", "a single sync needs list_type and list_id");
        return;
    }
    sync_trigger(call);
}

const struct route api_sync_routes[] = {
    {.id = "sync_trigger",
     .tag = "Sync",
     .method = WEB_POST,
     .path = "/api/sync/trigger",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ANY_BODY,
     .summary = "Sync all lists, some of them, or titles that are given here",
     .body = trigger_fields,
     .answer = &triggered,
     .handle = sync_trigger},
    {.id = "sync_single",
     .tag = "Sync",
     .method = WEB_POST,
     .path = "/api/sync/single",
     .access = ACCESS_SYNC,
     .summary = "Sync one list",
     .body = trigger_fields,
     .answer = &triggered,
     .handle = sync_single},
    {0},
};
