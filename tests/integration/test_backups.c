/* Backups of the running program: by schedule, by hand, before a migration, and back again. */
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
#include "store/db.h"
#include "support/daemon.h"
#include "support/patience.h"

#define PASSPHRASE "a passphrase of the test"

static void call(struct daemon *daemon, const char *method, const char *target, int status,
                 struct daemon_answer *ret)
{
    daemon_call(daemon, method, target, daemon->admin_key, NULL, ret);
    if (ret->status != status)
        fail_msg("%s %s: %d %s", method, target, ret->status, buffer_string(&ret->body));
}

static const char *text_of(const struct daemon_answer *answer, const char *path)
{
    const char *text = json_value_text(json_value_path(answer->document, path));

    if (!text)
        fail_msg("no %s in %s", path, buffer_string(&answer->body));
    return text;
}

/* A fresh copy of its name. */
static char *make_backup(struct daemon *daemon)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    call(daemon, "POST", "/api/backups", 201, &answer);
    return memory_text(text_of(&answer, "backup.name"));
}

static void execute(const char *path, const char *sql)
{
    struct db *db = NULL;
    struct error error = {0};

    if (db_open(&db_driver_sqlite, path, &db, &error) || db_execute(db, sql, &error))
        fail_msg("%s", error.message);
    db_close(db);
}

static int64_t number(const char *path, const char *sql)
{
    struct db *db = NULL;
    struct error error = {0};
    int64_t result = -1;

    if (db_open(&db_driver_sqlite, path, &db, &error))
        fail_msg("%s", error.message);
    struct db_statement *row = db_prepare(db, sql);
    if (db_step(row))
        result = db_column_integer(row, 0);
    if (db_finish(row, &error))
        fail_msg("%s", error.message);
    db_close(db);
    return result;
}

/* Its exit code must be that, and what it prints must hold the text. */
static void run(struct world *world, const char *const *words, int exit_code, const char *shows)
{
    struct process_result result;

    world_run(world, words, &result);
    AUTO_FREE char *all =
        memory_print("%s%s", buffer_string(&result.out), buffer_string(&result.errors));
    if (result.exit_code != exit_code || !strstr(all, shows))
        fail_msg("%s: exit code %d: %s", words[0], result.exit_code, all);
    process_result_release(&result);
}

#define WORDS(...) ((const char *[]){__VA_ARGS__, NULL})

/* ---- the API ---- */

static void test_one_made_over_the_api_is_listed_verified_and_removed(void **state)
{
    (void)state;
    struct daemon daemon;
    AUTO_DAEMON_ANSWER struct daemon_answer list = {0}, verified = {0};

    daemon_open(&daemon, NULL);
    AUTO_FREE char *name = make_backup(&daemon);
    AUTO_FREE char *verify = memory_print("/api/backups/%s/verify", name);
    AUTO_FREE char *one = memory_print("/api/backups/%s", name);
    call(&daemon, "GET", "/api/backups", 200, &list);
    const struct json_value *backup = json_value_at(json_value_get(list.document, "backups"), 0);
    assert_string_equal(json_value_get_text(backup, "name"), name);
    assert_string_equal(json_value_get_text(backup, "reason"), "hand");
    assert_non_null(json_value_get_text(backup, "verified_at"));
    assert_string_equal(text_of(&list, "words"), "every day at 04:30");
    assert_non_null(text_of(&list, "next_at"));
    assert_string_equal(text_of(&list, "problem"), "");
    call(&daemon, "POST", verify, 200, &verified);
    assert_true(json_value_is_true(json_value_get(verified.document, "is_whole")));
    assert_int_equal(daemon_status(&daemon, "DELETE", one, daemon.sync_key, NULL), 403);
    assert_int_equal(daemon_status(&daemon, "DELETE", one, daemon.admin_key, NULL), 200);
    assert_int_equal(daemon_status(&daemon, "GET", one, daemon.admin_key, NULL), 404);
    daemon_close(&daemon);
}

