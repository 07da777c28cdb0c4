/* The ways of telling people, tests of them, and what became of what was told. */
#include "api/notifications.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "notify/environment.h"
#include "store/notification_deliveries.h"
#include "sync/notice_desk.h"
#include "sync/notice_sending.h"

static const struct field notifier_field_fields[] = {
    {"name", FIELD_TEXT},
    {"kind", FIELD_TEXT, .words = notifier_field_kind_words},
    {"is_required", FIELD_SWITCH},
    {"is_secret", FIELD_SWITCH, .help = "never shown again"},
    {"help", FIELD_TEXT},
    {"default", FIELD_TEXT, FIELD_NULLABLE},
    {"low", FIELD_INTEGER, FIELD_NULLABLE, "of numbers"},
    {"high", FIELD_INTEGER, FIELD_NULLABLE, "of numbers"},
    {"words", FIELD_LIST, .help = "of a choice", .of = FIELD_TEXT},
    {"variable", FIELD_TEXT, FIELD_NULLABLE, "of the environment, that can set it"},
    {0},
};

static const struct field notifier_fields[] = {
    {"kind", FIELD_TEXT, .words = api_notifier_words},
    {"title", FIELD_TEXT},
    {"help", FIELD_TEXT, .help = "where to get what the fields want"},
    {"fields", FIELD_LIST, .of = FIELD_OBJECT, .fields = notifier_field_fields,
     .schema = "NotifierField"},
    {0},
};

static const struct field word_fields[] = {
    {"word", FIELD_TEXT},
    {"meaning", FIELD_TEXT},
    {0},
};

static const struct field notifiers_fields[] = {
    {"notifiers", FIELD_LIST, .of = FIELD_OBJECT, .fields = notifier_fields, .schema = "Notifier"},
    {"events", FIELD_LIST, .of = FIELD_OBJECT, .fields = word_fields, .schema = "NotificationWord"},
    {"forms", FIELD_LIST, .of = FIELD_OBJECT, .fields = word_fields, .schema = "NotificationWord"},
    {0},
};

static const struct field notifiers = {"", FIELD_OBJECT, .fields = notifiers_fields,
                                       .schema = "Notifiers"};

static void put_field(struct json_writer *json, const struct notifier_field *field)
{
    bool is_number = field->kind == NOTIFIER_NUMBER;

    json_begin_object(json, NULL);
    json_put_text(json, "name", field->name);
    json_put_text(json, "kind", notifier_field_kind_words[field->kind]);
    json_put_bool(json, "is_required", field->flags & NOTIFIER_REQUIRED);
    json_put_bool(json, "is_secret", field->flags & NOTIFIER_SECRET);
    json_put_text(json, "help", field->help);
    json_put_text(json, "default", field->fallback);
    if (is_number) {
        json_put_number(json, "low", field->low);
        json_put_number(json, "high", field->high);
    } else {
        json_put_text(json, "low", NULL);
        json_put_text(json, "high", NULL);
    }
    json_begin_array(json, "words");
    for (const char *const *word = field->words; word && *word; word++)
        json_put_text(json, NULL, *word);
    json_end_array(json);
    json_put_text(json, "variable", field->variable);
    json_end_object(json);
}

static void put_notifier(struct json_writer *json, const struct notifier *notifier)
{
    json_begin_object(json, NULL);
    json_put_text(json, "kind", notifier->name);
    json_put_text(json, "title", notifier->title);
    json_put_text(json, "help", notifier->help);
    json_begin_array(json, "fields");
    for (const struct notifier_field *field = notifier->fields; field->name; field++)
        put_field(json, field);
    json_end_array(json);
    json_end_object(json);
}

static void put_word(struct json_writer *json, const char *word, const char *meaning)
{
    json_begin_object(json, NULL);
    json_put_text(json, "word", word);
    json_put_text(json, "meaning", meaning);
    json_end_object(json);
}

static void notifiers_list(struct call *call)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_begin_array(json, "notifiers");
    for (const struct notifier *const *notifier = notifier_all(); *notifier; notifier++)
        put_notifier(json, *notifier);
    json_end_array(json);
    json_begin_array(json, "events");
    for (int i = 0; i < NOTICE_EVENTS; i++)
        put_word(json, notice_event_words[i], notice_event_meaning((enum notice_event)i));
    json_end_array(json);
    json_begin_array(json, "forms");
    for (int i = 0; i < NOTICE_FORMS; i++)
        put_word(json, notice_form_words[i], notice_form_meaning((enum notice_form)i));
    json_end_array(json);
    json_end_object(json);
}

