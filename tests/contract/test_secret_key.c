/* Which key seals here, what is refused, and another key in place of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/notification_targets.h"
#include "store/stored_settings.h"
#include "support/failing_db.h"
#include "support/key_world.h"
#include "support/store_world.h"

#define SETTING "LISTSYNC_SECRET_KEY"
#define BEFORE  "LISTSYNC_SECRET_KEY_OLD"

static int open_world(void **state)
{
    struct key_world *world = memory_new(sizeof(*world));

    key_world_open(world);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    key_world_close(*state);
    memory_release_local(state);
    return 0;
}

static bool is_there(const struct key_world *world, const char *name)
{
    AUTO_FREE char *path = temp_dir_file(&world->dir, name);

    return access(path, F_OK) == 0;
}

static void move(const struct key_world *world, const char *from, const char *to)
{
    AUTO_FREE char *old = temp_dir_file(&world->dir, from);
    AUTO_FREE char *new = temp_dir_file(&world->dir, to);

    assert_int_equal(rename(old, new), 0);
}

static void rotate(struct key_world *world)
{
    struct secret_key_changed changed = {0};

    must(world, secret_key_rotate(&world->place, world->store, &changed, &world->error));
    secret_key_changed_release(&changed);
}

/* Neither found nor made, with a sentence that has this in it; and then nothing has changed. */
static void expect_refused(struct key_world *world, enum error_code code, const char *part)
{
    AUTO_SECRET_KEY struct secret_key key = {0};
    int files = key_world_files(world, "");

    assert_int_equal(secret_key_find(&world->place, world->store, &key, &world->error), code);
    assert_int_equal(secret_key_open(&world->place, world->store, &key, &world->error), code);
    if (!strstr(world->error.message, part))
        fail_msg("it says: %s", world->error.message);
    assert_int_equal(key_world_files(world, ""), files);
}

/* ---- which key ---- */

static void a_file_is_made_when_it_is_first_needed(void **state)
{
    struct key_world *world = *state;
    AUTO_SECRET_KEY struct secret_key key = {0};
    AUTO_FREE char *path = temp_dir_file(&world->dir, "secret.key");
    struct stat status;

    must(world, secret_key_find(&world->place, world->store, &key, &world->error));
    assert_false(key.is_there || is_there(world, "secret.key"));
    must(world, secret_key_open(&world->place, world->store, &key, &world->error));
    assert_true(key.is_there && !key.is_setting);
    assert_string_equal(key.source, path);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    key_world_fill(world);
    key_world_expect_open(world);
}

static void a_setting_makes_no_file(void **state)
{
    struct key_world *world = *state;

    key_world_set(world, SETTING, KEY_WORLD_FIRST);
    key_world_fill(world);
    key_world_expect_open(world);
    assert_int_equal(key_world_files(world, "secret.key"), 0);
}

static void a_setting_counts_before_a_file(void **state)
{
    struct key_world *world = *state;
    AUTO_FREE char *path = temp_dir_file(&world->dir, "secret.key");
    struct crypto_key file;

    must(world, crypto_key_of_file(path, &file, &world->error));
    key_world_set(world, SETTING, KEY_WORLD_FIRST);
    key_world_fill(world);
    key_world_set(world, SETTING, NULL);
    expect_refused(world, ERROR_CONFLICT, "does not open the credentials");
}

static void a_lost_file_is_not_made_anew(void **state)
{
    struct key_world *world = *state;

    key_world_fill(world);
    move(world, "secret.key", "elsewhere");
    expect_refused(world, ERROR_CONFLICT, "secret.key is missing");
    move(world, "elsewhere", "secret.key");
    key_world_expect_open(world);
}

static void what_is_no_key_is_refused(void **state)
{
    struct key_world *world = *state;
    AUTO_FREE char *path = temp_dir_file(&world->dir, "secret.key");

    key_world_fill(world);
    move(world, "secret.key", "elsewhere");
    must(world, files_write(path, "too short", 9, &world->error));
    expect_refused(world, ERROR_STORE, "is no key");
    expect_refused(world, ERROR_STORE, "put the right file back, or `listsync key forget`");
}

static void a_setting_that_is_new_tells_how_to_get_there(void **state)
{
    struct key_world *world = *state;

    key_world_fill(world);
    key_world_set(world, SETTING, KEY_WORLD_FIRST);
    expect_refused(world, ERROR_CONFLICT, "secret.key and not with LISTSYNC_SECRET_KEY: `listsync");
    key_world_set(world, SETTING, NULL);
    key_world_expect_open(world);
}

static void a_setting_that_is_another_is_refused(void **state)
{
    struct key_world *world = *state;

    key_world_set(world, SETTING, KEY_WORLD_FIRST);
    key_world_fill(world);
    key_world_set(world, SETTING, KEY_WORLD_SECOND);
    expect_refused(world, ERROR_CONFLICT, "does not open the credentials");
    key_world_set(world, BEFORE, KEY_WORLD_FIRST);
    expect_refused(world, ERROR_CONFLICT, "are sealed with LISTSYNC_SECRET_KEY_OLD");
    key_world_set(world, SETTING, NULL);
    expect_refused(world, ERROR_CONFLICT, "seals them with a key file of their own");
}

