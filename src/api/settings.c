/* Settings that may be changed while the program runs. Secrets go in and never come out. */
#include <string.h>

#include "api/answers.h"
#include "api/settings.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "store/stored_settings.h"
#include "sync/backup_desk.h"
#include "sync/history_desk.h"
#include "sync/live_settings.h"

const char *const api_option_kind_words[] = {
    [OPTION_TEXT] = "text",     [OPTION_NUMBER] = "number", [OPTION_DECIMAL] = "decimal",
    [OPTION_SWITCH] = "switch", [OPTION_SECRET] = "secret", [OPTION_URL] = "url",
    [OPTION_URL + 1] = NULL,
};
static const char *const source_words[] = {"environment", "stored", "default", NULL};

static const struct field setting_fields[] = {
    {"name", FIELD_TEXT},
    {"kind", FIELD_TEXT, .words = api_option_kind_words},
    {"value", FIELD_TEXT, FIELD_NULLABLE, "as text; null for a secret, and where none is set"},
    {"is_set", FIELD_SWITCH},
    {"source", FIELD_TEXT, .help = "what the environment sets is changed there",
     .words = source_words},
    {"default", FIELD_TEXT, FIELD_NULLABLE},
    {"low", FIELD_INTEGER, FIELD_NULLABLE, "of numbers; null: no limit"},
    {"high", FIELD_INTEGER, FIELD_NULLABLE, "likewise"},
    {"help", FIELD_TEXT},
    {0},
};

static const struct field settings_fields[] = {
    {"settings", FIELD_LIST, .of = FIELD_OBJECT, .fields = setting_fields, .schema = "Setting"},
    {0},
};

static const struct field settings = {"", FIELD_OBJECT, .fields = settings_fields,
                                      .schema = "Settings"};

/* The environment's settings and those of now, side by side. */
struct view {
    const struct options *given;
    struct options live;
};

static bool view_open(struct call *call, struct view *view)
{
    struct error error = {0};

    view->given = call->api->given;
    if (live_settings_load(view->given, call->store, &call->api->key, &view->live, &error) ==
        ERROR_NONE)
        return true;
    call_fail_error(call, &error);
    return false;
}

void api_put_option_limits(struct json_writer *json, const struct option *option)
{
    if (option->low || option->high) {
        json_put_number(json, "low", option->low);
        json_put_number(json, "high", option->high);
    } else {
        json_put_text(json, "low", NULL);
        json_put_text(json, "high", NULL);
    }
}

static void put_setting(struct json_writer *json, const struct view *view,
                        const struct option *option)
{
    bool is_set = options_is_set(&view->live, option->name);
    bool is_secret = option->kind == OPTION_SECRET;
    int source = options_is_set(view->given, option->name) ? 0 : is_set ? 1 : 2;

    json_begin_object(json, NULL);
    json_put_text(json, "name", option->name);
    json_put_text(json, "kind", api_option_kind_words[option->kind]);
    json_put_text(json, "value",
                  is_secret || (!is_set && !option->fallback)
                      ? NULL
                      : options_text(&view->live, option->name));
    json_put_bool(json, "is_set", is_set);
    json_put_text(json, "source", source_words[source]);
    json_put_text(json, "default", is_secret ? NULL : option->fallback);
    api_put_option_limits(json, option);
    json_put_text(json, "help", option->help);
    json_end_object(json);
}

static void settings_get(struct call *call)
{
    struct view view;

    if (!view_open(call, &view))
        return;
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "settings");
    for (const char *const *name = live_settings_names; *name; name++)
        put_setting(&call->json, &view, map_get(&view.given->declared, *name));
    json_end_array(&call->json);
    json_end_object(&call->json);
    options_release(&view.live);
}

static const struct field change_fields[] = {
    {"settings", FIELD_MAP, FIELD_REQUIRED,
     "values by name; null takes a stored one back; true, numbers and texts will do",
     .of = FIELD_ANY},
    {0},
};

/* All changes: checked first, then written. */
struct change {
    struct call *call;
    const char *(*field_of)(struct arena *arena, const char *setting);
    struct options *trial;
    const char *seerr; /* where the key that stays belongs; NULL: none stays */
    struct field_problems problems;
    bool write;
    bool failed;
    struct buffer names; /* "A, B", for the audit: never values */
    struct buffer event;
    struct json_writer json; /* into the event */
};

static const char *value_text(struct arena *arena, const struct json_value *value)
{
    if (json_value_text(value))
        return json_value_text(value);
    if (json_value_is_switch(value))
        return json_value_is_true(value) ? "true" : "false";
    if (json_value_is_integer(value))
        return arena_print(arena, "%lld", (long long)json_value_integer(value));
    if (json_value_is_number(value))
        return arena_print(arena, "%.15g", json_value_number(value));
    return NULL;
}

/* The field's name goes before the sentence, which may begin with the setting's. */
static void refuse(struct change *change, const char *name, const char *sentence)
{
    struct arena *arena = change->call->arena;
    size_t length = strlen(name);

    if (text_starts_with(sentence, name) && sentence[length] == ' ')
        sentence += length + 1;
    field_problem_add(&change->problems, arena, change->field_of(arena, name), "%s", sentence);
}

