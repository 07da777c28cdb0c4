/*
 * list_text.h: lists as lines of text: the original's export ("ListSync - Lists Export"), or one a
 * line, TYPE:ID or an address; lines that begin with # are comments. What a line means is the
 * business of provider_parse.
 */
#ifndef LISTSYNC_MODEL_LIST_TEXT_H
#define LISTSYNC_MODEL_LIST_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct list_line {
    int64_t number;    /* from 1 */
    const char *type;  /* NULL: the input says it */
    const char *input; /* points into the text */
};

struct list_lines {
    struct list_line *items; /* in the arena */
    size_t count;
};

/* Cuts `text` into pieces in place; it must live as long as they. false: there are more than that.
 */
bool list_text_read(char *text, size_t most, struct arena *arena, struct list_lines *ret);
/* Whether it begins as the original's export does. */
bool list_text_is_export(const char *text);

#endif
