#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/raw_http.h"
#include "support/tiny_server.h"

static struct tiny_server tiny;

/* Sends the text again and again, slowly, until it is cut off; how long that took. */
static int64_t drip(const char *start, const char *drop)
{
    AUTO_RAW_HTTP struct raw_http http;
    int64_t began = clock_steady_ms();

    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "%s", start);
    for (;;) {
        struct timeval wait = {.tv_usec = 10000};
        char byte;
        raw_http_send(&http, "%s", drop);
        setsockopt(http.socket, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
        ssize_t rc = recv(http.socket, &byte, 1, 0);
        int64_t tick = clock_steady_ms();
        if (rc >= 0 || tick - began > RAW_HTTP_MS)
            return tick - began;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return tick - began;
    }
}

static void test_who_drips_is_cut_off(void **state)
{
    (void)state;
    static const struct {
        const char *start, *drop;
    } cases[] = {
        {"", ""},
        {"", "G"},
        {"GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n"},
        {"GET / HTTP/1.1\r\nHost: a\r\nX: ", "y"},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", "b"},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nb\r\n"},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "T: x\r\n"},
    };

    tiny_server_start(&tiny, &(struct web_server_settings){.request_ms = 200});
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t ms = drip(cases[i].start, cases[i].drop);
        /* A body's time begins anew when its head is there. */
        if (ms < 150 || ms > 5000)
            fail_msg("%s was cut off after %d ms", cases[i].start, (int)ms);
    }
    tiny_server_stop(&tiny, 0);
}

/* The rest of the request will never come; its time is ten seconds here. */
static void test_who_leaves_in_a_request_is_not_waited_for(void **state)
{
    (void)state;
    static const char request[] = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na";
    struct raw_http left[sizeof(request)];
    int64_t began = clock_steady_ms();

    tiny_server_start(&tiny, &(struct web_server_settings){.request_ms = 0});
    for (size_t i = 0; i < ARRAY_LENGTH(left); i++) {
        raw_http_open(&left[i], tiny.port);
        raw_http_send_bytes(&left[i], request, i);
        raw_http_end_sending(&left[i]);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(left); i++) {
        assert_true(raw_http_is_closed(&left[i]));
        raw_http_close(&left[i]);
    }
    assert_true(clock_steady_ms() - began < 8000);
    tiny_server_stop(&tiny, 0);
}

static void test_others_are_answered_meanwhile(void **state)
{
    (void)state;
    struct raw_http slow[100];

    tiny_server_start(&tiny, &(struct web_server_settings){.request_ms = 300});
    for (size_t i = 0; i < ARRAY_LENGTH(slow); i++) {
        raw_http_open(&slow[i], tiny.port);
        raw_http_send(&slow[i], "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na");
    }
    for (int i = 0; i < 50; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        assert_true(raw_http_get(tiny.port, "/echo", "", &answer));
        assert_int_equal(answer.status, 200);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(slow); i++) {
        assert_true(raw_http_is_closed(&slow[i]));
        raw_http_close(&slow[i]);
    }
    tiny_server_stop(&tiny, 0);
}

static void test_idle_connections_are_closed_in_time(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    tiny_server_start(&tiny, &(struct web_server_settings){.idle_ms = 200});
    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(raw_http_read(&http, &answer));
    int64_t began = clock_steady_ms();
    assert_true(raw_http_is_closed(&http));
    assert_in_range(clock_steady_ms() - began, 150, 5000);
    tiny_server_stop(&tiny, 0);
}

static void test_who_takes_no_answer_is_cut_off(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;

    tiny_server_start(&tiny, &(struct web_server_settings){.idle_ms = 100});
    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "GET /text?size=8000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(tiny_server_wait(&tiny, &tiny.sent, 1));
    assert_true(tiny_server_wait_for_connections(&tiny, 0));
    tiny_server_stop(&tiny, 0);
}

