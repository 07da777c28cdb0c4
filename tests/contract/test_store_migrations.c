/* Opening a database: new, of any earlier make, of a newer one, or in trouble. Each trouble is one
 * clear sentence, and nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/store_world.h"

/* The tables as the original makes them today, with one row or more of each kind it writes. */
static const char original[] =
    "CREATE TABLE lists (id INTEGER PRIMARY KEY AUTOINCREMENT, list_type TEXT NOT NULL,"
    " list_id TEXT NOT NULL, list_url TEXT, item_count INTEGER DEFAULT 0, last_synced TIMESTAMP,"
    " poster_url TEXT, poster_cached_at TIMESTAMP, user_id TEXT DEFAULT \"1\","
    " UNIQUE(list_type, list_id));"
    "INSERT INTO lists (list_type, list_id, list_url, item_count, last_synced, user_id) VALUES"
    " ('imdb', 'top', 'https://www.imdb.com/chart/top', 250, '2025-06-01 10:00:00', '1'),"
    " ('trakt_special', 'trending:movies', NULL, 20, NULL, '4'),"
    " ('stevenlu', 'stevenlu', 'https://movies.stevenlu.com/', NULL, NULL, NULL);"
    "CREATE TABLE synced_items (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,"
    " media_type TEXT NOT NULL, year INTEGER, imdb_id TEXT, overseerr_id INTEGER, status TEXT,"
    " last_synced TIMESTAMP DEFAULT CURRENT_TIMESTAMP, poster_url TEXT,"
    " poster_cached_at TIMESTAMP, source_list_type TEXT, source_list_id TEXT, tmdb_id TEXT);"
    "INSERT INTO synced_items (id, title, media_type, year, imdb_id, overseerr_id, status,"
    "  last_synced, source_list_type, tmdb_id) VALUES"
    " (5, 'Heat', 'movie', 1995, 'tt0113277', 949, 'requested', '2025-06-01 10:00:01', 'imdb', ''),"
    " (6, 'Dark', 'tv', 2017, NULL, 70523, 'already_available', '2025-06-01 10:00:02', NULL, NULL),"
    " (7, 'Ran', 'movie', 1985, NULL, NULL, 'not_found', '2025-06-01 10:00:03', NULL, '11645'),"
    " (8, 'Nobody Knows', 'movie', NULL, NULL, NULL, 'not_found', '2025-06-01 10:00:04', NULL, 0),"
    " (9, 'Nobody Knows', 'movie', NULL, '', NULL, 'error', '2025-06-02 10:00:04', NULL, NULL),"
    " (10, 'A film of that number', 'movie', 2001, NULL, 70523, 'skipped', NULL, NULL, NULL);"
    "CREATE TABLE item_lists (id INTEGER PRIMARY KEY AUTOINCREMENT, item_id INTEGER NOT NULL,"
    " list_type TEXT NOT NULL, list_id TEXT NOT NULL,"
    " synced_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,"
    " FOREIGN KEY (item_id) REFERENCES synced_items(id) ON DELETE CASCADE,"
    " UNIQUE(item_id, list_type, list_id));"
    "INSERT INTO item_lists (item_id, list_type, list_id) VALUES (5, 'imdb', 'top');"
    "CREATE TABLE sync_interval (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " interval_hours REAL NOT NULL);"
    "INSERT INTO sync_interval (interval_hours) VALUES (0.5);"
    "CREATE TABLE sync_history (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " session_id TEXT UNIQUE NOT NULL, sync_type TEXT NOT NULL, in_progress INTEGER DEFAULT 1,"
    " start_time TIMESTAMP DEFAULT CURRENT_TIMESTAMP, end_time TIMESTAMP, status TEXT,"
    " list_type TEXT, list_id TEXT, pid INTEGER, total_items INTEGER DEFAULT 0,"
    " items_requested INTEGER DEFAULT 0, items_skipped INTEGER DEFAULT 0,"
    " items_errors INTEGER DEFAULT 0, error_message TEXT);"
    "CREATE INDEX idx_sync_history_start_time ON sync_history(start_time DESC);"
    "INSERT INTO sync_history (session_id, sync_type, in_progress, start_time, end_time, status,"
    "  total_items, items_requested, items_skipped, items_errors) VALUES"
    " ('a', 'full', 0, '2025-06-01 10:00:00', '2025-06-01 10:01:10', 'completed', 9, 2, 6, 1),"
    " ('b', 'single', 1, '2025-06-02 10:00:00', NULL, 'running', 0, 0, 0, 0);"
    "CREATE TABLE app_settings (key TEXT PRIMARY KEY, value TEXT, is_encrypted INTEGER);"
    "INSERT INTO app_settings VALUES ('overseerr_url', 'http://seerr:5055', 0);";

