#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/call.h"

static const struct field *declared(const struct call *call, const char *name)
{
    const struct field *field = call->route->parameters;

    while (field && field->kind != FIELD_END && strcmp(field->name, name) != 0)
        field++;
    return field && field->kind != FIELD_END ? field : NULL;
}

/* What was given, or NULL. */
static const char *given(const struct call *call, const char *name)
{
    const char *text = web_pairs_find(&call->in_path, name);

    if (!text)
        text = web_pairs_find(&call->request->query, name);
    return text_is_empty(text) ? NULL : text;
}

const char *call_text(const struct call *call, const char *name)
{
    const struct field *field = declared(call, name);
    const char *text = given(call, name);

    CHECK(field);
    return text ? text : field->fallback;
}

bool call_has(const struct call *call, const char *name)
{
    CHECK(declared(call, name));
    return given(call, name);
}

int64_t call_integer(const struct call *call, const char *name)
{
    const char *text = call_text(call, name);
    int64_t number = 0;

    return text && text_to_integer(text, INT64_MIN, INT64_MAX, &number) ? number : 0;
}

double call_decimal(const struct call *call, const char *name)
{
    const char *text = call_text(call, name);

    return text ? strtod(text, NULL) : 0;
}

bool call_switch(const struct call *call, const char *name)
{
    const char *text = call_text(call, name);
    bool is_on = false;

    return text && field_switch_from_text(text, &is_on) && is_on;
}

const struct json_value *call_body(const struct call *call, const char *name)
{
    return json_value_get(call->document, name);
}

const char *call_body_text(const struct call *call, const char *name)
{
    return json_value_text(call_body(call, name));
}

int64_t call_body_integer(const struct call *call, const char *name, int64_t fallback)
{
    const struct json_value *value = call_body(call, name);

    return json_value_is_integer(value) ? json_value_integer(value) : fallback;
}

double call_body_decimal(const struct call *call, const char *name, double fallback)
{
    const struct json_value *value = call_body(call, name);

    return json_value_is_number(value) ? json_value_number(value) : fallback;
}

bool call_body_switch(const struct call *call, const char *name, bool fallback)
{
    const struct json_value *value = call_body(call, name);

    return json_value_is_switch(value) ? json_value_is_true(value) : fallback;
}

bool call_body_has(const struct call *call, const char *name)
{
    return call_body(call, name);
}

/* Names that begin with "_" only make a URL differ from the last one. */
static void check_known(struct call *call, const char *name, struct field_problems *problems)
{
    const struct field *field = declared(call, name);
    const char *shown = field_shown_name(call->arena, name);

    if (name[0] == '_' || (field && !(field->flags & FIELD_IN_PATH)))
        return;
    const char *nearest = field ? NULL : field_nearest(call->route->parameters, name);
    if (nearest)
        field_problem_add(problems, call->arena, shown, "is not known; did you mean %s?", nearest);
    else
        field_problem_add(problems, call->arena, shown, "is not known");
}

static bool is_repeated(const struct web_pairs *query, size_t index)
{
    return web_pairs_find(query, query->items[index].name) != query->items[index].value;
}

static void check_parameters(struct call *call, struct field_problems *problems)
{
    const struct web_pairs *query = &call->request->query;

    for (size_t i = 0; i < query->count; i++) {
        if (is_repeated(query, i))
            field_problem_add(problems, call->arena,
                              field_shown_name(call->arena, query->items[i].name),
                              "is given twice");
        else
            check_known(call, query->items[i].name, problems);
    }
    const struct field *field = call->route->parameters;
    for (; field && field->kind != FIELD_END; field++) {
        const char *text = given(call, field->name);
        if (text)
            field_check_text(field, text, call->arena, problems);
        else if (field->flags & (FIELD_REQUIRED | FIELD_IN_PATH))
            field_problem_add(problems, call->arena, field->name, "is missing");
    }
}

/* "application/json", "application/merge-patch+json"; in UTF-8, if it says in what. */
static bool is_json_type(const char *type)
{
    size_t length = strcspn(type, "; \t");
    const char *charset = strcasestr(type + length, "charset=");

    if (charset && strncasecmp(charset + strlen("charset="), "utf-8", 5) != 0 &&
        strncasecmp(charset + strlen("charset="), "\"utf-8\"", 7) != 0)
        return false;
    bool is_plain =
        length == strlen("application/json") && strncasecmp(type, "application/json", length) == 0;
    bool is_kind_of = length > 5 && strncasecmp(type + length - 5, "+json", 5) == 0;
    return is_plain || is_kind_of;
}

static bool is_blank(const struct web_request *request)
{
    for (size_t i = 0; i < request->body_length; i++) {
        if (!strchr(" \t\r\n", request->body[i]) || !request->body[i])
            return false;
    }
    return true;
}

/* Into call->document; false: failed. */
static bool parse_body(struct call *call)
{
    const struct web_request *request = call->request;
    const char *type = web_request_header(request, "Content-Type");
    struct error error;

    if (type && !is_json_type(type)) {
        call_fail(call, 415, "not_json",
                  "the body must be JSON, with the header Content-Type: application/json");
        return false;
    }
    if (!text_is_valid_utf8(request->body, request->body_length)) {
        call_fail(call, 400, "malformed_json", "the body is not valid JSON: it is no UTF-8");
        return false;
    }
    if (json_value_parse(request->body, request->body_length, &call->document, &error)) {
        call_fail(call, 400, "malformed_json", "the body is %s", error.message);
        return false;
    }
    return true;
}

static void count_member(void *context, const char *name, const struct json_value *value)
{
    (void)name;
    (void)value;
    ++*(size_t *)context;
}

/* A type that no form of a strange page can send. */
static bool is_taken(struct call *call)
{
    const char *type = web_request_header(call->request, "Content-Type");

    if (type && text_equal_ignoring_case(type, call->route->takes))
        return true;
    call_fail(call, 415, "wrong_type", "the body must come with the header Content-Type: %s",
              call->route->takes);
    return false;
}

/* Some clients send an empty object where nothing is wanted. */
static bool check_no_body(struct call *call)
{
    size_t members = 0;

    if (json_value_is_object(call->document))
        json_value_each(call->document, count_member, &members);
    if (!call->document || (json_value_is_object(call->document) && !members))
        return true;
    call_fail(call, 400, "body_not_wanted", "no body is wanted here");
    return false;
}

bool call_check_input(struct call *call)
{
    struct field_problems problems = {0};
    const struct route *route = call->route;
    bool ignores_body = !route->body && (route->flags & ROUTE_ANY_BODY || route->takes);

    if (route->takes && !is_taken(call))
        return false;
    if (!ignores_body && !is_blank(call->request) && !parse_body(call))
        return false;
    if (!route->body && !ignores_body && !check_no_body(call))
        return false;
    check_parameters(call, &problems);
    if (route->body && (call->document || !(route->flags & ROUTE_ANY_BODY)))
        field_check_body(route->body, call->document, call->arena, &problems);
    if (problems.count)
        call_fail_problems(call, &problems);
    return !problems.count;
}
