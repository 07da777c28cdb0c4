/* Backups put back: on a machine that has nothing, over what is there, and of every schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/backup_restore.h"
#include "store/backup_writer.h"
#include "store/migrations.h"
#include "support/backup_world.h"
#include "support/poor_disk.h"

/* Another data directory. */
struct machine {
    struct temp_dir dir;
    char *database, *key_file;
    bool has_setting;
    struct crypto_key setting;
    const struct crypto_key *others;
    size_t other_count;
    struct backup_restored restored;
};

static void open_machine(struct machine *machine)
{
    *machine = (struct machine){0};
    temp_dir_open(&machine->dir);
    machine->database = temp_dir_file(&machine->dir, "list_sync.db");
    machine->key_file = temp_dir_file(&machine->dir, "secret.key");
}

static void close_machine(struct machine *machine)
{
    temp_dir_close(&machine->dir);
    free(machine->database);
    free(machine->key_file);
}

static enum error_code restore(struct machine *machine, struct backup_world *world,
                               const char *passphrase)
{
    struct backup_restore_order order = {
        .path = world->file,
        .passphrase = passphrase,
        .database = machine->database,
        .key_file = machine->key_file,
        .setting = machine->has_setting ? &machine->setting : NULL,
        .others = machine->others,
        .other_count = machine->other_count,
    };

    return backup_restore(&order, world->store->arena, &machine->restored, &world->error);
}

static char *text_of(struct backup_world *world, const char *path)
{
    struct buffer bytes = BUFFER_WITH_LIMIT(8 << 20);

    must(world, files_read(path, &bytes, &world->error));
    buffer_byte(&bytes, '\0');
    return text_trim(bytes.bytes);
}

static int64_t number(struct backup_world *world, const char *path, const char *sql)
{
    struct db *db = NULL;
    int64_t result = -1;

    must(world, db_open(&db_driver_sqlite, path, &db, &world->error));
    struct db_statement *row = db_prepare(db, sql);
    if (db_step(row))
        result = db_column_integer(row, 0);
    must(world, db_finish(row, &world->error));
    db_close(db);
    return result;
}

static void expect_same_key(struct backup_world *world, const char *a, const char *b)
{
    AUTO_FREE char *first = text_of(world, a);
    AUTO_FREE char *second = text_of(world, b);

    assert_string_equal(first, second);
}

