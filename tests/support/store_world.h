/*
 * store_world.h: a fresh database in a directory of its own, and short ways to fill and ask it.
 *
 *     static void test_something(void **state)
 *     {
 *         struct store_world *world = *state;
 *         int64_t list = store_world_list(world, "imdb", "ls1");
 *         must(world, lists_...(world->store, ..., &world->error));
 *     }
 *     cmocka_unit_test_setup_teardown(test_something, store_world_setup, store_world_teardown)
 *
 * Include cmocka.h and what it needs first.
 */
#ifndef TESTS_SUPPORT_STORE_WORLD_H
#define TESTS_SUPPORT_STORE_WORLD_H

#include "model/merge.h"
#include "store/lists.h"
#include "store/runs.h"
#include "support/temp_dir.h"

struct store_world {
    struct temp_dir dir;
    char *path; /* of the database file */
    struct store *store;
    struct arena *arena;
    struct error error;
};

/* For tests that open the database themselves: as below, but `store` is NULL. */
int store_world_setup_empty(void **state);
int store_world_setup(void **state);
int store_world_teardown(void **state);

/* With clocks that stand still: both show this, 1700000000000 at the start. */
extern int64_t store_world_time;
int store_world_setup_still(void **state);
int store_world_teardown_still(void **state);

/* Closes and opens the store again, as the next start of the program would. */
void store_world_reopen(struct store_world *world);

int64_t store_world_list(struct store_world *world, const char *type, const char *id);
int64_t store_world_run(struct store_world *world);
/* Records a reading of these entries (NULL: none) with the outcome. */
void store_world_read(struct store_world *world, int64_t list_id, enum outcome outcome,
                      const struct entry *entries, size_t count);
/* Records the item under its own key, and returns the row's id. */
int64_t store_world_item(struct store_world *world, int64_t run_id, const struct item *item);

/* A film that was asked for, as a sync leaves it. */
extern const struct item store_world_heat;
int64_t store_world_items(struct store_world *world); /* rows of synced_items */
struct item_stories store_world_explain(struct store_world *world, const char *query);

/* The first column of the first row. `sql` must be a literal. */
int64_t store_world_number(struct store_world *world, const char *sql);
char *store_world_text(struct store_world *world, const char *sql); /* in the arena */

/* Fails the test with the message if the call did not succeed. */
#define must(world, call)                                                                          \
    do {                                                                                           \
        if ((call) != ERROR_NONE)                                                                  \
            fail_msg("%s: %s", #call, (world)->error.message);                                     \
    } while (0)

#endif
