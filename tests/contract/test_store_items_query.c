/* Looking for items: searches, cursors, groups, one item whole, and that nothing scans a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/items_query.h"
#include "store/items_query_sql.h"
#include "support/big_store.h"
#include "support/plans.h"
#include "support/store_world.h"

enum { ALL = 500 };

static const int64_t now = INT64_C(1795000000000);

static struct queried_items look(struct store_world *world, const struct items_query *query)
{
    struct queried_items page = {0};

    must(world, items_query(world->store, world->arena, query, &page, &world->error));
    return page;
}

static int setup_many(void **state)
{
    return big_store_setup(state, &(struct big_store){300, 4, 25}, now);
}

static int64_t add(struct store_world *world, int64_t run, const char *title, int year, int tmdb)
{
    const struct item item = {.title = title,
                              .year = year,
                              .media_type = MEDIA_MOVIE,
                              .ids = {.tmdb = tmdb},
                              .proof = PROOF_LIST,
                              .decision = DECISION_UNMATCHED,
                              .status = ITEM_STATUS_NOT_FOUND,
                              .rule = "unidentified",
                              .reason = "nothing proves it"};

    return store_world_item(world, run, &item);
}

static struct queried_items search(struct store_world *world, const char *text)
{
    return look(world, &(struct items_query){.search = text, .limit = ALL});
}

static void test_pages_neither_repeat_nor_skip_while_items_come_and_move(void **state)
{
    struct store_world *world = *state;
    struct items_query query = {.order = ITEMS_BY_TITLE, .limit = 10};
    int64_t run = store_world_run(world);
    int seen[101] = {0}, pages = 0;
    char title[32];

    for (int i = 1; i <= 100; i++) {
        snprintf(title, sizeof(title), "Film %03d", i);
        assert_int_equal(add(world, run, title, 1990, i), i);
    }
    do {
        struct queried_items page = look(world, &query);
        for (size_t i = 0; i < page.count; i++)
            if (page.items[i].id <= 100)
                seen[page.items[i].id]++;
        query.cursor = page.next_cursor;
        pages++;
        /* One before, one behind; one that was seen goes to the end, one to come to the front. */
        snprintf(title, sizeof(title), "A%d", pages);
        add(world, run, title, 2000, 1000 + pages);
        snprintf(title, sizeof(title), "Film 1%02d", pages);
        add(world, run, title, 2000, 2000 + pages);
        if (pages == 2)
            add(world, run, "Zz", 1990, 1);
        if (pages == 3)
            add(world, run, "Aa", 1990, 100);
    } while (query.cursor);
    for (int i = 2; i < 100; i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(seen[1], 2); /* it is where it is now */
    assert_int_equal(seen[100], 0);
}

static void test_a_search_is_taken_literally(void **state)
{
    struct store_world *world = *state;
    int64_t run = store_world_run(world);
    static const struct {
        const char *text;
        size_t count;
    } searches[] = {
        {"100%", 1},       {"%", 0},
        {"0%", 0},         {"a_b", 0},
        {"#alive", 1},     {"AND", 2},
        {"heat OR", 0},    {"heat AND ran", 0},
        {"NOT heat", 0},   {"heat*", 1},
        {"\"heat\"", 1},   {"he\"at", 0},
        {"title:heat", 0}, {"(heat)", 1},
        {"^heat", 0},      {"heat -ran", 0},
        {"NEAR(heat)", 0}, {"'; DROP TABLE lists; --", 0},
        {"   ", 6},        {"", 6},
        {"!?", 0},         {"amelie", 1},
        {"AMÉLIE", 1},     {"千と千尋", 1},
        {"千と", 1},       {"千", 1},
        {"と", 0},         {"h", 1},
        {"ea", 0},         {"eat", 1},
        {"\xff\xfe", 0},
    };

    add(world, run, "Heat", 1995, 949);
    add(world, run, "100% Wolf", 2020, 1);
    add(world, run, "#Alive", 2020, 2);
    add(world, run, "Ran and Band", 1985, 3);
    add(world, run, "Amélie", 2001, 4);
    add(world, run, "千と千尋の神隠し and", 2001, 5);
    for (size_t i = 0; i < ARRAY_LENGTH(searches); i++) {
        struct queried_items page = search(world, searches[i].text);
        if (page.count != searches[i].count)
            fail_msg("\"%s\" finds %zu", searches[i].text, page.count);
        assert_int_equal(page.total, searches[i].count);
        assert_false(page.at_least);
    }
}

