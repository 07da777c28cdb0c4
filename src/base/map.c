#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FIRST_CAPACITY = 32 };

static uint64_t hash(const char *key)
{
    uint64_t value = 14695981039346656037u; /* FNV-1a, 64 bit */

    for (; *key; key++)
        value = (value ^ (unsigned char)*key) * 1099511628211u;
    return value;
}

/* The entry of `key`, or the free place where it belongs. Needs capacity > count. */
static struct map_entry *place_of(const struct map *map, const char *key)
{
    size_t mask = map->capacity - 1;
    size_t at = hash(key) & mask;

    while (map->entries[at].key && strcmp(map->entries[at].key, key) != 0)
        at = (at + 1) & mask;
    return &map->entries[at];
}

static void enlarge(struct map *map)
{
    struct map old = *map;

    map->capacity = old.capacity ? old.capacity * 2 : FIRST_CAPACITY;
    map->entries = memory_array(map->capacity, sizeof(*map->entries));
    for (size_t i = 0; i < old.capacity; i++)
        if (old.entries[i].key)
            *place_of(map, old.entries[i].key) = old.entries[i];
    free(old.entries);
}

void map_release(struct map *map)
{
    for (size_t i = 0; i < map->capacity; i++)
        free(map->entries[i].key);
    free(map->entries);
    *map = (struct map){0};
}

void *map_get(const struct map *map, const char *key)
{
    return map->capacity ? place_of(map, key)->value : NULL;
}

bool map_has(const struct map *map, const char *key)
{
    return map->capacity && place_of(map, key)->key;
}

void map_set(struct map *map, const char *key, void *value)
{
    if ((map->count + 1) * 4 > map->capacity * 3)
        enlarge(map);
    struct map_entry *entry = place_of(map, key);
    if (!entry->key) {
        entry->key = memory_text(key);
        map->count++;
    }
    entry->value = value;
}
