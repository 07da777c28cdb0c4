/*
 * Time: whoever hangs, blocks or fails is given up after a few calls, however many titles wait;
 * what was not done says why, and the next sync does it.
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

enum { CALL_LIMIT_MS = 150, SOME = 60 };

static const char popular_films[] = "https://popular-movies-data.stevenlu.com/movies.json";

/* Does not wait long for the calls that this names, "GET /api/v1/movie". */
static struct in_process_call hasty(const struct world *world, const char *calls)
{
    return (struct in_process_call){
        .world = world, .timeout_ms = CALL_LIMIT_MS, .capped = calls, .retries = -1};
}

static void trouble(const struct sim *sim, const char *match, const char *more)
{
    AUTO_FREE char *fault =
        memory_print("{\"match\": \"%s\", \"nth\": 0, \"ms\": 20, %s}", match, more);
    sim_tell(sim, "/sim/faults", fault);
}

static void assert_called(int64_t calls, int64_t fewest, int64_t most, const char *about)
{
    if (calls < fewest || calls > most)
        fail_msg("%s: %d calls", about, (int)calls);
}

/* Films of the simulator's own making: 9000001 and so on; every tenth is a series. */
static void write_films(const struct world *world, const char *columns, const char *row_end)
{
    AUTO_BUFFER struct buffer list = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_print(&list, "%s\n", columns);
    for (int i = 1; i <= SOME; i++)
        if (i % 10)
            buffer_print(&list, "%s%d%s\n", columns[0] == 'i' ? "tt" : "", 9000000 + i, row_end);
    world_write(world, "list.csv", buffer_string(&list));
}

static void open_with_films(struct world *world, const char *columns, const char *row_end)
{
    world_open(world, (const char *[]){"--titles", "60", NULL});
    write_films(world, columns, row_end);
    AUTO_FREE char *reference = memory_print("file:%s/list.csv", world->folder);
    in_process_add_list(world, reference, 0);
}

static void put_films_into_seerr(const struct sim *sim)
{
    for (int i = 1; i <= SOME; i++) {
        AUTO_FREE char *media =
            memory_print("{\"kind\": \"movie\", \"tmdb\": %d, \"status\": 1}", 9000000 + i);
        if (i % 10)
            sim_tell(sim, "/sim/media", media);
    }
}

/* Titles that Seerr lists without a state need a look before they are decided. */
static void looks_that_hang_or_fail_are_given_up(void **state)
{
    static const char *const troubles[] = {"\"action\": \"hang\"", "\"action\": \"close\"",
                                           "\"action\": \"status\""};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(troubles); i++) {
        struct world world;
        struct in_process run;
        open_with_films(&world, "tmdb_id,type", ",movie");
        put_films_into_seerr(&world.sim);
        trouble(&world.sim, "GET /api/v1/movie", troubles[i]);
        struct in_process_call call = hasty(&world, "GET /api/v1/movie");
        in_process_sync(&call, &run);
        assert_int_equal(run.result.counts.error, SOME - SOME / 10);
        assert_int_equal(run.result.counts.requested, 0);
        in_process_release(&run);
        assert_called(sim_seerr_calls(&world.sim, "GET /api/v1/movie/{movieId}"), 5, 20,
                      troubles[i]);
        sim_forget_faults(&world.sim);
        in_process_sync(&(struct in_process_call){.world = &world}, &run);
        assert_int_equal(run.result.counts.requested, SOME - SOME / 10);
        in_process_release(&run);
        report_check_promises(&world.sim);
        world_close(&world);
    }
}

/* New films, each to be held against its title before it is asked for. */
static void looks_before_requests_that_hang_are_given_up(void **state)
{
    struct world world;
    struct in_process run;

    (void)state;
    open_with_films(&world, "tmdb_id,title,year,type", ",Some film,1999,movie");
    trouble(&world.sim, "GET /api/v1/movie", "\"action\": \"hang\"");
    struct in_process_call call = hasty(&world, "GET /api/v1/movie");
    in_process_sync(&call, &run);
    assert_int_equal(run.result.run.state, RUN_FAILED);
    assert_int_equal(run.result.counts.requested, 0);
    in_process_release(&run);
    assert_called(sim_seerr_calls(&world.sim, "GET /api/v1/movie/{movieId}"), 1, 20, "hang");
    assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), 0);
    world_close(&world);
}