/* The first release: neither years nor counters, and no history. */
static const char oldest[] =
    "CREATE TABLE lists (id INTEGER PRIMARY KEY AUTOINCREMENT, list_type TEXT NOT NULL,"
    " list_id TEXT NOT NULL, UNIQUE(list_type, list_id));"
    "INSERT INTO lists (list_type, list_id) VALUES ('imdb', 'ls012345678');"
    "CREATE TABLE synced_items (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,"
    " media_type TEXT NOT NULL, imdb_id TEXT, overseerr_id INTEGER, status TEXT,"
    " last_synced TIMESTAMP DEFAULT CURRENT_TIMESTAMP);"
    "INSERT INTO synced_items (title, media_type, imdb_id, status)"
    " VALUES ('Heat', 'movie', 'tt0113277', 'requested');";

/* Runs SQL on the file itself, with nothing of the store in between. */
static void prepare_file(const char *path, const char *sql)
{
    struct db *db = NULL;
    struct error error = {0};

    if (db_open(&db_driver_sqlite, path, &db, &error) || db_execute(db, sql, &error))
        fail_msg("%s", error.message);
    db_close(db);
}

static void write_file(const char *path, const char *bytes, size_t length, long offset)
{
    FILE *file = fopen(path, offset ? "r+" : "w");

    assert_non_null(file);
    fseek(file, offset, SEEK_SET);
    fwrite(bytes, 1, length, file);
    fclose(file);
}

static void expect_failure(struct store_world *world, const struct db_driver *driver,
                           const char *part)
{
    struct store *store = NULL;
    struct error error = {0};

    assert_int_equal(store_open(driver, world->path, &store, &error), ERROR_STORE);
    assert_null(store);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" does not say \"%s\"", error.message, part);
}

static void test_a_new_database_has_the_newest_schema(void **state)
{
    struct store_world *world = *state;

    store_world_reopen(world);
    assert_int_equal(store_schema_version(world->store), 4);
    assert_int_equal(store_world_number(world,
                                        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'"
                                        " AND name NOT LIKE 'sqlite_%'"
                                        " AND name NOT LIKE 'item_search%'"),
                     29);
    must(world, store_check(world->store, &world->error));
}

static void test_opening_again_changes_nothing(void **state)
{
    struct store_world *world = *state;

    store_world_reopen(world);
    int64_t before = store_world_number(world, "PRAGMA schema_version");
    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "PRAGMA schema_version"), before);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM schema_version"), 4);
}

