/* Taking over what strangers made, and with trouble at every step. */
#include <setjmp.h>
#include <signal.h>
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

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/db.h"
#include "support/failing_db.h"
#include "support/former_databases.h"
#include "support/moving.h"

static void expect_taken(struct moving *moving, const char *key)
{
    if (moving_take(moving, false, key))
        fail_msg("%s", moving->world->error.message);
}

static const char all_rows[] =
    "SELECT (SELECT COUNT(*) FROM lists) + (SELECT COUNT(*) FROM synced_items)"
    " + (SELECT COUNT(*) FROM sync_history) + (SELECT COUNT(*) FROM settings)"
    " + (SELECT COUNT(*) FROM notification_targets) + (SELECT COUNT(*) FROM sync_interval)";

/* ---- what strangers make ---- */

/* Whatever is in it: an answer, nothing written if it is an error, and a sound store. */
static enum error_code take_hostile(struct moving *moving)
{
    int64_t before = store_world_number(moving->world, all_rows);
    enum error_code rc = moving_take(moving, false, FORMER_KEY);

    if (rc)
        assert_int_equal(store_world_number(moving->world, all_rows), before);
    must(moving->world, store_check(moving->world->store, &moving->world->error));
    return rc;
}

static const struct {
    const char *sql;
    enum error_code rc;
} hostile[] = {
    {"CREATE TABLE diary (day TEXT)", ERROR_FORMAT},
    {"CREATE TABLE schema_version (number INTEGER)", ERROR_FORMAT},
    {"CREATE TABLE base (a, b); CREATE VIEW lists AS SELECT a AS list_type, b AS list_id FROM"
     " base; CREATE VIEW synced_items AS SELECT * FROM synced_items",
     ERROR_FORMAT},
    {"CREATE TABLE synced_items (id, title); CREATE VIEW lists AS SELECT 1 AS id, 'imdb' AS"
     " list_type, 'top' AS list_id; CREATE VIEW app_settings AS SELECT 'timezone' AS key,"
     " 'UTC' AS value",
     ERROR_NONE},
    {"CREATE VIRTUAL TABLE lists USING fts5(list_type, list_id)", ERROR_FORMAT},
    {"CREATE TABLE lists (list_type, list_id); INSERT INTO lists VALUES (x'00ff', 7),"
     " (NULL, NULL), (1.5, x''), ('imdb', zeroblob(3000000)), ('', ''),"
     " (char(27) || '[31m', char(10) || 'x')",
     ERROR_NONE},
    {"CREATE TABLE synced_items (title, media_type, year, overseerr_id, imdb_id, status,"
     " last_synced); INSERT INTO synced_items VALUES (zeroblob(2000000), 9, -1, -5, 'tt1', 7,"
     " 'yesterday'), ('A', 'tv', 1e300, 9223372036854775807, x'ff', 'status''; DROP', 0),"
     " (NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
     ERROR_NONE},
    {"CREATE TABLE lists (list_type, list_id, item_count AS (length(hex(zeroblob(100000)))),"
     " user_id DEFAULT (upper(hex(zeroblob(1000))))); INSERT INTO lists (list_type, list_id)"
     " VALUES ('imdb', 'top')",
     ERROR_FORMAT},
    {"CREATE TABLE lists (list_type, list_id); CREATE TABLE other (id INTEGER PRIMARY KEY,"
     " x NOT NULL AS (instr(printf('%.*c', 20000000, 'a'),"
     " printf('%.*cb', 10000000, 'a'))) VIRTUAL);"
     "PRAGMA ignore_check_constraints = ON",
     ERROR_FORMAT},
    {"CREATE TABLE lists (list_type, list_id, n CHECK (n = 1)); PRAGMA"
     " ignore_check_constraints = ON; INSERT INTO lists VALUES ('imdb', 'top', 2)",
     ERROR_NONE},
    {"CREATE TABLE lists (id INTEGER PRIMARY KEY, list_type, list_id);"
     "CREATE TRIGGER t AFTER INSERT ON lists BEGIN INSERT INTO lists (list_type, list_id)"
     " VALUES (new.list_id, new.list_type); END;"
     "CREATE TABLE a (x REFERENCES b); CREATE TABLE b (x REFERENCES a)",
     ERROR_NONE},
    {"CREATE TABLE sync_history (start_time, end_time, status, total_items, sync_type);"
     "CREATE TABLE lists (x); INSERT INTO sync_history VALUES ('never', 1, 2, 'many', "
     "'single'),"
     " ('2025-01-01 00:00:00', '1999-01-01 00:00:00', 'odd', -5, 'single')",
     ERROR_NONE},
    {"CREATE TABLE sync_interval (interval_hours); CREATE TABLE lists (x);"
     "INSERT INTO sync_interval VALUES ('often'), (-1), (1e300)",
     ERROR_NONE},
    {"CREATE TABLE lists (x); CREATE TABLE app_settings (key, value, is_encrypted);"
     "INSERT INTO app_settings VALUES ('overseerr_url', 'javascript:alert(1)', 0),"
     " ('overseerr_api_key', zeroblob(200000), 1), ('timezone', '../../etc/passwd', 0),"
     " ('imdb_lists', ',,,,', 0), (NULL, NULL, NULL), ('_lists', 'x', 0),"
     " ('a_very_long_name_of_a_type_that_nobody_would_ever_have_lists', 'x', 0),"
     " ('listsync_data_dir', '/', 0), ('database', 'x', 0)",
     ERROR_NONE},
    {"CREATE TABLE media_lists (id, url, name); INSERT INTO media_lists VALUES"
     " ('x', 'http://127.0.0.1/', x'00'), (1, NULL, NULL)",
     ERROR_NONE},
};