static void expect_mode(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_a_new_machine_gets_all_of_it(void **state)
{
    (void)state;
    struct backup_world world;
    struct machine machine;

    backup_world_open(&world, 100 << 10);
    backup_world_make(&world, BACKUP_WORLD_PASSPHRASE);
    open_machine(&machine);
    must(&world, restore(&machine, &world, BACKUP_WORLD_PASSPHRASE));
    assert_int_equal(number(&world, machine.database, "SELECT COUNT(*) FROM synced_items"), 1);
    assert_int_equal(number(&world, machine.database, "SELECT COUNT(*) FROM service_state"),
                     number(&world, world.store->path, "SELECT COUNT(*) FROM service_state"));
    expect_same_key(&world, machine.key_file, world.key_file);
    expect_mode(machine.database);
    expect_mode(machine.key_file);
    assert_true(machine.restored.made_key_file);
    assert_string_equal(machine.restored.kept_database, "");
    assert_string_equal(machine.restored.kept_key, "");
    close_machine(&machine);
    backup_world_close(&world);
}

/* ---- the key ---- */

/* What seals on the machine that the backup comes to. */
enum here { NOTHING, ITS_KEY, OTHER_KEY, NO_KEY, ITS_SETTING, OTHER_SETTING };

static void prepare(struct machine *machine, struct backup_world *world, enum here here)
{
    struct crypto_key other = {{7}};

    machine->has_setting = here == ITS_SETTING || here == OTHER_SETTING;
    machine->setting = here == ITS_SETTING ? world->key : other;
    if (here == ITS_KEY || here == OTHER_KEY)
        must(world, crypto_key_write(machine->key_file, here == ITS_KEY ? &world->key : &other,
                                     &world->error));
    if (here == NO_KEY)
        must(world, files_write(machine->key_file, "no key", 6, &world->error));
}

static int sealed_values_open_with(struct backup_world *world, const struct machine *machine,
                                   const struct crypto_key *key, int *ret_all)
{
    AUTO_STORE struct store *store = NULL;
    struct sealed_values values;

    must(world, store_open(&db_driver_sqlite, machine->database, &store, &world->error));
    must(world, sealed_values_load(store, world->store->arena, &values, &world->error));
    *ret_all = (int)values.count;
    return (int)sealed_values_opened(&values, key);
}

/* The key that counts on it now, by setting or by file, opens all that is sealed: so many. */
static void expect_sealed(struct backup_world *world, const struct machine *machine, int sealed)
{
    struct crypto_key key = machine->setting;
    int all = 0;

    if (!machine->has_setting && access(machine->key_file, F_OK) != 0) {
        assert_int_equal(sealed, 0);
        return;
    }
    if (!machine->has_setting)
        must(world, crypto_key_read(machine->key_file, &key, &world->error));
    assert_int_equal(sealed_values_open_with(world, machine, &key, &all), sealed);
    assert_int_equal(all, sealed);
}

static const struct {
    enum here here;
    bool has_passphrase, knows_old; /* LISTSYNC_SECRET_KEY_OLD, or a file that was put aside */
    bool comes_back, makes_file;
} keys[] = {
    {NOTHING, true, false, true, true},          {ITS_KEY, true, false, true, false},
    {OTHER_KEY, true, false, true, false},       {NO_KEY, true, false, true, true},
    {ITS_SETTING, true, false, true, false},     {OTHER_SETTING, true, false, true, false},
    {NOTHING, false, false, false, false},       {ITS_KEY, false, false, true, false},
    {OTHER_KEY, false, false, false, false},     {ITS_SETTING, false, false, true, false},
    {OTHER_SETTING, false, false, false, false}, {NOTHING, false, true, true, true},
    {OTHER_KEY, false, true, true, false},       {OTHER_SETTING, false, true, true, false},
};

static void test_credentials_come_back_wherever_a_key_opens_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        struct backup_world world;
        struct machine machine;
        backup_world_open(&world, 0);
        backup_world_make(&world, keys[i].has_passphrase ? BACKUP_WORLD_PASSPHRASE : NULL);
        open_machine(&machine);
        prepare(&machine, &world, keys[i].here);
        machine.others = keys[i].knows_old ? &world.key : NULL;
        machine.other_count = keys[i].knows_old;
        must(&world, restore(&machine, &world, world.order.passphrase));
        expect_sealed(&world, &machine, keys[i].comes_back);
        assert_int_equal(machine.restored.lost.count, !keys[i].comes_back);
        assert_int_equal(machine.restored.made_key_file, keys[i].makes_file);
        assert_int_equal(*machine.restored.kept_key != '\0', keys[i].here == NO_KEY);
        close_machine(&machine);
        backup_world_close(&world);
    }
}

static void test_a_file_that_is_no_key_is_only_replaced_by_one(void **state)
{
    (void)state;
    struct backup_world world;
    struct machine machine;

    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    open_machine(&machine);
    prepare(&machine, &world, NO_KEY);
    assert_int_equal(restore(&machine, &world, NULL), ERROR_STORE);
    assert_non_null(strstr(world.error.message, "is no key"));
    assert_int_not_equal(access(machine.database, F_OK), 0);
    AUTO_FREE char *text = text_of(&world, machine.key_file);
    assert_string_equal(text, "no key");
    close_machine(&machine);
    backup_world_close(&world);
}

static char *kept_path(const struct machine *machine, const char *name)
{
    assert_true(text_starts_with(name, "list_sync.db.before-restore-2"));
    return temp_dir_file(&machine->dir, name);
}