static void test_a_long_search_is_no_trouble(void **state)
{
    struct store_world *world = *state;
    char text[4097], title[201];

    memset(title, 'x', sizeof(title) - 1);
    title[sizeof(title) - 1] = '\0';
    add(world, store_world_run(world), title, 1999, 1);
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(search(world, text).count, 0); /* longer than the title, and not cut to it */
    assert_int_equal(search(world, title).count, 1);
    title[100] = '\0';
    assert_int_equal(search(world, title).count, 1);
    memset(text, '"', sizeof(text) - 1);
    assert_int_equal(search(world, text).count, 0);
    memset(text, '%', sizeof(text) - 1);
    assert_int_equal(search(world, text).count, 0);
}

static void test_an_id_finds_its_item(void **state)
{
    struct store_world *world = *state;
    int64_t run = store_world_run(world);
    struct item heat = {.title = "Heat",
                        .year = 1995,
                        .media_type = MEDIA_MOVIE,
                        .ids = {"tt0113277", 949, 41, "letterboxd:heat-1995"}};
    int64_t id = store_world_item(world, run, &heat);
    int64_t other = add(world, run, "949 Days", 2001, 5);
    static const char *const ids[] = {"tt0113277",     "tmdb:949",    "movie:949",
                                      "tvdb:41",       " TT0113277 ", "letterboxd:heat-1995",
                                      "movie:tmdb:949"};

    for (size_t i = 0; i < ARRAY_LENGTH(ids); i++) {
        struct queried_items page = search(world, ids[i]);
        if (page.count != 1 || page.items[0].id != id)
            fail_msg("%s finds %zu", ids[i], page.count);
    }
    assert_int_equal(search(world, "tv:949").count, 0);
    struct queried_items page = search(world, "949"); /* the title too */
    assert_int_equal(page.count, 2);
    assert_int_equal(page.items[0].id + page.items[1].id, id + other);
    assert_int_equal(
        look(world, &(struct items_query){.search = "tt0113277", .media_type = "tv", .limit = 5})
            .count,
        0);
}

static void expect_bad_cursor(struct store_world *world, const char *cursor)
{
    struct items_query query = {.cursor = cursor, .limit = 5};
    struct queried_items page;

    if (items_query(world->store, world->arena, &query, &page, &world->error) != ERROR_USAGE)
        fail_msg("the cursor \"%s\" is taken", cursor);
}

static void test_a_cursor_that_is_none_of_ours_is_refused(void **state)
{
    struct store_world *world = *state;
    struct items_query query = {.limit = 5};
    static const char *const others[] = {
        "",
        "0",
        "zz",
        "31",
        "3120",
        "../../etc/passwd",

        "ffff",
        "322030203020302031203120",                                     /* a newer version */
        "312030203020302039393939393939393939393939393939393939393920", /* no number */
        "31203020302030202d3120", /* an item before the first */
    };

    const char *cursor = look(world, &query).next_cursor;
    assert_non_null(cursor);
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++)
        expect_bad_cursor(world, others[i]);
    AUTO_FREE char *cut = memory_text_n(cursor, strlen(cursor) - 1);
    expect_bad_cursor(world, cut);
    AUTO_FREE char *longer = memory_print("%s%s", cursor, "41");
    AUTO_FREE char *twice = memory_print("%s%0600d", cursor, 0);
    expect_bad_cursor(world, twice);
    query.cursor = longer; /* another key: it only moves the page */
    look(world, &query);
    query.cursor = cursor;
    query.order = ITEMS_BY_TITLE;
    struct queried_items page;
    assert_int_equal(items_query(world->store, world->arena, &query, &page, &world->error),
                     ERROR_USAGE);
    query = (struct items_query){.cursor = cursor, .limit = 5, .reversed = true};
    assert_int_equal(items_query(world->store, world->arena, &query, &page, &world->error),
                     ERROR_USAGE);
}

static const char wrong_groups[] =
    "SELECT (SELECT COUNT(*) FROM synced_items WHERE NOT EXISTS (SELECT 1 FROM item_groups"
    "  WHERE item_groups.id = group_id AND item_groups.status = synced_items.status"
    "   AND item_groups.media_type = synced_items.media_type"
    "   AND item_groups.decision = synced_items.decision"
    "   AND item_groups.provider_source = synced_items.provider_source"
    "   AND item_groups.ignored = synced_items.ignored))"
    " + (SELECT COUNT(*) FROM item_groups"
    "  WHERE items <> (SELECT COUNT(*) FROM synced_items WHERE group_id = item_groups.id))";

