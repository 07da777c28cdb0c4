#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"

enum { FIRST_CAPACITY = 256, FEW = 128 };

void buffer_init(struct buffer *buffer, size_t limit)
{
    *buffer = (struct buffer)BUFFER_WITH_LIMIT(limit);
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->bytes);
    buffer_init(buffer, buffer->limit);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->overflowed = false;
    if (buffer->bytes)
        buffer->bytes[0] = '\0';
}

static bool make_room(struct buffer *buffer, size_t extra)
{
    CHECK(buffer->limit > 0);
    if (buffer->overflowed || extra > buffer->limit - buffer->length) {
        buffer->overflowed = true;
        return false;
    }
    size_t needed = buffer->length + extra + 1;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
        while (capacity < needed)
            capacity *= 2;
        buffer->bytes = memory_resize(buffer->bytes, capacity, 1);
        buffer->capacity = capacity;
    }
    return true;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (!make_room(buffer, length))
        return;
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_byte(struct buffer *buffer, char byte)
{
    buffer_append(buffer, &byte, 1);
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
    char few[FEW];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(few, sizeof(few), format, arguments);
    va_end(arguments);
    if (length >= 0 && length < FEW) {
        buffer_append(buffer, few, (size_t)length);
        return;
    }
    va_start(arguments, format);
    AUTO_FREE char *text = memory_print_list(format, arguments);
    va_end(arguments);
    buffer_text(buffer, text);
}

const char *buffer_string(const struct buffer *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}