static void test_what_was_there_is_kept(void **state)
{
    (void)state;
    struct backup_world world, other;
    struct machine machine;

    backup_world_open(&world, 0);
    backup_world_open(&other, 0);
    backup_world_make(&world, BACKUP_WORLD_PASSPHRASE);
    store_world_list(other.store, "imdb", "second");
    open_machine(&machine);
    free(machine.database);
    free(machine.key_file);
    machine.database = memory_text(other.store->path);
    machine.key_file = memory_text(other.key_file);
    AUTO_FREE char *old_key = text_of(&other, other.key_file);
    store_close(TAKE(other.store->store));
    must(&world, restore(&machine, &world, BACKUP_WORLD_PASSPHRASE));
    AUTO_FREE char *kept = temp_dir_file(&other.store->dir, machine.restored.kept_database);
    AUTO_FREE char *key_after = text_of(&world, other.key_file);
    assert_int_equal(number(&world, kept, "SELECT COUNT(*) FROM lists"), 2);
    assert_int_equal(number(&world, machine.database, "SELECT COUNT(*) FROM lists"), 1);
    assert_string_equal(key_after, old_key); /* the database that is kept goes on to open */
    expect_sealed(&world, &machine, 1);
    free(kept_path(&machine, machine.restored.kept_database));
    close_machine(&machine);
    backup_world_close(&other);
    backup_world_close(&world);
}

/* A log of the old database must not be played into the new one. */
static void test_what_was_damaged_is_kept_as_well(void **state)
{
    (void)state;
    struct backup_world world;
    struct machine machine;

    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    open_machine(&machine);
    AUTO_FREE char *log = memory_print("%s-wal", machine.database);
    must(&world, files_write(machine.database, "no database", 11, &world.error));
    must(&world, files_write(log, "no log", 6, &world.error));
    must(&world, restore(&machine, &world, NULL));
    assert_int_equal(number(&world, machine.database, "SELECT COUNT(*) FROM lists"), 1);
    AUTO_FREE char *kept = kept_path(&machine, machine.restored.kept_database);
    AUTO_FREE char *kept_text = text_of(&world, kept);
    assert_string_equal(kept_text, "no database");
    close_machine(&machine);
    backup_world_close(&world);
}

/* What a program that was killed left in the log belongs to the file that is kept. */
static void test_what_is_kept_is_one_file(void **state)
{
    (void)state;
    struct backup_world world;
    struct machine machine;
    AUTO_BUFFER struct buffer database = BUFFER_WITH_LIMIT(8 << 20);
    AUTO_BUFFER struct buffer log = BUFFER_WITH_LIMIT(8 << 20);

    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    open_machine(&machine);
    store_world_list(world.store, "imdb", "second");
    AUTO_FREE char *open_log = memory_print("%s-wal", world.store->path);
    AUTO_FREE char *left_log = memory_print("%s-wal", machine.database);
    must(&world, files_read(world.store->path, &database, &world.error));
    must(&world, files_read(open_log, &log, &world.error));
    must(&world, files_write(machine.database, database.bytes, database.length, &world.error));
    must(&world, files_write(left_log, log.bytes, log.length, &world.error));
    must(&world, restore(&machine, &world, NULL));
    AUTO_FREE char *kept = kept_path(&machine, machine.restored.kept_database);
    AUTO_FREE char *kept_log = memory_print("%s-wal", kept);
    assert_int_not_equal(access(kept_log, F_OK), 0);
    assert_int_equal(number(&world, kept, "SELECT COUNT(*) FROM lists"), 2);
    assert_int_equal(number(&world, machine.database, "SELECT COUNT(*) FROM lists"), 1);
    close_machine(&machine);
    backup_world_close(&world);
}

static void expect_refused(struct machine *machine, struct backup_world *world,
                           const char *passphrase, const char *part)
{
    static const char *const files[] = {"list_sync.db", "secret.key", "a.backup", NULL};
    AUTO_FREE char *key = text_of(world, machine->key_file);

    if (restore(machine, world, passphrase) == ERROR_NONE)
        fail_msg("it was taken");
    if (!strstr(world->error.message, part))
        fail_msg("it says: %s", world->error.message);
    AUTO_FREE char *key_after = text_of(world, machine->key_file);
    assert_string_equal(key, key_after);
    backup_world_expect_files(world, files);
}

/* Over its own data directory. */
static void stay_at_home(struct machine *machine, struct backup_world *world)
{
    open_machine(machine);
    free(machine->database);
    free(machine->key_file);
    machine->database = memory_text(world->store->path);
    machine->key_file = memory_text(world->key_file);
    store_close(TAKE(world->store->store));
}

