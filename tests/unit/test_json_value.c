#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_value.h"
#include "base/memory.h"

static struct json_value *parse(const char *text)
{
    struct json_value *document = NULL;
    struct error error = {0};

    assert_int_equal(json_value_parse(text, strlen(text), &document, &error), ERROR_NONE);
    return document;
}

static void test_paths_lead_to_values(void **state)
{
    (void)state;
    AUTO_JSON struct json_value *document =
        parse("{\"data\":{\"list\":{\"items\":[{\"title\":\"Heat\",\"year\":1995}]}},\"n\":null}");
    const struct json_value *items = json_value_path(document, "data.list.items");
    const struct json_value *first = json_value_at(items, 0);

    assert_int_equal(json_value_count(items), 1);
    assert_string_equal(json_value_get_text(first, "title"), "Heat");
    assert_int_equal(json_value_get_integer(first, "year"), 1995);
    assert_true(json_value_is_null(json_value_get(document, "n")));
    assert_false(json_value_is_null(json_value_get(document, "m")));
    assert_true(json_value_is_object(document));
    assert_true(json_value_is_array(items));
    assert_ptr_equal(json_value_path(document, ""), document);
}

static void test_questions_are_tolerant(void **state)
{
    (void)state;
    AUTO_JSON struct json_value *document = parse("{\"a\":[],\"t\":true,\"f\":1.5}");

    assert_null(json_value_get(NULL, "a"));
    assert_null(json_value_get(json_value_get(document, "a"), "b"));
    assert_null(json_value_path(document, "a.b.c"));
    assert_null(json_value_path(document, "missing.b"));
    assert_null(json_value_at(document, 0));
    assert_null(json_value_at(json_value_get(document, "a"), 7));
    assert_null(json_value_text(document));
    assert_null(json_value_get_text(document, "t"));
    assert_int_equal(json_value_integer(NULL), 0);
    assert_int_equal(json_value_get_integer(document, "f"), 0);
    assert_int_equal(json_value_count(NULL), 0);
    assert_true(json_value_is_true(json_value_get(document, "t")));
    assert_false(json_value_is_true(NULL));
    assert_string_equal(json_value_kind(NULL), "nothing");
    assert_string_equal(json_value_kind(document), "an object");
    assert_string_equal(json_value_kind(json_value_get(document, "f")), "a fraction");
}

static void test_integers_come_as_either(void **state)
{
    (void)state;
    AUTO_JSON struct json_value *document =
        parse("{\"n\":603,\"s\":\"603\",\"e\":\"\",\"w\":\"tt603\",\"g\":-9223372036854775808}");

    assert_int_equal(json_value_get_integer(document, "n"), 603);
    assert_int_equal(json_value_get_integer(document, "s"), 603);
    assert_int_equal(json_value_get_integer(document, "e"), 0);
    assert_int_equal(json_value_get_integer(document, "w"), 0);
    assert_true(json_value_get_integer(document, "g") == INT64_MIN);
    assert_true(json_value_is_integer(json_value_get(document, "n")));
    assert_false(json_value_is_integer(json_value_get(document, "s")));
}

static void test_one_bad_title_does_not_cost_the_list(void **state)
{
    (void)state;
    AUTO_JSON struct json_value *document =
        parse("[\"Caf\xE9\",\"cut \\ud83d\",\"\\ude00 lost\",\"nul \\u0000!\","
              "\"\\ud83d\\ude00\",\"back\\\\u0000\",\"\\u00e9\"]");
    static const char *const expected[] = {
        "Caf\xEF\xBF\xBD",
        "cut \xEF\xBF\xBD",
        "\xEF\xBF\xBD lost",
        "nul \xEF\xBF\xBD!",
        "😀",
        "back\\u0000",
        "é",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++)
        assert_string_equal(json_value_text(json_value_at(document, i)), expected[i]);
}

