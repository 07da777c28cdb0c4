#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "net/transport_replay.h"

struct ending {
    int times;
    int status;
    size_t length;
    char header[64];
    struct error error;
};

static void note(void *context, const struct http_response *response, const struct error *error)
{
    struct ending *ending = context;

    ending->times++;
    if (error) {
        ending->error = *error;
        return;
    }
    const char *header = http_response_header(response, "Link");
    ending->status = response->status;
    ending->length = response->body.length;
    if (header)
        strncpy(ending->header, header, sizeof(ending->header) - 1);
}

static struct ending ask(struct transport *transport, enum http_method method, const char *url,
                         const char *body)
{
    AUTO_REQUEST struct http_request request;
    struct ending ending = {0};

    http_request_init(&request);
    if (method == HTTP_POST)
        http_request_post(&request, "%s", url);
    else
        http_request_get(&request, "%s", url);
    buffer_text(&request.body, body);
    transport->functions->start(transport, &request, note, &ending);
    assert_int_equal(ending.times, 0);
    transport->functions->poll(transport, 0);
    assert_int_equal(ending.times, 1);
    return ending;
}

static void a_recorded_answer_is_played_once(void **state)
{
    static const struct replay_record records[] = {
        {.url = "https://a.org/1",
         .status = 200,
         .headers = "Content-Type: text/html\r\nLink: <x>; rel=next\r\n\r\n",
         .body = "a\0b",
         .body_length = 3},
    };
    struct transport *transport = transport_replay_new(records, ARRAY_LENGTH(records));

    (void)state;
    assert_int_equal(transport_replay_left(transport), 1);
    assert_ptr_equal(transport_replay_next(transport), &records[0]);
    struct ending first = ask(transport, HTTP_GET, "https://a.org/1", "");
    assert_int_equal(first.status, 200);
    assert_int_equal(first.length, 3);
    assert_string_equal(first.header, "<x>; rel=next");
    assert_int_equal(transport_replay_left(transport), 0);
    assert_null(transport_replay_next(transport));
    struct ending second = ask(transport, HTTP_GET, "https://a.org/1", "");
    assert_int_equal(second.error.code, ERROR_FORMAT);
    assert_string_equal(second.error.message,
                        "GET https://a.org/1 was asked, but the recording is at its end");
    transport->functions->free(transport);
}

static void equal_requests_get_their_answers_in_the_recorded_order(void **state)
{
    static const struct replay_record records[] = {
        {.url = "https://a.org/1", .status = 503},
        {.url = "https://a.org/2", .status = 204},
        {.url = "https://a.org/1", .status = 200},
    };
    struct transport *transport = transport_replay_new(records, ARRAY_LENGTH(records));

    (void)state;
    assert_int_equal(ask(transport, HTTP_GET, "https://a.org/1", "").status, 503);
    assert_int_equal(ask(transport, HTTP_GET, "https://a.org/1", "").status, 200);
    assert_int_equal(ask(transport, HTTP_GET, "https://a.org/2", "").status, 204);
    transport->functions->free(transport);
}

static void a_difference_is_said_aloud(void **state)
{
    static const struct replay_record records[] = {
        {.method = HTTP_POST, .url = "https://a.org/q", .body_has = "\"page\":2", .status = 200},
    };
    struct transport *transport = transport_replay_new(records, ARRAY_LENGTH(records));

    (void)state;
    struct ending url = ask(transport, HTTP_GET, "https://a.org/q", "");
    assert_int_equal(url.error.code, ERROR_FORMAT);
    assert_string_equal(
        url.error.message,
        "GET https://a.org/q was asked, the recording goes on with POST https://a.org/q");
    struct ending body = ask(transport, HTTP_POST, "https://a.org/q", "{\"page\":1}");
    assert_int_equal(body.error.code, ERROR_FORMAT);
    assert_string_equal(
        body.error.message,
        "the body of POST https://a.org/q is \"{\"page\":1}\" and lacks \"\"page\":2\"");
    assert_int_equal(transport_replay_left(transport), 1);
    assert_int_equal(ask(transport, HTTP_POST, "https://a.org/q", "{\"page\":2}").status, 200);
    transport->functions->free(transport);
}

static void a_failure_can_be_recorded_too(void **state)
{
    static const struct replay_record records[] = {
        {.url = "https://a.org/", .fails = ERROR_UNREACHABLE}};
    struct transport *transport = transport_replay_new(records, ARRAY_LENGTH(records));

    (void)state;
    assert_int_equal(ask(transport, HTTP_GET, "https://a.org/", "").error.code, ERROR_UNREACHABLE);
    transport->functions->free(transport);
}

static void a_cancelled_request_plays_nothing(void **state)
{
    static const struct replay_record records[] = {{.url = "https://a.org/", .status = 200}};
    struct transport *transport = transport_replay_new(records, ARRAY_LENGTH(records));
    AUTO_REQUEST struct http_request request;
    struct ending ending = {0};

    (void)state;
    http_request_init(&request);
    http_request_get(&request, "https://a.org/");
    transport->functions->start(transport, &request, note, &ending);
    transport->functions->cancel(transport, &ending);
    transport->functions->wake(transport);
    transport->functions->poll(transport, 20000);
    assert_int_equal(ending.times, 0);
    assert_int_equal(transport_replay_left(transport), 1);
    transport->functions->free(transport);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_answer_is_played_once),
        cmocka_unit_test(equal_requests_get_their_answers_in_the_recorded_order),
        cmocka_unit_test(a_difference_is_said_aloud),
        cmocka_unit_test(a_failure_can_be_recorded_too),
        cmocka_unit_test(a_cancelled_request_plays_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
