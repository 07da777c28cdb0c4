/* Requests that are too large, malformed, cut short, doubled, slow or too many at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/operations.h"
#include "web/message.h"

enum { DEPTH = 10000, MEMBERS = 100000, SLOW = 100, PIPELINED = 100, BODY_MOST = 4 << 20 };

static struct daemon daemon;
static int handles;

static int open_daemon(void **state)
{
    (void)state;
    daemon_open(&daemon, NULL);
    handles = daemon_handles(&daemon);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

static char *repeated(const char *piece, int count)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BODY_MOST);

    for (int i = 0; i < count; i++)
        buffer_text(&text, piece);
    assert_false(text.overflowed);
    return memory_text(buffer_string(&text));
}

/* ---- heads ---- */

static int status_of(const char *request)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    return raw_http_ask(daemon.port, request, &answer) ? answer.status : 0;
}

static void test_large_heads_are_refused(void **state)
{
    (void)state;
    AUTO_FREE char *large = repeated("a", 40000);
    AUTO_FREE char *path = repeated("/a", 2500);
    AUTO_FREE char *few = repeated("a=b&", 100);
    AUTO_FREE char *headers = repeated("X: y\r\n", 70);
    const struct {
        const char *format, *filling;
        int status;
    } cases[] = {
        {"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", path, 414},
        {"GET /?q=%s HTTP/1.1\r\nHost: a\r\n\r\n", path, 414},
        {"GET /api/lists?%s HTTP/1.1\r\nHost: a\r\n\r\n", few, 400},
        {"GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", headers, 431},
        {"GET / HTTP/1.1\r\nHost: a\r\nX-Api-Key: %s\r\n\r\n", large, 431},
        {"GET / HTTP/1.1\r\nHost: a\r\nCookie: %s\r\n\r\n", large, 431},
        {"GET / HTTP/1.1\r\nHost: %s\r\n\r\n", large, 431},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BODY_MOST);
        size_t before = strcspn(cases[i].format, "%");
        buffer_append(&request, cases[i].format, before);
        buffer_text(&request, cases[i].filling);
        buffer_text(&request, cases[i].format + before + 2);
        int status = status_of(buffer_string(&request));
        if (status != cases[i].status)
            fail_msg("%.60s...: %d, not %d", cases[i].format, status, cases[i].status);
    }
    daemon_assert_well(&daemon, handles);
}

static void test_malformed_heads_get_no_further(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/../b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        "\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity"
        "\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 2\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\na",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n",
        "GET nothing HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /# HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /api/lists?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        "GET / HTP/1.1\r\nHost: a\r\n\r\n",
        "get / HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02",
        "GET\r\n\r\n",
        "\r\n\r\n\r\n\r\n",
        "{\"json\": true}\r\n\r\n",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
        AUTO_RAW_HTTP struct raw_http http;
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        raw_http_open(&http, daemon.port);
        raw_http_send(&http, "%s", heads[i]);
        raw_http_end_sending(&http);
        int status = raw_http_read(&http, &answer) ? answer.status : 0;
        if (status != 0 && status != 501 && status != 505 && (status < 400 || status >= 500))
            fail_msg("%s: %d", heads[i], status);
    }
    daemon_assert_well(&daemon, handles);
}

static void test_doubled_credentials_count_for_nothing(void **state)
{
    (void)state;
    const char *key = daemon.admin_key;
    const char *const heads[] = {
        memory_print("X-Api-Key: %s\r\nX-Api-Key: %s\r\n", key, key),
        memory_print("X-Api-Key: %s\r\nx-api-key: lsk_wrong\r\n", key),
        memory_print("X-Api-Key: lsk_wrong\r\nX-Api-Key: %s\r\n", key),
        memory_print("Authorization: Bearer %s\r\nAuthorization: Bearer %s\r\n", key, key),
        memory_print("Authorization: Basic eA==\r\nAuthorization: Bearer %s\r\n", key),
        memory_print("Authorization: Bearer %s\r\nauthorization: Basic eA==\r\n", key),
    };

    for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        daemon_call_with(&daemon, "GET", "/api/lists", heads[i], NULL, &answer);
        if (answer.status != 401)
            fail_msg("%s: %d", heads[i], answer.status);
        free((char *)heads[i]);
    }
}

/* ---- bodies ---- */

static void test_large_bodies_are_refused(void **state)
{
    (void)state;
    AUTO_FREE char *text = repeated("a", WEB_BODY_LIMIT);
    AUTO_FREE char *body = memory_print("\"%s\"", text);
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_int_equal(daemon_status(&daemon, "POST", "/api/lists", daemon.sync_key, body), 413);
    assert_int_equal(daemon_status(&daemon, "POST", "/api/auth/login", NULL, body), 413);
    raw_http_open(&http, daemon.port);
    raw_http_send(&http,
                  "POST /api/lists HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                  "X-Api-Key: %s\r\n\r\n100000\r\n%s\r\n1\r\nb\r\n0\r\n\r\n",
                  daemon.sync_key, text);
    assert_true(raw_http_read(&http, &answer));
    assert_int_equal(answer.status, 413);
    raw_http_close(&http);
    assert_int_equal(status_of("POST /api/lists HTTP/1.1\r\nHost: a\r\n"
                               "Content-Length: 999999999999\r\n\r\n{"),
                     413);
    daemon_assert_well(&daemon, handles);
}