/* One damaged value is no reason to take the key for the wrong one. */
static void most_of_it_is_enough(void **state)
{
    struct key_world *world = *state;
    AUTO_SECRET_KEY struct secret_key key = {0};

    key_world_fill(world);
    must(world,
         stored_settings_put(world->store, "TRAKT_CLIENT_ID", "no seal", true, &world->error));
    must(world, secret_key_open(&world->place, world->store, &key, &world->error));
    assert_int_equal(key.opened, KEY_WORLD_SEALED);
    assert_int_equal(key.sealed, KEY_WORLD_SEALED + 1);
}

/* ---- another key ---- */

struct way {
    const char *from, *to; /* settings; NULL: a file */
};

static const struct way ways[] = {
    {NULL, NULL},
    {NULL, KEY_WORLD_FIRST},
    {KEY_WORLD_FIRST, NULL},
    {KEY_WORLD_FIRST, KEY_WORLD_SECOND},
};

static void every_way_leads_from_one_key_to_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        struct key_world world;
        key_world_open(&world);
        key_world_set(&world, SETTING, ways[i].from);
        key_world_fill(&world);
        const char *mark = key_world_mark(&world);
        key_world_set(&world, SETTING, ways[i].to);
        key_world_set(&world, BEFORE, ways[i].from);
        rotate(&world);
        key_world_set(&world, BEFORE, NULL);
        key_world_expect_open(&world);
        assert_string_not_equal(key_world_mark(&world), mark);
        assert_int_equal(is_there(&world, "secret.key"), !ways[i].to);
        assert_false(is_there(&world, "secret.key.new"));
        AUTO_FREE char *aside = memory_print("secret.key.old-%.8s", mark);
        assert_int_equal(is_there(&world, aside), !ways[i].from);
        key_world_close(&world);
    }
}

static void a_change_is_a_change_of_all_or_of_nothing(void **state)
{
    struct key_world *world = *state;
    struct secret_key_changed changed = {0};

    key_world_fill(world);
    const char *mark = key_world_mark(world);
    must(world,
         stored_settings_put(world->store, "TRAKT_CLIENT_ID", "no seal", true, &world->error));
    assert_int_equal(secret_key_rotate(&world->place, world->store, &changed, &world->error),
                     ERROR_CONFLICT);
    assert_non_null(strstr(world->error.message, "no key that is here opens TRAKT_CLIENT_ID"));
    assert_int_equal(key_world_files(world, "secret.key"), 1);
    must(world, stored_settings_drop(world->store, "TRAKT_CLIENT_ID", &world->error));
    assert_string_equal(key_world_mark(world), mark);
    key_world_expect_open(world);
}

/* Whichever step of the database fails. */
static void a_disk_in_trouble_leaves_all_as_it_was(void **state)
{
    struct key_world *world = *state;
    struct db_driver driver = failing_db_driver(&db_driver_sqlite);
    struct secret_key_changed changed = {0};
    int64_t failures = 0;

    key_world_fill(world);
    const char *mark = key_world_mark(world);
    key_world_close_store(world);
    for (int64_t at = 1; at < 500; at++) {
        failing_db_arm(0, FAILING_DB_ONCE);
        must(world, store_open(&driver, world->database, &world->store, &world->error));
        failing_db_arm(at, FAILING_DB_ONCE);
        enum error_code rc =
            secret_key_rotate(&world->place, world->store, &changed, &world->error);
        failing_db_arm(0, FAILING_DB_ONCE);
        key_world_expect_open(world);
        key_world_close_store(world);
        if (!rc)
            break;
        failures++;
    }
    secret_key_changed_release(&changed);
    key_world_open_store(world);
    assert_true(failures >= 10);
    assert_string_not_equal(key_world_mark(world), mark);
}

static bool holds(struct key_world *world, const char *path, const char *text)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    must(world, files_read(path, &bytes, &world->error));
    return memmem(bytes.bytes, bytes.length, text, strlen(text)) != NULL;
}

/* Else the old key would still open what lies in a corner of the file. */
static void what_the_old_key_opened_is_gone_from_the_file(void **state)
{
    struct key_world *world = *state;
    struct sealed_values values;

    key_world_fill(world);
    must(world, sealed_values_load(world->store, world->arena, &values, &world->error));
    key_world_close_store(world);
    assert_true(holds(world, world->database, values.items[0].sealed));
    key_world_open_store(world);
    rotate(world);
    key_world_close_store(world);
    for (size_t i = 0; i < values.count; i++)
        assert_false(holds(world, world->database, values.items[i].sealed));
    key_world_open_store(world);
}

static void rows_of_the_environment_are_left_alone(void **state)
{
    struct key_world *world = *state;
    struct notification_targets targets;

    key_world_fill(world);
    rotate(world);
    must(world, notification_targets_load(world->store, world->arena, &targets, &world->error));
    assert_int_equal(targets.count, 2);
    assert_string_equal(targets.items[1].sealed, "0123abcd");
}

