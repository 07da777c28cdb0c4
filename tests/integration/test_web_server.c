#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/raw_http.h"
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

static void assert_header(const struct raw_answer *answer, const char *name, const char *value)
{
    const char *found = http_headers_find(&answer->headers, name);

    if (!found || strcmp(found, value) != 0)
        fail_msg("%s: %s, not %s", name, found ? found : "nothing", value);
}

static void assert_holds(const struct raw_answer *answer, const char *text)
{
    if (!strstr(buffer_string(&answer->body), text))
        fail_msg("no \"%s\" in \"%s\"", text, buffer_string(&answer->body));
}

/* What was refused here has the API's error body. */
static void assert_refused(const struct raw_answer *answer, int status, const char *code)
{
    AUTO_FREE char *member = memory_print("\"code\":\"%s\"", code);

    assert_int_equal(answer->status, status);
    assert_header(answer, "Content-Type", "application/json");
    assert_holds(answer, "{\"detail\":\"");
    assert_holds(answer, member);
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
        cmocka_unit_test(test_malformed_heads_are_refused),
        cmocka_unit_test(test_what_is_no_http_gets_no_answer_or_an_error),
        cmocka_unit_test(test_too_many_parameters_cost_nothing),
        cmocka_unit_test(test_a_nul_in_the_head_is_refused),
        cmocka_unit_test(test_odd_but_right_heads_are_taken),
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
