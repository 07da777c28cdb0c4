/* Ctrl-C, kill -9 and two syncs at once: nothing is lost and nothing is asked for twice. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "support/patience.h"
#include "support/report.h"

/* Promised is a second; a loaded machine and a sanitizer's farewell are given two more. */
enum { FILMS = 40, SOON_MS = 3000 };

static const char *const sync_words[] = {"sync", "--json", NULL};

static void open_slow_world(struct world *world)
{
    world_open(world, (const char *[]){"--titles", "60", "--latency-ms", "20", NULL});
    world_set(world, "MDBLIST_LISTS", "bench/films-40");
}

static void wait_for_posts(const struct world *world, int64_t count)
{
    struct patience patience = {0};

    while (sim_seerr_calls(&world->sim, "POST /api/v1/request") < count)
        if (!patience_wait(&patience))
            fail_msg("no %d requests", (int)count);
}

static void check_runs_say(const struct world *world, const char *state, const char *sentence)
{
    struct process_result result;

    world_run(world, (const char *[]){"runs", NULL}, &result);
    if (!strstr(buffer_string(&result.out), state) || !strstr(buffer_string(&result.out), sentence))
        fail_msg("neither \"%s\" nor \"%s\" in: %s", state, sentence, buffer_string(&result.out));
    process_result_release(&result);
}

/* The rest is asked for, and only the rest. */
static void check_next_sync_completes(const struct world *world)
{
    struct report report;

    report_sync(world, NULL, &report);
    assert_int_equal(report.exit_code, 0);
    assert_string_equal(report_text(&report, "state"), "completed");
    assert_int_equal(report_requests(&world->sim), FILMS);
    report_check_promises(&world->sim);
    report_release(&report);
}

static void ctrl_c_ends_the_sync_cleanly_and_soon(void **state)
{
    struct world world;
    struct process process;
    struct report report;

    (void)state;
    open_slow_world(&world);
    world_start(&world, sync_words, &process);
    wait_for_posts(&world, 3);
    process_signal(&process, SIGINT);
    report_finish(&process, SOON_MS, &report);
    assert_int_equal(report.exit_code, 4);
    assert_string_equal(report_text(&report, "state"), "cancelled");
    assert_int_equal(report_items(&report), FILMS);
    assert_true(report_requests(&world.sim) < FILMS);
    report_release(&report);
    check_runs_say(&world, "cancelled", "");
    check_next_sync_completes(&world);
    world_close(&world);
}

static void ctrl_c_does_not_wait_for_a_seerr_that_hangs(void **state)
{
    static const char *const kinds[] = {"GET /api/v1/settings/public", "GET /api/v1/auth/me",
                                        "GET /api/v1/media", "POST /api/v1/request"};

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct world world;
        struct process process;
        struct report report;
        AUTO_BUFFER struct buffer fault = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        open_slow_world(&world);
        buffer_print(&fault, "{\"match\": \"%s\", \"action\": \"hang\", \"apply\": true}",
                     kinds[i]);
        sim_tell(&world.sim, "/sim/faults", buffer_string(&fault));
        world_start(&world, sync_words, &process);
        struct patience patience = {0};
        while (sim_seerr_calls(&world.sim, kinds[i]) == 0)
            assert_true(patience_wait(&patience));
        process_signal(&process, SIGINT);
        report_finish(&process, SOON_MS, &report);
        assert_int_equal(report.exit_code, 4);
        assert_string_equal(report_text(&report, "state"), "cancelled");
        assert_int_equal(report_count(&report, "error"), 0);
        report_release(&report);
        check_next_sync_completes(&world);
        world_close(&world);
    }
}

/* Both signals wait for the stopped process, so that the second finds the first unfinished. */
static void a_second_ctrl_c_ends_it_at_once(void **state)
{
    struct world world;
    struct process process;
    struct report report;

    (void)state;
    open_slow_world(&world);
    world_start(&world, sync_words, &process);
    wait_for_posts(&world, 3);
    process_signal(&process, SIGSTOP);
    process_signal(&process, SIGINT);
    process_signal(&process, SIGTERM);
    process_signal(&process, SIGCONT);
    report_finish(&process, SOON_MS, &report);
    assert_int_equal(report.exit_code, 4);
    assert_null(report.document);
    report_release(&report);
    check_next_sync_completes(&world);
    check_runs_say(&world, "cut off: ", "of 40 titles; the program ended before");
    world_close(&world);
}

static void a_killed_sync_is_finished_by_the_next_one(void **state)
{
    struct world world;
    struct process process;
    struct process_result result;

    (void)state;
    open_slow_world(&world);
    world_start(&world, sync_words, &process);
    wait_for_posts(&world, 5);
    process_signal(&process, SIGKILL);
    process_finish(&process, SOON_MS, &result);
    assert_int_equal(result.signal, SIGKILL);
    process_result_release(&result);
    check_next_sync_completes(&world);
    check_runs_say(&world, "cut off: ", "of 40 titles; the program ended before");
    world_close(&world);
}

static void a_second_sync_on_the_same_data_changes_nothing(void **state)
{
    struct world world;
    struct process process;
    struct report first, second;

    (void)state;
    open_slow_world(&world);
    world_start(&world, sync_words, &process);
    wait_for_posts(&world, 1);
    process_signal(&process, SIGSTOP);
    report_sync(&world, NULL, &second);
    assert_int_equal(second.exit_code, 2);
    assert_non_null(strstr(buffer_string(&second.errors), "another sync is running"));
    assert_null(second.document);
    assert_int_equal(sim_seerr_calls(&world.sim, "GET /api/v1/settings/public"), 1);
    report_release(&second);
    process_signal(&process, SIGCONT);
    report_finish(&process, WORLD_DEADLINE_MS, &first);
    assert_int_equal(first.exit_code, 0);
    assert_int_equal(report_number(&first, "run_id"), 1);
    assert_int_equal(report_count(&first, "requested"), FILMS);
    report_release(&first);
    report_sync(&world, NULL, &second);
    assert_int_equal(report_number(&second, "run_id"), 2); /* the one between left no row */
    report_release(&second);
    report_check_promises(&world.sim);
    world_close(&world);
}

static void a_sync_beside_the_service_is_told_of_it(void **state)
{
    struct world world;
    struct report report;
    struct error error = {0};

    (void)state;
    world_open(&world, NULL);
    AUTO_FREE char *path = world_path(&world, "listsync.lock");
    int lock = files_lock(path, &error);
    assert_true(lock >= 0);
    assert_int_equal(write(lock, "service\n", 8), 8);
    report_sync(&world, NULL, &report);
    assert_int_equal(report.exit_code, 2);
    assert_non_null(strstr(buffer_string(&report.errors), "ListSync is running as a service"));
    report_release(&report);
    close(lock); /* it has gone, and left its word behind */
    report_sync(&world, NULL, &report);
    assert_null(strstr(buffer_string(&report.errors), "service"));
    report_release(&report);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ctrl_c_ends_the_sync_cleanly_and_soon),
        cmocka_unit_test(ctrl_c_does_not_wait_for_a_seerr_that_hangs),
        cmocka_unit_test(a_second_ctrl_c_ends_it_at_once),
        cmocka_unit_test(a_killed_sync_is_finished_by_the_next_one),
        cmocka_unit_test(a_second_sync_on_the_same_data_changes_nothing),
        cmocka_unit_test(a_sync_beside_the_service_is_told_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
