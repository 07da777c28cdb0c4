#include "support/busy_things.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

struct lot lot_of(uint64_t seed)
{
    return (struct lot){seed * 0x9e3779b97f4a7c15u + 0x2545f4914f6cdd1du};
}

/* SplitMix64. */
int lot_below(struct lot *lot, int end)
{
    uint64_t z = lot->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (int)((z ^ (z >> 31)) % (uint64_t)end);
}

/* The element of the answer's array whose text under `key` is `text`; NULL. */
static const struct json_value *find(const struct daemon_answer *answer, const char *array,
                                     const char *key, const char *text)
{
    const struct json_value *all = json_value_get(answer->document, array);

    for (size_t i = 0; i < json_value_count(all); i++) {
        const struct json_value *one = json_value_at(all, i);
        if (text_equal(json_value_get_text(one, key), text))
            return one;
    }
    return NULL;
}

/* ---- a list: "PRIORITY LIMIT on|off" ---- */

static void choose_list(const struct busy_thing *thing, struct lot *lot, char ret[BUSY_STATE_SIZE])
{
    if (*thing->is && lot_below(lot, 4) == 0)
        *ret = '\0';
    else
        snprintf(ret, BUSY_STATE_SIZE, "%d %d %s", lot_below(lot, 1000), 1 + lot_below(lot, 500),
                 lot_below(lot, 8) ? "off"
                                   : "on"); /* reading them is paced: full runs stay short */
}

static char *list_body(const struct busy_thing *thing, const char *wanted)
{
    int priority = 0, limit = 0;
    char automatic[4] = "";

    sscanf(wanted, "%d %d %3s", &priority, &limit, automatic);
    AUTO_FREE char *name =
        *thing->is ? memory_text("")
                   : memory_print("\"list_type\": \"custom\", \"list_id\": \"%s\", ", thing->name);
    return memory_print("{%s\"priority\": %d, \"item_limit\": %d, \"auto_sync\": %s}", name,
                        priority, limit, text_equal(automatic, "on") ? "true" : "false");
}

static void change_list(const struct daemon *daemon, struct busy_thing *thing, const char *wanted,
                        struct daemon_answer *ret)
{
    AUTO_FREE char *one = memory_print("/api/lists/%" PRId64, thing->number);
    AUTO_FREE char *body = list_body(thing, wanted);

    if (!*wanted)
        daemon_call(daemon, "DELETE", one, daemon->sync_key, NULL, ret);
    else if (*thing->is)
        daemon_call(daemon, "PUT", one, daemon->sync_key, body, ret);
    else
        daemon_call(daemon, "POST", "/api/lists", daemon->sync_key, body, ret);
    int64_t number = json_value_integer(json_value_path(ret->document, "list.id"));
    if (number)
        thing->number = number;
}

static bool look_at_list(const struct daemon *daemon, struct busy_thing *thing,
                         char state[BUSY_STATE_SIZE], struct daemon_answer *ret)
{
    AUTO_FREE char *target = memory_print("/api/lists?search=%s", thing->name);

    daemon_call(daemon, "GET", target, daemon->read_key, NULL, ret);
    const struct json_value *list = find(ret, "lists", "list_id", thing->name);
    *state = '\0';
    if (list) {
        thing->number = json_value_get_integer(list, "id");
        snprintf(state, BUSY_STATE_SIZE, "%" PRId64 " %" PRId64 " %s",
                 json_value_get_integer(list, "priority"),
                 json_value_get_integer(list, "item_limit"),
                 json_value_is_true(json_value_get(list, "auto_sync")) ? "on" : "off");
    }
    return ret->status == 200;
}

const struct busy_kind busy_list = {"list", choose_list, change_list, look_at_list};

/* ---- a setting that is a number, and the interval ---- */

/* Hours, or a limit: any will do. */
static void choose_number(const struct busy_thing *thing, struct lot *lot,
                          char ret[BUSY_STATE_SIZE])
{
    (void)thing;
    snprintf(ret, BUSY_STATE_SIZE, "%d", 1 + lot_below(lot, 12));
}

static void change_setting(const struct daemon *daemon, struct busy_thing *thing,
                           const char *wanted, struct daemon_answer *ret)
{
    AUTO_FREE char *body = memory_print("{\"settings\": {\"%s\": %s}}", thing->name, wanted);

    daemon_call(daemon, "PUT", "/api/settings", daemon->admin_key, body, ret);
}

