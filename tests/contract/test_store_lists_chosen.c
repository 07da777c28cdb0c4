/* What a person chooses for a list, and how lists are looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/store_world.h"

static const struct list_ref letterboxd = {"letterboxd", "dave/watchlist", ""};
static const struct entry heat = {
    .title = "Heat", .year = 1995, .media_type = MEDIA_MOVIE, .ids = {.imdb = "tt0113277"}};

static void test_what_is_chosen_for_a_list_is_kept(void **state)
{
    struct store_world *world = *state;
    struct store *store = world->store;
    struct stored_list list, read;
    int64_t id = store_world_list(world, "imdb", "top");

    must(world, lists_find_id(store, world->arena, id, &list, &world->error));
    assert_int_equal(list.quality, -1);
    assert_string_equal(list.seasons, "all");
    assert_string_equal(list.schedule, "");
    assert_string_equal(list.created_at, "2023-11-14 22:13:20");
    list.description = "The best";
    list.auto_sync = false;
    list.priority = 5;
    list.item_limit = 20;
    list.requester = 3;
    list.quality = 1;
    list.seasons = "1-3,5";
    list.schedule = "0 4 * * *";
    must(world, lists_change(store, &list, &world->error));
    must(world, lists_find(store, world->arena, &list.ref, &read, &world->error));
    assert_int_equal(read.id, id);
    assert_string_equal(read.description, "The best");
    assert_false(read.auto_sync);
    assert_int_equal(read.priority, 5);
    assert_int_equal(read.item_limit, 20);
    assert_int_equal(read.requester, 3);
    assert_int_equal(read.quality, 1);
    assert_string_equal(read.seasons, "1-3,5");
    assert_string_equal(read.schedule, "0 4 * * *");
    assert_string_equal(read.created_at, list.created_at);
}

static void test_a_removed_list_cannot_be_changed_and_comes_back_afresh(void **state)
{
    struct store_world *world = *state;
    struct store *store = world->store;
    struct stored_list list;
    int64_t id = store_world_list(world, "imdb", "top");

    must(world, lists_find_id(store, world->arena, id, &list, &world->error));
    list.schedule = "0 4 * * *";
    list.quality = 1;
    list.requester = 8;
    must(world, lists_change(store, &list, &world->error));
    must(world, lists_remove_id(store, id, &world->error));
    assert_int_equal(lists_change(store, &list, &world->error), ERROR_NOT_FOUND);
    assert_int_equal(lists_find_id(store, world->arena, id, &list, NULL), ERROR_NOT_FOUND);
    assert_int_equal(lists_remove_id(store, id, &world->error), ERROR_NOT_FOUND);
    assert_int_equal(store_world_list(world, "imdb", "top"), id);
    must(world, lists_find_id(store, world->arena, id, &list, &world->error));
    assert_string_equal(list.schedule, "");
    assert_int_equal(list.quality, -1);
    assert_int_equal(list.requester, 0);
}

static void test_what_was_chosen_outlives_a_list_that_the_environment_drops(void **state)
{
    struct store_world *world = *state;
    struct stored_list list;
    int64_t id = 0;

    must(world, lists_add(world->store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &id, &world->error));
    must(world, lists_find_id(world->store, world->arena, id, &list, &world->error));
    list.priority = 1;
    must(world, lists_change(world->store, &list, &world->error));
    must(world, lists_drop(world->store, id, &world->error));
    must(world, lists_add(world->store, &letterboxd, LIST_FROM_ENVIRONMENT, 0, &id, &world->error));
    must(world, lists_find_id(world->store, world->arena, id, &list, &world->error));
    assert_int_equal(list.priority, 1);
}

/* Four lists of different kind, name, order and state, and one of one time. */
static void fill_shelf(struct store_world *world)
{
    static const struct {
        const char *type, *id, *description;
        int64_t priority;
        bool auto_sync, is_read;
    } shelf[] = {
        {"imdb", "top", "zebras", 30, true, false},
        {"imdb", "ls7", "", 20, false, true},
        {"trakt", "some/Films", "Best of Heist", 10, true, false},
        {"trakt", "abc", "", 20, true, true},
    };
    const struct list_ref once = {"imdb", "once", ""};
    int64_t one_time;

    for (size_t i = 0; i < ARRAY_LENGTH(shelf); i++) {
        struct stored_list list;
        int64_t id = store_world_list(world, shelf[i].type, shelf[i].id);
        must(world, lists_find_id(world->store, world->arena, id, &list, &world->error));
        list.description = shelf[i].description;
        list.priority = shelf[i].priority;
        list.auto_sync = shelf[i].auto_sync;
        must(world, lists_change(world->store, &list, &world->error));
        store_world_time += 60000;
        if (shelf[i].is_read)
            store_world_read(world, id, OUTCOME_OK, &heat, 1);
    }
    must(world, lists_add(world->store, &once, LIST_ONE_TIME, 0, &one_time, &world->error));
}

