#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "web/field.h"

enum { SCHEMA_NAME_SIZE = 96 };

static const char *const types[] = {
    [FIELD_TEXT] = "string",    [FIELD_INTEGER] = "integer", [FIELD_NUMBER] = "number",
    [FIELD_SWITCH] = "boolean", [FIELD_OBJECT] = "object",   [FIELD_LIST] = "array",
    [FIELD_MAP] = "object",     [FIELD_ANY] = NULL,
};

static bool is_nullable(const struct field *field)
{
    return field->flags & FIELD_NULLABLE;
}

static void put_type(struct json_writer *json, const struct field *field)
{
    const char *type = types[field->kind];

    if (!type)
        return;
    if (!is_nullable(field)) {
        json_put_text(json, "type", type);
        return;
    }
    json_begin_array(json, "type");
    json_put_text(json, NULL, type);
    json_put_text(json, NULL, "null");
    json_end_array(json);
}

static void put_words(struct json_writer *json, const struct field *field)
{
    json_begin_array(json, "enum");
    for (size_t i = 0; field->words[i]; i++)
        json_put_text(json, NULL, field->words[i]);
    if (is_nullable(field))
        json_put_text(json, NULL, NULL);
    json_end_array(json);
}

/* What we answer is not limited by what we take. */
static void put_lengths(struct json_writer *json, const struct field *field, const char *low,
                        const char *high, int64_t most, bool is_answer)
{
    if (field->low)
        json_put_number(json, low, field->low);
    if (field->high)
        json_put_number(json, high, field->high);
    else if (!is_answer)
        json_put_number(json, high, most);
}

static void put_limits(struct json_writer *json, const struct field *field, bool is_answer)
{
    if (field->kind == FIELD_TEXT && !field->words) {
        put_lengths(json, field, "minLength", "maxLength", FIELD_TEXT_MOST, is_answer);
    } else if (field->kind == FIELD_LIST) {
        put_lengths(json, field, "minItems", "maxItems", FIELD_LIST_MOST, is_answer);
    } else if (field->low || field->high) {
        json_put_number(json, "minimum", field->low);
        if (field->high != INT64_MAX)
            json_put_number(json, "maximum", field->high);
    }
}

static void put_fallback(struct json_writer *json, const struct field *field)
{
    bool is_on = false;

    if (field->kind == FIELD_TEXT)
        json_put_text(json, "default", field->fallback);
    else if (field->kind == FIELD_SWITCH && field_switch_from_text(field->fallback, &is_on))
        json_put_bool(json, "default", is_on);
    else if (field->kind != FIELD_LIST)
        json_put_raw(json, "default", field->fallback);
}

static bool is_shown(const struct field *field, bool is_answer)
{
    return !is_answer || !(field->flags & FIELD_SECRET);
}

static bool is_required(const struct field *field, bool is_answer)
{
    return is_answer ? !(field->flags & FIELD_OPTIONAL) : field->flags & FIELD_REQUIRED;
}

/* The members of an object schema that is open in `json`. */
static void put_members(struct json_writer *json, const struct field *table, bool is_open,
                        bool is_answer)
{
    json_begin_object(json, "properties");
    for (const struct field *field = table; field->kind != FIELD_END; field++) {
        if (is_shown(field, is_answer))
            field_put_schema(json, field->name, field, is_answer);
    }
    json_end_object(json);
    json_begin_array(json, "required");
    for (const struct field *field = table; field->kind != FIELD_END; field++) {
        if (is_shown(field, is_answer) && is_required(field, is_answer))
            json_put_text(json, NULL, field->name);
    }
    json_end_array(json);
    json_put_bool(json, "additionalProperties", is_open);
}

static struct field element_of(const struct field *field)
{
    struct field element = *field;

    element.kind = field->of;
    element.flags = field->flags & FIELD_OPEN;
    element.low = element.high = 0;
    element.help = element.fallback = NULL;
    return element;
}

static void schema_name(const struct field *field, bool is_answer, char name[SCHEMA_NAME_SIZE])
{
    snprintf(name, SCHEMA_NAME_SIZE, "%s%s", field->schema, is_answer ? "" : "Input");
}

static void put_reference(struct json_writer *json, const struct field *field, bool is_answer)
{
    char name[SCHEMA_NAME_SIZE], target[SCHEMA_NAME_SIZE + 32];

    schema_name(field, is_answer, name);
    snprintf(target, sizeof(target), "#/components/schemas/%s", name);
    if (!is_nullable(field)) {
        json_put_text(json, "$ref", target);
        return;
    }
    json_begin_array(json, "anyOf");
    json_begin_object(json, NULL);
    json_put_text(json, "$ref", target);
    json_end_object(json);
    json_begin_object(json, NULL);
    json_put_text(json, "type", "null");
    json_end_object(json);
    json_end_array(json);
}

static void put_shape(struct json_writer *json, const struct field *field, bool is_answer)
{
    struct field element = element_of(field);

    put_type(json, field);
    if (field->kind == FIELD_TEXT && field->words)
        put_words(json, field);
    if (field->kind == FIELD_TEXT && field->format)
        json_put_text(json, "format", field->format);
    put_limits(json, field, is_answer);
    if (field->kind == FIELD_OBJECT)
        put_members(json, field->fields, field->flags & FIELD_OPEN, is_answer);
    else if (field->kind == FIELD_LIST)
        field_put_schema(json, "items", &element, is_answer);
    else if (field->kind == FIELD_MAP)
        field_put_schema(json, "additionalProperties", &element, is_answer);
}

void field_put_schema(struct json_writer *json, const char *key, const struct field *field,
                      bool is_answer)
{
    json_begin_object(json, key);
    if (field->help)
        json_put_text(json, "description", field->help);
    if (field->kind == FIELD_OBJECT && field->schema)
        put_reference(json, field, is_answer);
    else
        put_shape(json, field, is_answer);
    if (field->fallback)
        put_fallback(json, field);
    if (field->flags & FIELD_SECRET)
        json_put_bool(json, "writeOnly", true);
    json_end_object(json);
}

void field_put_body_schema(struct json_writer *json, const char *key, const struct field *body)
{
    const struct field *end = body;

    while (end->kind != FIELD_END)
        end++;
    json_begin_object(json, key);
    json_put_text(json, "type", "object");
    put_members(json, body, end->flags & FIELD_OPEN, false);
    json_end_object(json);
}

static void put_named_schema(struct json_writer *json, const struct field *field, bool is_answer,
                             struct map *seen)
{
    char name[SCHEMA_NAME_SIZE];

    schema_name(field, is_answer, name);
    if (map_has(seen, name)) {
        CHECK(map_get(seen, name) == field->fields);
        return;
    }
    map_set(seen, name, (void *)field->fields);
    json_begin_object(json, name);
    json_put_text(json, "type", "object");
    put_members(json, field->fields, field->flags & FIELD_OPEN, is_answer);
    json_end_object(json);
}

void field_put_named_schemas(struct json_writer *json, const struct field *field, bool is_answer,
                             struct map *seen)
{
    if (!field->fields)
        return;
    if (field->schema)
        put_named_schema(json, field, is_answer, seen);
    for (const struct field *member = field->fields; member->kind != FIELD_END; member++) {
        if (is_shown(member, is_answer))
            field_put_named_schemas(json, member, is_answer, seen);
    }
}