static bool look_at_setting(const struct daemon *daemon, struct busy_thing *thing,
                            char state[BUSY_STATE_SIZE], struct daemon_answer *ret)
{
    daemon_call(daemon, "GET", "/api/settings", daemon->admin_key, NULL, ret);
    const struct json_value *setting = find(ret, "settings", "name", thing->name);
    const char *value = json_value_get_text(setting, "value");
    bool is_stored = text_equal(json_value_get_text(setting, "source"), "stored");
    text_copy(state, BUSY_STATE_SIZE, is_stored && value ? value : "");
    return ret->status == 200;
}

const struct busy_kind busy_setting = {"setting", choose_number, change_setting, look_at_setting};

static void change_interval(const struct daemon *daemon, struct busy_thing *thing,
                            const char *wanted, struct daemon_answer *ret)
{
    AUTO_FREE char *body = memory_print("{\"interval_hours\": %s}", wanted);

    (void)thing;
    daemon_call(daemon, "PUT", "/api/sync-interval", daemon->admin_key, body, ret);
}

static bool look_at_interval(const struct daemon *daemon, struct busy_thing *thing,
                             char state[BUSY_STATE_SIZE], struct daemon_answer *ret)
{
    (void)thing;
    daemon_call(daemon, "GET", "/api/sync-interval", daemon->read_key, NULL, ret);
    bool is_stored = text_equal(json_value_get_text(ret->document, "source"), "database");
    double hours = json_value_number(json_value_get(ret->document, "interval_hours"));
    *state = '\0';
    if (is_stored)
        snprintf(state, BUSY_STATE_SIZE, "%g", hours);
    return ret->status == 200;
}

const struct busy_kind busy_interval = {"interval", choose_number, change_interval,
                                        look_at_interval};

/* ---- an API key: its scope ---- */

static void choose_key(const struct busy_thing *thing, struct lot *lot, char ret[BUSY_STATE_SIZE])
{
    text_copy(ret, BUSY_STATE_SIZE, *thing->is ? "" : lot_below(lot, 2) ? "read" : "sync");
}

static void change_key(const struct daemon *daemon, struct busy_thing *thing, const char *wanted,
                       struct daemon_answer *ret)
{
    AUTO_FREE char *one = memory_print("/api/auth/keys/%" PRId64, thing->number);
    AUTO_FREE char *body =
        memory_print("{\"name\": \"%s\", \"scope\": \"%s\"}", thing->name, wanted);

    if (!*wanted)
        daemon_call(daemon, "DELETE", one, daemon->admin_key, NULL, ret);
    else
        daemon_call(daemon, "POST", "/api/auth/keys", daemon->admin_key, body, ret);
    if (*wanted && ret->status == 201)
        thing->number = json_value_get_integer(ret->document, "id");
}

static bool look_at_key(const struct daemon *daemon, struct busy_thing *thing,
                        char state[BUSY_STATE_SIZE], struct daemon_answer *ret)
{
    daemon_call(daemon, "GET", "/api/auth/keys", daemon->admin_key, NULL, ret);
    const struct json_value *key = find(ret, "keys", "name", thing->name);
    if (key)
        thing->number = json_value_get_integer(key, "id");
    text_copy(state, BUSY_STATE_SIZE, key ? json_value_get_text(key, "scope") : "");
    return ret->status == 200;
}

const struct busy_kind busy_key = {"key", choose_key, change_key, look_at_key};

/* ---- an item: "ignored", or "" ---- */

static void choose_ignored(const struct busy_thing *thing, struct lot *lot,
                           char ret[BUSY_STATE_SIZE])
{
    (void)lot;
    text_copy(ret, BUSY_STATE_SIZE, *thing->is ? "" : "ignored");
}

static void change_ignored(const struct daemon *daemon, struct busy_thing *thing,
                           const char *wanted, struct daemon_answer *ret)
{
    AUTO_FREE char *target = memory_print("/api/items/%" PRId64 "/ignore", thing->number);

    daemon_call(daemon, *wanted ? "POST" : "DELETE", target, daemon->sync_key, NULL, ret);
}

static bool look_at_item(const struct daemon *daemon, struct busy_thing *thing,
                         char state[BUSY_STATE_SIZE], struct daemon_answer *ret)
{
    AUTO_FREE char *target = memory_print("/api/items/%" PRId64, thing->number);

    daemon_call(daemon, "GET", target, daemon->read_key, NULL, ret);
    bool is_ignored = json_value_is_true(json_value_path(ret->document, "item.ignored"));
    text_copy(state, BUSY_STATE_SIZE, is_ignored ? "ignored" : "");
    return ret->status == 200;
}

const struct busy_kind busy_item = {"item", choose_ignored, change_ignored, look_at_item};
