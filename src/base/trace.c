#include "base/trace.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"

static _Thread_local struct trace_context current;

static bool is_zero(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i])
            return false;
    return true;
}

static int digit(char byte)
{
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                                        : -1;
}

static bool read_bytes(const char *text, uint8_t *ret, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        int high = digit(text[2 * i]);
        int low = high < 0 ? -1 : digit(text[2 * i + 1]);
        if (low < 0)
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static void write_bytes(const uint8_t *bytes, size_t length, char *text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
}

/* Where the parts begin: version, trace, span, flags. */
enum { AT_TRACE = 3, AT_SPAN = 36, AT_FLAGS = 53, LENGTH = 55 };

static bool has_its_form(const char *text)
{
    size_t length = strlen(text);
    bool is_first_version = strncmp(text, "00", 2) == 0;

    if (length < LENGTH || strncmp(text, "ff", 2) == 0)
        return false;
    if (text[AT_TRACE - 1] != '-' || text[AT_SPAN - 1] != '-' || text[AT_FLAGS - 1] != '-')
        return false;
    return is_first_version ? length == LENGTH : length == LENGTH || text[LENGTH] == '-';
}

bool trace_parse(const char *text, struct trace_context *ret)
{
    uint8_t version, flags;

    *ret = (struct trace_context){0};
    if (!text || !has_its_form(text) || !read_bytes(text, &version, 1) ||
        !read_bytes(text + AT_TRACE, ret->trace, TRACE_ID_BYTES) ||
        !read_bytes(text + AT_SPAN, ret->span, SPAN_ID_BYTES) ||
        !read_bytes(text + AT_FLAGS, &flags, 1))
        return false;
    ret->sampled = flags & 1;
    ret->exists = !is_zero(ret->trace, TRACE_ID_BYTES) && !is_zero(ret->span, SPAN_ID_BYTES);
    return ret->exists;
}

void trace_format(const struct trace_context *context, char text[TRACEPARENT_SIZE])
{
    memcpy(text, "00-", AT_TRACE);
    write_bytes(context->trace, TRACE_ID_BYTES, text + AT_TRACE);
    text[AT_SPAN - 1] = '-';
    write_bytes(context->span, SPAN_ID_BYTES, text + AT_SPAN);
    memcpy(text + AT_FLAGS - 1, context->sampled ? "-01" : "-00", 4);
}

struct trace_context trace_child(const struct trace_context *parent)
{
    struct trace_context child = *parent;

    if (child.exists)
        crypto_random(child.span, SPAN_ID_BYTES);
    return child;
}

void trace_set_current(const struct trace_context *context)
{
    current = context ? *context : (struct trace_context){0};
}

struct trace_context trace_current(void)
{
    return current;
}

void span_init(struct span *span, enum span_kind kind, const char *name,
               const struct trace_context *context, const struct trace_context *parent)
{
    span->context = *context;
    memset(span->parent, 0, SPAN_ID_BYTES);
    if (parent && parent->exists)
        memcpy(span->parent, parent->span, SPAN_ID_BYTES);
    span->kind = kind;
    text_copy(span->name, SPAN_TEXT_SIZE, name);
    span->started_us = span->duration_us = 0;
    span->problem[0] = '\0';
    span->attribute_count = 0;
}

static struct span_attribute *new_attribute(struct span *span, const char *name)
{
    if (span->attribute_count == SPAN_ATTRIBUTES)
        return NULL;
    struct span_attribute *attribute = &span->attributes[span->attribute_count++];
    attribute->name = name;
    return attribute;
}

void span_text(struct span *span, const char *name, const char *text)
{
    struct span_attribute *attribute = text ? new_attribute(span, name) : NULL;

    if (!attribute)
        return;
    attribute->is_text = true;
    text_copy(attribute->text, SPAN_TEXT_SIZE, text);
    text_tame(attribute->text);
}

void span_number(struct span *span, const char *name, int64_t number)
{
    struct span_attribute *attribute = new_attribute(span, name);

    if (!attribute)
        return;
    attribute->is_text = false;
    attribute->number = number;
}
