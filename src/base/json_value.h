/*
 * json_value.h: foreign JSON, parsed and asked.
 *
 * The only file that includes jansson is json_value.c. Parsing is strict (RFC 8259, no duplicate
 * keys, depth at most 2048, as many values as would not fill the memory); bytes that are no UTF-8
 * and escapes that are no character become U+FFFD first, because one bad title must not cost a
 * whole list. Every question is tolerant: asking NULL, a missing key or a value of another kind
 * answers NULL, 0 or false, so that a reader can walk a path and check once.
 *
 * A document is owned by whoever parsed it; values borrowed from it live as long as it does.
 * One thread at a time per document.
 */
#ifndef LISTSYNC_BASE_JSON_VALUE_H
#define LISTSYNC_BASE_JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct json_value;

/* A list of 50000 titles has fewer. Each takes a hundred bytes of memory or two. */
enum { JSON_CONTAINERS_MOST = 500000, JSON_VALUES_MOST = 4000000 };

/* ERROR_FORMAT with the parser's own words and the place; ERROR_LIMIT past the values that follow.
 */
enum error_code json_value_parse(const char *bytes, size_t length, struct json_value **ret,
                                 struct error *error);
void json_value_free(struct json_value *document); /* NULL is fine */

const struct json_value *json_value_get(const struct json_value *object, const char *key);
/* Walks objects by names joined with dots: "data.list.titleListItemSearch". */
const struct json_value *json_value_path(const struct json_value *value, const char *path);

bool json_value_is_object(const struct json_value *value);
bool json_value_is_array(const struct json_value *value);
bool json_value_is_null(const struct json_value *value); /* present and null */
size_t json_value_count(const struct json_value *array); /* 0 for anything but an array */
const struct json_value *json_value_at(const struct json_value *array, size_t index);

const char *json_value_text(const struct json_value *value); /* NULL if it is no string */
/* Integer, or a string of digits (ids come as either); 0 when it is neither. */
int64_t json_value_integer(const struct json_value *value);
bool json_value_is_integer(const struct json_value *value);
bool json_value_is_number(const struct json_value *value); /* integer or fraction */
double json_value_number(const struct json_value *value);
bool json_value_is_switch(const struct json_value *value); /* true or false */
bool json_value_is_true(const struct json_value *value);

/* The same two by key, because readers ask them most. */
const char *json_value_get_text(const struct json_value *object, const char *key);
int64_t json_value_get_integer(const struct json_value *object, const char *key);

/* "an object", "an array", "nothing": for sentences that say what was found. */
const char *json_value_kind(const struct json_value *value);

/* Calls back for each member of an object, in no fixed order. */
void json_value_each(const struct json_value *object,
                     void (*visit)(void *context, const char *key, const struct json_value *value),
                     void *context);

void json_value_free_local(struct json_value **document);
#define AUTO_JSON __attribute__((cleanup(json_value_free_local)))

const char *json_library_version(void); /* jansson's */

#endif
