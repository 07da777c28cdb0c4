/* Syncs over the API of the real service: what is asked for, in all the ways that scripts know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/runs.h"
#include "support/one_visitor.h"
#include "support/patience.h"

static int open_with_many_titles(void **state)
{
    (void)state;
    visitor_open_with(&visitor, NULL, (const char *[]){"--titles", "700", NULL});
    return 0;
}

/* Nothing but orders makes a promise of the ledger weaker. */
static int close_visitor(void **state)
{
    (void)state;
    assert_int_equal(sim_counter(&visitor.daemon.world.sim, "duplicate_requests"), 0);
    visitor_close(&visitor);
    return 0;
}

static void trigger(int status, const char *body)
{
    visitor_send(&visitor, status, "POST", "/api/sync/trigger", "%s", body);
}

static void tell_sim(const char *path, const char *body)
{
    sim_tell(&visitor.daemon.world.sim, path, body);
}

/* ---- as the scripts that people have send it ---- */

/* curl -X POST -H 'X-Api-Key: ...' http://listsync:4222/api/sync/trigger: no body, no type. */
static void test_home_assistant_triggers_a_sync_and_reads_its_sensor(void **state)
{
    (void)state;
    AUTO_FREE char *headers =
        memory_print("X-Api-Key: %s\r\nAccept: */*\r\n", visitor.daemon.sync_key);
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    visitor_add_list(&visitor, "stevenlu:stevenlu");
    daemon_call_with(&visitor.daemon, "POST", "/api/sync/trigger", headers, NULL, &answer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(json_value_get_text(answer.document, "sync_type"), "all");
    assert_string_equal(json_value_get_text(answer.document, "message"),
                        "Manual all sync triggered successfully for 1 process(es)");
    assert_true(json_value_is_null(json_value_get(answer.document, "target_list")));
    assert_int_equal(json_value_count(json_value_get(answer.document, "signals_sent")), 1);
    assert_string_equal(json_value_get_text(answer.document, "method"), "signal_only");
    visitor_wait(&visitor, json_value_get_integer(answer.document, "run_id"));
    assert_int_equal(visitor_requests(&visitor), 15);
    /* The schedule hears of the run's end a moment after the database. */
    struct patience patience = {0};
    do
        ask(200, "GET", "/api/system/health");
    while (!strcmp(visitor_text(&visitor, "sync_status"), "unknown") && patience_wait(&patience));
    assert_string_equal(visitor_text(&visitor, "sync_status"), "scheduled");
}

/* requests.post(..., json={'custom_list': media_items}), imdb_id a guid or None. */
static void test_plex_sends_its_watchlist(void **state)
{
    (void)state;
    trigger(200, "{'custom_list': [{'title': 'The Matrix', 'year': 1999, 'media_type': 'movie', "
                 "'imdb_id': null}, {'title': '12 Angry Men', 'year': 1957, 'media_type': 'movie', "
                 "'imdb_id': 'imdb://tt0050083'}, {'title': '1917', 'year': 2019, 'media_type': "
                 "'movie', 'imdb_id': 'com.plexapp.agents.imdb://tt8579674?lang=en'}, "
                 "{'title': 'No Such Film At All', 'year': 2001, 'media_type': 'movie', "
                 "'imdb_id': null}]}");
    assert_string_equal(visitor_text(&visitor, "sync_type"), "single");
    visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
    assert_string_equal(visitor_text(&visitor, "run.state"), "completed");
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 3);
    assert_int_equal(visitor_number(&visitor, "run.items_unmatched"), 1);
    assert_int_equal(visitor_requests(&visitor), 3);
    ask(200, "GET", "/api/lists");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
    trigger(422, "{'custom_list': []}");
    trigger(422, "{'custom_list': [{'year': 1999}]}");
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "custom_list");
    trigger(422, "{'custom_list': [{'title': 'X', 'media_type': 'song'}]}");
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "custom_list[0].media_type");
}

