/* Items: one row per title, whatever it was known by before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/store_world.h"

static void record(struct store_world *world, int64_t run, const struct item *item, bool dry_run)
{
    must(world, runs_record_item(world->store, run, item, item_key(item, world->arena), dry_run,
                                 &world->error));
}

static void test_the_columns_that_scripts_know_are_filled(void **state)
{
    struct store_world *world = *state;
    const struct list_ref ref = {"trakt", "u/l", ""};
    const struct merge_list list = {.ref = &ref,
                                    .list_id = store_world_list(world, "trakt", "u/l")};
    struct item_source source = {&list, 1};
    struct item item = store_world_heat;

    item.sources = &source;
    item.source_count = 1;
    store_world_item(world, store_world_run(world), &item);
    assert_string_equal(
        store_world_text(world, "SELECT title || '|' || year || '|' || media_type || '|' ||"
                                " imdb_id || '|' || overseerr_id || '|' || status || '|' ||"
                                " provider_source || '|' || error_message FROM synced_items"),
        "Heat|1995|movie|tt0113277|949|requested|trakt|");
}

static const char *traces(struct store_world *world)
{
    return store_world_text(
        world, "SELECT decision || ' ' || last_run_id || ' ' || first_seen FROM synced_items");
}

static int64_t wall;

static int64_t test_wall(void)
{
    return wall;
}

static void test_an_item_knows_its_last_real_run_and_when_it_was_new(void **state)
{
    struct store_world *world = *state;
    struct item available = store_world_heat;

    wall = 1700000000000;
    clock_set_for_tests(test_wall, test_wall);
    available.decision = DECISION_SKIP_AVAILABLE;
    record(world, store_world_run(world), &available, true);
    assert_string_equal(traces(world), " 0 2023-11-14 22:13:20");
    wall += 1000;
    record(world, store_world_run(world), &store_world_heat, false);
    assert_string_equal(traces(world), "request 2 2023-11-14 22:13:20");
    record(world, store_world_run(world), &available, true);
    assert_string_equal(traces(world), "request 2 2023-11-14 22:13:20");
    record(world, store_world_run(world), &available, false);
    assert_string_equal(traces(world), "skip_available 4 2023-11-14 22:13:20");
    clock_set_for_tests(NULL, NULL);
}

static void test_rows_that_become_one_keep_the_older_traces(void **state)
{
    struct store_world *world = *state;
    struct item by_imdb = store_world_heat, by_tmdb = store_world_heat;

    wall = 1700000000000;
    clock_set_for_tests(test_wall, test_wall);
    by_imdb.ids.tmdb = 0;
    by_tmdb.ids = (struct ids){.tmdb = 949};
    record(world, store_world_run(world), &by_imdb, false);
    wall += 1000;
    record(world, store_world_run(world), &by_tmdb, true);
    must(world, db_execute(world->store->db,
                           "INSERT INTO item_matches SELECT item_key, id, media_type, 949, 'Heat',"
                           " 'anna', 'now' FROM synced_items",
                           &world->error));
    record(world, store_world_run(world), &store_world_heat, true);
    assert_int_equal(store_world_items(world), 1);
    assert_string_equal(traces(world), "request 1 2023-11-14 22:13:20");
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM item_matches"), 2);
    clock_set_for_tests(NULL, NULL);
}

static void test_an_item_that_gets_its_tmdb_id_keeps_its_row(void **state)
{
    struct store_world *world = *state;
    struct item unresolved = store_world_heat;

    unresolved.ids.tmdb = 0;
    unresolved.status = ITEM_STATUS_NOT_FOUND;
    int64_t first = store_world_item(world, store_world_run(world), &unresolved);
    int64_t second = store_world_item(world, store_world_run(world), &store_world_heat);
    assert_int_equal(first, second);
    assert_int_equal(store_world_items(world), 1);
    assert_string_equal(store_world_text(world, "SELECT item_key FROM synced_items"),
                        "movie:tmdb:949");
}

static void test_a_row_is_found_by_each_other_id_of_the_same_kind(void **state)
{
    static const struct ids known_by[] = {
        {.imdb = "tt0113277"},
        {.tvdb = 41},
        {.source_id = "letterboxd:heat-1995"},
    };
    struct store_world *world = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(known_by); i++) {
        struct item before = store_world_heat, after = store_world_heat;
        before.ids = known_by[i];
        after.ids = known_by[i];
        after.ids.tmdb = 949 + (int64_t)i;
        int64_t run = store_world_run(world);
        int64_t first = store_world_item(world, run, &before);
        assert_int_equal(store_world_item(world, run, &after), first);
        assert_int_equal(store_world_items(world), (int64_t)i + 1);
    }
}

static void test_a_title_proved_by_its_name_keeps_the_row_it_had_without_ids(void **state)
{
    struct store_world *world = *state;
    struct item nameless = store_world_heat, proved = store_world_heat;

    nameless.ids = (struct ids){.imdb = ""};
    nameless.decision = DECISION_UNMATCHED;
    nameless.status = ITEM_STATUS_NOT_FOUND;
    proved.ids = (struct ids){.tmdb = 949};
    proved.proof = PROOF_TITLE;
    int64_t first = store_world_item(world, store_world_run(world), &nameless);
    assert_int_equal(store_world_item(world, store_world_run(world), &proved), first);
    assert_int_equal(store_world_items(world), 1);
}

/* What a person said: the row that was matched stays the item's, and takes in the other one. */
static void test_a_matched_row_becomes_that_of_the_title(void **state)
{
    struct store_world *world = *state;
    struct item unknown = {.title = "Haet", .media_type = MEDIA_MOVIE};
    struct item matched = {.title = "Haet", .media_type = MEDIA_MOVIE, .ids = {.tmdb = 949}};
    int64_t row = store_world_item(world, store_world_run(world), &unknown);
    int64_t other = store_world_item(world, store_world_run(world), &store_world_heat);
    int64_t found = 0;

    assert_int_not_equal(row, other);
    matched.proof = PROOF_PERSON;
    matched.row = row;
    must(world, db_execute(world->store->db,
                           "INSERT INTO item_matches VALUES ('title:haet:0:movie', 1, 'movie', 949,"
                           " 'Heat', 'anna', '2026-11-22 09:33:56')",
                           &world->error));
    must(world, runs_find_item(world->store, &matched, "movie:tmdb:949", &found, &world->error));
    assert_int_equal(found, other);
    matched.row = store_world_item(world, store_world_run(world), &matched);
    assert_int_equal(matched.row, other);
    assert_int_equal(store_world_items(world), 1);
    assert_int_equal(store_world_number(world, "SELECT item_id FROM item_matches"), other);
    assert_int_equal(store_world_item(world, store_world_run(world), &matched), other);
}

