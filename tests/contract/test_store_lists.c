/* Lists and their last good readings: nothing that a source says by mistake may empty a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/store_world.h"

static const struct list_ref letterboxd = {"letterboxd", "dave/watchlist", "https://l.example/d"};

static const struct entry three[] = {
    {.title = "Heat", .year = 1995, .media_type = MEDIA_MOVIE, .ids = {.imdb = "tt0113277"}},
    {.title = "Alien", .year = 1979, .media_type = MEDIA_MOVIE, .ids = {.imdb = "tt0078748"}},
    {.title = "Dark", .year = 2017, .media_type = MEDIA_TV, .ids = {.tmdb = 70523}},
};

static int64_t wall = 1700000000000;

static int64_t test_wall(void)
{
    return wall;
}

static int64_t test_steady(void)
{
    return wall;
}

static int setup(void **state)
{
    wall = 1700000000000;
    clock_set_for_tests(test_wall, test_steady);
    return store_world_setup(state);
}

static int teardown(void **state)
{
    clock_set_for_tests(NULL, NULL);
    return store_world_teardown(state);
}

static void load_entries(struct store_world *world, int64_t list_id, struct entry_list *ret)
{
    entry_list_init(ret, world->arena);
    must(world, lists_entries(world->store, list_id, ret, &world->error));
}

static size_t count_entries(struct store_world *world, int64_t list_id)
{
    struct entry_list entries;

    load_entries(world, list_id, &entries);
    size_t count = entries.count;
    entry_list_release(&entries);
    return count;
}

static void test_a_list_is_found_as_it_was_added(void **state)
{
    struct store_world *world = *state;
    struct stored_list list;
    int64_t id = 0;

    must(world, lists_add(world->store, &letterboxd, LIST_FROM_ENVIRONMENT, 7, &id, &world->error));
    must(world, lists_find(world->store, world->arena, &letterboxd, &list, &world->error));
    assert_int_equal(list.id, id);
    assert_string_equal(list.ref.type, "letterboxd");
    assert_string_equal(list.ref.url, "https://l.example/d");
    assert_int_equal(list.requester, 7);
    assert_int_equal(list.origin, LIST_FROM_ENVIRONMENT);
    assert_int_equal(list.priority, 100);
    assert_true(list.auto_sync);
    assert_string_equal(list.status, "");
    assert_string_equal(list.last_synced, "");
}

static void test_adding_twice_is_one_list_and_keeps_its_requester(void **state)
{
    struct store_world *world = *state;
    struct stored_lists lists;
    int64_t first = 0, second = 0;

    must(world, lists_add(world->store, &letterboxd, LIST_ADDED, 7, &first, &world->error));
    must(world, lists_add(world->store, &letterboxd, LIST_ADDED, 0, &second, &world->error));
    assert_int_equal(first, second);
    must(world, lists_load(world->store, world->arena, true, &lists, &world->error));
    assert_int_equal(lists.count, 1);
    assert_int_equal(lists.items[0].requester, 7);
}

static void test_the_environment_does_not_bring_back_what_a_person_removed(void **state)
{
    struct store_world *world = *state;
    struct store *store = world->store;
    struct stored_list list;
    struct stored_lists lists;
    int64_t first = 0, again = -1;

    must(world, lists_add(store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &first, &world->error));
    must(world, lists_remove(store, &letterboxd, &world->error));
    assert_int_equal(lists_find(store, world->arena, &letterboxd, &list, NULL), ERROR_NOT_FOUND);
    must(world, lists_add(store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &again, &world->error));
    assert_int_equal(again, 0);
    must(world, lists_load(store, world->arena, true, &lists, &world->error));
    assert_int_equal(lists.count, 0);

    must(world, lists_add(store, &letterboxd, LIST_ADDED, 0, &again, &world->error));
    assert_int_equal(again, first);
    must(world, lists_find(store, world->arena, &letterboxd, &list, &world->error));
    assert_int_equal(list.origin, LIST_ADDED);
}

static void test_a_one_time_sync_of_a_removed_list_does_not_bring_it_back_for_good(void **state)
{
    struct store_world *world = *state;
    struct store *store = world->store;
    struct stored_lists lists;
    struct stored_list list;
    int64_t id = 0;

    must(world, lists_add(store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &id, &world->error));
    must(world, lists_remove(store, &letterboxd, &world->error));
    must(world, lists_add(store, &letterboxd, LIST_ONE_TIME, 0, &id, &world->error));
    assert_true(id > 0);
    must(world, lists_find(store, world->arena, &letterboxd, &list, &world->error));
    must(world, lists_add(store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &id, &world->error));
    assert_int_equal(id, 0);
    must(world, lists_load(store, world->arena, false, &lists, &world->error));
    assert_int_equal(lists.count, 0);
    must(world, lists_load(store, world->arena, true, &lists, &world->error));
    assert_int_equal(lists.count, 1);
}

static void test_a_one_time_list_that_is_added_stays(void **state)
{
    struct store_world *world = *state;
    struct stored_list list;
    int64_t id = 0;

    must(world, lists_add(world->store, &letterboxd, LIST_ONE_TIME, 0, &id, &world->error));
    must(world, lists_add(world->store, &letterboxd, LIST_ADDED, 0, &id, &world->error));
    must(world, lists_add(world->store, &letterboxd, LIST_ONE_TIME, 0, &id, &world->error));
    must(world, lists_find(world->store, world->arena, &letterboxd, &list, &world->error));
    assert_int_equal(list.origin, LIST_ADDED);
}

static void test_removing_what_is_not_there_says_so(void **state)
{
    struct store_world *world = *state;

    assert_int_equal(lists_remove(world->store, &letterboxd, &world->error), ERROR_NOT_FOUND);
    assert_string_equal(world->error.message, "there is no list letterboxd:dave/watchlist");
}

static void test_a_list_that_the_environment_drops_comes_back_when_it_is_named_again(void **state)
{
    struct store_world *world = *state;
    struct store *store = world->store;
    struct stored_list list;
    int64_t first = 0, again = 0;

    must(world, lists_add(store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &first, &world->error));
    store_world_read(world, first, OUTCOME_OK, three, 3);
    must(world, lists_drop(store, first, &world->error));
    assert_int_equal(lists_find(store, world->arena, &letterboxd, &list, NULL), ERROR_NOT_FOUND);
    assert_int_equal(count_entries(world, first), 0);
    must(world, lists_add(store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &again, &world->error));
    assert_int_equal(again, first);
}

static const struct list_ref by_url = {"letterboxd", "https://letterboxd.com/dave/watchlist/", ""};

static void test_a_renamed_list_keeps_all_that_it_has(void **state)
{
    struct store_world *world = *state;
    struct stored_list list;
    int64_t id = 0;

    must(world, lists_add(world->store, &by_url, LIST_ADDED, 7, &id, &world->error));
    store_world_read(world, id, OUTCOME_OK, three, 3);
    must(world, lists_find(world->store, world->arena, &by_url, &list, &world->error));
    must(world, lists_rename(world->store, &list, &letterboxd, &world->error));
    must(world, lists_find(world->store, world->arena, &letterboxd, &list, &world->error));
    assert_int_equal(list.id, id);
    assert_int_equal(list.requester, 7);
    assert_string_equal(list.ref.url, "https://l.example/d");
    assert_int_equal(count_entries(world, id), 3);
    must(world, lists_rename(world->store, &list, &letterboxd, &world->error));
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM lists"), 1);
}

static void test_a_list_renamed_to_one_that_is_there_becomes_one_with_it(void **state)
{
    struct store_world *world = *state;
    struct store *store = world->store;
    struct stored_list list;
    int64_t old = 0, kept = 0;
    int64_t run = store_world_run(world);

    must(world, lists_add(store, &by_url, LIST_ADDED, 7, &old, &world->error));
    must(world, lists_add(store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &kept, &world->error));
    store_world_read(world, old, OUTCOME_OK, three, 3);
    store_world_read(world, kept, OUTCOME_OK, three, 1);
    must(world, runs_record_list(store, run, old, OUTCOME_OK, 3, "", &world->error));
    must(world, lists_find(store, world->arena, &by_url, &list, &world->error));
    must(world, lists_rename(store, &list, &letterboxd, &world->error));
    must(world, lists_find(store, world->arena, &letterboxd, &list, &world->error));
    assert_int_equal(list.id, kept);
    assert_int_equal(list.requester, 7);
    assert_int_equal(list.origin, LIST_ADDED);
    assert_int_equal(count_entries(world, kept), 1);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM lists"), 1);
    assert_int_equal(store_world_number(world, "SELECT list_id FROM run_lists"), kept);
    assert_string_equal(store_world_text(world, "PRAGMA foreign_key_check"), "(no row)");
}

static void test_lists_come_by_priority_then_age(void **state)
{
    struct store_world *world = *state;
    struct stored_lists lists;

    store_world_list(world, "imdb", "first");
    store_world_list(world, "imdb", "second");
    store_world_list(world, "imdb", "third");
    must(world, db_execute(world->store->db,
                           "UPDATE lists SET priority = 1 WHERE list_id = 'third'", &world->error));
    must(world, lists_load(world->store, world->arena, false, &lists, &world->error));
    assert_string_equal(lists.items[0].ref.id, "third");
    assert_string_equal(lists.items[1].ref.id, "first");
    assert_string_equal(lists.items[2].ref.id, "second");
}

static void test_a_reading_comes_back_as_it_was(void **state)
{
    struct store_world *world = *state;
    struct entry_list entries;
    const struct entry whole = {.title = "Amélie",
                                .original_title = "Le Fabuleux Destin d'Amélie Poulain",
                                .year = 2001,
                                .media_type = MEDIA_MOVIE,
                                .ids = {"tt0211915", 194, 5, "letterboxd:amelie"},
                                .season = 0,
                                .unsupported = "a poem"};
    const struct entry season = {
        .title = "Dark", .media_type = MEDIA_TV, .ids = {.tmdb = 70523}, .season = 2};
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, (struct entry[]){whole, season}, 2);
    load_entries(world, id, &entries);
    assert_int_equal(entries.count, 2);
    assert_string_equal(entries.items[0].title, whole.title);
    assert_string_equal(entries.items[0].original_title, whole.original_title);
    assert_int_equal(entries.items[0].year, 2001);
    assert_string_equal(entries.items[0].ids.imdb, "tt0211915");
    assert_int_equal(entries.items[0].ids.tmdb, 194);
    assert_int_equal(entries.items[0].ids.tvdb, 5);
    assert_string_equal(entries.items[0].ids.source_id, "letterboxd:amelie");
    assert_string_equal(entries.items[0].unsupported, "a poem");
    assert_int_equal(entries.items[0].rank, 1);
    assert_int_equal(entries.items[1].media_type, MEDIA_TV);
    assert_int_equal(entries.items[1].season, 2);
    assert_int_equal(entries.items[1].rank, 2);
    assert_null(entries.items[1].original_title);
    assert_null(entries.items[1].ids.source_id);
    assert_null(entries.items[1].unsupported);
    entry_list_release(&entries);
}

static void test_a_complete_reading_replaces_the_one_before(void **state)
{
    struct store_world *world = *state;
    struct entry_list entries;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, three, 3);
    store_world_read(world, id, OUTCOME_OK, (struct entry[]){three[2], three[0]}, 2);
    load_entries(world, id, &entries);
    assert_int_equal(entries.count, 2);
    assert_string_equal(entries.items[0].title, "Dark");
    assert_string_equal(entries.items[1].title, "Heat");
    entry_list_release(&entries);
    assert_int_equal(store_world_number(world, "SELECT item_count FROM lists"), 2);
}

static void test_an_empty_list_is_empty_only_when_the_source_says_so(void **state)
{
    struct store_world *world = *state;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, three, 3);
    store_world_read(world, id, OUTCOME_EMPTY, NULL, 0);
    assert_int_equal(count_entries(world, id), 0);
    assert_string_equal(store_world_text(world, "SELECT status FROM lists"), "empty");
}

static void test_no_other_outcome_touches_the_last_good_reading(void **state)
{
    static const enum outcome failures[] = {
        OUTCOME_PRIVATE,     OUTCOME_NOT_FOUND,      OUTCOME_BLOCKED,     OUTCOME_RATE_LIMITED,
        OUTCOME_AUTH_FAILED, OUTCOME_CHANGED_FORMAT, OUTCOME_UNREACHABLE, OUTCOME_CANCELLED,
    };
    struct store_world *world = *state;
    struct stored_lists lists;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, three, 3);
    wall += 3600 * 1000;
    for (size_t i = 0; i < ARRAY_LENGTH(failures); i++) {
        store_world_read(world, id, failures[i], NULL, 0);
        assert_int_equal(count_entries(world, id), 3);
        must(world, lists_load(world->store, world->arena, false, &lists, &world->error));
        assert_string_equal(lists.items[0].status, outcome_word(failures[i]));
        assert_string_equal(lists.items[0].last_synced, "2023-11-14 22:13:20");
        assert_string_equal(lists.items[0].last_tried, "2023-11-14 23:13:20");
        assert_int_equal(lists.items[0].item_count, 3);
    }
}

static void test_a_partial_reading_adds_and_takes_nothing_away(void **state)
{
    struct store_world *world = *state;
    struct entry_list entries;
    const struct entry fresh = {
        .title = "Ran", .year = 1985, .media_type = MEDIA_MOVIE, .ids = {.imdb = "tt0089881"}};
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, three, 3);
    store_world_read(world, id, OUTCOME_PARTIAL, (struct entry[]){fresh, three[0]}, 2);
    load_entries(world, id, &entries);
    assert_int_equal(entries.count, 4);
    assert_string_equal(entries.items[0].title, "Heat");
    assert_string_equal(entries.items[3].title, "Ran");
    for (size_t i = 1; i < entries.count; i++)
        assert_true(entries.items[i].rank > entries.items[i - 1].rank);
    entry_list_release(&entries);
}

static void test_a_partial_first_reading_is_better_than_none(void **state)
{
    struct store_world *world = *state;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_PARTIAL, three, 2);
    assert_int_equal(count_entries(world, id), 2);
}

static void test_an_entry_named_twice_is_one(void **state)
{
    struct store_world *world = *state;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, (struct entry[]){three[0], three[1], three[0]}, 3);
    assert_int_equal(count_entries(world, id), 2);
    assert_int_equal(store_world_number(world, "SELECT rank FROM list_items WHERE title = 'Heat'"),
                     1);
}

static void test_seasons_of_one_series_are_entries_of_their_own(void **state)
{
    struct store_world *world = *state;
    struct entry seasons[] = {three[2], three[2], three[2]};
    int64_t id = store_world_list(world, "imdb", "ls1");

    seasons[1].season = 1;
    seasons[2].season = 2;
    store_world_read(world, id, OUTCOME_OK, seasons, 3);
    assert_int_equal(count_entries(world, id), 3);
}

static void test_first_seen_is_kept_while_an_entry_stays(void **state)
{
    struct store_world *world = *state;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, three, 1);
    wall += 24 * 3600 * 1000;
    store_world_read(world, id, OUTCOME_OK, (struct entry[]){three[1], three[0]}, 2);
    assert_string_equal(
        store_world_text(world, "SELECT first_seen FROM list_items WHERE title = 'Heat'"),
        "2023-11-14 22:13:20");
    assert_string_equal(
        store_world_text(world, "SELECT first_seen FROM list_items WHERE title = 'Alien'"),
        "2023-11-15 22:13:20");
}

static void test_validators_belong_to_the_last_good_reading(void **state)
{
    struct store_world *world = *state;
    struct list_validators validators;
    struct entry_list entries;
    int64_t id = store_world_list(world, "imdb", "ls1");

    must(world, lists_validators(world->store, id, world->arena, &validators, &world->error));
    assert_string_equal(validators.etag, "");
    entry_list_init(&entries, world->arena);
    entry_list_add(&entries, &three[0]);
    struct list_reading reading = {.outcome = OUTCOME_OK,
                                   .message = "read completely",
                                   .name = "Films",
                                   .total = 1,
                                   .entries = &entries,
                                   .validators = {"\"abc\"", "Tue, 14 Nov 2023 22:13:20 GMT"}};
    must(world, lists_record(world->store, id, &reading, &world->error));
    store_world_read(world, id, OUTCOME_UNREACHABLE, NULL, 0);
    store_world_read(world, id, OUTCOME_UNCHANGED, NULL, 0);
    must(world, lists_validators(world->store, id, world->arena, &validators, &world->error));
    assert_string_equal(validators.etag, "\"abc\"");
    assert_string_equal(validators.last_modified, "Tue, 14 Nov 2023 22:13:20 GMT");
    assert_string_equal(store_world_text(world, "SELECT description FROM lists"), "Films");

    /* What was added by halves is not what the source's validators speak of. */
    store_world_read(world, id, OUTCOME_PARTIAL, &three[1], 1);
    must(world, lists_validators(world->store, id, world->arena, &validators, &world->error));
    assert_string_equal(validators.etag, "");
    entry_list_release(&entries);
}

