/* The queue of runs and the thread that carries them out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/report.h"
#include "support/running.h"
#include "sync/run_order.h"
#include "sync/sync.h"

static const char films[] = "imdb_id,tmdb_id,title,year,type\n"
                            "tt0133093,603,The Matrix,1999,movie\n"
                            "tt0109830,13,Forrest Gump,1994,movie\n";
static const char series[] = "tmdb_id,title,year,type\n1396,Breaking Bad,2008,tv\n";

static const struct run_order full = {
    .mode = RUN_FULL, .trigger = RUN_BY_API, .requested_by = "anna"};

static void open_with_films(struct running *running, struct world *world)
{
    world_open(world, NULL);
    running_open(running, world);
    running_add_file(running, "films.csv", films, NULL);
}

static void close_both(struct running *running, struct world *world)
{
    running_close(running);
    world_close(world);
}

static void an_order_becomes_a_run_and_is_told(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    open_with_films(&running, &world);
    int64_t run = running_order(&running, &full);
    struct stored_run ended = running_wait(&running, run);
    assert_int_equal(ended.state, RUN_COMPLETED);
    assert_int_equal(ended.trigger, RUN_BY_API);
    assert_int_equal(ended.requested, 2);
    assert_string_equal(ended.requested_by, "anna");
    assert_true(*ended.queued_at);
    assert_int_equal(running_events(&running, EVENT_RUN_QUEUED, "\"requested_by\":\"anna\""), 1);
    assert_int_equal(running_events(&running, EVENT_RUN_STARTED, "\"lists\":1"), 1);
    assert_true(running_events(&running, EVENT_RUN_PROGRESS, "\"phase\":\"connecting\"") > 0);
    assert_int_equal(running_events(&running, EVENT_RUN_LIST, "\"outcome\":\"ok\""), 1);
    assert_int_equal(running_events(&running, EVENT_RUN_ITEM, "\"status\":\"requested\""), 2);
    assert_int_equal(running_events(&running, EVENT_RUN_ITEM, "\"item_id\":null"), 0);
    assert_int_equal(running_events(&running, EVENT_RUN_FINISHED, "\"state\":\"completed\""), 1);
    report_check_promises(&world.sim);
    close_both(&running, &world);
}

static void a_dry_run_requests_nothing(void **state)
{
    struct world world;
    struct running running;
    struct run_order dry = full;

    (void)state;
    open_with_films(&running, &world);
    dry.dry_run = true;
    struct stored_run ended = running_wait(&running, running_order(&running, &dry));
    assert_int_equal(ended.state, RUN_COMPLETED);
    assert_true(ended.dry_run);
    assert_int_equal(report_requests(&world.sim), 0);
    assert_int_equal(running_events(&running, EVENT_RUN_ITEM, "\"status\":\"would_be_synced\""), 2);
    close_both(&running, &world);
}

static void what_is_not_asked_for_is_told_as_well(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    open_with_films(&running, &world);
    running_wait(&running, running_order(&running, &full));
    assert_int_equal(running_events(&running, EVENT_RUN_ITEM, ""), 2);
    running_wait(&running, running_order(&running, &full));
    assert_int_equal(running_events(&running, EVENT_RUN_ITEM, "\"decision\":\"skip_requested\""),
                     2);
    assert_int_equal(running_events(&running, EVENT_RUN_ITEM, ""), 4);
    close_both(&running, &world);
}

/* Nothing runs yet, so that what is ordered waits. */
static void open_waiting(struct running *running, struct world *world)
{
    world_open(world, (const char *[]){"--latency-ms", "300", NULL});
    running_open(running, world);
    int64_t list = running_add_file(running, "films.csv", films, NULL);
    struct run_order busy = {
        .mode = RUN_SINGLE, .trigger = RUN_BY_API, .lists = &list, .list_count = 1};
    running_order(running, &busy);
    running_wait_for_event(running, EVENT_RUN_STARTED, NULL);
}

