#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/options.h"

static const struct option seerr_table[] = {
    {.name = "SEERR_URL", .kind = OPTION_URL, .help = "Where Seerr is."},
    {.name = "SEERR_API_KEY", .kind = OPTION_SECRET, .help = "Its key."},
    {.name = "SEERR_4K", .kind = OPTION_SWITCH, .fallback = "false", .help = "Ask for 4K."},
    {0},
};

static const struct option sync_table[] = {
    {.name = "SYNC_INTERVAL", .kind = OPTION_DECIMAL, .fallback = "24", .low = 0, .high = 8760},
    {.name = "REQUEST_LIMIT", .kind = OPTION_NUMBER, .low = 1, .high = 50},
    {.name = "LOG_LEVEL", .kind = OPTION_TEXT, .fallback = "info"},
    {0},
};

static int declare(void **state)
{
    struct options *options = memory_new(sizeof(*options));

    options_declare(options, seerr_table);
    options_declare(options, sync_table);
    *state = options;
    return 0;
}

static int release(void **state)
{
    options_release(*state);
    memory_release_local(state);
    return 0;
}

static void test_what_is_not_set_has_its_fallback(void **state)
{
    const struct options *options = *state;

    assert_true(options_is_declared(options, "SEERR_URL"));
    assert_false(options_is_declared(options, "SEER_URL"));
    assert_false(options_is_set(options, "LOG_LEVEL"));
    assert_string_equal(options_text(options, "LOG_LEVEL"), "info");
    assert_string_equal(options_text(options, "SEERR_URL"), "");
    assert_true(options_decimal(options, "SYNC_INTERVAL") == 24.0);
    assert_int_equal(options_number(options, "REQUEST_LIMIT"), 0);
    assert_false(options_switch(options, "SEERR_4K"));
    assert_false(secret_is_set(options_secret(options, "SEERR_API_KEY")));
}

static void test_values_are_kept_as_their_kind_wants(void **state)
{
    struct options *options = *state;
    struct error error = {0};

    assert_int_equal(options_set(options, "SEERR_URL", " http://seerr.lan:5055 ", &error), 0);
    assert_string_equal(options_text(options, "SEERR_URL"), "http://seerr.lan:5055");
    assert_int_equal(options_set(options, "SEERR_API_KEY", " key ", &error), 0);
    assert_string_equal(secret_reveal(options_secret(options, "SEERR_API_KEY")), " key ");
    assert_int_equal(options_set(options, "SEERR_4K", "Yes", &error), 0);
    assert_true(options_switch(options, "SEERR_4K"));
    assert_int_equal(options_set(options, "SYNC_INTERVAL", "0.5", &error), 0);
    assert_true(options_decimal(options, "SYNC_INTERVAL") == 0.5);
    assert_int_equal(options_set(options, "REQUEST_LIMIT", "50", &error), 0);
    assert_int_equal(options_number(options, "REQUEST_LIMIT"), 50);
    assert_true(options_is_set(options, "REQUEST_LIMIT"));
}

static void test_empty_means_not_set(void **state)
{
    struct options *options = *state;

    assert_int_equal(options_set(options, "REQUEST_LIMIT", "7", NULL), 0);
    assert_int_equal(options_set(options, "REQUEST_LIMIT", "", NULL), 0);
    assert_false(options_is_set(options, "REQUEST_LIMIT"));
    assert_int_equal(options_set(options, "SEERR_4K", "  ", NULL), 0);
    assert_false(options_is_set(options, "SEERR_4K"));
    assert_int_equal(options_set(options, "LOG_LEVEL", NULL, NULL), 0);
    assert_string_equal(options_text(options, "LOG_LEVEL"), "info");
}

