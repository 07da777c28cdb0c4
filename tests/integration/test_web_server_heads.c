#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/raw_asserts.h"
#include "support/tiny_server.h"

static struct tiny_server tiny;

static int start(void **state)
{
    (void)state;
    tiny_server_start(&tiny, &(struct web_server_settings){0});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    tiny_server_stop(&tiny, 1000);
    return 0;
}

/* Heads that are refused, and with what. */
static const struct {
    const char *request;
    int status;
    const char *code;
} refusals[] = {
    {"GET / HTTP/1.1\r\n\r\n", 400, "bad_host"},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "bad_host"},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "bad_host"},
    {"GET / HTTP/1.1\r\nHost: a\"\r\n\r\n", 400, "bad_host"},
    {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\nHost: a\r\n: b\r\nX: y\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\n: b\r\nHost: a\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\nY: d\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", 400, "bad_request"},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\x01\r\n\r\n", 400, "bad_request"},
    {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "unknown_method"},
    {"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "unknown_method"},
    {"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "unknown_method"},
    {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501, "unknown_method"},
    {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
    {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
    {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
    {"GET /a\x7f HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
    {"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
    {"GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
    {"GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"},
    {"GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_query"},
    {"GET /?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_query"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
     "1\r\na\r\n0\r\n\r\n",
     400, "bad_length"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
     "0\r\n\r\n",
     400, "bad_length"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400,
     "bad_length"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400,
     "bad_length"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
     "\r\n0\r\n\r\n",
     400, "bad_length"},
    {"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
     "bad_length"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501,
     "unknown_encoding"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501, "unknown_encoding"},
    {"POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", 417, "unknown_expectation"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\na", 415,
     "unknown_encoding"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\na", 400,
     "bad_body"},
};

static void test_malformed_heads_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        if (!raw_http_ask(tiny.port, refusals[i].request, &answer) ||
            answer.status != refusals[i].status)
            fail_msg("%d for %s", answer.status, refusals[i].request);
        assert_refused(&answer, refusals[i].status, refusals[i].code);
    }
}

/* What libmicrohttpd refuses by itself, and bytes that are no HTTP: never answered with success. */
static void test_what_is_no_http_gets_no_answer_or_an_error(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "GARBAGE\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(requests); i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        if (raw_http_ask(tiny.port, requests[i], &answer) && answer.status < 400)
            fail_msg("%d for %s", answer.status, requests[i]);
    }
}

static void send_and_assert_refused(const char *bytes, size_t length)
{
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&http, tiny.port);
    raw_http_send_bytes(&http, bytes, length);
    assert_true(raw_http_read(&http, &answer));
    assert_int_equal(answer.status, 400);
}

static void test_too_many_parameters_cost_nothing(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&request, "GET /?");
    for (int i = 0; i < WEB_HEADERS_MOST + 1; i++)
        buffer_text(&request, "a&");
    size_t length = request.length;
    buffer_text(&request, "a HTTP/1.1\r\nHost: a\r\n\r\n");
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    assert_true(raw_http_ask(tiny.port, buffer_string(&request), &answer));
    assert_refused(&answer, 400, "bad_query");
    request.length = length;
    for (int i = 0; i < 1900; i++) /* more than libmicrohttpd can hold: it just closes */
        buffer_text(&request, "a&");
    buffer_text(&request, "a HTTP/1.1\r\nHost: a\r\n\r\n");
    AUTO_RAW_ANSWER struct raw_answer none = {0};
    assert_true(!raw_http_ask(tiny.port, buffer_string(&request), &none) || none.status >= 400);
}

static void test_a_nul_in_the_head_is_refused(void **state)
{
    (void)state;
    static const char in_value[] = "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\nY: d\r\n\r\n";
    static const char in_name[] = "GET / HTTP/1.1\r\nHost: a\r\nX\0Y: b\r\nZ: c\r\n\r\n";
    static const char at_end[] = "GET / HTTP/1.1\r\nHost: a\r\nX: b\0\r\nY: d\r\n\r\n";

    send_and_assert_refused(in_value, sizeof(in_value) - 1);
    send_and_assert_refused(in_name, sizeof(in_name) - 1);
    send_and_assert_refused(at_end, sizeof(at_end) - 1);
}

static void test_odd_but_right_heads_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *request, *wanted;
    } cases[] = {
        {"GET / HTTP/1.1\r\nhost:a\r\nX:\r\nY: \t b \t\r\nZ:c\r\n\r\n", "host a\n"},
        {"GET / HTTP/1.1\nHost: a\n\n", "host a\n"},
        {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "path /\n"},
        {"GET http://b:81/p?q=1 HTTP/1.1\r\nHost: a\r\n\r\n", "path /p\nquery q=1\nhost b:81\n"},
        {"GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", "path /\nhost b\n"},
        {"GET HTTPS://b?x HTTP/1.1\r\nHost: a\r\n\r\n", "path /\nquery x=\nhost b\n"},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", "host \n"},
        {"GET / HTTP/1.0\r\n\r\n", "host \n"},
        {"GET / HTTP/1.1\r\nHost: [::1]:4222\r\n\r\n", "host [::1]:4222\n"},
        {"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", "path /\xc3\xa4\n"},
        {"DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n", "method DELETE\n"},
        {"OPTIONS /x HTTP/1.1\r\nHost: a\r\n\r\n", "method OPTIONS\n"},
        {"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "body "},
        {"PATCH /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "body abc"},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
         "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
         "body abcde"},
        {"GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
         "\r\n",
         "client 127.0.0.1\ntls 0\n"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        assert_true(raw_http_ask(tiny.port, cases[i].request, &answer));
        assert_int_equal(answer.status, 200);
        assert_holds(&answer, cases[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malformed_heads_are_refused),
        cmocka_unit_test(test_what_is_no_http_gets_no_answer_or_an_error),
        cmocka_unit_test(test_too_many_parameters_cost_nothing),
        cmocka_unit_test(test_a_nul_in_the_head_is_refused),
        cmocka_unit_test(test_odd_but_right_heads_are_taken),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