static void read_backup(struct daemon *daemon, const char *name, struct buffer *ret)
{
    AUTO_FREE char *inside = memory_print("backups/%s", name);
    AUTO_FREE char *path = world_path(&daemon->world, inside);
    struct error error = {0};

    if (files_read(path, ret, &error))
        fail_msg("%s", error.message);
}

static void test_a_download_is_the_file(void **state)
{
    (void)state;
    struct daemon daemon;
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_BUFFER struct buffer file = BUFFER_WITH_LIMIT(8 << 20);

    daemon_open(&daemon, NULL);
    AUTO_FREE char *name = make_backup(&daemon);
    AUTO_FREE char *target = memory_print("/api/backups/%s", name);
    call(&daemon, "GET", target, 200, &answer);
    read_backup(&daemon, name, &file);
    assert_int_equal(answer.body.length, file.length);
    assert_memory_equal(answer.body.bytes, file.bytes, file.length);
    assert_int_equal(daemon_status(&daemon, "GET", target, daemon.sync_key, NULL), 403);
    daemon_close(&daemon);
}

static void test_no_other_file_can_be_named(void **state)
{
    (void)state;
    struct daemon daemon;
    static const char *const targets[] = {"/api/backups/secret.key", "/api/backups/..%2Fsecret.key",
                                          "/api/backups/listsync-%2F..%2F..%2Fsecret.backup",
                                          "/api/backups/.lock",
                                          "/api/backups/listsync-1.backup.part"};

    daemon_open(&daemon, NULL);
    free(make_backup(&daemon));
    for (size_t i = 0; i < ARRAY_LENGTH(targets); i++) {
        assert_int_equal(daemon_status(&daemon, "GET", targets[i], daemon.admin_key, NULL), 404);
        assert_int_equal(daemon_status(&daemon, "DELETE", targets[i], daemon.admin_key, NULL), 404);
    }
    daemon_close(&daemon);
}

static void test_a_link_among_them_leads_nowhere(void **state)
{
    (void)state;
    struct daemon daemon;
    static const char target[] = "/api/backups/listsync-link.backup";

    daemon_open(&daemon, NULL);
    free(make_backup(&daemon));
    AUTO_FREE char *leading_out = world_path(&daemon.world, "backups/listsync-link.backup");
    assert_int_equal(symlink("../secret.key", leading_out), 0);
    assert_int_equal(daemon_status(&daemon, "GET", target, daemon.admin_key, NULL), 404);
    daemon_close(&daemon);
}

static void test_a_folder_that_is_called_like_one_is_none(void **state)
{
    (void)state;
    struct daemon daemon;
    static const char target[] = "/api/backups/listsync-1.backup";

    daemon_open(&daemon, NULL);
    free(make_backup(&daemon));
    AUTO_FREE char *path = world_path(&daemon.world, "backups/listsync-1.backup");
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(daemon_status(&daemon, "GET", target, daemon.admin_key, NULL), 404);
    assert_int_equal(daemon_status(&daemon, "DELETE", target, daemon.admin_key, NULL), 404);
    assert_int_equal(rmdir(path), 0);
    daemon_close(&daemon);
}

