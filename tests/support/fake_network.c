#include "support/fake_network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

struct fake_network fake_network;

static int64_t fake_clock(void)
{
    return fake_network.now_ms;
}

static void network_start(struct transport *transport, const struct http_request *request,
                          transport_done *done, void *context)
{
    AUTO_BUFFER struct buffer headers = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)transport;
    assert_true(fake_network.count < FAKE_FLIGHTS && fake_network.requests < FAKE_LOG);
    for (size_t i = 0; i < request->headers.count; i++)
        buffer_print(&headers, "%s=%s;", request->headers.items[i].name,
                     request->headers.items[i].value);
    fake_network.urls[fake_network.requests] = memory_text(request->url);
    fake_network.headers[fake_network.requests] = memory_text(buffer_string(&headers));
    fake_network.starts[fake_network.requests] = fake_network.now_ms;
    struct fake_reply reply = fake_network.answer(request, fake_network.requests++);
    fake_network.flights[fake_network.count++] =
        (struct fake_flight){request, done, context, reply, fake_network.now_ms + reply.takes_ms};
    fake_network.most =
        fake_network.count > fake_network.most ? fake_network.count : fake_network.most;
}

static void network_cancel(struct transport *transport, void *context)
{
    (void)transport;
    fake_network.cancels++;
    for (size_t i = 0; i < fake_network.count; i++)
        if (fake_network.flights[i].context == context)
            fake_network.flights[i] = fake_network.flights[--fake_network.count];
}

static void land(const struct fake_flight *flight)
{
    AUTO_RESPONSE struct http_response response;
    struct error error = {0};

    http_response_init(&response, 100);
    response.status = flight->reply.status;
    response.url = memory_text(flight->request->url);
    if (flight->reply.header)
        http_headers_add(&response.headers, flight->reply.header, flight->reply.value, false);
    if (flight->reply.body)
        buffer_text(&response.body, flight->reply.body);
    if (!flight->reply.status)
        error_set(&error, flight->reply.code, "%s",
                  flight->reply.body ? flight->reply.body : "the network says no");
    flight->done(flight->context, error.code ? NULL : &response, error.code ? &error : NULL);
}

static int64_t next_due(int wait_ms)
{
    int64_t due = fake_network.now_ms + wait_ms;

    for (size_t i = 0; i < fake_network.count; i++)
        if (!fake_network.flights[i].reply.never && fake_network.flights[i].due < due)
            due = fake_network.flights[i].due;
    return due;
}

static void network_poll(struct transport *transport, int wait_ms)
{
    (void)transport;
    assert_true(wait_ms >= 0 && wait_ms <= 100);
    assert_true(++fake_network.polls < 100000);
    fake_network.now_ms = next_due(wait_ms);
    for (size_t i = 0; i < fake_network.count;)
        if (!fake_network.flights[i].reply.never &&
            fake_network.flights[i].due <= fake_network.now_ms) {
            struct fake_flight flight = fake_network.flights[i];
            fake_network.flights[i] = fake_network.flights[--fake_network.count];
            land(&flight);
        } else {
            i++;
        }
}

static void network_wake(struct transport *transport)
{
    (void)transport;
}

static void network_free(struct transport *transport)
{
    (void)transport;
    for (int i = 0; i < fake_network.requests; i++) {
        free(fake_network.urls[i]);
        free(fake_network.headers[i]);
    }
    fake_network.freed = true;
}

static const struct transport_functions network_functions = {
    .start = network_start,
    .cancel = network_cancel,
    .poll = network_poll,
    .wake = network_wake,
    .free = network_free,
};

struct client *fake_network_begin(fake_answer *answer, struct client_settings settings)
{
    fake_network = (struct fake_network){
        .transport.functions = &network_functions, .answer = answer, .now_ms = FAKE_BEGIN_MS};
    clock_set_for_tests(fake_clock, fake_clock);
    settings.transport = &fake_network.transport;
    return client_new(&settings);
}

void fake_network_end(struct client *client)
{
    client_free(client);
    assert_true(fake_network.freed);
    clock_set_for_tests(NULL, NULL);
}

struct fake_reply fake_network_ok(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.status = 200, .takes_ms = 10};
}

static bool driver_next(void *state, struct http_request *request)
{
    struct fake_driver *driver = state;

    assert_null(request->url);
    assert_int_equal(request->headers.count, 0);
    assert_int_equal(driver->asked, driver->answers + driver->failures);
    if (driver->asked == driver->requests)
        return false;
    driver->asked++;
    if (driver->posts)
        http_request_post(request, "%s", driver->url);
    else
        http_request_get(request, "%s", driver->url);
    request->no_redirects = driver->no_redirects;
    if (driver->is_repeatable)
        request->repeatable = true;
    http_headers_add(&request->headers, "X-Api-Key", "secret", true);
    if (driver->hides)
        http_request_hide(request, driver->hides);
    return true;
}

static void driver_answer(void *state, const struct http_response *response)
{
    struct fake_driver *driver = state;

    driver->answers++;
    driver->last_status = response->status;
    text_copy(driver->last_url, sizeof(driver->last_url), response->url);
    text_copy(driver->last_body, sizeof(driver->last_body), buffer_string(&response->body));
    if (driver->adds)
        fake_driver_add(driver->client, TAKE(driver->adds));
}

static void driver_failed(void *state, const struct error *error)
{
    struct fake_driver *driver = state;

    driver->failures++;
    driver->last_error = error->code;
    assert_true(strlen(error->message) > 0);
    text_copy(driver->last_words, sizeof(driver->last_words), error->message);
}

void fake_driver_add(struct client *client, struct fake_driver *driver)
{
    struct exchange exchange = {driver, driver_next, driver_answer, driver_failed};

    driver->client = client;
    client_add(client, &exchange);
}
