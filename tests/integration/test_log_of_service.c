/* How much the service says, and where older lines are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/one_visitor.h"

enum { QUIET_BYTES = 50000 };

static int open_with_many_titles(void **state)
{
    (void)state;
    visitor_open_with(&visitor, NULL, (const char *[]){"--titles", "5700", NULL});
    return 0;
}

static int64_t file_bytes(void)
{
    AUTO_FREE char *path = memory_print("%s/logs/listsync.log", visitor.daemon.world.folder);
    struct stat found;

    assert_int_equal(stat(path, &found), 0);
    return (int64_t)found.st_size;
}

static void test_a_sync_of_5000_items_is_quiet(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "mdblist:bench/films-5000");
    AUTO_FREE char *before = daemon_log(&visitor.daemon);
    int64_t bytes_before = file_bytes();
    visitor_sync(&visitor, NULL);
    assert_int_equal(visitor_number(&visitor, "run.items_processed"), 5000);
    AUTO_FREE char *after = daemon_log(&visitor.daemon);
    assert_in_range(strlen(after) - strlen(before), 100, QUIET_BYTES);
    assert_in_range(file_bytes() - bytes_before, 100, QUIET_BYTES);
}

static void test_lines_of_the_start_before_are_found_with_their_run(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    daemon_stop(&visitor.daemon);
    daemon_start(&visitor.daemon);
    ask(200, "GET", "/api/logs/entries?run=1");
    assert_int_equal(visitor_count(&visitor, "entries"), 2);
    assert_true(visitor_sees(&visitor, "full sync of 1 list has begun"));
    assert_int_equal(visitor_number(&visitor, "entries.0.values.run"), 1);
    ask(200, "GET", "/api/logs/entries?limit=1");
    assert_true(visitor_switch(&visitor, "has_more"));
    ask(200, "GET", "/api/system/logs");
    assert_true(visitor_number(&visitor, "log_file_size") > 0);
}

static void test_a_part_can_be_heard_better_while_it_runs(void **state)
{
    (void)state;
    visitor_send(&visitor, 200, "PUT", "/api/logs/level",
                 "{'level': 'warning', 'parts': {'web': 'debug'}}");
    assert_string_equal(visitor_text(&visitor, "parts.web"), "debug");
    ask(200, "GET", "/api/lists");
    free(daemon_wait_for_log(&visitor.daemon, "/api/lists"));
    visitor_send(&visitor, 422, "PUT", "/api/logs/level",
                 "{'level': 'info', 'parts': {'web': 'loud'}}");
}

static void test_a_part_that_there_is_not_is_refused_and_named_at_the_start(void **state)
{
    (void)state;
    visitor_send(&visitor, 422, "PUT", "/api/logs/level",
                 "{'level': 'error', 'parts': {'web': 'debug', 'nosuch': 'debug'}}");
    assert_non_null(strstr(buffer_string(&visitor.last.body), "parts.nosuch"));
    assert_non_null(strstr(buffer_string(&visitor.last.body), "there are service, run, "));
    ask(200, "GET", "/api/logs/level");
    assert_string_equal(visitor_text(&visitor, "level"), "info");
    daemon_stop(&visitor.daemon);
    world_set(&visitor.daemon.world, "LISTSYNC_LOG_LEVEL", "info,nosuch=debug,guard=error");
    daemon_start(&visitor.daemon);
    free(daemon_wait_for_log(&visitor.daemon, "LISTSYNC_LOG_LEVEL: no part of the log is called"));
    ask(200, "GET", "/api/logs/level");
    assert_non_null(strstr(buffer_string(&visitor.last.body), "\"parts\":{\"guard\":\"error\"}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_sync_of_5000_items_is_quiet, open_with_many_titles,
                                        one_visitor_close),
        VISITED(test_lines_of_the_start_before_are_found_with_their_run),
        VISITED(test_a_part_can_be_heard_better_while_it_runs),
        VISITED(test_a_part_that_there_is_not_is_refused_and_named_at_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
