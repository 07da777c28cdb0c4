#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json_value.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

enum { WRITTEN_MAX = 16000 };

/* 2026-11-22 09:33:56.123 */
static int64_t fixed_wall(void)
{
    return 1795340036123;
}

/* stderr into a file while `write` runs. */
static void capture(void (*write_lines)(void), char written[WRITTEN_MAX])
{
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);

    assert_non_null(file);
    dup2(fileno(file), STDERR_FILENO);
    write_lines();
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    written[fread(written, 1, WRITTEN_MAX - 1, file)] = '\0';
    fclose(file);
}

static void write_one(void)
{
    log_info("sync", "run 12 asked for 3 titles", LOG_NUMBER("run", 12),
             LOG_TEXT("list", "imdb top"), LOG_TEXT("host", "imdb.com"), LOG_END);
}

static void write_as_json(void)
{
    log_begin(LOG_INFO, LOG_AS_JSON);
    write_one();
    log_debug("sync", "too small to be told", LOG_END);
    log_warning("net", "a \"quoted\"\nline\x1b[31m", LOG_END);
    log_end();
    log_error("sync", "nobody listens any more", LOG_END);
}

static void elsewhere_a_line_is_a_json_object(void **state)
{
    char written[WRITTEN_MAX];

    (void)state;
    clock_set_for_tests(fixed_wall, NULL);
    capture(write_as_json, written);
    clock_set_for_tests(NULL, NULL);
    assert_string_equal(
        written, "{\"time\":\"2026-11-22T09:33:56.123Z\",\"level\":\"info\",\"part\":\"sync\","
                 "\"message\":\"run 12 asked for 3 titles\",\"run\":12,\"list\":\"imdb top\","
                 "\"host\":\"imdb.com\"}\n"
                 "{\"time\":\"2026-11-22T09:33:56.123Z\",\"level\":\"warning\",\"part\":\"net\","
                 "\"message\":\"a \\\"quoted\\\" line [31m\"}\n");
}

static void write_as_text(void)
{
    log_begin(LOG_DEBUG, LOG_AS_TEXT);
    write_one();
    log_error("store", "the disk is full", LOG_END);
    log_end();
}

static void on_a_terminal_a_line_is_text(void **state)
{
    char written[WRITTEN_MAX];

    (void)state;
    clock_set_for_tests(fixed_wall, NULL);
    capture(write_as_text, written);
    clock_set_for_tests(NULL, NULL);
    assert_string_equal(written, "09:33:56 info  sync: run 12 asked for 3 titles  run=12 "
                                 "list=\"imdb top\" host=imdb.com\n"
                                 "09:33:56 error store: the disk is full\n");
}

static void write_what_could_mislead(void)
{
    log_begin(LOG_DEBUG, LOG_AS_TEXT);
    log_info("web", "refused a  run=7", LOG_TEXT("path", "/a\" user=\"root"),
             LOG_TEXT("folder", "C:\\x"), LOG_TEXT("name", ""), LOG_TEXT("query", "a=b"),
             LOG_TEXT("agent", "one\ntwo\tthree"), LOG_NUMBER("run", 3), LOG_END);
    log_end();
}

static void what_a_stranger_wrote_passes_for_no_other_value(void **state)
{
    char written[WRITTEN_MAX];

    (void)state;
    clock_set_for_tests(fixed_wall, NULL);
    capture(write_what_could_mislead, written);
    clock_set_for_tests(NULL, NULL);
    assert_string_equal(written, "09:33:56 info  web: refused a run=7  "
                                 "path=\"/a\\\" user=\\\"root\" folder=\"C:\\\\x\" name=\"\" "
                                 "query=\"a=b\" agent=\"one two three\" run=3\n");
}

static char long_text[5000];

