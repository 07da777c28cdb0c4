/*
 * What was refused stays refused until a person allows it, and no single answer makes a refusal of
 * what was none: the ledger learns only what Seerr says twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/in_process.h"
#include "support/report.h"

static const char film[] = "tmdb_id,title,year,type\n603,The Matrix,1999,movie\n";
static const char series[] = "tmdb_id,title,year,type\n1396,Breaking Bad,2008,tv\n";
static const char first_season[] = "tmdb_id,type,season\n1396,tv,1\n";
static const char five_films[] = "tmdb_id,type\n603,movie\n13,movie\n680,movie\n278,movie\n"
                                 "155,movie\n";
static const char post[] = "POST /api/v1/request";

/* User 2 waits for approval; NULL: the owner of the key, who is approved at once. */
static void open_with(struct world *world, const char *list, const char *user)
{
    world_open(world, NULL);
    world_write(world, "list.csv", list);
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
    world_set(world, "OVERSEERR_USER_ID", user);
}

static void sync_expecting(const struct world *world, const char *title, const char *decision,
                           int64_t posts)
{
    struct report report;

    sim_tell(&world->sim, "/sim/counters/reset", NULL);
    report_sync(world, NULL, &report);
    if (strcmp(report_word(&report, title, "decision"), decision) != 0)
        fail_msg("%s instead of %s: %s", report_word(&report, title, "decision"), decision,
                 report_word(&report, title, "reason"));
    assert_int_equal(sim_seerr_calls(&world->sim, post), posts);
    report_check_promises(&world->sim);
    report_release(&report);
}

static void command(const struct world *world, const char *word, const char *argument)
{
    struct process_result result;

    world_run(world, (const char *[]){word, argument, NULL}, &result);
    if (result.exit_code != 0)
        fail_msg("%s %s: %s", word, argument, buffer_string(&result.errors));
    process_result_release(&result);
}

static void decline(const struct sim *sim, const char *kind, int tmdb)
{
    AUTO_FREE char *body = memory_print("{\"kind\": \"%s\", \"tmdb\": %d}", kind, tmdb);
    sim_tell(sim, "/sim/decline", body);
}

static void delete_film(const struct sim *sim)
{
    sim_tell(sim, "/sim/media", "{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 7}");
}

/* Calls of this kind answer so, from the n-th on. */
static void answer_with(const struct sim *sim, const char *match, int nth, int times,
                        const char *body)
{
    AUTO_FREE char *fault =
        memory_print("{\"match\": \"%s\", \"nth\": %d, \"times\": %d, \"action\": \"status\","
                     " \"status\": 200, \"body\": \"%s\"}",
                     match, nth, times, body);
    sim_tell(sim, "/sim/faults", fault);
}

static void
a_declined_film_that_is_allowed_is_requested_once_and_may_be_declined_again(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, film, NULL);
    sync_expecting(&world, "movie:603", "request", 1);
    for (int i = 0; i < 2; i++) {
        decline(&world.sim, "movie", 603);
        sync_expecting(&world, "movie:603", "skip_declined", 0);
        command(&world, "allow", "movie:603");
        sync_expecting(&world, "movie:603", "request", 1);
        sync_expecting(&world, "movie:603", "skip_requested", 0);
    }
    decline(&world.sim, "movie", 603);
    sync_expecting(&world, "movie:603", "skip_declined", 0);
    sync_expecting(&world, "movie:603", "skip_declined", 0);
    world_close(&world);
}

static void a_deleted_film_that_is_allowed_is_requested_once_and_may_be_deleted_again(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, film, NULL);
    delete_film(&world.sim);
    sync_expecting(&world, "movie:603", "skip_deleted", 0);
    command(&world, "allow", "movie:603");
    sync_expecting(&world, "movie:603", "request", 1);
    sync_expecting(&world, "movie:603", "skip_requested", 0);
    delete_film(&world.sim);
    sync_expecting(&world, "movie:603", "skip_deleted", 0);
    world_close(&world);
}

static void an_undone_series_that_is_allowed_is_requested_once_and_may_be_declined(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, series, "2");
    sync_expecting(&world, "tv:1396", "request", 1);
    command(&world, "undo", "1");
    sync_expecting(&world, "tv:1396", "skip_ignored", 0);
    command(&world, "allow", "tv:1396");
    sync_expecting(&world, "tv:1396", "request", 1);
    sync_expecting(&world, "tv:1396", "skip_requested", 0);
    decline(&world.sim, "tv", 1396);
    in_process_forget_look(&world, MEDIA_TV, 1396);
    sync_expecting(&world, "tv:1396", "skip_declined", 0);
    sync_expecting(&world, "tv:1396", "skip_declined", 0);
    world_close(&world);
}

