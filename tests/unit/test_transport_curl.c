#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/transport_curl.h"
#include "support/loopback.h"

enum { DEADLINE_MS = 20000 };

/* How one request ended. */
struct ending {
    int times;
    int status;
    char *body;
    char *header; /* the value of X-Test */
    struct error error;
};

static void note(void *context, const struct http_response *response, const struct error *error)
{
    struct ending *ending = context;

    ending->times++;
    if (error) {
        assert_null(response);
        ending->error = *error;
        return;
    }
    const char *header = http_response_header(response, "x-test");
    ending->status = response->status;
    ending->body = memory_text_n(buffer_string(&response->body), response->body.length);
    ending->header = memory_text(header);
}

static void ending_release(struct ending *ending)
{
    free(ending->body);
    free(ending->header);
    *ending = (struct ending){0};
}

#define AUTO_ENDING __attribute__((cleanup(ending_release)))

static void finish(struct transport *transport, const struct ending *ending)
{
    int64_t deadline = clock_steady_ms() + DEADLINE_MS;

    while (!ending->times && clock_steady_ms() < deadline)
        transport->functions->poll(transport, 100);
    assert_int_equal(ending->times, 1);
}

static void send_request(struct transport *transport, const struct http_request *request,
                         struct ending *ending)
{
    transport->functions->start(transport, request, note, ending);
    finish(transport, ending);
}

static void get(struct transport *transport, const struct loopback *server, const char *path,
                struct ending *ending)
{
    AUTO_REQUEST struct http_request request;

    http_request_init(&request);
    http_request_get(&request, "http://127.0.0.1:%d%s", loopback_port(server), path);
    request.timeout_ms = DEADLINE_MS;
    send_request(transport, &request, ending);
}

static void post(struct transport *transport, const struct loopback *server, const char *body,
                 struct ending *ending)
{
    AUTO_REQUEST struct http_request request;

    http_request_init(&request);
    http_request_post(&request, "http://127.0.0.1:%d/api/v1/request", loopback_port(server));
    buffer_text(&request.body, body);
    request.timeout_ms = DEADLINE_MS;
    send_request(transport, &request, ending);
}

