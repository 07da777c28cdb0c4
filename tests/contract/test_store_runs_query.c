/* Runs as a person looks at them: filters and pages, their lists, their items and what changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/runs_query.h"
#include "store/runs_query_sql.h"
#include "support/big_store.h"
#include "support/plans.h"
#include "support/store_world.h"

enum { RUNS = 120, LISTS = 4 };

static const int64_t now = INT64_C(1795000000000);

static int setup_many(void **state)
{
    return big_store_setup(state, &(struct big_store){400, LISTS, RUNS}, now);
}

static struct stored_runs ask(struct store_world *world, const struct runs_query *query,
                              int64_t *ret_total)
{
    struct stored_runs runs = {0};

    must(world, runs_query(world->store, world->arena, query, &runs, ret_total, &world->error));
    return runs;
}

static bool fits(const struct runs_query *query, const struct stored_run *run)
{
    return (!query->mode || strcmp(query->mode, run_mode_word(run->mode)) == 0) &&
           (!query->state || strcmp(query->state, run_state_word(run->state)) == 0) &&
           (!query->since || strcmp(run->started, query->since) >= 0) &&
           (!query->until || strcmp(run->started, query->until) <= 0) &&
           (query->dry_run < 0 || query->dry_run == run->dry_run) && query->list_id <= LISTS;
}

/* Every page by the number before, against all runs. */
static void check(struct store_world *world, const struct stored_runs *all,
                  const struct runs_query *asked)
{
    struct runs_query query = *asked;
    int64_t total = -1, count = 0;
    size_t at = 0;

    for (size_t i = 0; i < all->count; i++)
        count += fits(&query, &all->items[i]);
    for (;;) {
        struct stored_runs page = ask(world, &query, &total);
        assert_int_equal(total, count);
        for (size_t i = 0; i < page.count; i++, at++) {
            while (at < all->count && !fits(&query, &all->items[at]))
                at++;
            assert_true(at < all->count);
            assert_int_equal(page.items[i].id, all->items[at].id);
        }
        if (!page.count)
            break;
        query.before = page.items[page.count - 1].id;
    }
    while (at < all->count && !fits(&query, &all->items[at]))
        at++;
    assert_int_equal(at, all->count);
}

static void test_filters_combine(void **state)
{
    struct store_world *world = *state;
    static const char *const modes[] = {NULL, "full", "single", "custom"};
    static const char *const states[] = {NULL, "completed", "failed"};
    static const char *const starts[] = {NULL, "2026-11-16 00:00:00", "2026-11-17 05:06:40"};
    struct stored_runs all;

    must(world, runs_load(world->store, world->arena, RUNS + 1, &all, &world->error));
    assert_int_equal(all.count, RUNS);
    for (size_t i = 0; i < 4 * 3 * 3 * 3 * 3 * 3; i++) {
        struct runs_query query = {
            .mode = modes[i % 4],
            .state = states[i / 4 % 3],
            .since = starts[i / 12 % 3],
            .until = starts[i / 36 % 3],
            .dry_run = (int)(i / 108 % 3) - 1,
            .list_id = (int64_t)(i / 324 % 3) * 2, /* 0, 2, 4 */
            .limit = 1 + (int)(i % 50),
        };
        check(world, &all, &query);
    }
    check(world, &all, &(struct runs_query){.dry_run = -1, .limit = 7, .list_id = LISTS + 1});
}

static void test_pages_have_numbers_too(void **state)
{
    struct store_world *world = *state;
    int64_t total = 0;
    struct stored_runs runs =
        ask(world, &(struct runs_query){.dry_run = -1, .limit = 10, .offset = 100}, &total);

    assert_int_equal(total, RUNS);
    assert_int_equal(runs.count, 10);
    assert_int_equal(runs.items[0].id, RUNS - 100);
    runs = ask(world, &(struct runs_query){.dry_run = -1, .limit = 10, .offset = 1000}, &total);
    assert_int_equal(runs.count, 0);
    assert_int_equal(total, RUNS);
}