static void test_the_file_is_ours_alone_whatever_the_umask(void **state)
{
    struct store_world *world = *state;
    static const mode_t masks[] = {0, 0777};
    struct stat status;

    for (size_t i = 0; i < ARRAY_LENGTH(masks); i++) {
        mode_t before = umask(masks[i]);
        store_world_reopen(world);
        umask(before);
        assert_int_equal(stat(world->path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        store_close(TAKE(world->store));
        assert_int_equal(unlink(world->path), 0);
    }
}

static void test_the_lists_of_the_original_are_taken_over(void **state)
{
    struct store_world *world = *state;
    struct stored_lists lists;

    prepare_file(world->path, original);
    store_world_reopen(world);
    must(world, lists_load(world->store, world->arena, true, &lists, &world->error));
    assert_int_equal(lists.count, 3);
    assert_string_equal(lists.items[0].ref.type, "imdb");
    assert_string_equal(lists.items[0].ref.id, "top");
    assert_string_equal(lists.items[0].ref.url, "https://www.imdb.com/chart/top");
    assert_int_equal(lists.items[0].requester, 1);
    assert_int_equal(lists.items[0].item_count, 250);
    assert_string_equal(lists.items[0].last_synced, "2025-06-01 10:00:00");
    assert_true(lists.items[0].auto_sync);
    assert_string_equal(lists.items[1].ref.id, "trending:movies");
    assert_int_equal(lists.items[1].requester, 4);
    assert_int_equal(lists.items[2].requester, 0);
}

static void test_the_items_of_the_original_keep_number_and_status(void **state)
{
    struct store_world *world = *state;
    static const char all[] =
        "SELECT group_concat(line, ' ') FROM (SELECT id || '=' || item_key || '=' || status"
        " AS line FROM synced_items ORDER BY id)";

    prepare_file(world->path, original);
    store_world_reopen(world);
    assert_string_equal(store_world_text(world, all),
                        "5=movie:tmdb:949=requested 6=tv:tmdb:70523=already_available"
                        " 7=movie:tmdb:11645=not_found 8=title:nobody knows:0:movie=error"
                        " 10=movie:tmdb:70523=skipped");
    assert_string_equal(store_world_text(world,
                                         "SELECT imdb_id || year || provider_source || last_synced"
                                         " FROM synced_items WHERE id = 5"),
                        "tt01132771995imdb2025-06-01 10:00:01");
}

static void test_an_item_taken_over_is_recorded_in_its_own_row(void **state)
{
    struct store_world *world = *state;
    const struct item heat = {.title = "Heat",
                              .year = 1995,
                              .media_type = MEDIA_MOVIE,
                              .ids = {.imdb = "tt0113277", .tmdb = 949}};

    prepare_file(world->path, original);
    store_world_reopen(world);
    assert_int_equal(store_world_item(world, store_world_run(world), &heat), 5);
}

static void test_history_and_interval_of_the_original_survive(void **state)
{
    struct store_world *world = *state;
    struct stored_runs runs;

    prepare_file(world->path, original);
    store_world_reopen(world);
    must(world, runs_load(world->store, world->arena, 10, &runs, &world->error));
    assert_int_equal(runs.count, 2);
    assert_int_equal(runs.items[0].mode, RUN_SINGLE);
    assert_int_equal(runs.items[0].state, RUN_FAILED);
    assert_string_equal(runs.items[1].started, "2025-06-01 10:00:00");
    assert_string_equal(runs.items[1].completed, "2025-06-01 10:01:10");
    assert_int_equal(runs.items[1].duration_ms, 70000);
    assert_int_equal(runs.items[1].state, RUN_COMPLETED);
    assert_int_equal(runs.items[1].processed, 9);
    assert_int_equal(runs.items[1].requested, 2);
    assert_int_equal(runs.items[1].skipped, 6);
    assert_int_equal(runs.items[1].errored, 1);
    assert_string_equal(store_world_text(world, "SELECT interval_hours FROM sync_interval"), "0.5");
}

static void test_everything_of_the_original_is_still_there(void **state)
{
    struct store_world *world = *state;

    prepare_file(world->path, original);
    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM lists_original"), 3);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM synced_items_original"), 6);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM sync_history_original"), 2);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM item_lists"), 1);
    assert_string_equal(store_world_text(world, "SELECT value FROM app_settings"),
                        "http://seerr:5055");
    must(world, store_check(world->store, &world->error));
    assert_string_equal(store_world_text(world, "PRAGMA foreign_key_check"), "(no row)");
}

static char *copy_path(const struct store_world *world)
{
    return memory_print("%s.before-listsync", world->path);
}

static void test_the_original_is_copied_once_before_it_is_taken_over(void **state)
{
    struct store_world *world = *state;
    AUTO_FREE char *path = copy_path(world);
    struct db *db = NULL;
    struct stat status, again;

    prepare_file(world->path, original);
    store_world_reopen(world);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    must(world, db_open(&db_driver_sqlite, path, &db, &world->error));
    must(world, db_execute(db,
                           "INSERT INTO lists (list_type, list_id, poster_url)"
                           " VALUES ('imdb', 'as it was', 'x')",
                           &world->error));
    db_close(db);
    assert_int_equal(stat(path, &status), 0);
    store_world_reopen(world);
    assert_int_equal(stat(path, &again), 0);
    assert_int_equal(again.st_mtime, status.st_mtime);
    assert_int_equal(again.st_ino, status.st_ino);
}

static void test_a_database_of_ours_is_not_copied(void **state)
{
    struct store_world *world = *state;
    AUTO_FREE char *path = copy_path(world);

    store_world_reopen(world);
    store_world_reopen(world);
    assert_int_equal(access(path, F_OK), -1);
}

