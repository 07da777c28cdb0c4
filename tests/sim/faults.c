#include "faults.h"

#include "call.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static const char login_page[] =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form method=\"post\">"
    "<input name=\"password\" type=\"password\"></form></body></html>";

static const struct {
    const char *name;
    enum fault_action action;
} action_names[] = {
    {"status", FAULT_STATUS},     {"close", FAULT_CLOSE}, {"hang", FAULT_HANG},
    {"garbage", FAULT_GARBAGE},   {"html", FAULT_HTML},   {"slow", FAULT_SLOW},
    {"truncate", FAULT_TRUNCATE},
};

static enum fault_action action_parse(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof action_names / sizeof action_names[0]; i++) {
        if (strcmp(action_names[i].name, name) == 0)
            return action_names[i].action;
    }
    return FAULT_NONE;
}

static long number(const json_t *json, const char *key, long fallback)
{
    const json_t *value = json_object_get(json, key);
    return json_is_integer(value) ? (long)json_integer_value(value) : fallback;
}

static bool rule_check(const json_t *json, const char **problem)
{
    *problem = NULL;
    if (json_string_value(json_object_get(json, "match")) == NULL)
        *problem = "a fault needs \"match\"";
    else if (action_parse(json_string_value(json_object_get(json, "action"))) == FAULT_NONE)
        *problem = "a fault needs a known \"action\"";
    return *problem == NULL;
}

static struct fault_rule rule_parse(const json_t *json)
{
    long nth = number(json, "nth", 1);
    return (struct fault_rule){
        .match = sim_copy(json_string_value(json_object_get(json, "match"))),
        .nth = nth,
        .times = number(json, "times", nth == 0 ? 0 : 1),
        .action = action_parse(json_string_value(json_object_get(json, "action"))),
        .status = (int)number(json, "status", 500),
        .body = sim_copy(json_string_value(json_object_get(json, "body"))),
        .headers = json_deep_copy(json_object_get(json, "headers")),
        .ms = (int)number(json, "ms", 1000),
        .apply = json_is_true(json_object_get(json, "apply")),
    };
}

static void add_rule(struct faults *faults, const json_t *json)
{
    faults->rules =
        sim_grow(faults->rules, faults->count, &faults->capacity, sizeof *faults->rules);
    faults->rules[faults->count++] = rule_parse(json);
}

bool faults_add(struct faults *faults, const json_t *json, const char **problem)
{
    if (json_is_object(json)) {
        if (!rule_check(json, problem))
            return false;
        add_rule(faults, json);
        return true;
    }
    size_t index;
    json_t *item;
    json_array_foreach(json, index, item)
    {
        if (!rule_check(item, problem))
            return false;
    }
    json_array_foreach(json, index, item)
    {
        add_rule(faults, item);
    }
    return true;
}

void faults_clear(struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        fault_free(&faults->rules[i]);
    free(faults->rules);
    *faults = (struct faults){0};
}

static bool matches(const struct fault_rule *rule, const char *method, const char *path)
{
    const char *match = rule->match;
    if (strcmp(match, "*") == 0)
        return true;
    size_t length = strlen(method);
    if (strncmp(match, method, length) == 0 && match[length] == ' ')
        match += length + 1;
    return match[0] == '/' && strncmp(path, match, strlen(match)) == 0;
}

static bool due(const struct fault_rule *rule)
{
    long first = rule->nth == 0 ? 1 : rule->nth;
    return rule->seen >= first && (rule->times == 0 || rule->seen < first + rule->times);
}

struct fault_rule faults_hit(struct faults *faults, const char *method, const char *path)
{
    const struct fault_rule *hit = NULL;
    for (size_t i = 0; i < faults->count; i++) {
        struct fault_rule *rule = &faults->rules[i];
        if (!matches(rule, method, path))
            continue;
        rule->seen++;
        if (hit == NULL && due(rule))
            hit = rule;
    }
    if (hit == NULL)
        return (struct fault_rule){.action = FAULT_NONE};
    struct fault_rule copy = *hit;
    copy.match = sim_copy(hit->match);
    copy.body = sim_copy(hit->body);
    copy.headers = json_deep_copy(hit->headers);
    return copy;
}

void fault_free(struct fault_rule *rule)
{
    free(rule->match);
    free(rule->body);
    json_decref(rule->headers);
}

static void spoil(const struct fault_rule *rule, struct call *call, const char *type,
                  const char *fallback)
{
    unsigned status = rule->action == FAULT_STATUS ? (unsigned)rule->status : 200;
    reply_clear(call);
    reply_text(call, status, type, rule->body != NULL ? rule->body : fallback);
    const char *name;
    json_t *value;
    json_object_foreach(rule->headers, name, value)
    {
        reply_header(call, name, "%s", json_string_value(value));
    }
}

void fault_reply(const struct fault_rule *rule, struct call *call)
{
    switch (rule->action) {
    case FAULT_STATUS:
        spoil(rule, call, "application/json", "{\"message\":\"simulated trouble\"}");
        break;
    case FAULT_GARBAGE:
        spoil(rule, call, "application/json", "{\"results\":[\x01\xff{{ not json");
        break;
    case FAULT_HTML:
        spoil(rule, call, "text/html; charset=utf-8", login_page);
        break;
    case FAULT_CLOSE:
        call->reply.fate = REPLY_CLOSE;
        break;
    case FAULT_HANG:
        call->reply.fate = REPLY_HANG;
        break;
    case FAULT_TRUNCATE:
        call->reply.fate = REPLY_TRUNCATE;
        break;
    case FAULT_NONE:
    case FAULT_SLOW:
        break;
    }
}

bool fault_needs_effect(const struct fault_rule *rule)
{
    return rule->apply || rule->action == FAULT_NONE || rule->action == FAULT_SLOW ||
           rule->action == FAULT_TRUNCATE;
}
