/* When the next sync is due: tables of single questions, and days that are lived through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sync/schedule_plan.h"

/* 0 for NULL. */
static int64_t at(const char *utc)
{
    return utc ? clock_parse_utc(utc) : 0;
}

static void assert_at(int64_t got, const char *expected, size_t row)
{
    char text[CLOCK_TEXT_SIZE] = "never";

    if (got)
        clock_format_utc(got, text);
    if (strcmp(text, expected ? expected : "never") != 0)
        fail_msg("row %zu: %s instead of %s", row, text, expected ? expected : "never");
}

/* By interval, asked at noon of the 10th. NULL: never. */
static const struct {
    double hours;
    const char *began, *ended;
    int failures;
    int64_t jitter_ms;
    const char *next;
} intervals[] = {
    {12, NULL, NULL, 0, 0, "2026-11-10 12:00:00"}, /* there was none yet: now */
    {12, NULL, NULL, 0, 5000, "2026-11-10 12:00:00"},
    {0, NULL, NULL, 0, 0, NULL},
    {0, "2026-11-10 04:00:00", "2026-11-10 04:10:00", 3, 0, NULL},
    {12, "2026-11-10 04:00:00", "2026-11-10 04:10:00", 0, 0, "2026-11-10 16:10:00"},
    {0.5, "2026-11-10 04:00:00", "2026-11-10 04:10:00", 0, 0, "2026-11-10 04:40:00"},
    {12, "2026-11-10 04:00:00", "2026-11-10 04:10:00", 0, 90000, "2026-11-10 16:11:30"},
    {12, "2026-11-01 04:00:00", "2026-11-01 04:10:00", 0, 0, "2026-11-01 16:10:00"},
    /* It runs or waits. */
    {1, "2026-11-10 11:50:00", NULL, 0, 0, "2026-11-10 12:50:00"},
    /* It failed: a quarter of an hour, doubling, never later than the regular time. */
    {12, "2026-11-10 11:00:00", "2026-11-10 11:01:00", 1, 0, "2026-11-10 11:16:00"},
    {12, "2026-11-10 11:00:00", "2026-11-10 11:01:00", 2, 0, "2026-11-10 11:31:00"},
    {12, "2026-11-10 11:00:00", "2026-11-10 11:01:00", 4, 0, "2026-11-10 13:01:00"},
    {12, "2026-11-10 11:00:00", "2026-11-10 11:01:00", 7, 0, "2026-11-10 23:01:00"},
    {12, "2026-11-10 11:00:00", "2026-11-10 11:01:00", 1000, 0, "2026-11-10 23:01:00"},
    {0.1, "2026-11-10 11:00:00", "2026-11-10 11:01:00", 1, 0, "2026-11-10 11:07:00"},
    /* The clock was set back: what is still to come has not been. */
    {12, "2031-01-01 00:00:00", "2031-01-01 00:10:00", 0, 0, "2026-11-10 12:00:00"},
    {12, "2026-11-10 11:59:00", "2031-01-01 00:10:00", 3, 0, "2026-11-10 12:00:00"},
};

static void an_interval_counts_from_the_end_of_the_last_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(intervals); i++) {
        struct schedule_plan plan = {
            .interval_hours = intervals[i].hours,
            .jitter_ms = intervals[i].jitter_ms,
            .last_began_ms = at(intervals[i].began),
            .last_ended_ms = at(intervals[i].ended),
            .failures = intervals[i].failures,
        };
        assert_at(schedule_plan_next(&plan, at("2026-11-10 12:00:00")), intervals[i].next, i);
    }
}

/* By cron text, asked at noon of the 10th, UTC. */
static const struct {
    const char *cron, *zone, *since, *began, *ended;
    int failures;
    const char *next;
} texts[] = {
    /* New: the first time after it was seen. */
    {"0 4 * * *", "UTC", "2026-11-10 11:00:00", NULL, NULL, 0, "2026-11-11 04:00:00"},
    /* New, and the last run long ago: still none of its own. */
    {"0 4 * * *", "UTC", "2026-11-10 11:00:00", "2026-11-01 00:00:00", "2026-11-01 00:05:00", 0,
     "2026-11-11 04:00:00"},
    /* The program was off at 4: now, whatever the number of days. */
    {"0 4 * * *", "UTC", "2026-11-01 11:00:00", "2026-11-05 04:00:00", "2026-11-05 04:05:00", 0,
     "2026-11-06 04:00:00"},
    {"0 4 * * *", "UTC", "2026-11-01 11:00:00", "2026-11-10 04:00:20", "2026-11-10 04:05:00", 0,
     "2026-11-11 04:00:00"},
    {"0 4 * * *", "Europe/Berlin", "2026-11-01 11:00:00", "2026-11-10 03:00:00",
     "2026-11-10 03:05:00", 0, "2026-11-11 03:00:00"},
    /* A run that took longer than the next time: that one is due when it has ended. */
    {"*/10 * * * *", "UTC", "2026-11-01 11:00:00", "2026-11-10 11:30:00", "2026-11-10 11:59:00", 0,
     "2026-11-10 11:40:00"},
    /* It failed: sooner than the next day. */
    {"0 4 * * *", "UTC", "2026-11-01 11:00:00", "2026-11-10 04:00:00", "2026-11-10 04:01:00", 1,
     "2026-11-10 04:16:00"},
    {"*/5 * * * *", "UTC", "2026-11-01 11:00:00", "2026-11-10 11:55:00", "2026-11-10 11:56:00", 1,
     "2026-11-10 12:00:00"},
    /* No such day. */
    {"0 4 30 2 *", "UTC", "2026-11-01 11:00:00", NULL, NULL, 0, NULL},
    /* Seen by a clock that was ahead. */
    {"0 4 * * *", "UTC", "2031-01-01 00:00:00", NULL, NULL, 0, "2026-11-11 04:00:00"},
};

