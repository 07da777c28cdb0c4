/* Whom ListSync tells of what happens: the targets, as a person chooses them. */
#include "api/notifications.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/done.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "store/notification_deliveries.h"
#include "sync/notice_desk.h"

enum { NAME_MOST = 80, TIME_LENGTH = 5, MORNING = 9 * 60, SUNDAY_LAST = 6 };

const char *const api_notifier_words[] = {
    "discord", "slack",    "email",   "pushover", "ntfy",
    "gotify",  "telegram", "webhook", "apprise",  NULL,
};

static const struct field target_fields[] = {
    {"id", FIELD_INTEGER},
    {"name", FIELD_TEXT},
    {"kind", FIELD_TEXT, .words = api_notifier_words},
    {"from_environment", FIELD_SWITCH, .help = "its settings are variables of the environment"},
    {"is_on", FIELD_SWITCH},
    {"form", FIELD_TEXT, .words = notice_form_words},
    {"events", FIELD_LIST, .of = FIELD_TEXT, .words = notice_event_words},
    {"digest_at", FIELD_TEXT, .help = "time of day of a digest: 09:00"},
    {"digest_weekday", FIELD_INTEGER, .help = "day of a weekly one; 0: Sunday"},
    {"quiet_from", FIELD_TEXT, FIELD_NULLABLE, "nothing is sent from then"},
    {"quiet_until", FIELD_TEXT, FIELD_NULLABLE, "until then"},
    {"settings", FIELD_MAP, .help = "by GET /api/notifiers, but for secrets", .of = FIELD_TEXT},
    {"secrets_set", FIELD_LIST, .help = "names of the secret settings that it has",
     .of = FIELD_TEXT},
    {"problem", FIELD_TEXT, FIELD_NULLABLE, "why it cannot be used as it is"},
    {"held_up", FIELD_TEXT, FIELD_NULLABLE,
     "why it did not take a message that waits for it, by the last attempt"},
    {"tried_again_at", FIELD_TEXT, FIELD_NULLABLE, "the next attempt at that one",
     .format = "date-time"},
    {"disabled", FIELD_TEXT, FIELD_NULLABLE,
     "why it was switched off by itself; a change to it switches it on again"},
    {"disabled_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"created_at", FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field targets_fields[] = {
    {"targets", FIELD_LIST, .of = FIELD_OBJECT, .fields = target_fields,
     .schema = "NotificationTarget"},
    {0},
};

static const struct field targets = {"", FIELD_OBJECT, .fields = targets_fields,
                                     .schema = "NotificationTargets"};
static const struct field target = {"", FIELD_OBJECT, .fields = target_fields,
                                    .schema = "NotificationTarget"};

#define CHOICES                                                                                    \
    {"is_on", FIELD_SWITCH},                                                                       \
        {"form", FIELD_TEXT, .help = "changes, if not given", .words = notice_form_words},         \
        {"events",   FIELD_LIST,       .help = "all, if not given",                                \
         .high = 20, .of = FIELD_TEXT, .words = notice_event_words},                               \
        {"digest_at", FIELD_TEXT, .help = "09:00, if not given", .high = TIME_LENGTH},             \
        {"digest_weekday", FIELD_INTEGER, .help = "0: Sunday", .low = 0, .high = SUNDAY_LAST},     \
        {"quiet_from", FIELD_TEXT, FIELD_NULLABLE, "22:00; null: no quiet hours",                  \
         .high = TIME_LENGTH},                                                                     \
        {"quiet_until", FIELD_TEXT, FIELD_NULLABLE, "07:00", .high = TIME_LENGTH},                 \
    {                                                                                              \
        "settings", FIELD_MAP, FIELD_SECRET,                                                       \
            "by GET /api/notifiers, as texts; \"\" takes one away, what is not named stays",       \
            .of = FIELD_TEXT                                                                       \
    }

static const struct field add_fields[] = {
    {"name", FIELD_TEXT, FIELD_REQUIRED, .low = 1, .high = NAME_MOST},
    {"kind", FIELD_TEXT, FIELD_REQUIRED, .words = api_notifier_words},
    CHOICES,
    {0},
};

static const struct field change_fields[] = {
    {"name", FIELD_TEXT, .low = 1, .high = NAME_MOST},
    CHOICES,
    {0},
};

static const struct field id_parameters[] = {
    {"id", FIELD_INTEGER, FIELD_IN_PATH, "number of the target", .low = 1, .high = INT64_MAX},
    {0},
};

struct notice_keys api_notice_keys(const struct call *call)
{
    return (struct notice_keys){.given = call->api->given, .key = &call->api->key};
}

static void put_minute(struct json_writer *json, const char *key, int minute)
{
    char text[16];

    snprintf(text, sizeof(text), "%02d:%02d", minute / 60, minute % 60);
    json_put_text(json, key, minute < 0 ? NULL : text);
}

static void put_settings(struct json_writer *json, const struct notice_target *opened)
{
    const struct notifier_field *fields = opened->notifier ? opened->notifier->fields : NULL;

    json_begin_object(json, "settings");
    for (const struct notifier_field *field = fields; field && field->name; field++)
        if (!(field->flags & NOTIFIER_SECRET) && notifier_is_set(&opened->settings, field->name))
            json_put_text(json, field->name, notifier_text(&opened->settings, field->name, ""));
    json_end_object(json);
    json_begin_array(json, "secrets_set");
    for (const struct notifier_field *field = fields; field && field->name; field++)
        if (field->flags & NOTIFIER_SECRET && notifier_is_set(&opened->settings, field->name))
            json_put_text(json, NULL, field->name);
    json_end_array(json);
}

static void put_choice(struct json_writer *json, const struct notice_choice *choice)
{
    json_put_text(json, "form", notice_form_words[choice->form]);
    json_begin_array(json, "events");
    for (int i = 0; notice_event_words[i]; i++)
        if (choice->events & 1U << i)
            json_put_text(json, NULL, notice_event_words[i]);
    json_end_array(json);
    put_minute(json, "digest_at", choice->digest_minute);
    json_put_number(json, "digest_weekday", choice->digest_weekday);
    put_minute(json, "quiet_from", choice->quiet_from);
    put_minute(json, "quiet_until", choice->quiet_until);
}

/* From the first attempt in vain on, long before anybody is alarmed. */
static void put_held_up(struct call *call, const struct notification_target *row)
{
    struct delivery_held_up held = {0};

    notification_deliveries_held_up(call->store, call->arena, row->id, &held, NULL);
    json_put_text(&call->json, "held_up", held.message);
    call_put_time_ms(&call->json, "tried_again_at", held.message ? held.due_ms : 0);
}

static void put_target(struct call *call, const struct notification_target *row)
{
    struct json_writer *json = &call->json;
    struct notice_keys keys = api_notice_keys(call);
    struct notice_target opened;
    struct error problem = {0};

    notice_target_open(&keys, row, &opened, &problem);
    json_begin_object(json, NULL);
    json_put_number(json, "id", row->id);
    json_put_text(json, "name", row->name);
    json_put_text(json, "kind", row->kind);
    json_put_bool(json, "from_environment", row->from_environment);
    json_put_bool(json, "is_on", row->is_on);
    put_choice(json, &opened.choice);
    put_settings(json, &opened);
    json_put_text(json, "problem", problem.code ? problem.message : NULL);
    put_held_up(call, row);
    json_put_text(json, "disabled", *row->disabled ? row->disabled : NULL);
    call_put_time_ms(json, "disabled_at", *row->disabled ? row->disabled_ms : 0);
    call_put_time_ms(json, "created_at", row->created_ms);
    json_end_object(json);
    notice_target_release(&opened);
}

static void notifications_list(struct call *call)
{
    struct notification_targets found = {0};
    struct error error = {0};

    if (notification_targets_load(call->store, call->arena, &found, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "targets");
    for (size_t i = 0; i < found.count; i++)
        put_target(call, &found.items[i]);
    json_end_array(&call->json);
    json_end_object(&call->json);
}

struct reading {
    struct call *call;
    const struct notifier *notifier;
    struct notifier_settings *ret;
    bool is_moved; /* to another place than the settings before had */
    struct field_problems problems;
};

static const char *or_fallback(const struct notifier_field *field, const char *value)
{
    return text_is_empty(value) && field->fallback ? field->fallback : value;
}

static bool moves(const struct reading *reading, const char *key, const char *value)
{
    const struct notifier_field *field = notifier_field(reading->notifier, key);

    if (!field || !(field->flags & NOTIFIER_PLACE))
        return false;
    const char *before =
        or_fallback(field, secret_reveal(notifier_secret(reading->ret, field->name)));
    const char *after = or_fallback(field, value);
    return field->kind == NOTIFIER_URL ? !url_keeps_secrets(before, after)
                                       : !text_equal_ignoring_case(before, after);
}

static void read_one(void *context, const char *key, const struct json_value *value)
{
    struct reading *reading = context;
    struct error error = {0};

    reading->is_moved |= moves(reading, key, json_value_text(value));
    if (notifier_set(reading->notifier, reading->ret, key, json_value_text(value), &error))
        field_problem_add(&reading->problems, reading->call->arena,
                          arena_print(reading->call->arena, "settings.%s",
                                      field_shown_name(reading->call->arena, key)),
                          "is wrong: %s", error.message);
}

/* Who may set an address shall not learn what was kept for another. */
static void keep_from_strangers(struct reading *reading, const struct json_value *given)
{
    const struct notifier_field *field = reading->notifier->fields;

    for (; reading->is_moved && field->name; field++)
        if (field->flags & NOTIFIER_SECRET && notifier_is_set(reading->ret, field->name) &&
            !json_value_get(given, field->name))
            field_problem_add(&reading->problems, reading->call->arena,
                              arena_print(reading->call->arena, "settings.%s", field->name),
                              "is kept for another address: give it again, for this one");
}

bool api_read_notifier_settings(struct call *call, const struct notifier *notifier,
                                struct notifier_settings *ret)
{
    struct reading reading = {.call = call, .notifier = notifier, .ret = ret};
    struct error error = {0};

    if (call_body(call, "settings"))
        json_value_each(call_body(call, "settings"), read_one, &reading);
    keep_from_strangers(&reading, call_body(call, "settings"));
    if (reading.problems.count) {
        call_fail_problems(call, &reading.problems);
        return false;
    }
    if (!notifier_check(notifier, ret, &error))
        return true;
    call_fail_field(call, "settings", "are not complete: %s", error.message);
    return false;
}

/* "22:00" -> minutes; -1 and a failed call. */
static bool read_minute(struct call *call, const char *name, int *ret)
{
    const char *text = call_body_text(call, name);
    int64_t hour = 0, minute = 0;

    if (!call_body_has(call, name))
        return true;
    *ret = -1;
    if (!text)
        return true;
    AUTO_FREE char *copy = memory_text(text);
    char *colon = strchr(copy, ':');
    if (colon)
        *colon = '\0';
    if (!colon || !text_to_integer(copy, 0, 23, &hour) ||
        !text_to_integer(colon + 1, 0, 59, &minute)) {
        call_fail_field(call, name, "wants a time of day, such as 22:00");
        return false;
    }
    *ret = (int)(hour * 60 + minute);
    return true;
}

static void read_events(struct call *call, struct notification_target *row)
{
    const struct json_value *events = call_body(call, "events");
    const char *text = "";

    if (!events)
        return;
    for (size_t i = 0; i < json_value_count(events); i++)
        text = arena_print(call->arena, "%s,%s", text, json_value_text(json_value_at(events, i)));
    row->events = notice_events_text(notice_events_from_text(text), call->arena);
}

/* From 22:00 to 22:00 might be all day or never: nobody is to find out by waiting. */
static bool check_quiet_hours(struct call *call, const struct notification_target *row)
{
    if ((row->quiet_from < 0) != (row->quiet_until < 0)) {
        call_fail_field(call, row->quiet_from < 0 ? "quiet_from" : "quiet_until",
                        "is missing: quiet hours have a beginning and an end");
        return false;
    }
    if (row->quiet_from < 0 || row->quiet_from != row->quiet_until)
        return true;
    call_fail_field(call, "quiet_until",
                    "is the time at which quiet hours begin: the two must differ, and null for "
                    "both means no quiet hours");
    return false;
}

/* What the body chooses, into the row; false: the call has failed. */
static bool read_choices(struct call *call, struct notification_target *row)
{
    const char *name = call_body_text(call, "name");
    const char *form = call_body_text(call, "form");

    if (name)
        row->name = name;
    if (form)
        row->form = form;
    row->is_on = call_body_switch(call, "is_on", row->is_on);
    row->digest_weekday = (int)call_body_integer(call, "digest_weekday", row->digest_weekday);
    read_events(call, row);
    if (!read_minute(call, "digest_at", &row->digest_minute) ||
        !read_minute(call, "quiet_from", &row->quiet_from) ||
        !read_minute(call, "quiet_until", &row->quiet_until))
        return false;
    if (row->digest_minute < 0)
        row->digest_minute = MORNING;
    return check_quiet_hours(call, row);
}

static void tell_of_change(struct call *call, const char *action,
                           const struct notification_target *row)
{
    call_audit(call, action, row->name, row->kind);
    call_announce(call, "settings_changed", "{\"names\":[\"notifications\"]}");
    notice_desk_wake(call->api->notices);
}

static enum error_code seal_row(struct call *call, struct notification_target *row,
                                const struct notifier_settings *settings, struct error *error)
{
    AUTO_FREE char *sealed = notice_target_seal(&call->api->key, row->id, settings);

    row->sealed = arena_text(call->arena, sealed);
    return notification_targets_change(call->store, row, error);
}

static enum error_code add_row(struct call *call, struct notification_target *row,
                               const struct notifier_settings *settings, struct error *error)
{
    enum error_code rc = store_begin(call->store, error);

    if (rc)
        return rc;
    rc = notification_targets_add(call->store, row, &row->id, error);
    if (!rc)
        rc = seal_row(call, row, settings, error);
    return store_end(call->store, rc, error);
}

static void answer_row(struct call *call, int64_t id)
{
    struct notification_target row;
    struct error error = {0};

    if (notification_targets_find(call->store, call->arena, id, &row, &error))
        call_fail_error(call, &error);
    else
        put_target(call, &row);
}

static void notifications_add(struct call *call)
{
    const struct notifier *notifier = notifier_find(call_body_text(call, "kind"));
    struct notifier_settings settings = {0};
    struct error error = {0};
    struct notification_target row = {
        .kind = notifier->name,
        .is_on = true,
        .form = notice_form_words[NOTICE_FORM_CHANGES],
        .events = notice_events_text(NOTICE_ALL_EVENTS, call->arena),
        .digest_minute = MORNING,
        .digest_weekday = 1,
        .quiet_from = -1,
        .quiet_until = -1,
    };

    if (read_choices(call, &row) && api_read_notifier_settings(call, notifier, &settings)) {
        enum error_code rc = add_row(call, &row, &settings, &error);
        if (rc == ERROR_LIMIT)
            call_fail(call, 409, "too_many_targets", "%s", error.message);
        else if (rc)
            call_fail_error(call, &error);
        if (!rc) {
            tell_of_change(call, "notification.add", &row);
            answer_row(call, row.id);
        }
    }
    notifier_settings_release(&settings);
}

bool api_open_notification(struct call *call, struct notice_target *ret)
{
    struct notice_keys keys = api_notice_keys(call);
    struct notification_target row;
    struct error error = {0};

    *ret = (struct notice_target){0};
    if (notification_targets_find(call->store, call->arena, call_integer(call, "id"), &row,
                                  &error)) {
        call_fail_error(call, &error);
        return false;
    }
    /* Settings that cannot be opened any more may be given anew. */
    notice_target_open(&keys, &row, ret, NULL);
    if (ret->notifier)
        return true;
    call_fail(call, 409, "unknown_kind", "this version does not know targets of the kind %s",
              row.kind);
    return false;
}

/* What the environment sets stays as it is there. */
static bool read_new_settings(struct call *call, struct notice_target *opened)
{
    if (!call_body_has(call, "settings"))
        return true;
    if (opened->row.from_environment) {
        call_fail(call, 409, "from_environment",
                  "its settings are variables of the environment; change them there");
        return false;
    }
    return api_read_notifier_settings(call, opened->notifier, &opened->settings);
}

static enum error_code write_row(struct call *call, struct notice_target *opened,
                                 const struct notice_choice *before, struct error *error)
{
    struct notification_target *row = &opened->row;
    struct schedule_state schedule;
    enum error_code rc = call_body_has(call, "settings")
                             ? seal_row(call, row, &opened->settings, error)
                             : notification_targets_change(call->store, row, error);

    if (!rc)
        rc = notification_targets_disable(call->store, row->id, "", error);
    schedule_state(call->api->schedule, &schedule);
    if (!rc)
        rc = notice_target_retime(call->store, row, before, schedule.zone, clock_wall_ms(), error);
    if (!rc && !row->is_on)
        rc = notification_deliveries_drop(call->store, row->id, "the target was switched off",
                                          error);
    return rc;
}

static void change_opened(struct call *call, struct notice_target *opened)
{
    const struct notice_choice before = notice_target_choice(&opened->row);
    struct error error = {0};

    if (!read_choices(call, &opened->row) || !read_new_settings(call, opened))
        return;
    enum error_code rc = store_begin(call->store, &error);
    if (!rc)
        rc = store_end(call->store, write_row(call, opened, &before, &error), &error);
    if (rc) {
        call_fail_error(call, &error);
        return;
    }
    tell_of_change(call, "notification.change", &opened->row);
    answer_row(call, opened->row.id);
}

static void notifications_change(struct call *call)
{
    struct notice_target opened;

    if (api_open_notification(call, &opened))
        change_opened(call, &opened);
    notice_target_release(&opened);
}

static void notifications_delete(struct call *call)
{
    struct notification_target row;
    struct error error = {0};
    enum error_code rc =
        notification_targets_find(call->store, call->arena, call_integer(call, "id"), &row, &error);

    if (!rc && row.from_environment) {
        call_fail(call, 409, "from_environment",
                  "it is set by the environment: take its variables away there, or switch it off");
        return;
    }
    if (!rc)
        rc = notification_targets_remove(call->store, row.id, &error);
    if (rc) {
        call_fail_error(call, &error);
        return;
    }
    tell_of_change(call, "notification.remove", &row);
    api_answer_done(call, "%s is told no more", row.name);
}

const struct route api_notifications_routes[] = {
    {.id = "notifications_list",
     .tag = "Notifications",
     .method = WEB_GET,
     .path = "/api/notifications",
     .access = ACCESS_ADMIN,
     .summary = "The targets that are told of what happens",
     .answer = &targets,
     .handle = notifications_list},
    {.id = "notifications_add",
     .tag = "Notifications",
     .method = WEB_POST,
     .path = "/api/notifications",
     .access = ACCESS_ADMIN,
     .summary = "Add a target",
     .body = add_fields,
     .answer = &target,
     .status = 201,
     .handle = notifications_add},
    {.id = "notifications_change",
     .tag = "Notifications",
     .method = WEB_PUT,
     .path = "/api/notifications/{id}",
     .access = ACCESS_ADMIN,
     .summary = "Change a target; what is not given stays",
     .parameters = id_parameters,
     .body = change_fields,
     .answer = &target,
     .handle = notifications_change},
    {.id = "notifications_delete",
     .tag = "Notifications",
     .method = WEB_DELETE,
     .path = "/api/notifications/{id}",
     .access = ACCESS_ADMIN,
     .summary = "Remove a target, with all that waits for it",
     .parameters = id_parameters,
     .answer = &api_done_answer,
     .handle = notifications_delete},
    {0},
};
