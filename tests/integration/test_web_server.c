#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/raw_asserts.h"
#include "support/tiny_server.h"
#include "web/compression.h"

static struct tiny_server tiny;
static struct address_ranges proxies;

static int start(void **state)
{
    (void)state;
    assert_int_equal(address_ranges_parse("127.0.0.9", &proxies, NULL), 0);
    tiny_server_start(&tiny, &(struct web_server_settings){.trusted_proxies = &proxies});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    tiny_server_stop(&tiny, 1000);
    address_ranges_release(&proxies);
    return 0;
}

static void test_a_request_reaches_the_handler(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_get(tiny.port, "/a%2Fb?x=1&y=%20z", "", &answer));
    assert_int_equal(answer.status, 200);
    assert_string_equal(buffer_string(&answer.body),
                        "method GET\npath /a%2Fb\nquery x=1\nquery y= z\nhost localhost\n"
                        "base \nclient 127.0.0.1\ntls 0\ndoor 0\nbody ");
    assert_header(&answer, "Content-Type", "text/plain");
    assert_non_null(http_headers_find(&answer.headers, "Date"));
    assert_non_null(http_headers_find(&answer.headers, "X-Request-Id"));
    assert_null(http_headers_find(&answer.headers, "Connection"));
}

static void test_trusted_proxies_are_believed(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open_from(&http, "127.0.0.9", tiny.port);
    raw_http_send(&http, "GET /echo HTTP/1.1\r\nHost: inside\r\nX-Forwarded-For: 192.0.2.7\r\n"
                         "X-Forwarded-Proto: https\r\nX-Forwarded-Host: lists.example\r\n"
                         "X-Forwarded-Prefix: /listsync\r\n\r\n");
    assert_true(raw_http_read(&http, &answer));
    assert_holds(&answer, "path /echo\nhost lists.example\nbase /listsync\nclient 192.0.2.7\n"
                          "tls 1\n");
}

static void append_times(struct buffer *request, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        buffer_text(request, text);
}

static int status_of(const struct buffer *request)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_ask(tiny.port, buffer_string(request), &answer));
    return answer.status;
}

static void test_paths_have_a_limit(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&request, "GET /");
    append_times(&request, "a", WEB_PATH_SIZE - 1);
    buffer_text(&request, " HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(status_of(&request), 200);
    buffer_clear(&request);
    buffer_text(&request, "GET /?");
    append_times(&request, "a", WEB_PATH_SIZE - 1);
    buffer_text(&request, " HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(status_of(&request), 414);
}

static void test_headers_have_limits(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&request, "GET / HTTP/1.1\r\nHost: a\r\n");
    append_times(&request, "X: b\r\n", WEB_HEADERS_MOST - 1);
    size_t length = request.length;
    buffer_text(&request, "\r\n");
    assert_int_equal(status_of(&request), 200);
    request.length = length;
    buffer_text(&request, "One: more\r\n\r\n");
    assert_int_equal(status_of(&request), 431);
    buffer_clear(&request);
    buffer_text(&request, "GET / HTTP/1.1\r\nHost: a\r\nX-Long: ");
    append_times(&request, "a=b; ", (WEB_HEAD_LIMIT - 60) / 5);
    length = request.length;
    buffer_text(&request, "\r\n\r\n");
    assert_int_equal(status_of(&request), 200);
    request.length = length;
    append_times(&request, "a", 60);
    buffer_text(&request, "\r\n\r\n");
    assert_int_equal(status_of(&request), 431);
    request.length = length;
    append_times(&request, "aaaaaaaaaa", 30000);
    buffer_text(&request, "\r\n\r\n");
    assert_int_equal(status_of(&request), 431);
}

static void test_long_cookies_are_taken(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&request, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 3; i++) {
        buffer_print(&request, "Cookie: c%d=", i);
        append_times(&request, "a", 4000);
        buffer_text(&request, "\r\n");
    }
    buffer_text(&request, "\r\n");
    assert_int_equal(status_of(&request), 200);
}

