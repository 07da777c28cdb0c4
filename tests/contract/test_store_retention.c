/* What of the past goes and what stays for ever, in bites that are small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/audit.h"
#include "store/items_query.h"
#include "store/ledger.h"
#include "store/notification_deliveries.h"
#include "store/notification_targets.h"
#include "store/retention.h"
#include "store/runs_query.h"
#include "support/big_store.h"
#include "support/store_world.h"

enum { TITLES = 10, WHOLE = 3, RUNS = 8 };

#define DAY_MS INT64_C(86400000)

static int64_t record(struct store_world *world, int64_t run, int tmdb, enum decision decision,
                      enum item_status status)
{
    const struct item item = {.title = arena_print(world->arena, "Film %d", tmdb),
                              .year = 1990,
                              .media_type = MEDIA_MOVIE,
                              .ids = {.tmdb = tmdb},
                              .decision = decision,
                              .rule = "rule",
                              .reason = "reason",
                              .status = status};

    return store_world_item(world, run, &item);
}

/* Began so many days ago. */
static void finish(struct store_world *world, int64_t run, int days_ago)
{
    const struct stored_run end = {.id = run, .state = RUN_COMPLETED};
    char text[CLOCK_TEXT_SIZE];
    struct db_statement *statement =
        db_prepare(world->store->db, "UPDATE sync_history SET sync_started = $2 WHERE id = $1");

    must(world, runs_finish(world->store, &end, &world->error));
    clock_format_utc(clock_wall_ms() - days_ago * DAY_MS, text);
    db_bind_integer(statement, 1, run);
    db_bind_text(statement, 2, text);
    (void)db_step(statement);
    must(world, db_finish(statement, &world->error));
}

/* Each sees all titles, requests the one of its own number, and fails on the next. */
static void some_runs(struct store_world *world, int days_each)
{
    for (int i = 1; i <= RUNS; i++) {
        int64_t run = store_world_run(world);
        for (int tmdb = 1; tmdb <= TITLES; tmdb++)
            record(world, run, tmdb, DECISION_SKIP_REQUESTED, ITEM_STATUS_ALREADY_REQUESTED);
        record(world, run, i, DECISION_REQUEST, ITEM_STATUS_REQUESTED);
        record(world, run, i + 1, DECISION_REQUEST, ITEM_STATUS_REQUEST_FAILED);
        finish(world, run, (RUNS - i) * days_each);
    }
}

static struct retention_round keep_all(struct store_world *world, struct retention_days days)
{
    struct retention retention = retention_of(&days, clock_wall_ms());
    struct retention_round round = {0};
    bool done = false;

    while (!done)
        must(world, retention_bite(world->store, &retention, &round, &done, &world->error));
    return round;
}

static int64_t rows_of(struct store_world *world, int64_t run)
{
    struct db_statement *row =
        db_prepare(world->store->db, "SELECT COUNT(*) FROM run_items WHERE run_id = $1");

    db_bind_integer(row, 1, run);
    int64_t count = db_step(row) ? db_column_integer(row, 0) : -1;
    must(world, db_finish(row, &world->error));
    return count;
}

static struct run_items items_of(struct store_world *world, int64_t run)
{
    struct run_items items = {0};
    const struct run_items_query query = {.run_id = run, .limit = 100};

    must(world, runs_items(world->store, world->arena, &query, &items, &world->error));
    return items;
}

/* Its request, what failed, and nothing of the titles that were as they had been. */
static void test_older_runs_keep_what_they_changed(void **state)
{
    struct store_world *world = *state;

    some_runs(world, 0);
    struct retention_round round = keep_all(world, (struct retention_days){.whole_runs = WHOLE});
    for (int run = RUNS; run > RUNS - WHOLE; run--)
        assert_int_equal(rows_of(world, run), TITLES);
    assert_int_equal(rows_of(world, 1), TITLES); /* all were new to it */
    /* The one before failed on what it requested; what that had requested is as it was again. */
    for (int run = 2; run <= RUNS - WHOLE; run++)
        assert_int_equal(rows_of(world, run), 3);
    assert_int_equal(round.rows, (RUNS - WHOLE - 1) * (TITLES - 3));
    assert_int_equal(keep_all(world, (struct retention_days){.whole_runs = WHOLE}).rows, 0);
}

