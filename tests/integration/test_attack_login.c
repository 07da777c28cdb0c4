/* Guessed passwords, and so many logins at once that others might have to wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"
#include "web/throttle.h"

enum { CROWD = 200, HEALTH_MS = 2000 };

static struct daemon daemon;
static int handles;
static int64_t failed_at; /* when the last try that costs nothing was sent */

static int open_daemon(void **state)
{
    (void)state;
    daemon_open(&daemon, NULL);
    handles = daemon_handles(&daemon);
    return 0;
}

static int open_daemon_without_admin(void **state)
{
    (void)state;
    daemon_open(&daemon, (const char *const[]){"LISTSYNC_ADMIN_USER=", NULL});
    handles = daemon_handles(&daemon);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

/* A login from an address of loopback; further header lines or "". The answer is read later. */
static void send_login(struct raw_http *http, const char *address, const char *headers,
                       const char *name, const char *password)
{
    AUTO_FREE char *body =
        memory_print("{\"username\":\"%s\",\"password\":\"%s\"}", name, password);

    raw_http_open_from(http, address, daemon.port);
    raw_http_send(http,
                  "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\n%s"
                  "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                  headers, strlen(body), body);
}

/* Status; who is told to wait is told for how long. */
static int read_login(struct raw_http *http)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_read(http, &answer));
    const char *wait = http_headers_find(&answer.headers, "Retry-After");
    if (answer.status == 429 || answer.status == 503)
        assert_true(wait && atoi(wait) >= 1);
    else
        assert_null(wait);
    raw_http_close(http);
    return answer.status;
}

static int log_in(const char *address, const char *headers, const char *name, const char *password)
{
    struct raw_http http;

    send_login(&http, address, headers, name, password);
    return read_login(&http);
}

static void fail_often(const char *name)
{
    for (int i = 0; i < THROTTLE_FREE; i++) {
        failed_at = clock_steady_ms();
        assert_int_equal(log_in("127.0.0.1", "", name, "guessed"), 401);
    }
}

/* The next try must wait for a second; on a machine that is slower than that nothing is shown. */
static void assert_must_wait(int status)
{
    if (status != 429 && clock_steady_ms() - failed_at > 900)
        skip();
    assert_int_equal(status, 429);
}

static void test_guessing_is_slowed_down(void **state)
{
    (void)state;
    fail_often(DAEMON_USER);
    assert_must_wait(log_in("127.0.0.1", "", DAEMON_USER, "guessed"));
    assert_must_wait(log_in("127.0.0.1", "", DAEMON_USER, DAEMON_PASSWORD));
    assert_must_wait(log_in("127.0.0.1", "", "somebody else", "guessed"));
    assert_must_wait(log_in("127.0.0.9", "", "ANNA", DAEMON_PASSWORD)); /* the name waits */
    daemon_assert_well(&daemon, handles);
}

static void test_who_does_not_guess_is_not_slowed_down(void **state)
{
    (void)state;
    assert_int_equal(daemon_status(&daemon, "POST", "/api/users", daemon.admin_key,
                                   "{\"username\":\"bert\",\"password\":\"long enough\","
                                   "\"role\":\"user\"}"),
                     201);
    fail_often(DAEMON_USER);
    assert_must_wait(log_in("127.0.0.1", "", DAEMON_USER, "guessed"));
    assert_int_equal(log_in("127.0.0.9", "", "bert", "long enough"), 200);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/lists", daemon.read_key, NULL), 200);
}

/* Nobody is trusted here to say where a request came from. */
static void test_a_claimed_address_is_no_way_around(void **state)
{
    (void)state;
    fail_often("nobody here");
    for (int i = 0; i < 5; i++) {
        AUTO_FREE char *headers =
            memory_print("X-Forwarded-For: 203.0.113.%d\r\nForwarded: for=203.0.113.%d\r\n"
                         "X-Real-IP: 203.0.113.%d\r\nX-Client-IP: 203.0.113.%d\r\n",
                         i, i, i, i);
        assert_must_wait(log_in("127.0.0.1", headers, "another", "guessed"));
    }
}

static void test_the_first_run_token_is_not_guessed(void **state)
{
    (void)state;
    static const char wish[] =
        "{\"token\":\"%s\",\"username\":\"eve\",\"password\":\"long enough\"}";
    AUTO_FREE char *line = daemon_wait_for_log(&daemon, "setup?token=");
    AUTO_FREE char *token = memory_text(strstr(line, "setup?token=") + 12);
    token[strcspn(token, "\"")] = '\0';
    AUTO_FREE char *right = memory_print(wish, token);
    AUTO_FREE char *wrong = memory_print(wish, "guessed");

    for (int i = 0; i < THROTTLE_FREE; i++) {
        failed_at = clock_steady_ms();
        assert_int_equal(daemon_status(&daemon, "POST", "/api/setup/admin", NULL, wrong), 403);
    }
    assert_must_wait(daemon_status(&daemon, "POST", "/api/setup/admin", NULL, wrong));
    assert_must_wait(daemon_status(&daemon, "POST", "/api/setup/admin", NULL, right));
    assert_int_equal(daemon_status(&daemon, "GET", "/api/lists", NULL, NULL), 401);
    daemon_assert_well(&daemon, handles);
}

/* Health answers at once while they are worked off; each of them gets an answer, too. */
static void assert_crowd_harms_nobody(struct raw_http *crowd)
{
    int answered = 0;

    for (int i = 0; i < 20; i++) {
        int64_t began = clock_steady_ms();
        assert_int_equal(daemon_status(&daemon, "GET", "/api/system/health", NULL, NULL), 200);
        assert_true(clock_steady_ms() - began < HEALTH_MS);
    }
    for (int i = 0; i < CROWD; i++) {
        int status = read_login(&crowd[i]);
        if (status != 200 && status != 401 && status != 429 && status != 503)
            fail_msg("login %d: %d", i, status);
        answered++;
    }
    assert_int_equal(answered, CROWD);
    daemon_assert_well(&daemon, handles);
}

static void test_many_logins_at_once_harm_nobody(void **state)
{
    (void)state;
    struct raw_http crowd[CROWD];

    for (int i = 0; i < CROWD; i++)
        send_login(&crowd[i], "127.0.0.1", "", DAEMON_USER, DAEMON_PASSWORD);
    assert_crowd_harms_nobody(crowd);
}

/* Each of them is new to the throttle, so each would be tried. */
static void test_many_logins_from_many_addresses_harm_nobody(void **state)
{
    (void)state;
    struct raw_http crowd[CROWD];

    for (int i = 0; i < CROWD; i++) {
        AUTO_FREE char *address = memory_print("127.0.7.%d", i + 1);
        AUTO_FREE char *name = memory_print("name %d", i);
        send_login(&crowd[i], address, "", name, "guessed");
    }
    assert_crowd_harms_nobody(crowd);
    assert_int_equal(log_in("127.0.0.1", "", DAEMON_USER, DAEMON_PASSWORD), 200);
}

int main(void)
{
#define TEST(test)              cmocka_unit_test_setup_teardown(test, open_daemon, close_daemon)
#define TEST_IN(test, settings) cmocka_unit_test_setup_teardown(test, settings, close_daemon)
    const struct CMUnitTest tests[] = {
        TEST(test_guessing_is_slowed_down),
        TEST(test_who_does_not_guess_is_not_slowed_down),
        TEST(test_a_claimed_address_is_no_way_around),
        TEST_IN(test_the_first_run_token_is_not_guessed, open_daemon_without_admin),
        TEST(test_many_logins_at_once_harm_nobody),
        TEST(test_many_logins_from_many_addresses_harm_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
