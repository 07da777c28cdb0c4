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
    assert_int_equal(store_schema_version(world->store), 6);
    assert_int_equal(store_world_number(world,
                                        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'"
                                        " AND name NOT LIKE 'sqlite_%'"
                                        " AND name NOT LIKE 'item_search%'"),
                     30);
    must(world, store_check(world->store, &world->error));
}

static void test_opening_again_changes_nothing(void **state)
{
    struct store_world *world = *state;

    store_world_reopen(world);
    int64_t before = store_world_number(world, "PRAGMA schema_version");
    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "PRAGMA schema_version"), before);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM schema_version"), 6);
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
    as_nobody(world,
              "cannot be written: it belongs to user 0, and this program runs as user 65534");
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
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM schema_version"), 6);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup_empty, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_a_new_database_has_the_newest_schema),
        WITH_WORLD(test_opening_again_changes_nothing),
        WITH_WORLD(test_the_file_is_ours_alone_whatever_the_umask),
        WITH_WORLD(test_a_newer_database_is_refused_and_left_alone),
        WITH_WORLD(test_a_file_that_is_no_database_is_left_as_it_is),
        WITH_WORLD(test_a_damaged_file_is_told),
        WITH_WORLD(test_a_missing_directory_is_told),
        WITH_WORLD(test_a_directory_that_may_not_be_written_is_told),
        WITH_WORLD(test_a_file_that_may_not_be_written_is_told),
        WITH_WORLD(test_a_full_disk_during_a_reading_loses_nothing),
        WITH_WORLD(test_several_programs_may_open_a_new_database_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
