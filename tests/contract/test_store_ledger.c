/* The ledger: what was asked for is never forgotten, and never asked twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/ledger.h"
#include "support/store_world.h"

static struct season_set seasons(const char *text)
{
    return season_set_parse(text);
}

static int64_t intend(struct store_world *world, enum media_type type, int64_t tmdb,
                      const char *season_text, int64_t run_id)
{
    const struct ledger_row row = {.media_type = type,
                                   .tmdb = tmdb,
                                   .seasons = seasons(season_text),
                                   .requester = 3,
                                   .run_id = run_id,
                                   .asked_at = 1700000000123};
    int64_t id = 0;

    must(world, ledger_intend(world->store, &row, &id, &world->error));
    assert_true(id > 0);
    return id;
}

static struct ledger_rows of_title(struct store_world *world, enum media_type type, int64_t tmdb)
{
    struct ledger_rows rows;

    must(world, ledger_of_title(world->store, world->arena, type, tmdb, &rows, &world->error));
    return rows;
}

static void test_an_intent_is_there_after_a_restart(void **state)
{
    struct store_world *world = *state;
    int64_t id = intend(world, MEDIA_TV, 1399, "1,2,5", 42);

    store_world_reopen(world);
    struct ledger_rows rows = of_title(world, MEDIA_TV, 1399);
    assert_int_equal(rows.count, 1);
    const struct ledger_row *row = &rows.items[0];
    assert_int_equal(row->id, id);
    assert_int_equal(row->state, LEDGER_INTENT);
    assert_int_equal(row->media_type, MEDIA_TV);
    assert_true(season_set_has(&row->seasons, 5));
    assert_int_equal(season_set_count(&row->seasons), 3);
    assert_int_equal(row->requester, 3);
    assert_int_equal(row->run_id, 42);
    assert_int_equal(row->request_id, 0);
    assert_int_equal(row->asked_at, 1700000000123);
    assert_string_equal(row->message, "");
}

static void test_an_answer_is_kept_with_its_request(void **state)
{
    struct store_world *world = *state;
    int64_t id = intend(world, MEDIA_MOVIE, 603, "", 1);

    must(world, ledger_answer(world->store, id, LEDGER_REQUESTED, 77, "created", &world->error));
    struct ledger_rows rows = of_title(world, MEDIA_MOVIE, 603);
    assert_int_equal(rows.items[0].state, LEDGER_REQUESTED);
    assert_int_equal(rows.items[0].request_id, 77);
    assert_string_equal(rows.items[0].message, "created");

    must(world, ledger_answer(world->store, id, LEDGER_WITHDRAWN, 0, NULL, &world->error));
    rows = of_title(world, MEDIA_MOVIE, 603);
    assert_int_equal(rows.items[0].state, LEDGER_WITHDRAWN);
    assert_int_equal(rows.items[0].request_id, 77);
}

static void test_an_answer_to_nothing_is_an_error(void **state)
{
    struct store_world *world = *state;

    assert_int_equal(ledger_answer(world->store, 9, LEDGER_REQUESTED, 1, "", &world->error),
                     ERROR_NOT_FOUND);
}

static void test_asking_again_is_the_same_row_under_the_new_run(void **state)
{
    struct store_world *world = *state;
    int64_t first = intend(world, MEDIA_TV, 1399, "1,2", 1);

    must(world, ledger_answer(world->store, first, LEDGER_FAILED, 5, "500", &world->error));
    assert_int_equal(intend(world, MEDIA_TV, 1399, "1,2", 2), first);
    struct ledger_rows rows = of_title(world, MEDIA_TV, 1399);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].state, LEDGER_INTENT);
    assert_int_equal(rows.items[0].run_id, 2);
    assert_int_equal(rows.items[0].request_id, 0);
}

static void test_kind_quality_and_seasons_tell_rows_apart(void **state)
{
    struct store_world *world = *state;
    struct ledger_row row = {.media_type = MEDIA_MOVIE, .tmdb = 1399, .is_4k = true};
    struct ledger_rows rows;
    int64_t id = 0;

    intend(world, MEDIA_MOVIE, 1399, "", 1);
    intend(world, MEDIA_TV, 1399, "1", 1);
    intend(world, MEDIA_TV, 1399, "2", 1);
    must(world, ledger_intend(world->store, &row, &id, &world->error));
    assert_int_equal(of_title(world, MEDIA_MOVIE, 1399).count, 2);
    assert_int_equal(of_title(world, MEDIA_TV, 1399).count, 2);
    must(world, ledger_load(world->store, world->arena, false, &rows, &world->error));
    assert_int_equal(rows.count, 3);
    must(world, ledger_load(world->store, world->arena, true, &rows, &world->error));
    assert_int_equal(rows.count, 1);
    assert_true(rows.items[0].is_4k);
}

static void test_all_rows_come_by_kind_then_title(void **state)
{
    struct store_world *world = *state;
    struct ledger_rows rows;

    intend(world, MEDIA_TV, 9, "", 1);
    intend(world, MEDIA_MOVIE, 603, "", 1);
    intend(world, MEDIA_MOVIE, 12, "", 1);
    must(world, ledger_load(world->store, world->arena, false, &rows, &world->error));
    assert_int_equal(rows.items[0].tmdb, 12);
    assert_int_equal(rows.items[1].tmdb, 603);
    assert_int_equal(rows.items[2].tmdb, 9);
}

static void test_the_rows_of_a_run_are_found(void **state)
{
    struct store_world *world = *state;
    struct ledger_rows rows;

    intend(world, MEDIA_MOVIE, 1, "", 1);
    intend(world, MEDIA_MOVIE, 2, "", 2);
    must(world, ledger_of_run(world->store, world->arena, 2, &rows, &world->error));
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].tmdb, 2);
}

static void remember(struct store_world *world, enum media_type type, int64_t tmdb,
                     enum ledger_state refusal)
{
    must(world, ledger_remember(world->store, type, tmdb, false, refusal, "seen", &world->error));
}

static void test_a_refusal_is_remembered_without_a_row_of_ours(void **state)
{
    struct store_world *world = *state;

    remember(world, MEDIA_MOVIE, 603, LEDGER_DECLINED);
    struct ledger_rows rows = of_title(world, MEDIA_MOVIE, 603);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].state, LEDGER_DECLINED);
    assert_string_equal(rows.items[0].message, "seen");
    assert_true(rows.items[0].asked_at > 0);
}

static void test_a_refusal_of_our_own_request_keeps_its_number(void **state)
{
    struct store_world *world = *state;
    int64_t id = intend(world, MEDIA_MOVIE, 603, "", 4);

    must(world, ledger_answer(world->store, id, LEDGER_REQUESTED, 77, "", &world->error));
    remember(world, MEDIA_MOVIE, 603, LEDGER_DELETED);
    struct ledger_rows rows = of_title(world, MEDIA_MOVIE, 603);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].id, id);
    assert_int_equal(rows.items[0].state, LEDGER_DELETED);
    assert_int_equal(rows.items[0].request_id, 77);
    assert_int_equal(rows.items[0].run_id, 4);
}

static void test_forgiving_drops_refusals_and_keeps_requests(void **state)
{
    struct store_world *world = *state;
    int64_t count = 0;

    int64_t id = intend(world, MEDIA_TV, 1399, "1", 1);
    must(world, ledger_answer(world->store, id, LEDGER_REQUESTED, 1, "", &world->error));
    id = intend(world, MEDIA_TV, 1399, "2", 1);
    must(world, ledger_answer(world->store, id, LEDGER_WITHDRAWN, 2, "", &world->error));
    remember(world, MEDIA_TV, 1399, LEDGER_BLOCKLISTED);
    remember(world, MEDIA_MOVIE, 1399, LEDGER_DECLINED);
    must(world, ledger_forgive(world->store, MEDIA_TV, 1399, &count, &world->error));
    assert_int_equal(count, 2);
    struct ledger_rows rows = of_title(world, MEDIA_TV, 1399);
    assert_int_equal(rows.count, 3); /* the request, and an allowance for each quality */
    assert_int_equal(rows.items[0].state, LEDGER_REQUESTED);
    assert_int_equal(rows.items[1].state, LEDGER_ALLOWED);
    assert_int_equal(of_title(world, MEDIA_MOVIE, 1399).count, 1);
    must(world, ledger_use_allowance(world->store, MEDIA_TV, 1399, &world->error));
    assert_int_equal(of_title(world, MEDIA_TV, 1399).count, 1);
    must(world, ledger_forgive(world->store, MEDIA_TV, 1399, &count, &world->error));
    assert_int_equal(count, 0);
}

