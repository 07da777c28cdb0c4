#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/season_set.h"

static struct season_set all_seasons(void)
{
    struct season_set set = {0};

    for (int season = -5; season <= SEASON_MAX + 60; season++)
        season_set_add(&set, season);
    return set;
}

static void test_a_season_is_in_the_set_once(void **state)
{
    (void)state;
    struct season_set set = {0};

    assert_true(season_set_is_empty(&set));
    season_set_add(&set, 1);
    season_set_add(&set, 64);
    season_set_add(&set, SEASON_MAX);
    season_set_add(&set, 64);
    assert_int_equal(season_set_count(&set), 3);
    assert_true(season_set_has(&set, 1));
    assert_true(season_set_has(&set, 64));
    assert_true(season_set_has(&set, SEASON_MAX));
    assert_false(season_set_has(&set, 65));
    assert_false(season_set_is_empty(&set));
}

static void test_specials_and_nonsense_are_never_in(void **state)
{
    (void)state;
    struct season_set set = {0};

    season_set_add(&set, 0);
    season_set_add(&set, -1);
    season_set_add(&set, SEASON_MAX + 1);
    season_set_add(&set, INT64_MAX);
    season_set_add(&set, INT64_MIN);
    assert_true(season_set_is_empty(&set));
    assert_false(season_set_has(&set, 0));
    assert_false(season_set_has(&set, -64));
    assert_false(season_set_has(&set, 100000));
    set = all_seasons();
    assert_int_equal(season_set_count(&set), SEASON_MAX);
}

static void test_sets_are_joined_cut_and_taken_away(void **state)
{
    (void)state;
    struct season_set a = season_set_parse("1,2,3,100");
    struct season_set b = season_set_parse("2,100,120");
    char text[SEASON_SET_TEXT];

    struct season_set both = season_set_both(&a, &b);
    season_set_format(&both, text);
    assert_string_equal(text, "2,100");
    struct season_set minus = season_set_minus(&a, &b);
    season_set_format(&minus, text);
    assert_string_equal(text, "1,3");
    season_set_add_all(&a, &b);
    season_set_format(&a, text);
    assert_string_equal(text, "1,2,3,100,120");
}

static void assert_parsed(const char *source, const char *expected)
{
    struct season_set set = season_set_parse(source);
    char text[SEASON_SET_TEXT];

    season_set_format(&set, text);
    assert_string_equal(text, expected);
}

static void test_text_and_back_is_the_same_set(void **state)
{
    (void)state;
    struct season_set all = all_seasons();
    char text[SEASON_SET_TEXT];

    assert_parsed(NULL, "");
    assert_parsed("", "");
    assert_parsed("1", "1");
    assert_parsed("10, 2,2", "2,10");
    assert_parsed("0,1,200,-3,99999999999999999999", "1");
    assert_parsed("x,3,,", "3");
    season_set_format(&all, text);
    struct season_set again = season_set_parse(text);
    assert_int_equal(season_set_count(&again), SEASON_MAX);
}

static void assert_described(const char *source, const char *expected)
{
    struct season_set set = season_set_parse(source);
    char text[SEASON_SET_TEXT];

    season_set_describe(&set, text);
    assert_string_equal(text, expected);
}

static void test_seasons_are_described_in_words(void **state)
{
    (void)state;
    struct season_set odd = {0};
    char text[SEASON_SET_TEXT];

    assert_described("", "no season");
    assert_described("3", "season 3");
    assert_described("1,2", "seasons 1 and 2");
    assert_described("1,2,3", "seasons 1 to 3");
    assert_described("1,2,3,4,7", "seasons 1 to 4 and 7");
    assert_described("1,3,5,6,7", "seasons 1, 3 and 5 to 7");
    assert_described("1,2,4,5", "seasons 1, 2, 4 and 5");
    for (int season = 1; season <= SEASON_MAX; season++)
        if (season % 3)
            season_set_add(&odd, season);
    season_set_describe(&odd, text); /* the longest that there is */
}

static void assert_chosen(const char *text, const char *expected)
{
    struct season_set set;
    struct error error = {0};
    char formatted[SEASON_SET_TEXT];

    if (season_set_of_choice(text, &set, &error))
        fail_msg("%s: %s", text, error.message);
    season_set_format(&set, formatted);
    assert_string_equal(formatted, expected);
}

static void test_a_choice_is_all_the_first_or_ranges(void **state)
{
    (void)state;
    assert_chosen(NULL, "");
    assert_chosen(" ", "");
    assert_chosen("all", "");
    assert_chosen("First", "1");
    assert_chosen("1-3,5", "1,2,3,5");
    assert_chosen(" 2 , 4 - 5 ", "2,4,5");
    assert_chosen("7-7", "7");
}

static void test_what_is_no_choice(void **state)
{
    static const char *const texts[] = {"0",   "128",  "3-1",   "1-",     "-3",      "1,,2", "1,",
                                        "1.5", "last", "1-2-3", "1-9999", "first,2", "all,1"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct season_set set;
        struct error error = {0};
        assert_int_equal(season_set_of_choice(texts[i], &set, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, texts[i]));
        assert_non_null(strstr(error.message, "1-3,5"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_season_is_in_the_set_once),
        cmocka_unit_test(test_specials_and_nonsense_are_never_in),
        cmocka_unit_test(test_sets_are_joined_cut_and_taken_away),
        cmocka_unit_test(test_text_and_back_is_the_same_set),
        cmocka_unit_test(test_seasons_are_described_in_words),
        cmocka_unit_test(test_a_choice_is_all_the_first_or_ranges),
        cmocka_unit_test(test_what_is_no_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
