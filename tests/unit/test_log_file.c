#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/files.h"
#include "base/json_value.h"
#include "base/log.h"
#include "base/log_file.h"
#include "base/memory.h"
#include "support/temp_dir.h"

enum { MOST = 50000 };

static struct temp_dir dir;
static char *path;
static struct arena *arena;
static struct error problem;

static void begin(void)
{
    log_begin(LOG_DEBUG, LOG_NOWHERE);
    assert_int_equal(log_open_file(path, MOST, &problem), ERROR_NONE);
}

static int set_up(void **state)
{
    (void)state;
    temp_dir_open(&dir);
    path = temp_dir_file(&dir, "logs/test.log");
    arena = arena_new();
    begin();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    log_end();
    log_reset_parts();
    arena_free(arena);
    free(path);
    temp_dir_close(&dir);
    return 0;
}

static void write_lines(int from, int count)
{
    char sentence[32];

    for (int i = 0; i < count; i++) {
        snprintf(sentence, sizeof(sentence), "line %d", from + i);
        log_info(i % 2 ? "odd" : "even", sentence, LOG_NUMBER("run", from + i), LOG_END);
    }
}

static int64_t bytes_of(const char *suffix)
{
    AUTO_FREE char *name = memory_print("%s%s", path, suffix);
    struct stat found;

    return stat(name, &found) ? -1 : (int64_t)found.st_size;
}

static void each_line_is_json_and_only_we_may_read_it(void **state)
{
    struct log_lines lines;
    struct stat found;

    (void)state;
    log_warning("net", "a \"quoted\",\"values\":\nline", LOG_TEXT("host", "a.org"), LOG_END);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    log_file_read(path, &(struct log_filter){.limit = 5}, arena, &lines);
    assert_int_equal(lines.count, 1);
    assert_string_equal(lines.items[0].sentence, "a \"quoted\",\"values\": line");
    assert_string_equal(lines.items[0].part, "net");
    assert_int_equal(lines.items[0].level, LOG_WARNING);
    assert_string_equal(lines.items[0].values, "{\"host\":\"a.org\"}");
    assert_true(lines.items[0].wall_ms > 1700000000000);
}

static void all_files_together_stay_within_their_bytes(void **state)
{
    int64_t sum = 0;

    (void)state;
    write_lines(0, 2000);
    for (int i = 0; i < LOG_FILES; i++) {
        char suffix[8] = "";
        if (i)
            snprintf(suffix, sizeof(suffix), ".%d", i);
        int64_t bytes = bytes_of(suffix);
        assert_true(bytes > 0 && bytes <= MOST / LOG_FILES);
        sum += bytes;
    }
    assert_true(sum <= MOST);
    assert_int_equal(bytes_of(".5"), -1);
}

static void older_lines_go_on_where_the_ring_ends_and_over_restarts(void **state)
{
    struct log_filter filter = {.limit = 7};
    int expected = 119;

    (void)state;
    write_lines(0, 60);
    log_end();
    usleep(2000); /* numbers go on from the time in milliseconds */
    begin();
    write_lines(60, 60);
    for (bool more = true; more;) {
        struct log_lines lines;
        log_read_older(&filter, arena, &lines);
        for (size_t i = lines.count; i > 0; i--) {
            char sentence[32];
            snprintf(sentence, sizeof(sentence), "line %d", expected--);
            assert_string_equal(lines.items[i - 1].sentence, sentence);
        }
        assert_true(lines.count > 0);
        filter.before = lines.items[0].number;
        more = lines.more;
    }
    assert_int_equal(expected, -1);
}

static void a_filter_holds_for_files_too(void **state)
{
    struct log_lines lines;

    (void)state;
    write_lines(0, 20);
    log_file_read(path, &(struct log_filter){.limit = 50, .part = "odd"}, arena, &lines);
    assert_int_equal(lines.count, 10);
    log_file_read(path, &(struct log_filter){.limit = 50, .run = 7}, arena, &lines);
    assert_int_equal(lines.count, 1);
    assert_string_equal(lines.items[0].sentence, "line 7");
    log_file_read(path, &(struct log_filter){.limit = 50, .search = "LINE 1"}, arena, &lines);
    assert_int_equal(lines.count, 11);
    log_file_read(path, &(struct log_filter){.limit = 50, .least = LOG_ERROR}, arena, &lines);
    assert_int_equal(lines.count, 0);
}