static void test_a_row_is_found_without_being_made(void **state)
{
    struct store_world *world = *state;
    int64_t found = -1;

    must(world,
         runs_find_item(world->store, &store_world_heat, "movie:tmdb:949", &found, &world->error));
    assert_int_equal(found, 0);
    assert_int_equal(store_world_items(world), 0);
    int64_t row = store_world_item(world, store_world_run(world), &store_world_heat);
    must(world,
         runs_find_item(world->store, &store_world_heat, "movie:tmdb:949", &found, &world->error));
    assert_int_equal(found, row);
}

static void test_the_same_name_alone_joins_nothing(void **state)
{
    struct store_world *world = *state;
    struct item nameless = store_world_heat;
    int64_t run = store_world_run(world);

    nameless.ids = (struct ids){.imdb = ""};
    store_world_item(world, run, &nameless);
    store_world_item(world, run, &store_world_heat);
    assert_int_equal(store_world_items(world), 2);
}

static void test_a_film_and_a_series_of_one_number_are_two_rows(void **state)
{
    struct store_world *world = *state;
    struct item film = {.title = "One", .media_type = MEDIA_MOVIE, .ids = {.tmdb = 1399}};
    struct item series = {.title = "Two", .media_type = MEDIA_TV, .ids = {.tmdb = 1399}};
    int64_t run = store_world_run(world);

    assert_int_not_equal(store_world_item(world, run, &film),
                         store_world_item(world, run, &series));
    assert_int_equal(store_world_items(world), 2);
}

static void test_ids_that_speak_against_each_other_are_two_rows(void **state)
{
    struct store_world *world = *state;
    struct item one = store_world_heat, other = store_world_heat;
    int64_t run = store_world_run(world);

    one.ids = (struct ids){.imdb = "tt0113277", .tvdb = 41};
    other.ids = (struct ids){.imdb = "tt9999999", .tvdb = 41};
    store_world_item(world, run, &one);
    store_world_item(world, run, &other);
    assert_int_equal(store_world_items(world), 2);
}

static void test_a_corrected_tmdb_number_keeps_the_row(void **state)
{
    struct store_world *world = *state;
    struct item corrected = store_world_heat;

    corrected.ids.tmdb = 950;
    int64_t first = store_world_item(world, store_world_run(world), &store_world_heat);
    assert_int_equal(store_world_item(world, store_world_run(world), &corrected), first);
    assert_int_equal(store_world_number(world, "SELECT overseerr_id FROM synced_items"), 950);
}

