/* The program's own web interface, and what a browser does from its port. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"
#include "support/ws_client.h"

static struct daemon daemon;

static int open_daemon(void **state)
{
    static const char *const environment[] = {"LISTSYNC_TRUSTED_PROXIES=127.0.0.1", NULL};

    (void)state;
    daemon_open(&daemon, environment);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

static const char *header(const struct raw_answer *answer, const char *name)
{
    const char *found = http_headers_find(&answer->headers, name);

    return found ? found : "";
}

/* ---- its files ---- */

static void assert_file_is_there(const char *page, const char *from)
{
    const char *path = strstr(page, from);
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_non_null(path);
    path += strlen(from) - strlen("/assets/");
    AUTO_FREE char *target = memory_text_n(path, strcspn(path, "\""));
    assert_true(raw_http_get(daemon.ui_port, target, "Accept-Encoding: br\r\n", &answer));
    assert_int_equal(answer.status, 200);
    assert_string_equal(header(&answer, "Content-Encoding"), "br");
    assert_string_equal(header(&answer, "Cache-Control"), "public, max-age=31536000, immutable");
}

static void test_the_page_leads_to_files_that_are_there(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_get(daemon.ui_port, "/", "Accept: text/html\r\n", &answer));
    assert_int_equal(answer.status, 200);
    const char *page = buffer_string(&answer.body);
    if (strstr(page, "built without its web interface"))
        skip();
    assert_non_null(strstr(page, "<base href=\"/\""));
    assert_file_is_there(page, "src=\"./assets/");
    assert_file_is_there(page, "href=\"./assets/");
}

/* ---- a browser ---- */

/* Sends a request as a page of that origin would; `host` is where the browser thinks it is. */
static void ask(const char *method, const char *path, const char *headers, const char *body,
                struct raw_answer *ret)
{
    AUTO_FREE char *request = memory_print("%s %s HTTP/1.1\r\n%sContent-Type: application/json\r\n"
                                           "Content-Length: %zu\r\n\r\n%s",
                                           method, path, headers, strlen(body), body);

    assert_true(raw_http_ask(daemon.ui_port, request, ret));
}

static char *own_origin(void)
{
    return memory_print("Host: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n", daemon.ui_port,
                        daemon.ui_port);
}

static const char login[] =
    "{\"username\":\"" DAEMON_USER "\",\"password\":\"" DAEMON_PASSWORD "\"}";

/* Logs in with those headers; `ret` gets them with cookie and CSRF token. */
static char *log_in(const char *headers, const char *path_of_cookie)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    ask("POST", "/api/auth/login", headers, login, &answer);
    assert_int_equal(answer.status, 200);
    const char *cookie = header(&answer, "Set-Cookie");
    assert_non_null(strstr(cookie, path_of_cookie));
    AUTO_JSON struct json_value *document = NULL;
    json_value_parse(answer.body.bytes, answer.body.length, &document, NULL);
    const char *token = json_value_get_text(document, "csrf_token");
    assert_non_null(token);
    return memory_print("%sCookie: %.*s\r\nX-CSRF-Token: %s\r\n", headers,
                        (int)strcspn(cookie, ";"), cookie, token);
}

static int status_of(const char *method, const char *path, const char *headers)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    ask(method, path, headers, "", &answer);
    return answer.status;
}

static void test_a_session_works_from_the_port_of_the_pages(void **state)
{
    (void)state;
    AUTO_FREE char *origin = own_origin();
    AUTO_FREE char *logged_in = log_in(origin, "; Path=/;");
    AUTO_FREE char *without_token =
        memory_text_n(logged_in, (size_t)(strstr(logged_in, "X-CSRF-Token") - logged_in));

    assert_int_equal(status_of("GET", "/api/lists", logged_in), 200);
    assert_int_equal(status_of("POST", "/api/auth/logout", without_token), 403);
    assert_int_equal(status_of("POST", "/api/auth/logout", logged_in), 200);
    assert_int_equal(status_of("GET", "/api/lists", logged_in), 401);
}

static void test_pages_of_another_port_change_nothing(void **state)
{
    (void)state;
    AUTO_FREE char *foreign = memory_print(
        "Host: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nCookie: %s\r\nX-CSRF-Token: %s\r\n",
        daemon.ui_port, daemon.port, daemon.cookie, daemon.csrf);

    assert_int_equal(status_of("POST", "/api/auth/logout", foreign), 403);
}

static void test_a_session_works_behind_a_proxy_that_takes_a_prefix_off(void **state)
{
    (void)state;
    static const char proxied[] =
        "Host: listsync:3222\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"
        "X-Forwarded-Host: lists.example.org\r\nX-Forwarded-Prefix: /listsync\r\n"
        "Origin: https://lists.example.org\r\nAccept: text/html\r\n";
    AUTO_FREE char *logged_in = log_in(proxied, "; Path=/listsync;");
    AUTO_RAW_ANSWER struct raw_answer page = {0};

    ask("GET", "/lists", logged_in, "", &page);
    if (page.status == 200)
        assert_non_null(strstr(buffer_string(&page.body), "<base href=\"/listsync/\""));
    assert_int_equal(status_of("GET", "/api/lists", logged_in), 200);
    assert_int_equal(status_of("POST", "/api/auth/logout", logged_in), 200);
}

static int websocket_status(int origin_port)
{
    AUTO_FREE char *headers =
        memory_print("Cookie: %s\r\nOrigin: http://127.0.0.1:%d\r\n", daemon.cookie, origin_port);
    struct ws_client client;
    int status = ws_client_connect(&client, daemon.ui_port, "/api/ws", headers);

    ws_client_release(&client);
    return status;
}

static void test_a_websocket_opens_from_the_port_of_the_pages(void **state)
{
    (void)state;
    assert_int_equal(websocket_status(daemon.ui_port), 101);
    assert_int_equal(websocket_status(daemon.port), 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page_leads_to_files_that_are_there),
        cmocka_unit_test(test_a_session_works_from_the_port_of_the_pages),
        cmocka_unit_test(test_pages_of_another_port_change_nothing),
        cmocka_unit_test(test_a_session_works_behind_a_proxy_that_takes_a_prefix_off),
        cmocka_unit_test(test_a_websocket_opens_from_the_port_of_the_pages),
    };
    return cmocka_run_group_tests(tests, open_daemon, close_daemon);
}