static void test_runs_past_their_days_keep_their_requests(void **state)
{
    struct store_world *world = *state;

    some_runs(world, 1);
    keep_all(world, (struct retention_days){.whole_runs = WHOLE, .changes = 5});
    assert_int_equal(rows_of(world, 1), 1);
    assert_int_equal(rows_of(world, 2), 1);
    assert_int_equal(rows_of(world, 3), 3); /* five days old, less a moment */
    struct run_items left = items_of(world, 1);
    assert_int_equal(left.total, 1);
    assert_string_equal(left.items[0].status, "requested");
    assert_string_equal(left.items[0].reason, "reason");
}

static void test_without_a_number_age_alone_decides(void **state)
{
    struct store_world *world = *state;

    some_runs(world, 1);
    keep_all(world, (struct retention_days){.changes = 5});
    assert_int_equal(rows_of(world, 2), 1);
    for (int run = 3; run <= RUNS; run++)
        assert_int_equal(rows_of(world, run), TITLES);
}

static void test_zeros_keep_all(void **state)
{
    struct store_world *world = *state;
    const struct audit_row row = {.at = "2001-01-01 00:00:00", .who = "me", .action = "list.add"};

    some_runs(world, 400);
    must(world, audit_add(world->store, &row, &world->error));
    assert_int_equal(keep_all(world, (struct retention_days){0}).rows, 0);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM run_items"), RUNS * TITLES);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM audit_log"), 1);
}

static void test_a_run_says_since_when_rows_of_it_are_gone(void **state)
{
    struct store_world *world = *state;
    struct stored_run run;
    struct run_tally tally;

    some_runs(world, 0);
    assert_string_equal(items_of(world, 2).thinned_at, "");
    keep_all(world, (struct retention_days){.whole_runs = WHOLE});
    assert_string_equal(items_of(world, RUNS).thinned_at, "");
    must(world, runs_find(world->store, world->arena, 2, &run, &world->error));
    assert_true(clock_wall_ms() - clock_parse_utc(run.thinned_at) < DAY_MS);
    struct run_items left = items_of(world, 2);
    assert_string_equal(left.thinned_at, run.thinned_at);
    assert_int_equal(left.total, 3);
    must(world, runs_count(world->store, world->arena, 2, &tally, &world->error));
    assert_int_equal(tally.statuses.items[0].count + tally.statuses.items[1].count +
                         tally.statuses.items[2].count,
                     TITLES);
}

static void test_the_newest_run_of_each_list_stays_whole(void **state)
{
    struct store_world *world = *state;
    int64_t rare = store_world_list(world, "imdb", "ls1");
    int64_t often = store_world_list(world, "imdb", "ls2");
    int64_t gone = store_world_list(world, "imdb", "ls3");

    some_runs(world, 100);
    for (int run = 1; run <= RUNS; run++)
        must(world, runs_record_list(world->store, run, often, OUTCOME_OK, 1, "", &world->error));
    must(world, runs_record_list(world->store, 1, rare, OUTCOME_OK, 1, "", &world->error));
    must(world, runs_record_list(world->store, 2, rare, OUTCOME_OK, 1, "", &world->error));
    must(world, runs_record_list(world->store, 3, gone, OUTCOME_OK, 1, "", &world->error));
    must(world, lists_remove_id(world->store, gone, &world->error));
    keep_all(world, (struct retention_days){.whole_runs = 1, .changes = 1});
    assert_int_equal(rows_of(world, 1), 1);
    assert_int_equal(rows_of(world, 2), TITLES);
    assert_int_equal(rows_of(world, 3), 1);
}