/* Look-ups of IMDb ids that fail, and how many are tried; six are under way at once. */
static const struct {
    const char *trouble;
    int64_t fewest, most;
} lookups[] = {
    {"\"action\": \"hang\"", 5, 12},
    {"\"action\": \"close\"", 5, 25}, /* curl asks again on a connection that was in use */
    {"\"action\": \"status\"", 20, 26},
    {"\"action\": \"status\", \"status\": 503", 20, 26},
};

static void look_ups_that_fail_are_given_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(lookups); i++) {
        struct world world;
        struct in_process run;
        open_with_films(&world, "imdb_id", "");
        trouble(&world.sim, "GET /api/v1/search", lookups[i].trouble);
        struct in_process_call call = hasty(&world, "GET /api/v1/search");
        in_process_sync(&call, &run);
        assert_int_equal(run.result.counts.error, SOME - SOME / 10);
        in_process_release(&run);
        assert_called(sim_seerr_calls(&world.sim, "GET /api/v1/search"), lookups[i].fewest,
                      lookups[i].most, lookups[i].trouble);
        sim_forget_faults(&world.sim);
        in_process_sync(&(struct in_process_call){.world = &world}, &run);
        assert_int_equal(run.result.counts.requested, SOME - SOME / 10);
        in_process_release(&run);
        world_close(&world);
    }
}

/* A few bad titles among good ones do not hold up the rest. */
static void a_few_look_ups_that_fail_do_not_stop_the_others(void **state)
{
    struct world world;
    struct in_process run;

    (void)state;
    open_with_films(&world, "imdb_id", "");
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"GET /api/v1/search\", \"nth\": 10, \"times\": 8,"
             " \"action\": \"status\"}");
    struct in_process_call call = {.world = &world};
    in_process_sync(&call, &run);
    assert_int_equal(run.result.counts.error, 8);
    assert_int_equal(run.result.counts.requested, SOME - SOME / 10 - 8);
    in_process_release(&run);
    world_close(&world);
}

/* Pages of films at Letterboxd: 130 of them wait. */
static const struct {
    const char *trouble;
    int64_t most;
} pages[] = {
    {"\"action\": \"status\", \"status\": 403, \"headers\": {\"cf-mitigated\": \"challenge\"}", 1},
    {"\"action\": \"status\", \"status\": 429", 1},
    {"\"action\": \"status\", \"status\": 500", 3},
    {"\"action\": \"html\"", 3},
    {"\"action\": \"hang\"", 3},
    {"\"action\": \"close\"", 6}, /* curl asks again on a connection that was in use */
};

static void film_pages_that_are_blocked_or_dead_are_given_up(void **state)
{
    static const char host[] = "letterboxd.com";

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        struct world world;
        struct in_process run;
        world_open(&world, NULL);
        in_process_add_list(&world, "letterboxd:demo/list/long-evenings", 0);
        struct in_process_call call = hasty(&world, "GET /host/letterboxd.com/film");
        trouble(&world.sim, "GET /host/letterboxd.com/film", pages[i].trouble);
        in_process_sync(&call, &run);
        int64_t of_the_list = 2;
        assert_int_equal(run.result.lists[0].count, 130);
        assert_int_equal(run.result.counts.error, 130);
        in_process_release(&run);
        assert_called(sim_source_calls(&world.sim, host), of_the_list + 1,
                      of_the_list + pages[i].most, pages[i].trouble);
        world_close(&world);
    }
}

