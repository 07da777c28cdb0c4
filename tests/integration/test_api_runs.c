/* Runs and figures over the API of the real service: ours, and those in the original's shapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/one_visitor.h"
#include "support/patience.h"

static int open_visitor(void **state)
{
    (void)state;
    visitor_open(&visitor, NULL);
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    return 0;
}

static void test_runs_come_in_pages_newest_first(void **state)
{
    (void)state;
    visitor_sync(&visitor, "{\"dry_run\":true}");
    visitor_sync(&visitor, NULL);
    visitor_sync(&visitor, "{\"list_type\":\"stevenlu\",\"list_id\":\"stevenlu\"}");
    ask(200, "GET", "/api/runs?limit=2");
    assert_int_equal(visitor_count(&visitor, "runs"), 2);
    assert_int_equal(visitor_number(&visitor, "total"), 3);
    assert_int_equal(visitor_number(&visitor, "runs.0.id"), 3);
    assert_string_equal(visitor_text(&visitor, "runs.0.requested_by"), "anna (key test admin)");
    assert_int_equal(visitor_number(&visitor, "next_before"), 2);
    ask(200, "GET", "/api/runs?limit=2&before=2");
    assert_int_equal(visitor_number(&visitor, "runs.0.id"), 1);
    assert_true(json_value_is_null(visitor_value(&visitor, "next_before")));
    ask(200, "GET", "/api/runs?limit=3");
    assert_true(json_value_is_null(visitor_value(&visitor, "next_before")));
    ask(200, "GET", "/api/runs?mode=single");
    assert_int_equal(visitor_number(&visitor, "total"), 1);
    ask(200, "GET", "/api/runs?dry_run=true");
    assert_int_equal(visitor_number(&visitor, "runs.0.id"), 1);
    ask(200, "GET", "/api/runs?since=2031-01-01");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
    ask(200, "GET", "/api/runs?until=2031-01-01T00:00:00Z&list=1");
    assert_int_equal(visitor_number(&visitor, "total"), 3);
    ask(422, "GET", "/api/runs?since=yesterday");
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "since");
}

static void test_a_run_tells_what_it_decided_and_what_it_changed(void **state)
{
    (void)state;
    visitor_sync(&visitor, NULL);
    assert_int_equal(visitor_number(&visitor, "decisions.request"), 15);
    assert_int_equal(visitor_number(&visitor, "statuses.requested"), 15);
    assert_string_equal(visitor_text(&visitor, "lists.0.outcome"), "ok");
    visitor_sync(&visitor, NULL);
    assert_string_equal(visitor_text(&visitor, "lists.0.outcome"), "unchanged");
    ask(200, "GET", "/api/runs/1/items?limit=10");
    assert_int_equal(visitor_count(&visitor, "items"), 10);
    assert_string_equal(visitor_text(&visitor, "items.0.status_before"), "");
    assert_true(visitor_number(&visitor, "items.0.request_id") > 0);
    AUTO_FREE char *rest = memory_print("/api/runs/1/items?limit=10&after=%lld",
                                        (long long)visitor_number(&visitor, "next_after"));
    ask(200, "GET", rest);
    assert_int_equal(visitor_count(&visitor, "items"), 5);
    assert_true(json_value_is_null(visitor_value(&visitor, "next_after")));
    ask(200, "GET", "/api/runs/2/items?status=requested");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
    ask(404, "GET", "/api/runs/9/items");
    assert_string_equal(visitor_text(&visitor, "code"), "run_not_found");
}

static void test_the_originals_history_has_its_shape(void **state)
{
    (void)state;
    visitor_sync(&visitor, "{\"dry_run\":true}");
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/sync-history");
    assert_int_equal(visitor_number(&visitor, "total"), 1);
    assert_string_equal(visitor_text(&visitor, "sessions.0.id"), "2");
    assert_string_equal(visitor_text(&visitor, "sessions.0.type"), "full");
    assert_string_equal(visitor_text(&visitor, "sessions.0.lists.0.type"), "stevenlu");
    assert_non_null(strstr(visitor_text(&visitor, "sessions.0.lists.0.url"), "://"));
    assert_int_equal(visitor_number(&visitor, "sessions.0.results.requested"), 15);
    assert_int_equal(visitor_number(&visitor, "sessions.0.results.error"), 0);
    assert_int_equal(visitor_count(&visitor, "sessions.0.items"), 0);
    ask(200, "GET", "/api/sync-history/2");
    assert_int_equal(visitor_count(&visitor, "items"), 15);
    assert_string_equal(visitor_text(&visitor, "items.0.status"), "requested");
    assert_int_equal(visitor_number(&visitor, "items.14.progress_number"), 15);
    ask(200, "GET", "/api/sync-history?offset=1&type=full");
    assert_int_equal(visitor_count(&visitor, "sessions"), 0);
    ask(422, "GET", "/api/sync-history?limit=101");
}

static void test_figures_are_those_of_the_runs(void **state)
{
    (void)state;
    ask(200, "GET", "/api/analytics/overview");
    assert_string_equal(visitor_text(&visitor, "last_sync_time"), "");
    visitor_sync(&visitor, "{\"dry_run\":true}");
    visitor_sync(&visitor, NULL);
    do /* it is over a moment before it is put away */
        ask(200, "GET", "/api/analytics/overview?time_range=1h");
    while (visitor_switch(&visitor, "active_sync"));
    assert_int_equal(visitor_number(&visitor, "total_items"), 15);
    assert_int_equal(visitor_number(&visitor, "items_requested"), 15);
    assert_int_equal(visitor_number(&visitor, "total_sync_operations"), 1);
    assert_int_equal(visitor_number(&visitor, "total_errors"), 0);
    assert_true(json_value_number(visitor_value(&visitor, "success_rate")) > 99.9);
    assert_true(json_value_is_number(visitor_value(&visitor, "avg_processing_time")));
    assert_int_equal(strlen(visitor_text(&visitor, "last_sync_time")), 20);
    ask(200, "GET", "/api/analytics/media-additions");
    assert_int_equal(visitor_count(&visitor, ""), 1);
    assert_int_equal(visitor_number(&visitor, "0.count"), 15);
    assert_string_equal(visitor_text(&visitor, "0.type"), "movie");
    assert_string_equal(visitor_text(&visitor, "0.source"), "stevenlu");
    assert_int_equal(strlen(visitor_text(&visitor, "0.timestamp")), strlen("2026-11-22T09:00"));
    ask(200, "GET", "/api/analytics/source-distribution?time_range=30d");
    assert_string_equal(visitor_text(&visitor, "0.source"), "stevenlu");
    assert_int_equal(visitor_number(&visitor, "0.items_found"), 15);
    assert_true(visitor_number(&visitor, "0.total_pages") > 0);
    ask(422, "GET", "/api/analytics/overview?time_range=2h");
}

