#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sync/backup_retention.h"

enum { MOST = 64 };

/* One a day at 04:30, the newest on Sunday 2026-11-22; the numbers of days before it that stay. */
static void expect_stays(size_t count, int64_t newest, int64_t weeks, const int *wanted)
{
    int64_t made_ms[MOST];
    bool stays[MOST];
    int64_t last = clock_parse_utc("2026-11-22 04:30:00");

    for (size_t i = 0; i < count; i++)
        made_ms[i] = last - (int64_t)i * 86400000;
    backup_retention_choose(made_ms, count, newest, weeks, stays);
    for (size_t i = 0; i < count; i++) {
        bool is_wanted = *wanted == (int)i;
        if (stays[i] != is_wanted)
            fail_msg("of day %zu it %s", i, stays[i] ? "stays" : "goes");
        wanted += is_wanted;
    }
}

static void test_the_newest_stay(void **state)
{
    (void)state;
    expect_stays(5, 3, 0, (const int[]){0, 1, 2, -1});
    expect_stays(3, 7, 0, (const int[]){0, 1, 2, -1});
    expect_stays(0, 7, 4, (const int[]){-1});
}

/* The seven are those of one week; before them the Sundays stay. */
static void test_of_the_weeks_before_the_last_one_stays(void **state)
{
    (void)state;
    expect_stays(60, 7, 4, (const int[]){0, 1, 2, 3, 4, 5, 6, 7, 14, 21, 28, -1});
}

/* That week has newer ones already. */
static void test_a_week_that_is_begun_counts_once(void **state)
{
    (void)state;
    expect_stays(30, 3, 2, (const int[]){0, 1, 2, 7, 14, -1});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_newest_stay),
        cmocka_unit_test(test_of_the_weeks_before_the_last_one_stays),
        cmocka_unit_test(test_a_week_that_is_begun_counts_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