static void test_the_lists_of_a_run_come_by_priority(void **state)
{
    struct store_world *world = *state;
    struct run_lists lists;

    must(world,
         db_execute(world->store->db, "UPDATE lists SET priority = 1 WHERE id = 3", &world->error));
    must(world, runs_lists(world->store, world->arena, 46, &lists, &world->error));
    assert_int_equal(lists.count, LISTS);
    assert_int_equal(lists.items[0].list_id, 3);
    assert_int_equal(lists.items[1].list_id, 1);
    assert_string_equal(lists.items[1].type, "trakt");
    assert_string_equal(lists.items[1].id, "list-1");
    assert_string_equal(lists.items[1].outcome, "unchanged");
    assert_string_equal(lists.items[3].outcome, "unreachable");
    assert_int_equal(lists.items[3].items, 1000);
    must(world, runs_lists(world->store, world->arena, 9999, &lists, &world->error));
    assert_int_equal(lists.count, 0);
}

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

static struct run_items items_of(struct store_world *world, int64_t run, const char *status,
                                 const char *decision, bool changed_only)
{
    struct run_items items = {0};

    const struct run_items_query query = {.run_id = run,
                                          .status = status,
                                          .decision = decision,
                                          .changed_only = changed_only,
                                          .limit = 100};

    must(world, runs_items(world->store, world->arena, &query, &items, &world->error));
    return items;
}

static int64_t finish(struct store_world *world, int64_t run)
{
    const struct stored_run end = {.id = run, .state = RUN_COMPLETED};

    must(world, runs_finish(world->store, &end, &world->error));
    return run;
}

/* The first run finds ten; the second requests 1, sees 2 arrive, fails on 3. */
static void two_runs(struct store_world *world, int64_t *ret_first, int64_t *ret_second)
{
    *ret_first = store_world_run(world);
    for (int i = 1; i <= 10; i++)
        record(world, *ret_first, i, DECISION_SKIP_REQUESTED, ITEM_STATUS_ALREADY_REQUESTED);
    finish(world, *ret_first);
    *ret_second = store_world_run(world);
    for (int i = 1; i <= 10; i++)
        record(world, *ret_second, i, DECISION_SKIP_REQUESTED, ITEM_STATUS_ALREADY_REQUESTED);
    record(world, *ret_second, 1, DECISION_REQUEST, ITEM_STATUS_WOULD_BE_SYNCED);
    record(world, *ret_second, 1, DECISION_REQUEST, ITEM_STATUS_REQUESTED);
    record(world, *ret_second, 2, DECISION_SKIP_AVAILABLE, ITEM_STATUS_ALREADY_AVAILABLE);
    record(world, *ret_second, 3, DECISION_REQUEST, ITEM_STATUS_ERROR);
}

static void expect_second(struct store_world *world, int64_t second)
{
    assert_int_equal(items_of(world, second, NULL, NULL, false).total, 10);
    assert_int_equal(items_of(world, second, "already_requested", NULL, false).total, 7);
    assert_int_equal(items_of(world, second, NULL, "request", false).total, 2);
    assert_int_equal(items_of(world, second, NULL, "request", false).count, 2);
    assert_int_equal(items_of(world, second, "error", "request", false).count, 1);
    assert_int_equal(items_of(world, second, NULL, "skip_available", false).count, 1);
    assert_int_equal(items_of(world, second, "error", "skip_available", false).count, 0);
    struct run_items changed = items_of(world, second, NULL, NULL, true);
    assert_int_equal(changed.total, 3);
    assert_int_equal(changed.count, 3);
    assert_string_equal(changed.items[0].title, "Film 1");
    assert_string_equal(changed.items[0].status, "requested");
    assert_string_equal(changed.items[0].status_before, "already_requested");
    assert_string_equal(changed.items[0].decision, "request");
    assert_string_equal(changed.items[0].reason, "reason");
    assert_int_equal(items_of(world, second, "error", NULL, true).total, 1);
}

