/*
 * buffer.h: growing bytes with a limit.
 *
 * Append freely, check once: an append that would pass the limit sets `overflowed`, adds nothing,
 * and every later append does nothing either. The bytes are always followed by a NUL.
 * Each buffer states its limit when it is made; the limits of foreign input are listed here.
 */
#ifndef LISTSYNC_BASE_BUFFER_H
#define LISTSYNC_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

enum {
    BUFFER_LIMIT_TEXT = 1 << 20,        /* our own sentences, requests, reasons */
    BUFFER_LIMIT_ANSWER = 8 << 20,      /* one page or API answer of a source */
    BUFFER_LIMIT_MEDIA_PAGE = 16 << 20, /* one page of Seerr's /media, about 1.1 kB a row */
    BUFFER_LIMIT_FILE = 32 << 20,       /* an exported file of the user */
};

struct buffer {
    char *bytes; /* NULL until the first append */
    size_t length;
    size_t capacity;
    size_t limit;
    bool overflowed;
};

void buffer_init(struct buffer *buffer, size_t limit);
void buffer_release(struct buffer *buffer); /* frees the bytes; the limit stays */
void buffer_clear(struct buffer *buffer);   /* length 0, memory kept, overflow forgotten */

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_byte(struct buffer *buffer, char byte);
void buffer_print(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The bytes as text, "" when empty; valid until the next change. */
const char *buffer_string(const struct buffer *buffer);

#define AUTO_BUFFER __attribute__((cleanup(buffer_release)))
#define BUFFER_WITH_LIMIT(bytes_)                                                                  \
    {                                                                                              \
        .limit = (bytes_)                                                                          \
    }

#endif