static const char *const singles[] = {
    "{'list_type':'imdb','list_id':'ls000000001'}",
    "{'type':'single','list':{'list_type':'imdb','list_id':'ls000000001'}}",
    ("{'list_type':'imdb','list_id':'https://www.imdb.com/list/ls000000001/','force':true,"
     "'notify':false}"),
};

static void test_one_list_is_named_in_both_of_the_originals_forms(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "imdb:ls000000001");
    visitor_add_list(&visitor, "imdb:top");
    for (size_t i = 0; i < ARRAY_LENGTH(singles); i++) {
        visitor_send(&visitor, 200, "POST", i ? "/api/sync/single" : "/api/sync/trigger", "%s",
                     singles[i]);
        assert_string_equal(visitor_text(&visitor, "sync_type"), "single");
        assert_string_equal(visitor_text(&visitor, "target_list.list_type"), "imdb");
        assert_string_equal(visitor_text(&visitor, "target_list.list_id"), "ls000000001");
        assert_string_equal(visitor_text(&visitor, "message"),
                            "Manual single sync triggered successfully for 1 process(es)");
        visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
        assert_int_equal(visitor_count(&visitor, "lists"), 1);
    }
    trigger(200, "{'type':'all'}");
    assert_string_equal(visitor_text(&visitor, "sync_type"), "all");
    visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
    assert_int_equal(visitor_count(&visitor, "lists"), 2);
}

/* What is wrong, by the field that is blamed; none of them begins anything. */
static const struct {
    int status;
    const char *body, *field;
} wrong_orders[] = {
    {422, "{'list_type':'imdb'}", "list_id"},
    {422, "{'list_id':'top'}", "list_type"},
    {422, "{'list_type':'imdb','list_id':'nothing of ours'}", "list_id"},
    {404, "{'list_type':'imdb','list_id':'ls000999999'}", NULL},
    {422, "{'type':'single'}", "list"},
    {422, "{'type':'all','list_type':'imdb','list_id':'top'}", "type"},
    {422, "{'type':'all','list':{'list_type':'imdb','list_id':'top'}}", "type"},
    {422, "{'lists':[1],'list_type':'imdb','list_id':'top'}", "lists"},
    {422, "{'lists':[1],'plan_of':1}", "plan_of"},
    {422, "{'items':[1],'except':[2]}", "except"},
    {422, "{'except':[2]}", "except"},
    {422, "{'lists':[]}", "lists"},
    {404, "{'lists':[1,99]}", NULL},
    {422, "{'items':[]}", "items"},
    {404, "{'items':[99]}", NULL},
    {404, "{'plan_of':99}", NULL},
    {422, "{'custom_list':null}", "custom_list"},
    {422, "{'dryrun':true}", "dryrun"},
    {422, "{'dry_run':'yes'}", "dry_run"},
    {422, "[]", ""},
};

static void test_an_order_that_is_not_clear_begins_nothing(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "imdb:top");
    for (size_t i = 0; i < ARRAY_LENGTH(wrong_orders); i++) {
        trigger(wrong_orders[i].status, wrong_orders[i].body);
        if (wrong_orders[i].field && *wrong_orders[i].field)
            assert_string_equal(visitor_text(&visitor, "errors.0.field"), wrong_orders[i].field);
    }
    visitor_send(&visitor, 422, "POST", "/api/sync/single", "{}");
    ask(200, "GET", "/api/runs");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
}

static void test_lists_of_two_qualities_are_two_runs_and_both_are_named(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    send(200, "POST", "/api/lists", "{'list_id':'imdb:ls000000001','quality':'4k','user_id':'5'}");
    trigger(200, "{'dry_run':true}");
    assert_int_equal(visitor_count(&visitor, "run_ids"), 2);
    int64_t first = visitor_number(&visitor, "run_ids.0");
    int64_t second = visitor_number(&visitor, "run_ids.1");
    assert_int_equal(visitor_number(&visitor, "run_id"), first);
    visitor_wait(&visitor, first);
    assert_string_equal(visitor_text(&visitor, "run.quality"), "hd");
    visitor_wait(&visitor, second);
    assert_string_equal(visitor_text(&visitor, "run.quality"), "4k");
    assert_int_equal(visitor_requests(&visitor), 0);
    trigger(200, "{'list_type':'imdb','list_id':'ls000000001'}");
    assert_int_equal(visitor_count(&visitor, "run_ids"), 1);
}

