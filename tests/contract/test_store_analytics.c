/* Figures over time: what runs did, when titles came, and how sources fare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/outcome.h"
#include "store/analytics.h"
#include "support/store_world.h"

static const struct list_ref imdb_list = {"imdb", "ls1", ""}, trakt_list = {"trakt", "mine", ""};

static void record(struct store_world *world, int64_t run, int tmdb, const struct list_ref *ref,
                   enum item_status status)
{
    const struct merge_list list = {.ref = ref, .list_id = 1};
    struct item_source source = {&list, tmdb};
    const struct item item = {.title = arena_print(world->arena, "Film %d", tmdb),
                              .year = 1990,
                              .media_type = tmdb % 2 ? MEDIA_MOVIE : MEDIA_TV,
                              .ids = {.tmdb = tmdb},
                              .decision = DECISION_REQUEST,
                              .rule = "rule",
                              .reason = "reason",
                              .sources = &source,
                              .source_count = 1,
                              .status = status};

    store_world_item(world, run, &item);
}

/* Ends the run as if it had begun at `started`. */
static void finish(struct store_world *world, int64_t run, const char *started,
                   const struct stored_run *figures)
{
    struct stored_run end = *figures;
    struct db_statement *statement =
        db_prepare(world->store->db, "UPDATE sync_history SET sync_started = $2 WHERE id = $1");

    db_bind_integer(statement, 1, run);
    db_bind_text(statement, 2, started);
    db_step(statement);
    must(world, db_finish(statement, &world->error));
    end.id = run;
    end.completed = started;
    must(world, runs_finish(world->store, &end, &world->error));
}

/* Three real runs and one dry run. */
static int setup_runs(void **state)
{
    struct store_world *world = NULL;
    const struct stored_run good = {.state = RUN_COMPLETED,
                                    .processed = 10,
                                    .requested = 2,
                                    .skipped = 6,
                                    .errored = 1,
                                    .unmatched = 1,
                                    .duration_ms = 5000};

    store_world_setup(state);
    world = *state;
    int64_t imdb = store_world_list(world, "imdb", "ls1");
    int64_t trakt = store_world_list(world, "trakt", "mine");
    int64_t first = store_world_run(world);
    must(world, runs_record_list(world->store, first, imdb, OUTCOME_OK, 5, "", &world->error));
    must(world,
         runs_record_list(world->store, first, trakt, OUTCOME_BLOCKED, 0, "", &world->error));
    record(world, first, 1, &imdb_list, ITEM_STATUS_REQUESTED);
    record(world, first, 2, &imdb_list, ITEM_STATUS_REQUESTED);
    record(world, first, 3, &imdb_list, ITEM_STATUS_REQUESTED);
    record(world, first, 4, &trakt_list, ITEM_STATUS_ERROR);
    finish(world, first, "2026-11-01 10:20:00", &good);
    int64_t second = store_world_run(world);
    must(world,
         runs_record_list(world->store, second, trakt, OUTCOME_CANCELLED, 0, "", &world->error));
    record(world, second, 1, &imdb_list, ITEM_STATUS_ALREADY_AVAILABLE);
    record(world, second, 2, &imdb_list, ITEM_STATUS_ALREADY_REQUESTED);
    record(world, second, 4, &trakt_list, ITEM_STATUS_ERROR);
    finish(world, second, "2026-11-01 10:50:00", &good);
    int64_t third = store_world_run(world);
    record(world, third, 1, &imdb_list, ITEM_STATUS_ALREADY_AVAILABLE);
    record(world, third, 4, &trakt_list, ITEM_STATUS_REQUESTED);
    finish(world, third, "2026-11-02 09:00:00",
           &(struct stored_run){.state = RUN_FAILED, .processed = 10, .requested = 1});
    int64_t dry = 0;
    must(world, runs_begin(world->store, RUN_FULL, RUN_BY_API, true, &dry, &world->error));
    finish(world, dry, "2026-11-02 10:00:00", &good);
    return 0;
}

static void test_the_overview_sums_up_the_runs_of_the_range(void **state)
{
    struct store_world *world = *state;
    struct analytics_overview overview;

    must(world, analytics_overview(world->store, world->arena, "", &overview, &world->error));
    assert_int_equal(overview.runs, 3);
    assert_int_equal(overview.failed_runs, 1);
    assert_int_equal(overview.items, 30);
    assert_int_equal(overview.requested, 5);
    assert_int_equal(overview.skipped, 12);
    assert_int_equal(overview.errored, 2);
    assert_int_equal(overview.unmatched, 2);
    assert_true(overview.success_rate > 86.6 && overview.success_rate < 86.7);
    assert_true(overview.seconds_per_item > 0.33 && overview.seconds_per_item < 0.34);
    assert_string_equal(overview.last_run, "2026-11-02 09:00:00");
    assert_int_equal(overview.all_items, 4);
    assert_int_equal(overview.all_requested, 5);
    must(world, analytics_overview(world->store, world->arena, "2026-11-01 10:50:00", &overview,
                                   &world->error));
    assert_int_equal(overview.runs, 2); /* the very start is included */
    assert_int_equal(overview.all_requested, 5);
    must(world, analytics_overview(world->store, world->arena, "2027-01-01 00:00:00", &overview,
                                   &world->error));
    assert_int_equal(overview.runs, 0);
    assert_true(overview.success_rate == 0 && overview.seconds_per_item == 0);
}

