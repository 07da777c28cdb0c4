#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/raw_http.h"
#include "support/tiny_server.h"

static struct tiny_server tiny;

static int start(void **state)
{
    (void)state;
    tiny_server_start(&tiny, &(struct web_server_settings){.errand_threads = 4});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    if (tiny.server)
        tiny_server_stop(&tiny, 1000);
    return 0;
}

static void open_and_ask(struct raw_http *http, const char *path)
{
    raw_http_open(http, tiny.port);
    raw_http_send(http, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
}

static void assert_status(struct raw_http *http, int status)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_read(http, &answer));
    assert_int_equal(answer.status, status);
}

static void assert_answers_others(void)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_get(tiny.port, "/echo", "", &answer));
    assert_int_equal(answer.status, 200);
}

enum { ERRANDS = 64 };

static void test_slow_errands_block_nobody(void **state)
{
    (void)state;
    struct raw_http clients[ERRANDS];
    struct web_server_figures figures;

    for (int i = 0; i < ERRANDS; i++)
        open_and_ask(&clients[i], "/later");
    assert_true(tiny_server_wait(&tiny, &tiny.waiting, 4));
    for (int i = 0; i < 20; i++)
        assert_answers_others();
    tiny_server_let_go(&tiny);
    for (int i = 0; i < ERRANDS; i++) {
        assert_status(&clients[i], 200);
        raw_http_send(&clients[i], "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    for (int i = 0; i < ERRANDS; i++) {
        assert_status(&clients[i], 200);
        raw_http_close(&clients[i]);
    }
    assert_true(tiny_server_wait_for_errands(&tiny, 0));
    web_server_figures(tiny.server, &figures);
    assert_int_equal(figures.refused, 0);
}

static void test_too_many_errands_are_told_to_come_back(void **state)
{
    (void)state;
    struct raw_http clients[4 + WEB_ERRANDS_WAITING];
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    for (size_t i = 0; i < 4; i++)
        open_and_ask(&clients[i], "/later");
    assert_true(tiny_server_wait(&tiny, &tiny.waiting, 4));
    for (size_t i = 4; i < ARRAY_LENGTH(clients); i++)
        open_and_ask(&clients[i], "/later");
    assert_true(tiny_server_wait_for_errands(&tiny, 4 + WEB_ERRANDS_WAITING));
    assert_true(raw_http_get(tiny.port, "/later", "", &answer));
    assert_int_equal(answer.status, 503);
    assert_non_null(http_headers_find(&answer.headers, "Retry-After"));
    assert_non_null(strstr(buffer_string(&answer.body), "\"code\":\"busy\""));
    tiny_server_let_go(&tiny);
    for (size_t i = 0; i < ARRAY_LENGTH(clients); i++) {
        assert_status(&clients[i], 200);
        raw_http_close(&clients[i]);
    }
}

static void test_a_stop_answers_what_is_under_way(void **state)
{
    (void)state;
    struct raw_http clients[12];

    for (size_t i = 0; i < ARRAY_LENGTH(clients); i++)
        open_and_ask(&clients[i], "/later");
    assert_true(tiny_server_wait_for_errands(&tiny, (int)ARRAY_LENGTH(clients)));
    tiny_server_let_go(&tiny);
    tiny_server_stop(&tiny, RAW_HTTP_MS);
    for (size_t i = 0; i < ARRAY_LENGTH(clients); i++) {
        assert_status(&clients[i], 200);
        assert_true(raw_http_is_closed(&clients[i]));
        raw_http_close(&clients[i]);
    }
}

static void *let_go_when_stopping(void *context)
{
    AUTO_RAW_HTTP struct raw_http http;

    (void)context;
    do { /* refused once the stop has begun */
        raw_http_open(&http, tiny.port);
        raw_http_send(&http, "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        if (!raw_http_read(&http, &answer))
            break;
        raw_http_close(&http);
    } while (true);
    tiny_server_let_go(&tiny);
    return NULL;
}

/* No grace: what waits is dropped with 503, what runs is waited for. */
static void test_a_hasty_stop_drops_what_waits(void **state)
{
    (void)state;
    struct raw_http clients[12];
    int answered = 0, dropped = 0;
    pthread_t helper;

    for (size_t i = 0; i < ARRAY_LENGTH(clients); i++)
        open_and_ask(&clients[i], "/later");
    assert_true(tiny_server_wait(&tiny, &tiny.waiting, 4));
    assert_true(tiny_server_wait_for_errands(&tiny, (int)ARRAY_LENGTH(clients)));
    assert_int_equal(pthread_create(&helper, NULL, let_go_when_stopping, NULL), 0);
    web_server_stop(tiny.server, 0);
    pthread_join(helper, NULL);
    tiny.server = NULL;
    tiny_server_stop(&tiny, 0);
    for (size_t i = 0; i < ARRAY_LENGTH(clients); i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        if (raw_http_read(&clients[i], &answer)) {
            answered += answer.status == 200;
            dropped += answer.status == 503;
        }
        raw_http_close(&clients[i]);
    }
    assert_int_equal(answered, 4);
    assert_int_equal(dropped, 8);
}

static void test_streams_send_what_there_is(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    open_and_ask(&http, "/stream");
    assert_true(raw_http_read_head(&http, &answer));
    assert_int_equal(answer.status, 200);
    assert_string_equal(http_headers_find(&answer.headers, "Content-Type"), "text/event-stream");
    assert_true(tiny_server_wait(&tiny, &tiny.streams_begun, 1));
    for (int i = 0; i < 200; i++) {
        AUTO_FREE char *text = memory_print("event %d\n", i);
        buffer_clear(&body);
        tiny_server_feed(&tiny, text);
        assert_true(raw_http_read_chunk(&http, &body));
        assert_string_equal(buffer_string(&body), text);
    }
    tiny_server_feed(&tiny, NULL);
    assert_false(raw_http_read_chunk(&http, &body));
    assert_true(tiny_server_wait(&tiny, &tiny.streams_ended, 1));
    raw_http_send(&http, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_status(&http, 200);
    assert_true(tiny_server_wait(&tiny, &tiny.sent, 2));
}

static void *feed_fast(void *context)
{
    (void)context;
    for (int i = 0; i < 20000; i++)
        tiny_server_feed(&tiny, "0123456789");
    tiny_server_feed(&tiny, NULL);
    return NULL;
}

static void test_no_call_to_a_stream_is_lost(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    pthread_t feeder;

    open_and_ask(&http, "/stream");
    assert_true(tiny_server_wait(&tiny, &tiny.streams_begun, 1));
    assert_int_equal(pthread_create(&feeder, NULL, feed_fast, NULL), 0);
    assert_true(raw_http_read(&http, &answer));
    pthread_join(feeder, NULL);
    assert_int_equal(answer.body.length, 200000);
    assert_true(tiny_server_wait(&tiny, &tiny.streams_ended, 1));
    assert_true(tiny_server_wait(&tiny, &tiny.sent, 1));
    assert_int_equal(tiny.last_bytes, 200000);
}

static void test_a_stream_ends_when_the_client_leaves(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;

    open_and_ask(&http, "/stream");
    assert_true(tiny_server_wait(&tiny, &tiny.streams_begun, 1));
    raw_http_close(&http);
    tiny_server_feed(&tiny, "one");
    tiny_server_feed(&tiny, "two");
    assert_true(tiny_server_wait_for_connections(&tiny, 0));
    assert_int_equal(tiny.streams_ended, 1);
}

static void test_head_of_a_stream_has_no_stream(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(raw_http_read_head(&http, &answer));
    assert_int_equal(answer.status, 200);
    assert_true(tiny_server_wait(&tiny, &tiny.streams_ended, 1));
    assert_int_equal(tiny.streams_begun, 0);
    raw_http_send(&http, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_status(&http, 200);
}

static void test_a_stop_ends_streams(void **state)
{
    (void)state;
    struct raw_http clients[20];

    for (size_t i = 0; i < ARRAY_LENGTH(clients); i++)
        open_and_ask(&clients[i], "/stream");
    assert_true(tiny_server_wait(&tiny, &tiny.streams_begun, (int)ARRAY_LENGTH(clients)));
    web_server_stop(tiny.server, 0);
    assert_int_equal(tiny.streams_ended, ARRAY_LENGTH(clients));
    tiny.server = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(clients); i++)
        raw_http_close(&clients[i]);
    tiny_server_stop(&tiny, 0);
}

static void assert_echoes(struct raw_http *http, const char *text)
{
    AUTO_BUFFER struct buffer read_back = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    assert_int_equal(send(tiny.socket, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    assert_true(raw_http_read_bytes(http, strlen(text), &read_back));
    assert_string_equal(buffer_string(&read_back), text);
}

static void test_a_connection_can_be_taken_over(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "GET /take HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                         "Upgrade: test\r\n\r\nfirst bytes");
    assert_true(raw_http_read(&http, &answer));
    assert_int_equal(answer.status, 101);
    assert_string_equal(http_headers_find(&answer.headers, "Upgrade"), "test");
    assert_true(tiny_server_wait(&tiny, &tiny.taken, 1));
    assert_string_equal(buffer_string(&tiny.extra), "first bytes");
    assert_echoes(&http, "over to you");
    assert_int_equal(tiny.last_status, 101);
    tiny.release(tiny.release_handle);
    assert_true(raw_http_is_closed(&http));
    assert_true(tiny_server_wait_for_connections(&tiny, 0));
}

static void test_a_takeover_wants_http_1_1(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_ask(tiny.port, "GET /take HTTP/1.0\r\nUpgrade: test\r\n\r\n", &answer));
    assert_int_equal(answer.status, 426);
    assert_true(tiny_server_wait(&tiny, &tiny.takes_missed, 1));
}

static void *ask_many(void *context)
{
    static const char *const paths[] = {"/echo", "/text?size=5000", "/later", "/fixed"};
    int *failures = context;

    for (int i = 0; i < 40; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        if (!raw_http_get(tiny.port, paths[i % 4], "Accept-Encoding: gzip\r\n", &answer) ||
            answer.status != 200)
            ++*failures;
    }
    return NULL;
}

static void test_many_clients_at_once(void **state)
{
    (void)state;
    pthread_t threads[8];
    int failures[8] = {0};

    tiny_server_let_go(&tiny);
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &failures[i]), 0);
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(failures[i], 0);
    }
}

static void test_a_stop_under_load_is_clean(void **state)
{
    (void)state;
    pthread_t threads[8];
    int failures[8] = {0};

    tiny_server_let_go(&tiny);
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &failures[i]), 0);
    assert_true(tiny_server_wait(&tiny, &tiny.sent, 20));
    web_server_stop(tiny.server, 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    tiny.server = NULL;
    tiny_server_stop(&tiny, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_slow_errands_block_nobody),
        TEST(test_too_many_errands_are_told_to_come_back),
        TEST(test_a_stop_answers_what_is_under_way),
        TEST(test_a_hasty_stop_drops_what_waits),
        TEST(test_streams_send_what_there_is),
        TEST(test_no_call_to_a_stream_is_lost),
        TEST(test_a_stream_ends_when_the_client_leaves),
        TEST(test_head_of_a_stream_has_no_stream),
        TEST(test_a_stop_ends_streams),
        TEST(test_a_connection_can_be_taken_over),
        TEST(test_a_takeover_wants_http_1_1),
        TEST(test_many_clients_at_once),
        TEST(test_a_stop_under_load_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
