/* The folder of backups: which are listed, and which go, whatever the clock shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/backup_world.h"
#include "sync/backup_folder.h"

#define DAY_MS INT64_C(86400000)

/* 2026-11-22, noon. */
static const int64_t noon_ms = 1795348800000;

static int64_t now_ms;

static int64_t now(void)
{
    return now_ms;
}

struct folder_world {
    struct backup_world backups;
    struct backup_folder folder;
};

static struct folder_world world;

static int begin(void **state)
{
    (void)state;
    clock_set_for_tests(now, NULL);
    now_ms = noon_ms;
    backup_world_open(&world.backups, 0);
    const struct temp_dir *dir = &world.backups.store->dir;
    world.folder = (struct backup_folder){
        .path = temp_dir_file(dir, "backups"),
        .data_directory = memory_text(dir->path),
        .database = memory_text(world.backups.store->path),
        .keep = 2,
    };
    return 0;
}

static int end(void **state)
{
    (void)state;
    backup_folder_release(&world.folder);
    backup_world_close(&world.backups);
    clock_set_for_tests(NULL, NULL);
    return 0;
}

/* Its name, at that time. */
static const char *make(int64_t at_ms)
{
    struct backup_file made;

    now_ms = at_ms;
    must(&world.backups,
         backup_folder_make(&world.folder, BACKUP_BY_SCHEDULE, NULL, world.backups.store->arena,
                            &made, &world.backups.error));
    return made.name;
}

static struct backup_files list(void)
{
    struct backup_files files;

    must(&world.backups, backup_folder_list(&world.folder, world.backups.store->arena, &files,
                                            &world.backups.error));
    return files;
}

static void test_the_newest_stay(void **state)
{
    (void)state;
    make(noon_ms);
    const char *second = make(noon_ms + DAY_MS);
    const char *third = make(noon_ms + 2 * DAY_MS);
    struct backup_files files = list();
    assert_int_equal(files.count, 2);
    assert_string_equal(files.items[0].name, third);
    assert_string_equal(files.items[1].name, second);
}

/* It had run ahead for a while, or has lost the time now: what was just made stays in any case. */
static void test_a_clock_that_was_set_back_takes_no_backup_away(void **state)
{
    (void)state;
    make(noon_ms + 400 * DAY_MS);
    make(noon_ms + 401 * DAY_MS);
    make(noon_ms);
    assert_int_equal(list().count, 3);
    make(noon_ms + DAY_MS);
    const char *last = make(noon_ms + 2 * DAY_MS);
    struct backup_files files = list();
    assert_int_equal(files.count, 4);
    assert_string_equal(files.items[2].name, last);
    assert_string_equal(backup_folder_newest(&world.folder, world.backups.store->arena), last);
}

static void test_of_very_many_the_newest_are_listed(void **state)
{
    enum { OLDER = 100 };
    char oldest[64];

    (void)state;
    const char *newest = make(noon_ms);
    AUTO_FREE char *file = backup_folder_file(&world.folder, newest);
    for (int i = 1; i < BACKUP_FOLDER_FILES_MOST + OLDER; i++) {
        snprintf(oldest, sizeof(oldest), "listsync-20200101T00%04dZ.backup",
                 BACKUP_FOLDER_FILES_MOST + OLDER - i);
        AUTO_FREE char *other = backup_folder_file(&world.folder, oldest);
        assert_int_equal(link(file, other), 0);
    }
    struct backup_files files = list();
    assert_int_equal(files.count, BACKUP_FOLDER_FILES_MOST);
    assert_string_equal(files.items[0].name, newest);
    assert_string_equal(files.items[files.count - 1].name, "listsync-20200101T000101Z.backup");
    assert_string_equal(backup_folder_newest(&world.folder, world.backups.store->arena), newest);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_newest_stay),
        TEST(test_a_clock_that_was_set_back_takes_no_backup_away),
        TEST(test_of_very_many_the_newest_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
