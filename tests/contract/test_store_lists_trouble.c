/* Lists in trouble: which, and since which run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/lists_trouble.h"
#include "support/store_world.h"

static struct list_troubles find(struct store_world *world)
{
    struct list_troubles troubles = {0};

    must(world, lists_in_trouble(world->store, world->arena, &troubles, &world->error));
    return troubles;
}

/* A reading by a run that began at this time. */
static void read_at(struct store_world *world, const char *at, int64_t list, enum outcome outcome)
{
    int64_t run = store_world_run(world);
    struct db_statement *statement =
        db_prepare(world->store->db, "UPDATE sync_history SET sync_started = $2 WHERE id = $1");

    db_bind_integer(statement, 1, run);
    db_bind_text(statement, 2, at);
    assert_false(db_step(statement));
    must(world, db_finish(statement, &world->error));
    store_world_read(world, list, outcome, NULL, 0);
    must(world, runs_record_list(world->store, run, list, outcome, 0, "", &world->error));
}

static void
test_a_list_is_in_trouble_since_the_first_run_that_failed_after_the_last_good_one(void **state)
{
    struct store_world *world = *state;
    int64_t list = store_world_list(world, "imdb", "ls1");

    assert_int_equal(find(world).count, 0);
    read_at(world, "2026-01-01 00:00:00", list, OUTCOME_BLOCKED);
    read_at(world, "2026-01-02 00:00:00", list, OUTCOME_EMPTY);
    assert_int_equal(find(world).count, 0);
    read_at(world, "2026-01-03 00:00:00", list, OUTCOME_BLOCKED);
    read_at(world, "2026-01-04 00:00:00", list, OUTCOME_UNREACHABLE);
    struct list_troubles troubles = find(world);
    assert_int_equal(troubles.count, 1);
    assert_int_equal(troubles.items[0].list.id, list);
    assert_int_equal(troubles.items[0].outcome, OUTCOME_UNREACHABLE);
    assert_string_equal(troubles.items[0].since, "2026-01-03 00:00:00");
}

static void test_what_a_key_would_heal_comes_first(void **state)
{
    struct store_world *world = *state;
    int64_t blocked = store_world_list(world, "letterboxd", "dave/watchlist");
    int64_t keyless = store_world_list(world, "trakt", "trending:movies");
    int64_t stopped = store_world_list(world, "imdb", "ls1");

    store_world_read(world, blocked, OUTCOME_BLOCKED, NULL, 0);
    store_world_read(world, keyless, OUTCOME_AUTH_FAILED, NULL, 0);
    store_world_read(world, stopped, OUTCOME_CANCELLED, NULL, 0);
    struct list_troubles troubles = find(world);
    assert_int_equal(troubles.count, 2);
    assert_int_equal(troubles.items[0].list.id, keyless);
    assert_int_equal(troubles.items[1].list.id, blocked);
    assert_string_equal(troubles.items[1].since, "");
}

#define STORE_TEST(name)                                                                           \
    cmocka_unit_test_setup_teardown(name, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(
            test_a_list_is_in_trouble_since_the_first_run_that_failed_after_the_last_good_one),
        STORE_TEST(test_what_a_key_would_heal_comes_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
