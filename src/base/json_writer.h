/*
 * json_writer.h: JSON written straight into a buffer, without a tree.
 *
 * Calls follow the shape of the document; commas, quotes and escapes are the writer's work.
 * A call that does not fit the shape (a second top-level value, a key in an array) is our own
 * mistake and stops the program. `key` is NULL inside an array and at the top.
 *
 *     struct json_writer json = json_writer_to(&buffer);
 *     json_begin_object(&json, NULL);
 *     json_put_text(&json, "state", "completed");
 *     json_end_object(&json);
 */
#ifndef LISTSYNC_BASE_JSON_WRITER_H
#define LISTSYNC_BASE_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

enum { JSON_WRITER_DEPTH = 32 };

struct json_writer {
    struct buffer *out;
    char closers[JSON_WRITER_DEPTH];
    int depth;
    bool needs_comma;
};

struct json_writer json_writer_to(struct buffer *out);

void json_begin_object(struct json_writer *json, const char *key);
void json_end_object(struct json_writer *json);
void json_begin_array(struct json_writer *json, const char *key);
void json_end_array(struct json_writer *json);

void json_put_text(struct json_writer *json, const char *key, const char *value); /* NULL: null */
void json_put_number(struct json_writer *json, const char *key, int64_t value);
void json_put_number_or_null(struct json_writer *json, const char *key,
                             int64_t value); /* 0: null */
void json_put_decimal(struct json_writer *json, const char *key,
                      double value); /* NaN, infinite: null */
void json_put_bool(struct json_writer *json, const char *key, bool value);
/* `text` is one whole JSON value already. */
void json_put_raw(struct json_writer *json, const char *key, const char *text);

#endif
