/* Paths that lead out or around the guard, and texts that would become headers or markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"

#define INJECTED "X-Injected"

static struct daemon daemon;
static int handles;

static int open_daemon(void **state)
{
    (void)state;
    daemon_open(&daemon, (const char *const[]){"LISTSYNC_LOG_LEVEL=debug", NULL});
    world_write(&daemon.world, "planted.txt", "planted-in-a-file");
    handles = daemon_handles(&daemon);
    return 0;
}

static int open_daemon_behind_a_proxy(void **state)
{
    (void)state;
    daemon_open(&daemon, (const char *const[]){"LISTSYNC_TRUSTED_PROXIES=127.0.0.1",
                                               "CORS_ALLOWED_ORIGINS=http://page.example", NULL});
    handles = daemon_handles(&daemon);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

/* ---- paths ---- */

/* As it is written, nothing added or taken off; both doors. */
static void get_raw(const char *target, const char *headers, bool ui, struct raw_answer *ret)
{
    if (!raw_http_get(ui ? daemon.ui_port : daemon.port, target, headers, ret))
        ret->status = 0;
}

static const char *const ways_out[] = {
    "/../../../../etc/passwd",
    "/docs/../../../../etc/passwd",
    "/docs/..%2f..%2f..%2fetc%2fpasswd",
    "/docs/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/docs/%252e%252e/%252e%252e/etc/passwd",
    "/docs/..%252f..%252fetc%252fpasswd",
    "/docs/....//....//etc/passwd",
    "/docs/..\\..\\..\\etc\\passwd",
    "/docs/..%5c..%5cetc%5cpasswd",
    "/docs/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "/docs/%uff0e%uff0e/etc/passwd",
    "/docs/..;/..;/etc/passwd",
    "/docs/style.css/../../planted.txt",
    "/docs/style.css%00.txt",
    "/docs/planted.txt",
    "/planted.txt",
    "/list_sync.db",
    "/secret.key",
    "/api/../list_sync.db",
    "/api/../../secret.key",
    "/api/lists/imdb/..%2f..%2fsecret.key/items",
    "//etc/passwd",
    "///etc/passwd",
    "/./etc/passwd",
    "/.%2e/secret.key",
    "/file:///etc/passwd",
    "file:///etc/passwd",
    "http://localhost/../../etc/passwd",
    "/.git/config",
    "/.env",
    "/etc/passwd",
    "/proc/self/environ",
    "\\etc\\passwd",
    "*",
    "..",
    "?",
};

static void test_no_path_leads_to_a_file(void **state)
{
    (void)state;
    AUTO_FREE char *admin = memory_print("X-Api-Key: %s\r\n", daemon.admin_key);
    static const char *const contents[] = {"root:", "planted-in-a-file", "SQLite format",
                                           "LISTSYNC_ADMIN"};

    for (size_t i = 0; i < ARRAY_LENGTH(ways_out); i++)
        for (int j = 0; j < 4; j++) {
            AUTO_RAW_ANSWER struct raw_answer answer = {0};
            get_raw(ways_out[i], j / 2 ? admin : "", j % 2, &answer);
            if (answer.status != 0 && (answer.status < 400 || answer.status >= 500) &&
                !text_equal(ways_out[i], "?"))
                fail_msg("%s: %d", ways_out[i], answer.status);
            for (size_t k = 0; k < ARRAY_LENGTH(contents); k++)
                assert_null(strstr(buffer_string(&answer.body), contents[k]));
        }
    daemon_assert_well(&daemon, handles);
}

/* All of these would be /api/users to somebody, and none is for who has not logged in. */
static const char *const ways_around[] = {
    "/docs/../api/users",
    "/ping/../api/users",
    "/api/auth/../users",
    "/api/./users",
    "/api//users",
    "//api/users",
    "/api/users/",
    "/api/users//",
    "/api/users/.",
    "/api/users/..",
    "/api/users;x=y",
    "/api/users%00",
    "/api/users%3f",
    "/api/users%20",
    "/api/users%09",
    "/api/users%2f",
    "/api%2fusers",
    "/api/%75sers",
    "/%61%70%69/users",
    "/api/USERS",
    "/API/users",
    "/api/users.json",
    "/api/users#/ping",
    "/docs/%2e%2e/api/users",
    "/docs/..%2fapi/users",
    "/ping?/../api/users",
    "http://localhost/api/users",
    "http://evil.example/api/users",
    "http://localhost//api/users",
    "/api/system/health/../../users",
};