static void test_groups_follow_every_change(void **state)
{
    struct store_world *world = *state;
    int64_t run = store_world_run(world);
    int64_t heat = add(world, run, "Heat", 1995, 949);
    const struct item by_imdb = {.title = "Heat",
                                 .year = 1995,
                                 .media_type = MEDIA_MOVIE,
                                 .ids = {.imdb = "tt0113277"},
                                 .status = ITEM_STATUS_REQUESTED};
    const struct item whole = {.title = "Heat",
                               .year = 1995,
                               .media_type = MEDIA_MOVIE,
                               .ids = {.imdb = "tt0113277", .tmdb = 949},
                               .decision = DECISION_SKIP_AVAILABLE,
                               .status = ITEM_STATUS_ALREADY_AVAILABLE};

    must(world, items_set_ignored(world->store, heat, true, &world->error));
    assert_int_equal(store_world_number(world, wrong_groups), 0);
    store_world_item(world, run, &by_imdb); /* another row, which the next folds into the first */
    assert_int_equal(store_world_number(world, wrong_groups), 0);
    store_world_item(world, run, &whole);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM synced_items"), 1);
    assert_int_equal(store_world_number(world, wrong_groups), 0);
    must(world, items_withdraw(world->store, MEDIA_MOVIE, 949, &world->error));
    assert_int_equal(store_world_number(world, wrong_groups), 0);
    assert_int_equal(look(world, &(struct items_query){.status = "skipped", .limit = 5}).total, 1);
}

static void test_an_item_is_read_whole(void **state)
{
    struct store_world *world = *state;
    const struct list_ref first = {"imdb", "ls1", ""}, second = {"trakt", "mine", ""};
    const struct merge_list lists[] = {
        {.ref = &first, .list_id = store_world_list(world, "imdb", "ls1")},
        {.ref = &second, .list_id = store_world_list(world, "trakt", "mine")}};
    struct item_source sources[] = {{&lists[0], 1}, {&lists[1], 1}};
    const struct entry entry = {.title = "Heat", .year = 1995, .media_type = MEDIA_MOVIE};
    struct item heat = {.title = "Heat",
                        .year = 1995,
                        .media_type = MEDIA_MOVIE,
                        .ids = {.imdb = "tt0113277", .tmdb = 949},
                        .proof = PROOF_IMDB,
                        .decision = DECISION_REQUEST,
                        .rule = "new_film",
                        .reason = "nobody has asked for it",
                        .status = ITEM_STATUS_REQUESTED,
                        .sources = sources,
                        .source_count = 2};
    struct queried_item item;
    struct item_story story;

    store_world_read(world, lists[0].list_id, OUTCOME_OK, &entry, 1);
    store_world_read(world, lists[1].list_id, OUTCOME_OK, &entry, 1);
    int64_t run = store_world_run(world);
    int64_t id = store_world_item(world, run, &heat);
    must(world, items_find(world->store, world->arena, id, &item, &world->error));
    assert_string_equal(item.title, "Heat");
    assert_int_equal(item.year, 1995);
    assert_int_equal(item.ids.tmdb, 949);
    assert_string_equal(item.status, "requested");
    assert_string_equal(item.decision, "request");
    assert_string_equal(item.rule, "new_film");
    assert_string_equal(item.reason, heat.reason);
    assert_string_equal(item.proof, "imdb");
    assert_int_equal(item.run_id, run);
    assert_int_equal(strlen(item.first_seen), 19);
    assert_int_equal(strlen(item.last_synced), 19);
    assert_int_equal(item.list_count, 2);
    assert_string_equal(item.lists[0].type, "imdb");
    assert_string_equal(item.lists[1].id, "mine");
    assert_int_equal(item.lists[1].rank, 1);
    must(world, items_story(world->store, world->arena, id, &story, &world->error));
    assert_int_equal(story.history_count, 1);
    assert_string_equal(story.title, "Heat");
    assert_int_equal(items_story(world->store, world->arena, 99, &story, &world->error),
                     ERROR_NOT_FOUND);
    assert_int_equal(items_find(world->store, world->arena, 99, &item, &world->error),
                     ERROR_NOT_FOUND);
}

static void test_a_dry_run_leaves_the_last_real_run_in_charge(void **state)
{
    struct store_world *world = *state;
    struct item heat = {.title = "Heat",
                        .year = 1995,
                        .media_type = MEDIA_MOVIE,
                        .ids = {.tmdb = 949},
                        .decision = DECISION_REQUEST,
                        .rule = "new_film",
                        .reason = "new",
                        .status = ITEM_STATUS_WOULD_BE_SYNCED};
    struct queried_item item;
    int64_t dry = store_world_run(world);

    must(world, runs_record_item(world->store, dry, &heat, "movie:tmdb:949", true, &world->error));
    must(world, items_find(world->store, world->arena, 1, &item, &world->error));
    assert_string_equal(item.status, "");
    assert_string_equal(item.decision, "");
    assert_int_equal(item.run_id, 0);
    heat.status = ITEM_STATUS_REQUESTED;
    int64_t real = store_world_run(world);
    store_world_item(world, real, &heat);
    heat.reason = "later";
    must(world, runs_record_item(world->store, dry, &heat, "movie:tmdb:949", true, &world->error));
    must(world, items_find(world->store, world->arena, 1, &item, &world->error));
    assert_int_equal(item.run_id, real);
    assert_string_equal(item.reason, "new");
}