/* The title is on no list any more, or only a dry run has seen it since. */
static void test_the_last_word_on_a_title_stays(void **state)
{
    struct store_world *world = *state;
    struct item_story story;
    int64_t first = store_world_run(world);
    int64_t lost = record(world, first, 99, DECISION_SKIP_DECLINED, ITEM_STATUS_SKIPPED);
    int64_t dry = record(world, first, 98, DECISION_SKIP_DECLINED, ITEM_STATUS_SKIPPED);

    finish(world, first, 900);
    some_runs(world, 100);
    must(world, runs_record_item(world->store, RUNS,
                                 &(struct item){.title = "Film 98",
                                                .year = 1990,
                                                .media_type = MEDIA_MOVIE,
                                                .ids = {.tmdb = 98},
                                                .decision = DECISION_REQUEST,
                                                .status = ITEM_STATUS_WOULD_BE_SYNCED},
                                 "movie:tmdb:98", true, &world->error));
    keep_all(world, (struct retention_days){.whole_runs = 1, .changes = 1});
    must(world, items_story(world->store, world->arena, lost, &story, &world->error));
    assert_int_equal(story.history_count, 1);
    assert_string_equal(story.history[0].reason, "reason");
    must(world, items_story(world->store, world->arena, dry, &story, &world->error));
    assert_int_equal(story.history_count, 2);
    assert_int_equal(story.history[1].run_id, first);
}

static void test_a_plan_stays_as_long_as_changes_do(void **state)
{
    struct store_world *world = *state;
    int64_t plan = 0;

    must(world, runs_begin(world->store, RUN_FULL, RUN_BY_API, true, &plan, &world->error));
    must(world, runs_record_item(world->store, plan,
                                 &(struct item){.title = "Film 1",
                                                .year = 1990,
                                                .media_type = MEDIA_MOVIE,
                                                .ids = {.tmdb = 1},
                                                .decision = DECISION_REQUEST,
                                                .status = ITEM_STATUS_WOULD_BE_SYNCED},
                                 "movie:tmdb:1", true, &world->error));
    finish(world, plan, 20);
    some_runs(world, 1);
    keep_all(world, (struct retention_days){.whole_runs = 1, .changes = 30});
    assert_int_equal(rows_of(world, plan), 1);
    keep_all(world, (struct retention_days){.whole_runs = 1, .changes = 10});
    assert_int_equal(rows_of(world, plan), 0);
}

static void test_a_run_that_waits_or_goes_on_is_left_alone(void **state)
{
    struct store_world *world = *state;
    int64_t open = store_world_run(world);

    record(world, open, 1, DECISION_SKIP_REQUESTED, ITEM_STATUS_ALREADY_REQUESTED);
    some_runs(world, 100);
    keep_all(world, (struct retention_days){.whole_runs = 1, .changes = 1});
    assert_int_equal(rows_of(world, open), 1);
    assert_string_equal(items_of(world, open).thinned_at, "");
}

static char *memory_of(struct store_world *world)
{
    return store_world_text(
        world,
        "SELECT (SELECT group_concat(id || state || tmdb_id || run_id) FROM request_ledger) ||"
        " (SELECT group_concat(id || status || decision || last_run_id) FROM synced_items) ||"
        " (SELECT group_concat(run_id || decision || status || items) FROM run_counts) ||"
        " (SELECT group_concat(id || state || items_requested) FROM sync_history)");
}

static void test_what_never_ask_twice_rests_on_stays(void **state)
{
    struct store_world *world = *state;

    some_runs(world, 400);
    for (int run = 1; run <= RUNS; run++) {
        const struct ledger_row row = {
            .media_type = MEDIA_MOVIE, .tmdb = run, .run_id = run, .asked_at = 1};
        int64_t id = 0;
        must(world, ledger_intend(world->store, &row, &id, &world->error));
        must(world, ledger_answer(world->store, id, LEDGER_REQUESTED, 7, "", &world->error));
    }
    char *before = memory_of(world);
    struct retention_round round = keep_all(
        world, (struct retention_days){.whole_runs = 1, .changes = 1, .audit = 1, .deliveries = 1});
    assert_true(round.rows > 0);
    assert_string_equal(memory_of(world), before);
}