/* What no operation may take, whatever it wants. */
static void test_odd_json_is_refused_everywhere(void **state)
{
    (void)state;
    struct operations operations;
    AUTO_FREE char *open = repeated("[", DEPTH);
    AUTO_FREE char *close = repeated("]", DEPTH);
    AUTO_FREE char *members = repeated("\"a\":1,", MEMBERS);
    AUTO_FREE char *objects = repeated("{\"a\":", DEPTH);
    char *const bodies[] = {
        memory_print("{\"a\":%s%s}", open, close),
        memory_print("%s%s", open, close),
        memory_text(objects),
        memory_print("{%s\"b\":1}", members),
        memory_text("{\"list_id\":\"top\",\"list_id\":\"toptv\"}"),
        memory_text("{\"a\":1}{\"a\":1}"),
        memory_text("{\"a\":1}]"),
        memory_text("{'a':1}"),
        memory_text("{\"a\":NaN}"),
        memory_text("{\"a\":1e999999}"),
        memory_text("{\"a\":99999999999999999999999999}"),
        memory_text("{\"a\":\"\\ud800\"}"),
        memory_text("{\"a\":\"\\u0000\"}"),
        memory_text("{\"a\":\"\xff\xfe\"}"),
        memory_text("\xef\xbb\xbf{\"a\":1}"),
        memory_text("\"text\""),
        memory_text("[]"),
        memory_text("null"),
        memory_text("-0"),
        memory_text("{"),
    };

    operations_read(&daemon, &operations);
    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        for (size_t j = 0; operation->has_body && j < ARRAY_LENGTH(bodies); j++) {
            int status = daemon_status(&daemon, operation->method, operation->target,
                                       daemon.admin_key, bodies[j]);
            if (status < 400 || status >= 500)
                fail_msg("%s %s with %.40s: %d", operation->method, operation->path, bodies[j],
                         status);
        }
    }
    for (size_t j = 0; j < ARRAY_LENGTH(bodies); j++)
        free(bodies[j]);
    operations_release(&operations);
    daemon_assert_well(&daemon, handles);
}

/* Each parameter and query of each operation as what it cannot be. */
static void test_odd_parameters_are_refused_everywhere(void **state)
{
    (void)state;
    static const char *const values[] = {
        "-1",
        "0",
        "99999999999999999999",
        "1e3",
        "0x1",
        "%00",
        "%ff",
        "%27%20OR%201%3D1--",
        "%0d%0aX-Injected:%201",
        "%252e%252e%252f",
        "..%2f..%2fetc%2fpasswd",
        "%F0%9F%92%A9",
        "%3Cscript%3E",
        "*",
        "%25n%25s%25n",
    };
    struct operations operations;

    operations_read(&daemon, &operations);
    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        const char *parameter = strstr(operation->target, "999999");
        for (size_t j = 0; j < ARRAY_LENGTH(values); j++) {
            AUTO_FREE char *target =
                parameter ? memory_print("%.*s%s%s", (int)(parameter - operation->target),
                                         operation->target, values[j], parameter + 6)
                          : memory_print("%s?limit=%s&page=%s&search=%s&since=%s&cursor=%s",
                                         operation->target, values[j], values[j], values[j],
                                         values[j], values[j]);
            int status = operation->is_stream || text_equal(operation->method, "DELETE")
                             ? 404
                             : daemon_status(&daemon, operation->method, target, daemon.admin_key,
                                             operation->has_body ? "{}" : NULL);
            if (status == 0 || status >= 500)
                fail_msg("%s %s: %d", operation->method, target, status);
        }
    }
    operations_release(&operations);
    daemon_assert_well(&daemon, handles);
}

/* ---- connections ---- */

static void test_a_request_that_was_cut_short_does_nothing(void **state)
{
    (void)state;
    static const char body[] = "{\"list_type\":\"imdb\",\"list_id\":\"top\"}";
    AUTO_FREE char *request =
        memory_print("POST /api/lists HTTP/1.1\r\nHost: a\r\nX-Api-Key: %s\r\n"
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     daemon.sync_key, strlen(body), body);
    AUTO_DAEMON_ANSWER struct daemon_answer lists;

    for (size_t length = 0; length < strlen(request); length++) {
        AUTO_RAW_HTTP struct raw_http http;
        raw_http_open(&http, daemon.port);
        raw_http_send_bytes(&http, request, length);
        if (length % 2)
            raw_http_end_sending(&http);
    }
    daemon_assert_well(&daemon, handles);
    daemon_call(&daemon, "GET", "/api/lists", daemon.read_key, NULL, &lists);
    assert_int_equal(json_value_get_integer(lists.document, "total"), 0);
    assert_int_equal(status_of(request), 200); /* whole, it does */
}