static void test_what_a_person_says_is_kept_by_key(void **state)
{
    struct store_world *world = *state;
    int64_t id = add(world, store_world_run(world), "Heat", 1995, 949);
    struct item_match match = {"imdb:tt0113277", MEDIA_MOVIE, 949, "Heat", "anna", 0}, found;

    must(world, item_matches_put(world->store, id, &match, &world->error));
    match.item_key = "title:heat:1995:movie";
    must(world, item_matches_put(world->store, id, &match, &world->error));
    must(world,
         item_matches_find(world->store, world->arena, "imdb:tt0113277", &found, &world->error));
    assert_int_equal(found.tmdb, 949);
    assert_int_equal(found.item_id, id);
    assert_string_equal(found.who, "anna");
    struct queried_item item;
    must(world, items_find(world->store, world->arena, id, &item, &world->error));
    assert_int_equal(item.match->tmdb, 949);
    assert_string_equal(item.match->title, "Heat");
    match.tmdb = 950; /* another choice: the first is said no more, under any key */
    must(world, item_matches_put(world->store, id, &match, &world->error));
    assert_int_equal(
        item_matches_find(world->store, world->arena, "imdb:tt0113277", &found, &world->error),
        ERROR_NOT_FOUND);
    must(world, item_matches_drop(world->store, id, &world->error));
    must(world, items_find(world->store, world->arena, id, &item, &world->error));
    assert_null(item.match);
    assert_int_equal(
        item_matches_find(world->store, world->arena, match.item_key, &found, &world->error),
        ERROR_NOT_FOUND);
    assert_int_equal(item_matches_put(world->store, 99, &match, &world->error), ERROR_NOT_FOUND);
}

/* The groups are some dozen rows, and the array is at most some thousand numbers of ours. */
static bool is_scan(const char *step)
{
    return strncmp(step, "SCAN", 4) == 0 && !strstr(step, "item_groups") &&
           !strstr(step, "json_each") && !strstr(step, "VIRTUAL TABLE INDEX");
}

static bool is_scan_or_sort(const char *step)
{
    return is_scan(step) || strstr(step, "TEMP B-TREE");
}

static void test_no_way_to_read_scans_a_table(void **state)
{
    struct store_world *world = *state;
    int bad = plans_count(world->path, items_groups_that_fit, is_scan);

    for (int order = 0; order < ITEMS_ORDERS; order++) {
        for (int ascending = 0; ascending < 2; ascending++) {
            bad += plans_count(world->path, items_all[order][ascending].ties, is_scan_or_sort);
            bad += plans_count(world->path, items_all[order][ascending].beyond, is_scan_or_sort);
            bad += plans_count(world->path, items_walks[order][ascending].ties, is_scan_or_sort);
            bad += plans_count(world->path, items_walks[order][ascending].beyond, is_scan_or_sort);
            bad += plans_count(world->path, items_groups[order][ascending].ties, is_scan_or_sort);
            bad += plans_count(world->path, items_groups[order][ascending].beyond, is_scan_or_sort);
        }
    }
    for (int set = 0; set < ITEMS_SETS; set++)
        bad += plans_count(world->path, items_members[set], is_scan);
    for (int ascending = 0; ascending < 2; ascending++)
        bad += plans_count(world->path, items_set_pages[ascending], is_scan);
    assert_int_equal(bad, 0);
}

int main(void)
{
#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, store_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_pages_neither_repeat_nor_skip_while_items_come_and_move, store_world_setup),
        TEST(test_a_search_is_taken_literally, store_world_setup),
        TEST(test_a_long_search_is_no_trouble, store_world_setup),
        TEST(test_an_id_finds_its_item, store_world_setup),
        TEST(test_a_cursor_that_is_none_of_ours_is_refused, setup_many),
        TEST(test_groups_follow_every_change, store_world_setup),
        TEST(test_an_item_is_read_whole, store_world_setup),
        TEST(test_a_dry_run_leaves_the_last_real_run_in_charge, store_world_setup),
        TEST(test_what_a_person_says_is_kept_by_key, store_world_setup),
        TEST(test_no_way_to_read_scans_a_table, store_world_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
