/* The schedule as the service runs it: a clock that the test moves, and the runs that come of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/runs_newest.h"
#include "support/running.h"
#include "sync/schedule.h"

static const char films[] = "tmdb_id,title,year,type\n603,The Matrix,1999,movie\n";

enum { HOUR_MS = 3600 * 1000 };

static atomic_int_least64_t wall_ms;

static int64_t moved_wall(void)
{
    return wall_ms;
}

static int64_t real_steady(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

struct clockwork {
    struct world world;
    struct running running;
    struct schedule *schedule;
};

static int open_clockwork(void **state)
{
    struct clockwork *work = memory_new(sizeof(*work));

    wall_ms = clock_parse_utc("2026-11-10 12:00:00");
    clock_set_for_tests(moved_wall, real_steady);
    world_open(&work->world, NULL);
    world_set(&work->world, "TZ", NULL);
    *state = work;
    return 0;
}

static int close_clockwork(void **state)
{
    struct clockwork *work = *state;

    schedule_stop(work->schedule);
    running_close(&work->running);
    world_close(&work->world);
    clock_set_for_tests(NULL, NULL);
    free(work);
    return 0;
}

static void start(struct clockwork *work)
{
    running_must(&work->running, schedule_start(&work->running.tools, work->running.runner,
                                                &work->schedule, &work->running.error));
}

static void restart(struct clockwork *work)
{
    schedule_stop(TAKE(work->schedule));
    start(work);
}

/* Runs in the history, waiting ones included. */
static size_t runs(struct clockwork *work)
{
    struct stored_runs all = {0};

    running_must(&work->running, runs_load(work->running.store, work->running.arena, 100, &all,
                                           &work->running.error));
    return all.count;
}

static struct schedule_state state_of(struct clockwork *work)
{
    struct schedule_state now;

    schedule_state(work->schedule, &now);
    return now;
}

static void assert_next(struct clockwork *work, const char *expected)
{
    char text[CLOCK_TEXT_SIZE] = "never";
    struct schedule_state now = state_of(work);

    if (now.next_ms)
        clock_format_utc(now.next_ms, text);
    assert_string_equal(text, expected);
}

/* Moves the clock on; what is due then is ordered and has ended when this returns. */
static void move_to(struct clockwork *work, const char *utc, size_t expected_runs)
{
    wall_ms = clock_parse_utc(utc);
    schedule_changed(work->schedule);
    assert_int_equal(runs(work), expected_runs);
    if (expected_runs)
        running_wait(&work->running, (int64_t)expected_runs);
    schedule_changed(work->schedule);
    assert_int_equal(runs(work), expected_runs);
}

static void lists_that_are_there_at_the_start_are_synced_then(void **state)
{
    struct clockwork *work = *state;

    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    running_wait(&work->running, 1);
    move_to(work, "2026-11-10 12:00:05", 1);
    struct schedule_state now = state_of(work);
    assert_string_equal(schedule_status_word(&now, wall_ms), "scheduled");
    assert_int_equal(now.last_ms, clock_parse_utc("2026-11-10 12:00:00"));
    assert_next(work, "2026-11-11 00:00:00");
    assert_true(running_events(&work->running, EVENT_SCHEDULE_CHANGED,
                               "\"next_sync\":\"2026-11-11T00:00:00Z\"") > 0);
}

static void in_a_database_in_place_of_a_lost_one_the_first_sync_waits(void **state)
{
    struct clockwork *work = *state;

    running_open(&work->running, &work->world);
    running_must(&work->running, schedule_begin_later(work->running.store, &work->running.error));
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    assert_next(work, "2026-11-11 00:00:00");
    restart(work);
    move_to(work, "2026-11-10 23:59:00", 0);
    move_to(work, "2026-11-11 00:00:00", 1);
}

static void a_first_list_that_is_added_begins_nothing_at_once(void **state)
{
    struct clockwork *work = *state;

    running_open(&work->running, &work->world);
    start(work);
    assert_next(work, "never");
    assert_string_equal(schedule_status_word(&(struct schedule_state){0}, wall_ms), "unknown");
    assert_string_equal(state_of(work).words, "every 12 hours");
    move_to(work, "2026-11-10 20:00:00", 0);
    running_add_file(&work->running, "films.csv", films, NULL);
    move_to(work, "2026-11-10 20:00:05", 0);
    assert_next(work, "2026-11-11 08:00:05");
    restart(work); /* nor does that make it due */
    move_to(work, "2026-11-11 08:00:04", 0);
    assert_next(work, "2026-11-11 08:00:05");
    running_add_file(&work->running, "more.csv", films,
                     NULL); /* nor does a second one put it off */
    move_to(work, "2026-11-11 08:00:05", 1);
    assert_next(work, "2026-11-11 20:00:05");
}

