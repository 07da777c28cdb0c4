#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void test_set_and_prefix(void **state)
{
    (void)state;
    struct error error = {0};

    assert_int_equal(error_set(&error, ERROR_LIMIT, "%d entries are too many", 7), ERROR_LIMIT);
    assert_int_equal(error_prefix(&error, "reading the list %s", "ls1"), ERROR_LIMIT);
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message, "reading the list ls1: 7 entries are too many");
}

static void test_no_error_wanted_is_still_a_failure(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, ERROR_FORMAT, "x"), ERROR_FORMAT);
    assert_int_not_equal(error_prefix(NULL, "reading"), ERROR_NONE);
}

static void test_long_messages_are_cut(void **state)
{
    (void)state;
    struct error error = {0};
    char text[2000];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    error_set(&error, ERROR_STORE, "%s", text);
    error_prefix(&error, "%s", text);
    assert_int_equal(strlen(error.message), sizeof(error.message) - 1);
}

static void test_every_code_has_a_word(void **state)
{
    (void)state;
    for (int code = ERROR_NONE; code <= ERROR_STORE; code++)
        assert_non_null(error_word((enum error_code)code));
    assert_string_equal(error_word(ERROR_NOT_FOUND), "not_found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_and_prefix),
        cmocka_unit_test(test_no_error_wanted_is_still_a_failure),
        cmocka_unit_test(test_long_messages_are_cut),
        cmocka_unit_test(test_every_code_has_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