/* ---- a change that was cut off ---- */

static void before_the_database_it_is_taken_back(void **state)
{
    struct key_world *world = *state;
    AUTO_FREE char *path = temp_dir_file(&world->dir, "secret.key.new");
    struct crypto_key other;

    key_world_fill(world);
    const char *mark = key_world_mark(world);
    must(world, crypto_key_of_file(path, &other, &world->error));
    key_world_expect_open(world);
    must(world, secret_key_settle(&world->place, world->store, &world->error));
    assert_int_equal(key_world_files(world, "secret.key"), 1);
    assert_string_equal(key_world_mark(world), mark);
}

static void after_the_database_it_is_completed(void **state)
{
    struct key_world *world = *state;
    AUTO_FREE char *path = temp_dir_file(&world->dir, "secret.key");
    struct crypto_key other;

    key_world_fill(world);
    const char *mark = key_world_mark(world);
    move(world, "secret.key", "secret.key.new");
    key_world_expect_open(world); /* whoever only looks finds it where it is */
    must(world, crypto_key_of_file(path, &other, &world->error));
    key_world_expect_open(world);
    must(world, secret_key_settle(&world->place, world->store, &world->error));
    assert_false(is_there(world, "secret.key.new"));
    assert_string_equal(key_world_mark(world), mark);
    assert_int_equal(key_world_files(world, "secret.key.old-"), 1);
}

/* ---- without the key ---- */

static void what_nothing_opens_can_be_given_up(void **state)
{
    struct key_world *world = *state;
    struct secret_key_changed changed = {0};
    struct notification_targets targets;
    struct stored_settings settings;

    key_world_fill(world);
    move(world, "secret.key", "elsewhere");
    must(world,
         secret_key_forget(&world->place, world->store, world->arena, &changed, &world->error));
    assert_string_equal(sealed_values_names(&changed.lost, world->arena),
                        "MDBLIST_API_KEY, OVERSEERR_API_KEY, the notification target \"Phone\" and "
                        "the key that signs tokens");
    assert_true(changed.key.is_there && changed.key.sealed == 0);
    secret_key_changed_release(&changed);
    must(world, stored_settings_load(world->store, world->arena, &settings, &world->error));
    assert_int_equal(settings.count, 1);
    assert_string_equal(settings.items[0].name, "OVERSEERR_URL");
    must(world, notification_targets_load(world->store, world->arena, &targets, &world->error));
    assert_int_equal(targets.count, 2);
    assert_non_null(strstr(targets.items[0].disabled, "enter them again"));
    assert_string_equal(targets.items[1].disabled, "");
}

static void what_another_key_opens_is_not_given_up(void **state)
{
    struct key_world *world = *state;
    struct secret_key_changed changed = {0};

    key_world_fill(world);
    move(world, "secret.key", "secret.key.from-the-attic");
    must(world,
         secret_key_forget(&world->place, world->store, world->arena, &changed, &world->error));
    assert_int_equal(changed.lost.count, 0);
    assert_int_equal(changed.sealed_anew, KEY_WORLD_SEALED);
    secret_key_changed_release(&changed);
    key_world_expect_open(world);
}

static void what_is_no_key_makes_place_for_one(void **state)
{
    struct key_world *world = *state;
    struct secret_key_changed changed = {0};
    AUTO_FREE char *path = temp_dir_file(&world->dir, "secret.key");

    key_world_fill(world);
    must(world, files_write(path, "too short", 9, &world->error));
    must(world,
         secret_key_forget(&world->place, world->store, world->arena, &changed, &world->error));
    assert_int_equal(changed.lost.count, KEY_WORLD_SEALED);
    assert_true(is_there(world, "secret.key.old-no-key"));
    assert_true(changed.key.is_there && changed.key.sealed == 0);
    secret_key_changed_release(&changed);
}

#define with_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        with_world(a_file_is_made_when_it_is_first_needed),
        with_world(a_setting_makes_no_file),
        with_world(a_setting_counts_before_a_file),
        with_world(a_lost_file_is_not_made_anew),
        with_world(what_is_no_key_is_refused),
        with_world(a_setting_that_is_new_tells_how_to_get_there),
        with_world(a_setting_that_is_another_is_refused),
        with_world(most_of_it_is_enough),
        cmocka_unit_test(every_way_leads_from_one_key_to_another),
        with_world(a_change_is_a_change_of_all_or_of_nothing),
        with_world(a_disk_in_trouble_leaves_all_as_it_was),
        with_world(what_the_old_key_opened_is_gone_from_the_file),
        with_world(rows_of_the_environment_are_left_alone),
        with_world(before_the_database_it_is_taken_back),
        with_world(after_the_database_it_is_completed),
        with_world(what_nothing_opens_can_be_given_up),
        with_world(what_another_key_opens_is_not_given_up),
        with_world(what_is_no_key_makes_place_for_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
