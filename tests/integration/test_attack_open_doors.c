/* Login switched off, or left to a proxy: what still keeps strangers and their pages out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/operations.h"

static struct daemon daemon;
static struct operations operations;

static void start(const char *const *environment)
{
    daemon_open(&daemon, environment);
    operations_read(&daemon, &operations);
}

static int open_to_local_addresses(void **state)
{
    (void)state;
    start((const char *const[]){"LISTSYNC_AUTH=disabled_for_local_addresses", NULL});
    return 0;
}

static int open_to_all(void **state)
{
    (void)state;
    start((const char *const[]){"LISTSYNC_AUTH=disabled", "CORS_ALLOWED_ORIGINS=*", NULL});
    return 0;
}

static int open_to_a_distant_proxy(void **state)
{
    (void)state;
    start((const char *const[]){"LISTSYNC_TRUSTED_PROXIES=10.9.9.9",
                                "LISTSYNC_AUTH_HEADER=Remote-User",
                                "LISTSYNC_AUTH_HEADER_ROLE=admin", NULL});
    return 0;
}

static int open_to_a_proxy_here(void **state)
{
    (void)state;
    start((const char *const[]){"LISTSYNC_TRUSTED_PROXIES=127.0.0.1",
                                "LISTSYNC_AUTH_HEADER=Remote-User", NULL});
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    operations_release(&operations);
    daemon_close(&daemon);
    return 0;
}

/* With a Host of one's own. Cut off behind the head of the answer, which may be a stream. */
static int ask(const char *method, const char *target, const char *headers)
{
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    bool has_body = text_equal(method, "POST") || text_equal(method, "PUT");

    raw_http_open(&http, daemon.port);
    raw_http_send(&http, "%s %s HTTP/1.1\r\n%s%s\r\n%s", method, target, headers,
                  has_body ? "Content-Type: application/json\r\nContent-Length: 2\r\n" : "",
                  has_body ? "{}" : "");
    return raw_http_read_head(&http, &answer) ? answer.status : 0;
}

static void assert_all_answer(const char *headers, bool only_changes, int wanted)
{
    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        bool changes = !text_equal(operation->method, "GET");
        if (text_equal(operation->access, "none") || (only_changes && !changes))
            continue;
        int status = ask(operation->method, operation->target, headers);
        if (status != wanted)
            fail_msg("%s %s with %s: %d", operation->method, operation->path, headers, status);
    }
}

static void test_nobody_is_local_behind_an_unknown_proxy(void **state)
{
    (void)state;
    static const char *const marks[] = {
        "X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1",
        "Forwarded: for=127.0.0.1",   "Via: 1.1 proxy",
        "CF-Connecting-IP: 10.0.0.1", "X-Forwarded-Host: localhost",
    };

    assert_int_equal(ask("GET", "/api/users", "Host: localhost\r\n"), 200);
    for (size_t i = 0; i < ARRAY_LENGTH(marks); i++) {
        AUTO_FREE char *headers = memory_print("Host: localhost\r\n%s\r\n", marks[i]);
        assert_int_equal(ask("GET", "/api/users", headers), 401);
    }
    assert_all_answer("Host: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n", false, 401);
}

/* Its name was pointed at this machine: the browser takes it for one origin with us. */
static void test_a_rebound_name_gets_nothing(void **state)
{
    (void)state;
    assert_all_answer("Host: evil.example\r\n", false, 403);
    assert_all_answer("Host: evil.example:4222\r\nOrigin: http://evil.example:4222\r\n"
                      "Sec-Fetch-Site: same-origin\r\n",
                      false, 403);
    assert_int_equal(ask("GET", "/api/users", "Host: 127.0.0.1.evil.example\r\n"), 403);
    assert_int_equal(ask("GET", "/api/users", "Host: localhost.evil.example\r\n"), 403);
    assert_int_equal(ask("GET", "http://evil.example/api/users", "Host: localhost\r\n"), 403);
}

static void test_a_foreign_page_changes_nothing(void **state)
{
    (void)state;
    assert_all_answer("Host: localhost\r\nOrigin: null\r\n", true, 403);
    assert_all_answer("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n", true, 403);
}

static void test_a_foreign_page_hears_nothing(void **state)
{
    (void)state;
    assert_int_equal(ask("GET", "/api/ws",
                         "Host: localhost\r\nOrigin: http://evil.example\r\n"
                         "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
                     403);
}

static void test_who_is_no_proxy_names_nobody(void **state)
{
    (void)state;
    assert_all_answer("Host: localhost\r\nRemote-User: " DAEMON_USER "\r\n", false, 401);
    assert_all_answer("Host: localhost\r\nRemote-User: " DAEMON_USER "\r\n"
                      "X-Forwarded-For: 10.9.9.9\r\n",
                      false, 401);
}

/* The second is what the client sent and the proxy should have removed. */
static void test_a_name_that_came_twice_is_nobody(void **state)
{
    (void)state;
    assert_int_equal(ask("GET", "/api/users", "Host: localhost\r\nRemote-User: anna\r\n"), 200);
    assert_all_answer("Host: localhost\r\nRemote-User: eve\r\nRemote-User: anna\r\n", false, 403);
    assert_all_answer("Host: localhost\r\nRemote-User: anna\r\nremote-user: eve\r\n", false, 403);
    assert_all_answer("Host: localhost\r\nRemote-User: eve\r\n", false, 403);
    assert_all_answer("Host: localhost\r\nRemote-User: anna, eve\r\n", false, 403);
    assert_all_answer("Host: localhost\r\nRemote-User: anna\r\n", true, 403); /* no CSRF token */
}

int main(void)
{
#define TEST(test, settings) cmocka_unit_test_setup_teardown(test, settings, close_daemon)
    const struct CMUnitTest tests[] = {
        TEST(test_nobody_is_local_behind_an_unknown_proxy, open_to_local_addresses),
        TEST(test_a_rebound_name_gets_nothing, open_to_local_addresses),
        TEST(test_a_rebound_name_gets_nothing, open_to_all),
        TEST(test_a_foreign_page_changes_nothing, open_to_local_addresses),
        TEST(test_a_foreign_page_hears_nothing, open_to_local_addresses),
        TEST(test_who_is_no_proxy_names_nobody, open_to_a_distant_proxy),
        TEST(test_a_name_that_came_twice_is_nobody, open_to_a_proxy_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
