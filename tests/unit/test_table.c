#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/table.h"
#include "base/memory.h"

/* Prints into memory. */
static char *printed(const struct table *table, int indent)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    table_print(table, out, indent);
    fclose(out);
    return text;
}

static void assert_printed(const struct table *table, int indent, const char *expected)
{
    AUTO_FREE char *text = printed(table, indent);

    assert_string_equal(text, expected);
}

static void fill(struct table *table, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        table_cell(table, "%s", cells[i]);
}

static void columns_are_aligned(void **state)
{
    static const char *const cells[] = {"a", "1", "x", "long", "22", "yy"};
    AUTO_TABLE struct table table;

    (void)state;
    table_init(&table, 3);
    fill(&table, cells, ARRAY_LENGTH(cells));
    assert_printed(&table, 2, "  a     1   x\n  long  22  yy\n");
}

static void no_line_ends_in_blanks(void **state)
{
    static const char *const cells[] = {"a", "", "", "long", "", "z"};
    AUTO_TABLE struct table table;

    (void)state;
    table_init(&table, 3);
    fill(&table, cells, ARRAY_LENGTH(cells));
    assert_printed(&table, 0, "a\nlong    z\n");
}

static void wide_and_combining_characters_keep_their_columns(void **state)
{
    static const char *const cells[] = {"七人の侍", "1", "Le\xCC\x81on", "2", "Léon", "3"};
    AUTO_TABLE struct table table;

    (void)state;
    table_init(&table, 2);
    fill(&table, cells, ARRAY_LENGTH(cells));
    assert_printed(&table, 0, "七人の侍  1\nLe\xCC\x81on      2\nLéon      3\n");
}

static void one_overlong_cell_does_not_push_the_others_away(void **state)
{
    AUTO_TABLE struct table table;
    AUTO_FREE char *text = NULL;

    (void)state;
    table_init(&table, 2);
    table_cell(&table, "%0100d", 1);
    table_cell(&table, "x");
    table_cell(&table, "a");
    table_cell(&table, "y");
    text = printed(&table, 0);
    assert_int_equal(strlen(strchr(text, '\n') + 1), 60 + 2 + 2);
}

static void an_empty_table_prints_nothing(void **state)
{
    AUTO_TABLE struct table table;

    (void)state;
    table_init(&table, 2);
    assert_printed(&table, 4, "");
}

static void assert_printed_within(const struct table *table, size_t columns, const char *expected)
{
    AUTO_FREE char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    table_print_within(table, out, 2, columns);
    fclose(out);
    assert_string_equal(text, expected);
}

static void the_last_column_wraps_under_itself(void **state)
{
    static const char *const cells[] = {"Heat", "the request for this film was declined", "Ran",
                                        "available"};
    AUTO_TABLE struct table table;

    (void)state;
    table_init(&table, 2);
    fill(&table, cells, ARRAY_LENGTH(cells));
    assert_printed_within(&table, 34,
                          "  Heat  the request for this film\n        was declined\n"
                          "  Ran   available\n");
}

static void without_room_the_last_column_goes_below(void **state)
{
    static const char *const cells[] = {
        "The Good, the Bad and the Ugly", "1966", "declined in Seerr", "Ran", "1985", ""};
    AUTO_TABLE struct table table;

    (void)state;
    table_init(&table, 3);
    fill(&table, cells, ARRAY_LENGTH(cells));
    assert_printed_within(&table, 40,
                          "  The Good, the Bad and the Ugly  1966\n      declined in Seerr\n"
                          "  Ran                             1985\n");
    assert_printed_within(&table, 30,
                          "  The Good, the Bad and…  1966\n      declined in Seerr\n"
                          "  Ran                     1985\n");
}

static void cells_cannot_steer_a_terminal(void **state)
{
    AUTO_TABLE struct table table;

    (void)state;
    table_init(&table, 2);
    table_cell(&table, "%s", "a\nb\x1b[2J");
    table_cell(&table, "x");
    assert_printed(&table, 0, "a b [2J  x\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned),
        cmocka_unit_test(no_line_ends_in_blanks),
        cmocka_unit_test(wide_and_combining_characters_keep_their_columns),
        cmocka_unit_test(one_overlong_cell_does_not_push_the_others_away),
        cmocka_unit_test(an_empty_table_prints_nothing),
        cmocka_unit_test(the_last_column_wraps_under_itself),
        cmocka_unit_test(without_room_the_last_column_goes_below),
        cmocka_unit_test(cells_cannot_steer_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