static void send_body(struct raw_http *http, size_t length, bool chunked)
{
    AUTO_FREE char *body = memory_new(length);

    memset(body, 'b', length);
    if (chunked) {
        raw_http_send(http,
                      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n",
                      length);
        raw_http_send_bytes(http, body, length);
        raw_http_send(http, "\r\n0\r\n\r\n");
    } else {
        raw_http_send(http, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", length);
        raw_http_send_bytes(http, body, length);
    }
}

static void assert_body_status(size_t length, bool chunked, int status)
{
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    AUTO_RAW_ANSWER struct raw_answer next = {0};

    raw_http_open(&http, tiny.port);
    send_body(&http, length, chunked);
    assert_true(raw_http_read(&http, &answer));
    assert_int_equal(answer.status, status);
    if (status == 200)
        assert_int_equal(strspn(strstr(buffer_string(&answer.body), "body ") + 5, "b"), length);
    raw_http_send(&http, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(raw_http_read(&http, &next));
    assert_int_equal(next.status, 200);
}

static void test_bodies_have_a_limit(void **state)
{
    (void)state;
    assert_body_status(WEB_BODY_LIMIT, false, 200);
    assert_body_status(WEB_BODY_LIMIT, true, 200);
    assert_body_status(WEB_BODY_LIMIT + 1, false, 413);
    assert_body_status(WEB_BODY_LIMIT + 1, true, 413);
    assert_body_status(5 * WEB_BODY_LIMIT, false, 413);
}

static void test_a_body_that_never_ends_is_cut_off(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20 * 16; i++)
        raw_http_send(&http, "10000\r\n%065536d\r\n", 0);
    assert_false(raw_http_read(&http, &answer));
    raw_http_close(&http);
    assert_true(raw_http_ask(
        tiny.port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", &answer));
    assert_refused(&answer, 413, "body_too_large");
}

static void test_a_client_may_wait_for_100_continue(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer first = {0};
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                         "Expect: 100-continue\r\n\r\n");
    assert_true(raw_http_read(&http, &first));
    assert_int_equal(first.status, 100);
    raw_http_send(&http, "abc");
    assert_true(raw_http_read(&http, &answer));
    assert_holds(&answer, "body abc");
}

static void test_too_large_a_body_is_refused_before_100_continue(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_ask(tiny.port,
                             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n"
                             "Expect: 100-continue\r\n\r\n",
                             &answer));
    assert_refused(&answer, 413, "body_too_large");
}

static void ask_packed(const char *body, size_t length, struct raw_answer *ret)
{
    AUTO_BUFFER struct buffer packed = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_RAW_HTTP struct raw_http http;

    assert_true(compression_pack(COMPRESSION_GZIP, body, length, &packed));
    raw_http_open(&http, tiny.port);
    raw_http_send(&http,
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n"
                  "Content-Length: %zu\r\n\r\n",
                  packed.length);
    raw_http_send_bytes(&http, packed.bytes, packed.length);
    assert_true(raw_http_read(&http, ret));
}

static void test_bodies_may_be_gzip_but_no_bombs(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    AUTO_RAW_ANSWER struct raw_answer bomb = {0};
    AUTO_FREE char *zeroes = memory_new(WEB_BODY_LIMIT + 1);

    ask_packed("packed text", 11, &answer);
    assert_int_equal(answer.status, 200);
    assert_holds(&answer, "body packed text");
    ask_packed(zeroes, WEB_BODY_LIMIT + 1, &bomb);
    assert_refused(&bomb, 413, "body_too_large");
}

static void test_connections_are_kept(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;

    raw_http_open(&http, tiny.port);
    for (int i = 0; i < 5; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        raw_http_send(&http, "GET /echo?i=%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
        assert_true(raw_http_read(&http, &answer));
        assert_int_equal(answer.status, 200);
    }
    raw_http_send(&http, "GET /?a=%%zz HTTP/1.1\r\nHost: a\r\n\r\n"
                         "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    AUTO_RAW_ANSWER struct raw_answer refused = {0};
    AUTO_RAW_ANSWER struct raw_answer last = {0};
    assert_true(raw_http_read(&http, &refused));
    assert_int_equal(refused.status, 400);
    assert_true(raw_http_read(&http, &last));
    assert_header(&last, "Connection", "close");
    assert_true(raw_http_is_closed(&http));
}

static void test_pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;

    raw_http_open(&http, tiny.port);
    for (int i = 0; i < 20; i++)
        raw_http_send(&http, "POST /echo?i=%d HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n%02d",
                      i, i);
    for (int i = 0; i < 20; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        AUTO_FREE char *wanted = memory_print("body %02d", i);
        assert_true(raw_http_read(&http, &answer));
        assert_holds(&answer, wanted);
    }
}

static void test_a_head_may_come_byte_by_byte(void **state)
{
    (void)state;
    static const char request[] = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&http, tiny.port);
    for (size_t i = 0; i + 1 < sizeof(request); i++)
        raw_http_send_bytes(&http, request + i, 1);
    assert_true(raw_http_read(&http, &answer));
    assert_holds(&answer, "body ab");
}

static void test_a_half_closed_client_gets_its_answer(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "GET /text?size=300000 HTTP/1.1\r\nHost: a\r\n\r\n");
    raw_http_end_sending(&http);
    assert_true(raw_http_read(&http, &answer));
    assert_int_equal(answer.body.length, 300000);
    assert_true(raw_http_is_closed(&http));
}