static void a_first_list_waits_for_a_time_of_the_text(void **state)
{
    struct clockwork *work = *state;

    world_set(&work->world, "SYNC_SCHEDULE", "0 */6 * * *");
    running_open(&work->running, &work->world);
    start(work);
    move_to(work, "2026-11-12 13:00:00", 0);
    running_add_file(&work->running, "films.csv", films, NULL);
    move_to(work, "2026-11-12 17:59:59", 0);
    assert_next(work, "2026-11-12 18:00:00");
    move_to(work, "2026-11-12 18:00:00", 1);
}

static void no_sync(struct stored_list *list)
{
    list->auto_sync = false;
}

static void leave(struct clockwork *work, int64_t list)
{
    running_must(&work->running, lists_remove_id(work->running.store, list, &work->running.error));
    schedule_changed(work->schedule);
}

static void a_list_after_none_at_all_is_a_first_one_again(void **state)
{
    struct clockwork *work = *state;

    running_open(&work->running, &work->world);
    int64_t list = running_add_file(&work->running, "films.csv", films, NULL);
    running_add_file(&work->running, "shown.csv", films, no_sync);
    start(work);
    running_wait(&work->running, 1);
    leave(work, list);
    move_to(work, "2026-11-20 12:00:00", 1);
    assert_next(work, "never");
    running_add_file(&work->running, "more.csv", films, NULL);
    move_to(work, "2026-11-20 12:00:01", 1);
    assert_next(work, "2026-11-21 00:00:01");
}

static void switching_it_on_begins_no_first_sync_at_once(void **state)
{
    struct clockwork *work = *state;

    world_set(&work->world, "SYNC_INTERVAL", "0");
    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    move_to(work, "2026-11-20 12:00:00", 0);
    running_must(&work->running, sync_interval_put(work->running.store, 6, &work->running.error));
    move_to(work, "2026-11-20 13:00:00", 0);
    assert_next(work, "2026-11-20 19:00:00");
}

static void intervals_go_by_and_missed_ones_are_one(void **state)
{
    struct clockwork *work = *state;

    world_set(&work->world, "SYNC_INTERVAL", "6");
    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    running_wait(&work->running, 1);
    move_to(work, "2026-11-10 17:59:59", 1);
    move_to(work, "2026-11-10 18:00:00", 2);
    schedule_stop(TAKE(work->schedule));
    wall_ms = clock_parse_utc("2026-11-14 09:00:00"); /* it was off for days */
    start(work);
    running_wait(&work->running, 3);
    move_to(work, "2026-11-14 09:00:01", 3);
    assert_next(work, "2026-11-14 15:00:00");
}

static void an_interval_that_is_changed_holds_at_once(void **state)
{
    struct clockwork *work = *state;

    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    running_wait(&work->running, 1);
    move_to(work, "2026-11-10 13:00:00", 1);
    running_must(&work->running, sync_interval_put(work->running.store, 2.5, &work->running.error));
    schedule_changed(work->schedule);
    assert_next(work, "2026-11-10 14:30:00");
    assert_string_equal(state_of(work).words, "every 2.5 hours");
    running_must(&work->running, sync_interval_put(work->running.store, 0, &work->running.error));
    schedule_changed(work->schedule);
    assert_next(work, "never");
    assert_false(state_of(work).is_on);
    running_must(&work->running, sync_interval_put(work->running.store, 0.5, &work->running.error));
    move_to(work, "2026-11-10 13:00:00", 2);
}

static void put(struct clockwork *work, const char *name, const char *value)
{
    running_must(&work->running, stored_settings_put(work->running.store, name, value, false,
                                                     &work->running.error));
    schedule_changed(work->schedule);
}

