#include "web/bounded.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/memory.h"

enum { DIGEST_SIZE = 32, NOBODY = -1 };

/* An entry is in the chain of its place in `places` and in the line of last use. */
struct entry {
    uint8_t digest[DIGEST_SIZE];
    int next_in_chain;
    int newer, older;
};

struct bounded {
    struct crypto_key key;
    struct entry *entries;
    char *values;
    int *places;
    int most, count;
    int newest, oldest;
    size_t value_size;
};

struct bounded *bounded_new(size_t most, size_t value_size)
{
    struct bounded *table = memory_new(sizeof(*table));

    crypto_random(table->key.bytes, sizeof(table->key.bytes));
    table->most = (int)most;
    table->value_size = value_size;
    table->newest = table->oldest = NOBODY;
    table->entries = memory_array(most, sizeof(*table->entries));
    table->values = memory_array(most, value_size);
    table->places = memory_array(most, sizeof(*table->places));
    for (int i = 0; i < table->most; i++)
        table->places[i] = NOBODY;
    return table;
}

void bounded_free(struct bounded *table)
{
    if (!table)
        return;
    free(table->entries);
    free(table->values);
    free(table->places);
    free(table);
}

static int *place_of(struct bounded *table, const uint8_t digest[DIGEST_SIZE])
{
    uint32_t number = 0;

    memcpy(&number, digest, sizeof(number));
    return &table->places[number % (uint32_t)table->most];
}

static void leave_line(struct bounded *table, int index)
{
    const struct entry *entry = &table->entries[index];

    *(entry->newer == NOBODY ? &table->newest : &table->entries[entry->newer].older) = entry->older;
    *(entry->older == NOBODY ? &table->oldest : &table->entries[entry->older].newer) = entry->newer;
}

static void join_line(struct bounded *table, int index)
{
    struct entry *entry = &table->entries[index];

    entry->newer = NOBODY;
    entry->older = table->newest;
    *(table->newest == NOBODY ? &table->oldest : &table->entries[table->newest].newer) = index;
    table->newest = index;
}

static void *value_at(struct bounded *table, int index)
{
    return table->values + (size_t)index * table->value_size;
}

static int look_up(struct bounded *table, const uint8_t digest[DIGEST_SIZE])
{
    int index = *place_of(table, digest);

    while (index != NOBODY && memcmp(table->entries[index].digest, digest, DIGEST_SIZE) != 0)
        index = table->entries[index].next_in_chain;
    if (index != NOBODY) {
        leave_line(table, index);
        join_line(table, index);
    }
    return index;
}

static void leave_chain(struct bounded *table, int index)
{
    int *link = place_of(table, table->entries[index].digest);

    while (*link != index)
        link = &table->entries[*link].next_in_chain;
    *link = table->entries[index].next_in_chain;
}

/* A free entry, or that of whoever was here longest ago. */
static int make_room(struct bounded *table)
{
    if (table->count < table->most)
        return table->count++;
    int index = table->oldest;
    leave_line(table, index);
    leave_chain(table, index);
    return index;
}

static void digest_of(const struct bounded *table, const char *text, uint8_t ret[DIGEST_SIZE])
{
    crypto_hmac(table->key.bytes, sizeof(table->key.bytes), text, strlen(text), ret);
}

void *bounded_find(struct bounded *table, const char *text)
{
    uint8_t digest[DIGEST_SIZE];

    digest_of(table, text, digest);
    int index = look_up(table, digest);
    return index == NOBODY ? NULL : value_at(table, index);
}

void *bounded_add(struct bounded *table, const char *text)
{
    uint8_t digest[DIGEST_SIZE];

    digest_of(table, text, digest);
    int index = look_up(table, digest);
    if (index != NOBODY)
        return value_at(table, index);
    index = make_room(table);
    memcpy(table->entries[index].digest, digest, DIGEST_SIZE);
    int *place = place_of(table, digest);
    table->entries[index].next_in_chain = *place;
    *place = index;
    join_line(table, index);
    return memset(value_at(table, index), 0, table->value_size);
}

size_t bounded_count(const struct bounded *table)
{
    return (size_t)table->count;
}
