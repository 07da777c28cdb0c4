#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/merge.h"

enum { LISTS_MAX = 4, ENTRIES_MAX = 16 };

static const struct list_ref refs[LISTS_MAX] = {
    {.type = "imdb", .id = "ls1"},
    {.type = "trakt", .id = "anna/seen"},
    {.type = "letterboxd", .id = "bob/best"},
    {.type = "mdblist", .id = "carl/tv"},
};

/* A world of a few lists. */
struct world {
    struct arena *arena;
    struct entry entries[LISTS_MAX][ENTRIES_MAX];
    struct merge_list lists[LISTS_MAX];
    struct item_list items;
};

static int make_world(void **state)
{
    struct world *world = memory_new(sizeof(*world));

    world->arena = arena_new();
    item_list_init(&world->items, world->arena);
    for (int i = 0; i < LISTS_MAX; i++)
        world->lists[i] = (struct merge_list){
            .ref = &refs[i], .list_id = i + 1, .requester = i, .entries = world->entries[i]};
    world->lists[1].source = "Trakt";
    *state = world;
    return 0;
}

static int release_world(void **state)
{
    struct world *world = *state;

    item_list_release(&world->items);
    arena_free(world->arena);
    memory_release_local(state);
    return 0;
}

static struct entry *add(struct world *world, int list, const char *imdb, enum media_type kind,
                         int64_t tmdb)
{
    struct entry *entry = &world->entries[list][world->lists[list].count++];

    *entry = (struct entry){.title = "",
                            .media_type = kind,
                            .ids = {.tmdb = tmdb},
                            .rank = (int)world->lists[list].count};
    ids_set_imdb(&entry->ids, imdb);
    return entry;
}

static const struct item *merge(struct world *world, size_t expected)
{
    merge_lists(world->lists, LISTS_MAX, &world->items);
    assert_int_equal(world->items.count, expected);
    return world->items.items;
}

static void test_no_entries_make_no_items(void **state)
{
    merge(*state, 0);
    merge_again(&((struct world *)*state)->items);
}

static void test_five_lists_one_item(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0113277", MEDIA_UNKNOWN, 0);
    add(world, 1, "tt0113277", MEDIA_MOVIE, 949)->title = "Heat";
    add(world, 2, NULL, MEDIA_MOVIE, 949)->ids.source_id = "letterboxd:heat-1995";
    add(world, 3, NULL, MEDIA_UNKNOWN, 0)->ids.source_id = "letterboxd:heat-1995";
    const struct item *item = merge(world, 1);

    assert_string_equal(item->title, "Heat");
    assert_int_equal(item->media_type, MEDIA_MOVIE);
    assert_string_equal(item->ids.imdb, "tt0113277");
    assert_int_equal(item->ids.tmdb, 949);
    assert_string_equal(item->ids.source_id, "letterboxd:heat-1995");
    assert_int_equal(item->source_count, 4);
    assert_null(item->conflict);
    assert_int_equal(item->proof, PROOF_LIST);
    assert_string_equal(item->evidence, "Trakt anna/seen gives TMDB 949");
    assert_true(item->whole_series);
}

static void test_kinds_keep_numbered_ids_apart(void **state)
{
    struct world *world = *state;

    add(world, 0, NULL, MEDIA_MOVIE, 1399);
    add(world, 1, NULL, MEDIA_TV, 1399);
    add(world, 2, NULL, MEDIA_UNKNOWN, 1399);
    add(world, 3, NULL, MEDIA_UNKNOWN, 1399);
    const struct item *items = merge(world, 4);

    assert_int_equal(items[1].media_type, MEDIA_TV);
    assert_int_equal(items[0].proof, PROOF_LIST);
    assert_int_equal(items[2].proof, PROOF_NONE);
}

static void test_titles_never_join(void **state)
{
    struct world *world = *state;

    for (int list = 0; list < 2; list++) {
        struct entry *entry = add(world, list, NULL, MEDIA_MOVIE, 0);
        entry->title = "Heat";
        entry->year = 1995;
    }
    merge(world, 2);
}

static void test_a_kind_that_is_learnt_joins_on(void **state)
{
    struct world *world = *state;

    add(world, 0, NULL, MEDIA_TV, 1396);
    add(world, 1, "tt0903747", MEDIA_UNKNOWN, 1396); /* kind known only through the next */
    add(world, 2, "tt0903747", MEDIA_TV, 0);
    const struct item *item = merge(world, 1);

    assert_int_equal(item->source_count, 3);
    assert_int_equal(item->ids.tmdb, 1396);
    assert_null(item->conflict);
}

static void test_two_imdb_ids(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0113277", MEDIA_MOVIE, 949);
    add(world, 1, "tt0048434", MEDIA_MOVIE, 949);
    const struct item *item = merge(world, 1);

    assert_string_equal(item->ids.imdb, "");
    assert_string_equal(item->conflict, "imdb ls1 says tt0113277, Trakt anna/seen says tt0048434");
    assert_int_equal(item->proof, PROOF_NONE);
}