static void test_what_is_not_json_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "<html></html>", "{\"a\":1", "[1,]",          "{\"a\":1,\"a\":2}",
        "[1] x",      "[\"\\u12\"]",   "[\"\\\"]", "[\"\\uZZZZ\"]", "\\",
        "[\"\\ud83d", "NaN",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct error error = {0};
        struct json_value *document = NULL;
        assert_int_equal(json_value_parse(bad[i], strlen(bad[i]), &document, &error), ERROR_FORMAT);
        assert_null(document);
        assert_non_null(strstr(error.message, "not valid JSON"));
    }
}

static void test_depth_is_limited(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    AUTO_FREE char *deep = memory_new(DEPTH + 1);
    struct json_value *document = NULL;

    memset(deep, '[', DEPTH);
    assert_int_equal(json_value_parse(deep, DEPTH, &document, NULL), ERROR_FORMAT);
}

static void count_member(void *context, const char *key, const struct json_value *value)
{
    int64_t *sum = context;

    assert_int_equal(strlen(key), 1);
    *sum += json_value_integer(value);
}

static void test_each_member(void **state)
{
    (void)state;
    AUTO_JSON struct json_value *document = parse("{\"a\":1,\"b\":2,\"c\":4}");
    int64_t sum = 0;

    json_value_each(document, count_member, &sum);
    json_value_each(NULL, count_member, &sum);
    assert_int_equal(sum, 7);
}

static void test_kinds_of_values(void **state)
{
    (void)state;
    AUTO_JSON struct json_value *document = parse("{\"n\":2,\"f\":2.5,\"s\":false,\"t\":\"2\"}");

    assert_true(json_value_is_number(json_value_get(document, "n")));
    assert_true(json_value_number(json_value_get(document, "n")) == 2);
    assert_true(json_value_number(json_value_get(document, "f")) == 2.5);
    assert_false(json_value_is_number(json_value_get(document, "t")));
    assert_true(json_value_is_switch(json_value_get(document, "s")));
    assert_false(json_value_is_switch(json_value_get(document, "n")));
    assert_false(json_value_is_switch(NULL));
}

/* "[UNIT,UNIT,...]" of so many bytes. */
static enum error_code parse_many(const char *unit, size_t size, struct error *error)
{
    AUTO_JSON struct json_value *document = NULL;
    AUTO_FREE char *text = memory_new(size + strlen(unit) + 3);
    size_t length = 0;

    text[length++] = '[';
    while (length < size) {
        memcpy(text + length, unit, strlen(unit));
        length += strlen(unit);
        text[length++] = ',';
    }
    text[length - 1] = ']';
    return json_value_parse(text, length, &document, error);
}

/* A few bytes of text become a hundred of memory: 32 MB of "{}" took 2.5 GB. */
static void test_what_would_take_too_much_memory_is_refused(void **state)
{
    struct error error = {0};

    (void)state;
    assert_int_equal(parse_many("{}", 4 << 20, &error), ERROR_LIMIT);
    assert_non_null(strstr(error.message, "more than 500000 objects and lists"));
    assert_int_equal(parse_many("[]", 4 << 20, &error), ERROR_LIMIT);
    assert_int_equal(parse_many("1", 9 << 20, &error), ERROR_LIMIT);
    assert_non_null(strstr(error.message, "more than 4000000 values"));
    assert_int_equal(parse_many("{\"id\":949,\"title\":\"Heat\",\"year\":1995}", 4 << 20, &error),
                     ERROR_NONE);
    assert_int_equal(parse_many("\"{}[[,,\\\"{}{}[[[[,,,,{}{}[[[[,,,,\"", 4 << 20, &error),
                     ERROR_NONE); /* in texts they are letters */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_lead_to_values),
        cmocka_unit_test(test_questions_are_tolerant),
        cmocka_unit_test(test_integers_come_as_either),
        cmocka_unit_test(test_one_bad_title_does_not_cost_the_list),
        cmocka_unit_test(test_what_is_not_json_is_refused),
        cmocka_unit_test(test_depth_is_limited),
        cmocka_unit_test(test_what_would_take_too_much_memory_is_refused),
        cmocka_unit_test(test_each_member),
        cmocka_unit_test(test_kinds_of_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