static void test_a_file_that_cannot_be_is_refused_by_its_name(void **state)
{
    static const struct {
        const char *file, *sentence;
    } cases[] = {
        {"/nonexist/x", "there is no folder /nonexist to put the backup into"},
        {"list_sync.db/x", "there is no folder list_sync.db to put the backup into"},
        {"backups", "backups is a folder; a backup wants the name of a file"},
        {"backups/", "backups/ is a folder; a backup wants the name of a file"},
        {"list_sync.db", "list_sync.db is there already, and a backup overwrites nothing"},
        {"/dev/null", "/dev/null is there already, and a backup overwrites nothing"},
        {"", "a backup wants the name of a file"},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    run(&world, WORDS("lists", "add", "stevenlu:stevenlu"), 0, "added");
    run(&world, WORDS("backup"), 0, "is whole");
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        run(&world, WORDS("backup", cases[i].file), 2, cases[i].sentence);
    run(&world, WORDS("backup", "here.backup"), 0, "here.backup");
    world_close(&world);
}

static void test_damage_is_found_by_verifying(void **state)
{
    (void)state;
    struct daemon daemon;
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_BUFFER struct buffer file = BUFFER_WITH_LIMIT(8 << 20);
    struct error error = {0};

    daemon_open(&daemon, NULL);
    AUTO_FREE char *name = make_backup(&daemon);
    AUTO_FREE char *target = memory_print("/api/backups/%s/verify", name);
    AUTO_FREE char *inside = memory_print("backups/%s", name);
    AUTO_FREE char *path = world_path(&daemon.world, inside);
    read_backup(&daemon, name, &file);
    file.bytes[file.length / 2] ^= 4;
    assert_int_equal(files_write(path, file.bytes, file.length, &error), ERROR_NONE);
    call(&daemon, "POST", target, 200, &answer);
    assert_false(json_value_is_true(json_value_get(answer.document, "is_whole")));
    assert_non_null(strstr(text_of(&answer, "message"), "damaged"));
    daemon_close(&daemon);
}

/* ---- by schedule ---- */

static void miss_one(struct daemon *daemon)
{
    AUTO_FREE char *database = world_path(&daemon->world, "list_sync.db");

    execute(database, "INSERT OR REPLACE INTO service_state"
                      " VALUES ('backup_counted_from', '2026-01-01 00:00:00')");
}

static void test_a_time_that_was_missed_is_made_up_for(void **state)
{
    (void)state;
    struct daemon daemon;
    AUTO_DAEMON_ANSWER struct daemon_answer list = {0};

    daemon_open(&daemon, NULL);
    daemon_stop(&daemon);
    miss_one(&daemon);
    daemon_start(&daemon);
    free(daemon_wait_for_log(&daemon, "a backup was made"));
    call(&daemon, "GET", "/api/backups", 200, &list);
    assert_int_equal(json_value_count(json_value_get(list.document, "backups")), 1);
    const struct json_value *backup = json_value_at(json_value_get(list.document, "backups"), 0);
    assert_string_equal(json_value_get_text(backup, "reason"), "schedule");
    daemon_close(&daemon);
}

static void make_file(const struct world *world, const char *name)
{
    AUTO_FREE char *path = world_path(world, name);
    struct error error = {0};

    assert_int_equal(files_write(path, "x", 1, &error), ERROR_NONE);
}

static bool needs_attention(struct daemon *daemon, const char *kind)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_FREE char *wanted = memory_print("\"kind\":\"%s\"", kind);

    call(daemon, "GET", "/api/attention", 200, &answer);
    return strstr(buffer_string(&answer.body), wanted) != NULL;
}

static void test_a_failure_is_told_until_one_works(void **state)
{
    (void)state;
    struct daemon daemon;

    daemon_open(&daemon, NULL);
    daemon_stop(&daemon);
    miss_one(&daemon);
    make_file(&daemon.world, "backups");
    daemon_start(&daemon);
    free(daemon_wait_for_log(&daemon, "the folder of backups"));
    assert_true(needs_attention(&daemon, "backup_failed"));
    AUTO_FREE char *path = world_path(&daemon.world, "backups");
    assert_int_equal(unlink(path), 0);
    free(make_backup(&daemon)); /* after which the scheduled one is tried again */
    struct patience patience = {0};
    while (needs_attention(&daemon, "backup_failed"))
        assert_true(patience_wait(&patience));
    daemon_close(&daemon);
}