static void test_the_number_of_a_forgiven_row_is_not_used_again(void **state)
{
    struct store_world *world = *state;
    int64_t count = 0;
    int64_t id = intend(world, MEDIA_MOVIE, 603, "", 1);

    must(world, ledger_answer(world->store, id, LEDGER_WITHDRAWN, 0, "", &world->error));
    must(world, ledger_forgive(world->store, MEDIA_MOVIE, 603, &count, &world->error));
    assert_true(intend(world, MEDIA_MOVIE, 604, "", 1) > id);
}

static void test_a_look_is_found_as_it_was_saved(void **state)
{
    struct store_world *world = *state;
    struct title_look read = {0};
    const struct title_look look = {.status = MEDIA_STATUS_PARTIALLY_AVAILABLE,
                                    .seasons = seasons("1,2,3"),
                                    .covered = seasons("1"),
                                    .has_open_request = true,
                                    .looked_at = 1700000000123};

    assert_int_equal(looks_find(world->store, MEDIA_TV, 1399, false, &read, &world->error),
                     ERROR_NOT_FOUND);
    must(world,
         looks_save(world->store, MEDIA_TV, 1399, false, &(struct title_look){0}, &world->error));
    must(world, looks_save(world->store, MEDIA_TV, 1399, false, &look, &world->error));
    must(world, looks_find(world->store, MEDIA_TV, 1399, false, &read, &world->error));
    assert_int_equal(read.status, look.status);
    assert_int_equal(season_set_count(&read.seasons), 3);
    assert_int_equal(season_set_count(&read.covered), 1);
    assert_true(read.has_open_request);
    assert_false(read.has_declined_request);
    assert_int_equal(read.looked_at, look.looked_at);
    assert_int_equal(looks_find(world->store, MEDIA_TV, 1399, true, &read, NULL), ERROR_NOT_FOUND);
    assert_int_equal(looks_find(world->store, MEDIA_MOVIE, 1399, false, &read, NULL),
                     ERROR_NOT_FOUND);
}

