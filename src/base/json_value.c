#include "base/json_value.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* A json_value is a json_t seen from outside; only the pointer type differs. */
static const json_t *inside(const struct json_value *value)
{
    return (const json_t *)value;
}

static const struct json_value *outside(const json_t *value)
{
    return (const struct json_value *)value;
}

/* The number of an escape like "\\u00e9" at `at`, or -1. */
static int escaped_unit(const char *at)
{
    char digits[5] = {0};

    if (at[0] != '\\' || at[1] != 'u')
        return -1;
    for (int i = 0; i < 4; i++) {
        if (!isxdigit((unsigned char)at[2 + i]))
            return -1;
        digits[i] = at[2 + i];
    }
    return (int)strtol(digits, NULL, 16);
}

static bool is_surrogate(int unit, int first)
{
    return unit >= first && unit < first + 0x400;
}

/* Escapes that stand for no character, NUL and half a surrogate pair, become U+FFFD. */
static void mend_escapes(char *text)
{
    char *at = text;

    while ((at = strchr(at, '\\'))) {
        int unit = escaped_unit(at);
        if (unit < 0) {
            at += at[1] ? 2 : 1;
            continue;
        }
        bool is_pair = is_surrogate(unit, 0xD800) && is_surrogate(escaped_unit(at + 6), 0xDC00);
        bool is_half = is_surrogate(unit, 0xD800) || is_surrogate(unit, 0xDC00);
        if (unit == 0 || (is_half && !is_pair))
            memcpy(at + 2, "fffd", 4);
        at += is_pair ? 12 : 6;
    }
}

static json_t *parse_mended(const char *bytes, size_t length, json_error_t *problem)
{
    size_t valid_length = 0;
    AUTO_FREE char *valid = text_valid_utf8(bytes, length, &valid_length);

    mend_escapes(valid);
    return json_loadb(valid, valid_length, JSON_REJECT_DUPLICATES, problem);
}

/* The large answers are seldom in need of mending, and then never copied. */
static bool needs_mending(const char *bytes, size_t length)
{
    return !length || memchr(bytes, '\\', length) || !text_is_valid_utf8(bytes, length);
}

static const char *after_string(const char *at, const char *end)
{
    while (at < end && *at != '"')
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    return at < end ? at + 1 : end;
}

/* At most so many: a member of an object counts twice. */
struct contents {
    size_t containers, values;
};

static struct contents count_contents(const char *at, const char *end)
{
    struct contents contents = {0, 1};

    while (at < end) {
        char byte = *at++;
        if (byte == '"')
            at = after_string(at, end);
        bool begins = byte == '[' || byte == '{';
        contents.containers += begins;
        contents.values += begins || byte == ',' || byte == ':';
    }
    return contents;
}

/* What is short cannot hold much. */
static enum error_code check_contents(const char *bytes, size_t length, struct error *error)
{
    if (length < JSON_CONTAINERS_MOST)
        return ERROR_NONE;
    struct contents contents = count_contents(bytes, bytes + length);
    if (contents.containers > JSON_CONTAINERS_MOST)
        return error_set(error, ERROR_LIMIT, "JSON with more than %d objects and lists",
                         JSON_CONTAINERS_MOST);
    if (contents.values > JSON_VALUES_MOST)
        return error_set(error, ERROR_LIMIT, "JSON with more than %d values", JSON_VALUES_MOST);
    return ERROR_NONE;
}

enum error_code json_value_parse(const char *bytes, size_t length, struct json_value **ret,
                                 struct error *error)
{
    json_error_t problem;
    enum error_code rc = check_contents(bytes, length, error);

    if (rc)
        return rc;
    json_t *document = needs_mending(bytes, length)
                           ? parse_mended(bytes, length, &problem)
                           : json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &problem);

    if (!document)
        return error_set(error, ERROR_FORMAT, "not valid JSON: %s (line %d, column %d)",
                         problem.text, problem.line, problem.column);
    *ret = (struct json_value *)document;
    return ERROR_NONE;
}

void json_value_free(struct json_value *document)
{
    json_decref((json_t *)document);
}

void json_value_free_local(struct json_value **document)
{
    json_value_free(*document);
}

const struct json_value *json_value_get(const struct json_value *object, const char *key)
{
    return outside(json_object_get(inside(object), key));
}

const struct json_value *json_value_path(const struct json_value *value, const char *path)
{
    char name[128];

    while (value && *path) {
        size_t length = strcspn(path, ".");
        if (length >= sizeof(name))
            return NULL;
        memcpy(name, path, length);
        name[length] = '\0';
        value = json_value_get(value, name);
        path += length + (path[length] == '.');
    }
    return value;
}

bool json_value_is_object(const struct json_value *value)
{
    return json_is_object(inside(value));
}

bool json_value_is_array(const struct json_value *value)
{
    return json_is_array(inside(value));
}

bool json_value_is_null(const struct json_value *value)
{
    return json_is_null(inside(value));
}

size_t json_value_count(const struct json_value *array)
{
    return json_array_size(inside(array));
}

const struct json_value *json_value_at(const struct json_value *array, size_t index)
{
    return outside(json_array_get(inside(array), index));
}

const char *json_value_text(const struct json_value *value)
{
    return json_string_value(inside(value));
}

int64_t json_value_integer(const struct json_value *value)
{
    int64_t number = 0;
    const char *text = json_value_text(value);

    if (text)
        return text_to_integer(text, INT64_MIN, INT64_MAX, &number) ? number : 0;
    return json_integer_value(inside(value));
}

bool json_value_is_integer(const struct json_value *value)
{
    return json_is_integer(inside(value));
}

bool json_value_is_number(const struct json_value *value)
{
    return json_is_number(inside(value));
}

double json_value_number(const struct json_value *value)
{
    return json_number_value(inside(value));
}

bool json_value_is_switch(const struct json_value *value)
{
    return json_is_boolean(inside(value));
}

bool json_value_is_true(const struct json_value *value)
{
    return json_is_true(inside(value));
}

const char *json_value_get_text(const struct json_value *object, const char *key)
{
    return json_value_text(json_value_get(object, key));
}

int64_t json_value_get_integer(const struct json_value *object, const char *key)
{
    return json_value_integer(json_value_get(object, key));
}

const char *json_value_kind(const struct json_value *value)
{
    static const char *const kinds[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",  [JSON_STRING] = "a text",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a fraction", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "null",
    };
    return value ? kinds[json_typeof(inside(value))] : "nothing";
}

void json_value_each(const struct json_value *object,
                     void (*visit)(void *context, const char *key, const struct json_value *value),
                     void *context)
{
    json_t *members = (json_t *)object;

    for (void *at = json_object_iter(members); at; at = json_object_iter_next(members, at))
        visit(context, json_object_iter_key(at), outside(json_object_iter_value(at)));
}

const char *json_library_version(void)
{
    return jansson_version_str();
}
