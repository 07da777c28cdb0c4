/*
 * arena.h: many small allocations, released all at once.
 *
 * One arena per run (items, ids, reasons live as long as the run) and one per parsed answer.
 * An arena belongs to one thread. Nothing taken from it may be freed on its own.
 */
#ifndef LISTSYNC_BASE_ARENA_H
#define LISTSYNC_BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is fine */

void *arena_take(struct arena *arena, size_t size);      /* zeroed, aligned for any type */
char *arena_text(struct arena *arena, const char *text); /* copy; NULL stays NULL */
char *arena_text_n(struct arena *arena, const char *text, size_t length);
char *arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void arena_free_local(struct arena **arena);
#define AUTO_ARENA __attribute__((cleanup(arena_free_local)))

#endif