static void test_hostile_databases_do_no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(hostile); i++) {
        struct moving moving;
        void *own = NULL;
        store_world_setup(&own);
        moving_open(&moving, &own, moving_no_environment);
        former_write(moving.former, hostile[i].sql);
        enum error_code rc = take_hostile(&moving);
        if (rc != hostile[i].rc)
            fail_msg("case %zu: %d %s", i, (int)rc, rc ? moving.world->error.message : "");
        assert_int_equal(store_world_number(moving.world, "SELECT COUNT(*) FROM settings"
                                                          " WHERE name NOT LIKE 'SYNC_%'"),
                         0);
        moving_close(&moving);
        store_world_teardown(&own);
    }
}

/* The file as bytes, to be cut and flipped. */
static void read_bytes(struct moving *moving, struct buffer *ret)
{
    former_write(moving->former, former_original);
    former_write(moving->former, former_original_settings);
    must(moving->world, files_read(moving->former, ret, &moving->world->error));
}

static void write_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static void test_a_cut_file_is_refused(void **state)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    read_bytes(&moving, &bytes);
    for (size_t length = 0; length < bytes.length; length += 3001) {
        write_bytes(moving.former, bytes.bytes, length);
        if (take_hostile(&moving) != ERROR_FORMAT)
            fail_msg("%zu of %zu bytes are taken: %s", length, bytes.length,
                     moving.world->error.message);
    }
    moving_close(&moving);
}

static void test_changed_bytes_do_no_harm(void **state)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct moving moving;
    unsigned random = 7;

    moving_open(&moving, state, moving_no_environment);
    read_bytes(&moving, &bytes);
    for (int i = 0; i < 60; i++) {
        AUTO_FREE char *copy = memory_new(bytes.length);
        memcpy(copy, bytes.bytes, bytes.length);
        for (int j = 0; j < 20; j++) {
            random = random * 1103515245 + 12345;
            copy[(random >> 8) % bytes.length] ^= (char)(random >> 3);
        }
        write_bytes(moving.former, copy, bytes.length);
        (void)take_hostile(&moving);
    }
    moving_close(&moving);
}

static void test_a_file_in_use_is_left_alone(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    AUTO_FREE char *journal = memory_print("%s-journal", moving.former);
    write_bytes(journal, "x", 1);
    assert_int_equal(take_hostile(&moving), ERROR_CONFLICT);
    assert_non_null(strstr(moving.world->error.message, "in use"));
    moving_close(&moving);
}

