/* The schedule over the API of the real service: nothing begins that nobody expects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/one_visitor.h"
#include "support/patience.h"

static int open_with_list(void **state)
{
    (void)state;
    visitor_open(&visitor, (const char *[]){"STEVENLU_LISTS=stevenlu", NULL});
    return 0;
}

/* The time at `path` of the last answer, "2026-11-22T09:33:56Z"; 0 for null. */
static int64_t time_at(const char *path)
{
    const char *text = visitor_text(&visitor, path);
    char stored[32] = "";

    if (!text)
        return 0;
    assert_int_equal(strlen(text), 20);
    memcpy(stored, text, 19);
    stored[10] = ' ';
    return clock_parse_utc(stored);
}

static void assert_hours_from_now(int64_t at, double hours)
{
    int64_t off = at - clock_wall_ms() - (int64_t)(hours * 3600000);

    if (off < -60000 || off > 1000)
        fail_msg("%lld ms beside %g hours from now", (long long)off, hours);
}

static void test_the_first_list_is_not_synced_before_an_interval_has_passed(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    assert_hours_from_now(time_at("list.next_sync"), 24);
    ask(200, "GET", "/api/schedule");
    int64_t next = time_at("next_sync");
    assert_hours_from_now(next, 24);
    assert_true(visitor_switch(&visitor, "enabled"));
    visitor_sync(&visitor, "{\"dry_run\":true}");
    daemon_stop(&visitor.daemon);
    daemon_start(&visitor.daemon);
    ask(200, "GET", "/api/system/health");
    assert_string_equal(visitor_text(&visitor, "sync_status"), "unknown");
    assert_int_equal(time_at("next_sync"), next);
    ask(200, "GET", "/api/runs?dry_run=false");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
    assert_int_equal(visitor_requests(&visitor), 0);
}

static void test_lists_of_the_environment_are_synced_after_the_start(void **state)
{
    (void)state;
    struct patience patience = {0};
    do
        ask(200, "GET", "/api/runs?state=completed");
    while (!visitor_number(&visitor, "total") && patience_wait(&patience));
    assert_string_equal(visitor_text(&visitor, "runs.0.trigger"), "schedule");
    assert_string_equal(visitor_text(&visitor, "runs.0.mode"), "full");
    assert_int_equal(visitor_requests(&visitor), 15);
    do
        ask(200, "GET", "/api/system/health");
    while (!time_at("last_sync") && patience_wait(&patience));
    assert_string_equal(visitor_text(&visitor, "sync_status"), "scheduled");
    assert_hours_from_now(time_at("next_sync"), 24);
}

static void test_the_interval_holds_at_once(void **state)
{
    (void)state;
    ask(200, "GET", "/api/sync-interval");
    assert_string_equal(visitor_text(&visitor, "source"), "environment_initialized");
    assert_int_equal(visitor_number(&visitor, "interval_hours"), 24);
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    send(200, "PUT", "/api/sync-interval", "{'interval_hours':6}");
    assert_string_equal(visitor_text(&visitor, "message"), "Sync interval updated to 6 hours");
    assert_string_equal(visitor_text(&visitor, "source"), "database");
    ask(200, "GET", "/api/schedule");
    assert_string_equal(visitor_text(&visitor, "in_words"), "every 6 hours");
    assert_hours_from_now(time_at("next_sync"), 6);
    send(422, "PUT", "/api/sync-interval", "{'interval_hours':0.05}");
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "interval_hours");
    send(422, "PUT", "/api/sync-interval", "{'interval_hours':-1}");
    send(200, "PUT", "/api/sync-interval", "{'interval_hours':0}");
    ask(200, "GET", "/api/schedule");
    assert_false(visitor_switch(&visitor, "enabled"));
    assert_true(json_value_is_null(visitor_value(&visitor, "next_sync")));
    ask(200, "POST", "/api/sync-interval/sync-from-env");
    assert_int_equal(visitor_number(&visitor, "interval_hours"), 24);
    ask(200, "GET", "/api/schedule");
    assert_hours_from_now(time_at("next_sync"), 24);
}

static void test_a_text_goes_before_the_interval_and_a_list_may_have_its_own(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    send(200, "PUT", "/api/settings",
         "{'settings':{'SYNC_SCHEDULE':'0 4 * * *','TZ':'Europe/Berlin'}}");
    ask(200, "GET", "/api/schedule");
    assert_string_equal(visitor_text(&visitor, "in_words"), "every day at 04:00");
    assert_string_equal(visitor_text(&visitor, "timezone"), "Europe/Berlin");
    int64_t global = time_at("next_sync");
    ask(200, "GET", "/api/schedule/preview?schedule=0+4+*+*+*&count=2");
    assert_int_equal(time_at("times.0"), global);
    assert_int_equal(visitor_count(&visitor, "times"), 2);
    send(200, "PUT", "/api/lists/1", "{'schedule':'30 5 * * *'}");
    int64_t own = time_at("next_sync");
    assert_true(own && own != global);
    ask(200, "GET", "/api/schedule");
    assert_int_equal(time_at("next_sync"), 0); /* nothing is left for it */
    visitor_add_list(&visitor, "imdb:top");
    ask(200, "GET", "/api/lists");
    assert_int_equal(time_at("lists.0.next_sync"), own);
    assert_int_equal(time_at("lists.1.next_sync"), global);
}

static void test_a_pause_is_kept_and_ended(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    send(200, "PUT", "/api/schedule/pause", "{'paused':true}");
    assert_true(visitor_switch(&visitor, "paused"));
    assert_int_equal(time_at("paused_until"), 0);
    assert_int_equal(time_at("next_sync"), 0);
    daemon_stop(&visitor.daemon);
    daemon_start(&visitor.daemon);
    ask(200, "GET", "/api/schedule");
    assert_true(visitor_switch(&visitor, "paused"));
    send(200, "PUT", "/api/schedule/pause", "{'paused':true,'hours':48}");
    assert_hours_from_now(time_at("paused_until"), 48);
    assert_int_equal(time_at("next_sync"), time_at("paused_until"));
    send(200, "PUT", "/api/schedule/pause", "{'paused':false}");
    assert_false(visitor_switch(&visitor, "paused"));
    assert_hours_from_now(time_at("next_sync"), 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_the_first_list_is_not_synced_before_an_interval_has_passed),
        cmocka_unit_test_setup_teardown(test_lists_of_the_environment_are_synced_after_the_start,
                                        open_with_list, one_visitor_close),
        VISITED(test_the_interval_holds_at_once),
        VISITED(test_a_text_goes_before_the_interval_and_a_list_may_have_its_own),
        VISITED(test_a_pause_is_kept_and_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