static void test_a_refused_backup_changes_nothing(void **state)
{
    (void)state;
    struct backup_world world;
    struct machine machine;
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(8 << 20);

    backup_world_open(&world, 100 << 10);
    backup_world_make(&world, BACKUP_WORLD_PASSPHRASE);
    stay_at_home(&machine, &world);
    expect_refused(&machine, &world, "wrong", "passphrase");
    must(&world, files_read(world.file, &bytes, &world.error));
    bytes.bytes[bytes.length / 2] ^= 1;
    must(&world, files_write(world.file, bytes.bytes, bytes.length, &world.error));
    expect_refused(&machine, &world, BACKUP_WORLD_PASSPHRASE, "damaged");
    bytes.bytes[bytes.length / 2] ^= 1;
    must(&world, files_write(world.file, bytes.bytes, bytes.length - 1, &world.error));
    expect_refused(&machine, &world, BACKUP_WORLD_PASSPHRASE, "cut off");
    must(&world, files_write(world.file, "foreign", 7, &world.error));
    expect_refused(&machine, &world, BACKUP_WORLD_PASSPHRASE, "no backup of ListSync");
    must(&world,
         store_open(&db_driver_sqlite, world.store->path, &world.store->store, &world.error));
    must(&world, store_check(world.store->store, &world.error));
    assert_int_equal(store_world_number(world.store, "SELECT COUNT(*) FROM lists"), 1);
    close_machine(&machine);
    backup_world_close(&world);
}

static void test_what_cannot_be_made_to_last_leaves_the_old_one(void **state)
{
    static const char *const files[] = {"list_sync.db", "secret.key", "a.backup", NULL};
    struct backup_world world;
    struct machine machine;

    (void)state;
    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    store_world_list(world.store, "imdb", "second");
    stay_at_home(&machine, &world);
    backup_world_hide_names(&world, true);
    enum error_code rc = restore(&machine, &world, NULL);
    backup_world_hide_names(&world, false);
    assert_int_equal(rc, ERROR_STORE);
    assert_non_null(strstr(world.error.message, "list_sync.db cannot be written"));
    assert_int_equal(number(&world, machine.database, "SELECT COUNT(*) FROM lists"), 2);
    backup_world_expect_files(&world, files);
    close_machine(&machine);
    backup_world_close(&world);
}

struct moving_back {
    struct machine *machine;
    struct backup_world *world;
    bool cannot_last;
};

static bool is_as_expected(void *context)
{
    struct moving_back *moving = context;

    if (moving->cannot_last)
        backup_world_hide_names(moving->world, true);
    enum error_code rc = restore(moving->machine, moving->world, NULL);
    return rc == (moving->cannot_last ? ERROR_STORE : ERROR_NONE);
}

/* There the old one is away for a moment. */
static void test_a_disk_without_second_names_is_no_obstacle(void **state)
{
    static const char *const files[] = {"list_sync.db", "secret.key", "a.backup", NULL};
    struct backup_world world;
    struct machine machine;
    struct moving_back moving = {&machine, &world, true};

    (void)state;
    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    store_world_list(world.store, "imdb", "second");
    stay_at_home(&machine, &world);
    assert_true(poor_disk_run(is_as_expected, &moving));
    backup_world_hide_names(&world, false);
    assert_int_equal(number(&world, machine.database, "SELECT COUNT(*) FROM lists"), 2);
    backup_world_expect_files(&world, files);
    moving.cannot_last = false;
    assert_true(poor_disk_run(is_as_expected, &moving));
    assert_int_equal(number(&world, machine.database, "SELECT COUNT(*) FROM lists"), 1);
    close_machine(&machine);
    backup_world_close(&world);
}

static void test_one_of_a_newer_schema_is_refused(void **state)
{
    (void)state;
    struct backup_world world;
    struct machine machine;

    backup_world_open(&world, 0);
    must(&world,
         db_execute(world.store->store->db,
                    "INSERT INTO schema_version VALUES (999, '9.9.9', 'later')", &world.error));
    backup_world_make(&world, NULL);
    stay_at_home(&machine, &world);
    expect_refused(&machine, &world, NULL, "made by a newer ListSync");
    close_machine(&machine);
    backup_world_close(&world);
}