/* The answer to the request that was allowed is lost: it was made all the same. */
static void an_allowance_is_used_up_by_a_request_whose_answer_was_lost(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, film, NULL);
    decline(&world.sim, "movie", 603);
    sync_expecting(&world, "movie:603", "skip_declined", 0);
    command(&world, "allow", "movie:603");
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"POST /api/v1/request\", \"action\": \"close\", \"apply\": true}");
    sync_expecting(&world, "movie:603", "request", 1);
    sync_expecting(&world, "movie:603", "skip_requested", 0);
    decline(&world.sim, "movie", 603);
    sync_expecting(&world, "movie:603", "skip_declined", 0);
    world_close(&world);
}

static void a_request_that_failed_does_not_use_up_what_was_allowed(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, film, NULL);
    decline(&world.sim, "movie", 603);
    sync_expecting(&world, "movie:603", "skip_declined", 0);
    command(&world, "allow", "movie:603");
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"POST /api/v1/request\", \"action\": \"status\", \"status\": 403,"
             " \"body\": \"{\\\"message\\\": \\\"Movie Quota exceeded.\\\"}\"}");
    sync_expecting(&world, "movie:603", "skip_limit", 1);
    sync_expecting(&world, "movie:603", "request", 1);
    world_close(&world);
}

static const char announces_one[] =
    "{\\\"pageInfo\\\":{\\\"pages\\\":1,\\\"pageSize\\\":20,\\\"results\\\":1,\\\"page\\\":1},"
    "\\\"results\\\":[]}";
static const char announces_none[] =
    "{\\\"pageInfo\\\":{\\\"pages\\\":0,\\\"pageSize\\\":20,\\\"results\\\":0,\\\"page\\\":1},"
    "\\\"results\\\":[]}";

static void a_short_list_of_media_is_read_again(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, film, NULL);
    sync_expecting(&world, "movie:603", "request", 1);
    answer_with(&world.sim, "GET /api/v1/media", 1, 1, announces_one);
    sync_expecting(&world, "movie:603", "skip_requested", 0);
    assert_int_equal(sim_seerr_calls(&world.sim, "GET /api/v1/media"), 2);
    world_close(&world);
}

static void a_list_of_media_that_stays_short_ends_the_run_and_teaches_nothing(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, film, NULL);
    sync_expecting(&world, "movie:603", "request", 1);
    world_write(&world, "list.csv", "tmdb_id,type\n603,movie\n13,movie\n");
    answer_with(&world.sim, "GET /api/v1/media", 1, 2, announces_one);
    report_sync(&world, NULL, &report);
    assert_int_equal(report.exit_code, 3);
    assert_string_equal(report_text(&report, "state"), "failed");
    assert_non_null(strstr(buffer_string(&report.errors), "knows 1 titles and lists only 0"));
    assert_int_equal(report_requests(&world.sim), 1);
    report_release(&report);
    sync_expecting(&world, "movie:603", "skip_requested", 1); /* the one is for the new film */
    assert_true(report_is_requested(&world.sim, "movie:13"));
    world_close(&world);
}

static void what_is_missing_from_one_list_of_media_is_not_taken_for_deleted(void **state)
{
    static const struct {
        const char *list, *title, *look;
    } kinds[] = {{film, "movie:603", "GET /api/v1/movie/{movieId}"},
                 {series, "tv:1396", "GET /api/v1/tv/{tvId}"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        struct world world;
        open_with(&world, kinds[i].list, NULL);
        sync_expecting(&world, kinds[i].title, "request", 1);
        answer_with(&world.sim, "GET /api/v1/media", 1, 1, announces_none);
        sync_expecting(&world, kinds[i].title, "skip_requested", 0);
        assert_int_equal(sim_seerr_calls(&world.sim, kinds[i].look), 1);
        sync_expecting(&world, kinds[i].title, "skip_requested", 0);
        world_close(&world);
    }
}

static void what_cannot_be_looked_at_after_it_vanished_is_not_taken_for_deleted(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, film, NULL);
    sync_expecting(&world, "movie:603", "request", 1);
    answer_with(&world.sim, "GET /api/v1/media", 1, 1, announces_none);
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"GET /api/v1/movie\", \"nth\": 0, \"action\": \"status\"}");
    sync_expecting(&world, "movie:603", "skip_requested", 0);
    sim_forget_faults(&world.sim);
    sync_expecting(&world, "movie:603", "skip_requested", 0);
    world_close(&world);
}