static void test_a_half_closed_client_gets_all_its_answers(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;

    raw_http_open(&http, tiny.port);
    for (int i = 0; i < 20; i++)
        raw_http_send(&http, "GET /text?size=30000 HTTP/1.1\r\nHost: a\r\n\r\n");
    raw_http_end_sending(&http);
    for (int i = 0; i < 20; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        assert_true(raw_http_read(&http, &answer));
        assert_int_equal(answer.body.length, 30000);
    }
    assert_true(raw_http_is_closed(&http));
}

static void test_no_header_can_be_smuggled_into_an_answer(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    AUTO_RAW_ANSWER struct raw_answer fine = {0};

    assert_true(raw_http_get(tiny.port, "/header?value=a%0d%0aSet-Cookie:%20b", "", &answer));
    assert_int_equal(answer.status, 204);
    assert_null(http_headers_find(&answer.headers, "Set-Cookie"));
    assert_null(http_headers_find(&answer.headers, "X-Value"));
    assert_true(raw_http_get(tiny.port, "/header?value=a:b", "", &fine));
    assert_header(&fine, "X-Value", "a:b");
}

static void test_an_unanswered_request_is_our_mistake(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_get(tiny.port, "/none", "", &answer));
    assert_refused(&answer, 500, "internal");
}

static void test_request_numbers_count(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer first = {0};
    AUTO_RAW_ANSWER struct raw_answer second = {0};

    assert_true(raw_http_get(tiny.port, "/", "", &first));
    assert_true(raw_http_get(tiny.port, "/", "", &second));
    assert_int_equal(atoi(http_headers_find(&first.headers, "X-Request-Id")) + 1,
                     atoi(http_headers_find(&second.headers, "X-Request-Id")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_reaches_the_handler),
        cmocka_unit_test(test_trusted_proxies_are_believed),
        cmocka_unit_test(test_paths_have_a_limit),
        cmocka_unit_test(test_headers_have_limits),
        cmocka_unit_test(test_long_cookies_are_taken),
        cmocka_unit_test(test_bodies_have_a_limit),
        cmocka_unit_test(test_a_body_that_never_ends_is_cut_off),
        cmocka_unit_test(test_a_client_may_wait_for_100_continue),
        cmocka_unit_test(test_too_large_a_body_is_refused_before_100_continue),
        cmocka_unit_test(test_bodies_may_be_gzip_but_no_bombs),
        cmocka_unit_test(test_connections_are_kept),
        cmocka_unit_test(test_pipelined_requests_are_answered_in_order),
        cmocka_unit_test(test_a_head_may_come_byte_by_byte),
        cmocka_unit_test(test_a_half_closed_client_gets_its_answer),
        cmocka_unit_test(test_a_half_closed_client_gets_all_its_answers),
        cmocka_unit_test(test_no_header_can_be_smuggled_into_an_answer),
        cmocka_unit_test(test_an_unanswered_request_is_our_mistake),
        cmocka_unit_test(test_request_numbers_count),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
