/* A database of the first release, with data in it, opened by the program of today. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/files.h"
#include "base/memory.h"
#include "store/ledger.h"
#include "support/failing_db.h"
#include "support/store_world.h"

/* Run 1 was real, 2 a dry run, 3 was cut off. Nobody decided about Ran but the dry run. */
static const char contents[] =
    "INSERT INTO lists (id, list_type, list_id, description, item_count, last_synced, status,"
    "  auto_sync, priority, item_limit, created_at, updated_at, user_id, removed_at, kept_out)"
    " VALUES (1, 'imdb', 'top', 'Top 250', 2, '2026-01-01 00:00:00', 'ok', 0, 7, 50, 'then',"
    "   'then', 4, NULL, 0),"
    "  (2, 'trakt', 'gone', '', 0, NULL, '', 1, 100, 0, 'then', 'then', 0, 'then', 1);"
    "INSERT INTO list_snapshots VALUES (1, 'ok', 2, '2026-01-01', '2026-01-01', 'e', 'm');"
    "INSERT INTO synced_items (id, item_key, title, folded_title, year, media_type, overseerr_id,"
    "  status, last_synced, ignored) VALUES"
    " (5, 'movie:tmdb:949', 'Heat', 'heat', 1995, 'movie', 949, 'requested', '2026-01-03', 0),"
    " (6, 'movie:tmdb:11645', 'Ran', 'ran', 1985, 'movie', 11645, '', NULL, 1),"
    " (7, 'tv:tmdb:70523', 'Dark', 'dark', 2017, 'tv', 70523, 'skipped', '2026-01-02', 0);"
    "INSERT INTO list_items VALUES"
    " (1, 'a', 1, 'Heat', '', 1995, 'movie', '', 949, 0, '', 0, '', '2026-01-01', '2026-01-03', 5),"
    " (1, 'b', 2, 'Ran', '', 1985, 'movie', '', 11645, 0, '', 0, '', '2026-01-02', 'x', 6);"
    "INSERT INTO item_ids VALUES ('imdb:tt0113277', 0, 'movie', 949, 'tt0113277', 1, '');"
    "INSERT INTO sync_history (id, sync_started, sync_completed, items_processed, sync_mode,"
    "  started_by, state, dry_run) VALUES"
    " (1, '2026-01-03 01:00:00', '2026-01-03 01:00:09', 2, 'full', 'cli', 'completed', 0),"
    " (2, '2026-01-04 01:00:00', '2026-01-04 01:00:09', 3, 'full', 'cli', 'completed', 1),"
    " (3, '2026-01-05 01:00:00', NULL, 0, 'full', 'cli', 'running', 0);"
    "INSERT INTO run_lists VALUES (1, 1, 'ok', 2, '');"
    "INSERT INTO run_items VALUES"
    " (1, 5, 'request', 'new', 'nobody asked', 'requested', '201', 12),"
    " (1, 7, 'skip_available', 'there', 'it is there', 'skipped', '', 0),"
    " (2, 5, 'skip_requested', 'asked', 'we asked', 'already_requested', '', 0),"
    " (2, 6, 'request', 'new', 'nobody asked', 'would_be_synced', '', 0);"
    "INSERT INTO request_ledger VALUES"
    " (1, 'movie', 949, 0, '', 'requested', 0, 1, 12, 1, '');"
    "INSERT INTO title_looks VALUES ('tv', 70523, 0, 5, '1,2', '1,2', 0, 0, 1, '');"
    "INSERT INTO sync_interval VALUES (3, 6, 'then');";

static int setup(void **state)
{
    AUTO_BUFFER struct buffer schema;
    struct store_world *world;
    struct db *db = NULL;

    store_world_setup_empty(state);
    world = *state;
    buffer_init(&schema, 1 << 20);
    must(world, files_read(LISTSYNC_TESTS_DIR "/contract/schema_1.sql", &schema, &world->error));
    must(world, db_open(&db_driver_sqlite, world->path, &db, &world->error));
    must(world, db_execute(db, buffer_string(&schema), &world->error));
    must(world, db_execute(db, contents, &world->error));
    db_close(db);
    return 0;
}

static void expect_all_there(struct store_world *world)
{
    static const char counts[] =
        "SELECT (SELECT COUNT(*) FROM lists) || ' ' || (SELECT COUNT(*) FROM list_items) || ' ' ||"
        " (SELECT COUNT(*) FROM synced_items) || ' ' || (SELECT COUNT(*) FROM run_items) || ' ' ||"
        " (SELECT COUNT(*) FROM sync_history) || ' ' || (SELECT COUNT(*) FROM request_ledger)";

    must(world, store_check(world->store, &world->error));
    assert_int_equal(store_schema_version(world->store), 6);
    assert_string_equal(store_world_text(world, "PRAGMA foreign_key_check"), "(no row)");
    assert_string_equal(store_world_text(world, counts), "2 2 3 4 3 1");
}

static void test_nothing_of_it_is_lost(void **state)
{
    struct store_world *world = *state;
    struct ledger_rows rows;
    struct stored_runs runs;

    store_world_reopen(world);
    expect_all_there(world);
    must(world, ledger_of_run(world->store, world->arena, 1, &rows, &world->error));
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.items[0].request_id, 12);
    must(world, runs_take_interrupted(world->store, world->arena, &runs, &world->error));
    assert_int_equal(runs.count, 1);
    assert_int_equal(runs.items[0].id, 3);
    assert_int_equal(runs.items[0].attempt, 1);
    assert_string_equal(runs.items[0].queued_at, "");
}