static void test_only_files_are_read_and_the_source_keeps_its_bytes(void **state)
{
    AUTO_BUFFER struct buffer before = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_BUFFER struct buffer after = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    assert_int_equal(mkfifo(moving.former, 0600), 0);
    assert_int_equal(take_hostile(&moving), ERROR_FORMAT);
    assert_int_equal(unlink(moving.former), 0);
    assert_int_equal(take_hostile(&moving), ERROR_NOT_FOUND);
    read_bytes(&moving, &before);
    expect_taken(&moving, FORMER_KEY);
    must(moving.world, files_read(moving.former, &after, &moving.world->error));
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.bytes, after.bytes, before.length);
    moving_close(&moving);
}

static void test_a_log_beside_the_file_is_read_as_well(void **state)
{
    struct moving moving;
    struct db *db = NULL;

    moving_open(&moving, state, moving_no_environment);
    must(moving.world, db_open(&db_driver_sqlite, moving.former, &db, &moving.world->error));
    must(moving.world, db_execute(db, former_listseerr_last, &moving.world->error));
    expect_taken(&moving, "");
    db_close(db);
    assert_int_equal(store_world_number(moving.world, "SELECT COUNT(*) FROM lists"), 2);
    moving_close(&moving);
}

/* ---- at the first start, with trouble at every step ---- */

/* As a start does it. */
static enum error_code start(const struct db_driver *driver, const char *database,
                             const struct options *given, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct move_in taken = {.given = given, .arena = arena};
    struct store *store = NULL;
    bool did = false;
    enum error_code rc = move_in_make_room(database, error);

    if (!rc)
        rc = store_open(driver, database, &store, error);
    taken.store = store;
    if (!rc)
        rc = move_in_at_start(&taken, database, &did, error);
    store_close(store);
    return rc;
}

static void start_in_child(const struct db_driver *driver, const char *database,
                           const struct options *given)
{
    struct error error = {0};
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        (void)start(driver, database, given, &error);
        _exit(0);
    }
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
}

static void expect_all_after_next_start(struct moving *moving)
{
    struct store_world *world = moving->world;
    AUTO_FREE char *kept = memory_print("%s" MOVE_IN_KEPT, world->path);

    must(world, start(&db_driver_sqlite, world->path, &moving->settings.options, &world->error));
    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM lists"), 1);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM synced_items"), 2);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM sync_interval"), 1);
    must(world, store_check(world->store, &world->error));
    assert_int_equal(former_program_of(kept), FORMER_ORIGINAL);
}

static void live_through_every_step(enum failing_db_mode mode)
{
    struct db_driver driver = failing_db_driver(&db_driver_sqlite);
    int64_t steps = 1;

    for (int64_t at = 0; at <= steps; at++) {
        struct moving moving;
        struct error error = {0};
        void *own = NULL;
        store_world_setup_empty(&own);
        moving_open(&moving, &own, moving_no_environment);
        former_write(moving.world->path, former_oldest);
        failing_db_arm(at, at ? mode : FAILING_DB_ONCE);
        if (at && mode == FAILING_DB_KILL)
            start_in_child(&driver, moving.world->path, &moving.settings.options);
        else
            (void)start(&driver, moving.world->path, &moving.settings.options, &error);
        if (!at)
            steps = failing_db_steps();
        expect_all_after_next_start(&moving);
        moving_close(&moving);
        store_world_teardown(&own);
    }
    assert_true(steps > 30);
}

static void test_a_start_may_fail_at_any_step(void **state)
{
    (void)state;
    live_through_every_step(FAILING_DB_ONCE);
}

static void test_a_start_may_be_killed_at_any_step(void **state)
{
    (void)state;
    live_through_every_step(FAILING_DB_KILL);
}

static void test_an_older_file_of_that_name_is_kept(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    AUTO_FREE char *kept = memory_print("%s" MOVE_IN_KEPT, moving.world->path);
    AUTO_FREE char *older = memory_print("%s" MOVE_IN_KEPT ".1", moving.world->path);
    write_bytes(kept, "precious", 8);
    former_write(moving.world->path, former_oldest);
    expect_all_after_next_start(&moving);
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(100);
    must(moving.world, files_read(older, &text, &moving.world->error));
    assert_string_equal(buffer_string(&text), "precious");
    moving_close(&moving);
}