static void test_the_audit_goes_by_age(void **state)
{
    struct store_world *world = *state;
    char text[CLOCK_TEXT_SIZE];

    for (int days = 9; days >= 0; days--) {
        clock_format_utc(clock_wall_ms() - days * DAY_MS, text);
        const struct audit_row row = {.at = text, .who = "me", .action = "list.add"};
        must(world, audit_add(world->store, &row, &world->error));
    }
    assert_int_equal(keep_all(world, (struct retention_days){.audit = 4}).rows, 5);
    assert_int_equal(store_world_number(world, "SELECT MIN(id) FROM audit_log"), 6);
}

/* What has not ended stays, however old. */
static void test_ended_deliveries_go_by_age(void **state)
{
    struct store_world *world = *state;

    must(world, db_execute(world->store->db,
                           "INSERT INTO notification_targets (id, name, kind, form, events,"
                           "  digest_minute, digest_weekday, quiet_from, quiet_until, created_at)"
                           " VALUES (1, 'me', 'ntfy', 'each', '', 0, 0, -1, -1, 1);"
                           "INSERT INTO notification_deliveries (target_id, key, title, severity,"
                           "  notice, state, due_at, created_at, ended_at) VALUES"
                           " (1, 'a', '', '', '', 2, 1, 1, 1), (1, 'b', '', '', '', 0, 1, 1, 0),"
                           " (1, 'c', '', '', '', 1, 1, 1, 0)",
                           &world->error));
    assert_int_equal(keep_all(world, (struct retention_days){.deliveries = 4}).rows, 1);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM notification_deliveries"), 2);
}

static int64_t pages(struct store_world *world)
{
    return store_world_number(world, "PRAGMA page_count");
}

/* Twenty runs of 3,000 titles go, some bites at a time, and then their room. */
static void test_bites_are_small_and_the_file_gets_shorter(void **state)
{
    struct store_world *world = *state;
    const struct big_store size = {3000, 3, 40};
    const struct retention_days days = {.whole_runs = 1, .changes = 1};
    struct retention retention = retention_of(&days, clock_wall_ms() + 1000 * DAY_MS);
    struct retention_round round = {0};
    int64_t bites = 0, rows = 0, last = 0;
    bool done = false;

    must(world, big_store_fill(world->store, &size, clock_wall_ms(), &world->error));
    int64_t before = pages(world);
    for (; !done; bites++) {
        must(world, retention_bite(world->store, &retention, &round, &done, &world->error));
        assert_true(round.rows - rows <= RETENTION_BITE_ROWS);
        assert_true(round.pages - last <= 130); /* with what SQLite notes of them */
        rows = round.rows;
        last = round.pages;
    }
    assert_true(rows > 30000);
    assert_true(bites >= rows / RETENTION_BITE_ROWS);
    assert_true(round.pages > 1000);
    assert_int_equal(pages(world), before - round.pages);
    assert_true(store_world_number(world, "PRAGMA freelist_count") <= 512);
    must(world, store_check(world->store, &world->error));
}

int main(void)
{
#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, store_world_setup_still, store_world_teardown_still)
    const struct CMUnitTest tests[] = {
        TEST(test_older_runs_keep_what_they_changed),
        TEST(test_runs_past_their_days_keep_their_requests),
        TEST(test_without_a_number_age_alone_decides),
        TEST(test_zeros_keep_all),
        TEST(test_a_run_says_since_when_rows_of_it_are_gone),
        TEST(test_the_newest_run_of_each_list_stays_whole),
        TEST(test_the_last_word_on_a_title_stays),
        TEST(test_a_plan_stays_as_long_as_changes_do),
        TEST(test_a_run_that_waits_or_goes_on_is_left_alone),
        TEST(test_what_never_ask_twice_rests_on_stays),
        TEST(test_the_audit_goes_by_age),
        TEST(test_ended_deliveries_go_by_age),
        TEST(test_bites_are_small_and_the_file_gets_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