static void a_text_holds_in_its_zone_from_its_next_time_on(void **state)
{
    struct clockwork *work = *state;

    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    running_wait(&work->running, 1);
    put(work, "TZ", "Europe/Berlin");
    put(work, "SYNC_SCHEDULE", "0 4 * * *");
    assert_next(work, "2026-11-11 03:00:00");
    assert_string_equal(state_of(work).words, "every day at 04:00");
    assert_string_equal(state_of(work).zone, "Europe/Berlin");
    move_to(work, "2026-11-11 03:00:00", 2);
    assert_next(work, "2026-11-12 03:00:00");
    put(work, "SYNC_SCHEDULE", "whenever");
    assert_non_null(strstr(state_of(work).problem, "SYNC_SCHEDULE"));
    assert_next(work, "2026-11-11 15:00:00"); /* the interval holds until it is mended */
    put(work, "TZ", "Europe/Berln");
    assert_non_null(strstr(state_of(work).problem, "Berlin"));
    assert_string_equal(state_of(work).zone, "UTC");
}

static void run_at_six(struct stored_list *list)
{
    list->schedule = "0 6 * * *";
}

static void a_list_with_a_schedule_is_left_to_it(void **state)
{
    struct clockwork *work = *state;

    running_open(&work->running, &work->world);
    int64_t plain = running_add_file(&work->running, "films.csv", films, NULL);
    int64_t own = running_add_file(&work->running, "own.csv", films, run_at_six);
    start(work);
    struct stored_run first = running_wait(&work->running, 1);
    assert_int_equal(first.mode, RUN_FULL);
    AUTO_FREE char *plain_text = memory_print("%lld", (long long)plain);
    AUTO_FREE char *own_text = memory_print("%lld", (long long)own);
    assert_string_equal(first.lists, plain_text);
    assert_int_equal(schedule_next_of_list(work->schedule, own),
                     clock_parse_utc("2026-11-11 06:00:00"));
    assert_int_equal(schedule_next_of_list(work->schedule, plain), 0);
    move_to(work, "2026-11-11 00:00:00", 2);
    move_to(work, "2026-11-11 06:00:00", 3);
    struct stored_run third = running_find(&work->running, 3);
    assert_int_equal(third.mode, RUN_SINGLE);
    assert_string_equal(third.lists, own_text);
    assert_int_equal(schedule_next_of_list(work->schedule, own),
                     clock_parse_utc("2026-11-12 06:00:00"));
}

/* As a full disk does. */
static void refuse_orders(struct clockwork *work, bool refused)
{
    running_must(&work->running,
                 db_execute(work->running.store->db,
                            refused ? "CREATE TRIGGER full BEFORE INSERT ON sync_history"
                                      " BEGIN SELECT RAISE(ABORT, 'no room'); END"
                                    : "DROP TRIGGER full",
                            &work->running.error));
}

static void an_order_that_could_not_be_written_is_made_up_for(void **state)
{
    struct clockwork *work = *state;
    running_open(&work->running, &work->world);
    int64_t own = running_add_file(&work->running, "own.csv", films, run_at_six);
    start(work);
    refuse_orders(work, true);
    wall_ms = clock_parse_utc("2026-11-11 06:00:10");
    schedule_changed(work->schedule);
    assert_int_equal(runs(work), 0);
    refuse_orders(work, false);
    move_to(work, "2026-11-11 06:00:40", 1);
    assert_int_equal(schedule_next_of_list(work->schedule, own),
                     clock_parse_utc("2026-11-12 06:00:00"));
}

static void a_pause_survives_a_restart(void **state)
{
    struct clockwork *work = *state;

    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    running_must(&work->running, service_state_put(work->running.store, "paused_until", "-1",
                                                   &work->running.error));
    start(work);
    assert_next(work, "never");
    assert_int_equal(state_of(work).paused_until, -1);
    move_to(work, "2026-11-20 12:00:00", 0);
    int64_t until = wall_ms + HOUR_MS;
    running_must(&work->running,
                 schedule_pause(work->schedule, work->running.store, until, &work->running.error));
    restart(work);
    assert_int_equal(state_of(work).paused_until, until);
    assert_next(work, "2026-11-20 13:00:00");
    move_to(work, "2026-11-20 13:00:00", 1);
    assert_int_equal(state_of(work).paused_until, 0);
}

static void nothing_begins_by_itself_when_it_is_off(void **state)
{
    struct clockwork *work = *state;

    world_set(&work->world, "AUTOMATED_MODE", "false");
    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, run_at_six);
    running_add_file(&work->running, "more.csv", films, NULL);
    start(work);
    assert_false(state_of(work).is_on);
    move_to(work, "2026-12-20 12:00:00", 0);
}