static void test_figures_of_all_items_are_those_of_the_last_word(void **state)
{
    (void)state;
    visitor_sync(&visitor, NULL);
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/analytics/statuses");
    assert_int_equal(visitor_number(&visitor, "total"), 15);
    ask(200, "GET", "/api/stats/sync");
    assert_int_equal(visitor_number(&visitor, "total_processed"), 15);
    assert_int_equal(visitor_number(&visitor, "successful_items"), 15);
    assert_int_equal(visitor_number(&visitor, "total_requested"), 15);
    ask(200, "GET", "/api/activity/recent?limit=10&page=2");
    assert_int_equal(visitor_count(&visitor, "items"), 5);
    assert_string_equal(visitor_text(&visitor, "items.0.status"), "requested");
    assert_int_equal(visitor_number(&visitor, "items.0.position"), 11);
    assert_int_equal(visitor_number(&visitor, "items.0.total"), 15);
    assert_false(visitor_switch(&visitor, "has_next"));
    assert_true(visitor_switch(&visitor, "has_prev"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_visitor, one_visitor_close)

static void wait_until_thinned(const char *run)
{
    struct patience patience = {0};

    do
        ask(200, "GET", run);
    while (json_value_is_null(visitor_value(&visitor, "run.thinned_at")) &&
           patience_wait(&patience));
    assert_non_null(visitor_text(&visitor, "run.thinned_at"));
}

static void expect_items(const char *items, int64_t total, bool thinned)
{
    ask(200, "GET", items);
    assert_int_equal(visitor_number(&visitor, "total"), total);
    assert_int_equal(visitor_switch(&visitor, "thinned"), thinned);
}

/* The service does so by itself, after a run and when the setting changes. */
static void test_an_old_run_is_summarised_and_says_since_when(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/runs/3");
    assert_true(json_value_is_null(visitor_value(&visitor, "run.thinned_at")));
    visitor_ask(&visitor, 200, "PUT", "/api/settings", "{\"settings\":{\"HISTORY_RUNS\":1}}");
    wait_until_thinned("/api/runs/3");
    assert_int_equal(visitor_number(&visitor, "statuses.already_requested"), 15);
    expect_items("/api/runs/1/items", 15, false); /* its requests */
    expect_items("/api/runs/2/items", 15, false); /* to it they were new */
    expect_items("/api/runs/3/items", 0, true);
    assert_non_null(visitor_text(&visitor, "thinned_at"));
    expect_items("/api/runs/4/items", 15, false);
    visitor_sync(&visitor, NULL);
    wait_until_thinned("/api/runs/4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_runs_come_in_pages_newest_first),
        TEST(test_a_run_tells_what_it_decided_and_what_it_changed),
        TEST(test_the_originals_history_has_its_shape),
        TEST(test_figures_are_those_of_the_runs),
        TEST(test_figures_of_all_items_are_those_of_the_last_word),
        TEST(test_an_old_run_is_summarised_and_says_since_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
