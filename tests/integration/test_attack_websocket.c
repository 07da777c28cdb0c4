/* WebSockets by those who may not, and by clients that break every rule of the protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"
#include "support/ws_client.h"

enum { CROWD = 100, LARGE = 100000 };

static struct daemon daemon;
static int handles;

static int open_daemon(void **state)
{
    (void)state;
    daemon_open(&daemon, NULL);
    handles = daemon_handles(&daemon);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

static int try(const char *path, char *headers)
{
    struct ws_client client;
    int status = ws_client_connect(&client, daemon.port, path, headers);

    ws_client_release(&client);
    free(headers);
    return status;
}

static void test_nobody_listens_without_credentials(void **state)
{
    (void)state;
    AUTO_FREE char *in_url = memory_print("/api/ws?api_key=%s", daemon.admin_key);

    assert_int_equal(try("/api/ws", memory_text("")), 401);
    assert_int_equal(try("/api/ws", memory_text("X-Api-Key: lsk_wrong\r\n")), 401);
    assert_int_equal(try("/api/ws", memory_text("Authorization: Bearer a.b.c\r\n")), 401);
    assert_int_equal(try("/api/ws", memory_text("Cookie: listsync_session=wrong\r\n")), 401);
    assert_int_equal(try(in_url, memory_text("")), 401);
    assert_int_equal(try("/api/ws", memory_print("X-Api-Key: %s\r\n", daemon.read_key)), 101);
    assert_int_equal(
        try("/api/ws?log_level=info", memory_print("X-Api-Key: %s\r\n", daemon.sync_key)), 403);
    daemon_assert_well(&daemon, handles);
}

static void test_a_foreign_page_opens_no_socket(void **state)
{
    (void)state;
    static const char *const origins[] = {
        "http://evil.example",           "null",    "http://localhost.evil.example",
        "http://evil.example:80",        "file://", "about:blank",
        "http://localhost@evil.example", "*",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(origins); i++) {
        int status =
            try("/api/ws", memory_print("Cookie: %s\r\nOrigin: %s\r\n", daemon.cookie, origins[i]));
        if (status != 403)
            fail_msg("%s: %d", origins[i], status);
    }
    assert_int_equal(try("/api/ws", memory_print("Cookie: %s\r\n", daemon.cookie)), 101);
    daemon_assert_well(&daemon, handles);
}

static void test_bad_handshakes_are_refused(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: short\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
        AUTO_FREE char *headers = memory_print("%sX-Api-Key: %s\r\n", heads[i], daemon.read_key);
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        assert_true(raw_http_get(daemon.port, "/api/ws", headers, &answer));
        if (answer.status != 400 && answer.status != 426)
            fail_msg("%s: %d", heads[i], answer.status);
    }
    daemon_assert_well(&daemon, handles);
}

static void join(struct ws_client *client)
{
    AUTO_FREE char *headers = memory_print("X-Api-Key: %s\r\n", daemon.read_key);

    assert_int_equal(ws_client_connect(client, daemon.port, "/api/ws", headers), 101);
}

static void test_frames_against_the_rules_end_the_connection(void **state)
{
    (void)state;
    static char large[LARGE];
    const struct {
        struct ws_sent_frame frame;
        int code;
    } cases[] = {
        {{.opcode = WS_TEXT, .payload = "{}", .is_unmasked = true}, 1002},
        {{.opcode = WS_BINARY, .payload = "{}"}, 1003},
        {{.opcode = WS_TEXT, .payload = "\xff\xfe"}, 1007},
        {{.opcode = WS_TEXT, .payload = "{}", .reserved = 4}, 1002},
        {{.opcode = 3, .payload = "{}"}, 1002},
        {{.opcode = 15, .payload = "{}"}, 1002},
        {{.opcode = WS_CONTINUATION, .payload = "{}"}, 1002},
        {{.opcode = WS_PING, .payload = "x", .is_unfinished = true}, 1002},
        {{.opcode = WS_PING, .payload = large, .length = 126}, 1002},
        {{.opcode = WS_CLOSE, .payload = "x", .length = 1}, 1005},
        {{.opcode = WS_TEXT, .payload = large, .length = LARGE}, 1009},
        {{.opcode = WS_TEXT, .payload = "x", .claimed = (uint64_t)1 << 62}, 1009},
        {{.opcode = WS_TEXT, .payload = "x", .claimed = UINT64_MAX}, 1002},
        {{.opcode = WS_TEXT, .payload = "x", .claimed = 65536}, 1009},
    };

    memset(large, 'a', sizeof(large));
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct ws_client client;
        join(&client);
        ws_client_frame(&client, &cases[i].frame);
        int code = ws_client_close_code(&client);
        if (code != cases[i].code)
            fail_msg("frame %zu: %d, not %d", i, code, cases[i].code);
        ws_client_release(&client);
    }
    daemon_assert_well(&daemon, handles);
}

static void test_garbage_ends_the_connection(void **state)
{
    (void)state;
    unsigned number = 12345;

    for (int round = 0; round < 50; round++) {
        struct ws_client client;
        char garbage[512];
        for (size_t i = 0; i < sizeof(garbage); i++) {
            number = number * 1103515245 + 12345;
            garbage[i] = (char)(number >> 16);
        }
        join(&client);
        ws_client_bytes(&client, garbage, sizeof(garbage));
        ws_client_frame(&client, &(struct ws_sent_frame){
                                     .opcode = WS_TEXT, .payload = "{}", .is_unmasked = true});
        shutdown(client.socket, SHUT_WR);
        ws_client_close_code(&client);
        ws_client_release(&client);
    }
    daemon_assert_well(&daemon, handles);
}

static void test_requests_behind_the_handshake_are_no_requests(void **state)
{
    (void)state;
    static const char request[] = "GET /api/users HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct ws_client client;

    join(&client);
    ws_client_bytes(&client, request, strlen(request));
    assert_int_equal(ws_client_close_code(&client), 1002);
    ws_client_release(&client);
    daemon_assert_well(&daemon, handles);
}

static void test_odd_messages_are_answered_or_ignored(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "null",
        "\"subscribe\"",
        "{\"type\":\"subscribe\"}",
        "{\"type\":\"subscribe\",\"types\":{\"a\":1}}",
        "{\"type\":\"subscribe\",\"types\":[\"../../etc/passwd\"]}",
        "{\"type\":\"subscribe\",\"log_level\":\"debug\"}",
        "{\"type\":[[[[[[]]]]]]}",
        "{\"ping\":1}",
        "{\"type\":\"x\",\"type\":\"y\"}",
    };
    struct ws_client client;

    join(&client);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        ws_client_text(&client, texts[i]);
    ws_client_close(&client, 1000);
    int code = ws_client_close_code(&client);
    assert_true(code == 1000 || code == 1007 || code == 1008);
    ws_client_release(&client);
    daemon_assert_well(&daemon, handles);
}

static void test_a_crowd_that_leaves_without_a_word_costs_nothing(void **state)
{
    (void)state;
    struct ws_client crowd[CROWD];

    for (int i = 0; i < CROWD; i++)
        join(&crowd[i]);
    assert_true(daemon_connections(&daemon) >= CROWD);
    for (int i = 0; i < CROWD; i++)
        ws_client_release(&crowd[i]);
    daemon_assert_well(&daemon, handles);
}

/* ---- who may not any more ---- */

