/* Lists go out as one text and come in again, from here or from elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "support/one_visitor.h"

static void import(int status, const char *text, bool dry_run)
{
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&body);

    json_begin_object(&json, NULL);
    json_put_text(&json, "text", text);
    json_put_bool(&json, "dry_run", dry_run);
    json_end_object(&json);
    visitor_ask(&visitor, status, "POST", "/api/lists/import", buffer_string(&body));
}

static int64_t lists_kept(void)
{
    ask(200, "GET", "/api/lists");
    return visitor_number(&visitor, "total");
}

static void test_lines_are_lists_by_name_or_address(void **state)
{
    static const char text[] = "imdb:top\r\n\n# mine\nhttps://mdblist.com/lists/demo/weekend\n"
                               "no list at all\nimdb:top\nfile:/etc/passwd\n";

    (void)state;
    import(200, text, true);
    assert_int_equal(visitor_number(&visitor, "added"), 2);
    assert_int_equal(lists_kept(), 0);
    import(200, text, false);
    assert_int_equal(visitor_number(&visitor, "added"), 2);
    assert_int_equal(visitor_number(&visitor, "already_there"), 1);
    assert_int_equal(visitor_number(&visitor, "not_understood"), 2);
    assert_int_equal(visitor_number(&visitor, "lines.1.line"), 4);
    assert_string_equal(visitor_text(&visitor, "lines.1.list_type"), "mdblist");
    assert_true(visitor_number(&visitor, "lines.1.id") > 0);
    assert_string_equal(visitor_text(&visitor, "lines.2.result"), "not_understood");
    assert_true(*visitor_text(&visitor, "lines.2.message"));
    assert_int_equal(lists_kept(), 2);
    import(200, text, false);
    assert_int_equal(visitor_number(&visitor, "added"), 0);
}

static void test_the_originals_export_is_understood(void **state)
{
    static const char text[] =
        "ListSync - Lists Export\n==================================================\n\n"
        "Exported: 1/2/2026, 10:00:00 AM\nTotal Lists: 2\n\nIMDB Lists (1)\n"
        "--------------------------------------------------\n\n1. ListSync Exported Type\n"
        "   Type: imdb\n   ID: ls000000001\n   URL: https://www.imdb.com/list/ls000000001\n"
        "   Items: 12\n\nTRAKT_SPECIAL Lists (1)\n1. trending:movies\n"
        "   Type: trakt_special\n   ID: trending:movies\n   URL: N/A\n";

    (void)state;
    import(200, text, false);
    assert_int_equal(visitor_number(&visitor, "added"), 2);
    assert_int_equal(visitor_number(&visitor, "not_understood"), 0);
    assert_string_equal(visitor_text(&visitor, "lines.1.list_id"), "trending:movies");
}

static void test_a_copy_brings_back_what_was_chosen(void **state)
{
    (void)state;
    visitor_send(&visitor, 200, "POST", "/api/lists",
                 "{'list_id':'imdb:top','description':'for the evening','priority':7,"
                 "'quality':'4k','seasons':'first','schedule':'every 6h','user_id':'2'}");
    AUTO_FREE char *target =
        memory_print("/api/lists/%lld", (long long)visitor_number(&visitor, "list.id"));
    ask(200, "GET", "/api/lists/export");
    AUTO_FREE char *copy = memory_text(buffer_string(&visitor.last.body));
    ask(200, "DELETE", target);
    import(200, copy, false);
    assert_int_equal(visitor_number(&visitor, "added"), 1);
    ask(200, "GET", "/api/lists");
    assert_string_equal(visitor_text(&visitor, "lists.0.display_name"), "for the evening");
    assert_int_equal(visitor_number(&visitor, "lists.0.priority"), 7);
    assert_string_equal(visitor_text(&visitor, "lists.0.quality"), "4k");
    assert_string_equal(visitor_text(&visitor, "lists.0.seasons"), "first");
    assert_string_equal(visitor_text(&visitor, "lists.0.schedule"), "every 6h");
    assert_string_equal(visitor_text(&visitor, "lists.0.user_id"), "2");
}

static void test_a_bad_copy_says_which_list_is_wrong(void **state)
{
    (void)state;
    import(200,
           "{\"format\":\"listsync-lists\",\"lists\":[{\"list_type\":\"imdb\",\"list_id\":\"top\","
           "\"priority\":-1},{\"list_type\":\"imdb\",\"list_id\":\"toptv\"},7]}",
           false);
    assert_int_equal(visitor_number(&visitor, "added"), 1);
    assert_int_equal(visitor_number(&visitor, "not_understood"), 2);
    import(422, "{\"lists\":[]}", false);
    import(422, "{\"lists\":[", false);
    assert_int_equal(lists_kept(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_lines_are_lists_by_name_or_address),
        VISITED(test_the_originals_export_is_understood),
        VISITED(test_a_copy_brings_back_what_was_chosen),
        VISITED(test_a_bad_copy_says_which_list_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
