/* /api/ws and /api/events over the real server: upgrade, guard, hub, and the end of it all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/api_world.h"
#include "support/patience.h"
#include "support/raw_http.h"
#include "support/ws_client.h"
#include "web/guard.h"
#include "web/hub.h"
#include "web/server.h"

enum { LISTENERS = 3 };

struct service {
    struct api_world *world;
    struct web_server *server;
    int port;
};

static enum web_verdict answer(void *api, struct web_request *request,
                               struct web_response *response)
{
    return call_answer(api, request, response);
}

static void later(void *api, struct web_request *request, struct web_response *response)
{
    call_later(api, request, response);
}

/* As the program does it. */
static bool is_still_admitted(void *context, const struct caller *caller, enum access access)
{
    struct api *api = context;
    struct store *store;
    struct error error;

    if (store_pool_take(api->stores, &store, &error))
        return true;
    bool is_admitted = guard_still(api->guard, store, caller, access);
    store_pool_give(api->stores, store);
    return is_admitted;
}

static void start(struct service *service)
{
    struct api *api = &service->world->api;
    const struct hub_settings hub = {.events = api->events,
                                     .listeners = LISTENERS,
                                     .still_admitted = is_still_admitted,
                                     .context = api,
                                     .recheck_ms = 20};
    const struct web_server_settings settings = {
        .doors = {{.door = WEB_DOOR_API, .address = "127.0.0.1"}}, .door_count = 1};
    const struct web_handler handler = {.context = api, .answer = answer, .later = later};
    struct error error = {0};

    if (hub_new(&hub, &api->hub, &error) ||
        web_server_start(&settings, &handler, &service->server, &error))
        fail_msg("%s", error.message);
    service->port = web_server_port(service->server, WEB_DOOR_API);
}

static int open_service(void **state)
{
    struct service *service = memory_new(sizeof(*service));
    void *world = NULL;

    api_world_setup(&world);
    service->world = world;
    start(service);
    *state = service;
    return 0;
}

static int close_service(void **state)
{
    struct service *service = *state;
    void *world = service->world;

    hub_close(service->world->api.hub);
    web_server_stop(service->server, 1000);
    hub_free(service->world->api.hub);
    api_world_teardown(&world);
    memory_release_local(state);
    return 0;
}

static void publish(struct service *service, int number)
{
    AUTO_FREE char *json = memory_print("{\"n\":%d}", number);

    events_publish(service->world->api.events, EVENT_RUN_ITEM, json);
}

static void expect_item(struct ws_client *client, int number)
{
    AUTO_JSON struct json_value *event = ws_client_expect(client, "run_item");

    assert_int_equal(json_value_get_integer(json_value_get(event, "data"), "n"), number);
}

static void a_websocket_opens_and_tells_what_happens(void **state)
{
    struct service *service = *state;
    struct ws_client client;

    assert_int_equal(ws_client_connect(&client, service->port, "/api/ws", NULL), 101);
    json_value_free(ws_client_expect(&client, "hello"));
    for (int i = 0; i < 200; i++)
        publish(service, i);
    for (int i = 0; i < 200; i++)
        expect_item(&client, i);
    ws_client_text(&client, "{\"ping\":3}");
    json_value_free(ws_client_expect(&client, "pong"));
    ws_client_close(&client, 1000);
    assert_int_equal(ws_client_close_code(&client), 1000);
    ws_client_release(&client);
}

static void a_websocket_goes_on_where_it_ended(void **state)
{
    struct service *service = *state;
    AUTO_FREE char *target = memory_print("/api/ws?types=run_item,run_finished&last_event_id=%s-1",
                                          events_epoch(service->world->api.events));
    struct ws_client client;

    for (int i = 1; i <= 3; i++)
        publish(service, i);
    assert_int_equal(ws_client_connect(&client, service->port, target, NULL), 101);
    AUTO_JSON struct json_value *hello = ws_client_expect(&client, "hello");
    assert_true(json_value_is_true(json_value_get(hello, "resumed")));
    expect_item(&client, 2);
    expect_item(&client, 3);
    ws_client_release(&client);
}

static void garbage_gets_its_close_code_and_the_end(void **state)
{
    static const struct {
        struct ws_sent_frame frame;
        int code;
    } cases[] = {
        {{.opcode = WS_TEXT, .payload = "{}", .is_unmasked = true}, 1002},
        {{.opcode = WS_PING, .is_unfinished = true}, 1002},
        {{.opcode = WS_TEXT, .payload = "\xff"}, 1007},
        {{.opcode = WS_TEXT, .payload = "{}", .claimed = 1ull << 60}, 1009},
    };
    struct service *service = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct ws_client client;
        assert_int_equal(ws_client_connect(&client, service->port, "/api/ws", NULL), 101);
        ws_client_frame(&client, &cases[i].frame);
        assert_int_equal(ws_client_close_code(&client), cases[i].code);
        ws_client_release(&client);
    }
}