static const struct field id_parameters[] = {
    {"id", FIELD_INTEGER, FIELD_IN_PATH, "number of the target", .low = 1, .high = INT64_MAX},
    {0},
};

static const struct field test_fields[] = {
    {"kind", FIELD_TEXT, .help = "discord, if not given", .words = api_notifier_words},
    {"settings", FIELD_MAP, FIELD_SECRET, "as for a target, as texts", .of = FIELD_TEXT},
    {"id", FIELD_INTEGER, FIELD_NULLABLE, "of a target that has the settings not given here",
     .low = 1, .high = INT64_MAX},
    {"webhook_url", FIELD_TEXT, FIELD_NULLABLE | FIELD_SECRET,
     "the original's way to test Discord; without it the environment's webhook"},
    {0},
};

static const struct field tested_fields[] = {
    {"success", FIELD_SWITCH},
    {"message", FIELD_TEXT, .help = "what became of it"},
    {"timestamp", FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field tested = {"", FIELD_OBJECT, .fields = tested_fields,
                                    .schema = "NotificationTest"};

static void test(struct call *call, const struct notifier *notifier,
                 const struct notifier_settings *settings)
{
    struct notifier_outcome outcome = {0};

    notice_desk_test(call->api->tools, notifier, settings, &outcome);
    bool success = outcome.verdict == NOTIFIER_DELIVERED;
    json_begin_object(&call->json, NULL);
    json_put_bool(&call->json, "success", success);
    json_put_text(&call->json, "message",
                  notice_sending_told(&outcome, notifier->title, call->arena));
    call_put_time_ms(&call->json, "timestamp", clock_wall_ms());
    json_end_object(&call->json);
}

static void notifications_test_saved(struct call *call)
{
    struct notice_target opened;
    struct error error = {0};

    if (api_open_notification(call, &opened)) {
        if (notifier_check(opened.notifier, &opened.settings, &error))
            call_fail_error(call, &error);
        else
            test(call, opened.notifier, &opened.settings);
    }
    notice_target_release(&opened);
}

/* Settings that the form did not give, since they are secrets that it never saw. */
static bool begin_with_saved(struct call *call, const struct notifier *notifier,
                             struct notice_target *saved)
{
    struct notice_keys keys = api_notice_keys(call);
    struct notification_target row;
    struct error error = {0};
    int64_t id = call_body_integer(call, "id", 0);

    if (!id)
        return true;
    if (notification_targets_find(call->store, call->arena, id, &row, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    if (!text_equal(row.kind, notifier->name)) {
        call_fail_field(call, "id", "is a target of another kind");
        return false;
    }
    notice_target_open(&keys, &row, saved, NULL);
    return true;
}

/* As the original does it: a webhook of Discord, or that of the environment. */
static void begin_as_the_original(struct call *call, const struct notifier *notifier,
                                  struct notifier_settings *settings)
{
    const char *webhook = call_body_text(call, "webhook_url");

    if (webhook)
        notifier_set(notifier, settings, "webhook_url", webhook, NULL);
    else if (!call_body_has(call, "settings"))
        environment_settings(call->api->given, notifier, settings, NULL);
}

static void notifications_test(struct call *call)
{
    const char *kind = call_body_text(call, "kind");
    const struct notifier *notifier = notifier_find(kind ? kind : "discord");
    struct notice_target saved = {0};

    if (begin_with_saved(call, notifier, &saved)) {
        if (!kind)
            begin_as_the_original(call, notifier, &saved.settings);
        if (api_read_notifier_settings(call, notifier, &saved.settings))
            test(call, notifier, &saved.settings);
    }
    notice_target_release(&saved);
}

enum { PAGE_MOST = 500 };

static const struct field deliveries_parameters[] = {
    {"target", FIELD_INTEGER, .help = "number of a target; 0: all", .low = 0, .high = INT64_MAX,
     .fallback = "0"},
    {"before", FIELD_INTEGER, .help = "only those with a smaller number", .low = 0,
     .high = INT64_MAX, .fallback = "0"},
    {"limit", FIELD_INTEGER, .low = 1, .high = PAGE_MOST, .fallback = "50"},
    {0},
};

static const struct field delivery_fields[] = {
    {"id", FIELD_INTEGER},
    {"target_id", FIELD_INTEGER},
    {"target", FIELD_TEXT, .help = "its name"},
    {"title", FIELD_TEXT},
    {"severity", FIELD_TEXT, .help = "good, info, warning or error"},
    {"state", FIELD_TEXT, .words = delivery_state_words},
    {"in_digest", FIELD_SWITCH, .help = "it waits for a digest, or became a part of one"},
    {"attempts", FIELD_INTEGER},
    {"message", FIELD_TEXT, .help = "of the last attempt; \"\" when all is well"},
    {"created_at", FIELD_TEXT, .format = "date-time"},
    {"due_at", FIELD_TEXT, FIELD_NULLABLE, "when it is sent, or sent again; null: never",
     .format = "date-time"},
    {"ended_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {0},
};

static const struct field deliveries_fields[] = {
    {"deliveries", FIELD_LIST, .help = "newest first", .of = FIELD_OBJECT,
     .fields = delivery_fields, .schema = "NotificationDelivery"},
    {"next_before", FIELD_INTEGER, FIELD_NULLABLE, "for the next page; null at the end"},
    {0},
};

static const struct field deliveries = {"", FIELD_OBJECT, .fields = deliveries_fields,
                                        .schema = "NotificationDeliveries"};

static void put_delivery(struct json_writer *json, const struct notification_delivery *delivery)
{
    bool waits = delivery->state == DELIVERY_WAITING;

    json_begin_object(json, NULL);
    json_put_number(json, "id", delivery->id);
    json_put_number(json, "target_id", delivery->target_id);
    json_put_text(json, "target", delivery->target);
    json_put_text(json, "title", delivery->title);
    json_put_text(json, "severity", delivery->severity);
    json_put_text(json, "state", delivery_state_words[delivery->state]);
    json_put_bool(json, "in_digest", delivery->in_digest);
    json_put_number(json, "attempts", delivery->attempts);
    json_put_text(json, "message", delivery->message);
    call_put_time_ms(json, "created_at", delivery->created_ms);
    call_put_time_ms(json, "due_at", waits ? delivery->due_ms : 0);
    call_put_time_ms(json, "ended_at", delivery->ended_ms);
    json_end_object(json);
}

static void notifications_deliveries(struct call *call)
{
    struct notification_deliveries found = {0};
    struct error error = {0};
    int limit = (int)call_integer(call, "limit");

    if (notification_deliveries_load(call->store, call->arena, call_integer(call, "target"),
                                     call_integer(call, "before"), limit, &found, &error)) {
        call_fail_error(call, &error);
        return;
    }
    bool is_full = found.count == (size_t)limit;
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "deliveries");
    for (size_t i = 0; i < found.count; i++)
        put_delivery(&call->json, &found.items[i]);
    json_end_array(&call->json);
    json_put_number_or_null(&call->json, "next_before",
                            is_full ? found.items[found.count - 1].id : 0);
    json_end_object(&call->json);
}

const struct route api_notifiers_routes[] = {
    {.id = "notifiers_list",
     .tag = "Notifications",
     .method = WEB_GET,
     .path = "/api/notifiers",
     .access = ACCESS_ADMIN,
     .summary = "The ways of telling people, their settings, and what can be told",
     .answer = &notifiers,
     .handle = notifiers_list},
    {.id = "notifications_test",
     .tag = "Notifications",
     .method = WEB_POST,
     .path = "/api/notifications/test",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ERRAND | ROUTE_ANY_BODY,
     .summary = "Send a test message with settings that are not stored",
     .body = test_fields,
     .answer = &tested,
     .handle = notifications_test},
    {.id = "notifications_test_saved",
     .tag = "Notifications",
     .method = WEB_POST,
     .path = "/api/notifications/{id}/test",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ERRAND | ROUTE_ANY_BODY,
     .summary = "Send a test message to a target",
     .parameters = id_parameters,
     .answer = &tested,
     .handle = notifications_test_saved},
    {.id = "notifications_deliveries",
     .tag = "Notifications",
     .method = WEB_GET,
     .path = "/api/notifications/deliveries",
     .access = ACCESS_ADMIN,
     .summary = "What was told, what waits, and what became of it",
     .parameters = deliveries_parameters,
     .answer = &deliveries,
     .handle = notifications_deliveries},
    {0},
};
