/* What a run is told beside its lists: seasons of a list, titles alone, and a person's word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/db.h"
#include "support/in_process.h"
#include "support/report.h"

enum { SERIES = 1396 };

static const char series[] = "tmdb_id,title,year,type\n1396,Breaking Bad,2008,tv\n";
static const char films[] = "imdb_id,tmdb_id,title,year,type\n"
                            "tt0133093,603,The Matrix,1999,movie\n"
                            "tt0109830,13,Forrest Gump,1994,movie\n"
                            "tt0110912,,Pulp Fiction,1994,movie\n";

static const char *seasons_of_lists[2];

static void choose_seasons(struct stored_lists *lists)
{
    for (size_t i = 0; i < lists->count; i++)
        lists->items[i].seasons = seasons_of_lists[i];
}

/* Two lists that hold the series, what each wants of it, and what is asked for. */
static const struct {
    const char *of_first, *of_second, *asked;
} wishes[] = {
    {"first", "first", "1"}, {"first", "3-4", "1,3,4"},       {"first", "all", "1,2,3,4,5"},
    {"2,9", "2", "2"},       {"no season", "no season", "1"}, {"", NULL, "1,2,3,4,5"},
};

static void a_series_is_asked_for_as_its_lists_want_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(wishes); i++) {
        struct world world;
        struct in_process run;
        world_open(&world, NULL);
        world_write(&world, "a.csv", series);
        world_write(&world, "b.csv", series);
        AUTO_FREE char *a = memory_print("custom:file:%s/a.csv", world.folder);
        AUTO_FREE char *b = memory_print("custom:file:%s/b.csv", world.folder);
        in_process_add_list(&world, a, 0);
        in_process_add_list(&world, b, 0);
        seasons_of_lists[0] = wishes[i].of_first;
        seasons_of_lists[1] = wishes[i].of_second;
        in_process_sync(&(struct in_process_call){.world = &world, .choose = choose_seasons}, &run);
        assert_int_equal(run.result.run.state, RUN_COMPLETED);
        AUTO_FREE char *asked = report_seasons(&world.sim, SERIES);
        assert_string_equal(asked, wishes[i].asked);
        report_check_promises(&world.sim);
        in_process_release(&run);
        world_close(&world);
    }
}

/* A season that the list itself names is what it asks for, whatever the list's series are. */
static void a_season_that_a_list_names_is_asked_for(void **state)
{
    struct world world;
    struct in_process run;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "list.csv", "tmdb_id,type,season\n1396,tv,3\n");
    AUTO_FREE char *list = memory_print("custom:file:%s/list.csv", world.folder);
    in_process_add_list(&world, list, 0);
    seasons_of_lists[0] = "first";
    in_process_sync(&(struct in_process_call){.world = &world, .choose = choose_seasons}, &run);
    AUTO_FREE char *asked = report_seasons(&world.sim, SERIES);
    assert_string_equal(asked, "3");
    in_process_release(&run);
    world_close(&world);
}

static void limit_to_two(struct stored_lists *lists)
{
    lists->items[0].item_limit = 2;
}

static void open_with_films(struct world *world)
{
    world_open(world, NULL);
    world_write(world, "list.csv", films);
    AUTO_FREE char *list = memory_print("custom:file:%s/list.csv", world->folder);
    in_process_add_list(world, list, 0);
}

static void a_limit_takes_the_first_of_a_list(void **state)
{
    struct world world;
    struct in_process run;

    (void)state;
    open_with_films(&world);
    in_process_sync(&(struct in_process_call){.world = &world, .choose = limit_to_two}, &run);
    assert_int_equal(run.result.run.requested, 2);
    assert_true(report_is_requested(&world.sim, "movie:603"));
    assert_true(report_is_requested(&world.sim, "movie:13"));
    assert_false(report_is_requested(&world.sim, "movie:680"));
    in_process_release(&run);
    world_close(&world);
}

static struct store *open_store(const struct world *world)
{
    AUTO_FREE char *path = world_path(world, "list_sync.db");
    struct store *store = NULL;

    assert_int_equal(store_open(&db_driver_sqlite, path, &store, NULL), ERROR_NONE);
    return store;
}

static int64_t row_of(const struct world *world, const char *title)
{
    AUTO_STORE struct store *store = open_store(world);
    struct db_statement *row =
        db_prepare(store->db, "SELECT id FROM synced_items WHERE title = $1");
    db_bind_text(row, 1, title);
    int64_t id = db_step(row) ? db_column_integer(row, 0) : 0;

    assert_int_equal(db_finish(row, NULL), ERROR_NONE);
    assert_int_not_equal(id, 0);
    return id;
}

static void titles_that_were_not_ordered_take_no_part(void **state)
{
    struct world world;
    struct in_process run;

    (void)state;
    open_with_films(&world);
    in_process_sync(&(struct in_process_call){.world = &world, .dry_run = true}, &run);
    in_process_release(&run);
    int64_t only[] = {row_of(&world, "Pulp Fiction"), 999};
    in_process_sync(
        &(struct in_process_call){.world = &world, .only_items = only, .only_item_count = 2}, &run);
    assert_int_equal(run.result.run.state, RUN_COMPLETED);
    assert_int_equal(run.result.run.processed, 1);
    assert_int_equal(run.result.run.requested, 1);
    assert_true(report_is_requested(&world.sim, "movie:680"));
    assert_int_equal(report_requests(&world.sim), 1);
    in_process_release(&run);
    world_close(&world);
}

