#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_value.h"
#include "base/json_writer.h"

static void write_run(struct json_writer *json)
{
    json_begin_object(json, NULL);
    json_put_text(json, "state", "completed");
    json_put_number(json, "items", -3);
    json_put_number_or_null(json, "tmdb", 603);
    json_put_number_or_null(json, "tvdb", 0);
    json_put_bool(json, "dry_run", true);
    json_put_text(json, "none", NULL);
    json_begin_array(json, "lists");
    json_put_text(json, NULL, "imdb");
    json_begin_object(json, NULL);
    json_end_object(json);
    json_begin_array(json, NULL);
    json_put_number(json, NULL, 1);
    json_put_number(json, NULL, 2);
    json_end_array(json);
    json_end_array(json);
    json_end_object(json);
}

static void test_numbers_of_every_size(void **state)
{
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&out);
    static const int64_t numbers[] = {0, 9, 10, -1, INT64_MAX, INT64_MIN, 1000000, -90};

    (void)state;
    json_begin_array(&json, NULL);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        json_put_number(&json, NULL, numbers[i]);
    json_end_array(&json);
    assert_string_equal(buffer_string(&out), "[0,9,10,-1,9223372036854775807,"
                                             "-9223372036854775808,1000000,-90]");
}

static void test_nested_values_are_written_in_order(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&out);

    write_run(&json);
    assert_string_equal(buffer_string(&out),
                        "{\"state\":\"completed\",\"items\":-3,\"tmdb\":603,\"tvdb\":null,"
                        "\"dry_run\":true,\"none\":null,\"lists\":[\"imdb\",{},[1,2]]}");
}

static void test_escapes_read_back(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_JSON struct json_value *document = NULL;
    struct json_writer json = json_writer_to(&out);
    char all[128];

    for (int i = 1; i < 128; i++)
        all[i - 1] = (char)i;
    all[127] = '\0';
    json_begin_object(&json, NULL);
    json_put_text(&json, "quote \" and \\", all);
    json_put_text(&json, "empty", "");
    json_put_text(&json, "accents", "Amélie 😀\n");
    json_end_object(&json);
    assert_int_equal(json_value_parse(out.bytes, out.length, &document, NULL), ERROR_NONE);
    assert_string_equal(json_value_get_text(document, "quote \" and \\"), all);
    assert_string_equal(json_value_get_text(document, "empty"), "");
    assert_string_equal(json_value_get_text(document, "accents"), "Amélie 😀\n");
}

static void test_overflow_shows_in_the_buffer(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(40);
    struct json_writer json = json_writer_to(&out);

    write_run(&json);
    assert_true(out.overflowed);
}

static void test_one_value_at_the_top(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(40);
    struct json_writer json = json_writer_to(&out);

    json_put_text(&json, NULL, "alone");
    assert_string_equal(buffer_string(&out), "\"alone\"");
}

static void test_decimals_read_back_the_same(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&out);

    json_begin_array(&json, NULL);
    json_put_decimal(&json, NULL, 12);
    json_put_decimal(&json, NULL, 0.1);
    json_put_decimal(&json, NULL, 1.0 / 3);
    json_put_decimal(&json, NULL, NAN);
    json_put_decimal(&json, NULL, -INFINITY);
    json_end_array(&json);
    assert_string_equal(buffer_string(&out), "[12,0.1,0.33333333333333331,null,null]");
}

static void test_raw_json_stands_as_it_is(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&out);

    json_begin_object(&json, NULL);
    json_put_raw(&json, "reason", "{\"rule\":\"exact\"}");
    json_put_bool(&json, "known", true);
    json_end_object(&json);
    assert_string_equal(buffer_string(&out), "{\"reason\":{\"rule\":\"exact\"},\"known\":true}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nested_values_are_written_in_order),
        cmocka_unit_test(test_numbers_of_every_size),
        cmocka_unit_test(test_escapes_read_back),
        cmocka_unit_test(test_overflow_shows_in_the_buffer),
        cmocka_unit_test(test_one_value_at_the_top),
        cmocka_unit_test(test_decimals_read_back_the_same),
        cmocka_unit_test(test_raw_json_stands_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
