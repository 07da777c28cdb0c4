/*
 * redaction.h: takes known secrets out of text that is about to leave the house.
 *
 * A redaction is told what must not be seen and finds it in whatever form it was written: as it is,
 * percent-encoded or escaped as in JSON (all of it or some), hexadecimal, inside of base64 of
 * either alphabet, and cut off after REDACTION_CUT characters or more. What it finds becomes stars,
 * or the word that stands for a name.
 *
 * It is the last wall and not the first: whoever writes a report leaves secrets out. It cannot find
 * what it was not told, nor secrets shorter than REDACTION_LEAST.
 *
 * One thread fills it in; afterwards any may ask. Its memory is wiped when it is freed.
 */
#ifndef LISTSYNC_BASE_REDACTION_H
#define LISTSYNC_BASE_REDACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

enum { REDACTION_LEAST = 4, REDACTION_CUT = 8 };

#define REDACTION_STARS "********"

struct redaction;

struct redaction *redaction_new(void);
void redaction_free(struct redaction *redaction); /* NULL is fine */

/*
 * A word of the report's own: no name, and no part of an address, if that is all it says. Before
 * the others. (A secret is hidden all the same.)
 */
void redaction_keep(struct redaction *redaction, const char *word);
/* NULL, "" and what is too short are ignored. */
void redaction_hide(struct redaction *redaction, const char *secret);
void redaction_hide_bytes(struct redaction *redaction, const void *bytes, size_t length);
/* Of an address: user and password, the parts of its path, the values of its query. Its host is
 * told by nobody but who names it (redaction_name). */
void redaction_hide_address(struct redaction *redaction, const char *address);
/* No secret, but nobody's business: where it is a whole word, `stand_in` takes its place. */
void redaction_name(struct redaction *redaction, const char *name, const char *stand_in);

/* Whether there is anything in the text that must not be seen. */
bool redaction_finds(const struct redaction *redaction, const char *text, size_t length);
/* Appends the text without what must not be seen. */
void redaction_apply(const struct redaction *redaction, const char *text, size_t length,
                     struct buffer *out);

void redaction_free_local(struct redaction **redaction);
#define AUTO_REDACTION __attribute__((cleanup(redaction_free_local)))

#endif