static void test_slow_clients_keep_nobody_waiting(void **state)
{
    (void)state;
    static const char *const beginnings[] = {
        "",
        "G",
        "GET / HTTP/1.1\r\nHost: a\r\nX: ",
        "POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{",
        "POST /api/lists HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    };
    struct raw_http slow[SLOW];
    int64_t began = clock_steady_ms();

    for (int i = 0; i < SLOW; i++) {
        raw_http_open(&slow[i], i % 2 ? daemon.port : daemon.ui_port);
        raw_http_send(&slow[i], "%s", beginnings[i % (int)ARRAY_LENGTH(beginnings)]);
    }
    for (int i = 0; i < 20; i++) {
        assert_int_equal(daemon_status(&daemon, "GET", "/api/system/health", NULL, NULL), 200);
        raw_http_send(&slow[i], "y");
    }
    assert_true(clock_steady_ms() - began < 5000);
    for (int i = 0; i < SLOW; i++)
        raw_http_close(&slow[i]);
    daemon_assert_well(&daemon, handles);
}

static void test_pipelined_requests_are_answered_one_by_one(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer requests = BUFFER_WITH_LIMIT(BODY_MOST);
    AUTO_RAW_HTTP struct raw_http http;

    for (int i = 0; i < PIPELINED; i++)
        buffer_print(&requests, "GET %s HTTP/1.1\r\nHost: a\r\nX-Api-Key: %s\r\n\r\n",
                     i % 3 ? "/api/lists" : "/api/nothing",
                     i % 3 == 1 ? daemon.read_key : "lsk_wrong");
    buffer_text(&requests, "broken\r\n\r\nGET /api/lists HTTP/1.1\r\nHost: a\r\n\r\n");
    raw_http_open(&http, daemon.port);
    raw_http_send_bytes(&http, requests.bytes, requests.length);
    for (int i = 0; i < PIPELINED; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        assert_true(raw_http_read(&http, &answer));
        assert_int_equal(answer.status, i % 3 == 0 ? 404 : i % 3 == 1 ? 200 : 401);
    }
    AUTO_RAW_ANSWER struct raw_answer last = {0};
    if (raw_http_read(&http, &last))
        assert_int_equal(last.status, 400);
    assert_true(raw_http_is_closed(&http));
    raw_http_close(&http);
    daemon_assert_well(&daemon, handles);
}

/* What stands in a body is never a request, and what is refused takes what follows with it. */
static void test_no_request_is_smuggled_in_a_body(void **state)
{
    (void)state;
    AUTO_FREE char *inner = memory_print("DELETE /api/users/1 HTTP/1.1\r\nHost: a\r\n"
                                         "X-Api-Key: %s\r\n\r\n",
                                         daemon.admin_key);
    AUTO_FREE char *chunked = memory_print("0\r\n\r\n%s", inner);
    const struct {
        const char *headers, *body;
    } cases[] = {
        {"Content-Length: %zu\r\nTransfer-Encoding: chunked\r\n", chunked},
        {"Transfer-Encoding: chunked\r\nContent-Length: %zu\r\n", chunked},
        {"Content-Length: %zu\r\nTransfer-Encoding : chunked\r\n", chunked},
        {"Content-Length: %zu\r\nTransfer-Encoding:\x0b"
         "chunked\r\n",
         chunked},
        {"Content-Length: 0\r\nContent-Length: %zu\r\n", inner},
        {"Content-Length: %zu\r\nContent-Length: 0\r\n", inner},
        {"Content-Length: %zu\r\n", inner},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BODY_MOST);
        AUTO_RAW_HTTP struct raw_http http;
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        const char *headers = cases[i].headers;
        size_t before = (size_t)(strstr(headers, "%zu") - headers);
        buffer_print(&request, "POST /api/lists HTTP/1.1\r\nHost: a\r\n%.*s%zu%s\r\n%s",
                     (int)before, headers, strlen(cases[i].body), headers + before + 3,
                     cases[i].body);
        raw_http_open(&http, daemon.port);
        raw_http_send_bytes(&http, request.bytes, request.length);
        raw_http_end_sending(&http);
        assert_true(raw_http_read(&http, &answer));
        assert_in_range(answer.status, 400, 499);
        AUTO_RAW_ANSWER struct raw_answer second = {0};
        if (raw_http_read(&http, &second))
            fail_msg("%s was answered twice: %d", headers, second.status);
    }
    daemon_assert_well(&daemon, handles);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_daemon, close_daemon)
    const struct CMUnitTest tests[] = {
        TEST(test_large_heads_are_refused),
        TEST(test_malformed_heads_get_no_further),
        TEST(test_doubled_credentials_count_for_nothing),
        TEST(test_large_bodies_are_refused),
        TEST(test_odd_json_is_refused_everywhere),
        TEST(test_odd_parameters_are_refused_everywhere),
        TEST(test_a_request_that_was_cut_short_does_nothing),
        TEST(test_slow_clients_keep_nobody_waiting),
        TEST(test_pipelined_requests_are_answered_one_by_one),
        TEST(test_no_request_is_smuggled_in_a_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