/* Requests that get no upgrade. */
static void what_is_no_proper_handshake_is_refused(void **state)
{
    static const char upgrade[] = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    static const struct {
        const char *path, *headers;
        int status;
        const char *code;
    } cases[] = {
        {"/api/ws", "", 426, "upgrade_required"},
        {"/api/ws", "Connection: Upgrade\r\nUpgrade: h2c\r\n", 426, "upgrade_required"},
        {"/api/ws", "Sec-WebSocket-Version: 12\r\n", 426, "websocket_version"},
        {"/api/ws", "Sec-WebSocket-Version: 13\r\n", 400, "websocket_key"},
        {"/api/ws", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n", 400,
         "websocket_key"},
        {"/api/ws?types=run_nothing", "Sec-WebSocket-Version: 13\r\n", 422, "invalid"},
        {"/api/ws?log_level=loud", "Sec-WebSocket-Version: 13\r\n", 422, "invalid"},
        {"/api/ws?token=1", "Sec-WebSocket-Version: 13\r\n", 422, "invalid"},
        {"/api/events?types=log,,x", "", 422, "invalid"},
    };
    struct service *service = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_RAW_ANSWER struct raw_answer got = {0};
        AUTO_FREE char *headers = memory_print(
            "%s%s", text_starts_with(cases[i].headers, "Sec-") ? upgrade : "", cases[i].headers);
        assert_true(raw_http_get(service->port, cases[i].path, headers, &got));
        if (got.status != cases[i].status)
            fail_msg("%s %s: %d, %s", cases[i].path, headers, got.status, buffer_string(&got.body));
        assert_non_null(strstr(buffer_string(&got.body), cases[i].code));
    }
}

static void a_page_of_another_origin_gets_no_websocket(void **state)
{
    struct service *service = *state;
    struct ws_client client;

    assert_int_equal(
        ws_client_connect(&client, service->port, "/api/ws", "Origin: https://evil.example\r\n"),
        403);
    ws_client_release(&client);
}

static void one_more_than_the_limit_is_told_to_come_again(void **state)
{
    struct service *service = *state;
    struct ws_client clients[LISTENERS];
    AUTO_RAW_ANSWER struct raw_answer got = {0};

    for (int i = 0; i < LISTENERS; i++)
        assert_int_equal(ws_client_connect(&clients[i], service->port, "/api/ws", NULL), 101);
    assert_true(raw_http_get(service->port, "/api/events", "", &got));
    assert_int_equal(got.status, 503);
    assert_non_null(http_headers_find(&got.headers, "Retry-After"));
    for (int i = 0; i < LISTENERS; i++)
        ws_client_release(&clients[i]);
}

/* Reads chunks until the text has come. */
static void read_stream(struct raw_http *http, struct buffer *text, const char *wanted)
{
    while (!strstr(buffer_string(text), wanted))
        assert_true(raw_http_read_chunk(http, text));
}

static void a_stream_tells_the_same_until_the_service_ends(void **state)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(1 << 20);
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer head = {0};
    struct service *service = *state;

    raw_http_open(&http, service->port);
    raw_http_send(&http, "GET /api/events?types=run_item HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assert_true(raw_http_read_head(&http, &head));
    assert_int_equal(head.status, 200);
    assert_string_equal(http_headers_find(&head.headers, "Content-Type"), "text/event-stream");
    assert_string_equal(http_headers_find(&head.headers, "Cache-Control"), "no-store");
    read_stream(&http, &text, "event: hello\n");
    publish(service, 1);
    read_stream(&http, &text, "\"data\":{\"n\":1}}\n\n");
    publish(service, 2);
    read_stream(&http, &text, "\"data\":{\"n\":2}}\n\n");
    hub_close(service->world->api.hub);
    while (raw_http_read_chunk(&http, &text))
        ;
}

static void clients_that_leave_give_their_place_back(void **state)
{
    struct service *service = *state;
    struct hub_figures figures;
    struct patience patience = {0};

    for (int i = 0; i < LISTENERS; i++) {
        AUTO_RAW_HTTP struct raw_http http;
        AUTO_RAW_ANSWER struct raw_answer head = {0};
        raw_http_open(&http, service->port);
        raw_http_send(&http, "%s /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                      i ? "GET" : "HEAD");
        assert_true(raw_http_read_head(&http, &head));
    }
    do {
        publish(service, 1); /* the end of a client is seen when something is sent to it */
        hub_figures(service->world->api.hub, &figures);
        assert_true(patience_wait(&patience));
    } while (figures.streams);
}

static void the_end_of_the_service_says_goodbye(void **state)
{
    struct service *service = *state;
    struct ws_client client;

    assert_int_equal(ws_client_connect(&client, service->port, "/api/ws", NULL), 101);
    json_value_free(ws_client_expect(&client, "hello"));
    hub_close(service->world->api.hub);
    assert_int_equal(ws_client_close_code(&client), 1001);
    ws_client_release(&client);
}

int main(void)
{
#define IN_SERVICE(test) cmocka_unit_test_setup_teardown(test, open_service, close_service)
    const struct CMUnitTest tests[] = {
        IN_SERVICE(a_websocket_opens_and_tells_what_happens),
        IN_SERVICE(a_websocket_goes_on_where_it_ended),
        IN_SERVICE(garbage_gets_its_close_code_and_the_end),
        IN_SERVICE(what_is_no_proper_handshake_is_refused),
        IN_SERVICE(a_page_of_another_origin_gets_no_websocket),
        IN_SERVICE(one_more_than_the_limit_is_told_to_come_again),
        IN_SERVICE(a_stream_tells_the_same_until_the_service_ends),
        IN_SERVICE(clients_that_leave_give_their_place_back),
        IN_SERVICE(the_end_of_the_service_says_goodbye),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
