/* The settings under the original's names, as one flat object. */
#include <string.h>

#include "api/answers.h"
#include "api/done.h"
#include "api/schedule.h"
#include "api/settings.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/lists.h"
#include "store/stored_settings.h"
#include "sync/live_settings.h"

static const char mask[] = "********";

/* What the original calls it, and what it is called here. */
static const struct {
    const char *name, *setting;
} names[] = {
    {"overseerr_url", "OVERSEERR_URL"},
    {"overseerr_api_key", "OVERSEERR_API_KEY"},
    {"overseerr_user_id", "OVERSEERR_USER_ID"},
    {"overseerr_4k", "OVERSEERR_4K"},
    {"auto_sync", "AUTO_SYNC"},
    {"timezone", "TZ"},
    {"trakt_client_id", "TRAKT_CLIENT_ID"},
    {"trakt_special_items_limit", "TRAKT_SPECIAL_ITEMS_LIMIT"},
};

static const struct field config_fields[] = {
    {"overseerr_url", FIELD_TEXT},
    {"overseerr_api_key", FIELD_TEXT, .help = "eight stars when it is set, never more"},
    {"overseerr_user_id", FIELD_TEXT},
    {"overseerr_4k", FIELD_SWITCH},
    {"auto_sync", FIELD_SWITCH},
    {"timezone", FIELD_TEXT},
    {"trakt_client_id", FIELD_TEXT, .help = "eight stars when it is set, never more"},
    {"trakt_special_items_limit", FIELD_INTEGER},
    {"sync_interval", FIELD_NUMBER},
    {"imdb_lists", FIELD_TEXT, .help = "ids of the lists that are kept, comma separated"},
    {"trakt_lists", FIELD_TEXT},
    {"trakt_special_lists", FIELD_TEXT},
    {"letterboxd_lists", FIELD_TEXT},
    {"mdblist_lists", FIELD_TEXT},
    {"stevenlu_lists", FIELD_TEXT},
    {"custom_lists", FIELD_TEXT},
    {0},
};

static const struct field config = {"", FIELD_OBJECT, .fields = config_fields, .schema = "Config"};

static void put_setting(struct json_writer *json, const struct options *live, const char *name,
                        const char *setting)
{
    const struct option *option = map_get(&live->declared, setting);

    switch (option->kind) {
    case OPTION_SECRET:
        json_put_text(json, name, options_is_set(live, setting) ? mask : "");
        break;
    case OPTION_SWITCH:
        json_put_bool(json, name, options_switch(live, setting));
        break;
    case OPTION_NUMBER:
        if (text_equal(name, "overseerr_user_id"))
            json_put_text(json, name, options_text(live, setting));
        else
            json_put_number(json, name, options_number(live, setting));
        break;
    default:
        json_put_text(json, name, options_text(live, setting));
    }
}

/* "imdb_lists" -> the ids of the lists of type imdb, "ls1,top". */
static const char *ids_of(struct call *call, const struct stored_lists *lists, const char *field)
{
    AUTO_BUFFER struct buffer ids = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_FREE char *type = memory_text_n(field, strlen(field) - strlen("_lists"));

    for (size_t i = 0; i < lists->count; i++)
        if (text_equal(lists->items[i].ref.type, type))
            buffer_print(&ids, "%s%s", ids.length ? "," : "", lists->items[i].ref.id);
    return arena_text(call->arena, buffer_string(&ids));
}