static void an_answer_has_its_status_headers_and_body(void **state)
{
    struct loopback *server = loopback_start(loopback_echo, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_ENDING struct ending ending = {0};

    (void)state;
    get(transport, server, "/list?x=1", &ending);
    assert_int_equal(ending.status, 201);
    assert_string_equal(ending.header, "last");
    assert_true(text_starts_with(ending.body, "GET /list?x=1 HTTP/1.1\r\n"));
    assert_non_null(strstr(ending.body, "Accept-Encoding: "));
    assert_non_null(strstr(ending.body, "gzip"));
    transport->functions->free(transport);
    loopback_stop(server);
}

static void a_proxy_is_asked_for_other_machines_alone(void **state)
{
    struct loopback *server = loopback_start(loopback_echo, NULL);
    struct loopback *proxy = loopback_start(loopback_echo, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_FREE char *address = memory_print("http://127.0.0.1:%d", loopback_port(proxy));
    AUTO_REQUEST struct http_request request;
    AUTO_ENDING struct ending here = {0}, there = {0};

    (void)state;
    unsetenv("no_proxy");
    setenv("http_proxy", address, 1);
    get(transport, server, "/", &here);
    http_request_init(&request);
    http_request_get(&request, "http://lists.example/");
    request.timeout_ms = DEADLINE_MS;
    send_request(transport, &request, &there);
    setenv("no_proxy", "*", 1);
    unsetenv("http_proxy");
    assert_true(text_starts_with(here.body, "GET / HTTP/1.1\r\n"));
    assert_true(text_starts_with(there.body, "GET http://lists.example/ HTTP/1.1\r\n"));
    transport->functions->free(transport);
    loopback_stop(server);
    loopback_stop(proxy);
}

static void a_request_arrives_as_it_was_made(void **state)
{
    struct loopback *server = loopback_start(loopback_echo, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_REQUEST struct http_request request;
    AUTO_ENDING struct ending ending = {0};

    (void)state;
    http_request_init(&request);
    http_request_delete(&request, "http://127.0.0.1:%d/api/v1/request/3", loopback_port(server));
    http_request_header(&request, "X-Api-User", "2");
    http_request_header(&request, "X-Empty", "");
    send_request(transport, &request, &ending);
    assert_true(text_starts_with(ending.body, "DELETE /api/v1/request/3 HTTP/1.1\r\n"));
    assert_non_null(strstr(ending.body, "\r\nX-Api-User: 2\r\n"));
    assert_non_null(strstr(ending.body, "\r\nX-Empty:\r\n"));
    ending_release(&ending);
    post(transport, server, "{\"mediaId\":1}", &ending);
    assert_true(text_starts_with(ending.body, "POST /api/v1/request HTTP/1.1\r\n"));
    assert_true(text_ends_with(ending.body, "\r\n\r\n{\"mediaId\":1}"));
    assert_null(strstr(ending.body, "Expect"));
    transport->functions->free(transport);
    loopback_stop(server);
}

static void a_connection_is_kept_for_the_next_request(void **state)
{
    struct loopback *server = loopback_start(loopback_echo, NULL);
    struct transport *transport = transport_curl_new(0);

    (void)state;
    for (int i = 0; i < 5; i++) {
        AUTO_ENDING struct ending ending = {0};
        if (i % 2)
            get(transport, server, "/", &ending);
        else
            post(transport, server, "{}", &ending);
        assert_int_equal(ending.status, 201);
    }
    assert_int_equal(loopback_connections(server), 1);
    assert_int_equal(loopback_requests(server), 5);
    transport->functions->free(transport);
    loopback_stop(server);
}

static void serve_interim(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)connection;
    if (loopback_read(server, socket, &request))
        loopback_write(socket, "HTTP/1.1 103 Early Hints\r\nX-Test: early\r\n\r\n"
                               "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
}

static void headers_of_an_interim_answer_do_not_count(void **state)
{
    struct loopback *server = loopback_start(serve_interim, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_ENDING struct ending ending = {0};

    (void)state;
    get(transport, server, "/", &ending);
    assert_int_equal(ending.status, 404);
    assert_null(ending.header);
    assert_string_equal(ending.body, "no");
    transport->functions->free(transport);
    loopback_stop(server);
}

/* Serves what the test gave as context, once, and closes. */
static void serve_words(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)connection;
    if (loopback_read(server, socket, &request))
        loopback_write(socket, loopback_context(server));
}

/* Asks a server that answers with `words`, with a limit of 1000 bytes; the sentence must hold
 * `says` and the host, and nothing of the query. */
static void check_failure(const char *words, enum error_code code, const char *says)
{
    AUTO_FREE char *copy = memory_text(words);
    struct loopback *server = loopback_start(serve_words, copy);
    struct transport *transport = transport_curl_new(0);
    AUTO_REQUEST struct http_request request;
    AUTO_ENDING struct ending ending = {0};
    AUTO_FREE char *host = memory_print("127.0.0.1:%d", loopback_port(server));

    http_request_init(&request);
    http_request_get(&request, "http://%s/x?apikey=verysecret", host);
    request.answer_limit = 1000;
    send_request(transport, &request, &ending);
    if (!strstr(ending.error.message, says))
        fail_msg("\"%s\" does not say \"%s\"", ending.error.message, says);
    assert_int_equal(ending.error.code, code);
    assert_non_null(strstr(ending.error.message, host));
    assert_null(strstr(ending.error.message, "verysecret"));
    transport->functions->free(transport);
    loopback_stop(server);
}

static void an_answer_that_is_too_large_ends_politely(void **state)
{
    AUTO_BUFFER struct buffer words = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)state;
    check_failure("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\nx", ERROR_LIMIT,
                  "is larger than");
    buffer_text(&words, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 1001; i++)
        buffer_byte(&words, 'x');
    check_failure(buffer_string(&words), ERROR_LIMIT, "is larger than");
}

static void endless_headers_end_politely(void **state)
{
    AUTO_BUFFER struct buffer words = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)state;
    buffer_text(&words, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 20000; i++)
        buffer_print(&words, "X-Header-%d: value\r\n", i);
    buffer_text(&words, "\r\n");
    check_failure(buffer_string(&words), ERROR_LIMIT, "headers");
}

static void an_answer_that_breaks_off_is_no_answer(void **state)
{
    (void)state;
    check_failure("", ERROR_UNREACHABLE, "without an answer");
    check_failure("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":", ERROR_UNREACHABLE,
                  "in the middle of its answer");
    check_failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                  ERROR_UNREACHABLE, "in the middle of its answer");
}

static void what_is_no_http_is_said_to_be_none(void **state)
{
    (void)state;
    check_failure("SSH-2.0-OpenSSH_9.2\r\n", ERROR_FORMAT, "did not answer in HTTP");
    check_failure("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\ngarbage",
                  ERROR_FORMAT, "cannot be unpacked");
}