/* ---- plans ---- */

static int64_t planned(int64_t run)
{
    AUTO_FREE char *target =
        memory_print("/api/runs/%lld/items?status=would_be_synced&limit=1", (long long)run);

    ask(200, "GET", target);
    return visitor_number(&visitor, "total");
}

static void approve(int status, int64_t run)
{
    visitor_send(&visitor, status, "POST", "/api/sync/trigger", "{'plan_of':%lld}", (long long)run);
    if (status == 200)
        visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
}

static void test_of_a_plan_exactly_that_is_requested_whatever_the_source_did_since(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    send(200, "POST", "/api/lists/preview", "{'list_id':'stevenlu:stevenlu'}");
    AUTO_FREE char *shorter = memory_print(
        "{\"source\":\"stevenlu\",\"id\":\"movies.json\",\"drop\":[\"%s\",\"%s\"]}",
        visitor_text(&visitor, "items.3.imdb_id"), visitor_text(&visitor, "items.9.imdb_id"));
    tell_sim("/sim/list", shorter);
    int64_t dry = visitor_sync(&visitor, "{\"dry_run\":true}");
    int64_t plan = planned(dry);
    tell_sim("/sim/reset", NULL); /* the list holds them again */
    assert_int_equal(planned(visitor_sync(&visitor, "{\"dry_run\":true}")), plan + 2);
    approve(200, dry);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), plan);
    assert_int_equal(visitor_requests(&visitor), plan);
    approve(200, dry); /* once more: there already */
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 0);
}

/* The rows of that page that are unticked: "1,2,3". */
static const char *first_planned(int64_t run, int count, char *text, size_t size)
{
    AUTO_FREE char *target =
        memory_print("/api/runs/%lld/items?group=new&limit=%d", (long long)run, count);

    ask(200, "GET", target);
    *text = '\0';
    for (int i = 0; i < count; i++) {
        AUTO_FREE char *path = memory_print("items.%d.id", i);
        size_t length = strlen(text);
        snprintf(text + length, size - length, "%s%lld", i ? "," : "",
                 (long long)visitor_number(&visitor, path));
    }
    return text;
}

static void test_a_list_tells_what_each_run_requested_of_it(void **state)
{
    (void)state;
    int64_t list = visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    int64_t requested = visitor_number(&visitor, "run.items_requested");
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *target = memory_print("/api/lists/%lld/runs", (long long)list);
    ask(200, "GET", target);
    assert_int_equal(visitor_number(&visitor, "total"), 2);
    assert_int_equal(visitor_number(&visitor, "runs.0.requested"), 0);
    assert_int_equal(visitor_number(&visitor, "runs.1.requested"), requested);
    assert_string_equal(visitor_text(&visitor, "runs.1.outcome"), "ok");
}

static void test_of_a_plan_what_is_unticked_is_not_requested(void **state)
{
    char unticked[64];

    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    int64_t dry = visitor_sync(&visitor, "{\"dry_run\":true}");
    int64_t plan = planned(dry);
    assert_true(plan > 5);
    first_planned(dry, 3, unticked, sizeof(unticked));
    send(200, "POST", "/api/sync/trigger", "{'plan_of':%lld,'except':[%s]}", (long long)dry,
         unticked);
    visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), plan - 3);
    assert_int_equal(visitor_number(&visitor, "run.groups.new"), plan - 3);
    assert_int_equal(visitor_requests(&visitor), plan - 3);
    AUTO_FREE char *all = memory_text("1");
    for (int id = 2; id <= 60; id++) {
        AUTO_FREE char *shorter = all;
        all = memory_print("%s,%d", shorter, id);
    }
    send(409, "POST", "/api/sync/trigger", "{'plan_of':%lld,'except':[%s]}", (long long)dry, all);
    assert_string_equal(visitor_text(&visitor, "code"), "nothing_planned");
}

