/* Runs: how each ended, what is kept of it, and writes that happen together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/runs_newest.h"
#include "support/store_world.h"

static void test_a_run_is_found_as_it_ended(void **state)
{
    struct store_world *world = *state;
    struct stored_run read;
    int64_t id = 0;

    must(world, runs_begin(world->store, RUN_SINGLE, RUN_BY_API, true, &id, &world->error));
    struct stored_run run = {.id = id,
                             .state = RUN_COMPLETED_WITH_ERRORS,
                             .completed = "2026-01-02 03:04:05",
                             .duration_ms = 4200,
                             .processed = 10,
                             .requested = 1,
                             .skipped = 6,
                             .errored = 2,
                             .unmatched = 1,
                             .message = "one list was private",
                             .seerr_calls = 5,
                             .source_calls = 3};
    must(world, runs_finish(world->store, &run, &world->error));
    must(world, runs_find(world->store, world->arena, id, &read, &world->error));
    assert_int_equal(read.mode, RUN_SINGLE);
    assert_int_equal(read.trigger, RUN_BY_API);
    assert_int_equal(read.state, RUN_COMPLETED_WITH_ERRORS);
    assert_true(read.dry_run);
    assert_int_equal(strlen(read.started), 19);
    assert_string_equal(read.completed, "2026-01-02 03:04:05");
    assert_int_equal(read.duration_ms, 4200);
    assert_int_equal(read.processed, 10);
    assert_int_equal(read.requested, 1);
    assert_int_equal(read.skipped, 6);
    assert_int_equal(read.errored, 2);
    assert_int_equal(read.unmatched, 1);
    assert_string_equal(read.message, "one list was private");
    assert_int_equal(read.seerr_calls, 5);
    assert_int_equal(read.source_calls, 3);
}

static void test_runs_come_newest_first(void **state)
{
    struct store_world *world = *state;
    struct stored_runs runs;

    store_world_run(world);
    store_world_run(world);
    int64_t newest = store_world_run(world);
    must(world, runs_load(world->store, world->arena, 2, &runs, &world->error));
    assert_int_equal(runs.count, 2);
    assert_int_equal(runs.items[0].id, newest);
    assert_string_equal(runs.items[0].completed, "");
}

static void test_a_run_that_is_not_there_is_an_error(void **state)
{
    struct store_world *world = *state;
    struct stored_run run = {.id = 9};

    assert_int_equal(runs_find(world->store, world->arena, 9, &run, NULL), ERROR_NOT_FOUND);
    assert_int_equal(runs_finish(world->store, &run, NULL), ERROR_NOT_FOUND);
}

static void test_a_run_that_was_cut_off_is_told_as_failed(void **state)
{
    struct store_world *world = *state;
    struct stored_run run;
    int64_t done = store_world_run(world);
    int64_t cut_off = store_world_run(world);

    must(world, runs_finish(world->store, &(struct stored_run){.id = done, .state = RUN_COMPLETED},
                            &world->error));
    store_world_reopen(world);
    must(world, runs_end_interrupted(world->store, &world->error));
    must(world, runs_find(world->store, world->arena, cut_off, &run, &world->error));
    assert_int_equal(run.state, RUN_FAILED);
    assert_string_not_equal(run.completed, "");
    assert_non_null(strstr(run.message, "cut off"));
    must(world, runs_find(world->store, world->arena, done, &run, &world->error));
    assert_int_equal(run.state, RUN_COMPLETED);
}

static void put_item(struct store_world *world, int64_t run, int64_t tmdb, enum decision decision,
                     enum item_status status)
{
    struct item item = store_world_heat;

    item.title = arena_print(world->arena, "Title %d", (int)tmdb);
    item.ids = (struct ids){.tmdb = tmdb};
    item.decision = decision;
    item.status = status;
    store_world_item(world, run, &item);
}

/* What it did stays as it is; what it did not reach is not said to be requested some day. */
static void test_a_run_that_was_cut_off_counts_what_it_did(void **state)
{
    struct store_world *world = *state;
    struct stored_run run = {.id = store_world_run(world)};

    put_item(world, run.id, 1, DECISION_REQUEST, ITEM_STATUS_REQUESTED);
    put_item(world, run.id, 2, DECISION_REQUEST, ITEM_STATUS_REQUESTED);
    put_item(world, run.id, 3, DECISION_REQUEST, ITEM_STATUS_WOULD_BE_SYNCED);
    put_item(world, run.id, 4, DECISION_REQUEST, ITEM_STATUS_REQUEST_FAILED);
    put_item(world, run.id, 5, DECISION_UNMATCHED, ITEM_STATUS_NOT_FOUND);
    put_item(world, run.id, 6, DECISION_SKIP_AVAILABLE, ITEM_STATUS_ALREADY_AVAILABLE);
    must(world, runs_count_so_far(world->store, &run, &world->error));
    assert_int_equal(run.processed, 6);
    assert_int_equal(run.requested, 2);
    must(world, runs_end_interrupted(world->store, &world->error));
    must(world, runs_find(world->store, world->arena, run.id, &run, &world->error));
    assert_int_equal(run.processed, 6);
    assert_int_equal(run.requested, 2);
    assert_int_equal(run.errored, 1);
    assert_int_equal(run.unmatched, 1);
    assert_int_equal(run.skipped, 2);
    assert_int_equal(run.groups[RUN_GROUP_NEW], 2);
    assert_int_equal(run.groups[RUN_GROUP_NOT_ASKED], 1);
    assert_string_equal(store_world_explain(world, "Title 3").items[0].status, "cancelled");
    assert_string_equal(store_world_explain(world, "Title 1").items[0].status, "requested");
    int64_t waiting = 0;
    must(world, runs_count_waiting(world->store, &waiting, &world->error));
    assert_int_equal(waiting, 1);
}

