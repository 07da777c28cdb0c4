/*
 * Seerr in trouble. At the start each kind of trouble has its own sentence and exit code 3. In the
 * middle the sync ends in bounded time, keeps what it has, says what is left, and the next one
 * finishes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/report.h"
#include "support/small_sync.h"

/* How Seerr may be wrong from the start, and words of the sentence that tells it. */
static const struct opening {
    const char *options[3]; /* of the simulator */
    const char *config;     /* POST /sim/config; NULL: as it is */
    const char *fault;      /* POST /sim/faults; NULL: none */
    const char *key;
    const char *url; /* NULL: where the simulator is */
    const char *path;
    const char *words[3];
} openings[] = {
    {.url = "http://127.0.0.1:9", .words = {"127.0.0.1:9", "does not answer"}},
    {.key = "wrong", .words = {"does not accept the API key"}},
    {.config = "{\"csrf\": true}", .words = {"CSRF protection", "Settings, Network"}},
    {.options = {"--base-path", "/seerr"}, .words = {"web page", "base path"}},
    {.path = "/nowhere", .words = {"check", "base path"}},
    {.fault = "{\"match\": \"/api\", \"nth\": 0, \"action\": \"html\"}", .words = {"web page"}},
    {.fault = "{\"match\": \"/api\", \"nth\": 0, \"action\": \"garbage\"}",
     .words = {"not understood"}},
    {.fault = "{\"match\": \"/api\", \"nth\": 0, \"action\": \"status\"}",
     .words = {"HTTP 500", "simulated trouble"}},
    {.fault = "{\"match\": \"/api\", \"nth\": 0, \"action\": \"close\"}",
     .words = {"closed the connection"}},
    {.fault = "{\"match\": \"/api\", \"nth\": 0, \"action\": \"status\", \"status\": 200,"
              " \"body\": \"{}\"}",
     .words = {"is not Overseerr, Jellyseerr or Seerr"}},
    {.fault = "{\"match\": \"/api\", \"nth\": 0, \"action\": \"status\", \"status\": 404,"
              " \"body\": \"\"}",
     .words = {"base path"}},
};

static void open_for(const struct opening *opening, struct world *world)
{
    world_open(world, opening->options);
    world_write(world, "list.csv", "tmdb_id,type\n603,movie\n");
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
    AUTO_FREE char *url = memory_print("%s%s", opening->url ? opening->url : world->sim.url,
                                       opening->path ? opening->path : "");
    world_set(world, "OVERSEERR_URL", url);
    if (opening->key)
        world_set(world, "OVERSEERR_API_KEY", opening->key);
    if (opening->config)
        sim_tell(&world->sim, "/sim/config", opening->config);
    if (opening->fault)
        sim_tell(&world->sim, "/sim/faults", opening->fault);
}

static void each_wrong_start_has_its_own_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(openings); i++) {
        struct world world;
        struct report report;
        open_for(&openings[i], &world);
        report_sync(&world, NULL, &report);
        for (const char *const *word = openings[i].words; *word; word++)
            if (!strstr(buffer_string(&report.errors), *word))
                fail_msg("%zu: no \"%s\" in: %s", i, *word, buffer_string(&report.errors));
        if (report.exit_code != 3)
            fail_msg("%zu: exit code %d", i, report.exit_code);
        assert_string_equal(report_text(&report, "state"), "failed");
        assert_int_equal(report_requests(&world.sim), 0);
        report_release(&report);
        world_close(&world);
    }
}

static void the_right_base_path_is_found_with_and_without_a_slash(void **state)
{
    static const char *const paths[] = {"/seerr", "/seerr/", "/seerr/api/v1"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
        struct world world;
        struct report report;
        open_for(&(struct opening){.options = {"--base-path", "/seerr"}, .path = paths[i]}, &world);
        report_sync(&world, NULL, &report);
        assert_int_equal(report.exit_code, 0);
        assert_true(report_is_requested(&world.sim, "movie:603"));
        report_release(&report);
        world_close(&world);
    }
}

/* Each kind of call that a sync makes. */
static const char *const calls[] = {
    "GET /api/v1/settings/public", "GET /api/v1/auth/me", "GET /api/v1/media",
    "GET /api/v1/search",          "GET /api/v1/tv",      "GET /api/v1/movie",
    "POST /api/v1/request",
};

static const char *const troubles[] = {"hang", "close",  "garbage", "html",
                                       "slow", "status", "truncate"};

enum { CALL_LIMIT_MS = 150, RUN_LIMIT_MS = 20000 };

/* Whatever was not done says why. */
static void check_words(const struct in_process *run, const char *about)
{
    const struct stored_run *row = &run->result.run;

    if (run->code || row->duration_ms > RUN_LIMIT_MS)
        fail_msg("%s: %s after %d ms", about, run->error.message, (int)row->duration_ms);
    if (row->state == RUN_FAILED && text_is_empty(row->message))
        fail_msg("%s: the run failed and does not say why", about);
    for (size_t i = 0; i < run->result.items.count; i++) {
        const struct item *item = &run->result.items.items[i];
        bool is_left =
            item->status == ITEM_STATUS_ERROR || item->status == ITEM_STATUS_REQUEST_FAILED;
        if (is_left && text_is_empty(item->answer) && text_is_empty(item->reason))
            fail_msg("%s: %s is left without a word", about, item->title);
    }
}