static void the_same_order_waits_once(void **state)
{
    struct world world;
    struct running running;
    struct run_ordered ordered = {0};

    (void)state;
    open_waiting(&running, &world);
    int64_t first = running_order(&running, &full);
    running_must(&running,
                 runner_order(running.runner, running.store, &full, &ordered, &running.error));
    assert_int_equal(ordered.count, 1);
    assert_true(ordered.runs[0].again);
    assert_int_equal(ordered.runs[0].id, first);
    struct run_order dry = full;
    dry.dry_run = true;
    assert_int_not_equal(running_order(&running, &dry), first);
    struct runner_state now;
    runner_state(running.runner, &now);
    assert_int_equal(now.queued, 2);
    assert_int_not_equal(now.run, 0);
    close_both(&running, &world);
}

static void a_waiting_run_is_cancelled_without_having_begun(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    open_waiting(&running, &world);
    int64_t run = running_order(&running, &full);
    running_must(&running, runner_cancel(running.runner, running.store, run, &running.error));
    assert_int_equal(running_find(&running, run).state, RUN_CANCELLED);
    assert_int_equal(runner_cancel(running.runner, running.store, run, &running.error),
                     ERROR_NOT_FOUND);
    assert_int_equal(running_events(&running, EVENT_RUN_FINISHED, "\"state\":\"cancelled\""), 1);
    close_both(&running, &world);
}

static void a_running_run_ends_soon_after_its_cancel(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    world_open(&world, (const char *[]){"--latency-ms", "30000", NULL});
    running_open(&running, &world);
    running_add_file(&running, "films.csv", films, NULL);
    int64_t run = running_order(&running, &full);
    running_wait_for_event(&running, EVENT_RUN_STARTED, NULL);
    int64_t before = clock_steady_ms();
    running_must(&running, runner_cancel(running.runner, running.store, 0, &running.error));
    assert_int_equal(running_wait(&running, run).state, RUN_CANCELLED);
    assert_true(clock_steady_ms() - before < 2000);
    assert_int_equal(runner_cancel(running.runner, running.store, 0, &running.error),
                     ERROR_NOT_FOUND);
    close_both(&running, &world);
}

/* Stopped with the program, a run waits for the next start; cancelled by a person, it does not. */
static void a_run_that_is_stopped_with_the_program_goes_on_later(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    world_open(&world, (const char *[]){"--latency-ms", "1000", NULL});
    running_open(&running, &world);
    running_add_file(&running, "films.csv", films, NULL);
    int64_t run = running_order(&running, &full);
    running_wait_for_event(&running, EVENT_RUN_STARTED, NULL);
    int64_t before = clock_steady_ms();
    runner_stop(running.runner);
    running.runner = NULL;
    assert_true(clock_steady_ms() - before < 2000);
    assert_int_equal(running_find(&running, run).state, RUN_CANCELLED);
    struct stored_run again = running_find(&running, run + 1);
    assert_int_equal(again.state, RUN_QUEUED);
    assert_int_equal(again.attempt, 1);
    assert_string_equal(again.requested_by, "anna");
    running_begin(&running);
    assert_int_equal(running_wait(&running, run + 1).state, RUN_COMPLETED);
    assert_int_equal(report_requests(&world.sim), 2);
    report_check_promises(&world.sim);
    close_both(&running, &world);
}

static int64_t leave_cut_off(struct running *running, enum run_trigger trigger, int64_t attempt)
{
    struct stored_run row = {
        .mode = RUN_FULL, .trigger = trigger, .requested_by = "anna", .attempt = attempt};
    bool again = false;
    int64_t run = 0;

    running_must(running, runs_queue(running->store, &row, &run, &again, &running->error));
    running_must(running, runs_start(running->store, run, &running->error));
    return run;
}

static void a_run_that_was_cut_off_is_begun_again_once(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    world_open(&world, NULL);
    running_prepare(&running, &world);
    running_add_file(&running, "films.csv", films, NULL);
    int64_t cut = leave_cut_off(&running, RUN_BY_SCHEDULE, 1);
    running_begin(&running);
    struct stored_run second = running_wait(&running, cut + 1);
    assert_int_equal(second.attempt, 2);
    assert_int_equal(second.state, RUN_COMPLETED);
    assert_int_equal(running_find(&running, cut).state, RUN_CANCELLED);
    AUTO_FREE char *goes_on = memory_print("; run %lld goes on with it", (long long)second.id);
    assert_non_null(strstr(running_find(&running, cut).message, goes_on));
    running_close(&running);

    running_prepare(&running, &world);
    cut = leave_cut_off(&running, RUN_BY_SCHEDULE, 2);
    int64_t of_command_line = leave_cut_off(&running, RUN_BY_CLI, 1);
    running_begin(&running);
    int64_t next = running_order(&running, &full);
    assert_int_equal(next, of_command_line + 1);
    running_wait(&running, next);
    assert_int_equal(running_find(&running, cut).state, RUN_FAILED);
    assert_non_null(strstr(running_find(&running, cut).message, "cut off twice"));
    assert_int_equal(running_find(&running, of_command_line).state, RUN_FAILED);
    close_both(&running, &world);
}