static void test_two_tmdb_ids(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0113277", MEDIA_MOVIE, 949);
    add(world, 1, "tt0113277", MEDIA_UNKNOWN, 950);
    const struct item *item = merge(world, 1);

    assert_string_equal(item->ids.imdb, "tt0113277");
    assert_int_equal(item->ids.tmdb, 0);
    assert_int_equal(item->media_type, MEDIA_MOVIE);
    assert_string_equal(item->conflict, "imdb ls1 says TMDB 949, Trakt anna/seen says TMDB 950");
}

static void test_film_and_series(void **state)
{
    struct world *world = *state;

    add(world, 1, "tt14403178", MEDIA_MOVIE, 154385);
    add(world, 3, "tt14403178", MEDIA_TV, 154385)->ids.tvdb = 400000;
    const struct item *item = merge(world, 1);

    assert_string_equal(item->ids.imdb, "tt14403178");
    assert_int_equal(item->ids.tmdb, 0);
    assert_int_equal(item->ids.tvdb, 0);
    assert_int_equal(item->media_type, MEDIA_UNKNOWN);
    assert_string_equal(item->conflict,
                        "Trakt anna/seen says a film, mdblist carl/tv says a series");
}

static void test_every_disagreement_is_named(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0113277", MEDIA_MOVIE, 949)->ids.source_id = "letterboxd:heat";
    add(world, 2, "tt2404463", MEDIA_MOVIE, 136795)->ids.source_id = "letterboxd:heat";
    const struct item *item = merge(world, 1);

    assert_string_equal(item->conflict,
                        "imdb ls1 says tt0113277, letterboxd bob/best says tt2404463; "
                        "imdb ls1 says TMDB 949, letterboxd bob/best says TMDB 136795");
}

static void test_two_tvdb_ids_are_dropped_only(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0903747", MEDIA_TV, 1396)->ids.tvdb = 81189;
    add(world, 1, "tt0903747", MEDIA_TV, 1396)->ids.tvdb = 81190;
    const struct item *item = merge(world, 1);

    assert_int_equal(item->ids.tvdb, 0);
    assert_int_equal(item->ids.tmdb, 1396);
    assert_null(item->conflict);
}

static void test_order_of_items_and_sources(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0000003", MEDIA_MOVIE, 0)->rank = 9;
    add(world, 0, "tt0000001", MEDIA_MOVIE, 0)->rank = 2;
    add(world, 1, "tt0000002", MEDIA_MOVIE, 0);
    add(world, 1, "tt0000001", MEDIA_MOVIE, 0);
    add(world, 2, "tt0000001", MEDIA_MOVIE, 0);
    const struct item *items = merge(world, 3);

    assert_string_equal(items[0].ids.imdb, "tt0000001");
    assert_string_equal(items[1].ids.imdb, "tt0000003");
    assert_string_equal(items[2].ids.imdb, "tt0000002");
    assert_int_equal(items[0].source_count, 3);
    assert_ptr_equal(items[0].sources[0].list, &world->lists[0]);
    assert_int_equal(items[0].sources[0].rank, 2);
    assert_ptr_equal(items[0].sources[2].list, &world->lists[2]);
}

static void test_seasons_of_one_series_are_joined(void **state)
{
    struct world *world = *state;
    char text[SEASON_SET_TEXT];

    add(world, 0, NULL, MEDIA_TV, 1396)->season = 2;
    add(world, 0, NULL, MEDIA_TV, 1396)->season = 4;
    add(world, 1, NULL, MEDIA_TV, 60622)->season = 1;
    add(world, 2, NULL, MEDIA_TV, 60622);
    const struct item *items = merge(world, 2);

    assert_false(items[0].whole_series);
    season_set_format(&items[0].seasons, text);
    assert_string_equal(text, "2,4");
    assert_int_equal(items[0].source_count, 1);
    assert_int_equal(items[0].sources[0].rank, 1);
    assert_true(items[1].whole_series);
}

static void test_what_seerr_cannot_hold(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0000001", MEDIA_UNKNOWN, 0)->unsupported = "a video game";
    add(world, 0, "tt0000002", MEDIA_TV, 0)->unsupported = "a music video";
    add(world, 2, "tt0000002", MEDIA_MOVIE, 92060);
    const struct item *items = merge(world, 2);

    assert_string_equal(items[0].unsupported, "a video game");
    assert_null(items[1].unsupported);
    assert_null(items[1].conflict);
    assert_int_equal(items[1].media_type, MEDIA_MOVIE);
    assert_int_equal(items[1].source_count, 2);
}

static void test_title_and_year_come_from_one_entry(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0113277", MEDIA_MOVIE, 0);
    add(world, 1, "tt0113277", MEDIA_MOVIE, 0)->title = "Heat (Mann)";
    struct entry *best = add(world, 2, "tt0113277", MEDIA_MOVIE, 0);
    best->title = "Heat";
    best->original_title = "Heat!";
    best->year = 1995;
    const struct item *item = merge(world, 1);

    assert_string_equal(item->title, "Heat");
    assert_string_equal(item->original_title, "Heat!");
    assert_int_equal(item->year, 1995);
}

