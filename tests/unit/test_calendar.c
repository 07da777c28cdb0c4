#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "base/calendar.h"
#include "base/memory.h"

static void days_are_counted_from_1970(void **state)
{
    static const struct {
        int year, month, day;
        int64_t number;
        int weekday;
    } cases[] = {
        {1970, 1, 1, 0, 4},      {1969, 12, 31, -1, 3},   {2000, 2, 29, 11016, 2},
        {2000, 3, 1, 11017, 3},  {1900, 3, 1, -25508, 4}, {2026, 3, 29, 20541, 0},
        {2100, 2, 28, 47540, 0}, {1, 1, 1, -719162, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t number = calendar_day(cases[i].year, cases[i].month, cases[i].day);
        struct calendar_date date = calendar_date_of(number);
        assert_int_equal(number, cases[i].number);
        assert_int_equal(calendar_weekday(number), cases[i].weekday);
        assert_int_equal(date.year, cases[i].year);
        assert_int_equal(date.month, cases[i].month);
        assert_int_equal(date.day, cases[i].day);
    }
}

static void weekdays_have_names(void **state)
{
    (void)state;
    assert_string_equal(calendar_weekday_name(0), "Sunday");
    assert_string_equal(calendar_weekday_name(6), "Saturday");
    assert_string_equal(calendar_weekday_name(7), "Sunday");
    assert_string_equal(calendar_weekday_name(-1), "Saturday");
}

static void every_day_is_that_of_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -200000; day < 200000; day += 13) {
        time_t seconds = (time_t)(day * CALENDAR_DAY_SECONDS + 5);
        struct tm parts;
        gmtime_r(&seconds, &parts);
        struct calendar_date date = calendar_date_of(day);
        assert_int_equal(date.year, parts.tm_year + 1900);
        assert_int_equal(date.month, parts.tm_mon + 1);
        assert_int_equal(date.day, parts.tm_mday);
        assert_int_equal(calendar_weekday(day), parts.tm_wday);
        assert_int_equal(calendar_day(date.year, date.month, date.day), day);
        assert_int_equal(calendar_day_of_second(seconds), day);
    }
}

static void what_is_too_much_runs_over(void **state)
{
    (void)state;
    assert_int_equal(calendar_day(2026, 13, 1), calendar_day(2027, 1, 1));
    assert_int_equal(calendar_day(2026, 0, 31), calendar_day(2025, 12, 31));
    assert_int_equal(calendar_day(2026, 2, 29), calendar_day(2026, 3, 1));
    assert_int_equal(calendar_day_of_second(-1), -1);
    assert_int_equal(calendar_day_of_second(-86400), -1);
    assert_int_equal(calendar_day_of_second(-86401), -2);
}

static void months_have_their_days(void **state)
{
    (void)state;
    assert_int_equal(calendar_month_days(2026, 2), 28);
    assert_int_equal(calendar_month_days(2028, 2), 29);
    assert_int_equal(calendar_month_days(2100, 2), 28);
    assert_int_equal(calendar_month_days(2026, 12), 31);
    assert_true(calendar_is_leap(2000));
    assert_false(calendar_is_leap(1900));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_counted_from_1970),
        cmocka_unit_test(weekdays_have_names),
        cmocka_unit_test(every_day_is_that_of_the_c_library),
        cmocka_unit_test(what_is_too_much_runs_over),
        cmocka_unit_test(months_have_their_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