static void a_file_that_somebody_moved_away_is_begun_anew(void **state)
{
    AUTO_FREE char *moved = memory_print("%s.moved", path);

    (void)state;
    write_lines(0, 3);
    int64_t before = bytes_of("");
    assert_int_equal(rename(path, moved), 0);
    write_lines(3, 1);
    assert_int_equal(bytes_of(".moved"), before);
    assert_true(bytes_of("") > 0 && bytes_of("") < before);
    assert_int_equal(truncate(path, 0), 0);
    write_lines(4, 1);
    assert_true(bytes_of("") > 0);
}

static void what_is_no_line_is_passed_over(void **state)
{
    struct log_lines lines;
    FILE *file = fopen(path, "a");

    (void)state;
    assert_non_null(file);
    fputs("{\"id\":1,\"time\":\"x\"}\nno json\n{\"id\":2}\n\n[]\n{\"id\":99999999999999999999",
          file);
    fclose(file);
    log_file_read(path, &(struct log_filter){.limit = 5}, arena, &lines);
    assert_int_equal(lines.count, 0);
    assert_false(lines.more);
}

static void a_file_of_any_length_is_read_from_its_end(void **state)
{
    struct log_lines lines;

    (void)state;
    write_lines(0, 1);
    assert_int_equal(truncate(path, 40 << 20), 0);
    write_lines(1, 1);
    log_file_read(path, &(struct log_filter){.limit = 5}, arena, &lines);
    assert_int_equal(lines.count, 2);
    assert_string_equal(lines.items[0].sentence, "line 0");
    assert_string_equal(lines.items[1].sentence, "line 1");
}

/* Root may write anywhere: so as somebody else. */
static void write_in_a_folder_of_others(int count)
{
    AUTO_FREE char *folder = temp_dir_file(&dir, "logs");

    if (getuid() == 0) {
        assert_int_equal(chmod(dir.path, 0755), 0);
        assert_int_equal(chown(path, 65534, (gid_t)-1), 0);
        assert_int_equal(chmod(folder, 0755), 0);
        assert_int_equal(seteuid(65534), 0);
    } else {
        assert_int_equal(chmod(folder, 0500), 0);
    }
    write_lines(0, count);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(folder, 0700), 0);
}

static void what_cannot_be_renamed_stays_within_its_bytes_as_well(void **state)
{
    struct log_lines lines;

    (void)state;
    write_in_a_folder_of_others(2000);
    assert_true(bytes_of("") > 0 && bytes_of("") <= MOST / LOG_FILES);
    assert_int_equal(bytes_of(".1"), -1);
    log_file_read(path, &(struct log_filter){.limit = 1}, arena, &lines);
    assert_int_equal(lines.count, 1);
    assert_string_equal(lines.items[0].sentence, "line 1999");
}

static void limit_files(rlim_t most)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = most;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_line_without_room_takes_no_other_with_it(void **state)
{
    struct log_lines lines;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    write_lines(0, 1);
    limit_files((rlim_t)bytes_of("") + 20);
    write_lines(1, 1);
    limit_files(RLIM_INFINITY);
    write_lines(2, 1);
    log_file_read(path, &(struct log_filter){.limit = 5}, arena, &lines);
    assert_int_equal(lines.count, 2);
    assert_string_equal(lines.items[0].sentence, "line 0");
    assert_string_equal(lines.items[1].sentence, "line 2");
}

/* Else it would hold up the start until somebody reads. */
static void a_pipe_that_nobody_reads_is_an_error(void **state)
{
    AUTO_FREE char *pipe = memory_print("%s-pipe", path);

    (void)state;
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(log_open_file(pipe, MOST, &problem), ERROR_STORE);
    assert_non_null(strstr(problem.message, "it is a pipe that nobody reads"));
    assert_int_equal(unlink(pipe), 0);
}

static void a_link_is_not_followed(void **state)
{
    AUTO_FREE char *target = temp_dir_file(&dir, "precious");
    AUTO_FREE char *link = memory_print("%s-link", path);
    struct stat found;

    (void)state;
    assert_int_equal(files_write(target, "kept", 4, &problem), ERROR_NONE);
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(log_open_file(link, MOST, &problem), ERROR_STORE);
    assert_non_null(strstr(problem.message, "it is a link, which is not followed"));
    assert_int_equal(rename(link, path), 0); /* and in place of one that is written already */
    write_lines(0, 1);
    assert_int_equal(stat(target, &found), 0);
    assert_int_equal(found.st_size, 4);
}

