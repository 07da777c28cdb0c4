#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/csv.h"

static void test_an_export(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBFPosition,Const,Title\r\n"
                               "1,tt0113277,Heat\r\n"
                               "2,tt0118799,\"Life, \"\"Is\"\" Beautiful\"\r\n";
    AUTO_CSV struct csv csv;

    csv_init(&csv, text, strlen(text));
    assert_true(csv_next(&csv));
    int id = csv_find(&csv, "const");
    int title = csv_find(&csv, "TITLE");
    assert_int_equal(id, 1);
    assert_int_equal(csv_find(&csv, "Year"), -1);
    assert_true(csv_next(&csv));
    assert_string_equal(csv_field(&csv, id), "tt0113277");
    assert_true(csv_next(&csv));
    assert_string_equal(csv_field(&csv, title), "Life, \"Is\" Beautiful");
    assert_string_equal(csv_field(&csv, -1), "");
    assert_string_equal(csv_field(&csv, 99), "");
    assert_false(csv_next(&csv));
    assert_false(csv_next(&csv));
}

static void test_lines_are_counted_where_rows_begin(void **state)
{
    (void)state;
    static const char text[] = "a,\"two\nlines\"\n\nlast";
    AUTO_CSV struct csv csv;

    csv_init(&csv, text, strlen(text));
    assert_true(csv_next(&csv));
    assert_int_equal(csv.line, 1);
    assert_string_equal(csv_field(&csv, 1), "two\nlines");
    assert_true(csv_next(&csv));
    assert_int_equal(csv.line, 3);
    assert_int_equal(csv.count, 1);
    assert_string_equal(csv_field(&csv, 0), "");
    assert_true(csv_next(&csv));
    assert_int_equal(csv.line, 4);
    assert_string_equal(csv_field(&csv, 0), "last");
    assert_false(csv_next(&csv));
}

static void test_odd_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t fields;
        const char *last;
    } cases[] = {
        {"a,", 2, ""},       {",", 2, ""},    {"\"a\"x,b", 2, "b"}, {"\"open", 1, "open"},
        {"\"", 1, ""},       {"\"\"", 1, ""}, {"a\rb", 1, "a"},     {"a,\"b\"\"\"", 2, "b\""},
        {"\"a\",\n", 2, ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        AUTO_CSV struct csv csv;
        csv_init(&csv, cases[i].text, strlen(cases[i].text));
        assert_true(csv_next(&csv));
        assert_int_equal(csv.count, cases[i].fields);
        assert_string_equal(csv_field(&csv, (int)csv.count - 1), cases[i].last);
    }
}

static void test_nothing_and_too_much(void **state)
{
    (void)state;
    AUTO_CSV struct csv empty;
    AUTO_CSV struct csv wide;
    AUTO_BUFFER struct buffer row = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    csv_init(&empty, "", 0);
    assert_false(csv_next(&empty));
    for (int i = 0; i < 3 * CSV_FIELDS; i++)
        buffer_text(&row, "x,");
    buffer_text(&row, "\nnext");
    csv_init(&wide, row.bytes, row.length);
    assert_true(csv_next(&wide));
    assert_int_equal(wide.count, CSV_FIELDS);
    assert_true(csv_next(&wide));
    assert_string_equal(csv_field(&wide, 0), "next");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_export),
        cmocka_unit_test(test_lines_are_counted_where_rows_begin),
        cmocka_unit_test(test_odd_ends),
        cmocka_unit_test(test_nothing_and_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