/* `nth` 0: each such call; else the n-th alone. */
static void try_trouble(const struct small_sync *sync, const char *match, const char *action,
                        int nth, bool apply)
{
    struct in_process run;
    char about[200];
    struct in_process_call call = {
        .world = &sync->world, .timeout_ms = CALL_LIMIT_MS, .capped = match, .retries = 1};

    snprintf(about, sizeof(about),
             "{\"match\": \"%s\", \"action\": \"%s\", \"nth\": %d, \"apply\": %s, \"ms\": 20}",
             match, action, nth, apply ? "true" : "false");
    small_sync_start_over(sync);
    sim_tell(&sync->world.sim, "/sim/faults", about);
    in_process_sync(&call, &run);
    check_words(&run, about);
    in_process_release(&run);
    small_sync_check_promises(sync, about, nth);
    sim_forget_faults(&sync->world.sim);
    small_sync_check_next(sync, about, nth);
}

static void trouble_in_the_middle_is_survived(void **state)
{
    for (size_t i = 0; i < ARRAY_LENGTH(calls); i++)
        for (size_t k = 0; k < ARRAY_LENGTH(troubles); k++)
            for (int nth = 0; nth <= 2; nth++)
                try_trouble(*state, calls[i], troubles[k], nth, false);
}

static void a_request_whose_answer_is_lost_is_not_made_again(void **state)
{
    for (size_t k = 0; k < ARRAY_LENGTH(troubles); k++)
        for (int nth = 0; nth <= 5; nth++)
            try_trouble(*state, "POST /api/v1/request", troubles[k], nth, true);
}

static void what_was_made_before_the_trouble_stays_made(void **state)
{
    const struct small_sync *sync = *state;
    struct in_process run;
    struct in_process_call call = {.world = &sync->world, .retries = -1};

    small_sync_start_over(sync);
    sim_tell(&sync->world.sim, "/sim/faults",
             "{\"match\": \"POST /api/v1/request\", \"nth\": 3, \"times\": 100,"
             " \"action\": \"close\"}");
    in_process_sync(&call, &run);
    enum run_state ended = run.result.run.state;
    int64_t requested = run.result.counts.requested;
    int64_t left = run.result.counts.not_reached, failed = run.result.counts.error;
    in_process_release(&run);
    assert_int_equal(ended, RUN_FAILED);
    assert_int_equal(requested, 2);
    assert_int_equal(left, 3); /* they wait for Seerr; that it was away is no fault of theirs */
    assert_int_equal(failed, 0);
    assert_int_equal(report_requests(&sync->world.sim), 3); /* with the declined one */
    assert_int_equal(sim_seerr_calls(&sync->world.sim, "POST /api/v1/request"), 4);
    sim_forget_faults(&sync->world.sim);
    small_sync_check_next(sync, "closed from the third on", 3);
}

/* Kinds of call that hang for ever, and how often one is sent before the sync gives up. */
static const struct {
    const char *match, *route;
    int64_t most;
} hanging[] = {
    {"GET /api/v1/search", "GET /api/v1/search", 12},
    {"GET /api/v1/tv", "GET /api/v1/tv/{tvId}", 20},
    {"POST /api/v1/request", "POST /api/v1/request", 2},
};

/* A hundred titles that each wait for a timeout would take an hour in real life. */
static void a_seerr_that_hangs_is_given_up_after_a_few_calls(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(hanging); i++) {
        struct world world;
        struct in_process run;
        char fault[160];
        struct in_process_call call = {.world = &world,
                                       .timeout_ms = CALL_LIMIT_MS,
                                       .capped = hanging[i].match,
                                       .retries = -1};
        world_open(&world, (const char *[]){"--titles", "400", NULL});
        in_process_add_list(&world, "imdb:ls9000000100", 0);
        in_process_add_list(&world, "trakt:shows/popular", 0);
        snprintf(fault, sizeof(fault), "{\"match\": \"%s\", \"nth\": 0, \"action\": \"hang\"}",
                 hanging[i].match);
        sim_tell(&world.sim, "/sim/faults", fault);
        in_process_sync(&call, &run);
        bool is_done = run.result.run.state == RUN_COMPLETED;
        in_process_release(&run);
        int64_t sent = sim_seerr_calls(&world.sim, hanging[i].route);
        if (is_done || sent < 2 || sent > hanging[i].most)
            fail_msg("%s: sent %d times", hanging[i].match, (int)sent);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wrong_start_has_its_own_sentence),
        cmocka_unit_test(the_right_base_path_is_found_with_and_without_a_slash),
        cmocka_unit_test_setup_teardown(trouble_in_the_middle_is_survived, small_sync_set_up,
                                        small_sync_tear_down),
        cmocka_unit_test_setup_teardown(a_request_whose_answer_is_lost_is_not_made_again,
                                        small_sync_set_up, small_sync_tear_down),
        cmocka_unit_test_setup_teardown(what_was_made_before_the_trouble_stays_made,
                                        small_sync_set_up, small_sync_tear_down),
        cmocka_unit_test(a_seerr_that_hangs_is_given_up_after_a_few_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