static void put_config(struct call *call, const struct options *live,
                       const struct stored_lists *lists, double hours)
{
    json_begin_object(&call->json, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        put_setting(&call->json, live, names[i].name, names[i].setting);
    json_put_decimal(&call->json, "sync_interval", hours);
    for (const struct field *field = config_fields; field->name; field++)
        if (text_ends_with(field->name, "_lists"))
            json_put_text(&call->json, field->name, ids_of(call, lists, field->name));
    json_end_object(&call->json);
}

/* How it all is now. */
struct view {
    struct options live;
    struct stored_lists lists;
    struct schedule_state schedule;
};

static bool view_open(struct call *call, struct view *view)
{
    struct error error = {0};

    schedule_state(call->api->schedule, &view->schedule);
    if (lists_load(call->store, call->arena, false, &view->lists, &error) ||
        live_settings_load(call->api->given, call->store, &call->api->key, &view->live, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    return true;
}

static void config_get(struct call *call)
{
    struct view view = {0};

    if (!view_open(call, &view))
        return;
    put_config(call, &view.live, &view.lists, view.schedule.interval_hours);
    options_release(&view.live);
}

#define LISTS_FIELD(name_)                                                                         \
    {                                                                                              \
        .name = (name_), .kind = FIELD_TEXT, .flags = FIELD_NULLABLE,                              \
        .help = "as it is, or left out: /api/lists changes lists", .high = BUFFER_LIMIT_TEXT       \
    }

static const struct field change_fields[] = {
    {"overseerr_url", FIELD_TEXT, FIELD_NULLABLE},
    {"overseerr_api_key", FIELD_TEXT, FIELD_NULLABLE | FIELD_SECRET, "stars leave it as it is"},
    {"overseerr_user_id", FIELD_TEXT, FIELD_NULLABLE},
    {"overseerr_4k", FIELD_SWITCH, FIELD_NULLABLE},
    {"auto_sync", FIELD_SWITCH, FIELD_NULLABLE},
    {"timezone", FIELD_TEXT, FIELD_NULLABLE},
    {"trakt_client_id", FIELD_TEXT, FIELD_NULLABLE | FIELD_SECRET, "stars leave it as it is"},
    {"trakt_special_items_limit", FIELD_INTEGER, FIELD_NULLABLE, .low = 1, .high = 10000},
    {"sync_interval", FIELD_NUMBER, FIELD_NULLABLE, "hours; 0: none", .low = 0, .high = 8760},
    LISTS_FIELD("imdb_lists"),
    LISTS_FIELD("trakt_lists"),
    LISTS_FIELD("trakt_special_lists"),
    LISTS_FIELD("letterboxd_lists"),
    LISTS_FIELD("mdblist_lists"),
    LISTS_FIELD("stevenlu_lists"),
    LISTS_FIELD("custom_lists"),
    {0},
};

static const struct field changed_fields[] = {
    {"success", FIELD_SWITCH},
    {"message", FIELD_TEXT},
    {"settings_updated", FIELD_INTEGER},
    {0},
};

static const struct field changed = {"", FIELD_OBJECT, .fields = changed_fields,
                                     .schema = "ConfigChanged"};

static void put_value(struct json_writer *json, const char *name, const struct json_value *value)
{
    if (json_value_is_switch(value))
        json_put_bool(json, name, json_value_is_true(value));
    else if (json_value_is_integer(value))
        json_put_number(json, name, json_value_integer(value));
    else
        json_put_text(json, name, json_value_text(value));
}

/* Forms send back all that they were given; what stays as it is is no change. */
static bool is_as_it_is(const struct view *view, const char *setting,
                        const struct json_value *value)
{
    const struct option *option = map_get(&view->live.declared, setting);

    if (json_value_is_null(value))
        return false;
    switch (option->kind) {
    case OPTION_SECRET:
        return options_is_set(&view->live, setting)
                   ? text_starts_with(json_value_text(value), "****")
                   : text_equal(json_value_text(value), "");
    case OPTION_SWITCH:
        return json_value_is_true(value) == options_switch(&view->live, setting);
    case OPTION_NUMBER:
        return json_value_integer(value) == options_number(&view->live, setting);
    default:
        return text_equal(json_value_text(value), options_text(&view->live, setting));
    }
}

/* The changes with our names. */
static int64_t translate(struct call *call, const struct view *view, struct buffer *ret)
{
    struct json_writer json = json_writer_to(ret);
    int64_t count = 0;

    json_begin_object(&json, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        const struct json_value *value = call_body(call, names[i].name);
        if (!value || is_as_it_is(view, names[i].setting, value))
            continue;
        put_value(&json, names[i].setting, value);
        count++;
    }
    json_end_object(&json);
    return count;
}

static const char *field_of(struct arena *arena, const char *setting)
{
    (void)arena;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (text_equal(names[i].setting, setting))
            return names[i].name;
    return setting;
}

static bool leaves_lists(struct call *call, const struct view *view)
{
    for (const struct field *field = config_fields; field->name; field++) {
        if (!text_ends_with(field->name, "_lists"))
            continue;
        const char *given = call_body_text(call, field->name);
        if (!given || text_equal(given, ids_of(call, &view->lists, field->name)))
            continue;
        call_fail_field(call, field->name, "is not changed here; /api/lists adds and removes them");
        return false;
    }
    return true;
}

static bool set_interval(struct call *call, const struct view *view, int64_t *count)
{
    const struct json_value *hours = call_body(call, "sync_interval");

    if (!json_value_is_number(hours) || json_value_number(hours) == view->schedule.interval_hours)
        return true;
    *count += 1;
    return api_set_interval(call, "sync_interval", json_value_number(hours));
}

static bool set_all(struct call *call, const struct view *view, int64_t *ret_count)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(WEB_BODY_LIMIT);
    AUTO_JSON struct json_value *values = NULL;
    struct error error = {0};

    if (!leaves_lists(call, view))
        return false;
    *ret_count = translate(call, view, &text);
    if (json_value_parse(text.bytes, text.length, &values, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    api_settings_put(call, values, field_of);
    return !call->response->status && set_interval(call, view, ret_count);
}

static void config_post(struct call *call)
{
    struct view view = {0};
    int64_t count = 0;

    if (!view_open(call, &view))
        return;
    bool done = set_all(call, &view, &count);
    options_release(&view.live);
    if (!done)
        return;
    json_begin_object(&call->json, NULL);
    api_put_done(call, "%lld settings updated", (long long)count);
    json_put_number(&call->json, "settings_updated", count);
    json_end_object(&call->json);
}

const struct route api_config_routes[] = {
    {.id = "config_get",
     .tag = "Settings",
     .method = WEB_GET,
     .path = "/api/settings/config",
     .access = ACCESS_ADMIN,
     .summary = "The settings under the original's names",
     .answer = &config,
     .handle = config_get},
    {.id = "config_post",
     .tag = "Settings",
     .method = WEB_POST,
     .path = "/api/settings/config",
     .access = ACCESS_ADMIN,
     .summary = "Change some of them; what is sent as it was stays",
     .body = change_fields,
     .answer = &changed,
     .handle = config_post},
    {0},
};