static void test_what_cannot_be_copied_is_not_taken_over(void **state)
{
    struct store_world *world = *state;
    AUTO_FREE char *in_the_way = memory_print("%s.before-listsync.%d", world->path, (int)getpid());

    prepare_file(world->path, original);
    assert_int_equal(mkdir(in_the_way, 0700), 0);
    expect_failure(world, &db_driver_sqlite, "must be copied before it is taken over");
    assert_int_equal(rmdir(in_the_way), 0);
    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM lists"), 3);
}

static void test_the_oldest_database_is_taken_over_too(void **state)
{
    struct store_world *world = *state;

    prepare_file(world->path, oldest);
    store_world_reopen(world);
    assert_string_equal(store_world_text(world, "SELECT list_id || user_id FROM lists"),
                        "ls0123456780");
    assert_string_equal(store_world_text(world, "SELECT item_key || status FROM synced_items"),
                        "imdb:tt0113277requested");
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM sync_history"), 0);
}

static void test_a_newer_database_is_refused_and_left_alone(void **state)
{
    struct store_world *world = *state;

    store_world_reopen(world);
    store_world_list(world, "imdb", "ls1");
    store_close(TAKE(world->store));
    prepare_file(world->path, "INSERT INTO schema_version VALUES (999, '9.8.7', 'then');"
                              "ALTER TABLE lists RENAME TO watchlists");
    expect_failure(world, &db_driver_sqlite, "newer ListSync (9.8.7, schema 999;");
    prepare_file(world->path, "INSERT INTO watchlists (list_type, list_id, created_at, updated_at)"
                              " VALUES ('imdb', 'still works', '', '')");
}

static void test_a_file_that_is_no_database_is_left_as_it_is(void **state)
{
    struct store_world *world = *state;
    static char text[8192] = "Dear diary, ";
    char after[sizeof(text)] = "";

    write_file(world->path, text, sizeof(text), 0);
    expect_failure(world, &db_driver_sqlite, "is no database");
    FILE *file = fopen(world->path, "r");
    assert_non_null(file);
    assert_int_equal(fread(after, 1, sizeof(after), file), sizeof(after));
    fclose(file);
    assert_memory_equal(text, after, sizeof(text));
}

static void test_a_damaged_file_is_told(void **state)
{
    struct store_world *world = *state;
    static char rubbish[4096];

    store_world_reopen(world);
    for (int i = 0; i < 40; i++)
        store_world_list(world, "imdb", (char[]){'a', (char)('0' + i), '\0'});
    store_close(TAKE(world->store)); /* moves the WAL into the file */
    memset(rubbish, 0xa5, sizeof(rubbish));
    write_file(world->path, rubbish, sizeof(rubbish), 2 * 4096);
    write_file(world->path, rubbish, sizeof(rubbish), 3 * 4096);
    enum error_code rc = store_open(&db_driver_sqlite, world->path, &world->store, &world->error);
    if (!rc)
        rc = store_check(world->store, &world->error);
    assert_int_equal(rc, ERROR_STORE);
    assert_non_null(strstr(world->error.message, "damaged"));
}

static void test_a_missing_directory_is_told(void **state)
{
    struct store_world *world = *state;

    free(world->path);
    world->path = temp_dir_file(&world->dir, "not/there/list_sync.db");
    expect_failure(world, &db_driver_sqlite, "cannot be made: No such file or directory");
}

/* Root may write anywhere: so as somebody else, in a child. */
static void as_nobody(struct store_world *world, const char *part)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct store *store = NULL;
        struct error error = {0};
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(2);
        enum error_code rc = store_open(&db_driver_sqlite, world->path, &store, &error);
        if (!strstr(error.message, part))
            fprintf(stderr, "\"%s\" does not say \"%s\"\n", error.message, part);
        _exit(rc == ERROR_STORE && strstr(error.message, part) ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void test_a_directory_that_may_not_be_written_is_told(void **state)
{
    struct store_world *world = *state;

    assert_int_equal(chmod(world->dir.path, 0555), 0);
    as_nobody(world, "cannot be made: Permission denied");
    assert_int_equal(chmod(world->dir.path, 0755), 0);
}

static void test_a_file_that_may_not_be_written_is_told(void **state)
{
    struct store_world *world = *state;

    store_world_reopen(world);
    store_close(TAKE(world->store));
    assert_int_equal(chmod(world->path, 0444), 0);
    assert_int_equal(chmod(world->dir.path, 0755), 0);
    as_nobody(world, "cannot be written");
}

/* A disk with room for so many pages. */
static const char *page_limit;

static enum error_code open_on_a_small_disk(const char *target, void **ret_handle,
                                            struct error *error)
{
    enum error_code rc = db_driver_sqlite.open(target, ret_handle, error);

    return rc ? rc : db_driver_sqlite.execute(*ret_handle, page_limit, error);
}

static struct db_driver small_disk(const char *limit)
{
    struct db_driver driver = db_driver_sqlite;

    page_limit = limit;
    driver.open = open_on_a_small_disk;
    return driver;
}

static void test_a_full_disk_during_the_takeover_leaves_the_original(void **state)
{
    struct store_world *world = *state;
    const struct db_driver driver = small_disk("PRAGMA max_page_count = 20");

    prepare_file(world->path, original);
    expect_failure(world, &driver, "the disk is full");
    prepare_file(world->path, "UPDATE lists SET user_id = '9' WHERE list_id = 'top'");
    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "SELECT user_id FROM lists WHERE id = 1"), 9);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM synced_items"), 5);
}

