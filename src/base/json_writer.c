#include "base/json_writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

struct json_writer json_writer_to(struct buffer *out)
{
    return (struct json_writer){.out = out};
}

static void quote(struct buffer *out, const char *text)
{
    static const char hex[] = "0123456789abcdef";

    buffer_byte(out, '"');
    for (const char *run = text; *text || run != text;) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            text++;
            continue;
        }
        buffer_append(out, run, (size_t)(text - run));
        if (byte == '"' || byte == '\\') {
            buffer_append(out, (char[]){'\\', (char)byte}, 2);
        } else if (byte) {
            buffer_append(out, (char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
        }
        if (byte)
            text++;
        run = text;
    }
    buffer_byte(out, '"');
}

/* Comma and key: what stands before every value. */
static void lead(struct json_writer *json, const char *key)
{
    bool in_object = json->depth && json->closers[json->depth - 1] == '}';

    CHECK(in_object == (key != NULL));
    CHECK(json->depth || !json->needs_comma);
    if (json->needs_comma)
        buffer_byte(json->out, ',');
    json->needs_comma = true;
    if (key) {
        quote(json->out, key);
        buffer_byte(json->out, ':');
    }
}

static void begin(struct json_writer *json, const char *key, char opener, char closer)
{
    lead(json, key);
    CHECK(json->depth < JSON_WRITER_DEPTH);
    json->closers[json->depth++] = closer;
    json->needs_comma = false;
    buffer_byte(json->out, opener);
}

static void end(struct json_writer *json, char closer)
{
    CHECK(json->depth && json->closers[json->depth - 1] == closer);
    json->depth--;
    json->needs_comma = true;
    buffer_byte(json->out, closer);
}

void json_begin_object(struct json_writer *json, const char *key)
{
    begin(json, key, '{', '}');
}

void json_end_object(struct json_writer *json)
{
    end(json, '}');
}

void json_begin_array(struct json_writer *json, const char *key)
{
    begin(json, key, '[', ']');
}

void json_end_array(struct json_writer *json)
{
    end(json, ']');
}

void json_put_text(struct json_writer *json, const char *key, const char *value)
{
    lead(json, key);
    if (value)
        quote(json->out, value);
    else
        buffer_text(json->out, "null");
}

/* Answers are full of numbers, and printf takes its time. */
void json_put_number(struct json_writer *json, const char *key, int64_t value)
{
    char digits[24], *at = digits + sizeof(digits);
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

    lead(json, key);
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (value < 0)
        *--at = '-';
    buffer_append(json->out, at, (size_t)(digits + sizeof(digits) - at));
}

void json_put_number_or_null(struct json_writer *json, const char *key, int64_t value)
{
    if (value)
        json_put_number(json, key, value);
    else
        json_put_text(json, key, NULL);
}

/* The shortest of the usual forms that reads back as the same number. */
void json_put_decimal(struct json_writer *json, const char *key, double value)
{
    char text[32];

    if (!isfinite(value)) {
        json_put_text(json, key, NULL);
        return;
    }
    snprintf(text, sizeof(text), "%.15g", value);
    if (strtod(text, NULL) != value)
        snprintf(text, sizeof(text), "%.17g", value);
    json_put_raw(json, key, text);
}

void json_put_bool(struct json_writer *json, const char *key, bool value)
{
    lead(json, key);
    buffer_text(json->out, value ? "true" : "false");
}

void json_put_raw(struct json_writer *json, const char *key, const char *text)
{
    lead(json, key);
    buffer_text(json->out, text);
}