/* Somebody makes one by hand, or verifies one, at that time. */
static void test_a_backup_of_somebody_else_is_no_failure(void **state)
{
    (void)state;
    struct daemon daemon;
    struct error error = {0};

    daemon_open(&daemon, NULL);
    daemon_stop(&daemon);
    miss_one(&daemon);
    AUTO_FREE char *folder = world_path(&daemon.world, "backups");
    AUTO_FREE char *path = world_path(&daemon.world, "backups/.lock");
    assert_int_equal(files_make_directory(folder, &error), ERROR_NONE);
    int lock = files_lock(path, &error);
    assert_true(lock >= 0);
    daemon_start(&daemon);
    assert_int_equal(daemon_status(&daemon, "POST", "/api/backups", daemon.admin_key, NULL), 409);
    assert_false(needs_attention(&daemon, "backup_failed"));
    close(lock);
    assert_int_equal(daemon_status(&daemon, "PUT", "/api/settings", daemon.admin_key,
                                   "{\"settings\":{\"BACKUP_KEEP\":\"5\"}}"),
                     200); /* it looks again at once, not in half a minute */
    free(daemon_wait_for_log(&daemon, "a backup was made"));
    daemon_close(&daemon);
}

static void test_a_schedule_that_means_nothing_is_refused_at_the_start(void **state)
{
    (void)state;
    struct world world;

    world_open(&world, NULL);
    world_set(&world, "BACKUP_SCHEDULE", "when I like");
    run(&world, WORDS("serve"), 2, "BACKUP_SCHEDULE");
    world_set(&world, "BACKUP_SCHEDULE", "off");
    world_set(&world, "LISTSYNC_BACKUP_PASSPHRASE", "short");
    run(&world, WORDS("serve"), 2, "LISTSYNC_BACKUP_PASSPHRASE");
    world_close(&world);
}

static void test_it_can_be_changed_while_the_service_runs(void **state)
{
    (void)state;
    struct daemon daemon;
    AUTO_DAEMON_ANSWER struct daemon_answer list = {0};
    static const char *const refused[] = {
        "{\"settings\": {\"BACKUP_SCHEDULE\": \"when I like\"}}",
        "{\"settings\": {\"LISTSYNC_BACKUP_PASSPHRASE\": \"that opens all secrets\"}}",
        "{\"settings\": {\"BACKUP_DIR\": \"/etc\"}}"};

    daemon_open(&daemon, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++)
        assert_int_equal(
            daemon_status(&daemon, "PUT", "/api/settings", daemon.admin_key, refused[i]), 422);
    assert_int_equal(daemon_status(&daemon, "PUT", "/api/settings", daemon.admin_key,
                                   "{\"settings\": {\"BACKUP_SCHEDULE\": \"off\","
                                   " \"BACKUP_KEEP\": 3}}"),
                     200);
    call(&daemon, "GET", "/api/backups", 200, &list);
    assert_false(json_value_is_true(json_value_get(list.document, "is_scheduled")));
    assert_true(json_value_is_null(json_value_get(list.document, "next_at")));
    assert_int_equal(json_value_get_integer(list.document, "keep"), 3);
    daemon_close(&daemon);
}

/* ---- and back ---- */

static void expect_nothing_made(struct world *world)
{
    AUTO_FREE char *backup = world_path(world, "sealed.backup");
    AUTO_FREE char *folder = world_path(world, "new");
    AUTO_FREE char *before = memory_text(world_get(world, "LISTSYNC_DATA_DIR"));

    world_set(world, "LISTSYNC_DATA_DIR", folder);
    world_set(world, "LISTSYNC_BACKUP_PASSPHRASE", "another passphrase");
    run(world, WORDS("restore", backup), 1, "the passphrase is not the one of this backup");
    assert_int_not_equal(access(folder, F_OK), 0);
    world_set(world, "LISTSYNC_BACKUP_PASSPHRASE", NULL);
    world_set(world, "LISTSYNC_DATA_DIR", before);
}

static void test_it_is_not_restored_under_a_running_service(void **state)
{
    (void)state;
    struct daemon daemon;

    daemon_open(&daemon, NULL);
    AUTO_FREE char *name = make_backup(&daemon);
    run(&daemon.world, WORDS("restore", name), 2, ": stop it first; nothing was changed");
    world_set(&daemon.world, "LISTSYNC_BACKUP_PASSPHRASE", PASSPHRASE);
    run(&daemon.world, WORDS("backup", "sealed.backup"), 0, "It is encrypted");
    world_set(&daemon.world, "LISTSYNC_BACKUP_PASSPHRASE", NULL);
    run(&daemon.world, WORDS("restore", "sealed.backup"), 2,
        "listsync: ListSync is running as a service");
    daemon_stop(&daemon);
    run(&daemon.world, WORDS("restore", "sealed.backup"), 2, "no passphrase came");
    expect_nothing_made(&daemon.world);
    run(&daemon.world, WORDS("restore", name), 0, "is back");
    daemon_start(&daemon);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/lists", daemon.read_key, NULL), 200);
    daemon_close(&daemon);
}