/* Whatever a test did, the counts that are kept are those of the rows. */
static int check_counts(void **state)
{
    struct store_world *world = *state;
    int64_t counts[LEDGER_STATES];
    int64_t sum = 0;

    must(world, ledger_counts(world->store, counts, &world->error));
    for (int i = 0; i < LEDGER_STATES; i++)
        sum += counts[i];
    assert_int_equal(sum, store_world_number(world, "SELECT COUNT(*) FROM request_ledger"));
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM ledger_sums WHERE entries <>"
                                               " (SELECT COUNT(*) FROM request_ledger"
                                               "  WHERE request_ledger.state = ledger_sums.state)"),
                     0);
    return store_world_teardown(state);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, store_world_setup, check_counts)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_an_intent_is_there_after_a_restart),
        WITH_WORLD(test_an_answer_is_kept_with_its_request),
        WITH_WORLD(test_an_answer_to_nothing_is_an_error),
        WITH_WORLD(test_asking_again_is_the_same_row_under_the_new_run),
        WITH_WORLD(test_kind_quality_and_seasons_tell_rows_apart),
        WITH_WORLD(test_all_rows_come_by_kind_then_title),
        WITH_WORLD(test_the_rows_of_a_run_are_found),
        WITH_WORLD(test_a_refusal_is_remembered_without_a_row_of_ours),
        WITH_WORLD(test_a_refusal_of_our_own_request_keeps_its_number),
        WITH_WORLD(test_forgiving_drops_refusals_and_keeps_requests),
        WITH_WORLD(test_the_number_of_a_forgiven_row_is_not_used_again),
        WITH_WORLD(test_a_look_is_found_as_it_was_saved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