static void test_bad_values_say_what_is_expected(void **state)
{
    static const struct {
        const char *name, *value, *expected;
    } cases[] = {
        {"REQUEST_LIMIT", "51", "REQUEST_LIMIT is \"51\"; it must be a whole number from 1 to 50"},
        {"REQUEST_LIMIT", "0", "from 1 to 50"},
        {"REQUEST_LIMIT", "many", "whole number"},
        {"SYNC_INTERVAL", "8761", "a number from 0 to 8760"},
        {"SYNC_INTERVAL", "inf", "a number"},
        {"SYNC_INTERVAL", "1e3", "a number"},
        {"SYNC_INTERVAL", "1.2.3", "a number"},
        {"SEERR_4K", "maybe", "SEERR_4K is \"maybe\"; it must be true or false"},
        {"SEERR_URL", "seerr.lan:5055", "http://"},
        {"SEERR_URL", "http://", "http://"},
        {"SEERR_URL", "http:///api", "http://"},
        {"SEERR_URL", "http://a b", "http://"},
        {"SEERR_API_KEY", "abc\r\nX-Evil: 1", "must be one line"},
        {"SEERR_API_KEY", "\nabc", "must be one line"},
        {"SEERR_API_KEY", "abc\rd\n", "must be one line"},
    };
    struct options *options = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error error = {0};
        assert_int_equal(options_set(options, cases[i].name, cases[i].value, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, cases[i].name));
        assert_non_null(strstr(error.message, cases[i].expected));
        assert_false(options_is_set(options, cases[i].name));
    }
}

static void test_the_line_break_at_the_end_of_a_secret_is_no_harm(void **state)
{
    struct options *options = *state;

    assert_int_equal(options_set(options, "SEERR_API_KEY", "abc \r\n", NULL), 0);
    assert_int_equal(options_set(options, "LOG_LEVEL", "one,\ntwo", NULL), 0);
}

static void test_a_bad_url_does_not_show_its_password(void **state)
{
    struct error error = {0};

    assert_int_equal(options_set(*state, "SEERR_URL", "user:hunter2@seerr", &error), ERROR_USAGE);
    assert_null(strstr(error.message, "hunter2"));
}

static void test_unknown_names(void **state)
{
    struct options *options = *state;
    struct error error = {0};

    assert_string_equal(options_nearest(options, "SEERR_APIKEY"), "SEERR_API_KEY");
    assert_string_equal(options_nearest(options, "SYNC_INTERVALL"), "SYNC_INTERVAL");
    assert_null(options_nearest(options, "PATH"));
    assert_null(options_nearest(options, ""));
    assert_int_equal(options_set(options, "LOG_LEVLE", "debug", &error), ERROR_USAGE);
    assert_string_equal(error.message, "there is no setting LOG_LEVLE; did you mean LOG_LEVEL?");
    assert_int_equal(options_set(options, "COLOUR", "red", &error), ERROR_USAGE);
    assert_string_equal(error.message, "there is no setting COLOUR");
}

static void test_a_copy_has_values_of_its_own(void **state)
{
    struct options *options = *state;
    struct options copy;

    assert_int_equal(options_set(options, "SEERR_API_KEY", "one", NULL), ERROR_NONE);
    options_copy(options, &copy);
    assert_int_equal(options_set(options, "SEERR_API_KEY", "two", NULL), ERROR_NONE);
    assert_int_equal(options_set(&copy, "LOG_LEVEL", "debug", NULL), ERROR_NONE);
    assert_string_equal(secret_reveal(options_secret(&copy, "SEERR_API_KEY")), "one");
    assert_string_equal(secret_reveal(options_secret(options, "SEERR_API_KEY")), "two");
    assert_false(options_is_set(options, "LOG_LEVEL"));
    assert_true(options_is_set(&copy, "LOG_LEVEL"));
    options_release(&copy);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, declare, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_not_set_has_its_fallback),
        TEST(test_values_are_kept_as_their_kind_wants),
        TEST(test_empty_means_not_set),
        TEST(test_bad_values_say_what_is_expected),
        TEST(test_the_line_break_at_the_end_of_a_secret_is_no_harm),
        TEST(test_a_bad_url_does_not_show_its_password),
        TEST(test_unknown_names),
        TEST(test_a_copy_has_values_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
