#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "sync/speed.h"

static void nothing_is_told_too_early(void **state)
{
    struct speed speed = {0};
    double per_second = -1;
    int64_t left_ms = -1;

    (void)state;
    speed_begin(&speed, 5000, 0);
    assert_false(speed_tell(&speed, 5000, 0, 10, &per_second, &left_ms));
    assert_false(speed_tell(&speed, 5999, 4, 10, &per_second, &left_ms));
    assert_false(speed_tell(&speed, 9000, 0, 10, &per_second, &left_ms)); /* nothing is done */
    assert_true(per_second == -1 && left_ms == -1);
    assert_true(speed_tell(&speed, 6000, 4, 10, &per_second, &left_ms));
    assert_true(per_second == 4.0);
    assert_int_equal(left_ms, 1500);
}

/* A fast stretch, then a slow one: what is left goes by the slow one. */
static void only_the_last_seconds_count(void **state)
{
    struct speed speed = {0};
    double per_second = 0;
    int64_t left_ms = 0, done = 0, now = 0;

    (void)state;
    speed_begin(&speed, now, done);
    for (; now < 10000; now += 100, done += 10)
        speed_note(&speed, now, done);
    for (; now < 20000; now += 1000, done += 1)
        speed_note(&speed, now, done);
    assert_true(speed_tell(&speed, now, done, done + 60, &per_second, &left_ms));
    assert_true(per_second > 0.9 && per_second < 1.1);
    assert_true(left_ms > 55000 && left_ms < 65000);
}

static void what_is_done_leaves_nothing(void **state)
{
    struct speed speed = {0};
    double per_second = 0;
    int64_t left_ms = -1;

    (void)state;
    speed_begin(&speed, 0, 0);
    assert_true(speed_tell(&speed, 2000, 20, 10, &per_second, &left_ms));
    assert_int_equal(left_ms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_too_early),
        cmocka_unit_test(only_the_last_seconds_count),
        cmocka_unit_test(what_is_done_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
