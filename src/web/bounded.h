/*
 * bounded.h: what is remembered of strangers: a value for each text, for at most so many texts.
 *
 * When the table is full the entry that was used longest ago goes. Texts are kept as keyed digests
 * only, so that nobody can choose texts that collide, and a long one costs no more than a short
 * one. Not for several threads at once: the owner locks.
 */
#ifndef LISTSYNC_WEB_BOUNDED_H
#define LISTSYNC_WEB_BOUNDED_H

#include <stddef.h>

struct bounded;

struct bounded *bounded_new(size_t most, size_t value_size);
void bounded_free(struct bounded *table); /* NULL is fine */
/* NULL when it is not there; else it counts as used now. Valid until the next bounded_add. */
void *bounded_find(struct bounded *table, const char *text);
/* The same, added with a zeroed value when it is not there. */
void *bounded_add(struct bounded *table, const char *text);
size_t bounded_count(const struct bounded *table);

#endif