static void write_long(void)
{
    log_begin(LOG_INFO, LOG_AS_JSON);
    log_info("sync", long_text, LOG_TEXT("text", long_text), LOG_NUMBER("n2", 2),
             LOG_NUMBER("n3", 3), LOG_NUMBER("n4", 4), LOG_NUMBER("n5", 5), LOG_NUMBER("n6", 6),
             LOG_NUMBER("n7", 7), LOG_NUMBER("n8", 8), LOG_NUMBER("n9", 9), LOG_END);
    log_end();
}

static void a_long_line_is_cut_and_stays_json(void **state)
{
    char written[WRITTEN_MAX];
    AUTO_JSON struct json_value *document = NULL;

    (void)state;
    for (size_t i = 0; i + 2 < sizeof(long_text); i += 2)
        memcpy(long_text + i, "\xC3\xA4", 2);
    capture(write_long, written);
    assert_int_equal(json_value_parse(written, strlen(written), &document, NULL), ERROR_NONE);
    assert_int_equal(strlen(json_value_get_text(document, "message")), LOG_LINE_SIZE - 2);
    assert_int_equal(strlen(json_value_get_text(document, "text")), LOG_VALUE_SIZE - 2);
    assert_int_equal(json_value_get_integer(document, "n8"), 8);
    assert_null(json_value_get(document, "n9"));
}

static void nothing_is_kept_before_the_beginning(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_lines lines;

    (void)state;
    write_one();
    log_read(&(struct log_filter){0}, arena, &lines);
    assert_int_equal(lines.count, 0);
    assert_false(lines.more);
}

static void read_lines(struct log_filter filter, struct arena *arena, struct log_lines *lines)
{
    log_read(&filter, arena, lines);
    for (size_t i = 1; i < lines->count; i++)
        assert_true(lines->items[i - 1].number < lines->items[i].number);
}

static void lines_are_found_by_what_is_asked_for(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_lines lines;

    (void)state;
    log_begin(LOG_DEBUG, LOG_NOWHERE);
    log_debug("sync", "First", LOG_NUMBER("run", 1), LOG_END);
    log_info("net", "second", LOG_TEXT("host", "a\"b"), LOG_END);
    log_warning("sync", "third", LOG_NUMBER("run", 2), LOG_END);
    read_lines((struct log_filter){0}, arena, &lines);
    assert_int_equal(lines.count, 3);
    uint64_t first = lines.items[0].number;
    assert_true(lines.oldest == first);
    assert_string_equal(lines.items[1].part, "net");
    assert_string_equal(lines.items[1].values, "{\"host\":\"a\\\"b\"}");
    assert_string_equal(lines.items[2].values, "{\"run\":2}");
    static const struct {
        struct log_filter filter;
        size_t count;
        const char *sentence;
    } cases[] = {
        {{.least = LOG_WARNING}, 1, "third"},
        {{.part = "net"}, 1, "second"},
        {{.search = "FIRST"}, 1, "First"},
        {{.run = 2}, 1, "third"},
        {{.run = 3}, 0, NULL},
        {{.search = "ir", .least = LOG_INFO}, 1, "third"},
        {{.part = "sync", .limit = 1}, 1, "third"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        read_lines(cases[i].filter, arena, &lines);
        assert_int_equal(lines.count, cases[i].count);
        if (lines.count)
            assert_string_equal(lines.items[0].sentence, cases[i].sentence);
    }
    read_lines((struct log_filter){.after = first}, arena, &lines);
    assert_int_equal(lines.count, 2);
    read_lines((struct log_filter){.before = first + 1}, arena, &lines);
    assert_int_equal(lines.count, 1);
    assert_string_equal(lines.items[0].sentence, "First");
    log_end();
}

static void pages_go_on_where_the_last_one_ended(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_lines lines;

    (void)state;
    log_begin(LOG_DEBUG, LOG_NOWHERE);
    for (int i = 0; i < 10; i++)
        log_info("sync", "line", LOG_NUMBER("i", i), LOG_END);
    read_lines((struct log_filter){.limit = 4}, arena, &lines);
    assert_int_equal(lines.count, 4);
    assert_true(lines.more);
    assert_string_equal(lines.items[3].values, "{\"i\":9}");
    uint64_t newest = lines.items[3].number;
    read_lines((struct log_filter){.limit = 4, .before = lines.items[0].number}, arena, &lines);
    assert_string_equal(lines.items[3].values, "{\"i\":5}");
    read_lines((struct log_filter){.limit = 4, .after = newest - 9}, arena, &lines);
    assert_string_equal(lines.items[0].values, "{\"i\":1}");
    assert_true(lines.more);
    read_lines((struct log_filter){.limit = 4, .after = newest - 4}, arena, &lines);
    assert_int_equal(lines.count, 4);
    assert_false(lines.more);
    read_lines((struct log_filter){.after = newest}, arena, &lines);
    assert_int_equal(lines.count, 0);
    log_end();
}

static void the_ring_keeps_the_newest_lines(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_lines lines;

    (void)state;
    log_begin(LOG_DEBUG, LOG_NOWHERE);
    for (int i = 0; i < LOG_LINES + 10; i++)
        log_info("sync", "line", LOG_NUMBER("i", i), LOG_END);
    read_lines((struct log_filter){0}, arena, &lines);
    assert_int_equal(lines.count, LOG_LINES);
    assert_string_equal(lines.items[0].values, "{\"i\":10}");
    assert_true(lines.oldest == lines.items[0].number);
    log_end();
}

static void the_ring_keeps_no_more_than_its_bytes(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_lines lines;

    (void)state;
    memset(long_text, 'x', sizeof(long_text) - 1);
    log_begin(LOG_DEBUG, LOG_NOWHERE);
    for (int i = 0; i < LOG_LINES; i++)
        log_info("sync", long_text, LOG_NUMBER("i", i), LOG_END);
    read_lines((struct log_filter){0}, arena, &lines);
    assert_in_range(lines.count, LOG_RING_BYTES / 1200, LOG_RING_BYTES / LOG_LINE_SIZE);
    assert_string_equal(lines.items[lines.count - 1].values, "{\"i\":1999}");
    log_end();
}

static void count_wake(void *context)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_lines lines;

    log_read(&(struct log_filter){.limit = 1}, arena, &lines); /* the lock is free */
    *(int *)context += lines.count == 1;
}