static void test_a_new_database_has_no_figures(void **state)
{
    struct store_world *world = *state;
    struct analytics_overview overview;
    struct analytics_points points;
    struct analytics_sources sources;
    struct status_counts counts;

    must(world, analytics_overview(world->store, world->arena, NULL, &overview, &world->error));
    assert_int_equal(overview.runs + overview.items + overview.all_items, 0);
    assert_string_equal(overview.last_run, "");
    must(world,
         analytics_additions(world->store, world->arena, NULL, 60, 20, &points, &world->error));
    assert_int_equal(points.count, 0);
    must(world, analytics_sources(world->store, world->arena, NULL, &sources, &world->error));
    assert_int_equal(sources.count, 0);
    must(world, analytics_statuses(world->store, world->arena, &counts, &world->error));
    assert_int_equal(counts.count, 0);
}

static struct analytics_points additions(struct store_world *world, const char *since, int step,
                                         int limit)
{
    struct analytics_points points = {0};

    must(world, analytics_additions(world->store, world->arena, since, step, limit, &points,
                                    &world->error));
    return points;
}

static void expect_point(const struct analytics_point *point, const char *at, const char *source,
                         const char *media_type, int requested, int available, int failed)
{
    assert_string_equal(point->at, at);
    assert_string_equal(point->source, source);
    assert_string_equal(point->media_type, media_type);
    assert_int_equal(point->requested, requested);
    assert_int_equal(point->available, available);
    assert_int_equal(point->failed, failed);
}

static void test_additions_come_in_steps_newest_first(void **state)
{
    struct store_world *world = *state;
    struct analytics_points points = additions(world, "", 60, 100);

    assert_int_equal(points.count, 4);
    expect_point(&points.items[0], "2026-11-02 09:00:00", "trakt", "tv", 1, 0, 0);
    expect_point(&points.items[1], "2026-11-01 10:00:00", "imdb", "movie", 2, 1, 0);
    expect_point(&points.items[2], "2026-11-01 10:00:00", "imdb", "tv", 1, 0, 0);
    expect_point(&points.items[3], "2026-11-01 10:00:00", "trakt", "tv", 0, 0, 1);
    points = additions(world, "", 30, 100);
    assert_int_equal(points.count, 5);
    expect_point(&points.items[1], "2026-11-01 10:30:00", "imdb", "movie", 0, 1, 0);
    points = additions(world, "", 24 * 60, 100);
    assert_string_equal(points.items[1].at, "2026-11-01 00:00:00");
}

static void test_additions_end_at_their_limit_and_begin_at_since(void **state)
{
    struct store_world *world = *state;

    assert_int_equal(additions(world, "2026-11-02 00:00:00", 60, 100).count, 1);
    struct analytics_points points = additions(world, "", 60, 2);
    assert_int_equal(points.count, 2);
    assert_string_equal(points.items[1].media_type, "movie");
    assert_int_equal(additions(world, "", 60, 0).count, 0);
}

static void test_sources_tell_items_and_fetches(void **state)
{
    struct store_world *world = *state;
    struct analytics_sources sources;

    must(world, analytics_sources(world->store, world->arena, "", &sources, &world->error));
    assert_int_equal(sources.count, 2);
    assert_string_equal(sources.items[0].source, "imdb");
    assert_int_equal(sources.items[0].lists, 1);
    assert_int_equal(sources.items[0].items, 3);
    assert_int_equal(sources.items[0].requested, 2);
    assert_int_equal(sources.items[0].available, 1);
    assert_int_equal(sources.items[0].fetches, 1);
    assert_int_equal(sources.items[0].failed_fetches, 0);
    assert_int_equal(sources.items[1].requested, 1);
    assert_int_equal(sources.items[1].fetches, 2);
    assert_int_equal(sources.items[1].failed_fetches, 1); /* the cancelled one did not fail */
    must(world, analytics_sources(world->store, world->arena, "2026-11-02 00:00:00", &sources,
                                  &world->error));
    assert_int_equal(sources.items[1].fetches, 0);
    assert_int_equal(sources.items[1].items, 1);
}

/* The SQL names the outcomes that are no failures: they are those of outcome.h. */
static void test_a_fetch_fails_as_outcomes_say(void **state)
{
    struct store_world *world = *state;

    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        int64_t run = store_world_run(world), list = store_world_list(world, "imdb", "ls1");
        must(world, runs_record_list(world->store, run, list, (enum outcome)outcome, 0, "",
                                     &world->error));
        finish(world, run, "2026-11-01 10:00:00", &(struct stored_run){.state = RUN_COMPLETED});
        bool failed = outcome != OUTCOME_CANCELLED && !outcome_is_complete((enum outcome)outcome);
        assert_int_equal(
            store_world_number(world, "SELECT failed FROM run_fetches ORDER BY run_id DESC"),
            failed);
    }
}

static void test_statuses_count_what_there_is(void **state)
{
    struct store_world *world = *state;
    struct status_counts counts;

    must(world, analytics_statuses(world->store, world->arena, &counts, &world->error));
    assert_int_equal(counts.count, 4);
    assert_string_equal(counts.items[0].status, "already_available");
    assert_string_equal(counts.items[0].media_type, "movie");
    assert_int_equal(counts.items[0].count, 1);
}

int main(void)
{
#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, store_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_overview_sums_up_the_runs_of_the_range, setup_runs),
        TEST(test_a_new_database_has_no_figures, store_world_setup),
        TEST(test_additions_come_in_steps_newest_first, setup_runs),
        TEST(test_additions_end_at_their_limit_and_begin_at_since, setup_runs),
        TEST(test_sources_tell_items_and_fetches, setup_runs),
        TEST(test_a_fetch_fails_as_outcomes_say, store_world_setup),
        TEST(test_statuses_count_what_there_is, setup_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