static void test_a_full_disk_during_a_reading_loses_nothing(void **state)
{
    struct store_world *world = *state;
    const struct db_driver driver = small_disk("PRAGMA max_page_count = 120");
    struct entry_list many;

    must(world, store_open(&driver, world->path, &world->store, &world->error));
    int64_t id = store_world_list(world, "imdb", "ls1");
    const struct entry one = {.title = "Heat", .media_type = MEDIA_MOVIE, .ids = {.tmdb = 949}};
    store_world_read(world, id, OUTCOME_OK, &one, 1);
    entry_list_init(&many, world->arena);
    for (int i = 1; i <= 3000; i++)
        entry_list_add(&many, &(struct entry){.title = "Another film",
                                              .media_type = MEDIA_MOVIE,
                                              .ids = {.tmdb = i}});
    struct list_reading reading = {.outcome = OUTCOME_OK, .total = -1, .entries = &many};
    assert_int_equal(lists_record(world->store, id, &reading, &world->error), ERROR_STORE);
    assert_non_null(strstr(world->error.message, "the disk is full"));
    entry_list_release(&many);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM list_items"), 1);
    store_world_reopen(world);
    assert_string_equal(store_world_text(world, "SELECT title FROM list_items"), "Heat");
    must(world, store_check(world->store, &world->error));
}

static void test_several_programs_may_open_a_new_database_at_once(void **state)
{
    struct store_world *world = *state;
    enum { PROGRAMS = 6 };
    pid_t children[PROGRAMS];

    for (int i = 0; i < PROGRAMS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct store *store = NULL;
            struct error error = {0};
            if (store_open(&db_driver_sqlite, world->path, &store, &error))
                fprintf(stderr, "%s\n", error.message);
            _exit(store ? 0 : 1);
        }
    }
    for (int i = 0; i < PROGRAMS; i++) {
        int status = -1;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM schema_version"), 4);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup_empty, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_a_new_database_has_the_newest_schema),
        WITH_WORLD(test_opening_again_changes_nothing),
        WITH_WORLD(test_the_file_is_ours_alone_whatever_the_umask),
        WITH_WORLD(test_the_lists_of_the_original_are_taken_over),
        WITH_WORLD(test_the_items_of_the_original_keep_number_and_status),
        WITH_WORLD(test_an_item_taken_over_is_recorded_in_its_own_row),
        WITH_WORLD(test_history_and_interval_of_the_original_survive),
        WITH_WORLD(test_everything_of_the_original_is_still_there),
        WITH_WORLD(test_the_original_is_copied_once_before_it_is_taken_over),
        WITH_WORLD(test_a_database_of_ours_is_not_copied),
        WITH_WORLD(test_what_cannot_be_copied_is_not_taken_over),
        WITH_WORLD(test_the_oldest_database_is_taken_over_too),
        WITH_WORLD(test_a_newer_database_is_refused_and_left_alone),
        WITH_WORLD(test_a_file_that_is_no_database_is_left_as_it_is),
        WITH_WORLD(test_a_damaged_file_is_told),
        WITH_WORLD(test_a_missing_directory_is_told),
        WITH_WORLD(test_a_directory_that_may_not_be_written_is_told),
        WITH_WORLD(test_a_file_that_may_not_be_written_is_told),
        WITH_WORLD(test_a_full_disk_during_the_takeover_leaves_the_original),
        WITH_WORLD(test_a_full_disk_during_a_reading_loses_nothing),
        WITH_WORLD(test_several_programs_may_open_a_new_database_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