static void test_a_run_that_was_cut_off_may_go_on_as_another(void **state)
{
    struct store_world *world = *state;
    struct stored_run run = {.id = store_world_run(world)};

    must(world, runs_end_interrupted(world->store, &world->error));
    must(world, runs_set_goes_on(world->store, run.id, 17, &world->error));
    must(world, runs_find(world->store, world->arena, run.id, &run, &world->error));
    assert_int_equal(run.state, RUN_CANCELLED);
    assert_non_null(strstr(run.message, "run 17 goes on with it"));
}

static void test_lists_that_could_not_be_read_are_counted(void **state)
{
    static const enum outcome outcomes[] = {OUTCOME_OK, OUTCOME_PRIVATE, OUTCOME_CANCELLED,
                                            OUTCOME_BLOCKED, OUTCOME_UNCHANGED};
    struct store_world *world = *state;
    struct stored_runs runs;
    struct stored_run alone;
    int64_t id = store_world_run(world);

    for (size_t i = 0; i < ARRAY_LENGTH(outcomes); i++) {
        AUTO_FREE char *name = memory_print("ls%zu", i);
        must(world, runs_record_list(world->store, id, store_world_list(world, "imdb", name),
                                     outcomes[i], 0, "", &world->error));
    }
    must(world, runs_load(world->store, world->arena, 5, &runs, &world->error));
    assert_int_equal(runs.items[0].unread_lists, 2);
    must(world, runs_find(world->store, world->arena, id, &alone, &world->error));
    assert_int_equal(alone.unread_lists, 2);
}

static void test_a_withdrawn_title_is_not_requested_any_more(void **state)
{
    struct store_world *world = *state;

    store_world_item(world, store_world_run(world), &store_world_heat);
    must(world, items_withdraw(world->store, MEDIA_TV, store_world_heat.ids.tmdb, &world->error));
    assert_string_equal(store_world_explain(world, "heat").items[0].status, "requested");
    must(world,
         items_withdraw(world->store, MEDIA_MOVIE, store_world_heat.ids.tmdb, &world->error));
    assert_string_equal(store_world_explain(world, "heat").items[0].status, "skipped");
    assert_non_null(strstr(store_world_explain(world, "heat").items[0].note, "taken back"));
}