static void check_all_still_count_as_requested(const struct world *world, size_t count)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct ledger_rows ledger;

    in_process_ledger(world, arena, &ledger);
    assert_int_equal(ledger.count, count);
    for (size_t i = 0; i < ledger.count; i++)
        assert_int_equal(ledger.items[i].state, LEDGER_REQUESTED);
}

static void a_seerr_that_knows_nothing_of_ours_stops_the_run_and_teaches_nothing(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, five_films, NULL);
    sync_expecting(&world, "movie:603", "request", 5);
    sim_tell(&world.sim, "/sim/reset", NULL);
    for (int i = 0; i < 2; i++) {
        report_sync(&world, NULL, &report);
        assert_int_equal(report.exit_code, 3);
        assert_non_null(strstr(buffer_string(&report.errors), "Seerr knows none of the 5 titles"));
        assert_non_null(strstr(buffer_string(&report.errors), "listsync allow --all"));
        assert_int_equal(report_requests(&world.sim), 0);
        report_release(&report);
        check_all_still_count_as_requested(&world, 5);
    }
    command(&world, "allow", "--all");
    sync_expecting(&world, "movie:603", "request", 5);
    sync_expecting(&world, "movie:603", "skip_requested", 0);
    world_close(&world);
}

static void a_seerr_that_knows_one_of_ours_is_the_same_seerr(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, five_films, NULL);
    sync_expecting(&world, "movie:603", "request", 5);
    sim_tell(&world.sim, "/sim/reset", NULL);
    sim_tell(&world.sim, "/sim/media", "{\"kind\": \"movie\", \"tmdb\": 13, \"status\": 5}");
    sync_expecting(&world, "movie:603", "skip_deleted", 0);
    sync_expecting(&world, "movie:13", "skip_available", 0);
    world_close(&world);
}

/* The series as the usual catalogue has it, and a year later. */
static const char six_seasons[] = "tv\t1396\ttt0903747\t81189\tBreaking Bad\t\t2008\t6\n";

static void open_with_state(struct world *world, const char *list, const char *user)
{
    open_with(world, list, user);
    AUTO_FREE char *path = world_path(world, "seerr.json");
    world_restart(world, NULL, (const char *[]){"--state", path, NULL});
}

static void add_a_season(struct world *world)
{
    AUTO_FREE char *path = world_path(world, "seerr.json");

    world_restart(world, six_seasons, (const char *[]){"--state", path, NULL});
}

/* An approval once given shows for ever: the series stays "processing". */
static void a_series_declined_after_its_approval_is_not_asked_for_when_it_grows(void **state)
{
    (void)state;
    for (int is_noticed_before = 0; is_noticed_before < 2; is_noticed_before++) {
        struct world world;
        open_with_state(&world, series, NULL);
        sync_expecting(&world, "tv:1396", "request", 1);
        decline(&world.sim, "tv", 1396);
        in_process_forget_look(&world, MEDIA_TV, 1396);
        if (is_noticed_before)
            sync_expecting(&world, "tv:1396", "skip_declined", 0);
        add_a_season(&world);
        in_process_forget_look(&world, MEDIA_TV, 1396);
        sync_expecting(&world, "tv:1396", "skip_declined", 0);
        sync_expecting(&world, "tv:1396", "skip_declined", 0);
        world_close(&world);
    }
}

static void a_series_that_nobody_refused_is_asked_for_when_it_grows(void **state)
{
    struct world world;

    (void)state;
    open_with_state(&world, series, NULL);
    sync_expecting(&world, "tv:1396", "request", 1);
    add_a_season(&world);
    in_process_forget_look(&world, MEDIA_TV, 1396);
    sync_expecting(&world, "tv:1396", "request", 1);
    AUTO_FREE char *asked = report_seasons(&world.sim, 1396);
    assert_string_equal(asked, "1,2,3,4,5,6");
    world_close(&world);
}

static void seasons_that_were_taken_back_are_left_alone_and_others_are_not(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, first_season, "2");
    sync_expecting(&world, "tv:1396", "request", 1);
    command(&world, "undo", "1");
    sync_expecting(&world, "tv:1396", "skip_ignored", 0);
    world_write(&world, "list.csv", series);
    sync_expecting(&world, "tv:1396", "request", 1);
    AUTO_FREE char *asked = report_seasons(&world.sim, 1396);
    assert_string_equal(asked, "2,3,4,5");
    sync_expecting(&world, "tv:1396", "skip_ignored", 0);
    world_close(&world);
}

