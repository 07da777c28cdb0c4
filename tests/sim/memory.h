/*
 * memory.h: allocation for the simulator: running out of memory ends the program, so callers never
 * check.
 */

#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

/* Makes room for one more item of `item_size` bytes after `count`; returns the (moved) array. */
void *sim_grow(void *array, size_t count, size_t *capacity, size_t item_size);

/* A copy of `text`, freed by the caller; NULL gives NULL. */
char *sim_copy(const char *text);

/* printf into fresh memory, freed by the caller. */
char *sim_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
