/* What users name is fetched from public addresses only. */
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
#include "net/client.h"
#include "net/transport_curl.h"
#include "providers/provider.h"
#include "support/loopback.h"

struct driver {
    const char *url;
    bool user_given;
    bool was_asked;
    int status;
    struct error error;
};

static bool driver_next(void *state, struct http_request *request)
{
    struct driver *driver = state;

    if (driver->was_asked)
        return false;
    driver->was_asked = true;
    http_request_get(request, "%s", driver->url);
    request->user_given = driver->user_given;
    return true;
}

static void driver_answer(void *state, const struct http_response *response)
{
    ((struct driver *)state)->status = response->status;
}

static void driver_failed(void *state, const struct error *error)
{
    ((struct driver *)state)->error = *error;
}

static struct driver drive(struct driver driver, const char *allowed, const struct origins *origins)
{
    struct address_ranges ranges = {0};
    struct exchange exchange = {&driver, driver_next, driver_answer, driver_failed};
    struct client_settings settings = {.transport = transport_curl_new(0),
                                       .origins = origins,
                                       .guard_user_given = allowed != NULL,
                                       .allowed_private = &ranges};

    assert_int_equal(address_ranges_parse(allowed ? allowed : "", &ranges, NULL), ERROR_NONE);
    struct client *client = client_new(&settings);
    client_add(client, &exchange);
    client_run(client, NULL, NULL);
    client_free(client);
    address_ranges_release(&ranges);
    return driver;
}

/* How one GET ends that a user named; `allowed` NULL: without the guard. */
static struct driver get(const char *url, const char *allowed, const struct origins *origins)
{
    return drive((struct driver){.url = url, .user_given = true}, allowed, origins);
}

/* The same of one that the program itself asks for. */
static struct driver get_own(const char *url, const char *allowed)
{
    return drive((struct driver){.url = url}, allowed, NULL);
}

static char *url_at(const char *host, const struct loopback *server)
{
    return memory_print("http://%s:%d/", host, loopback_port(server));
}

static void serve_ok(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)connection;
    while (loopback_read(server, socket, &request))
        loopback_answer(socket, 200, "", "ok");
}

static void without_the_guard_every_address_is_fetched(void **state)
{
    struct loopback *server = loopback_start(serve_ok, NULL);
    AUTO_FREE char *url = url_at("127.0.0.1", server);

    (void)state;
    assert_int_equal(get(url, NULL, NULL).status, 200);
    loopback_stop(server);
}

static void every_way_to_write_this_machine_is_refused(void **state)
{
    static const char *const hosts[] = {
        "127.0.0.1", "localhost", "[::1]",           "0x7f.1",    "2130706433", "0177.0.0.1",
        "127.1",     "0.0.0.0",   "[::ffff:7f00:1]", "LOCALHOST", "[::]",
    };
    struct loopback *server = loopback_start(serve_ok, NULL);

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
        AUTO_FREE char *url = url_at(hosts[i], server);
        struct driver driver = get(url, "", NULL);
        if (driver.error.code != ERROR_REFUSED)
            fail_msg("%s: %d %s", url, driver.status, driver.error.message);
        assert_non_null(strstr(driver.error.message, "LISTSYNC_ALLOWED_ADDRESSES"));
    }
    assert_int_equal(loopback_connections(server), 0);
    loopback_stop(server);
}

static void private_and_link_local_addresses_are_refused_at_once(void **state)
{
    static const char *const addresses[] = {"10.0.0.1", "192.168.1.1", "169.254.169.254"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        AUTO_FREE char *url = memory_print("http://%s/latest/meta-data", addresses[i]);
        AUTO_FREE char *begin =
            memory_print("%s leads to %s, which is no public address", addresses[i], addresses[i]);
        struct driver driver = get(url, "loopback", NULL);
        assert_int_equal(driver.error.code, ERROR_REFUSED);
        assert_true(text_starts_with(driver.error.message, begin));
    }
}

static void what_no_user_named_is_kept_from_link_local_addresses_alone(void **state)
{
    static const char *const hosts[] = {"169.254.169.254", "2852039166", "[::ffff:a9fe:a9fe]",
                                        "[fe80::1]"};
    struct loopback *server = loopback_start(serve_ok, NULL);
    AUTO_FREE char *url = url_at("127.0.0.1", server);

    (void)state;
    assert_int_equal(get_own(url, "").status, 200);
    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
        AUTO_FREE char *bad = memory_print("http://%s/api/v1/status", hosts[i]);
        struct driver driver = get_own(bad, "private");
        if (driver.error.code != ERROR_REFUSED)
            fail_msg("%s: %d %s", bad, driver.status, driver.error.message);
        assert_non_null(strstr(driver.error.message, "a link-local address"));
    }
    loopback_stop(server);
}

static void an_allowed_range_is_fetched(void **state)
{
    static const char *const ranges[] = {"127.0.0.0/8", "loopback", "10.0.0.0/8, 127.0.0.1"};
    struct loopback *server = loopback_start(serve_ok, NULL);
    AUTO_FREE char *url = url_at("127.0.0.1", server);
    AUTO_FREE char *by_name = url_at("localhost", server);

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++)
        assert_int_equal(get(url, ranges[i], NULL).status, 200);
    assert_int_equal(get(by_name, "loopback", NULL).status, 200);
    assert_int_equal(get(url, "127.0.0.2", NULL).error.code, ERROR_REFUSED);
    loopback_stop(server);
}