static void test_a_run_tells_its_items_and_what_it_changed(void **state)
{
    struct store_world *world = *state;
    int64_t first, second;

    two_runs(world, &first, &second);
    expect_second(world, second); /* while it runs */
    finish(world, second);
    expect_second(world, second);
    struct run_items items = items_of(world, first, NULL, NULL, true);
    assert_int_equal(items.total, 10); /* all were new */
    assert_string_equal(items.items[0].status_before, "");
    assert_int_equal(items_of(world, 99, NULL, NULL, false).total, 0);
}

static void test_items_of_a_run_come_in_pages(void **state)
{
    struct store_world *world = *state;
    int64_t after = 0, seen = 0;
    struct run_items items;

    do {
        const struct run_items_query query = {.run_id = RUNS, .after = after, .limit = 90};
        must(world, runs_items(world->store, world->arena, &query, &items, &world->error));
        assert_int_equal(items.total, 400);
        for (size_t i = 0; i < items.count; i++)
            assert_int_equal(items.items[i].item_id, ++seen);
        after = items.next_after;
    } while (after);
    assert_int_equal(seen, 400);
}

static int64_t count_of(const struct run_counts *counts, const char *word)
{
    for (size_t i = 0; i < counts->count; i++) {
        if (strcmp(counts->items[i].word, word) == 0)
            return counts->items[i].count;
    }
    return 0;
}

static void expect_counts(struct store_world *world, int64_t run)
{
    struct run_tally tally;

    must(world, runs_count(world->store, world->arena, run, &tally, &world->error));
    assert_int_equal(tally.decisions.count, 3);
    assert_int_equal(tally.statuses.count, 4);
    assert_int_equal(count_of(&tally.decisions, "request"), 2);
    assert_int_equal(count_of(&tally.decisions, "skip_requested"), 7);
    assert_int_equal(count_of(&tally.statuses, "already_requested"), 7);
    assert_int_equal(count_of(&tally.statuses, "error"), 1);
}

/* One item for each decision and status that may meet. */
static int64_t run_of_everything(struct store_world *world)
{
    int64_t run = store_world_run(world);
    int tmdb = 0;

    for (int decision = 0; decision < DECISION_COUNT; decision++)
        for (int status = 0; status < ITEM_STATUS_COUNT; status++)
            record(world, run, ++tmdb, (enum decision)decision, (enum item_status)status);
    return run;
}

static void expect_groups_as_pages(struct store_world *world, int64_t run)
{
    struct run_tally tally;
    int64_t all = 0;

    must(world, runs_count(world->store, world->arena, run, &tally, &world->error));
    for (int i = 0; i < RUN_GROUP_COUNT; i++) {
        struct run_items_query query = {
            .run_id = run, .group = run_group_word((enum run_group)i), .limit = 500};
        struct run_items page, found;
        must(world, runs_items(world->store, world->arena, &query, &page, &world->error));
        assert_true(page.total > 0);
        assert_int_equal(page.total, tally.groups[i]);
        assert_int_equal(page.count, tally.groups[i]);
        query.search = "fILM";
        must(world, runs_items(world->store, world->arena, &query, &found, &world->error));
        assert_int_equal(found.total, page.total);
        all += page.total;
    }
    assert_int_equal(all, DECISION_COUNT * ITEM_STATUS_COUNT);
}

static void test_the_groups_of_a_run_agree_with_their_pages(void **state)
{
    struct store_world *world = *state;
    int64_t run = run_of_everything(world);
    struct stored_run ended;
    struct run_tally tally;

    expect_groups_as_pages(world, run);
    finish(world, run);
    expect_groups_as_pages(world, run);
    must(world, runs_find(world->store, world->arena, run, &ended, &world->error));
    must(world, runs_count(world->store, world->arena, run, &tally, &world->error));
    assert_memory_equal(ended.groups, tally.groups, sizeof(tally.groups));
}

