/* Cancelling what runs, over the API of the real service. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/daemon.h"

static struct daemon daemon;

static int open_daemon(void **state)
{
    (void)state;
    daemon_open_with(&daemon, NULL, (const char *[]){"--latency-ms", "30000", NULL});
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

static void order(const char *body)
{
    assert_int_equal(daemon_status(&daemon, "POST", "/api/sync/trigger", daemon.sync_key, body),
                     200);
}

static void assert_cancels(const char *target, const char *run)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(&daemon, "POST", target, daemon.sync_key, NULL, &answer);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(buffer_string(&answer.body), "\"success\":true"));
    assert_string_equal(json_value_get_text(answer.document, "session_id"), run);
}

static void assert_state(const char *target, const char *state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(&daemon, "GET", target, daemon.read_key, NULL, &answer);
    assert_non_null(strstr(buffer_string(&answer.body), state));
}

static void a_second_cancel_does_not_hit_the_next_run(void **state)
{
    (void)state;
    assert_int_equal(daemon_status(&daemon, "POST", "/api/lists", daemon.sync_key,
                                   "{\"list_type\":\"imdb\",\"list_id\":\"top\"}"),
                     200);
    order("{}");
    free(daemon_wait_for_log(&daemon, "full sync of 1 list has begun"));
    order("{\"lists\": [1]}");
    assert_cancels("/api/sync/current/cancel", "1");
    free(daemon_wait_for_log(&daemon, "single sync of 1 list has begun"));
    assert_cancels("/api/sync/current/cancel", "1");
    assert_state("/api/runs/2", "\"running\"");
    assert_cancels("/api/sync/2/cancel", "2");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_daemon, close_daemon)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_second_cancel_does_not_hit_the_next_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