static void test_no_path_leads_around_the_guard(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(ways_around); i++)
        for (int ui = 0; ui < 2; ui++) {
            AUTO_RAW_ANSWER struct raw_answer answer = {0};
            get_raw(ways_around[i],
                    "X-Original-URL: /api/users\r\nX-Rewrite-URL: /api/users\r\n"
                    "X-HTTP-Method-Override: GET\r\nX-Forwarded-Prefix: /api\r\n",
                    ui, &answer);
            if (strstr(buffer_string(&answer.body), "\"users\""))
                fail_msg("%s: %s", ways_around[i], buffer_string(&answer.body));
            if (answer.status >= 500 || (answer.status == 200 && ways_around[i][1] != 'p'))
                fail_msg("%s: %d", ways_around[i], answer.status);
        }
    daemon_assert_well(&daemon, handles);
}

/* ---- headers ---- */

static void assert_not_injected(const char *what, const struct http_headers *headers,
                                const struct buffer *body)
{
    if (http_headers_find(headers, INJECTED))
        fail_msg("%s became a header", what);
    for (size_t i = 0; i < headers->count; i++)
        if (strpbrk(headers->items[i].value, "\r\n"))
            fail_msg("%s broke a line of %s", what, headers->items[i].name);
    if (strstr(buffer_string(body), "<script>injected"))
        fail_msg("%s became markup", what);
}

static void test_what_proxies_say_becomes_neither_header_nor_markup(void **state)
{
    (void)state;
    static const char *const names[] = {
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Prefix",
        "X-Forwarded-For",
        "Forwarded",
        "Origin",
        "Access-Control-Request-Headers",
        "User-Agent",
        "X-Request-Id",
        "If-None-Match",
        "Accept-Encoding",
        "Last-Event-ID",
        "Referer",
        "Accept-Language",
    };
    static const char *const values[] = {
        "a\rX-Injected: 1",
        "a%0d%0aX-Injected: 1",
        "a\\r\\nX-Injected: 1",
        "a\xc4\x8d\xc4\x8aX-Injected: 1",
        "\"><script>injected</script>",
        "/a\"><script>injected</script>",
        "/javascript:alert(1)//",
        "http://page.example\xe2\x80\xa8X-Injected: 1",
        "host=\"a\r X-Injected: 1\"",
    };
    static const char *const targets[] = {"/", "/docs", "/openapi.json", "/nothing", "/api/lists"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(values); j++)
            for (size_t k = 0; k < ARRAY_LENGTH(targets); k++) {
                AUTO_FREE char *header = memory_print("%s: %s\r\n", names[i], values[j]);
                AUTO_RAW_ANSWER struct raw_answer answer = {0};
                get_raw(targets[k], header, false, &answer);
                if (answer.status >= 500)
                    fail_msg("%s at %s: %d", header, targets[k], answer.status);
                assert_not_injected(header, &answer.headers, &answer.body);
            }
    daemon_assert_well(&daemon, handles);
}

static void test_paths_and_queries_become_no_headers(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "/%0d%0aX-Injected:%201",
        "/api/lists%0d%0aX-Injected:%201%0d%0a%0d%0a%3Cscript%3Einjected",
        "/api/lists/%3Cscript%3Einjected/x/items",
        "/api/lists?search=%0d%0aX-Injected:%201",
        "/api/lists?%0d%0aX-Injected:%201=a",
        "/api/lists?limit=%3Cscript%3Einjected",
        "/docs/%0d%0aX-Injected:%201",
        "/api/runs/%0d%0aX-Injected:%201",
        "//evil.example/%2f..",
        "/%5cevil.example",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(targets); i++) {
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        daemon_call(&daemon, "GET", targets[i], daemon.admin_key, NULL, &answer);
        if (answer.status >= 500 || answer.status == 0)
            fail_msg("%s: %d", targets[i], answer.status);
        if (http_headers_find(&answer.headers, "Location"))
            fail_msg("%s leads to %s", targets[i], http_headers_find(&answer.headers, "Location"));
        if (answer.headers.count && http_headers_find(&answer.headers, INJECTED))
            fail_msg("%s became a header", targets[i]);
        const char *kind = http_headers_find(&answer.headers, "Content-Type");
        assert_true(kind && text_starts_with(kind, "application/json"));
    }
    daemon_assert_well(&daemon, handles);
}

/* ---- texts that are kept ---- */

static const char *const nasty[] = {
    "a\r\nX-Injected: 1",       "a\n{\"level\":\"error\",\"message\":\"forged\"}",
    "\x1b[2J\x1b]0;owned\x07",  "<script>injected</script>",
    "\xe2\x80\xae\xe2\x80\xa8", "%n%s%n%s",
    "'; DROP TABLE lists; --",  "\xf0\x9f\x92\xa9",
};