/* A start while the original still writes must not leave a trace in its database. */
static void test_an_original_that_still_writes_stops_the_start(void **state)
{
    struct moving moving;
    struct db *writer = NULL;
    struct error error = {0};

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    assert_int_equal(db_open(&db_driver_sqlite, moving.former, &writer, &error), ERROR_NONE);
    assert_int_equal(db_execute(writer, "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE", &error),
                     ERROR_NONE);
    assert_int_equal(move_in_make_room(moving.former, &moving.world->error), ERROR_STORE);
    assert_non_null(strstr(moving.world->error.message, "stop it first"));
    db_close(writer);
    assert_int_equal(former_program_of(moving.former), FORMER_ORIGINAL);
    moving_close(&moving);
}

/* As an earlier version left it that began to make its own tables in there. */
static void test_a_table_of_ours_alone_does_not_make_it_ours(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, "CREATE TABLE schema_version (number INTEGER)");
    assert_int_equal(former_program_of(moving.former), FORMER_ORIGINAL);
    expect_taken(&moving, "");
    moving_close(&moving);
}

/* Its bytes, and nothing beside it. */
static void expect_untouched(const struct moving *moving, const struct buffer *before)
{
    AUTO_BUFFER struct buffer after = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_FREE char *kept = memory_print("%s" MOVE_IN_KEPT, moving->world->path);
    AUTO_FREE char *folder = files_directory_of(moving->world->path);
    AUTO_FREE char *key = memory_print("%s/secret.key", folder);

    must(moving->world, files_read(moving->world->path, &after, &moving->world->error));
    assert_int_equal(after.length, before->length);
    assert_memory_equal(after.bytes, before->bytes, before->length);
    assert_int_not_equal(access(kept, F_OK), 0);
    assert_int_not_equal(access(key, F_OK), 0);
}

static void test_a_damaged_original_stops_the_start_and_keeps_its_bytes(void **state)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.world->path, former_original);
    must(moving.world, files_read(moving.world->path, &bytes, &moving.world->error));
    memset(bytes.bytes + 3 * 4096, 0x5a, 4096);
    write_bytes(moving.world->path, bytes.bytes, bytes.length);
    assert_int_equal(start(&db_driver_sqlite, moving.world->path, &moving.settings.options,
                           &moving.world->error),
                     ERROR_STORE);
    assert_non_null(strstr(moving.world->error.message, "list_sync.db, the database of the"));
    assert_non_null(strstr(moving.world->error.message, "is damaged; nothing was changed"));
    assert_non_null(strstr(moving.world->error.message, ".recover"));
    expect_untouched(&moving, &bytes);
    bytes.length -= 5 * 4096; /* and cut off */
    write_bytes(moving.world->path, bytes.bytes, bytes.length);
    assert_int_equal(start(&db_driver_sqlite, moving.world->path, &moving.settings.options,
                           &moving.world->error),
                     ERROR_STORE);
    assert_non_null(strstr(moving.world->error.message, "is damaged; nothing was changed"));
    expect_untouched(&moving, &bytes);
    moving_close(&moving);
}

#define STORE_TEST(name)                                                                           \
    cmocka_unit_test_setup_teardown(name, store_world_setup, store_world_teardown)
#define EMPTY_TEST(name)                                                                           \
    cmocka_unit_test_setup_teardown(name, store_world_setup_empty, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_databases_do_no_harm),
        STORE_TEST(test_a_cut_file_is_refused),
        STORE_TEST(test_changed_bytes_do_no_harm),
        STORE_TEST(test_a_file_in_use_is_left_alone),
        STORE_TEST(test_an_original_that_still_writes_stops_the_start),
        STORE_TEST(test_a_table_of_ours_alone_does_not_make_it_ours),
        STORE_TEST(test_only_files_are_read_and_the_source_keeps_its_bytes),
        STORE_TEST(test_a_log_beside_the_file_is_read_as_well),
        cmocka_unit_test(test_a_start_may_fail_at_any_step),
        cmocka_unit_test(test_a_start_may_be_killed_at_any_step),
        EMPTY_TEST(test_an_older_file_of_that_name_is_kept),
        EMPTY_TEST(test_a_damaged_original_stops_the_start_and_keeps_its_bytes),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