/* The same pages are asked for first each time: they must not hold up the others for ever. */
static void two_bad_film_pages_do_not_hold_up_the_others(void **state)
{
    static const char *const troubles[] = {"\"action\": \"status\"", "\"action\": \"html\""};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(troubles); i++) {
        struct world world;
        struct in_process run;
        world_open(&world, NULL);
        in_process_add_list(&world, "letterboxd:demo/watchlist", 0);
        AUTO_FREE char *fault =
            memory_print("{\"match\": \"GET /host/letterboxd.com/film\", \"nth\": 1,"
                         " \"times\": 2, %s}",
                         troubles[i]);
        sim_tell(&world.sim, "/sim/faults", fault);
        in_process_sync(&(struct in_process_call){.world = &world, .retries = -1}, &run);
        assert_int_equal(run.result.counts.error, 2);
        assert_int_equal(run.result.counts.requested, 10);
        in_process_release(&run);
        world_close(&world);
    }
}

static const char *outcome_after(struct world *world, const char *list, int nth)
{
    struct in_process run;

    in_process_add_list(world, list, 0);
    AUTO_FREE char *fault =
        memory_print("{\"match\": \"/host\", \"nth\": %d, \"action\": \"status\","
                     " \"status\": 304, \"body\": \"\"}",
                     nth);
    sim_tell(&world->sim, "/sim/faults", fault);
    in_process_sync(&(struct in_process_call){.world = world}, &run);
    const char *word = outcome_word(run.result.lists[0].outcome);
    in_process_release(&run);
    return word;
}

static void a_304_that_nobody_asked_for_is_not_unchanged(void **state)
{
    static const struct {
        const char *list;
        int nth;
    } readings[] = {{popular_films, 1},
                    {"letterboxd:demo/list/long-evenings", 1},
                    {"letterboxd:demo/list/long-evenings", 2}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(readings); i++) {
        struct world world;
        world_open(&world, NULL);
        assert_string_equal(outcome_after(&world, readings[i].list, readings[i].nth),
                            "changed_format");
        world_close(&world);
    }
}

static void a_304_that_was_asked_for_is_unchanged(void **state)
{
    struct world world;
    struct in_process run;

    (void)state;
    world_open(&world, NULL);
    in_process_add_list(&world, popular_films, 0);
    for (int i = 0; i < 2; i++) {
        in_process_sync(&(struct in_process_call){.world = &world, .dry_run = true}, &run);
        assert_int_equal(run.result.lists[0].outcome, i ? OUTCOME_UNCHANGED : OUTCOME_OK);
        in_process_release(&run);
    }
    world_close(&world);
}

/* Who asks, and how the run ends: a person must change something, or only time must pass. */
static const struct {
    const char *user, *state;
    int exit_code;
} requesters[] = {
    {"99", "completed_with_errors", 1}, /* there is no such user */
    {"3", "completed_with_errors", 1},  /* has no permission */
    {"4", "completed", 0},              /* may ask for two films a week */
    {"2", "completed", 0},
};

static void a_refused_requester_is_an_error_and_a_used_up_quota_is_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(requesters); i++) {
        struct world world;
        struct report report;
        world_open(&world, NULL);
        world_write(&world, "list.csv",
                    "tmdb_id,type\n603,movie\n13,movie\n680,movie\n155,movie\n");
        world_set(&world, "CUSTOM_LISTS", "file:list.csv");
        world_set(&world, "OVERSEERR_USER_ID", requesters[i].user);
        report_sync(&world, NULL, &report);
        assert_string_equal(report_text(&report, "state"), requesters[i].state);
        assert_int_equal(report.exit_code, requesters[i].exit_code);
        report_release(&report);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_that_hang_or_fail_are_given_up),
        cmocka_unit_test(looks_before_requests_that_hang_are_given_up),
        cmocka_unit_test(look_ups_that_fail_are_given_up),
        cmocka_unit_test(a_few_look_ups_that_fail_do_not_stop_the_others),
        cmocka_unit_test(film_pages_that_are_blocked_or_dead_are_given_up),
        cmocka_unit_test(two_bad_film_pages_do_not_hold_up_the_others),
        cmocka_unit_test(a_304_that_nobody_asked_for_is_not_unchanged),
        cmocka_unit_test(a_304_that_was_asked_for_is_unchanged),
        cmocka_unit_test(a_refused_requester_is_an_error_and_a_used_up_quota_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
