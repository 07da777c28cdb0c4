/* Runs that wait: each order is kept, run once, and survives the end of the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/store_world.h"

static const struct stored_run by_anna = {.mode = RUN_SINGLE,
                                          .trigger = RUN_BY_API,
                                          .lists = "3,7",
                                          .items = "12",
                                          .requested_by = "anna",
                                          .is_4k = true};

static int64_t queue(struct store_world *world, const struct stored_run *order, bool expect_again)
{
    int64_t id = 0;
    bool again = !expect_again;

    must(world, runs_queue(world->store, order, &id, &again, &world->error));
    assert_int_equal(again, expect_again);
    return id;
}

static struct stored_run find(struct store_world *world, int64_t id)
{
    struct stored_run run = {0};

    must(world, runs_find(world->store, world->arena, id, &run, &world->error));
    return run;
}

static int64_t next(struct store_world *world)
{
    struct stored_run run = {0};
    enum error_code rc = runs_next_queued(world->store, world->arena, &run, &world->error);

    assert_true(rc == ERROR_NONE || rc == ERROR_NOT_FOUND);
    return run.id;
}

static void test_an_order_is_kept_as_it_was_given(void **state)
{
    struct store_world *world = *state;
    int64_t id = queue(world, &by_anna, false);

    store_world_reopen(world);
    struct stored_run run = find(world, id);
    assert_int_equal(run.state, RUN_QUEUED);
    assert_int_equal(run.mode, RUN_SINGLE);
    assert_int_equal(run.trigger, RUN_BY_API);
    assert_false(run.dry_run);
    assert_true(run.is_4k);
    assert_string_equal(run.lists, "3,7");
    assert_string_equal(run.items, "12");
    assert_string_equal(run.requested_by, "anna");
    assert_int_equal(run.attempt, 1);
    assert_string_equal(run.queued_at, "2023-11-14 22:13:20");
    assert_string_equal(run.started, run.queued_at);
    assert_string_equal(run.completed, "");
    assert_string_equal(run.undone_at, "");
}

static void test_asking_again_finds_what_waits(void **state)
{
    struct store_world *world = *state;
    struct stored_run by_bert = by_anna;
    int64_t id = queue(world, &by_anna, false);

    by_bert.requested_by = "bert";
    by_bert.trigger = RUN_BY_SCHEDULE;
    assert_int_equal(queue(world, &by_bert, true), id);
    assert_string_equal(find(world, id).requested_by, "anna");
    must(world, runs_start(world->store, id, &world->error));
    by_bert.joins = true;
    assert_int_equal(queue(world, &by_bert, true), id);
    by_bert.joins = false;
    assert_int_not_equal(queue(world, &by_bert, false), id);
}

static void test_orders_that_differ_wait_each(void **state)
{
    struct store_world *world = *state;
    struct stored_run orders[] = {by_anna, by_anna, by_anna, by_anna, by_anna, by_anna};
    int64_t waiting = 0;

    orders[1].mode = RUN_FULL;
    orders[2].dry_run = true;
    orders[3].lists = "3";
    orders[4].items = "";
    orders[5].is_4k = false;
    for (size_t i = 0; i < ARRAY_LENGTH(orders); i++)
        queue(world, &orders[i], false);
    must(world, runs_count_queued(world->store, &waiting, &world->error));
    assert_int_equal(waiting, ARRAY_LENGTH(orders));
}

static void test_the_one_that_waits_longest_is_next(void **state)
{
    struct store_world *world = *state;
    struct stored_run other = by_anna;

    other.lists = "9";
    assert_int_equal(next(world), 0);
    int64_t first = queue(world, &by_anna, false), second = queue(world, &other, false);
    assert_int_equal(next(world), first);
    store_world_time += 5000;
    must(world, runs_start(world->store, first, &world->error));
    assert_int_equal(next(world), second);
    struct stored_run run = find(world, first);
    assert_int_equal(run.state, RUN_RUNNING);
    assert_string_equal(run.started, "2023-11-14 22:13:25");
    assert_string_equal(run.queued_at, "2023-11-14 22:13:20");
    assert_int_equal(runs_start(world->store, first, &world->error), ERROR_NOT_FOUND);
}

static void test_what_waits_can_be_called_off_and_what_runs_cannot(void **state)
{
    struct store_world *world = *state;
    struct stored_run other = by_anna;

    other.lists = "9";
    int64_t waits = queue(world, &by_anna, false), runs = queue(world, &other, false);
    must(world, runs_start(world->store, runs, &world->error));
    must(world, runs_cancel_queued(world->store, waits, &world->error));
    assert_int_equal(find(world, waits).state, RUN_CANCELLED);
    assert_string_not_equal(find(world, waits).completed, "");
    assert_int_equal(runs_cancel_queued(world->store, waits, &world->error), ERROR_NOT_FOUND);
    assert_int_equal(runs_start(world->store, waits, &world->error), ERROR_NOT_FOUND);
    assert_int_equal(runs_cancel_queued(world->store, runs, &world->error), ERROR_NOT_FOUND);
    assert_int_equal(find(world, runs).state, RUN_RUNNING);
    assert_int_equal(next(world), 0);
}

static void test_a_run_that_was_cut_off_can_be_queued_again(void **state)
{
    struct store_world *world = *state;
    struct stored_run other = by_anna;
    struct stored_runs cut_off;

    other.lists = "9";
    int64_t runs = queue(world, &by_anna, false), waits = queue(world, &other, false);
    must(world, runs_start(world->store, runs, &world->error));
    store_world_reopen(world);
    must(world, runs_take_interrupted(world->store, world->arena, &cut_off, &world->error));
    assert_int_equal(cut_off.count, 1);
    assert_int_equal(cut_off.items[0].id, runs);
    assert_int_equal(find(world, runs).state, RUN_FAILED);
    assert_int_equal(find(world, waits).state, RUN_QUEUED);
    struct stored_run again = cut_off.items[0];
    again.attempt++;
    again = find(world, queue(world, &again, false));
    assert_int_equal(again.attempt, 2);
    assert_string_equal(again.lists, "3,7");
    assert_true(again.is_4k);
    must(world, runs_take_interrupted(world->store, world->arena, &cut_off, &world->error));
    assert_int_equal(cut_off.count, 0);
}

static void test_so_many_runs_wait_and_no_more(void **state)
{
    struct store_world *world = *state;
    struct stored_run order = by_anna;
    int64_t id = 0;
    bool again;

    must(world, store_begin(world->store, &world->error));
    for (int i = 0; i < RUNS_QUEUED_MOST; i++) {
        order.lists = arena_print(world->arena, "%d", i);
        queue(world, &order, false);
    }
    must(world, store_end(world->store, ERROR_NONE, &world->error));
    order.lists = "one more";
    assert_int_equal(runs_queue(world->store, &order, &id, &again, &world->error), ERROR_LIMIT);
    order.lists = "7";
    queue(world, &order, true);
    order.lists = "cut off";
    order.attempt = 2;
    queue(world, &order, false);
}

static void test_runs_that_wait_do_not_push_out_what_old_runs_decided(void **state)
{
    struct store_world *world = *state;
    const struct item heat = {.title = "Heat", .media_type = MEDIA_MOVIE, .ids = {.tmdb = 949}};
    int64_t old = store_world_run(world), newer = store_world_run(world);
    struct stored_run order = by_anna;

    store_world_item(world, old, &heat);
    store_world_item(world, newer, &heat);
    for (int i = 0; i < 30; i++) {
        order.lists = arena_print(world->arena, "%d", i);
        queue(world, &order, false);
    }
    const struct stored_run end = {.id = newer, .state = RUN_COMPLETED};
    must(world, runs_finish(world->store, &end, &world->error));
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM run_items"), 2);
}

static void test_a_run_says_that_it_was_undone(void **state)
{
    struct store_world *world = *state;
    int64_t id = store_world_run(world);

    must(world, runs_set_undone(world->store, id, &world->error));
    assert_string_equal(find(world, id).undone_at, "2023-11-14 22:13:20");
    assert_int_equal(runs_set_undone(world->store, 99, &world->error), ERROR_NOT_FOUND);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup_still, store_world_teardown_still)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_an_order_is_kept_as_it_was_given),
        WITH_WORLD(test_asking_again_finds_what_waits),
        WITH_WORLD(test_orders_that_differ_wait_each),
        WITH_WORLD(test_the_one_that_waits_longest_is_next),
        WITH_WORLD(test_what_waits_can_be_called_off_and_what_runs_cannot),
        WITH_WORLD(test_a_run_that_was_cut_off_can_be_queued_again),
        WITH_WORLD(test_so_many_runs_wait_and_no_more),
        WITH_WORLD(test_runs_that_wait_do_not_push_out_what_old_runs_decided),
        WITH_WORLD(test_a_run_says_that_it_was_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
