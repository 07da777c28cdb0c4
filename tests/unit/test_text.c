#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

static void test_texts_are_compared_with_and_without_case(void **state)
{
    (void)state;
    assert_true(text_starts_with("https://x", "https://"));
    assert_false(text_starts_with("http", "https://"));
    assert_true(text_starts_with_ignoring_case("HTTPS://x", "https://"));
    assert_true(text_ends_with("titles.csv", ".csv"));
    assert_false(text_ends_with("csv", ".csv"));
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_false(text_equal("a", "A"));
    assert_true(text_equal_ignoring_case("a", "A"));
    assert_false(text_equal_ignoring_case("a", NULL));
    assert_true(text_is_empty(NULL));
    assert_true(text_is_empty(""));
    assert_false(text_is_empty(" "));
    assert_true(text_is_digits("0123"));
    assert_false(text_is_digits(""));
    assert_false(text_is_digits("12a"));
}

static void test_only_whole_numbers_in_range_are_taken(void **state)
{
    (void)state;
    int64_t number = 42;

    assert_true(text_to_integer("-5", -5, 5, &number));
    assert_int_equal(number, -5);
    assert_true(text_to_integer("9223372036854775807", INT64_MIN, INT64_MAX, &number));
    assert_true(number == INT64_MAX);
    number = 42;
    static const char *const bad[] = {
        "", "-", " 1", "1 ", "+1", "1.5", "0x10", "6", "-6", "9223372036854775808", "abc", "1a",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        assert_false(text_to_integer(bad[i], -5, 5, &number));
    assert_false(text_to_integer(NULL, 0, 5, &number));
    assert_int_equal(number, 42);
}

static void test_trimming_and_cutting(void **state)
{
    (void)state;
    char padded[] = " \t a b \r\n";
    char blank[] = "  ";
    char query[] = "list?page=2#top";

    assert_string_equal(text_trim(padded), "a b");
    assert_string_equal(text_trim(blank), "");
    text_cut_at(query, "?#");
    assert_string_equal(query, "list");
    text_cut_at(query, "?#");
    assert_string_equal(query, "list");
}

static void test_the_distance_counts_single_slips(void **state)
{
    (void)state;
    char long_a[200];
    char long_b[200];

    assert_int_equal(text_distance("", ""), 0);
    assert_int_equal(text_distance("", "abc"), 3);
    assert_int_equal(text_distance("abc", "abc"), 0);
    assert_int_equal(text_distance("abc", "acb"), 1);
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("TRAKT_CLIENT_ID", "TRAKT_CLEINT_ID"), 1);
    memset(long_a, 'a', sizeof(long_a));
    memset(long_b, 'b', sizeof(long_b));
    long_a[199] = long_b[199] = '\0';
    assert_int_equal(text_distance(long_a, long_b), 64);
}

static void test_copy_cuts_at_whole_characters(void **state)
{
    (void)state;
    char small[6];

    text_copy(small, sizeof(small), "abcdefgh");
    assert_string_equal(small, "abcde");
    text_copy(small, sizeof(small), "abcdé");
    assert_string_equal(small, "abcd");
    text_copy(small, sizeof(small), "abcé");
    assert_string_equal(small, "abcé");
    text_copy(small, 1, "é");
    assert_string_equal(small, "");
}

static void assert_made_valid(const char *bytes, size_t length, const char *expected)
{
    size_t valid_length = 0;
    AUTO_FREE char *valid = text_valid_utf8(bytes, length, &valid_length);

    assert_string_equal(valid, expected);
    assert_int_equal(valid_length, strlen(expected));
}

static void test_bad_bytes_become_replacement_characters(void **state)
{
    (void)state;
    assert_made_valid("", 0, "");
    assert_made_valid("Amélie 😀", strlen("Amélie 😀"), "Amélie 😀");
    assert_made_valid("\xEF\xBB\xBFtitle", 8, "title");
    assert_made_valid("a\xE9z", 3, "a\xEF\xBF\xBDz");
    assert_made_valid("a\0z", 3, "a\xEF\xBF\xBDz");
    assert_made_valid("\xC0\xAF", 2, "\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_made_valid("\xED\xA0\x80", 3, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_made_valid("\xF4\x90\x80\x80", 4, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_made_valid("x\xE2\x82", 3, "x\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void test_valid_text_is_known_wherever_its_characters_lie(void **state)
{
    static const char plain[] = "0123456789abcdef0123456789abcdef";
    static const char *const bad[] = {"\xE9", "\xC3", "\x80", "\xED\xA0\x80"};

    (void)state;
    assert_true(text_is_valid_utf8("", 0));
    assert_true(text_is_valid_utf8(plain, strlen(plain)));
    assert_false(text_is_valid_utf8("\xEF\xBB\xBFtitle", 8));
    for (size_t at = 0; at < 20; at++) {
        char text[64];
        int length = snprintf(text, sizeof(text), "%.*sé%s", (int)at, plain, plain);
        assert_true(text_is_valid_utf8(text, (size_t)length));
        text[at] = '\0';
        assert_false(text_is_valid_utf8(text, (size_t)length));
        for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
            length = snprintf(text, sizeof(text), "%.*s%s%s", (int)at, plain, bad[i], plain);
            assert_false(text_is_valid_utf8(text, (size_t)length));
        }
    }
}

static void test_columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(text_columns(""), 0);
    assert_int_equal(text_columns("Amélie"), 6);
    assert_int_equal(text_columns("七人の侍"), 8);
    assert_int_equal(text_columns("Ame\xCC\x81lie"), 6);
    assert_int_equal(text_fitting("七人の侍", 5), strlen("七人"));
    assert_int_equal(text_fitting("Ame\xCC\x81lie", 3), strlen("Ame\xCC\x81"));
}

static void test_foreign_text_cannot_steer_a_terminal(void **state)
{
    static const struct {
        const char *foreign, *tame;
    } cases[] = {
        {"Heat", "Heat"},
        {"Amélie 七人の侍", "Amélie 七人の侍"},
        {"\x1b]0;owned\x07Heat\x1b[31m", " ]0;owned Heat [31m"},
        {"one\r\ntwo\tthree\x7f", "one  two three "},
        {"C1 \xC2\x9B"
         "2J and \xC2\x85",
         "C1  2J and  "},
        {"\xE2\x80\xAEtaeH\xE2\x80\xAC \xE2\x81\xA6x\xE2\x81\xA9", "taeH x"},
        {"line\xE2\x80\xA8separator", "line separator"},
        {"bare \x9B"
         "2J",
         "bare ?2J"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_FREE char *text = memory_text(cases[i].foreign);
        text_tame(text);
        assert_string_equal(text, cases[i].tame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_compared_with_and_without_case),
        cmocka_unit_test(test_only_whole_numbers_in_range_are_taken),
        cmocka_unit_test(test_trimming_and_cutting),
        cmocka_unit_test(test_the_distance_counts_single_slips),
        cmocka_unit_test(test_copy_cuts_at_whole_characters),
        cmocka_unit_test(test_bad_bytes_become_replacement_characters),
        cmocka_unit_test(test_valid_text_is_known_wherever_its_characters_lie),
        cmocka_unit_test(test_columns_are_those_of_a_terminal),
        cmocka_unit_test(test_foreign_text_cannot_steer_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