static void test_a_list_tells_the_runs_that_read_it(void **state)
{
    struct store_world *world = *state;
    int64_t list = store_world_list(world, "imdb", "ls1");
    const struct entry film = {
        .title = "Film 1", .year = 1990, .media_type = MEDIA_MOVIE, .ids = {.tmdb = 1}};
    int64_t runs[3];
    struct list_runs page;

    for (int i = 0; i < 3; i++) {
        runs[i] = store_world_run(world);
        store_world_read(world, list, OUTCOME_OK, &film, 1);
        must(world,
             runs_record_list(world->store, runs[i], list, OUTCOME_OK, 1, "", &world->error));
        finish(world, runs[i]);
    }
    must(world, runs_of_list(world->store, world->arena, list, 0, 2, &page, &world->error));
    assert_int_equal(page.total, 3);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.items[0].run_id, runs[2]);
    assert_string_equal(page.items[0].outcome, "ok");
    assert_int_equal(page.items[0].items, 1);
    assert_int_equal(page.items[0].requested, 0);
    assert_int_equal(page.next_before, runs[1]);
    must(world,
         runs_of_list(world->store, world->arena, list, page.next_before, 2, &page, &world->error));
    assert_int_equal(page.count, 1);
    assert_int_equal(page.items[0].run_id, runs[0]);
    assert_int_equal(page.next_before, 0);
}

static void test_items_of_a_run_are_found_by_title(void **state)
{
    struct store_world *world = *state;
    int64_t run = run_of_everything(world);
    struct run_items_query query = {.run_id = run, .search = "film 17", .limit = 500};
    struct run_items page;

    must(world, runs_items(world->store, world->arena, &query, &page, &world->error));
    assert_int_equal(page.total, 1);
    assert_string_equal(page.items[0].title, "Film 17");
    query.search = "?!";
    must(world, runs_items(world->store, world->arena, &query, &page, &world->error));
    assert_int_equal(page.total, 0);
    query.search = " ";
    must(world, runs_items(world->store, world->arena, &query, &page, &world->error));
    assert_int_equal(page.total, DECISION_COUNT * ITEM_STATUS_COUNT);
}

static void test_a_run_that_was_cut_off_is_summed_up_too(void **state)
{
    struct store_world *world = *state;
    int64_t first, second;

    two_runs(world, &first, &second);
    must(world, runs_end_interrupted(world->store, &world->error));
    expect_counts(world, second);
    assert_int_equal(
        store_world_number(world, "SELECT SUM(requested + available + failed) FROM run_changes"),
        3);
}

static bool is_scan_or_sort(const char *step)
{
    return strncmp(step, "SCAN", 4) == 0 ? !strstr(step, "SCAN picked")
                                         : strstr(step, "TEMP B-TREE") != NULL;
}

static void test_no_way_to_read_scans_or_sorts(void **state)
{
    struct store_world *world = *state;
    int bad = 0;

    for (int way = 0; way < RUNS_WAYS; way++) {
        /* By number, with neither state nor mode: from the newest back until the page is full. */
        bad += plans_count(world->path, runs_ways[way].page, is_scan_or_sort);
        bad += plans_count(world->path, runs_ways[way].count, is_scan_or_sort);
    }
    for (int way = 0; way < RUN_ITEMS_WAYS; way++) {
        bad += plans_count(world->path, run_items_ways[way].page, is_scan_or_sort);
        bad += plans_count(world->path, run_items_ways[way].count, is_scan_or_sort);
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, store_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_filters_combine, setup_many),
        TEST(test_pages_have_numbers_too, setup_many),
        TEST(test_the_lists_of_a_run_come_by_priority, setup_many),
        TEST(test_a_run_tells_its_items_and_what_it_changed, store_world_setup),
        TEST(test_items_of_a_run_come_in_pages, setup_many),
        TEST(test_the_groups_of_a_run_agree_with_their_pages, store_world_setup),
        TEST(test_a_list_tells_the_runs_that_read_it, store_world_setup),
        TEST(test_items_of_a_run_are_found_by_title, store_world_setup),
        TEST(test_a_run_that_was_cut_off_is_summed_up_too, store_world_setup),
        TEST(test_no_way_to_read_scans_or_sorts, store_world_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