static void test_an_errand_may_take_its_time(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http slow;
    AUTO_RAW_HTTP struct raw_http dripping;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    tiny_server_start(&tiny, &(struct web_server_settings){.request_ms = 100, .idle_ms = 100});
    raw_http_open(&slow, tiny.port);
    raw_http_send(&slow, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(tiny_server_wait(&tiny, &tiny.waiting, 1));
    for (int i = 0; i < 3; i++) { /* each takes the time that the errand would have had */
        raw_http_open(&dripping, tiny.port);
        assert_true(raw_http_is_closed(&dripping));
        raw_http_close(&dripping);
    }
    tiny_server_let_go(&tiny);
    assert_true(raw_http_read(&slow, &answer));
    assert_int_equal(answer.status, 200);
    tiny_server_stop(&tiny, 0);
}

enum { LIMIT = 20, FLOOD = 400 };

static void test_connections_have_a_limit(void **state)
{
    (void)state;
    struct raw_http flood[FLOOD];
    struct web_server_figures figures;
    int answered = 0;

    tiny_server_start(&tiny, &(struct web_server_settings){.connections = LIMIT});
    for (int i = 0; i < LIMIT; i++)
        raw_http_open(&flood[i], tiny.port);
    assert_true(tiny_server_wait_for_connections(&tiny, LIMIT));
    for (int i = LIMIT; i < FLOOD; i++)
        raw_http_open(&flood[i], tiny.port);
    for (int i = LIMIT; i < FLOOD; i++)
        assert_true(raw_http_is_closed(&flood[i]));
    for (int i = 0; i < LIMIT; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        raw_http_send(&flood[i], "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
        answered += raw_http_read(&flood[i], &answer) && answer.status == 200;
    }
    assert_int_equal(answered, LIMIT);
    web_server_figures(tiny.server, &figures);
    assert_int_equal(figures.refused, FLOOD - LIMIT);
    assert_int_equal(figures.connections, LIMIT);
    for (int i = 0; i < FLOOD; i++)
        raw_http_close(&flood[i]);
    tiny_server_stop(&tiny, 0);
}

static void test_idle_connections_make_room(void **state)
{
    (void)state;
    struct raw_http idle[LIMIT];
    AUTO_RAW_ANSWER struct raw_answer newcomer = {0};

    tiny_server_start(&tiny, &(struct web_server_settings){.connections = LIMIT});
    for (int i = 0; i < LIMIT; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        raw_http_open(&idle[i], tiny.port);
        raw_http_send(&idle[i], "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_true(raw_http_read(&idle[i], &answer));
    }
    assert_true(tiny_server_wait(&tiny, &tiny.sent, LIMIT));
    assert_true(raw_http_get(tiny.port, "/echo", "", &newcomer));
    assert_int_equal(newcomer.status, 200);
    for (int i = 0; i < LIMIT; i++)
        raw_http_close(&idle[i]);
    tiny_server_stop(&tiny, 0);
}

static void test_one_address_gets_its_share(void **state)
{
    (void)state;
    struct address_ranges proxies = {0};
    struct raw_http ours[3], theirs, behind_proxy[3];

    assert_int_equal(address_ranges_parse("127.0.0.9", &proxies, NULL), 0);
    tiny_server_start(&tiny, &(struct web_server_settings){.connections_per_address = 2,
                                                           .trusted_proxies = &proxies});
    for (int i = 0; i < 2; i++)
        raw_http_open(&ours[i], tiny.port);
    assert_true(tiny_server_wait_for_connections(&tiny, 2));
    raw_http_open(&ours[2], tiny.port);
    assert_true(raw_http_is_closed(&ours[2]));
    raw_http_open_from(&theirs, "127.0.0.2", tiny.port);
    for (int i = 0; i < 3; i++)
        raw_http_open_from(&behind_proxy[i], "127.0.0.9", tiny.port);
    assert_true(tiny_server_wait_for_connections(&tiny, 6));
    for (int i = 0; i < 3; i++) {
        raw_http_close(&ours[i]);
        raw_http_close(&behind_proxy[i]);
    }
    raw_http_close(&theirs);
    tiny_server_stop(&tiny, 0);
    address_ranges_release(&proxies);
}

static void test_clients_that_leave_half_way_cost_nothing(void **state)
{
    (void)state;
    static const char *const halves[] = {
        "",
        "GET",
        "GET / HTTP/1.1\r\nHo",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab",
        "GET /text?size=9000000 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n",
    };
    AUTO_RAW_HTTP struct raw_http listener;

    tiny_server_start(&tiny, &(struct web_server_settings){.request_ms = 200});
    raw_http_open(&listener, tiny.port);
    raw_http_send(&listener, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(tiny_server_wait(&tiny, &tiny.streams_begun, 1));
    raw_http_close(&listener);
    for (size_t i = 0; i < ARRAY_LENGTH(halves); i++) {
        AUTO_RAW_HTTP struct raw_http http;
        raw_http_open(&http, tiny.port);
        raw_http_send(&http, "%s", halves[i]);
    }
    tiny_server_feed(&tiny, "so that the stream finds out");
    tiny_server_feed(&tiny, NULL);
    assert_true(tiny_server_wait_for_connections(&tiny, 0));
    tiny_server_stop(&tiny, 0);
}

static void test_bodies_share_a_limit(void **state)
{
    (void)state;
    enum { TOO_MANY = 4, BODIES = WEB_BODIES_LIMIT / WEB_BODY_LIMIT + TOO_MANY };
    static char body[WEB_BODY_LIMIT];
    struct raw_http clients[BODIES];
    int busy = 0;

    tiny_server_start(&tiny, &(struct web_server_settings){.request_ms = RAW_HTTP_MS});
    memset(body, 'b', sizeof(body));
    for (int i = 0; i < BODIES; i++) {
        raw_http_open(&clients[i], tiny.port);
        raw_http_send(&clients[i], "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n",
                      sizeof(body));
        raw_http_send_bytes(&clients[i], body, sizeof(body) - 1);
    }
    assert_true(tiny_server_wait_for_refusals(&tiny, TOO_MANY));
    for (int i = 0; i < BODIES; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        raw_http_send(&clients[i], "b");
        assert_true(raw_http_read(&clients[i], &answer));
        busy += answer.status == 503;
        raw_http_close(&clients[i]);
    }
    assert_int_equal(busy, TOO_MANY);
    assert_true(tiny_server_wait_for_connections(&tiny, 0));
    AUTO_RAW_ANSWER struct raw_answer after = {0};
    assert_true(raw_http_ask(tiny.port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nb",
                             &after));
    assert_int_equal(after.status, 200);
    tiny_server_stop(&tiny, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_drips_is_cut_off),
        cmocka_unit_test(test_who_leaves_in_a_request_is_not_waited_for),
        cmocka_unit_test(test_others_are_answered_meanwhile),
        cmocka_unit_test(test_idle_connections_are_closed_in_time),
        cmocka_unit_test(test_who_takes_no_answer_is_cut_off),
        cmocka_unit_test(test_an_errand_may_take_its_time),
        cmocka_unit_test(test_connections_have_a_limit),
        cmocka_unit_test(test_idle_connections_make_room),
        cmocka_unit_test(test_one_address_gets_its_share),
        cmocka_unit_test(test_clients_that_leave_half_way_cost_nothing),
        cmocka_unit_test(test_bodies_share_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