/* Who may set an address shall not learn the key that was sent to another. */
static bool leads_key_astray(const struct change *change, const char *name, const char *address)
{
    return change->seerr && text_equal(name, "OVERSEERR_URL") &&
           !url_keeps_secrets(change->seerr, address);
}

static void check(struct change *change, const char *name, const struct json_value *value)
{
    struct call *call = change->call;
    const char *text = value_text(call->arena, value);
    struct error error = {0};

    if (!live_settings_is_live(name))
        refuse(change, name,
               "there is no such setting, or it cannot be changed while the program runs");
    else if (options_is_set(call->api->given, name))
        refuse(change, name, "the environment sets it; change it there");
    else if (json_value_is_null(value))
        return;
    else if (!text)
        refuse(change, name, "wants a text, a number, true, false or null");
    else if (!*text)
        refuse(change, name, "is empty; null takes away what is stored");
    else if (options_set(change->trial, name, text, &error) ||
             api_settings_check(name, text, &error))
        refuse(change, name, error.message);
    else if (leads_key_astray(change, name, text))
        refuse(change, name,
               "the API key that is set belongs to another address: change OVERSEERR_API_KEY with "
               "it, or both in the environment if the key is set there");
}

static void write_one(struct change *change, const char *name, const struct json_value *value)
{
    struct call *call = change->call;
    const struct option *option = map_get(&call->api->given->declared, name);
    const char *text = value_text(call->arena, value);
    struct error error = {0};
    enum error_code rc;

    if (json_value_is_null(value)) {
        rc = stored_settings_drop(call->store, name, &error);
    } else if (option->kind == OPTION_SECRET) {
        AUTO_FREE char *sealed = crypto_seal(&call->api->key, name, text);
        rc = stored_settings_put(call->store, name, sealed, true, &error);
    } else {
        rc = stored_settings_put(call->store, name, text, false, &error);
    }
    if (rc) {
        call_fail_error(call, &error);
        change->failed = true;
    }
    buffer_print(&change->names, "%s%s", change->names.length ? ", " : "", name);
    json_put_text(&change->json, NULL, name);
}

static void visit(void *context, const char *name, const struct json_value *value)
{
    struct change *change = context;

    if (!change->write)
        check(change, name, value);
    else if (!change->failed)
        write_one(change, name, value);
}

static bool write_all(struct change *change, const struct json_value *values)
{
    struct call *call = change->call;
    struct error error = {0};

    if (store_begin(call->store, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    change->write = true;
    change->json = json_writer_to(&change->event);
    json_begin_object(&change->json, NULL);
    json_begin_array(&change->json, "names");
    json_value_each(values, visit, change);
    json_end_array(&change->json);
    json_end_object(&change->json);
    if (store_end(call->store, change->failed ? ERROR_USAGE : ERROR_NONE, &error) &&
        !change->failed) {
        call_fail_error(call, &error);
        return false;
    }
    return !change->failed;
}

/* The address of the key that these values do not change; "" when it has none. */
static const char *address_of_key(struct call *call, const struct options *live,
                                  const struct json_value *values)
{
    if (!options_is_set(live, "OVERSEERR_API_KEY") || json_value_get(values, "OVERSEERR_API_KEY"))
        return NULL;
    return arena_text(call->arena, options_text(live, "OVERSEERR_URL"));
}

static void change_all(struct change *change, const struct json_value *values)
{
    struct call *call = change->call;

    json_value_each(values, visit, change);
    if (change->problems.count) {
        call_fail_problems(call, &change->problems);
        return;
    }
    if (!write_all(change, values) || !change->names.length)
        return;
    schedule_changed(call->api->schedule);
    if (call->api->backups)
        backup_desk_changed(call->api->backups);
    history_desk_changed(call->api->history);
    call_audit(call, "settings.change", buffer_string(&change->names), "");
    call_announce(call, "settings_changed", buffer_string(&change->event));
}

void api_settings_put(struct call *call, const struct json_value *values,
                      const char *(*field_of)(struct arena *arena, const char *setting))
{
    struct view view;

    if (!view_open(call, &view))
        return;
    struct change change = {
        .call = call,
        .field_of = field_of,
        .trial = &view.live,
        .seerr = address_of_key(call, &view.live, values),
        .names = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT),
        .event = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT),
    };
    change_all(&change, values);
    buffer_release(&change.names);
    buffer_release(&change.event);
    options_release(&view.live);
}

static const char *field_of(struct arena *arena, const char *setting)
{
    return arena_print(arena, "settings.%s", field_shown_name(arena, setting));
}

static void settings_put(struct call *call)
{
    api_settings_put(call, call_body(call, "settings"), field_of);
    if (!call->response->status)
        settings_get(call);
}

const struct route api_settings_routes[] = {
    {.id = "settings_get",
     .tag = "Settings",
     .method = WEB_GET,
     .path = "/api/settings",
     .access = ACCESS_ADMIN,
     .summary = "Settings that can be changed while it runs",
     .answer = &settings,
     .handle = settings_get},
    {.id = "settings_put",
     .tag = "Settings",
     .method = WEB_PUT,
     .path = "/api/settings",
     .access = ACCESS_ADMIN,
     .summary = "Change some of them; all or none",
     .body = change_fields,
     .answer = &settings,
     .handle = settings_put},
    {0},
};