static void test_an_item_that_lost_its_id_for_a_run_forgets_nothing(void **state)
{
    struct store_world *world = *state;
    struct item disputed = store_world_heat;

    disputed.ids.tmdb = 0;
    int64_t first = store_world_item(world, store_world_run(world), &store_world_heat);
    assert_int_equal(store_world_item(world, store_world_run(world), &disputed), first);
    assert_int_equal(store_world_number(world, "SELECT overseerr_id FROM synced_items"), 949);
    assert_string_equal(store_world_text(world, "SELECT item_key FROM synced_items"),
                        "movie:tmdb:949");
}

static void test_two_rows_that_turn_out_to_be_one_are_folded(void **state)
{
    struct store_world *world = *state;
    struct item by_imdb = store_world_heat, by_tmdb = store_world_heat;
    int64_t first_run = store_world_run(world);

    by_imdb.ids = (struct ids){.imdb = "tt0113277"};
    by_tmdb.ids = (struct ids){.tmdb = 949};
    int64_t imdb_row = store_world_item(world, first_run, &by_imdb);
    must(world, items_set_ignored(world->store, imdb_row, true, &world->error));
    int64_t tmdb_row = store_world_item(world, store_world_run(world), &by_tmdb);
    assert_int_not_equal(imdb_row, tmdb_row);
    int64_t folded = store_world_item(world, store_world_run(world), &store_world_heat);
    assert_int_equal(folded, tmdb_row);
    assert_int_equal(store_world_items(world), 1);
    assert_int_equal(store_world_number(world, "SELECT ignored FROM synced_items"), 1);
    assert_int_equal(store_world_explain(world, "tt0113277").items[0].history_count, 3);
}

static void test_a_dry_run_leaves_the_status_alone(void **state)
{
    struct store_world *world = *state;
    struct item preview = store_world_heat;

    preview.status = ITEM_STATUS_WOULD_BE_SYNCED;
    record(world, store_world_run(world), &preview, true);
    assert_string_equal(store_world_text(world, "SELECT status FROM synced_items"), "");
    record(world, store_world_run(world), &store_world_heat, false);
    record(world, store_world_run(world), &preview, true);
    assert_string_equal(store_world_text(world, "SELECT status FROM synced_items"), "requested");
    struct item_story story = store_world_explain(world, "Heat").items[0];
    assert_int_equal(story.history[0].status, ITEM_STATUS_WOULD_BE_SYNCED);
    assert_int_equal(story.history[1].status, ITEM_STATUS_REQUESTED);
}

static void count_ignored(void *context, enum media_type media_type, const struct ids *ids)
{
    assert_int_equal(media_type, MEDIA_MOVIE);
    assert_int_equal(ids->tmdb, 949);
    ++*(int *)context;
}

static void test_what_is_ignored_stays_so_until_taken_back(void **state)
{
    struct store_world *world = *state;
    int count = 0;
    int64_t id = store_world_item(world, store_world_run(world), &store_world_heat);

    must(world, items_set_ignored(world->store, id, true, &world->error));
    store_world_item(world, store_world_run(world), &store_world_heat);
    must(world, items_each_ignored(world->store, count_ignored, &count, &world->error));
    assert_int_equal(count, 1);
    must(world, items_set_ignored(world->store, id, false, &world->error));
    must(world, items_each_ignored(world->store, count_ignored, &count, &world->error));
    assert_int_equal(count, 1);
    assert_int_equal(items_set_ignored(world->store, 99, true, NULL), ERROR_NOT_FOUND);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_the_columns_that_scripts_know_are_filled),
        WITH_WORLD(test_an_item_knows_its_last_real_run_and_when_it_was_new),
        WITH_WORLD(test_rows_that_become_one_keep_the_older_traces),
        WITH_WORLD(test_an_item_that_gets_its_tmdb_id_keeps_its_row),
        WITH_WORLD(test_a_row_is_found_by_each_other_id_of_the_same_kind),
        WITH_WORLD(test_a_title_proved_by_its_name_keeps_the_row_it_had_without_ids),
        WITH_WORLD(test_a_matched_row_becomes_that_of_the_title),
        WITH_WORLD(test_a_row_is_found_without_being_made),
        WITH_WORLD(test_the_same_name_alone_joins_nothing),
        WITH_WORLD(test_a_film_and_a_series_of_one_number_are_two_rows),
        WITH_WORLD(test_ids_that_speak_against_each_other_are_two_rows),
        WITH_WORLD(test_a_corrected_tmdb_number_keeps_the_row),
        WITH_WORLD(test_an_item_that_lost_its_id_for_a_run_forgets_nothing),
        WITH_WORLD(test_two_rows_that_turn_out_to_be_one_are_folded),
        WITH_WORLD(test_a_dry_run_leaves_the_status_alone),
        WITH_WORLD(test_what_is_ignored_stays_so_until_taken_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