static void test_a_plan_of_one_quality_is_not_requested_in_the_other(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    send(200, "POST", "/api/lists",
         "{'list_id':'imdb:ls000000004','quality':'4k','user_id':'5'}"); /* holds them all */
    trigger(200, "{'dry_run':true}");
    int64_t hd = visitor_number(&visitor, "run_ids.0");
    visitor_wait(&visitor, visitor_number(&visitor, "run_ids.1"));
    int64_t plan = planned(hd);
    send(200, "POST", "/api/sync/trigger", "{'plan_of':%lld}", (long long)hd);
    assert_int_equal(visitor_count(&visitor, "run_ids"), 1);
    visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
    assert_string_equal(visitor_text(&visitor, "run.quality"), "hd");
    assert_int_equal(visitor_requests(&visitor), plan);
}

static void test_a_long_plan_is_approved_whole(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "mdblist:bench/films-620");
    int64_t dry = visitor_sync(&visitor, "{\"dry_run\":true}");
    int64_t plan = planned(dry);
    assert_true(plan > 500);
    approve(200, dry);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), plan);
    assert_int_equal(visitor_requests(&visitor), plan);
}

static void test_what_is_no_plan_is_not_approved(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    int64_t dry = visitor_sync(&visitor, "{\"dry_run\":true}");
    int64_t real = visitor_sync(&visitor, NULL);
    int64_t nothing_new = visitor_sync(&visitor, "{\"dry_run\":true}");
    approve(409, real);
    assert_string_equal(visitor_text(&visitor, "code"), "no_plan");
    approve(409, nothing_new);
    assert_string_equal(visitor_text(&visitor, "code"), "nothing_planned");
    ask(200, "DELETE", "/api/lists/1");
    approve(409, dry);
    assert_string_equal(visitor_text(&visitor, "code"), "on_no_list");
}

static void test_a_plan_is_kept_though_many_runs_came_after_it(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    int64_t dry = visitor_sync(&visitor, "{\"dry_run\":true}");
    for (int i = 0; i < 20 + 1; i++)
        visitor_sync(&visitor, "{\"dry_run\":true}");
    approve(200, dry);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 15);
}

/* ---- the queue ---- */

/* Seerr does not answer, so that a run is under way for as long as the test wants. */
static int64_t begin_long_run(void)
{
    tell_sim("/sim/faults", "{\"match\":\"GET /api/v1/settings/public\",\"nth\":1,"
                            "\"action\":\"hang\"}");
    ask(200, "POST", "/api/sync/trigger");
    int64_t run = visitor_number(&visitor, "run_id");
    struct patience patience = {0};
    do
        ask(200, "GET", "/api/sync/status/live");
    while (!visitor_switch(&visitor, "is_running") && patience_wait(&patience));
    return run;
}