static void test_unchanged_renews_the_age_and_keeps_the_entries(void **state)
{
    struct store_world *world = *state;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, three, 3);
    wall += 3600 * 1000;
    store_world_read(world, id, OUTCOME_UNCHANGED, NULL, 0);
    assert_int_equal(count_entries(world, id), 3);
    assert_string_equal(store_world_text(world, "SELECT last_synced FROM lists"),
                        "2023-11-14 23:13:20");
    assert_string_equal(store_world_text(world, "SELECT confirmed_at FROM list_snapshots"),
                        "2023-11-14 23:13:20");
}

static void test_reading_the_same_again_writes_no_entry(void **state)
{
    struct store_world *world = *state;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, three, 3);
    must(world, db_execute(world->store->db,
                           "CREATE TRIGGER watch BEFORE UPDATE ON list_items"
                           " BEGIN SELECT RAISE(ABORT, 'an entry was written'); END",
                           &world->error));
    wall += 1000;
    store_world_read(world, id, OUTCOME_OK, three, 3);
}

static void test_a_list_removed_while_it_was_read_stays_forgotten(void **state)
{
    struct store_world *world = *state;
    int64_t id = 0;

    must(world, lists_add(world->store, &letterboxd, LIST_ADDED, 0, &id, &world->error));
    must(world, lists_remove(world->store, &letterboxd, &world->error));
    store_world_read(world, id, OUTCOME_OK, three, 3);
    assert_int_equal(count_entries(world, id), 0);
}

