/* A file that comes in pieces: kept in order, one at a time, and gone afterwards. */
#include <fcntl.h>
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
#include "support/temp_dir.h"
#include "sync/import_upload.h"

struct world {
    struct temp_dir dir;
    char *file;
    int64_t size;
    struct error error;
};

static int open_world(void **state)
{
    struct world *world = memory_new(sizeof(*world));

    temp_dir_open(&world->dir);
    world->file = import_upload_path(world->dir.path);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    memory_release_local(&world->file);
    temp_dir_close(&world->dir);
    memory_release_local(state);
    return 0;
}

static enum error_code add(struct world *world, int64_t offset, const char *piece)
{
    return import_upload_add(world->dir.path, offset, piece, strlen(piece), &world->size,
                             &world->error);
}

static void expect(const struct world *world, const char *contents)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    assert_int_equal(files_read(world->file, &text, NULL), ERROR_NONE);
    assert_string_equal(buffer_string(&text), contents);
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void pieces_become_one_file_of_the_owner_alone(void **state)
{
    struct world *world = *state;
    struct stat status;

    assert_int_equal(add(world, 0, "one "), ERROR_NONE);
    assert_int_equal(world->size, 4);
    assert_int_equal(add(world, 4, "two"), ERROR_NONE);
    assert_int_equal(world->size, 7);
    expect(world, "one two");
    assert_int_equal(stat(world->file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void the_beginning_takes_the_place_of_an_earlier_file(void **state)
{
    struct world *world = *state;

    assert_int_equal(add(world, 0, "a long one"), ERROR_NONE);
    assert_int_equal(add(world, 0, "short"), ERROR_NONE);
    expect(world, "short");
}

static void a_piece_that_does_not_fit_changes_nothing(void **state)
{
    struct world *world = *state;

    assert_int_equal(add(world, 0, "one"), ERROR_NONE);
    assert_int_equal(add(world, 2, "two"), ERROR_CONFLICT);
    assert_int_equal(add(world, 4, "two"), ERROR_CONFLICT);
    expect(world, "one");
}

static void too_much_is_refused_and_nothing_stays(void **state)
{
    struct world *world = *state;

    assert_int_equal(add(world, 0, "one"), ERROR_NONE);
    assert_int_equal(truncate(world->file, IMPORT_UPLOAD_MOST - 1), 0);
    assert_int_equal(add(world, IMPORT_UPLOAD_MOST - 1, "xy"), ERROR_LIMIT);
    assert_false(is_there(world->file));
}

static void a_link_is_not_written_through(void **state)
{
    struct world *world = *state;
    AUTO_FREE char *target = temp_dir_file(&world->dir, "precious");

    assert_int_equal(files_write(target, "kept", 4, &world->error), ERROR_NONE);
    assert_int_equal(symlink(target, world->file), 0);
    assert_int_equal(add(world, 0, "x"), ERROR_STORE);
    assert_true(is_there(target));
    assert_int_equal(unlink(world->file), 0);
}

static void a_pipe_is_refused_and_nobody_waits_for_its_reader(void **state)
{
    struct world *world = *state;

    assert_int_equal(mkfifo(world->file, 0600), 0);
    assert_int_equal(add(world, 0, "x"), ERROR_STORE);
    assert_non_null(strstr(world->error.message, "is no plain file"));
    int reader = open(world->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(reader >= 0);
    assert_int_equal(add(world, 0, "x"), ERROR_STORE);
    assert_int_equal(close(reader), 0);
    assert_true(is_there(world->file));
    assert_int_equal(unlink(world->file), 0);
}

static void one_that_nobody_goes_on_with_is_removed(void **state)
{
    struct world *world = *state;
    const struct timespec old[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};

    assert_int_equal(add(world, 0, "one"), ERROR_NONE);
    import_upload_tidy(world->dir.path, false);
    assert_true(is_there(world->file));
    assert_int_equal(utimensat(AT_FDCWD, world->file, old, 0), 0);
    import_upload_tidy(world->dir.path, false);
    assert_false(is_there(world->file));
}

static void a_start_leaves_nothing_of_an_earlier_import(void **state)
{
    struct world *world = *state;
    AUTO_FREE char *copy = temp_dir_file(&world->dir, "import.a1B2c3");
    AUTO_FREE char *database = temp_dir_file(&world->dir, "import.a1B2c3/copy.db");
    AUTO_FREE char *folder = temp_dir_file(&world->dir, "import");

    assert_int_equal(add(world, 0, "one"), ERROR_NONE);
    assert_int_equal(mkdir(copy, 0700), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(files_write(database, "x", 1, &world->error), ERROR_NONE);
    import_upload_tidy(world->dir.path, true);
    assert_false(is_there(world->file));
    assert_false(is_there(copy));
    assert_true(is_there(folder));
    assert_int_equal(rmdir(folder), 0);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(pieces_become_one_file_of_the_owner_alone),
        WORLD_TEST(the_beginning_takes_the_place_of_an_earlier_file),
        WORLD_TEST(a_piece_that_does_not_fit_changes_nothing),
        WORLD_TEST(too_much_is_refused_and_nothing_stays),
        WORLD_TEST(a_link_is_not_written_through),
        WORLD_TEST(a_pipe_is_refused_and_nobody_waits_for_its_reader),
        WORLD_TEST(one_that_nobody_goes_on_with_is_removed),
        WORLD_TEST(a_start_leaves_nothing_of_an_earlier_import),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