/* What was sealed well and is no database of ours. */
static void test_one_that_holds_something_else_is_refused(void **state)
{
    (void)state;
    struct backup_world world;
    struct machine machine;
    struct backup_writer *writer = NULL;
    char contents[1 + CRYPTO_KEY_SIZE + 16] = {0};

    backup_world_open(&world, 0);
    backup_world_make(&world, NULL);
    struct backup_head head = world.head;
    head.database_bytes = 16;
    unlink(world.file);
    must(&world, backup_writer_open(world.file, &head, &head.key, &writer, &world.error));
    must(&world, backup_writer_add(writer, contents, sizeof(contents), &world.error));
    must(&world, backup_writer_finish(writer, &world.error));
    backup_writer_free(writer);
    stay_at_home(&machine, &world);
    expect_refused(&machine, &world, NULL, "the database in the backup");
    close_machine(&machine);
    backup_world_close(&world);
}

/* ---- the drill: every schema that was released ---- */

static void make_old_database(struct store_world *world, int schema)
{
    AUTO_FREE char *path = memory_print("%s/contract/schema_%d.sql", LISTSYNC_TESTS_DIR, schema);
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(1 << 20);
    struct db *db = NULL;

    must(world, files_read(path, &text, &world->error));
    must(world, db_open(&db_driver_sqlite, world->path, &db, &world->error));
    must(world, db_execute(db, buffer_string(&text), &world->error));
    must(world, db_execute(db,
                           "INSERT INTO lists (list_type, list_id, description, created_at,"
                           " updated_at) VALUES ('imdb', 'top', 'Top 250', 'then', 'then')",
                           &world->error));
    db_close(db);
}

static void restore_from_schema(int schema)
{
    struct backup_world world;
    struct machine machine;

    backup_world_open(&world, 0);
    store_close(TAKE(world.store->store));
    unlink(world.store->path);
    make_old_database(world.store, schema);
    backup_world_make(&world, BACKUP_WORLD_PASSPHRASE);
    assert_int_equal(world.head.schema, schema);
    assert_int_equal(number(&world, world.store->path, "SELECT MAX(number) FROM schema_version"),
                     schema); /* making a backup migrates nothing */
    open_machine(&machine);
    must(&world, restore(&machine, &world, BACKUP_WORLD_PASSPHRASE));
    assert_int_equal(machine.restored.head.schema, schema);
    assert_int_equal(machine.restored.schema, migrations_newest());
    assert_int_equal(
        number(&world, machine.database,
               "SELECT COUNT(*) FROM lists WHERE list_id = 'top' AND description = 'Top 250'"),
        1);
    close_machine(&machine);
    backup_world_close(&world);
}

static void test_every_released_schema_comes_back(void **state)
{
    (void)state;
    int found = 0;

    for (int schema = 1; schema < migrations_newest(); schema++) {
        AUTO_FREE char *path =
            memory_print("%s/contract/schema_%d.sql", LISTSYNC_TESTS_DIR, schema);
        if (access(path, F_OK) != 0)
            continue; /* never released */
        restore_from_schema(schema);
        found++;
    }
    assert_true(found >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_machine_gets_all_of_it),
        cmocka_unit_test(test_credentials_come_back_wherever_a_key_opens_them),
        cmocka_unit_test(test_a_file_that_is_no_key_is_only_replaced_by_one),
        cmocka_unit_test(test_what_was_there_is_kept),
        cmocka_unit_test(test_what_was_damaged_is_kept_as_well),
        cmocka_unit_test(test_what_is_kept_is_one_file),
        cmocka_unit_test(test_a_refused_backup_changes_nothing),
        cmocka_unit_test(test_what_cannot_be_made_to_last_leaves_the_old_one),
        cmocka_unit_test(test_a_disk_without_second_names_is_no_obstacle),
        cmocka_unit_test(test_one_of_a_newer_schema_is_refused),
        cmocka_unit_test(test_one_that_holds_something_else_is_refused),
        cmocka_unit_test(test_every_released_schema_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