/* The new machine: only the file and the passphrase come from the old one. */
static void empty_data_directory(struct daemon *daemon, const char *backup, const char *file)
{
    static const char *const names[] = {"list_sync.db", "list_sync.db-wal", "list_sync.db-shm",
                                        "secret.key"};
    AUTO_FREE char *inside = memory_print("backups/%s", backup);
    AUTO_FREE char *path = world_path(&daemon->world, inside);

    assert_int_equal(rename(path, file), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        AUTO_FREE char *old = world_path(&daemon->world, names[i]);
        unlink(old);
    }
}

static void store_key_of_source(struct daemon *daemon)
{
    static const char body[] = "{\"settings\": {\"MDBLIST_API_KEY\": \"a key of the test\"}}";

    assert_int_equal(daemon_status(daemon, "PUT", "/api/settings", daemon->admin_key, body), 200);
}

static bool is_key_of_source_set(struct daemon *daemon)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    call(daemon, "GET", "/api/settings", 200, &answer);
    const struct json_value *settings = json_value_get(answer.document, "settings");
    for (size_t i = 0; i < json_value_count(settings); i++) {
        const struct json_value *setting = json_value_at(settings, i);
        if (text_equal(json_value_get_text(setting, "name"), "MDBLIST_API_KEY"))
            return json_value_is_true(json_value_get(setting, "is_set"));
    }
    fail_msg("no such setting in %s", buffer_string(&answer.body));
    return false;
}

static void move_to_new_machine(const char *passphrase, bool expects_key)
{
    struct daemon daemon;
    AUTO_FREE char *setting = memory_print("LISTSYNC_BACKUP_PASSPHRASE=%s", passphrase);

    daemon_open(&daemon, *passphrase ? WORDS(setting) : NULL);
    store_key_of_source(&daemon);
    AUTO_FREE char *name = make_backup(&daemon);
    AUTO_FREE char *file = world_path(&daemon.world, "moved.backup");
    daemon_stop(&daemon);
    empty_data_directory(&daemon, name, file);
    run(&daemon.world, WORDS("restore", file), 0,
        expects_key ? "secret.key now"
                    : "Not back, since no key that is here opens it: MDBLIST_API_KEY");
    daemon_start(&daemon);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/lists", daemon.read_key, NULL), 200);
    assert_int_equal(daemon_log_in(&daemon, DAEMON_USER, DAEMON_PASSWORD, NULL, NULL), 200);
    assert_int_equal(is_key_of_source_set(&daemon), expects_key);
    daemon_close(&daemon);
}

static void test_with_a_passphrase_credentials_move_too(void **state)
{
    (void)state;
    move_to_new_machine(PASSPHRASE, true);
}

static void test_without_one_all_moves_but_credentials(void **state)
{
    (void)state;
    move_to_new_machine("", false);
}

/* ---- before a migration ---- */

static void make_first_schema(const struct world *world)
{
    AUTO_FREE char *path = world_path(world, "list_sync.db");
    AUTO_BUFFER struct buffer schema = BUFFER_WITH_LIMIT(1 << 20);
    struct error error = {0};

    if (files_read(LISTSYNC_TESTS_DIR "/contract/schema_1.sql", &schema, &error))
        fail_msg("%s", error.message);
    execute(path, buffer_string(&schema));
}

