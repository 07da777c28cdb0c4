/*
 * big_store.h: a database as a busy household has it after years, for plans and times.
 *
 * 100,000 items in 30 lists of eight sources, 10,000 hourly runs that end at `now`, all made from
 * a fixed seed with plain inserts: the same call makes the same rows. The newest run decided every
 * item; runs older than the newest 20 are thinned out to what they requested, as retention.h says.
 */
#ifndef TESTS_SUPPORT_BIG_STORE_H
#define TESTS_SUPPORT_BIG_STORE_H

#include <stdint.h>

#include "store/store.h"

struct big_store {
    int items, lists, runs;
};

#define BIG_STORE_USUAL ((struct big_store){100000, 30, 10000})

/* Into a store that was just made; one transaction. `now` is wall time in milliseconds. */
enum error_code big_store_fill(struct store *store, const struct big_store *size, int64_t now,
                               struct error *error);
/* For cmocka: a store_world.h with these rows. */
int big_store_setup(void **state, const struct big_store *size, int64_t now);

#endif