static void test_how_a_list_fared_is_kept_once_per_run(void **state)
{
    struct store_world *world = *state;
    int64_t list = store_world_list(world, "imdb", "ls1");
    int64_t run = store_world_run(world);

    must(world, runs_record_list(world->store, run, list, OUTCOME_UNREACHABLE, 0, "no answer",
                                 &world->error));
    must(world, runs_record_list(world->store, run, list, OUTCOME_OK, 25, NULL, &world->error));
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM run_lists"), 1);
    assert_string_equal(
        store_world_text(world, "SELECT outcome || ' ' || items || message FROM run_lists"),
        "ok 25");
}

static void test_an_item_recorded_twice_in_a_run_is_one(void **state)
{
    struct store_world *world = *state;
    struct item again = store_world_heat;
    int64_t run = store_world_run(world);

    store_world_item(world, run, &store_world_heat);
    again.status = ITEM_STATUS_REQUEST_FAILED;
    again.answer = "500: no such user";
    store_world_item(world, run, &again);
    assert_int_equal(store_world_items(world), 1);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM run_items"), 1);
    assert_string_equal(store_world_text(world, "SELECT status FROM run_items"), "request_failed");
    assert_string_equal(store_world_text(world, "SELECT error_message FROM synced_items"),
                        "500: no such user");
}

static void test_many_writes_in_a_transaction_happen_together_or_not_at_all(void **state)
{
    struct store_world *world = *state;
    int64_t run = store_world_run(world);

    must(world, store_begin(world->store, &world->error));
    store_world_item(world, run, &store_world_heat);
    assert_int_equal(store_end(world->store, ERROR_CANCELLED, NULL), ERROR_CANCELLED);
    assert_int_equal(store_world_items(world), 0);
    must(world, store_begin(world->store, &world->error));
    store_world_item(world, run, &store_world_heat);
    must(world, store_end(world->store, ERROR_NONE, &world->error));
    assert_int_equal(store_world_items(world), 1);
}

static void test_a_transaction_whose_inner_part_was_undone_cannot_be_committed(void **state)
{
    struct store_world *world = *state;
    int64_t run = store_world_run(world);

    must(world, store_begin(world->store, &world->error));
    must(world, runs_record_item(world->store, run, &store_world_heat, "movie:tmdb:949", false,
                                 &world->error));
    must(world, store_begin(world->store, &world->error));
    assert_int_equal(store_end(world->store, ERROR_CANCELLED, NULL), ERROR_CANCELLED);
    assert_int_equal(
        runs_record_item(world->store, run, &store_world_heat, "movie:tmdb:949", false, NULL),
        ERROR_STORE);
    assert_int_equal(store_end(world->store, ERROR_NONE, &world->error), ERROR_STORE);
    assert_int_equal(store_world_items(world), 0);
    assert_int_equal(store_end(world->store, ERROR_CANCELLED, NULL),
                     ERROR_CANCELLED); /* nothing is open any more: does nothing */
    store_world_item(world, run, &store_world_heat);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_a_run_is_found_as_it_ended),
        WITH_WORLD(test_runs_come_newest_first),
        WITH_WORLD(test_a_run_that_is_not_there_is_an_error),
        WITH_WORLD(test_a_run_that_was_cut_off_is_told_as_failed),
        WITH_WORLD(test_a_run_that_was_cut_off_counts_what_it_did),
        WITH_WORLD(test_a_run_that_was_cut_off_may_go_on_as_another),
        WITH_WORLD(test_lists_that_could_not_be_read_are_counted),
        WITH_WORLD(test_a_withdrawn_title_is_not_requested_any_more),
        WITH_WORLD(test_how_a_list_fared_is_kept_once_per_run),
        WITH_WORLD(test_an_item_recorded_twice_in_a_run_is_one),
        WITH_WORLD(test_many_writes_in_a_transaction_happen_together_or_not_at_all),
        WITH_WORLD(test_a_transaction_whose_inner_part_was_undone_cannot_be_committed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
