/* How far a mail came when no answer came: only what the server was given may have arrived. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "net/transport_curl.h"
#include "support/loopback.h"
#include "support/mail_server.h"

enum { PATIENCE_MS = 1500, SOON_MS = 15000, LONG_MS = 120000 };

static struct mail_server server;

struct ending {
    int times, status;
    enum error_code failure;
    bool may_have_arrived;
};

static int begin(void **state)
{
    mail_server_open(&server);
    mail_server_start(&server, "plain");
    return loopback_forget_proxies(state);
}

static int end(void **state)
{
    (void)state;
    mail_server_stop(&server);
    mail_server_close(&server);
    return 0;
}

static void note(void *context, const struct http_response *response, const struct error *error)
{
    struct ending *ending = context;

    ending->times++;
    ending->status = response ? response->status : 0;
    ending->failure = error ? error->code : ERROR_NONE;
}

static struct transport *transport;

static struct ending send_with(const char *recipient, int timeout_ms)
{
    struct ending ending = {0};
    AUTO_REQUEST struct http_request request;

    http_request_init(&request);
    http_request_post(&request, "smtp://127.0.0.1:%d", server.port);
    http_request_header(&request, HTTP_MAIL_FROM, "listsync@example.org");
    http_request_header(&request, HTTP_MAIL_TO, recipient);
    buffer_text(&request.body, "Subject: hello\r\n\r\nhello\r\n");
    request.timeout_ms = timeout_ms;
    request.may_have_arrived = &ending.may_have_arrived;
    transport = transport_curl_new(0);
    transport->functions->start(transport, &request, note, &ending);
    while (!ending.times)
        transport->functions->poll(transport, 100);
    transport->functions->free(transport);
    return ending;
}

static struct ending send_to(const char *recipient)
{
    return send_with(recipient, PATIENCE_MS);
}

static void test_a_message_that_was_taken_is_delivered(void **state)
{
    (void)state;
    struct ending ending = send_to("anna@example.org");
    assert_int_equal(ending.status, 250);
    assert_true(ending.may_have_arrived);
}

/* It asks for it first: until then it has nothing. */
static void test_a_message_that_nobody_asked_for_has_not_arrived(void **state)
{
    (void)state;
    struct ending ending = send_to("hangup@example.org");
    assert_int_equal(ending.status, 0);
    assert_int_equal(ending.failure, ERROR_UNREACHABLE);
    assert_false(ending.may_have_arrived);
    assert_int_equal(mail_server_count(&server), 0);
}

static void test_a_message_without_an_answer_may_have_arrived(void **state)
{
    int64_t begun_ms = clock_steady_ms();

    (void)state;
    mail_server_hush(&server, true);
    struct ending ending = send_to("anna@example.org");
    assert_int_equal(ending.failure, ERROR_UNREACHABLE);
    assert_true(ending.may_have_arrived);
    assert_true(clock_steady_ms() - begun_ms < SOON_MS); /* its farewell is not waited for */
}

static void *wake_when_it_was_taken(void *context)
{
    (void)context;
    free(mail_server_wait(&server, 0));
    transport->functions->wake(transport);
    return NULL;
}

static void test_whoever_stops_does_not_wait_for_the_answer(void **state)
{
    int64_t begun_ms = clock_steady_ms();
    pthread_t other;

    (void)state;
    mail_server_hush(&server, true);
    assert_int_equal(pthread_create(&other, NULL, wake_when_it_was_taken, NULL), 0);
    struct ending ending = send_with("anna@example.org", LONG_MS);
    pthread_join(other, NULL);
    assert_int_equal(ending.failure, ERROR_UNREACHABLE);
    assert_true(ending.may_have_arrived);
    assert_true(clock_steady_ms() - begun_ms < SOON_MS);
}

/* What was refused before the message says nothing of it. */
static void test_nor_does_an_earlier_refusal_tell(void **state)
{
    (void)state;
    mail_server_age(&server);
    mail_server_hush(&server, true);
    struct ending ending = send_to("anna@example.org");
    assert_int_equal(ending.status, 0);
    assert_int_equal(ending.failure, ERROR_UNREACHABLE);
    assert_true(ending.may_have_arrived);
    free(mail_server_wait(&server, 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_message_that_was_taken_is_delivered),
        TEST(test_a_message_that_nobody_asked_for_has_not_arrived),
        TEST(test_a_message_without_an_answer_may_have_arrived),
        TEST(test_whoever_stops_does_not_wait_for_the_answer),
        TEST(test_nor_does_an_earlier_refusal_tell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
