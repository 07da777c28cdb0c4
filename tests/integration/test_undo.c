/* `listsync undo`: takes back what one run asked for, and nothing that anybody else decided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/report.h"

/* User 2 has to wait for approval; user 5 is approved at once. */
static void open_as(struct world *world, const char *user)
{
    world_open(world, NULL);
    world_write(world, "list.csv",
                "tmdb_id,title,year,type\n603,The Matrix,1999,movie\n"
                "13,Forrest Gump,1994,movie\n1396,Breaking Bad,2008,tv\n");
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
    world_set(world, "OVERSEERR_USER_ID", user);
}

static void sync_now(const struct world *world, int64_t requested)
{
    struct report report;

    report_sync(world, NULL, &report);
    assert_int_equal(report.exit_code, 0);
    assert_int_equal(report_count(&report, "requested"), requested);
    report_check_promises(&world->sim);
    report_release(&report);
}

static void expect_said(const struct world *world, const char *const *arguments, const char *words)
{
    struct process_result result;

    world_run(world, arguments, &result);
    assert_int_equal(result.exit_code, 0);
    if (!strstr(buffer_string(&result.out), words))
        fail_msg("no \"%s\" in: %s", words, buffer_string(&result.out));
    process_result_release(&result);
}

static void undo(const struct world *world, const char *run, const char *words)
{
    expect_said(world, (const char *[]){"undo", run, NULL}, words);
}

static void pending_requests_of_the_run_are_withdrawn_and_not_made_again(void **state)
{
    struct world world;

    (void)state;
    open_as(&world, "2");
    sync_now(&world, 3);
    undo(&world, "1", "3 of 3 requests withdrawn");
    assert_int_equal(report_requests(&world.sim), 0);
    sync_now(&world, 0);
    assert_int_equal(report_requests(&world.sim), 0);
    undo(&world, "1", "Run 1 was taken back already");
    undo(&world, "2", "Run 2 made no request");
    expect_said(&world, (const char *[]){"runs", NULL}, "3 requested of 3 titles; taken back");
    world_close(&world);
}

static void a_withdrawn_title_is_not_told_as_requested(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_as(&world, "2");
    sync_now(&world, 3);
    undo(&world, "1", "The Matrix (1999)");
    world_run(&world, (const char *[]){"why", "movie:603", NULL}, &result);
    assert_non_null(strstr(buffer_string(&result.out),
                           "now       not requested: the request was taken back by an undo"));
    process_result_release(&result);
    world_close(&world);
}

static void approved_requests_stay(void **state)
{
    struct world world;

    (void)state;
    open_as(&world, "5");
    sync_now(&world, 3);
    undo(&world, "1", "approved already");
    assert_int_equal(report_requests(&world.sim), 3);
    sync_now(&world, 0);
    world_close(&world);
}

static void a_declined_request_stays_declined(void **state)
{
    struct world world;

    (void)state;
    open_as(&world, "2");
    sync_now(&world, 3);
    sim_tell(&world.sim, "/sim/decline", "{\"kind\": \"movie\", \"tmdb\": 603}");
    undo(&world, "1", "declined");
    assert_int_equal(report_requests(&world.sim), 1);
    assert_true(report_is_requested(&world.sim, "movie:603"));
    world_close(&world);
}

static void only_the_requests_of_that_run_are_withdrawn(void **state)
{
    struct world world;

    (void)state;
    open_as(&world, "2");
    sync_now(&world, 3);
    world_write(&world, "list.csv", "tmdb_id,type\n603,movie\n680,movie\n");
    sync_now(&world, 1);
    undo(&world, "2", "1 of 1 request withdrawn");
    assert_int_equal(report_requests(&world.sim), 3);
    assert_false(report_is_requested(&world.sim, "movie:680"));
    world_close(&world);
}

/* After Seerr forgot everything its numbers begin again: they name somebody else's requests. */
static void a_number_that_names_another_title_now_is_left_alone(void **state)
{
    struct world world;

    (void)state;
    open_as(&world, "2");
    sync_now(&world, 3);
    sim_tell(&world.sim, "/sim/reset", NULL);
    world_set(&world, "LISTSYNC_DATA_DIR", "somebody-else");
    world_write(&world, "list.csv", "tmdb_id,type\n155,movie\n238,movie\n680,movie\n");
    sync_now(&world, 3);
    world_set(&world, "LISTSYNC_DATA_DIR", world.folder);
    undo(&world, "1", "0 of 3 requests withdrawn");
    assert_int_equal(report_requests(&world.sim), 3);
    world_close(&world);
}

static void an_undone_title_comes_back_when_a_person_allows_it(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_as(&world, "2");
    sync_now(&world, 3);
    undo(&world, "1", "withdrawn");
    world_run(&world, (const char *[]){"allow", "movie:603", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    process_result_release(&result);
    sync_now(&world, 1);
    assert_true(report_is_requested(&world.sim, "movie:603"));
    world_close(&world);
}

static void a_lost_answer_to_the_withdrawal_does_no_harm(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_as(&world, "2");
    sync_now(&world, 3);
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"DELETE /api/v1/request\", \"nth\": 2, \"action\": \"close\","
             " \"apply\": true}");
    world_run(&world, (const char *[]){"undo", "1", NULL}, &result);
    process_result_release(&result);
    sim_forget_faults(&world.sim);
    world_run(&world, (const char *[]){"undo", "1", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    process_result_release(&result);
    assert_int_equal(report_requests(&world.sim), 0);
    sync_now(&world, 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pending_requests_of_the_run_are_withdrawn_and_not_made_again),
        cmocka_unit_test(a_withdrawn_title_is_not_told_as_requested),
        cmocka_unit_test(approved_requests_stay),
        cmocka_unit_test(a_declined_request_stays_declined),
        cmocka_unit_test(only_the_requests_of_that_run_are_withdrawn),
        cmocka_unit_test(a_number_that_names_another_title_now_is_left_alone),
        cmocka_unit_test(an_undone_title_comes_back_when_a_person_allows_it),
        cmocka_unit_test(a_lost_answer_to_the_withdrawal_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