/* Set up while the program ran, asked at noon of the 10th, every six hours or at four. */
static const struct {
    const char *ready, *ended;
    int failures;
    const char *by_interval, *by_cron;
} set_ups[] = {
    {NULL, NULL, 0, "2026-11-10 12:00:00", "2026-11-02 04:00:00"},
    {"2026-11-10 12:00:00", NULL, 0, "2026-11-10 18:00:00", "2026-11-11 04:00:00"},
    {"2026-11-10 03:00:00", NULL, 0, "2026-11-10 09:00:00", "2026-11-10 04:00:00"},
    /* All lists were removed, and others added later. */
    {"2026-11-10 12:00:00", "2026-11-08 04:10:00", 0, "2026-11-10 18:00:00", "2026-11-11 04:00:00"},
    {"2026-11-10 12:00:00", "2026-11-10 11:59:00", 3, "2026-11-10 18:00:00", "2026-11-11 04:00:00"},
    {"2026-11-08 12:00:00", "2026-11-10 11:00:00", 0, "2026-11-10 17:00:00", "2026-11-11 04:00:00"},
    /* By a clock that was ahead. */
    {"2031-01-01 00:00:00", NULL, 0, "2026-11-10 18:00:00", "2026-11-11 04:00:00"},
    {"2031-01-01 00:00:00", "2031-01-01 06:00:00", 0, "2026-11-10 12:00:00", "2026-11-02 04:00:00"},
};

static void what_was_set_up_while_it_ran_is_never_due_at_once(void **state)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct cron cron;

    (void)state;
    assert_int_equal(time_zone_open("UTC", &zone, NULL), ERROR_NONE);
    assert_int_equal(cron_parse("0 4 * * *", &cron, NULL), ERROR_NONE);
    for (size_t i = 0; i < ARRAY_LENGTH(set_ups); i++) {
        struct schedule_plan plan = {
            .zone = zone,
            .interval_hours = 6,
            .since_ms = at("2026-11-01 12:00:00"),
            .ready_ms = at(set_ups[i].ready),
            .last_began_ms = at(set_ups[i].ended),
            .last_ended_ms = at(set_ups[i].ended),
            .failures = set_ups[i].failures,
        };
        assert_at(schedule_plan_next(&plan, at("2026-11-10 12:00:00")), set_ups[i].by_interval, i);
        plan.cron = &cron;
        assert_at(schedule_plan_next(&plan, at("2026-11-10 12:00:00")), set_ups[i].by_cron, i);
    }
}

static void a_cron_text_counts_from_the_begin_of_the_last_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        AUTO_TIME_ZONE struct time_zone *zone = NULL;
        struct cron cron;
        assert_int_equal(time_zone_open(texts[i].zone, &zone, NULL), ERROR_NONE);
        assert_int_equal(cron_parse(texts[i].cron, &cron, NULL), ERROR_NONE);
        struct schedule_plan plan = {
            .cron = &cron,
            .zone = zone,
            .since_ms = at(texts[i].since),
            .last_began_ms = at(texts[i].began),
            .last_ended_ms = at(texts[i].ended),
            .failures = texts[i].failures,
        };
        assert_at(schedule_plan_next(&plan, at("2026-11-10 12:00:00")), texts[i].next, i);
    }
}

