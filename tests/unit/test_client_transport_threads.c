/* The client with the real transport: what crosses hosts, and who may end it from elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/client.h"
#include "net/transport_curl.h"
#include "support/loopback.h"

struct driver {
    char url[64];
    bool was_asked;
    int answers, failures;
    enum error_code code;
    char body[2000];
};

static bool driver_next(void *state, struct http_request *request)
{
    struct driver *driver = state;

    if (driver->was_asked)
        return false;
    driver->was_asked = true;
    http_request_get(request, "%s", driver->url);
    http_headers_add(&request->headers, "X-Api-Key", "verysecret", true);
    http_headers_add(&request->headers, "Authorization", "Bearer verysecret", true);
    return true;
}

static void driver_answer(void *state, const struct http_response *response)
{
    struct driver *driver = state;

    driver->answers++;
    text_copy(driver->body, sizeof(driver->body), buffer_string(&response->body));
}

static void driver_failed(void *state, const struct error *error)
{
    struct driver *driver = state;

    driver->failures++;
    driver->code = error->code;
}

static struct client *client_for(struct driver *driver, const struct loopback *server)
{
    struct client_settings settings = {.transport = transport_curl_new(0)};
    struct client *client = client_new(&settings);
    struct exchange exchange = {driver, driver_next, driver_answer, driver_failed};

    snprintf(driver->url, sizeof(driver->url), "http://127.0.0.1:%d/start", loopback_port(server));
    client_add(client, &exchange);
    return client;
}

static void serve_redirect(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    const struct loopback *other = loopback_context(server);
    AUTO_FREE char *location =
        memory_print("Location: http://127.0.0.1:%d/end\r\n", loopback_port(other));

    (void)connection;
    while (loopback_read(server, socket, &request))
        loopback_answer(socket, 302, location, "");
}

static void a_redirect_to_another_host_carries_no_secret(void **state)
{
    struct loopback *other = loopback_start(loopback_echo, NULL);
    struct loopback *server = loopback_start(serve_redirect, other);
    struct driver driver = {0};
    struct client *client = client_for(&driver, server);

    (void)state;
    assert_int_equal(client_run(client, NULL, NULL), ERROR_NONE);
    assert_int_equal(driver.answers, 1);
    assert_true(text_starts_with(driver.body, "GET /end HTTP/1.1\r\n"));
    assert_null(strstr(driver.body, "verysecret"));
    client_free(client);
    loopback_stop(server);
    loopback_stop(other);
}

/* Cancels as soon as the request has arrived. */
static void serve_and_cancel(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct client **client = loopback_context(server);

    (void)connection;
    if (loopback_read(server, socket, &request)) {
        client_cancel(*client);
        loopback_wait_for_end(socket);
    }
}

static void another_thread_cancels_a_client_that_waits_for_an_answer(void **state)
{
    struct client *client = NULL;
    struct loopback *server = loopback_start(serve_and_cancel, &client);
    struct driver driver = {0};

    (void)state;
    client = client_for(&driver, server);
    int64_t begun = clock_steady_ms();
    assert_int_equal(client_run(client, NULL, NULL), ERROR_CANCELLED);
    assert_in_range(clock_steady_ms() - begun, 0, 5000);
    assert_int_equal(driver.failures, 1);
    assert_int_equal(driver.code, ERROR_CANCELLED);
    loopback_stop(server);
    client_free(client);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_redirect_to_another_host_carries_no_secret),
        cmocka_unit_test(another_thread_cancels_a_client_that_waits_for_an_answer),
    };
    return cmocka_run_group_tests(tests, loopback_forget_proxies, NULL);
}
