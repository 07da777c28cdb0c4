#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/http_message.h"

static void a_get_is_repeatable_and_a_post_or_delete_is_not(void **state)
{
    AUTO_REQUEST struct http_request request;

    (void)state;
    http_request_init(&request);
    http_request_get(&request, "https://api.trakt.tv/lists/%d", 7);
    assert_string_equal(request.url, "https://api.trakt.tv/lists/7");
    assert_string_equal(http_method_word(request.method), "GET");
    assert_true(request.repeatable);
    http_request_post(&request, "http://seerr/api/v1/request");
    assert_string_equal(http_method_word(request.method), "POST");
    assert_false(request.repeatable);
    http_request_delete(&request, "http://seerr/api/v1/request/%s", "3");
    assert_string_equal(request.url, "http://seerr/api/v1/request/3");
    assert_string_equal(http_method_word(request.method), "DELETE");
    assert_false(request.repeatable);
}

static void a_line_break_in_a_value_cannot_begin_another_header(void **state)
{
    AUTO_REQUEST struct http_request request;
    struct secret key = {0};

    (void)state;
    http_request_init(&request);
    secret_set(&key, "abc\r\nX-Forged: yes\n");
    http_request_header(&request, "Accept", "text/html\nX-Forged: yes");
    http_request_secret_header(&request, "X-Api-Key", &key);
    assert_int_equal(request.headers.count, 2);
    assert_string_equal(request.headers.items[0].value, "text/html");
    assert_false(request.headers.items[0].is_secret);
    assert_string_equal(request.headers.items[1].value, "abc");
    assert_true(request.headers.items[1].is_secret);
    secret_release(&key);
}

static void a_secret_that_is_not_set_adds_no_header(void **state)
{
    AUTO_REQUEST struct http_request request;
    struct secret none = {0};

    (void)state;
    http_request_init(&request);
    http_request_secret_header(&request, "X-Api-Key", &none);
    assert_int_equal(request.headers.count, 0);
}

static void dropping_secrets_keeps_the_other_headers_in_order(void **state)
{
    struct http_headers headers = {0};

    (void)state;
    http_headers_add(&headers, "A", "1", false);
    http_headers_add(&headers, "Authorization", "Bearer x", true);
    http_headers_add(&headers, "B", "2", false);
    http_headers_drop_secrets(&headers);
    assert_int_equal(headers.count, 2);
    assert_string_equal(headers.items[0].name, "A");
    assert_string_equal(headers.items[1].name, "B");
    assert_null(http_headers_find(&headers, "Authorization"));
    http_headers_release(&headers);
}

static void headers_are_found_in_any_case_and_the_last_one_counts(void **state)
{
    AUTO_RESPONSE struct http_response response;

    (void)state;
    http_response_init(&response, 100);
    http_headers_add(&response.headers, "X-Pagination-Page-Count", "3", false);
    http_headers_add(&response.headers, "etag", "\"old\"", false);
    http_headers_add(&response.headers, "ETag", "\"new\"", false);
    assert_string_equal(http_response_header(&response, "ETAG"), "\"new\"");
    assert_null(http_response_header(&response, "Location"));
    assert_int_equal(http_response_header_number(&response, "x-pagination-page-count"), 3);
}

static void a_header_that_is_no_whole_number_counts_as_missing(void **state)
{
    static const char *const bad[] = {
        "", "-1", "1.5", "3 pages", "99999999999999999999", "9223372036854775807"};
    AUTO_RESPONSE struct http_response response;

    (void)state;
    http_response_init(&response, 100);
    assert_int_equal(http_response_header_number(&response, "Count"), -1);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        http_headers_add(&response.headers, "Count", bad[i], false);
        assert_int_equal(http_response_header_number(&response, "Count"), -1);
    }
    http_headers_add(&response.headers, "Count", "0", false);
    assert_int_equal(http_response_header_number(&response, "Count"), 0);
}

static void text_is_found_in_a_body_with_nul_bytes(void **state)
{
    AUTO_RESPONSE struct http_response response;

    (void)state;
    http_response_init(&response, 100);
    assert_false(http_response_body_contains(&response, "x"));
    buffer_append(&response.body, "a\0Just a moment", 15);
    assert_true(http_response_body_contains(&response, "Just a moment"));
    assert_false(http_response_body_contains(&response, "moments"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_is_repeatable_and_a_post_or_delete_is_not),
        cmocka_unit_test(a_line_break_in_a_value_cannot_begin_another_header),
        cmocka_unit_test(a_secret_that_is_not_set_adds_no_header),
        cmocka_unit_test(dropping_secrets_keeps_the_other_headers_in_order),
        cmocka_unit_test(headers_are_found_in_any_case_and_the_last_one_counts),
        cmocka_unit_test(a_header_that_is_no_whole_number_counts_as_missing),
        cmocka_unit_test(text_is_found_in_a_body_with_nul_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