/* Days lived through in half minutes: when runs of a quarter of an hour began. */
static const struct {
    const char *cron, *zone, *from, *until;
    double hours;
    const char *began[8];
} lives[] = {
    /* Clocks go forward at 01:00 UTC of the 29th: 02:30 does not exist and happens at the jump. */
    {"30 2 * * *",
     "Europe/Berlin",
     "2026-03-27 12:00:00",
     "2026-03-31 12:00:00",
     0,
     {"2026-03-28 01:30:00", "2026-03-29 01:00:00", "2026-03-30 00:30:00", "2026-03-31 00:30:00"}},
    /* And back on 25 October: 02:30 comes twice and happens at the first. */
    {"30 2 * * *",
     "Europe/Berlin",
     "2026-10-24 12:00:00",
     "2026-10-27 12:00:00",
     0,
     {"2026-10-25 00:30:00", "2026-10-26 01:30:00", "2026-10-27 01:30:00"}},
    {"0 */6 * * *",
     "America/New_York",
     "2026-11-01 00:00:00",
     "2026-11-02 06:00:00",
     0,
     {"2026-11-01 04:00:00", "2026-11-01 11:00:00", "2026-11-01 17:00:00", "2026-11-01 23:00:00",
      "2026-11-02 05:00:00"}},
    /* An interval takes no notice. */
    {NULL,
     "Europe/Berlin",
     "2026-03-28 22:00:00",
     "2026-03-29 12:00:00",
     4,
     {"2026-03-28 22:00:00", "2026-03-29 02:15:00", "2026-03-29 06:30:00", "2026-03-29 10:45:00"}},
};

enum { RUN_MS = 15 * 60 * 1000, STEP_MS = 30 * 1000 };

static void days_go_by(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(lives); i++) {
        AUTO_TIME_ZONE struct time_zone *zone = NULL;
        struct cron cron;
        struct schedule_plan plan = {.interval_hours = lives[i].hours};
        size_t runs = 0;
        assert_int_equal(time_zone_open(lives[i].zone, &zone, NULL), ERROR_NONE);
        if (lives[i].cron)
            assert_int_equal(cron_parse(lives[i].cron, &cron, NULL), ERROR_NONE);
        plan.zone = zone;
        plan.cron = lives[i].cron ? &cron : NULL;
        plan.since_ms = at(lives[i].from);
        for (int64_t now = at(lives[i].from); now < at(lives[i].until); now += STEP_MS) {
            int64_t next = schedule_plan_next(&plan, now);
            if (next > now)
                continue;
            assert_at(now, lives[i].began[runs++], i);
            plan.last_began_ms = now;
            now += RUN_MS;
            plan.last_ended_ms = now;
        }
        assert_null(lives[i].began[runs]);
    }
}

/* A whole year of nights and of failures: one run a night, and no more tries than planned. */
static void a_year_of_nights_has_as_many_runs(void **state)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct cron cron;
    int runs = 0;

    (void)state;
    assert_int_equal(time_zone_open("Europe/Berlin", &zone, NULL), ERROR_NONE);
    assert_int_equal(cron_parse("0 4 * * *", &cron, NULL), ERROR_NONE);
    struct schedule_plan plan = {
        .cron = &cron, .zone = zone, .since_ms = at("2026-01-01 12:00:00")};
    for (int64_t now = plan.since_ms; now < at("2027-01-01 12:00:00"); runs++) {
        int64_t next = schedule_plan_next(&plan, now);
        assert_true(next > plan.last_began_ms);
        now = next > now ? next : now;
        plan.last_began_ms = now;
        plan.last_ended_ms = now += RUN_MS;
    }
    assert_int_equal(runs, 366); /* the last one is that of 2 January */
}

static void failures_make_no_hot_loop(void **state)
{
    struct schedule_plan plan = {.interval_hours = 12};
    int64_t begin = at("2026-11-10 12:00:00"), now = begin;
    int tries = 0;

    (void)state;
    for (; now < begin + 48LL * 3600 * 1000; tries++) {
        plan.last_began_ms = now;
        plan.last_ended_ms = now += 1000;
        plan.failures++;
        now = schedule_plan_next(&plan, now);
    }
    assert_int_equal(tries, 9); /* at 0, 0:15, 0:45, 1:45, 3:45, 7:45, 15:45, 27:45 and 39:45 */
}

static void a_pause_puts_runs_off(void **state)
{
    (void)state;
    assert_int_equal(schedule_plan_after_pause(0, 0), 0);
    assert_int_equal(schedule_plan_after_pause(0, 500), 0);
    assert_int_equal(schedule_plan_after_pause(100, 0), 100);
    assert_int_equal(schedule_plan_after_pause(100, 500), 500);
    assert_int_equal(schedule_plan_after_pause(600, 500), 600);
    assert_int_equal(schedule_plan_after_pause(100, -1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_counts_from_the_end_of_the_last_run),
        cmocka_unit_test(what_was_set_up_while_it_ran_is_never_due_at_once),
        cmocka_unit_test(a_cron_text_counts_from_the_begin_of_the_last_run),
        cmocka_unit_test(days_go_by),
        cmocka_unit_test(a_year_of_nights_has_as_many_runs),
        cmocka_unit_test(failures_make_no_hot_loop),
        cmocka_unit_test(a_pause_puts_runs_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