static void a_folder_that_somebody_removed_is_made_anew(void **state)
{
    AUTO_FREE char *folder = temp_dir_file(&dir, "logs");

    (void)state;
    write_lines(0, 1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    write_lines(1, 1);
    assert_true(bytes_of("") > 0);
}

static void a_folder_that_cannot_be_made_is_an_error(void **state)
{
    AUTO_FREE char *below_a_file = memory_print("%s/below", path);

    (void)state;
    assert_int_equal(log_open_file(below_a_file, MOST, &problem), ERROR_STORE);
    write_lines(0, 1); /* the one before goes on */
    assert_true(bytes_of("") > 0);
}

static void parts_are_heard_from_levels_of_their_own(void **state)
{
    struct log_part_level parts[LOG_PARTS_MOST];
    struct log_lines lines;

    (void)state;
    assert_int_equal(log_set_levels("warning, even=debug", NULL, &problem), ERROR_NONE);
    write_lines(0, 4);
    log_read(&(struct log_filter){0}, arena, &lines);
    assert_int_equal(lines.count, 2);
    assert_true(log_wants(LOG_DEBUG, "even"));
    assert_false(log_wants(LOG_INFO, "odd"));
    assert_int_equal(log_part_levels(parts), 1);
    assert_string_equal(parts[0].part, "even");
    log_reset_parts();
    assert_int_equal(log_part_levels(parts), 0);
    assert_false(log_wants(LOG_INFO, "even"));
    assert_int_equal(log_set_levels("loud", NULL, &problem), ERROR_USAGE);
    assert_non_null(strstr(problem.message, "\"loud\""));
    assert_int_equal(log_set_levels("info,Web=debug", NULL, &problem), ERROR_USAGE);
}

static bool is_even(const char *part)
{
    return strcmp(part, "even") == 0;
}

static void a_part_that_there_is_not_is_named_and_all_else_holds(void **state)
{
    struct log_part_level parts[LOG_PARTS_MOST];

    (void)state;
    assert_int_equal(log_set_levels("error,odd=info,even=debug", is_even, &problem),
                     ERROR_NOT_FOUND);
    assert_non_null(strstr(problem.message, "\"odd\""));
    assert_int_equal(log_part_levels(parts), 1);
    assert_string_equal(parts[0].part, "even");
    assert_int_equal(log_get_level(), LOG_ERROR);
}

static void a_line_tells_what_its_thread_works_on(void **state)
{
    struct log_lines lines;

    (void)state;
    log_carry("request", 9);
    log_carry("run", 4);
    log_info("web", "one", LOG_END);
    log_info("web", "two", LOG_NUMBER("run", 5), LOG_END);
    log_carry("request", 0);
    log_carry("run", 0);
    log_info("web", "three", LOG_END);
    log_read(&(struct log_filter){0}, arena, &lines);
    assert_string_equal(lines.items[0].values, "{\"request\":9,\"run\":4}");
    assert_string_equal(lines.items[1].values, "{\"run\":5,\"request\":9}");
    assert_string_equal(lines.items[2].values, "{}");
    log_read(&(struct log_filter){.run = 4}, arena, &lines);
    assert_int_equal(lines.count, 1);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILE(each_line_is_json_and_only_we_may_read_it),
        WITH_FILE(all_files_together_stay_within_their_bytes),
        WITH_FILE(older_lines_go_on_where_the_ring_ends_and_over_restarts),
        WITH_FILE(a_filter_holds_for_files_too),
        WITH_FILE(a_file_that_somebody_moved_away_is_begun_anew),
        WITH_FILE(what_is_no_line_is_passed_over),
        WITH_FILE(a_file_of_any_length_is_read_from_its_end),
        WITH_FILE(what_cannot_be_renamed_stays_within_its_bytes_as_well),
        WITH_FILE(a_line_without_room_takes_no_other_with_it),
        WITH_FILE(a_pipe_that_nobody_reads_is_an_error),
        WITH_FILE(a_link_is_not_followed),
        WITH_FILE(a_folder_that_somebody_removed_is_made_anew),
        WITH_FILE(a_folder_that_cannot_be_made_is_an_error),
        WITH_FILE(parts_are_heard_from_levels_of_their_own),
        WITH_FILE(a_part_that_there_is_not_is_named_and_all_else_holds),
        WITH_FILE(a_line_tells_what_its_thread_works_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