static void a_host_that_is_allowed_and_silent_is_unreachable(void **state)
{
    struct loopback *server = loopback_start(serve_ok, NULL);
    AUTO_FREE char *url = url_at("127.0.0.1", server);
    struct driver driver = {.url = url, .user_given = true};
    struct exchange exchange = {&driver, driver_next, driver_answer, driver_failed};
    struct address_ranges ranges = {0};
    struct client_settings settings = {.transport = transport_curl_new(0),
                                       .retries = -1,
                                       .guard_user_given = true,
                                       .allowed_private = &ranges};

    (void)state;
    loopback_stop(server);
    address_ranges_parse("loopback", &ranges, NULL);
    struct client *client = client_new(&settings);
    client_add(client, &exchange);
    client_run(client, NULL, NULL);
    assert_int_equal(driver.error.code, ERROR_UNREACHABLE);
    client_free(client);
    address_ranges_release(&ranges);
}

static void serve_redirect(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_FREE char *location =
        memory_print("Location: %s\r\n", (const char *)loopback_context(server));

    (void)connection;
    while (loopback_read(server, socket, &request))
        loopback_answer(socket, 302, location, "");
}

static void each_redirect_is_judged_anew(void **state)
{
    struct loopback *hidden = loopback_start(serve_ok, NULL);
    AUTO_FREE char *inside = url_at("127.0.0.2", hidden);
    struct loopback *server = loopback_start(serve_redirect, inside);
    AUTO_FREE char *url = url_at("127.0.0.1", server);

    (void)state;
    struct driver driver = get(url, "127.0.0.1", NULL);
    assert_int_equal(driver.error.code, ERROR_REFUSED);
    assert_non_null(strstr(driver.error.message, "127.0.0.2"));
    assert_int_equal(loopback_requests(server), 1);
    assert_int_equal(loopback_connections(hidden), 0);
    loopback_stop(server);
    loopback_stop(hidden);
}

static void what_the_operator_maps_is_his_own_doing(void **state)
{
    struct loopback *server = loopback_start(serve_ok, NULL);
    AUTO_FREE char *map = memory_print("lists.example=http://127.0.0.1:%d", loopback_port(server));
    struct origins origins = {0};

    (void)state;
    assert_int_equal(origins_add(&origins, map, NULL), ERROR_NONE);
    assert_int_equal(get("http://lists.example/mine", "", &origins).status, 200);
    origins_release(&origins);
    loopback_stop(server);
}

static void a_proxy_of_the_environment_is_not_asked(void **state)
{
    struct loopback *proxy = loopback_start(serve_ok, NULL);
    AUTO_FREE char *url = url_at("127.0.0.1", proxy);
    AUTO_FREE char *private = memory_print("http://%s/", "10.0.0.1");

    (void)state;
    unsetenv("no_proxy");
    setenv("http_proxy", url, 1);
    struct driver driver = get(private, "127.0.0.1", NULL);
    setenv("no_proxy", "*", 1);
    unsetenv("http_proxy");
    assert_int_equal(driver.error.code, ERROR_REFUSED);
    assert_int_equal(loopback_connections(proxy), 0);
    loopback_stop(proxy);
}

/* One client asks the same host for itself and for a user: the kept connection is not taken. */
static void a_connection_that_is_there_already_is_not_taken(void **state)
{
    struct loopback *server = loopback_start(serve_ok, NULL);
    AUTO_FREE char *url = url_at("127.0.0.1", server);
    struct client_settings settings = {.transport = transport_curl_new(0),
                                       .guard_user_given = true};
    struct client *client = client_new(&settings);
    struct driver own = {.url = url}, users = {.url = url, .user_given = true};
    struct exchange first = {&own, driver_next, driver_answer, driver_failed};
    struct exchange second = {&users, driver_next, driver_answer, driver_failed};

    (void)state;
    client_add(client, &first);
    client_run(client, NULL, NULL);
    client_add(client, &second);
    client_run(client, NULL, NULL);
    assert_int_equal(own.status, 200);
    assert_int_equal(users.error.code, ERROR_REFUSED);
    assert_int_equal(loopback_requests(server), 1);
    client_free(client);
    loopback_stop(server);
}

static void addresses_of_custom_lists_are_given_by_users(void **state)
{
    static const struct {
        const char *input;
        bool user_given;
    } cases[] = {{"https://lists.example/mine.json", true}, {"file:/srv/lists/mine.csv", false}};
    AUTO_ARENA struct arena *arena = arena_new();
    struct options options = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_REQUEST struct http_request request;
        struct list_ref ref;
        struct fetch fetch;
        assert_int_equal(provider_parse("custom", cases[i].input, &ref, NULL), ERROR_NONE);
        fetch_init(&fetch, &ref, &options, arena);
        http_request_init(&request);
        provider_find("custom")->request(&fetch, &request);
        assert_int_equal(request.user_given, cases[i].user_given);
        fetch_release(&fetch);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_the_guard_every_address_is_fetched),
        cmocka_unit_test(every_way_to_write_this_machine_is_refused),
        cmocka_unit_test(private_and_link_local_addresses_are_refused_at_once),
        cmocka_unit_test(what_no_user_named_is_kept_from_link_local_addresses_alone),
        cmocka_unit_test(an_allowed_range_is_fetched),
        cmocka_unit_test(a_host_that_is_allowed_and_silent_is_unreachable),
        cmocka_unit_test(each_redirect_is_judged_anew),
        cmocka_unit_test(what_the_operator_maps_is_his_own_doing),
        cmocka_unit_test(a_proxy_of_the_environment_is_not_asked),
        cmocka_unit_test(a_connection_that_is_there_already_is_not_taken),
        cmocka_unit_test(addresses_of_custom_lists_are_given_by_users),
    };
    return cmocka_run_group_tests(tests, loopback_forget_proxies, NULL);
}
