/*
 * map.h: text to pointer, hashed. Keys are copied; values are the caller's.
 * Not for several threads at once.
 */
#ifndef LISTSYNC_BASE_MAP_H
#define LISTSYNC_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map_entry {
    char *key;
    void *value;
};

struct map {
    struct map_entry *entries; /* open addressing; key NULL: free place */
    size_t count;
    size_t capacity;
};

void map_release(struct map *map);
void *map_get(const struct map *map, const char *key); /* NULL when absent */
bool map_has(const struct map *map, const char *key);
void map_set(struct map *map, const char *key, void *value); /* replaces; value may be NULL */

#define AUTO_MAP __attribute__((cleanup(map_release)))

#endif
