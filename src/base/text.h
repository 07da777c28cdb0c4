/*
 * text.h: small questions about C strings and bytes. Pure; any thread.
 */
#ifndef LISTSYNC_BASE_TEXT_H
#define LISTSYNC_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool text_starts_with(const char *text, const char *prefix);
bool text_starts_with_ignoring_case(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);
bool text_equal(const char *a, const char *b);               /* NULL equals only NULL */
bool text_equal_ignoring_case(const char *a, const char *b); /* ASCII case; NULL equals only NULL */
bool text_is_empty(const char *text);                        /* NULL or "" */
bool text_is_digits(const char *text);                       /* at least one, all 0-9 */

/* Whole-text decimal number in [low, high]; false when anything else is there. */
bool text_to_integer(const char *text, int64_t low, int64_t high, int64_t *ret);

/* Removes white space at both ends in place and returns the first other character. */
char *text_trim(char *text);

/* Cuts `text` at the first character of `set`, in place. */
void text_cut_at(char *text, const char *set);

/* Past the mark (U+FEFF) with which editors on Windows begin a file; a text without it as it is. */
char *text_after_mark(char *text);
/* Edits from a to b (insert, delete, replace, swap): "did you mean". Texts up to 64 bytes. */
size_t text_distance(const char *a, const char *b);

/* Copies, cutting at whole UTF-8 characters if it does not fit. `size` > 0. */
void text_copy(char *target, size_t size, const char *source);

/*
 * Makes foreign bytes valid UTF-8 in place of what is not: returns a fresh copy (free()) in which
 * each bad byte and each NUL became U+FFFD. A byte order mark at the start is dropped.
 */
char *text_valid_utf8(const char *bytes, size_t length, size_t *ret_length);

/* True for valid UTF-8 without a NUL and without a byte order mark at the start. */
bool text_is_valid_utf8(const char *bytes, size_t length);

/*
 * Makes foreign text harmless to whoever reads it on a terminal, in place: control characters
 * (C0, DEL, C1, line breaks) become blanks, and what turns the direction of writing is dropped.
 */
void text_tame(char *text);

/* Terminal columns of UTF-8 text: two for wide characters, none for combining ones. */
size_t text_columns(const char *text);
/* Bytes of the longest start of `text` that fits into so many columns. */
size_t text_fitting(const char *text, size_t columns);

#endif
