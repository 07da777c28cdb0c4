/* How the real service says that it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/one_visitor.h"
#include "support/patience.h"

static bool is_null(const char *path)
{
    return json_value_is_null(visitor_value(&visitor, path));
}

/* The sensor's question, as it is asked: without a key. */
static void ask_health(void)
{
    daemon_answer_release(&visitor.last);
    daemon_call(&visitor.daemon, "GET", "/api/system/health", NULL, NULL, &visitor.last);
    assert_int_equal(visitor.last.status, 200);
}

static void test_health_answers_whoever_asks(void **state)
{
    (void)state;
    ask_health();
    assert_true(visitor_switch(&visitor, "database"));
    assert_true(visitor_switch(&visitor, "process"));
    assert_false(visitor_switch(&visitor, "running"));
    assert_string_equal(visitor_text(&visitor, "sync_status"), "unknown");
    assert_true(is_null("last_sync") && is_null("next_sync"));
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    struct patience patience = {0};
    do
        ask_health();
    while (is_null("last_sync") && patience_wait(&patience));
    assert_string_equal(visitor_text(&visitor, "sync_status"), "scheduled");
    assert_int_equal(strlen(visitor_text(&visitor, "last_sync")), strlen("2026-11-22T09:33:56Z"));
    assert_int_equal(strlen(visitor_text(&visitor, "next_sync")), strlen("2026-11-22T09:33:56Z"));
}

static void test_the_status_is_in_the_originals_shape(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/system/status");
    assert_true(visitor_switch(&visitor, "database.connected"));
    assert_true(visitor_switch(&visitor, "database.file_exists"));
    assert_true(visitor_number(&visitor, "database.file_size") > 0);
    assert_true(visitor_switch(&visitor, "process.running"));
    assert_true(visitor_number(&visitor, "process.processes.0.pid") > 0);
    assert_int_equal(visitor_number(&visitor, "sync.interval_hours"), 24);
    assert_true(visitor_switch(&visitor, "seerr_configured"));
    assert_string_equal(visitor_text(&visitor, "overall_health"), "healthy");
    assert_int_equal(visitor_count(&visitor, "warnings"), 0);
    ask(200, "GET", "/api/system/processes");
    assert_int_equal(visitor_count(&visitor, ""), 1);
    ask(200, "GET", "/api/system/logs");
    assert_non_null(visitor_text(&visitor, "last_sync_complete"));
    assert_int_equal(visitor_count(&visitor, "recent_errors"), 0);
    ask(200, "GET", "/api/system/database/test");
    assert_true(visitor_switch(&visitor, "connected"));
}

/* A run is in the history a moment before the log and the health know of it. */
static void wait_for_status(const char *counted, size_t count)
{
    struct patience patience = {0};
    do
        ask(200, "GET", "/api/system/status");
    while ((size_t)visitor_count(&visitor, counted) != count && patience_wait(&patience));
}

static void test_a_seerr_in_trouble_is_shown_until_it_answers_again(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    sim_tell(&visitor.daemon.world.sim, "/sim/config", "{\"key\":\"another\"}");
    visitor_sync(&visitor, NULL);
    assert_string_equal(visitor_text(&visitor, "run.state"), "failed");
    wait_for_status("logs.recent_errors", 1);
    wait_for_status("warnings", 1);
    assert_string_equal(visitor_text(&visitor, "overall_health"), "warning");
    assert_non_null(strstr(visitor_text(&visitor, "warnings.0"), "API key"));
    sim_tell(&visitor.daemon.world.sim, "/sim/config", "{\"key\":\"sim-key\"}");
    visitor_sync(&visitor, NULL);
    wait_for_status("warnings", 0);
}

static bool is_in_use(const char *host)
{
    const struct json_value *hosts = visitor_value(&visitor, "hosts");

    for (size_t i = 0; i < json_value_count(hosts); i++) {
        const struct json_value *each = json_value_at(hosts, i);
        if (strcmp(json_value_get_text(each, "host"), host) == 0)
            return json_value_is_true(json_value_get(each, "in_use"));
    }
    fail_msg("%s is not among the hosts", host);
    return false;
}

static void test_every_host_that_may_be_asked_is_said(void **state)
{
    (void)state;
    ask(200, "GET", "/api/about");
    assert_true(is_in_use("127.0.0.1"));
    assert_false(is_in_use("popular-movies-data.stevenlu.com"));
    assert_true(visitor_number(&visitor, "database_bytes") > 0);
    assert_non_null(visitor_text(&visitor, "data_directory"));
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    send(200, "POST", "/api/lists",
         "{'list_type':'custom','list_id':'https://lists.example/a.json'}");
    ask(200, "GET", "/api/about");
    assert_true(is_in_use("popular-movies-data.stevenlu.com"));
    assert_true(is_in_use("lists.example"));
    assert_false(is_in_use("api.trakt.tv"));
}

static void test_the_time_is_that_of_the_zone(void **state)
{
    (void)state;
    send(200, "PUT", "/api/settings", "{'settings':{'TZ':'Asia/Kolkata'}}");
    ask(200, "GET", "/api/system/time");
    assert_string_equal(visitor_text(&visitor, "timezone.name"), "Asia/Kolkata");
    assert_string_equal(visitor_text(&visitor, "timezone.utc_offset"), "+0530");
    assert_string_equal(visitor_text(&visitor, "timezone.abbreviation"), "IST");
    assert_non_null(strstr(visitor_text(&visitor, "current_time"), "+05:30"));
    assert_true(json_value_number(visitor_value(&visitor, "timestamp")) > 1.7e9);
    assert_non_null(strstr(visitor_text(&visitor, "formatted.full"), " IST"));
    ask(200, "GET", "/api/timezone/current");
    assert_string_equal(visitor_text(&visitor, "timezone.timezone_name"), "Asia/Kolkata");
    send(200, "POST", "/api/timezone/validate", "{'timezone':'Mars/Phobos'}");
    assert_false(visitor_switch(&visitor, "valid"));
    assert_true(is_null("normalized"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_health_answers_whoever_asks),
        VISITED(test_the_status_is_in_the_originals_shape),
        VISITED(test_a_seerr_in_trouble_is_shown_until_it_answers_again),
        VISITED(test_every_host_that_may_be_asked_is_said),
        VISITED(test_the_time_is_that_of_the_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