static char *body_with(const char *format, const char *text)
{
    AUTO_BUFFER struct buffer quoted = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&quoted);
    const char *place = strchr(format, '$');

    json_put_text(&json, NULL, text);
    buffer_append(&body, format, (size_t)(place - format));
    buffer_text(&body, buffer_string(&quoted));
    buffer_text(&body, place + 1);
    return memory_text(buffer_string(&body));
}

static const struct {
    const char *method, *path, *format;
} keepers[] = {
    {"POST", "/api/lists", "{\"list_id\":\"imdb:top\",\"description\":$}"},
    {"POST", "/api/lists", "{\"list_id\":$}"},
    {"POST", "/api/lists", "{\"list_type\":$,\"list_id\":\"top\"}"},
    {"POST", "/api/lists/validate", "{\"list_id\":$}"},
    {"POST", "/api/auth/keys", "{\"name\":$,\"scope\":\"read\"}"},
    {"POST", "/api/users", "{\"username\":$,\"password\":\"long enough\",\"role\":\"user\"}"},
    {"POST", "/api/auth/login", "{\"username\":$,\"password\":\"long enough\"}"},
    {"POST", "/api/auth/tokens", "{\"scope\":\"read\",\"audience\":$}"},
    {"PUT", "/api/settings", "{\"settings\":{\"TZ\":$}}"},
    {"PUT", "/api/settings", "{\"settings\":{\"SYNC_SCHEDULE\":$}}"},
    {"PUT", "/api/logs/level", "{\"level\":$}"},
    {"POST", "/api/sync/trigger", "{\"list_type\":\"imdb\",\"list_id\":$}"},
};

static void assert_log_is_whole(void)
{
    AUTO_FREE char *log = daemon_log(&daemon);
    char *rest = log;
    char *line;

    log[strrchr(log, '\n') - log] = '\0'; /* what comes is not whole yet */
    while ((line = strsep(&rest, "\n"))) {
        AUTO_JSON struct json_value *document = NULL;
        if (json_value_parse(line, strlen(line), &document, NULL))
            fail_msg("no line of a log: %s", line);
        const char *message = json_value_get_text(document, "message");
        assert_true(message && !text_equal(message, "forged"));
        for (const char *byte = line; *byte; byte++)
            assert_true((unsigned char)*byte >= ' ');
    }
}

static void test_names_and_descriptions_forge_nothing(void **state)
{
    (void)state;
    static const char *const readers[] = {"/api/lists",        "/api/users",
                                          "/api/auth/keys",    "/api/audit?limit=200",
                                          "/api/logs/entries", "/api/system/status"};

    for (size_t i = 0; i < ARRAY_LENGTH(keepers); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(nasty); j++) {
            AUTO_FREE char *body = body_with(keepers[i].format, nasty[j]);
            AUTO_DAEMON_ANSWER struct daemon_answer answer;
            daemon_call(&daemon, keepers[i].method, keepers[i].path, daemon.admin_key, body,
                        &answer);
            if (answer.status >= 500 || !answer.document)
                fail_msg("%s with %s: %d", keepers[i].path, body, answer.status);
            assert_null(http_headers_find(&answer.headers, INJECTED));
        }
    for (size_t i = 0; i < ARRAY_LENGTH(readers); i++) {
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        daemon_call(&daemon, "GET", readers[i], daemon.admin_key, NULL, &answer);
        assert_int_equal(answer.status, 200);
        assert_non_null(answer.document);
        const char *sniff = http_headers_find(&answer.headers, "X-Content-Type-Options");
        assert_true(sniff && text_equal(sniff, "nosniff"));
    }
    assert_log_is_whole();
    daemon_assert_well(&daemon, handles);
}

static void test_paths_and_agents_forge_no_log_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(nasty); i++) {
        AUTO_FREE char *request = memory_print("GET /api/%s HTTP/1.1\r\nHost: a\r\nUser-Agent: %s"
                                               "\r\nX-Forwarded-For: %s\r\n\r\n",
                                               nasty[i], nasty[i], nasty[i]);
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        if (raw_http_ask(daemon.port, request, &answer))
            assert_in_range(answer.status, 400, 499);
    }
    daemon_assert_well(&daemon, handles);
    assert_log_is_whole();
}

int main(void)
{
#define TEST(test)              cmocka_unit_test_setup_teardown(test, open_daemon, close_daemon)
#define TEST_IN(test, settings) cmocka_unit_test_setup_teardown(test, settings, close_daemon)
    const struct CMUnitTest tests[] = {
        TEST(test_no_path_leads_to_a_file),
        TEST(test_no_path_leads_around_the_guard),
        TEST_IN(test_what_proxies_say_becomes_neither_header_nor_markup,
                open_daemon_behind_a_proxy),
        TEST(test_paths_and_queries_become_no_headers),
        TEST(test_names_and_descriptions_forge_nothing),
        TEST(test_paths_and_agents_forge_no_log_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