static void make_4k(struct stored_list *list)
{
    list->quality = 1;
}

static void lists_of_two_qualities_are_two_runs(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    open_with_films(&running, &world);
    running_add_file(&running, "series.csv", series, make_4k);
    struct run_ordered ordered;
    running_must(&running,
                 runner_order(running.runner, running.store, &full, &ordered, &running.error));
    assert_int_equal(ordered.count, 2);
    struct stored_run first = running_wait(&running, ordered.runs[0].id);
    struct stored_run second = running_wait(&running, ordered.runs[1].id);
    assert_false(first.is_4k);
    assert_true(second.is_4k);
    assert_int_equal(first.requested, 2);
    assert_int_equal(second.requested, 1);
    report_check_promises(&world.sim);
    close_both(&running, &world);
}

static void keep_out(struct stored_list *list)
{
    list->auto_sync = false;
}

static void a_list_is_run_alone_though_it_does_not_take_part(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    open_with_films(&running, &world);
    int64_t list = running_add_file(&running, "series.csv", series, keep_out);
    assert_int_equal(running_wait(&running, running_order(&running, &full)).requested, 2);
    struct run_order single = {
        .mode = RUN_SINGLE, .trigger = RUN_BY_API, .lists = &list, .list_count = 1};
    assert_int_equal(running_wait(&running, running_order(&running, &single)).requested, 1);
    int64_t none = 999;
    single.lists = &none;
    struct run_ordered ordered;
    assert_int_equal(runner_order(running.runner, running.store, &single, &ordered, &running.error),
                     ERROR_NOT_FOUND);
    close_both(&running, &world);
}

static void titles_alone_are_run_with_the_lists_that_hold_them(void **state)
{
    struct world world;
    struct running running;
    struct run_order dry = full;
    int64_t item = 1, nowhere = 999;
    struct run_ordered ordered;

    (void)state;
    open_with_films(&running, &world);
    running_add_file(&running, "series.csv", series, make_4k);
    dry.dry_run = true;
    int64_t first = running_order(&running, &dry);
    running_wait(&running, first + 1);
    struct run_order one = {
        .mode = RUN_CUSTOM, .trigger = RUN_BY_API, .items = &item, .item_count = 1};
    struct stored_run ended = running_wait(&running, running_order(&running, &one));
    assert_string_equal(ended.lists, "1");
    assert_string_equal(ended.items, "1");
    assert_int_equal(ended.requested, 1);
    assert_int_equal(report_requests(&world.sim), 1);
    one.items = &nowhere;
    assert_int_equal(runner_order(running.runner, running.store, &one, &ordered, &running.error),
                     ERROR_NOT_FOUND);
    close_both(&running, &world);
}

/* What is wrong, and what the run then says of itself. */
static const struct {
    const char *name, *value;
    const char *message;
} troubles[] = {
    {"OVERSEERR_URL", NULL, "OVERSEERR_URL is not set"},
    {"OVERSEERR_API_KEY", "wrong", "does not accept the API key"},
    {"OVERSEERR_URL", "http://127.0.0.1:9", "127.0.0.1"},
};

static void a_run_that_cannot_be_says_why_and_the_next_is_tried(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(troubles); i++) {
        struct world world;
        struct running running;
        world_open(&world, NULL);
        world_set(&world, troubles[i].name, troubles[i].value);
        running_open(&running, &world);
        running_add_file(&running, "films.csv", films, NULL);
        for (int round = 0; round < 2; round++) {
            struct stored_run ended = running_wait(&running, running_order(&running, &full));
            assert_int_equal(ended.state, RUN_FAILED);
            if (!strstr(ended.message, troubles[i].message))
                fail_msg("%s", ended.message);
        }
        close_both(&running, &world);
    }
}

