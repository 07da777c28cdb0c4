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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_and_prefix),
        cmocka_unit_test(test_no_error_wanted_is_still_a_failure),
        cmocka_unit_test(test_long_messages_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