static void test_a_run_is_cancelled_while_it_runs_while_it_waits_and_not_after(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    ask(200, "POST", "/api/sync/current/cancel");
    assert_false(visitor_switch(&visitor, "success"));
    assert_string_equal(visitor_text(&visitor, "message"), "No sync is currently running");
    ask(404, "POST", "/api/sync/99/cancel");
    ask(422, "POST", "/api/sync/mine/cancel");

    int64_t run = begin_long_run();
    assert_string_equal(visitor_text(&visitor, "status"), "running_full");
    trigger(200, "{'dry_run':true}");
    int64_t waiting = visitor_number(&visitor, "run_id");
    assert_false(visitor_switch(&visitor, "already_queued"));
    trigger(200, "{'dry_run':true}");
    assert_int_equal(visitor_number(&visitor, "run_id"), waiting);
    assert_true(visitor_switch(&visitor, "already_queued"));
    ask(200, "GET", "/api/sync/status");
    assert_true(visitor_switch(&visitor, "running"));
    assert_int_equal(visitor_number(&visitor, "run.id"), run);
    assert_int_equal(visitor_count(&visitor, "queued"), 1);
    assert_int_equal(visitor_number(&visitor, "queued.0.id"), waiting);
    assert_true(json_value_is_null(visitor_value(&visitor, "last_run")));

    AUTO_FREE char *second = memory_print("/api/sync/%lld/cancel", (long long)waiting);
    ask(200, "POST", second);
    visitor_wait(&visitor, waiting);
    assert_string_equal(visitor_text(&visitor, "run.state"), "cancelled");
    ask(200, "POST", "/api/sync/current/cancel");
    assert_true(visitor_switch(&visitor, "success"));
    visitor_wait(&visitor, run);
    assert_string_equal(visitor_text(&visitor, "run.state"), "cancelled");
    ask(409, "POST", second);
    assert_string_equal(visitor_text(&visitor, "code"), "run_ended");
    ask(200, "GET", "/api/sync/status");
    assert_int_equal(visitor_number(&visitor, "last_run.id"), waiting);
}

/* ---- taking back ---- */

static void start_undo(struct raw_http *stream, int64_t run)
{
    raw_http_open(stream, visitor.daemon.port);
    raw_http_send(stream,
                  "POST /api/runs/%lld/undo HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: %s\r\n"
                  "Content-Length: 0\r\n\r\n",
                  (long long)run, visitor.daemon.admin_key);
}

static void undo(int status, int64_t run)
{
    AUTO_FREE char *target = memory_print("/api/runs/%lld/undo", (long long)run);

    ask(status, "POST", target);
}

static void test_what_a_run_asked_for_is_taken_back_and_not_asked_for_again(void **state)
{
    (void)state;
    send(200, "POST", "/api/lists", "{'list_id':'stevenlu:stevenlu','user_id':'2'}");
    int64_t run = visitor_sync(&visitor, NULL);
    int64_t requested = visitor_number(&visitor, "run.items_requested");
    undo(200, run);
    assert_int_equal(visitor_number(&visitor, "withdrawn"), requested);
    assert_int_equal(visitor_count(&visitor, "requests"), requested);
    assert_string_equal(visitor_text(&visitor, "requests.0.outcome"), "withdrawn");
    visitor_wait(&visitor, run);
    assert_non_null(visitor_text(&visitor, "run.undone_at"));
    visitor_sync(&visitor, NULL);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 0);
    undo(200, run);
    assert_int_equal(visitor_number(&visitor, "withdrawn"), 0);
    undo(404, 99);
}

static void test_nothing_is_taken_back_while_a_run_is_under_way(void **state)
{
    (void)state;
    send(200, "POST", "/api/lists", "{'list_id':'stevenlu:stevenlu','user_id':'2'}");
    int64_t run = visitor_sync(&visitor, NULL);
    begin_long_run();
    undo(409, run);
    assert_string_equal(visitor_text(&visitor, "code"), "conflict");
    ask(200, "POST", "/api/sync/current/cancel");
}

/* It would go by what it knew before, and wait too long for a large one. */
static void test_nothing_is_taken_over_while_a_run_is_under_way(void **state)
{
    (void)state;
    AUTO_FREE char *headers = memory_print(
        "X-Api-Key: %s\r\nContent-Type: application/octet-stream\r\n", visitor.daemon.admin_key);
    AUTO_DAEMON_ANSWER struct daemon_answer sent = {0};

    visitor_add_list(&visitor, "stevenlu:stevenlu");
    daemon_call_with(&visitor.daemon, "PUT", "/api/import/upload", headers, "imdb:top\n", &sent);
    assert_int_equal(sent.status, 200);
    int64_t run = begin_long_run();
    send(409, "POST", "/api/import", "{'path':'upload','dry_run':true}");
    send(409, "POST", "/api/import", "{'path':'upload'}");
    assert_string_equal(visitor_text(&visitor, "code"), "conflict");
    ask(200, "POST", "/api/sync/current/cancel");
    visitor_wait(&visitor, run);
    send(200, "POST", "/api/import", "{'path':'upload'}"); /* what was sent is still there */
    assert_int_equal(visitor_number(&visitor, "taken_over"), 1);
}