static void say(const struct world *world, const char *key, int64_t row, const char *kind,
                int64_t tmdb)
{
    AUTO_STORE struct store *store = open_store(world);
    struct db_statement *statement =
        db_prepare(store->db, "INSERT INTO item_matches VALUES ($1, $2, $3, $4, 'as chosen',"
                              " 'anna', '2026-11-22 09:33:56')");

    db_bind_text(statement, 1, key);
    db_bind_integer(statement, 2, row);
    db_bind_text(statement, 3, kind);
    db_bind_integer(statement, 4, tmdb);
    db_step(statement);
    assert_int_equal(db_finish(statement, NULL), ERROR_NONE);
}

/* An item as its list has it, the key under which a person matched it, and to what. */
static const struct {
    const char *list, *title, *key, *kind;
    int64_t tmdb;
    const char *asked;
} matches[] = {
    {"title,year,type\nThe Matricks,1999,movie\n", "The Matricks", "title:the matricks:1999:movie",
     "movie", 603, "movie:603"},
    {"imdb_id,title\ntt9999999,The Matrix\n", "The Matrix", "imdb:tt9999999", "movie", 603,
     "movie:603"},
    {"imdb_id,tmdb_id,title,year,type\ntt0133093,13,The Matrix,1999,movie\n", "The Matrix",
     "imdb:tt0133093", "movie", 603, "movie:603"},
    {"tmdb_id,title,year,type\n13,The Matrix,1999,movie\n", "The Matrix", "movie:tmdb:13", "movie",
     603, "movie:603"},
    {"imdb_id,title,year,type\ntt0109830,Breaking Bad,2008,movie\n", "Breaking Bad",
     "imdb:tt0109830", "tv", SERIES, "tv:1396"},
    {"imdb_id,tmdb_id,title,type\ntt0133093,603,The Matrix,movie\ntt0133093,13,The Matrix,movie\n",
     "The Matrix", "imdb:tt0133093", "movie", 680, "movie:680"},
};

static void what_a_person_said_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(matches); i++) {
        struct world world;
        struct in_process run;
        world_open(&world, NULL);
        world_write(&world, "list.csv", matches[i].list);
        AUTO_FREE char *list = memory_print("custom:file:%s/list.csv", world.folder);
        in_process_add_list(&world, list, 0);
        in_process_sync(&(struct in_process_call){.world = &world, .dry_run = true}, &run);
        in_process_release(&run);
        int64_t row = row_of(&world, matches[i].title);
        say(&world, matches[i].key, row, matches[i].kind, matches[i].tmdb);
        for (int again = 0; again < 2; again++) {
            in_process_sync(&(struct in_process_call){.world = &world}, &run);
            const struct item *item = in_process_item(&run, matches[i].asked);
            assert_string_equal(proof_word(item->proof), "person");
            assert_non_null(strstr(item->evidence, "you said that it is the "));
            assert_non_null(strstr(item->evidence, "\"as chosen\""));
            assert_int_equal(run.result.run.requested, !again);
            assert_int_equal(run.result.run.processed, 1);
            in_process_release(&run);
        }
        assert_true(report_is_requested(&world.sim, matches[i].asked));
        assert_int_equal(report_requests(&world.sim), 1);
        assert_int_equal(row_of(&world, matches[i].title), row);
        world_close(&world);
    }
}

/* HD and 4K are two runs, each told on its own. */
static void the_command_syncs_lists_of_both_qualities(void **state)
{
    struct world world;
    struct process_result result;
    struct stored_list list;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "list.csv", "tmdb_id,type\n603,movie\n");
    world_write(&world, "other.csv", "tmdb_id,type\n13,movie\n");
    in_process_add_list(&world, "custom:file:list.csv", 0);
    in_process_add_list(&world, "custom:file:other.csv", 0);
    AUTO_STORE struct store *store = open_store(&world);
    AUTO_ARENA struct arena *arena = arena_new();
    assert_int_equal(lists_find_id(store, arena, 2, &list, NULL), ERROR_NONE);
    list.quality = 1;
    assert_int_equal(lists_change(store, &list, NULL), ERROR_NONE);
    world_run(&world, (const char *[]){"sync", "--json", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    const char *first = strstr(buffer_string(&result.out), "\"run_id\":");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "\"run_id\":"));
    process_result_release(&result);
    struct ledger_rows rows = {0};
    assert_int_equal(ledger_load(store, arena, false, &rows, NULL), ERROR_NONE);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].tmdb, 603);
    assert_int_equal(ledger_load(store, arena, true, &rows, NULL), ERROR_NONE);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].tmdb, 13);
    report_check_promises(&world.sim);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_is_asked_for_as_its_lists_want_it),
        cmocka_unit_test(a_season_that_a_list_names_is_asked_for),
        cmocka_unit_test(a_limit_takes_the_first_of_a_list),
        cmocka_unit_test(titles_that_were_not_ordered_take_no_part),
        cmocka_unit_test(what_a_person_said_decides),
        cmocka_unit_test(the_command_syncs_lists_of_both_qualities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