/* What was seen of it before the undo no longer holds. */
static void a_series_that_was_taken_back_whole_is_asked_for_its_new_season_only(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with_state(&world, series, "2");
    sync_expecting(&world, "tv:1396", "request", 1);
    command(&world, "undo", "1");
    add_a_season(&world);
    report_sync(&world, NULL, &report);
    assert_null(strstr(report_word(&report, "tv:1396", "reason"), "an earlier request"));
    report_release(&report);
    AUTO_FREE char *asked = report_seasons(&world.sim, 1396);
    assert_string_equal(asked, "6");
    world_close(&world);
}

static void lose_the_answer(const struct sim *sim, const char *apply)
{
    AUTO_FREE char *fault = memory_print(
        "{\"match\": \"POST /api/v1/request\", \"action\": \"close\", \"apply\": %s}", apply);
    sim_tell(sim, "/sim/faults", fault);
}

static void a_request_whose_answer_was_lost_is_taken_back_with_its_run(void **state)
{
    static const struct {
        const char *list, *title;
    } kinds[] = {{film, "movie:603"}, {series, "tv:1396"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        struct world world;
        open_with(&world, kinds[i].list, "2");
        lose_the_answer(&world.sim, "true");
        sync_expecting(&world, kinds[i].title, "request", 1);
        assert_int_equal(report_requests(&world.sim), 1);
        sync_expecting(&world, kinds[i].title, "skip_requested", 0);
        command(&world, "undo", "1");
        assert_int_equal(report_requests(&world.sim), 0);
        sync_expecting(&world, kinds[i].title, "skip_ignored", 0);
        world_close(&world);
    }
}

/* Ours never arrived; meanwhile user 4, another ListSync, asked for the same. */
static void somebody_elses_request_is_not_taken_for_the_one_that_was_lost(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, film, "2");
    lose_the_answer(&world.sim, "false");
    sync_expecting(&world, "movie:603", "request", 1);
    world_set(&world, "LISTSYNC_DATA_DIR", "somebody-else");
    world_set(&world, "OVERSEERR_USER_ID", "4");
    sync_expecting(&world, "movie:603", "request", 1);
    world_set(&world, "LISTSYNC_DATA_DIR", world.folder);
    world_set(&world, "OVERSEERR_USER_ID", "2");
    sync_expecting(&world, "movie:603", "skip_requested", 0);
    command(&world, "undo", "1");
    assert_int_equal(report_requests(&world.sim), 1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_declined_film_that_is_allowed_is_requested_once_and_may_be_declined_again),
        cmocka_unit_test(a_deleted_film_that_is_allowed_is_requested_once_and_may_be_deleted_again),
        cmocka_unit_test(an_undone_series_that_is_allowed_is_requested_once_and_may_be_declined),
        cmocka_unit_test(an_allowance_is_used_up_by_a_request_whose_answer_was_lost),
        cmocka_unit_test(a_request_that_failed_does_not_use_up_what_was_allowed),
        cmocka_unit_test(a_short_list_of_media_is_read_again),
        cmocka_unit_test(a_list_of_media_that_stays_short_ends_the_run_and_teaches_nothing),
        cmocka_unit_test(what_is_missing_from_one_list_of_media_is_not_taken_for_deleted),
        cmocka_unit_test(what_cannot_be_looked_at_after_it_vanished_is_not_taken_for_deleted),
        cmocka_unit_test(a_seerr_that_knows_nothing_of_ours_stops_the_run_and_teaches_nothing),
        cmocka_unit_test(a_seerr_that_knows_one_of_ours_is_the_same_seerr),
        cmocka_unit_test(a_series_declined_after_its_approval_is_not_asked_for_when_it_grows),
        cmocka_unit_test(a_series_that_nobody_refused_is_asked_for_when_it_grows),
        cmocka_unit_test(seasons_that_were_taken_back_are_left_alone_and_others_are_not),
        cmocka_unit_test(a_series_that_was_taken_back_whole_is_asked_for_its_new_season_only),
        cmocka_unit_test(a_request_whose_answer_was_lost_is_taken_back_with_its_run),
        cmocka_unit_test(somebody_elses_request_is_not_taken_for_the_one_that_was_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