static void serve_silence(struct loopback *server, int socket, int connection)
{
    (void)server, (void)connection;
    loopback_wait_for_end(socket);
}

static void a_server_that_stays_silent_is_given_up_in_time(void **state)
{
    struct loopback *server = loopback_start(serve_silence, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_REQUEST struct http_request request;
    AUTO_ENDING struct ending ending = {0};

    (void)state;
    http_request_init(&request);
    http_request_get(&request, "http://127.0.0.1:%d/", loopback_port(server));
    request.timeout_ms = 50;
    send_request(transport, &request, &ending);
    assert_int_equal(ending.error.code, ERROR_UNREACHABLE);
    assert_non_null(strstr(ending.error.message, "did not answer within 0.05 s"));
    transport->functions->free(transport);
    loopback_stop(server);
}

static void check_silence_while_connecting(const char *scheme, const char *part)
{
    struct loopback *server = loopback_start(serve_silence, NULL);
    struct transport *transport = transport_curl_new(300);
    AUTO_REQUEST struct http_request request;
    AUTO_ENDING struct ending ending = {0};

    http_request_init(&request);
    http_request_post(&request, "%s://127.0.0.1:%d/", scheme, loopback_port(server));
    http_request_header(&request, HTTP_MAIL_TO, "anna@example.org");
    send_request(transport, &request, &ending);
    assert_int_equal(ending.error.code, ERROR_UNREACHABLE);
    if (!strstr(ending.error.message, part))
        fail_msg("%s: %s", scheme, ending.error.message);
    transport->functions->free(transport);
    loopback_stop(server);
}

/* Its name is on the door, and nobody speaks: that is told as it is, with the time that it took. */
static void a_server_that_comes_to_no_agreement_is_told_as_such(void **state)
{
    (void)state;
    check_silence_while_connecting("https", "took the connection, but did not begin to answer "
                                            "within 0.3 s; does it speak TLS at that port?");
    check_silence_while_connecting("smtp", "took the connection, but did not greet within 0.3 s; "
                                           "are port and security right?");
    check_silence_while_connecting("smtps", "took the connection, but did not greet within 0.3 s");
}

static void a_closed_port_is_named_with_the_reason(void **state)
{
    struct loopback *server = loopback_start(serve_silence, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_REQUEST struct http_request request;
    AUTO_ENDING struct ending ending = {0};
    int port = loopback_port(server);
    AUTO_FREE char *expected =
        memory_print("127.0.0.1:%d does not answer: connection refused", port);

    (void)state;
    loopback_stop(server);
    http_request_init(&request);
    http_request_get(&request, "http://127.0.0.1:%d/", port);
    send_request(transport, &request, &ending);
    assert_int_equal(ending.error.code, ERROR_UNREACHABLE);
    assert_string_equal(ending.error.message, expected);
    transport->functions->free(transport);
}

/* Answers the first request of the first connection, then hangs up on the next one there. */
static void serve_and_hang_up(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    for (int i = 0; loopback_read(server, socket, &request); i++) {
        if (connection == 0 && i == 1)
            return;
        loopback_answer(socket, 200, "", "ok");
    }
}

static void a_repeatable_request_survives_a_kept_connection_that_dies(void **state)
{
    struct loopback *server = loopback_start(serve_and_hang_up, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_ENDING struct ending first = {0}, second = {0};

    (void)state;
    get(transport, server, "/1", &first);
    get(transport, server, "/2", &second);
    assert_int_equal(second.status, 200);
    assert_int_equal(loopback_requests(server), 3);
    transport->functions->free(transport);
    loopback_stop(server);
}

static void a_post_is_not_sent_again_when_a_kept_connection_dies(void **state)
{
    static const char *const bodies[] = {"{\"mediaId\":1}", ""};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
        struct loopback *server = loopback_start(serve_and_hang_up, NULL);
        struct transport *transport = transport_curl_new(0);
        AUTO_ENDING struct ending first = {0}, second = {0}, third = {0};
        get(transport, server, "/1", &first);
        post(transport, server, bodies[i], &second);
        assert_int_equal(second.error.code, ERROR_UNREACHABLE);
        assert_non_null(strstr(second.error.message, "was lost before an answer came"));
        assert_int_equal(loopback_requests(server), 2);
        post(transport, server, bodies[i], &third);
        assert_int_equal(third.status, 200);
        assert_int_equal(loopback_requests(server), 3);
        transport->functions->free(transport);
        loopback_stop(server);
    }
}

/* Closes each connection after one answer without saying so, as an idle timer does. */
static void serve_once(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)connection;
    if (!loopback_read(server, socket, &request))
        return;
    loopback_answer(socket, 200, "", "ok");
    shutdown(socket, SHUT_RDWR);
    sem_post(loopback_context(server));
}

static void a_kept_connection_that_was_closed_meanwhile_is_not_taken(void **state)
{
    sem_t closed;
    struct loopback *server = loopback_start(serve_once, &closed);
    struct transport *transport = transport_curl_new(0);

    (void)state;
    sem_init(&closed, 0, 0);
    for (int i = 0; i < 3; i++) {
        AUTO_ENDING struct ending ending = {0};
        post(transport, server, "{}", &ending);
        assert_int_equal(ending.status, 200);
        sem_wait(&closed);
    }
    assert_int_equal(loopback_requests(server), 3);
    transport->functions->free(transport);
    loopback_stop(server);
    sem_destroy(&closed);
}

static void a_cancelled_request_is_never_heard_of_again(void **state)
{
    struct loopback *server = loopback_start(serve_silence, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_REQUEST struct http_request request;
    AUTO_ENDING struct ending ending = {0};

    (void)state;
    http_request_init(&request);
    http_request_get(&request, "http://127.0.0.1:%d/", loopback_port(server));
    request.timeout_ms = 10;
    transport->functions->start(transport, &request, note, &ending);
    transport->functions->poll(transport, 1);
    transport->functions->cancel(transport, &ending);
    transport->functions->cancel(transport, &ending);
    transport->functions->poll(transport, 50);
    assert_int_equal(ending.times, 0);
    transport->functions->free(transport);
    loopback_stop(server);
}

static void a_transport_can_be_freed_with_requests_under_way(void **state)
{
    struct loopback *server = loopback_start(serve_silence, NULL);
    struct transport *transport = transport_curl_new(0);
    AUTO_REQUEST struct http_request request;
    AUTO_ENDING struct ending first = {0}, second = {0};

    (void)state;
    http_request_init(&request);
    http_request_get(&request, "http://127.0.0.1:%d/", loopback_port(server));
    transport->functions->start(transport, &request, note, &first);
    transport->functions->start(transport, &request, note, &second);
    transport->functions->poll(transport, 1);
    transport->functions->free(transport);
    assert_int_equal(first.times + second.times, 0);
    loopback_stop(server);
}

static void *wake_it(void *context)
{
    struct transport *transport = context;

    transport->functions->wake(transport);
    return NULL;
}

static void waking_ends_a_long_wait(void **state)
{
    struct transport *transport = transport_curl_new(0);
    pthread_t thread;

    (void)state;
    int64_t begun = clock_steady_ms();
    assert_int_equal(pthread_create(&thread, NULL, wake_it, transport), 0);
    transport->functions->poll(transport, DEADLINE_MS);
    assert_true(clock_steady_ms() - begun < DEADLINE_MS / 2);
    pthread_join(thread, NULL);
    transport->functions->free(transport);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_has_its_status_headers_and_body),
        cmocka_unit_test(a_proxy_is_asked_for_other_machines_alone),
        cmocka_unit_test(a_request_arrives_as_it_was_made),
        cmocka_unit_test(a_connection_is_kept_for_the_next_request),
        cmocka_unit_test(headers_of_an_interim_answer_do_not_count),
        cmocka_unit_test(an_answer_that_is_too_large_ends_politely),
        cmocka_unit_test(endless_headers_end_politely),
        cmocka_unit_test(an_answer_that_breaks_off_is_no_answer),
        cmocka_unit_test(what_is_no_http_is_said_to_be_none),
        cmocka_unit_test(a_server_that_stays_silent_is_given_up_in_time),
        cmocka_unit_test(a_server_that_comes_to_no_agreement_is_told_as_such),
        cmocka_unit_test(a_closed_port_is_named_with_the_reason),
        cmocka_unit_test(a_repeatable_request_survives_a_kept_connection_that_dies),
        cmocka_unit_test(a_post_is_not_sent_again_when_a_kept_connection_dies),
        cmocka_unit_test(a_kept_connection_that_was_closed_meanwhile_is_not_taken),
        cmocka_unit_test(a_cancelled_request_is_never_heard_of_again),
        cmocka_unit_test(a_transport_can_be_freed_with_requests_under_way),
        cmocka_unit_test(waking_ends_a_long_wait),
    };
    return cmocka_run_group_tests(tests, loopback_forget_proxies, NULL);
}
