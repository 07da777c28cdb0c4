#include <fcntl.h>
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

#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "support/temp_dir.h"
#include "sync/poster_files.h"

enum { IMAGE = 1000, ROOM = 20 * IMAGE };

static struct temp_dir dir;
static struct poster_files *files;
static int64_t now_ms;

static int64_t wall(void)
{
    return now_ms;
}

static int set_up(void **state)
{
    (void)state;
    now_ms = clock_wall_ms();
    clock_set_for_tests(wall, NULL);
    temp_dir_open(&dir);
    files = poster_files_new(dir.path, ROOM);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    poster_files_free(files);
    temp_dir_close(&dir);
    clock_set_for_tests(NULL, NULL);
    return 0;
}

static struct poster_key key_of(int64_t tmdb)
{
    return (struct poster_key){MEDIA_MOVIE, tmdb, POSTER_MEDIUM};
}

static void save(int64_t tmdb, size_t length)
{
    struct poster_key key = key_of(tmdb);
    AUTO_FREE char *bytes = memory_new(length + 3);

    memcpy(bytes, "\xFF\xD8\xFF", 3);
    poster_files_save(files, &key, bytes, length);
}

static bool is_there(int64_t tmdb)
{
    AUTO_POSTER struct poster_image image;
    struct poster_key key = key_of(tmdb);

    poster_image_init(&image);
    return poster_files_read(files, &key, &image);
}

static char *path_of(int64_t tmdb)
{
    return memory_print("%s/posters/movie-%lld-w342", dir.path, (long long)tmdb);
}

/* As if it had been asked for last so many hours ago. */
static void age(int64_t tmdb, int hours)
{
    AUTO_FREE char *path = path_of(tmdb);
    int64_t then = now_ms / 1000 - hours * INT64_C(3600);
    struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_what_was_saved_is_read_with_its_kind_and_a_tag(void **state)
{
    (void)state;
    AUTO_POSTER struct poster_image image;
    struct poster_key key = key_of(603), other = {MEDIA_TV, 603, POSTER_MEDIUM};

    poster_image_init(&image);
    assert_false(poster_files_read(files, &key, &image));
    save(603, IMAGE);
    assert_true(poster_files_read(files, &key, &image));
    assert_int_equal(image.bytes.length, IMAGE);
    assert_string_equal(image.kind, "image/jpeg");
    assert_int_equal(image.etag[0], '"');
    assert_false(image.is_old);
    assert_false(poster_files_read(files, &other, &image));
    other = (struct poster_key){MEDIA_MOVIE, 603, POSTER_LARGE};
    assert_false(poster_files_read(files, &other, &image));
}

static void test_the_sum_stays_within_the_room_and_the_least_used_go_first(void **state)
{
    (void)state;
    for (int64_t tmdb = 1; tmdb <= 20; tmdb++) {
        save(tmdb, IMAGE);
        age(tmdb, 40 - (int)tmdb);
    }
    assert_int_equal(poster_files_bytes(files), ROOM);
    assert_true(is_there(1)); /* which makes it the most recently used */
    save(21, IMAGE);
    assert_true(poster_files_bytes(files) <= ROOM);
    assert_true(is_there(21));
    assert_true(is_there(1));
    assert_true(is_there(20));
    assert_false(is_there(2));
}

static void test_more_than_the_room_is_never_kept(void **state)
{
    (void)state;
    save(1, IMAGE);
    save(2, ROOM + 1);
    assert_false(is_there(2));
}

static void test_a_smaller_room_is_kept_to_after_some_tidying(void **state)
{
    (void)state;
    for (int64_t tmdb = 1; tmdb <= 20; tmdb++)
        save(tmdb, IMAGE);
    poster_files_free(files);
    files = poster_files_new(dir.path, 5 * IMAGE);
    poster_files_tidy(files);
    assert_in_range(poster_files_bytes(files), 1, 5 * IMAGE);
}

static void test_leftovers_count_and_go_like_all_others(void **state)
{
    (void)state;
    AUTO_FREE char *leftover = memory_print("%s/posters/movie-1-w342.AbCdEf", dir.path);
    AUTO_FREE char *bytes = memory_new(ROOM);
    struct error error = {0};

    save(1, IMAGE);
    assert_int_equal(files_write(leftover, bytes, ROOM, &error), ERROR_NONE);
    age(1, 1);
    struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, leftover, times, 0), 0);
    poster_files_tidy(files);
    assert_int_equal(access(leftover, F_OK), -1);
    assert_true(is_there(1));
}

static void test_what_is_no_image_is_as_good_as_nothing(void **state)
{
    (void)state;
    AUTO_FREE char *path = path_of(1);
    struct error error = {0};

    save(1, IMAGE);
    assert_int_equal(files_write(path, "<html>", 6, &error), ERROR_NONE);
    assert_false(is_there(1));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_false(is_there(1));
}

static void test_a_poster_grows_old(void **state)
{
    (void)state;
    AUTO_POSTER struct poster_image image;
    struct poster_key key = key_of(1);

    poster_image_init(&image);
    save(1, IMAGE);
    now_ms += (POSTER_FILES_FRESH_S + 60) * INT64_C(1000);
    assert_true(poster_files_read(files, &key, &image));
    assert_true(image.is_old);
}

static void test_a_disk_that_takes_nothing_is_no_failure(void **state)
{
    (void)state;
    AUTO_FREE char *folder = memory_print("%s/posters", dir.path);
    struct error error = {0};

    assert_int_equal(files_write(folder, "x", 1, &error), ERROR_NONE); /* a file in its place */
    save(1, IMAGE);
    assert_false(is_there(1));
    poster_files_tidy(files);
    assert_int_equal(poster_files_bytes(files), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_saved_is_read_with_its_kind_and_a_tag),
        TEST(test_the_sum_stays_within_the_room_and_the_least_used_go_first),
        TEST(test_more_than_the_room_is_never_kept),
        TEST(test_a_smaller_room_is_kept_to_after_some_tidying),
        TEST(test_leftovers_count_and_go_like_all_others),
        TEST(test_what_is_no_image_is_as_good_as_nothing),
        TEST(test_a_poster_grows_old),
        TEST(test_a_disk_that_takes_nothing_is_no_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
