/* Why: an item is found by any of its names, and tells its story. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/store_world.h"

static void test_the_story_of_an_item_says_where_from_and_why(void **state)
{
    struct store_world *world = *state;
    const struct entry entry = {
        .title = "Heat", .year = 1995, .media_type = MEDIA_MOVIE, .ids = {.imdb = "tt0113277"}};
    const struct list_ref ref = {"imdb", "ls1", ""};
    const struct merge_list list = {.ref = &ref, .list_id = store_world_list(world, "imdb", "ls1")};
    struct item_source source = {&list, 2};
    struct item item = store_world_heat;

    item.sources = &source;
    item.source_count = 1;
    store_world_read(world, list.list_id, OUTCOME_OK,
                     (struct entry[]){{.title = "Ran", .year = 1985}, entry}, 2);
    int64_t run = store_world_run(world);
    store_world_item(world, run, &item);
    struct item_stories stories = store_world_explain(world, "tt0113277");
    assert_int_equal(stories.count, 1);
    const struct item_story *story = &stories.items[0];
    assert_string_equal(story->title, "Heat");
    assert_int_equal(story->year, 1995);
    assert_int_equal(story->ids.tmdb, 949);
    assert_string_equal(story->status, "requested");
    assert_string_equal(story->proof, "imdb");
    assert_string_equal(story->evidence, store_world_heat.evidence);
    assert_int_equal(story->source_count, 1);
    assert_string_equal(story->sources[0].type, "imdb");
    assert_string_equal(story->sources[0].id, "ls1");
    assert_int_equal(story->sources[0].rank, 2);
    assert_int_equal(strlen(story->sources[0].last_seen), 19);
    assert_int_equal(story->history_count, 1);
    assert_int_equal(story->history[0].run_id, run);
    assert_int_equal(story->history[0].decision, DECISION_REQUEST);
    assert_string_equal(story->history[0].rule, "new");
    assert_string_equal(story->history[0].reason, store_world_heat.reason);
    assert_string_equal(story->history[0].answer, "201");
}

static void test_an_item_is_found_by_any_of_its_names(void **state)
{
    static const char *const queries[] = {
        "Heat",
        " heat ",
        "HE",
        "tt0113277",
        "tmdb:949",
        "movie:949",
        "tvdb:41",
        "movie:tmdb:949",
        "949",
        "letterboxd:heat-1995",
        "https://www.imdb.com/title/tt0113277/",
    };
    static const char *const strangers[] = {"tv:949", "tt0000001", "tmdb:1", "Hea t", "", "!?"};
    struct store_world *world = *state;
    struct item item = store_world_heat;

    item.ids.tvdb = 41;
    item.ids.source_id = "letterboxd:heat-1995";
    store_world_item(world, store_world_run(world), &item);
    for (size_t i = 0; i < ARRAY_LENGTH(queries); i++) {
        if (store_world_explain(world, queries[i]).count != 1)
            fail_msg("not found by \"%s\"", queries[i]);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(strangers); i++) {
        if (store_world_explain(world, strangers[i]).count != 0)
            fail_msg("found by \"%s\"", strangers[i]);
    }
}

static void test_the_best_match_of_a_title_comes_first(void **state)
{
    static const char *const titles[] = {"The Heat", "Heathers", "Heat"};
    struct store_world *world = *state;
    int64_t run = store_world_run(world);

    for (size_t i = 0; i < ARRAY_LENGTH(titles); i++) {
        struct item item = {
            .title = titles[i], .media_type = MEDIA_MOVIE, .ids = {.tmdb = (int64_t)i + 1}};
        store_world_item(world, run, &item);
    }
    struct item_stories stories = store_world_explain(world, "heat");
    assert_int_equal(stories.count, 3);
    assert_string_equal(stories.items[0].title, "Heat");
    assert_string_equal(stories.items[1].title, "Heathers");
    assert_string_equal(stories.items[2].title, "The Heat");
}

static void test_a_title_that_is_a_number_is_found_as_a_title(void **state)
{
    struct store_world *world = *state;
    struct item item = {.title = "1917", .media_type = MEDIA_MOVIE, .ids = {.tmdb = 530915}};

    store_world_item(world, store_world_run(world), &item);
    assert_int_equal(store_world_explain(world, "1917").count, 1);
}

static void record_titles(struct store_world *world)
{
    static const struct {
        const char *title;
        int year;
    } titles[] = {{"The Heat", 2013}, {"Heat", 1986}, {"Heat", 1995}, {"Blade Runner 2049", 2017}};
    int64_t run = store_world_run(world);

    for (size_t i = 0; i < ARRAY_LENGTH(titles); i++) {
        struct item item = {.title = titles[i].title,
                            .year = titles[i].year,
                            .media_type = MEDIA_MOVIE,
                            .ids = {.tmdb = (int64_t)i + 1}};
        store_world_item(world, run, &item);
    }
}

static void test_a_title_with_its_year_is_that_title(void **state)
{
    static const struct {
        const char *query;
        size_t count, exact;
        int64_t year; /* of the first */
    } cases[] = {
        {"Heat (1995)", 1, 1, 1995}, {"heat 1995", 1, 1, 1995}, {"heat 1986", 1, 1, 1986},
        {"heat (2013)", 1, 0, 2013}, {"eat 1995", 1, 0, 1995},  {"blade runner 2049", 1, 1, 2017},
        {"heat (1950)", 3, 0, 0},    {"heat", 3, 2, 0},         {"the heat", 1, 1, 2013},
        {"(1995)", 0, 0, 0},
    };
    struct store_world *world = *state;

    record_titles(world);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct item_stories stories = store_world_explain(world, cases[i].query);
        if (stories.count != cases[i].count || stories.exact != cases[i].exact)
            fail_msg("\"%s\": %zu found, %zu exactly", cases[i].query, stories.count,
                     stories.exact);
        if (cases[i].year)
            assert_int_equal(stories.items[0].year, cases[i].year);
    }
}

static void test_what_is_beyond_the_limit_is_counted(void **state)
{
    struct store_world *world = *state;
    struct item_stories stories = {0};

    record_titles(world);
    must(world, runs_explain(world->store, world->arena, "heat", 1, &stories, &world->error));
    assert_int_equal(stories.count, 1);
    assert_int_equal(stories.more, 2);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_the_story_of_an_item_says_where_from_and_why),
        WITH_WORLD(test_an_item_is_found_by_any_of_its_names),
        WITH_WORLD(test_the_best_match_of_a_title_comes_first),
        WITH_WORLD(test_a_title_that_is_a_number_is_found_as_a_title),
        WITH_WORLD(test_a_title_with_its_year_is_that_title),
        WITH_WORLD(test_what_is_beyond_the_limit_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
