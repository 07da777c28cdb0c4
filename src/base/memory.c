#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *pointer)
{
    if (!pointer) {
        fputs("listsync: out of memory\n", stderr);
        abort();
    }
    return pointer;
}

void *memory_new(size_t size)
{
    return must(calloc(1, size ? size : 1));
}

void *memory_array(size_t count, size_t size)
{
    return must(calloc(count ? count : 1, size ? size : 1));
}

void *memory_resize(void *old, size_t count, size_t size)
{
    return must(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *memory_text(const char *text)
{
    return text ? must(strdup(text)) : NULL;
}

char *memory_text_n(const char *text, size_t length)
{
    const char *end = memchr(text, '\0', length);
    size_t kept = end ? (size_t)(end - text) : length;
    char *copy = memory_new(kept + 1);

    memcpy(copy, text, kept);
    return copy;
}

char *memory_print_list(const char *format, va_list arguments)
{
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);

    return must(length < 0 ? NULL : text);
}

char *memory_print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = memory_print_list(format, arguments);
    va_end(arguments);
    return text;
}

void memory_release_local(void *pointer_to_pointer)
{
    free(*(void **)pointer_to_pointer);
}