/* The ids of the lists found, joined by blanks, behind their total. */
static const char *look(struct store_world *world, struct lists_query query)
{
    struct stored_lists lists = {0};
    int64_t total = -1;

    must(world, lists_query(world->store, world->arena, &query, &lists, &total, &world->error));
    const char *text = arena_print(world->arena, "%d:", (int)total);
    for (size_t i = 0; i < lists.count; i++)
        text = arena_print(world->arena, "%s %s", text, lists.items[i].ref.id);
    return text;
}

static void test_lists_are_looked_for_by_what_they_are(void **state)
{
    struct store_world *world = *state;

    fill_shelf(world);
    assert_string_equal(look(world, (struct lists_query){.auto_sync = -1}),
                        "4: some/Films ls7 abc top");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = -1, .all = true}),
                        "5: some/Films ls7 abc top once");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = -1, .type = "imdb"}),
                        "2: ls7 top");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = 0}), "1: ls7");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = 1}), "3: some/Films abc top");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = -1, .status = "ok"}),
                        "2: ls7 abc");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = -1, .status = ""}),
                        "2: some/Films top");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = -1, .search = "fILMS"}),
                        "1: some/Films");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = -1, .search = "heist"}),
                        "1: some/Films");
    assert_string_equal(look(world, (struct lists_query){.auto_sync = -1, .search = "%"}), "0:");
}

static void test_lists_come_in_the_order_and_the_page_asked_for(void **state)
{
    struct store_world *world = *state;
    static const struct {
        struct lists_query query;
        const char *found;
    } cases[] = {
        {{.order = LISTS_BY_PRIORITY, .reversed = true}, "4: top abc ls7 some/Films"},
        {{.order = LISTS_BY_NAME}, "4: abc some/Films ls7 top"},
        {{.order = LISTS_BY_NAME, .reversed = true}, "4: top ls7 some/Films abc"},
        {{.order = LISTS_BY_SYNCED}, "4: abc ls7 top some/Films"},
        {{.order = LISTS_BY_SYNCED, .reversed = true}, "4: some/Films top ls7 abc"},
        {{.limit = 2}, "4: some/Films ls7"},
        {{.limit = 3, .offset = 2}, "4: abc top"},
        {{.limit = 3, .offset = 9}, "4:"},
    };

    fill_shelf(world);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct lists_query query = cases[i].query;
        query.auto_sync = -1;
        assert_string_equal(look(world, query), cases[i].found);
    }
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup_still, store_world_teardown_still)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_what_is_chosen_for_a_list_is_kept),
        WITH_WORLD(test_a_removed_list_cannot_be_changed_and_comes_back_afresh),
        WITH_WORLD(test_what_was_chosen_outlives_a_list_that_the_environment_drops),
        WITH_WORLD(test_lists_are_looked_for_by_what_they_are),
        WITH_WORLD(test_lists_come_in_the_order_and_the_page_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