static void test_merging_again_after_resolving(void **state)
{
    struct world *world = *state;

    add(world, 0, "tt0903747", MEDIA_TV, 0)->season = 5;
    add(world, 1, NULL, MEDIA_MOVIE, 1396);
    add(world, 2, NULL, MEDIA_TV, 1396)->season = 1;
    add(world, 3, NULL, MEDIA_UNKNOWN, 0);
    merge(world, 4);
    world->items.items[0].ids.tmdb = 1396;
    merge_again(&world->items);
    const struct item *items = world->items.items;

    assert_int_equal(world->items.count, 3);
    assert_int_equal(items[0].source_count, 2);
    assert_int_equal(season_set_count(&items[0].seasons), 2);
    assert_int_equal(items[1].media_type, MEDIA_MOVIE);
    assert_int_equal(items[2].source_count, 1);
    merge_again(&world->items);
    assert_int_equal(world->items.count, 3);
}

static void test_the_key_is_that_of_the_strongest_id(void **state)
{
    struct world *world = *state;
    struct item item = {.title = "The Matrix", .year = 1999, .media_type = MEDIA_MOVIE};

    assert_string_equal(item_key(&item, world->arena), "title:the matrix:1999:movie");
    item.ids.source_id = "letterboxd:the-matrix";
    assert_string_equal(item_key(&item, world->arena), "letterboxd:the-matrix");
    item.ids.tvdb = 12;
    assert_string_equal(item_key(&item, world->arena), "movie:tvdb:12");
    ids_set_imdb(&item.ids, "tt0133093");
    assert_string_equal(item_key(&item, world->arena), "imdb:tt0133093");
    item.ids.tmdb = 603;
    assert_string_equal(item_key(&item, world->arena), "movie:tmdb:603");
    item.media_type = MEDIA_UNKNOWN;
    assert_string_equal(item_key(&item, world->arena), "imdb:tt0133093");
    struct item signs = {.title = "???"};
    assert_string_equal(item_key(&signs, world->arena), "title:???:0:unknown");
}

static void test_proof_words(void **state)
{
    (void)state;
    for (int i = PROOF_NONE; i <= PROOF_PERSON; i++)
        assert_true(strlen(proof_word((enum proof)i)) > 0);
    assert_string_equal(proof_word(PROOF_ID_MAP), "id_map");
}

static void fill_many(struct entry *entries, size_t count, int64_t first)
{
    for (size_t i = 0; i < count; i++) {
        char imdb[16];
        snprintf(imdb, sizeof(imdb), "tt%07d", (int)i + 1);
        entries[i] = (struct entry){.title = "many",
                                    .media_type = i % 3 ? MEDIA_MOVIE : MEDIA_UNKNOWN,
                                    .ids = {.tmdb = first + (int64_t)i},
                                    .rank = (int)i + 1};
        ids_set_imdb(&entries[i].ids, imdb);
    }
}

static void test_fifty_thousand_entries(void **state)
{
    enum { COUNT = 25000, SECONDS_MAX = 10 /* even under sanitizers on a busy machine */ };
    struct world *world = *state;
    AUTO_FREE struct entry *a = memory_array(COUNT, sizeof(*a));
    AUTO_FREE struct entry *b = memory_array(COUNT, sizeof(*b));
    struct merge_list lists[] = {{.ref = &refs[0], .entries = a, .count = COUNT},
                                 {.ref = &refs[1], .entries = b, .count = COUNT}};

    fill_many(a, COUNT, 1);
    fill_many(b, COUNT, 1);
    clock_t start = clock();
    merge_lists(lists, 2, &world->items);
    merge_again(&world->items);
    assert_true(clock() - start < SECONDS_MAX * CLOCKS_PER_SEC);
    assert_int_equal(world->items.count, COUNT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_world, release_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_no_entries_make_no_items),
        TEST(test_five_lists_one_item),
        TEST(test_kinds_keep_numbered_ids_apart),
        TEST(test_titles_never_join),
        TEST(test_a_kind_that_is_learnt_joins_on),
        TEST(test_two_imdb_ids),
        TEST(test_two_tmdb_ids),
        TEST(test_film_and_series),
        TEST(test_every_disagreement_is_named),
        TEST(test_two_tvdb_ids_are_dropped_only),
        TEST(test_order_of_items_and_sources),
        TEST(test_seasons_of_one_series_are_joined),
        TEST(test_what_seerr_cannot_hold),
        TEST(test_title_and_year_come_from_one_entry),
        TEST(test_merging_again_after_resolving),
        TEST(test_the_key_is_that_of_the_strongest_id),
        TEST(test_proof_words),
        TEST(test_fifty_thousand_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