static void test_what_was_ended_hears_nothing_more(void **state)
{
    (void)state;
    char key[DAEMON_TOKEN_SIZE], cookie[DAEMON_TOKEN_SIZE], csrf[DAEMON_TOKEN_SIZE];
    struct ws_client by_key, by_session;

    assert_int_equal(daemon_status(&daemon, "POST", "/api/users", daemon.admin_key,
                                   "{\"username\":\"bert\",\"password\":\"long enough\","
                                   "\"role\":\"user\"}"),
                     201);
    assert_int_equal(daemon_log_in(&daemon, "bert", "long enough", cookie, csrf), 200);
    daemon_make_key(&daemon, cookie, csrf, "read", key);
    AUTO_FREE char *key_line = memory_print("X-Api-Key: %s\r\n", key);
    AUTO_FREE char *cookie_line = memory_print("Cookie: %s\r\n", cookie);
    assert_int_equal(ws_client_connect(&by_key, daemon.port, "/api/ws", key_line), 101);
    assert_int_equal(ws_client_connect(&by_session, daemon.port, "/api/ws", cookie_line), 101);
    AUTO_FREE char *out = memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\n", cookie, csrf);
    AUTO_DAEMON_ANSWER struct daemon_answer answer;
    daemon_call_with(&daemon, "POST", "/api/auth/logout", out, NULL, &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(ws_client_close_code(&by_session), 1008);
    assert_int_equal(
        daemon_status(&daemon, "PUT", "/api/users/2", daemon.admin_key, "{\"disabled\":true}"),
        200);
    assert_int_equal(ws_client_close_code(&by_key), 1008);
    ws_client_release(&by_key);
    ws_client_release(&by_session);
    daemon_assert_well(&daemon, handles);
}

static void test_who_came_by_a_token_goes_when_all_tokens_end(void **state)
{
    (void)state;
    AUTO_DAEMON_ANSWER struct daemon_answer answer;
    struct ws_client by_token;

    daemon_call(&daemon, "POST", "/api/auth/tokens", daemon.admin_key, NULL, &answer);
    assert_int_equal(answer.status, 201);
    AUTO_FREE char *line =
        memory_print("Authorization: Bearer %s\r\n", json_value_get_text(answer.document, "token"));
    assert_int_equal(ws_client_connect(&by_token, daemon.port, "/api/ws", line), 101);
    assert_int_equal(daemon_status(&daemon, "POST", "/api/auth/tokens/rotate", daemon.admin_key,
                                   "{\"at_once\":true}"),
                     200);
    assert_int_equal(ws_client_close_code(&by_token), 1008);
    ws_client_release(&by_token);
    daemon_assert_well(&daemon, handles);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_daemon, close_daemon)
    const struct CMUnitTest tests[] = {
        TEST(test_nobody_listens_without_credentials),
        TEST(test_a_foreign_page_opens_no_socket),
        TEST(test_bad_handshakes_are_refused),
        TEST(test_frames_against_the_rules_end_the_connection),
        TEST(test_garbage_ends_the_connection),
        TEST(test_requests_behind_the_handshake_are_no_requests),
        TEST(test_odd_messages_are_answered_or_ignored),
        TEST(test_a_crowd_that_leaves_without_a_word_costs_nothing),
        TEST(test_what_was_ended_hears_nothing_more),
        TEST(test_who_came_by_a_token_goes_when_all_tokens_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
