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

static char root[64];

static int make_root(void **state)
{
    (void)state;
    snprintf(root, sizeof(root), "/tmp/listsync-files-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    static const char *const made[] = {"/a/b/c", "/a/b", "/a", "/file", "/lock", ""};

    for (size_t i = 0; i < ARRAY_LENGTH(made); i++) {
        AUTO_FREE char *path = memory_print("%s%s", root, made[i]);
        (void)remove(path);
    }
    return 0;
}

static char *write_file(const char *contents)
{
    char *path = memory_print("%s/file", root);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(contents, file);
    fclose(file);
    return path;
}

static void test_a_file_is_read_whole_or_not_at_all(void **state)
{
    (void)state;
    AUTO_FREE char *path = write_file("one\ntwo\n");
    AUTO_BUFFER struct buffer whole = BUFFER_WITH_LIMIT(8);
    AUTO_BUFFER struct buffer small = BUFFER_WITH_LIMIT(7);
    struct error error = {0};

    assert_int_equal(files_read(path, &whole, &error), ERROR_NONE);
    assert_string_equal(buffer_string(&whole), "one\ntwo\n");
    assert_int_equal(files_read(path, &small, &error), ERROR_LIMIT);
    assert_int_equal(files_read("/nowhere/at/all", &whole, &error), ERROR_NOT_FOUND);
    assert_int_equal(files_read(root, &whole, &error), ERROR_STORE);
}

static void test_pipes_folders_and_devices_are_no_plain_files(void **state)
{
    (void)state;
    AUTO_FREE char *path = write_file("text");
    AUTO_FREE char *link = memory_print("%s/lock", root);
    AUTO_FREE char *pipe = memory_print("%s/a", root);
    struct error error = {0};

    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(files_check_plain(path, &error), ERROR_NONE);
    assert_int_equal(files_check_plain(link, &error), ERROR_NONE);
    assert_int_equal(files_check_plain("/nowhere/at/all", &error), ERROR_NONE);
    assert_int_equal(files_check_plain(root, &error), ERROR_STORE);
    assert_int_equal(files_check_plain("/dev/null", &error), ERROR_STORE);
    assert_int_equal(files_check_plain(pipe, &error), ERROR_STORE);
    assert_non_null(strstr(error.message, "/a is no plain file"));
}

static void test_what_is_written_replaces_what_was_there(void **state)
{
    (void)state;
    AUTO_FREE char *path = write_file("something longer\n");
    AUTO_FREE char *below = memory_print("%s/below", path);
    AUTO_BUFFER struct buffer whole = BUFFER_WITH_LIMIT(100);
    struct error error = {0};
    struct stat status;

    assert_int_equal(files_write(path, "new\n", 4, &error), ERROR_NONE);
    assert_int_equal(files_read(path, &whole, &error), ERROR_NONE);
    assert_string_equal(buffer_string(&whole), "new\n");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(files_write(below, "x", 1, &error), ERROR_STORE);
    assert_int_equal(files_write(root, "x", 1, &error), ERROR_STORE); /* leaves no other name */
}

static void test_a_file_lies_in_a_directory(void **state)
{
    static const char *const paths[][2] = {
        {"a/b", "a"}, {"/a/b/c", "/a/b"}, {"/a", "/"}, {"a", "."}, {"./a", "."}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
        AUTO_FREE char *directory = files_directory_of(paths[i][0]);
        assert_string_equal(directory, paths[i][1]);
    }
}

static void test_a_directory_is_made_with_all_above_it(void **state)
{
    (void)state;
    AUTO_FREE char *path = memory_print("%s/a/b/c", root);
    AUTO_FREE char *with_slash = memory_print("%s/a/b/", root);
    struct error error = {0};
    struct stat status;

    assert_int_equal(files_make_directory(path, &error), ERROR_NONE);
    assert_int_equal(files_make_directory(path, &error), ERROR_NONE);
    assert_int_equal(files_make_directory(with_slash, &error), ERROR_NONE);
    assert_int_equal(files_make_directory("/", &error), ERROR_NONE);
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(status.st_mode & 0777, 0700);
}

static void test_directories_that_cannot_be(void **state)
{
    (void)state;
    AUTO_FREE char *file = write_file("");
    AUTO_FREE char *below = memory_print("%s/below", file);
    struct error error = {0};

    assert_int_equal(files_make_directory(file, &error), ERROR_STORE);
    assert_int_equal(files_make_directory(below, &error), ERROR_STORE);
    assert_int_equal(files_make_directory("", &error), ERROR_STORE);
}

static void test_a_disk_without_room_is_known(void **state)
{
    (void)state;
    AUTO_FREE char *missing = memory_print("%s/missing", root);
    struct error error = {0};

    assert_int_equal(files_check_room(root, 1, &error), ERROR_NONE);
    assert_int_equal(files_check_room(root, INT64_MAX, &error), ERROR_STORE);
    assert_non_null(strstr(error.message, " is full: "));
    assert_int_equal(files_check_room(missing, 1, &error), ERROR_STORE);
    assert_non_null(strstr(error.message, "cannot be used: No such file or directory"));
}

static void test_a_lock_is_held_once(void **state)
{
    (void)state;
    AUTO_FREE char *path = memory_print("%s/lock", root);
    struct error error = {0};

    int first = files_lock(path, &error);
    assert_true(first >= 0);
    assert_int_equal(files_lock(path, &error), -1);
    assert_int_equal(error.code, ERROR_CONFLICT);
    close(first);
    int second = files_lock(path, &error);
    assert_true(second >= 0);
    close(second);
    assert_int_equal(files_lock("/nowhere/lock", &error), -1);
    assert_int_equal(error.code, ERROR_STORE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_file_is_read_whole_or_not_at_all, make_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(test_pipes_folders_and_devices_are_no_plain_files,
                                        make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_what_is_written_replaces_what_was_there, make_root,
                                        remove_root),
        cmocka_unit_test(test_a_file_lies_in_a_directory),
        cmocka_unit_test_setup_teardown(test_a_directory_is_made_with_all_above_it, make_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(test_directories_that_cannot_be, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_a_disk_without_room_is_known, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_a_lock_is_held_once, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
