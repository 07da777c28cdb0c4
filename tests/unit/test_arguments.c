#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/arguments.h"
#include "base/memory.h"

/* What a command line may set. */
struct reading {
    bool json, quiet;
    const char *limit;
    struct words lists, origins, words;
    struct error error;
};

/* A command line without the program's name, its words separated by blanks. */
static enum error_code read_line(struct reading *reading, const char *line)
{
    const struct flag flags[] = {
        {.name = "--json", .on = &reading->json},
        {.name = "--quiet", .on = &reading->quiet},
        {.name = "--limit", .value = &reading->limit},
        {.name = "--list", .many = &reading->lists},
        {0},
    };
    static char copy[4096]; /* what was read points into it */
    char *argv[ARGUMENTS_MAX + 8];
    char *rest = copy;
    int argc = 0;

    *reading = (struct reading){0};
    snprintf(copy, sizeof(copy), "command %s", line);
    while (rest && *rest)
        argv[argc++] = strsep(&rest, " ");
    return arguments_read(argc, argv, flags, &reading->origins, &reading->words, &reading->error);
}

static void flags_are_told_from_words(void **state)
{
    struct reading reading;

    (void)state;
    assert_int_equal(read_line(&reading, "one --json two --list a --list=b --limit 5"), ERROR_NONE);
    assert_true(reading.json);
    assert_false(reading.quiet);
    assert_string_equal(reading.limit, "5");
    assert_int_equal(reading.words.count, 2);
    assert_string_equal(reading.words.items[1], "two");
    assert_null(reading.words.items[2]);
    assert_int_equal(reading.lists.count, 2);
    assert_string_equal(reading.lists.items[1], "b");
}

static void two_dashes_end_the_flags(void **state)
{
    struct reading reading;

    (void)state;
    assert_int_equal(read_line(&reading, "-- --json --"), ERROR_NONE);
    assert_false(reading.json);
    assert_int_equal(reading.words.count, 2);
    assert_string_equal(reading.words.items[0], "--json");
}

static void a_single_dash_is_a_word(void **state)
{
    struct reading reading;

    (void)state;
    assert_int_equal(read_line(&reading, "-v -"), ERROR_NONE);
    assert_int_equal(reading.words.count, 2);
}

static void origins_are_taken_everywhere_and_may_hold_equals_signs(void **state)
{
    struct reading reading;

    (void)state;
    assert_int_equal(read_line(&reading, "--origin a=http://x --origin=b=http://y"), ERROR_NONE);
    assert_int_equal(reading.origins.count, 2);
    assert_string_equal(reading.origins.items[0], "a=http://x");
    assert_string_equal(reading.origins.items[1], "b=http://y");
}

static void a_wrong_flag_is_named(void **state)
{
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"--jsn", "there is no flag --jsn here; did you mean --json?"},
        {"--jsn=1", "there is no flag --jsn here; did you mean --json?"},
        {"--quite-another", "there is no flag --quite-another here"},
        {"--json=1", "--json takes no value"},
        {"--limit", "--limit needs a value"},
        {"--list", "--list needs a value"},
        {"--limit 1 --limit 2", "--limit is given twice"},
        {"--originals=1", "there is no flag --originals here"},
    };
    struct reading reading;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(read_line(&reading, cases[i].line), ERROR_USAGE);
        assert_string_equal(reading.error.message, cases[i].message);
    }
}

static void too_many_words_are_refused(void **state)
{
    struct reading reading;
    AUTO_FREE char *line = memory_new(2 * (ARGUMENTS_MAX + 1) + 1);

    (void)state;
    for (int i = 0; i <= ARGUMENTS_MAX; i++)
        strcat(line, "w ");
    assert_int_equal(read_line(&reading, line), ERROR_USAGE);
    assert_int_equal(reading.words.count, ARGUMENTS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_are_told_from_words),
        cmocka_unit_test(two_dashes_end_the_flags),
        cmocka_unit_test(a_single_dash_is_a_word),
        cmocka_unit_test(origins_are_taken_everywhere_and_may_hold_equals_signs),
        cmocka_unit_test(a_wrong_flag_is_named),
        cmocka_unit_test(too_many_words_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
