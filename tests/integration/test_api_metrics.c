/* Who may read the figures, and what the real service has counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/one_visitor.h"

static int status_of(const struct daemon *daemon, const char *key)
{
    return daemon_status(daemon, "GET", "/metrics", key, NULL);
}

static void assert_page_says(const char *line)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_FREE char *whole = memory_print("\n%s\n", line);

    daemon_call(&visitor.daemon, "GET", "/metrics", NULL, NULL, &answer);
    assert_int_equal(answer.status, 200);
    if (!strstr(buffer_string(&answer.body), whole))
        fail_msg("\"%s\" is not in:\n%s", line, buffer_string(&answer.body));
}

static void test_a_sync_is_counted_where_it_happens(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    assert_page_says("sync_operations_total{status=\"completed\"} 0");
    assert_page_says("listsync_lists{provider=\"stevenlu\",outcome=\"never\"} 1");
    visitor_sync(&visitor, NULL);
    assert_page_says("sync_operations_total{status=\"completed\"} 1");
    assert_page_says("sync_duration_seconds_count 1");
    assert_page_says("provider_requests_total{provider=\"stevenlu\",status=\"ok\"} 1");
    assert_page_says("provider_duration_seconds_count{provider=\"stevenlu\"} 1");
    assert_page_says("listsync_seerr_requests_total{kind=\"connect\",status=\"ok\"} 2");
    assert_page_says("listsync_seerr_up 1");
    assert_page_says("listsync_last_sync_succeeded 1");
    assert_page_says("listsync_lists{provider=\"stevenlu\",outcome=\"ok\"} 1");
    assert_page_says("listsync_database_up 1");
}

static void test_a_dry_run_is_no_sync(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, "{\"dry_run\":true}");
    assert_page_says("listsync_dry_runs_total{status=\"completed\"} 1");
    assert_page_says("sync_operations_total{status=\"completed\"} 0");
    assert_page_says("items_processed_total{provider=\"stevenlu\",status=\"would_be_synced\"} 0");
}

static void test_a_seerr_that_refuses_is_down(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    sim_tell(&visitor.daemon.world.sim, "/sim/config", "{\"key\":\"another\"}");
    visitor_sync(&visitor, NULL);
    assert_page_says("listsync_seerr_up 0");
    assert_page_says("listsync_last_sync_succeeded 0");
    assert_page_says("sync_operations_total{status=\"failed\"} 1");
    assert_page_says("listsync_seerr_requests_total{kind=\"connect\",status=\"refused\"} 1");
}

static void test_the_page_is_for_all_or_for_keys_or_for_nobody(void **state)
{
    static const struct {
        const char *setting;
        int nobody, wrong, reader;
    } cases[] = {
        {"LISTSYNC_METRICS=open", 200, 200, 200},
        {"LISTSYNC_METRICS=login", 401, 401, 200},
        {"LISTSYNC_METRICS=off", 404, 404, 404},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *const environment[] = {cases[i].setting, NULL};
        struct daemon daemon;
        daemon_open(&daemon, environment);
        assert_int_equal(status_of(&daemon, NULL), cases[i].nobody);
        assert_int_equal(status_of(&daemon, "lsk_wrong"), cases[i].wrong);
        assert_int_equal(status_of(&daemon, daemon.read_key), cases[i].reader);
        daemon_close(&daemon);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_a_sync_is_counted_where_it_happens),
        VISITED(test_a_dry_run_is_no_sync),
        VISITED(test_a_seerr_that_refuses_is_down),
        cmocka_unit_test(test_the_page_is_for_all_or_for_keys_or_for_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