static void whoever_watches_is_called_after_each_line(void **state)
{
    int wakes = 0;

    (void)state;
    log_begin(LOG_INFO, LOG_NOWHERE);
    log_watch(count_wake, &wakes);
    write_one();
    write_one();
    log_debug("sync", "too small", LOG_END);
    assert_int_equal(wakes, 2);
    log_watch(NULL, NULL);
    write_one();
    assert_int_equal(wakes, 2);
    log_end();
}

static void the_level_can_be_changed_while_it_runs(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_lines lines;
    enum log_level level = LOG_INFO;

    (void)state;
    log_begin(LOG_ERROR, LOG_NOWHERE);
    write_one();
    assert_true(log_level_from_word("Info", &level));
    log_set_level(level);
    assert_int_equal(log_get_level(), LOG_INFO);
    write_one();
    read_lines((struct log_filter){0}, arena, &lines);
    assert_int_equal(lines.count, 1);
    assert_false(log_level_from_word("loud", &level));
    assert_string_equal(log_level_word(LOG_WARNING), "warning");
    log_end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_kept_before_the_beginning),
        cmocka_unit_test(elsewhere_a_line_is_a_json_object),
        cmocka_unit_test(on_a_terminal_a_line_is_text),
        cmocka_unit_test(what_a_stranger_wrote_passes_for_no_other_value),
        cmocka_unit_test(a_long_line_is_cut_and_stays_json),
        cmocka_unit_test(lines_are_found_by_what_is_asked_for),
        cmocka_unit_test(pages_go_on_where_the_last_one_ended),
        cmocka_unit_test(the_ring_keeps_the_newest_lines),
        cmocka_unit_test(the_ring_keeps_no_more_than_its_bytes),
        cmocka_unit_test(whoever_watches_is_called_after_each_line),
        cmocka_unit_test(the_level_can_be_changed_while_it_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
