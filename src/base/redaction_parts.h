/*
 * redaction_parts.h: one thing to be found, for redaction.c and redaction_forms.c alone.
 */
#ifndef LISTSYNC_BASE_REDACTION_PARTS_H
#define LISTSYNC_BASE_REDACTION_PARTS_H

#include <stdbool.h>

#include "base/redaction.h"

struct redaction_mark {
    char *bytes;
    size_t length;
    char *stand_in; /* NULL: stars */
    bool is_word;   /* counts as a whole word only */
};

void redaction_add(struct redaction *redaction, const char *bytes, size_t length);
/* Hexadecimal and base64 of it, as further marks. */
void redaction_add_forms(struct redaction *redaction, const char *bytes, size_t length);

/*
 * How much of `text` is the mark, in any mixture of ways to write its characters; 0: it does not
 * begin here. Of a long mark its beginning is enough.
 */
size_t redaction_match(const struct redaction_mark *mark, const char *text, size_t length);
/* The character that is written here, and in how many; raw ones too. */
size_t redaction_read(const char *text, size_t length, unsigned char *ret);

#endif
