#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/daemon.h"

static struct daemon daemon;

static int open_daemon(void **state)
{
    (void)state;
    daemon_open(&daemon, NULL);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

static void test_each_key_may_what_its_scope_says(void **state)
{
    (void)state;
    static const char list[] = "{\"list_type\":\"imdb\",\"list_id\":\"top\"}";

    assert_int_equal(daemon_status(&daemon, "GET", "/api/lists", NULL, NULL), 401);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/lists", daemon.read_key, NULL), 200);
    assert_int_equal(daemon_status(&daemon, "POST", "/api/lists", daemon.read_key, list), 403);
    assert_int_equal(daemon_status(&daemon, "POST", "/api/lists", daemon.sync_key, list), 200);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/users", daemon.sync_key, NULL), 403);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/users", daemon.admin_key, NULL), 200);
}

static void test_what_was_stored_is_there_after_a_stop_and_after_a_kill(void **state)
{
    (void)state;
    static const char list[] = "{\"list_type\":\"imdb\",\"list_id\":\"top\"}";

    assert_int_equal(daemon_status(&daemon, "POST", "/api/lists", daemon.sync_key, list), 200);
    for (int i = 0; i < 2; i++) {
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        if (i == 0)
            daemon_stop(&daemon);
        else
            daemon_kill(&daemon);
        daemon_start(&daemon);
        daemon_call(&daemon, "GET", "/api/lists", daemon.read_key, NULL, &answer);
        assert_int_equal(answer.status, 200);
        assert_non_null(strstr(buffer_string(&answer.body), "\"top\""));
    }
}

static void test_both_doors_answer_and_handles_are_given_back(void **state)
{
    (void)state;
    int handles = daemon_handles(&daemon);
    struct raw_http open[10];

    for (int i = 0; i < 10; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        raw_http_open(&open[i], i % 2 ? daemon.port : daemon.ui_port);
        raw_http_send(&open[i], "GET /api/system/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_true(raw_http_read(&open[i], &answer));
        assert_int_equal(answer.status, 200);
    }
    assert_true(daemon_connections(&daemon) >= 10);
    for (int i = 0; i < 10; i++)
        raw_http_close(&open[i]);
    daemon_assert_well(&daemon, handles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_key_may_what_its_scope_says, open_daemon,
                                        close_daemon),
        cmocka_unit_test_setup_teardown(test_what_was_stored_is_there_after_a_stop_and_after_a_kill,
                                        open_daemon, close_daemon),
        cmocka_unit_test_setup_teardown(test_both_doors_answer_and_handles_are_given_back,
                                        open_daemon, close_daemon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