static void nothing_begins_before_there_is_a_seerr(void **state)
{
    struct clockwork *work = *state;

    world_set(&work->world, "OVERSEERR_URL", NULL);
    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    move_to(work, "2026-12-20 12:00:00", 0);
    assert_non_null(strstr(state_of(work).problem, "OVERSEERR_URL is not set"));
    put(work, "OVERSEERR_URL", work->world.sim.url);
    assert_string_equal(state_of(work).problem, "");
    assert_next(work, "2026-12-21 00:00:00");
    move_to(work, "2026-12-21 00:00:00", 1);
}

static void a_seerr_that_is_down_is_asked_again_ever_later(void **state)
{
    struct clockwork *work = *state;

    world_set(&work->world, "OVERSEERR_URL", "http://127.0.0.1:9");
    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    assert_int_equal(running_wait(&work->running, 1).state, RUN_FAILED);
    move_to(work, "2026-11-10 12:14:59", 1);
    move_to(work, "2026-11-10 12:15:00", 2);
    move_to(work, "2026-11-10 12:44:59", 2);
    move_to(work, "2026-11-10 12:45:00", 3);
    assert_next(work, "2026-11-10 13:45:00");
    struct schedule_state now = state_of(work);
    assert_string_equal(schedule_status_word(&now, wall_ms), "unknown"); /* none succeeded yet */
}

static void a_clock_that_is_set_back_stops_nothing(void **state)
{
    struct clockwork *work = *state;

    wall_ms = clock_parse_utc("2031-01-01 00:00:00");
    running_open(&work->running, &work->world);
    running_add_file(&work->running, "films.csv", films, NULL);
    start(work);
    running_wait(&work->running, 1);
    move_to(work, "2026-11-10 12:00:00", 2);
    assert_next(work, "2026-11-11 00:00:00");
}

static void words_tell_how_late_it_is(void **state)
{
    struct schedule_state at = {.last_ms = 1, .next_ms = 1000000};

    (void)state;
    assert_string_equal(schedule_status_word(&at, 999999), "scheduled");
    assert_string_equal(schedule_status_word(&at, 1000000), "due");
    assert_string_equal(schedule_status_word(&at, 1600000), "due");
    assert_string_equal(schedule_status_word(&at, 1600001), "overdue");
    at.last_ms = 0;
    assert_string_equal(schedule_status_word(&at, 999999), "unknown");
}

static void a_text_is_shown_before_it_is_set(void **state)
{
    struct clockwork *work = *state;
    int64_t times[3] = {0};
    size_t count = 0;
    char words[160];
    struct error error = {0};

    world_set(&work->world, "TZ", "Europe/Berlin");
    running_open(&work->running, &work->world);
    start(work);
    assert_int_equal(schedule_preview(work->schedule, "0 4 * * *", times, 3, &count, words, &error),
                     ERROR_NONE);
    assert_int_equal(count, 3);
    assert_string_equal(words, "every day at 04:00");
    assert_int_equal(times[0], clock_parse_utc("2026-11-11 03:00:00"));
    assert_int_equal(times[2], clock_parse_utc("2026-11-13 03:00:00"));
    assert_int_equal(
        schedule_preview(work->schedule, "0 25 * * *", times, 3, &count, words, &error),
        ERROR_USAGE);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_clockwork, close_clockwork)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lists_that_are_there_at_the_start_are_synced_then),
        TEST(in_a_database_in_place_of_a_lost_one_the_first_sync_waits),
        TEST(a_first_list_that_is_added_begins_nothing_at_once),
        TEST(a_first_list_waits_for_a_time_of_the_text),
        TEST(a_list_after_none_at_all_is_a_first_one_again),
        TEST(switching_it_on_begins_no_first_sync_at_once),
        TEST(intervals_go_by_and_missed_ones_are_one),
        TEST(an_interval_that_is_changed_holds_at_once),
        TEST(a_text_holds_in_its_zone_from_its_next_time_on),
        TEST(a_list_with_a_schedule_is_left_to_it),
        TEST(an_order_that_could_not_be_written_is_made_up_for),
        TEST(a_pause_survives_a_restart),
        TEST(nothing_begins_by_itself_when_it_is_off),
        TEST(nothing_begins_before_there_is_a_seerr),
        TEST(a_seerr_that_is_down_is_asked_again_ever_later),
        TEST(a_clock_that_is_set_back_stops_nothing),
        cmocka_unit_test(words_tell_how_late_it_is),
        TEST(a_text_is_shown_before_it_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
