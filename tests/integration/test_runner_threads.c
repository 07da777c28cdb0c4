/* Many threads that order, cancel and look at once, beside the schedule and the runs themselves. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/report.h"
#include "support/running.h"
#include "sync/schedule.h"

enum { THREADS = 4, ORDERS = 12 };

static const char films[] = "tmdb_id,title,year,type\n603,The Matrix,1999,movie\n"
                            "13,Forrest Gump,1994,movie\n";

struct visitor {
    pthread_t thread;
    struct running *running;
    struct schedule *schedule;
    int64_t list;
    int number, failures;
};

/* Orders are coalesced, cancels may come too late: both are fine, anything else is not. */
static void visit(struct visitor *visitor, struct store *store, int round)
{
    struct runner *runner = visitor->running->runner;
    struct run_order order = {.mode = RUN_SINGLE,
                              .trigger = RUN_BY_API,
                              .dry_run = round % 3 == 1,
                              .lists = &visitor->list,
                              .list_count = 1};
    struct runner_state runs;
    struct schedule_state times;
    struct error error = {0};
    struct run_ordered ordered = {0};

    visitor->failures += runner_order(runner, store, &order, &ordered, &error) != ERROR_NONE;
    runner_state(runner, &runs);
    schedule_state(visitor->schedule, &times);
    if (round % 4 == visitor->number) {
        enum error_code rc = runner_cancel(runner, store, ordered.runs[0].id, &error);
        visitor->failures += rc != ERROR_NONE && rc != ERROR_NOT_FOUND;
    }
    if (round % 5 == 0)
        schedule_changed(visitor->schedule);
    if (round % 6 == 0)
        visitor->failures +=
            schedule_pause(visitor->schedule, store, round % 12 ? 0 : -1, &error) != ERROR_NONE;
}

static void *visitor_main(void *context)
{
    struct visitor *visitor = context;

    for (int round = 0; round < ORDERS; round++) {
        struct store *store = NULL;
        if (store_pool_take(visitor->running->tools.stores, &store, NULL)) {
            visitor->failures++;
            continue;
        }
        visit(visitor, store, round);
        store_pool_give(visitor->running->tools.stores, store);
    }
    return NULL;
}

static void orders_cancels_and_looks_come_from_everywhere(void **state)
{
    struct world world;
    struct running running;
    struct schedule *schedule = NULL;
    struct visitor visitors[THREADS] = {0};

    (void)state;
    world_open(&world, NULL);
    running_open(&running, &world);
    int64_t list = running_add_file(&running, "films.csv", films, NULL);
    running_must(&running,
                 schedule_start(&running.tools, running.runner, &schedule, &running.error));
    for (int i = 0; i < THREADS; i++) {
        visitors[i] =
            (struct visitor){.running = &running, .schedule = schedule, .list = list, .number = i};
        assert_int_equal(pthread_create(&visitors[i].thread, NULL, visitor_main, &visitors[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(visitors[i].thread, NULL);
        assert_int_equal(visitors[i].failures, 0);
    }
    struct run_order last = {.mode = RUN_FULL, .trigger = RUN_BY_API};
    assert_int_equal(running_wait(&running, running_order(&running, &last)).state, RUN_COMPLETED);
    schedule_stop(schedule);
    assert_int_equal(report_requests(&world.sim), 2);
    report_check_promises(&world.sim);
    running_close(&running);
    world_close(&world);
}

/* The end of the program may come at any moment. */
static void a_stop_finds_every_moment(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    for (int i = 0; i < 8; i++) {
        struct running running;
        running_open(&running, &world);
        if (i == 0)
            running_add_file(&running, "films.csv", films, NULL);
        struct run_order order = {.mode = RUN_FULL, .trigger = RUN_BY_API};
        running_order(&running, &order);
        if (i % 2)
            running_wait_for_event(&running, EVENT_RUN_STARTED, NULL);
        running_close(&running);
    }
    struct running running;
    running_open(&running, &world);
    struct run_order order = {.mode = RUN_FULL, .trigger = RUN_BY_API};
    running_wait(&running, running_order(&running, &order));
    assert_int_equal(report_requests(&world.sim), 2);
    report_check_promises(&world.sim);
    running_close(&running);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_cancels_and_looks_come_from_everywhere),
        cmocka_unit_test(a_stop_finds_every_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