static void test_recording_an_unknown_list_is_an_error(void **state)
{
    struct store_world *world = *state;
    struct list_reading reading = {.outcome = OUTCOME_EMPTY, .total = -1};

    assert_int_equal(lists_record(world->store, 99, &reading, &world->error), ERROR_NOT_FOUND);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_a_list_is_found_as_it_was_added),
        WITH_WORLD(test_adding_twice_is_one_list_and_keeps_its_requester),
        WITH_WORLD(test_the_environment_does_not_bring_back_what_a_person_removed),
        WITH_WORLD(test_a_one_time_sync_of_a_removed_list_does_not_bring_it_back_for_good),
        WITH_WORLD(test_a_one_time_list_that_is_added_stays),
        WITH_WORLD(test_removing_what_is_not_there_says_so),
        WITH_WORLD(test_a_list_that_the_environment_drops_comes_back_when_it_is_named_again),
        WITH_WORLD(test_a_renamed_list_keeps_all_that_it_has),
        WITH_WORLD(test_a_list_renamed_to_one_that_is_there_becomes_one_with_it),
        WITH_WORLD(test_lists_come_by_priority_then_age),
        WITH_WORLD(test_a_reading_comes_back_as_it_was),
        WITH_WORLD(test_a_complete_reading_replaces_the_one_before),
        WITH_WORLD(test_an_empty_list_is_empty_only_when_the_source_says_so),
        WITH_WORLD(test_no_other_outcome_touches_the_last_good_reading),
        WITH_WORLD(test_a_partial_reading_adds_and_takes_nothing_away),
        WITH_WORLD(test_a_partial_first_reading_is_better_than_none),
        WITH_WORLD(test_an_entry_named_twice_is_one),
        WITH_WORLD(test_seasons_of_one_series_are_entries_of_their_own),
        WITH_WORLD(test_first_seen_is_kept_while_an_entry_stays),
        WITH_WORLD(test_validators_belong_to_the_last_good_reading),
        WITH_WORLD(test_unchanged_renews_the_age_and_keeps_the_entries),
        WITH_WORLD(test_reading_the_same_again_writes_no_entry),
        WITH_WORLD(test_a_list_removed_while_it_was_read_stays_forgotten),
        WITH_WORLD(test_recording_an_unknown_list_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