static void without_lists_there_is_nothing_to_do(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    world_open(&world, NULL);
    running_open(&running, &world);
    struct stored_run ended = running_wait(&running, running_order(&running, &full));
    assert_int_equal(ended.state, RUN_COMPLETED);
    assert_string_equal(ended.message, "there are no lists to sync");
    assert_int_equal(sim_seerr_calls(&world.sim, NULL), 0);
    close_both(&running, &world);
}

static void put_url(struct running *running, const char *url)
{
    running_must(running,
                 stored_settings_put(running->store, "OVERSEERR_URL", url, false, &running->error));
}

static void the_health_of_seerr_is_told_when_it_changes(void **state)
{
    struct world world;
    struct running running;
    char problem[HEALTH_TEXT_SIZE];

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "OVERSEERR_URL", NULL);
    running_open(&running, &world);
    running_add_file(&running, "films.csv", films, NULL);
    for (int round = 1; round <= 2; round++) {
        put_url(&running, "http://127.0.0.1:9");
        running_wait(&running, running_order(&running, &full));
        running_wait(&running, running_order(&running, &full));
        health_problem(running.tools.health, HEALTH_SEERR, problem);
        assert_non_null(strstr(problem, "127.0.0.1"));
        put_url(&running, world.sim.url);
        running_wait(&running, running_order(&running, &full));
        running_wait(&running, running_order(&running, &full));
        health_problem(running.tools.health, HEALTH_SEERR, problem);
        assert_string_equal(problem, "");
        assert_int_equal(
            running_events(&running, EVENT_HEALTH_CHANGED, "\"part\":\"seerr\",\"is_well\":false"),
            round);
        assert_int_equal(
            running_events(&running, EVENT_HEALTH_CHANGED, "\"part\":\"seerr\",\"is_well\":true"),
            round);
    }
    close_both(&running, &world);
}

/* Settings that were stored while the program runs hold from the next run on. */
static void settings_hold_from_the_next_run_on(void **state)
{
    struct world world;
    struct running running;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "OVERSEERR_URL", NULL);
    running_open(&running, &world);
    running_add_file(&running, "films.csv", films, NULL);
    assert_int_equal(running_wait(&running, running_order(&running, &full)).state, RUN_FAILED);
    running_must(&running, stored_settings_put(running.store, "OVERSEERR_URL", world.sim.url, false,
                                               &running.error));
    assert_int_equal(running_wait(&running, running_order(&running, &full)).state, RUN_COMPLETED);
    close_both(&running, &world);
}

static void numbers_are_read_from_text(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();

    (void)state;
    assert_int_equal(run_order_numbers("", arena).count, 0);
    assert_int_equal(run_order_numbers("x", arena).count, 0);
    struct number_list three = run_order_numbers("3,70,500", arena);
    assert_int_equal(three.count, 3);
    assert_int_equal(three.items[0], 3);
    assert_int_equal(three.items[2], 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_becomes_a_run_and_is_told),
        cmocka_unit_test(a_dry_run_requests_nothing),
        cmocka_unit_test(what_is_not_asked_for_is_told_as_well),
        cmocka_unit_test(the_same_order_waits_once),
        cmocka_unit_test(a_waiting_run_is_cancelled_without_having_begun),
        cmocka_unit_test(a_running_run_ends_soon_after_its_cancel),
        cmocka_unit_test(a_run_that_is_stopped_with_the_program_goes_on_later),
        cmocka_unit_test(a_run_that_was_cut_off_is_begun_again_once),
        cmocka_unit_test(lists_of_two_qualities_are_two_runs),
        cmocka_unit_test(a_list_is_run_alone_though_it_does_not_take_part),
        cmocka_unit_test(titles_alone_are_run_with_the_lists_that_hold_them),
        cmocka_unit_test(a_run_that_cannot_be_says_why_and_the_next_is_tried),
        cmocka_unit_test(without_lists_there_is_nothing_to_do),
        cmocka_unit_test(the_health_of_seerr_is_told_when_it_changes),
        cmocka_unit_test(settings_hold_from_the_next_run_on),
        cmocka_unit_test(numbers_are_read_from_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