static void test_a_run_that_is_ordered_during_an_undo_waits_for_its_end(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http stream;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    send(200, "POST", "/api/lists", "{'list_id':'stevenlu:stevenlu','user_id':'2'}");
    int64_t run = visitor_sync(&visitor, NULL);
    tell_sim("/sim/faults", "{\"match\":\"DELETE /api/v1/request\",\"nth\":1,\"action\":\"slow\","
                            "\"ms\":1500}");
    start_undo(&stream, run);
    struct patience patience = {0};
    while (sim_seerr_calls(&visitor.daemon.world.sim, "DELETE /api/v1/request/{requestId}") == 0)
        assert_true(patience_wait(&patience));
    ask(200, "POST", "/api/sync/trigger");
    int64_t next = visitor_number(&visitor, "run_id");
    ask(200, "GET", "/api/sync/status");
    assert_false(visitor_switch(&visitor, "running"));
    assert_int_equal(visitor_number(&visitor, "queued.0.id"), next);
    assert_true(raw_http_read(&stream, &answer));
    assert_int_equal(answer.status, 200);
    visitor_wait(&visitor, next);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 0);
}

static void test_an_undo_holds_up_no_stop_and_what_it_took_back_is_told(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http stream;
    struct patience patience = {0};

    send(200, "POST", "/api/lists", "{'list_id':'stevenlu:stevenlu','user_id':'2'}");
    int64_t run = visitor_sync(&visitor, NULL);
    tell_sim("/sim/faults", "{\"match\":\"DELETE /api/v1/request\",\"nth\":2,\"action\":\"slow\","
                            "\"ms\":60000}");
    start_undo(&stream, run);
    while (sim_seerr_calls(&visitor.daemon.world.sim, "DELETE /api/v1/request/{requestId}") < 2)
        assert_true(patience_wait(&patience));
    daemon_stop(&visitor.daemon); /* fails the test when it is late */
    daemon_start(&visitor.daemon);
    visitor_wait(&visitor, run);
    assert_non_null(visitor_text(&visitor, "run.undone_at"));
    ask(200, "GET", "/api/audit");
    assert_true(visitor_sees(&visitor, "run.undo"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, one_visitor_open, close_visitor)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_home_assistant_triggers_a_sync_and_reads_its_sensor),
        TEST(test_plex_sends_its_watchlist),
        TEST(test_one_list_is_named_in_both_of_the_originals_forms),
        TEST(test_an_order_that_is_not_clear_begins_nothing),
        TEST(test_lists_of_two_qualities_are_two_runs_and_both_are_named),
        TEST(test_of_a_plan_exactly_that_is_requested_whatever_the_source_did_since),
        TEST(test_a_list_tells_what_each_run_requested_of_it),
        TEST(test_of_a_plan_what_is_unticked_is_not_requested),
        TEST(test_a_plan_of_one_quality_is_not_requested_in_the_other),
        cmocka_unit_test_setup_teardown(test_a_long_plan_is_approved_whole, open_with_many_titles,
                                        close_visitor),
        TEST(test_what_is_no_plan_is_not_approved),
        TEST(test_a_plan_is_kept_though_many_runs_came_after_it),
        TEST(test_a_run_is_cancelled_while_it_runs_while_it_waits_and_not_after),
        TEST(test_what_a_run_asked_for_is_taken_back_and_not_asked_for_again),
        TEST(test_nothing_is_taken_back_while_a_run_is_under_way),
        TEST(test_nothing_is_taken_over_while_a_run_is_under_way),
        TEST(test_a_run_that_is_ordered_during_an_undo_waits_for_its_end),
        TEST(test_an_undo_holds_up_no_stop_and_what_it_took_back_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
