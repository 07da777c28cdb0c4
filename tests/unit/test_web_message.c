#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/message.h"

static void test_methods_have_words(void **state)
{
    (void)state;
    enum web_method method = WEB_GET;

    assert_true(web_method_from_word("DELETE", &method));
    assert_int_equal(method, WEB_DELETE);
    assert_string_equal(web_method_word(WEB_PATCH), "PATCH");
    assert_false(web_method_from_word("get", &method));
    assert_false(web_method_from_word("TRACE", &method));
}

static void test_headers_are_found_in_any_case_and_joined(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct web_pair items[] = {{"Accept", "a"}, {"X-Key", "one"}, {"ACCEPT", "b"}};
    struct web_request request = {.arena = arena, .headers = {items, ARRAY_LENGTH(items)}};

    assert_string_equal(web_request_header(&request, "x-key"), "one");
    assert_null(web_request_header(&request, "x-ke"));
    assert_string_equal(web_pairs_join(&request.headers, "accept", arena), "a, b");
    assert_null(web_pairs_join(&request.headers, "Host", arena));
    assert_null(web_pairs_find(&request.headers, "accept"));
}

static void test_cookies_are_found_however_they_are_written(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct web_pair items[] = {{"Cookie", "; a=1;  session=abc=; b=\"q q\" ;bare; =x"},
                               {"cookie", "late=yes; session=second"}};
    struct web_request request = {.arena = arena, .headers = {items, ARRAY_LENGTH(items)}};

    assert_string_equal(web_request_cookie(&request, "a"), "1");
    assert_string_equal(web_request_cookie(&request, "session"), "abc=");
    assert_string_equal(web_request_cookie(&request, "b"), "q q");
    assert_string_equal(web_request_cookie(&request, "late"), "yes");
    assert_null(web_request_cookie(&request, "bare"));
    assert_null(web_request_cookie(&request, "Session"));
    assert_null(web_request_cookie(&request, "sess"));
}

static void test_decodes_escapes_or_refuses(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    static const struct {
        const char *text, *plus, *decoded;
    } cases[] = {
        {"", "", ""},
        {"a%20b+c", "a b c", "a b+c"},
        {"%C3%a4", "\xc3\xa4", "\xc3\xa4"},
        {"%", NULL, NULL},
        {"%4", NULL, NULL},
        {"%4g", NULL, NULL},
        {"a%00b", NULL, NULL},
        {"%ff", NULL, NULL},
        {"%ed%a0%80", NULL, NULL},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t length = strlen(cases[i].text);
        const char *plus = web_decode(arena, cases[i].text, length, true);
        const char *plain = web_decode(arena, cases[i].text, length, false);
        assert_int_equal(plus != NULL, cases[i].plus != NULL);
        if (!plus)
            continue;
        assert_string_equal(plus, cases[i].plus);
        assert_string_equal(plain, cases[i].decoded);
    }
    assert_null(web_decode(arena, "%41", 2, false)); /* the escape ends outside */
}

static void test_queries_are_taken_apart_and_decoded(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct web_pairs pairs;

    assert_true(web_query_parse(arena, "&a=1&&a=2&b=x%3D%26+y&c&d=&=e", &pairs));
    assert_int_equal(pairs.count, 6);
    assert_string_equal(web_pairs_find(&pairs, "a"), "1");
    assert_string_equal(pairs.items[1].value, "2");
    assert_string_equal(web_pairs_find(&pairs, "b"), "x=& y");
    assert_string_equal(web_pairs_find(&pairs, "c"), "");
    assert_string_equal(web_pairs_find(&pairs, ""), "e");
    assert_true(web_query_parse(arena, "", &pairs));
    assert_int_equal(pairs.count, 0);
    assert_false(web_query_parse(arena, "a=%zz", &pairs));
    assert_false(web_query_parse(arena, "%ff=1", &pairs));
}

static void test_queries_hold_so_many_pairs_and_no_more(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct web_pairs pairs;

    for (int i = 0; i < WEB_HEADERS_MOST; i++)
        buffer_print(&text, "p%d=%d&", i, i);
    assert_true(web_query_parse(arena, buffer_string(&text), &pairs));
    assert_int_equal(pairs.count, WEB_HEADERS_MOST);
    buffer_text(&text, "one=more");
    assert_false(web_query_parse(arena, buffer_string(&text), &pairs));
}

static void test_response_headers_take_no_line_breaks(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct web_response response;

    web_response_init(&response, arena);
    web_response_header(&response, "Location", "%s", "/a\r\nSet-Cookie: stolen=1");
    web_response_header(&response, "X-Note", "a\nb");
    web_response_header(&response, "X-Note", "tab\there");
    assert_int_equal(response.header_count, 0);
    web_response_header(&response, "Location", "/%d", 7);
    assert_string_equal(web_response_find(&response, "location"), "/7");
    web_response_release(&response);
}

static void test_a_failure_replaces_what_was_written(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct web_response response;

    web_response_init(&response, arena);
    buffer_text(&response.body, "half a ta");
    response.fixed = "page";
    web_response_fail(&response, 413, "body_too_large", "the \"body\" is too large");
    assert_int_equal(response.status, 413);
    assert_null(response.fixed);
    assert_string_equal(buffer_string(&response.body),
                        "{\"detail\":\"the \\\"body\\\" is too large\","
                        "\"code\":\"body_too_large\"}");
    web_response_release(&response);
}

static void test_entity_tags_in_lists(void **state)
{
    (void)state;
    assert_true(web_etag_is_listed("*", "\"a\""));
    assert_true(web_etag_is_listed("\"a\"", "\"a\""));
    assert_true(web_etag_is_listed(" \"b\" , W/\"a\"", "\"a\""));
    assert_true(web_etag_is_listed("\"b,\", \"a\"", "W/\"a\""));
    assert_false(web_etag_is_listed("\"b\", \"c\"", "\"a\""));
    assert_false(web_etag_is_listed("\"ab\"", "\"a\""));
    assert_false(web_etag_is_listed("a", "\"a\""));
    assert_false(web_etag_is_listed("\"a", "\"a\""));
    assert_false(web_etag_is_listed("", "\"a\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods_have_words),
        cmocka_unit_test(test_headers_are_found_in_any_case_and_joined),
        cmocka_unit_test(test_cookies_are_found_however_they_are_written),
        cmocka_unit_test(test_decodes_escapes_or_refuses),
        cmocka_unit_test(test_queries_are_taken_apart_and_decoded),
        cmocka_unit_test(test_queries_hold_so_many_pairs_and_no_more),
        cmocka_unit_test(test_response_headers_take_no_line_breaks),
        cmocka_unit_test(test_a_failure_replaces_what_was_written),
        cmocka_unit_test(test_entity_tags_in_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
