#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"

static int64_t fixed_wall(void)
{
    return 1795340036000; /* 2026-11-22 09:33:56 */
}

static int64_t fixed_steady(void)
{
    return 17;
}

static void test_real_clocks_move_forward(void **state)
{
    (void)state;
    int64_t before = clock_steady_ms();

    assert_true(clock_wall_ms() > 1700000000000);
    assert_true(clock_steady_ms() >= before);
}

static void test_tests_set_the_clock(void **state)
{
    (void)state;
    clock_set_for_tests(fixed_wall, fixed_steady);
    assert_true(clock_wall_ms() == fixed_wall());
    assert_true(clock_steady_ms() == 17);
    clock_set_for_tests(NULL, NULL);
    assert_true(clock_wall_ms() != fixed_wall());
}

static void test_utc_text(void **state)
{
    (void)state;
    char text[CLOCK_TEXT_SIZE];

    clock_format_utc(fixed_wall() + 999, text);
    assert_string_equal(text, "2026-11-22 09:33:56");
    assert_true(clock_parse_utc(text) == fixed_wall());
    clock_format_utc(0, text);
    assert_string_equal(text, "1970-01-01 00:00:00");
    assert_true(clock_parse_utc("2024-02-29 23:59:59") == 1709251199000);
    assert_true(clock_parse_utc(NULL) == -1);
    assert_true(clock_parse_utc("") == -1);
    assert_true(clock_parse_utc("yesterday") == -1);
    assert_true(clock_parse_utc("2026-11-22") == -1);
}

static void test_durations_are_written_as_people_say_them(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "0 ms"},
        {42, "42 ms"},
        {999, "999 ms"},
        {1000, "1.0 s"},
        {3150, "3.1 s"},
        {59999, "59.9 s"},
        {125000, "2 min 5 s"},
        {3600000, "1 h"},
        {4 * 3600000 + 5, "4 h"},
        {47 * 3600000, "47 h"},
        {3 * 86400000LL, "3 days"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char text[CLOCK_TEXT_SIZE];
        clock_format_duration(cases[i].ms, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real_clocks_move_forward),
        cmocka_unit_test(test_tests_set_the_clock),
        cmocka_unit_test(test_utc_text),
        cmocka_unit_test(test_durations_are_written_as_people_say_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
