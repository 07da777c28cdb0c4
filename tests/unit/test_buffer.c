#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"

static void test_grows_and_stays_terminated(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer buffer = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    assert_string_equal(buffer_string(&buffer), "");
    buffer_text(&buffer, "one");
    buffer_byte(&buffer, ',');
    buffer_print(&buffer, "%d", 2);
    buffer_append(&buffer, NULL, 0);
    assert_string_equal(buffer_string(&buffer), "one,2");
    for (int i = 0; i < 5000; i++)
        buffer_text(&buffer, "0123456789");
    assert_int_equal(buffer.length, 5 + 50000);
    assert_int_equal(strlen(buffer_string(&buffer)), buffer.length);
    assert_false(buffer.overflowed);
}

static void test_limit_is_exact_and_sticky(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer buffer = BUFFER_WITH_LIMIT(8);

    buffer_text(&buffer, "12345678");
    assert_false(buffer.overflowed);
    buffer_byte(&buffer, '9');
    assert_true(buffer.overflowed);
    assert_string_equal(buffer_string(&buffer), "12345678");
    buffer_clear(&buffer);
    assert_false(buffer.overflowed);
    buffer_text(&buffer, "123456789");
    assert_true(buffer.overflowed);
    buffer_text(&buffer, "1");
    assert_string_equal(buffer_string(&buffer), "");
}

static void test_prints_of_any_length_are_whole(void **state)
{
    (void)state;
    for (int length = 120; length < 140; length++) {
        AUTO_BUFFER struct buffer buffer = BUFFER_WITH_LIMIT(200);
        buffer_print(&buffer, "%0*d", length, 7);
        assert_int_equal(buffer.length, length);
        assert_int_equal(buffer.bytes[length - 1], '7');
        assert_int_equal(strlen(buffer.bytes), length);
    }
}

static void test_huge_append_does_not_wrap(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer buffer = BUFFER_WITH_LIMIT(100);

    buffer_text(&buffer, "abc");
    buffer_append(&buffer, "x", SIZE_MAX);
    assert_true(buffer.overflowed);
    assert_int_equal(buffer.length, 3);
}

static void test_release_keeps_the_limit(void **state)
{
    (void)state;
    struct buffer buffer;

    buffer_init(&buffer, 16);
    buffer_text(&buffer, "text");
    buffer_release(&buffer);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.limit, 16);
    buffer_text(&buffer, "again");
    assert_string_equal(buffer_string(&buffer), "again");
    buffer_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows_and_stays_terminated),
        cmocka_unit_test(test_limit_is_exact_and_sticky),
        cmocka_unit_test(test_prints_of_any_length_are_whole),
        cmocka_unit_test(test_huge_append_does_not_wrap),
        cmocka_unit_test(test_release_keeps_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