static void test_its_lists_go_on_as_they_were(void **state)
{
    struct store_world *world = *state;
    struct stored_lists lists;

    store_world_reopen(world);
    must(world, lists_load(world->store, world->arena, true, &lists, &world->error));
    assert_int_equal(lists.count, 1);
    assert_string_equal(lists.items[0].description, "Top 250");
    assert_int_equal(lists.items[0].priority, 7);
    assert_int_equal(lists.items[0].item_limit, 50);
    assert_int_equal(lists.items[0].requester, 4);
    assert_false(lists.items[0].auto_sync);
    assert_int_equal(lists.items[0].quality, -1);
    assert_string_equal(lists.items[0].seasons, "all");
    assert_string_equal(lists.items[0].schedule, "");
}

static void test_items_know_what_the_last_real_run_decided(void **state)
{
    struct store_world *world = *state;
    static const char all[] =
        "SELECT group_concat(line, ' ') FROM (SELECT title || '=' || decision || ',' ||"
        " last_run_id || ',' || COALESCE(first_seen, '-') AS line FROM synced_items ORDER BY id)";

    store_world_reopen(world);
    assert_string_equal(store_world_text(world, all), "Heat=request,1,2026-01-01 Ran=,0,2026-01-02"
                                                      " Dark=skip_available,1,2026-01-02");
}

static void test_its_items_are_found_by_parts_of_their_titles(void **state)
{
    struct store_world *world = *state;

    store_world_reopen(world);
    assert_int_equal(
        store_world_number(world, "SELECT rowid FROM item_search WHERE item_search MATCH 'dar'"),
        7);
}

/* What was thinned out of old runs is told as no change: nobody knows. */
static void test_its_runs_have_figures(void **state)
{
    struct store_world *world = *state;
    static const char changes[] =
        "SELECT group_concat(run_id || ' ' || media_type || ' ' || requested || available ||"
        " failed, ',') FROM run_changes";
    static const char counts[] =
        "SELECT group_concat(run_id || ' ' || decision || ' ' || status || ' ' || items, ',')"
        " FROM run_counts WHERE run_id = 1";

    store_world_reopen(world);
    assert_string_equal(store_world_text(world, changes), "1 movie 100");
    assert_string_equal(store_world_text(world, counts),
                        "1 request requested 1,1 skip_available skipped 1");
    assert_string_equal(store_world_text(world, "SELECT group_concat(run_id || list_type || fetches"
                                                " || failed, ',') FROM run_fetches"),
                        "1imdb10");
    assert_int_equal(
        store_world_number(world, "SELECT COUNT(*) FROM run_items WHERE status <> status_before"),
        2); /* the request, and that the dry run saw it */
    assert_string_equal(store_world_text(world, "SELECT group_concat(items, ',') FROM item_groups"),
                        "1,1,1");
}

static void test_its_file_can_become_shorter(void **state)
{
    struct store_world *world = *state;

    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "PRAGMA auto_vacuum"), 2);
    must(world, store_check(world->store, &world->error));
}

/* Else a change of the first migration would go unnoticed until a person's database meets it. */
static void test_it_becomes_what_a_new_database_is(void **state)
{
    struct store_world *world = *state;
    static const char columns[] =
        "SELECT group_concat(line, ' ') FROM (SELECT m.name || '.' || c.name || ':' || c.type ||"
        "  c.\"notnull\" || c.pk || COALESCE(c.dflt_value, '') AS line FROM sqlite_master AS m,"
        "  pragma_table_info(m.name) AS c WHERE m.type = 'table' ORDER BY m.name, c.cid)";
    static const char others[] =
        "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master"
        " WHERE type <> 'table' ORDER BY name)";
    void *new_state = NULL;

    store_world_setup(&new_state);
    store_world_reopen(world);
    assert_string_equal(store_world_text(world, columns), store_world_text(new_state, columns));
    assert_string_equal(store_world_text(world, others), store_world_text(new_state, others));
    store_world_teardown(&new_state);
}

static void test_a_failure_at_any_step_of_the_way_leaves_it_whole(void **state)
{
    struct db_driver driver = failing_db_driver(&db_driver_sqlite);
    bool opened = false;

    store_world_teardown(state);
    for (int64_t at = 1; !opened; at++) {
        struct store *store = NULL;
        struct error error = {0};
        setup(state);
        struct store_world *world = *state;
        failing_db_arm(at, FAILING_DB_ONCE);
        opened = store_open(&driver, world->path, &store, &error) == ERROR_NONE;
        opened = opened && failing_db_steps() < at;
        store_close(store);
        failing_db_arm(0, FAILING_DB_ONCE);
        store_world_reopen(world);
        expect_all_there(world);
        store_world_teardown(state);
    }
    setup(state);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_nothing_of_it_is_lost),
        WITH_WORLD(test_its_lists_go_on_as_they_were),
        WITH_WORLD(test_items_know_what_the_last_real_run_decided),
        WITH_WORLD(test_its_items_are_found_by_parts_of_their_titles),
        WITH_WORLD(test_its_runs_have_figures),
        WITH_WORLD(test_its_file_can_become_shorter),
        WITH_WORLD(test_it_becomes_what_a_new_database_is),
        WITH_WORLD(test_a_failure_at_any_step_of_the_way_leaves_it_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