static void test_one_is_made_before_a_migration(void **state)
{
    (void)state;
    struct world world;

    world_open(&world, NULL);
    make_first_schema(&world);
    run(&world, WORDS("lists"), 0, "");
    run(&world, WORDS("backup", "list"), 0, "before a migration, 0 lists, 0 titles, schema 1");
    world_close(&world);
}

static void test_without_it_nothing_is_migrated(void **state)
{
    (void)state;
    struct world world;

    world_open(&world, NULL);
    make_first_schema(&world);
    make_file(&world, "backups");
    run(&world, WORDS("lists"), 1, "must be backed up before it is brought up to date");
    AUTO_FREE char *path = world_path(&world, "list_sync.db");
    assert_int_equal(number(path, "SELECT MAX(number) FROM schema_version"), 1);
    world_close(&world);
}

/* What a killed program left is gone after the next one. */
static void test_work_files_are_cleared_away(void **state)
{
    (void)state;
    struct world world;
    struct stat status;
    AUTO_FREE char *left = NULL;
    AUTO_FREE char *foreign = NULL;
    AUTO_FREE char *folder = NULL;

    world_open(&world, NULL);
    folder = world_path(&world, "backups");
    left = world_path(&world, "backups/listsync-20260101T000000Z.backup.part");
    foreign = world_path(&world, "backups/mine.part");
    run(&world, WORDS("lists", "add", "imdb:top"), 0, "added");
    assert_int_equal(mkdir(folder, 0700), 0);
    make_file(&world, "backups/listsync-20260101T000000Z.backup.part");
    make_file(&world, "backups/mine.part");
    run(&world, WORDS("backup"), 0, "1 list, 0 titles, 0 runs. It was read back and is whole.");
    assert_int_not_equal(stat(left, &status), 0);
    assert_int_equal(stat(foreign, &status), 0);
    world_close(&world);
}

static void test_the_doctor_names_the_backup_that_helps_against_damage(void **state)
{
    (void)state;
    struct world world;
    struct stat status;

    world_open(&world, NULL);
    AUTO_FREE char *database = world_path(&world, "list_sync.db");
    AUTO_FREE char *folder = world_path(&world, "backups");
    AUTO_FREE char *elsewhere = world_path(&world, "elsewhere");
    run(&world, WORDS("lists", "add", "imdb:top"), 0, "added");
    run(&world, WORDS("backup"), 0, "is whole");
    assert_int_equal(stat(database, &status), 0);
    assert_int_equal(truncate(database, status.st_size - 1), 0);
    run(&world, WORDS("doctor"), 1, "`listsync restore listsync-20");
    assert_int_equal(rename(folder, elsewhere), 0);
    run(&world, WORDS("doctor"), 1, "there is no backup in ");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_made_over_the_api_is_listed_verified_and_removed),
        cmocka_unit_test(test_a_download_is_the_file),
        cmocka_unit_test(test_no_other_file_can_be_named),
        cmocka_unit_test(test_a_link_among_them_leads_nowhere),
        cmocka_unit_test(test_a_folder_that_is_called_like_one_is_none),
        cmocka_unit_test(test_a_file_that_cannot_be_is_refused_by_its_name),
        cmocka_unit_test(test_damage_is_found_by_verifying),
        cmocka_unit_test(test_a_time_that_was_missed_is_made_up_for),
        cmocka_unit_test(test_a_failure_is_told_until_one_works),
        cmocka_unit_test(test_a_backup_of_somebody_else_is_no_failure),
        cmocka_unit_test(test_a_schedule_that_means_nothing_is_refused_at_the_start),
        cmocka_unit_test(test_it_can_be_changed_while_the_service_runs),
        cmocka_unit_test(test_it_is_not_restored_under_a_running_service),
        cmocka_unit_test(test_with_a_passphrase_credentials_move_too),
        cmocka_unit_test(test_without_one_all_moves_but_credentials),
        cmocka_unit_test(test_one_is_made_before_a_migration),
        cmocka_unit_test(test_without_it_nothing_is_migrated),
        cmocka_unit_test(test_work_files_are_cleared_away),
        cmocka_unit_test(test_the_doctor_names_the_backup_that_helps_against_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
