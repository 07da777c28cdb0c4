/* Series: the seasons that are missing, all of them, by number, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/report.h"

/* Breaking Bad, five seasons and specials. */
enum { SERIES = 1396 };

static const char whole[] = "tmdb_id,title,year,type\n1396,Breaking Bad,2008,tv\n";

static void open_with(struct world *world, const char *list, const char *flavour)
{
    world_open(world, (const char *[]){"--flavour", flavour, NULL});
    world_write(world, "list.csv", list);
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
}

static void sync_expecting(const struct world *world, const char *decision, const char *seasons)
{
    struct report report;

    report_sync(world, NULL, &report);
    assert_int_equal(report.exit_code, 0);
    assert_string_equal(report_word(&report, "tv:1396", "decision"), decision);
    AUTO_FREE char *asked = report_seasons(&world->sim, SERIES);
    assert_string_equal(asked, seasons);
    report_check_promises(&world->sim);
    report_release(&report);
}

static void all_seasons_are_asked_for_by_number_without_specials(void **state)
{
    static const char *const flavours[] = {"seerr", "jellyseerr", "overseerr"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(flavours); i++) {
        struct world world;
        open_with(&world, whole, flavours[i]);
        sync_expecting(&world, "request", "1,2,3,4,5");
        world_close(&world);
    }
}

static void a_second_sync_needs_no_look(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, whole, "seerr");
    sync_expecting(&world, "request", "1,2,3,4,5");
    sim_tell(&world.sim, "/sim/counters/reset", NULL);
    sync_expecting(&world, "skip_requested", "1,2,3,4,5");
    assert_int_equal(sim_seerr_calls(&world.sim, NULL), 3);
    world_close(&world);
}

/* Somebody else is another ListSync, with a memory of its own. */
static void what_somebody_else_asked_for_is_not_asked_for_again(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, "tmdb_id,type,season\n1396,tv,1\n", "seerr");
    world_set(&world, "LISTSYNC_DATA_DIR", "somebody-else");
    sync_expecting(&world, "request", "1");
    world_write(&world, "list.csv", whole);
    world_set(&world, "LISTSYNC_DATA_DIR", "ours");
    sync_expecting(&world, "request", "1,2,3,4,5");
    sync_expecting(&world, "skip_requested", "1,2,3,4,5");
    world_close(&world);
}

/* What Seerr has of the series, and what is then asked for. */
static const struct {
    const char *media; /* POST /sim/media */
    const char *decision, *seasons;
} states[] = {
    {"{\"kind\": \"tv\", \"tmdb\": 1396, \"status\": 4, \"seasons\": [1, 2]}", "request", "3,4,5"},
    {"{\"kind\": \"tv\", \"tmdb\": 1396, \"status\": 4, \"seasons\": [2, 5]}", "request", "1,3,4"},
    {"{\"kind\": \"tv\", \"tmdb\": 1396, \"status\": 4, \"seasons\":"
     " [{\"seasonNumber\": 1, \"status\": 5}, {\"seasonNumber\": 2, \"status\": 3},"
     "  {\"seasonNumber\": 3, \"status\": 1}]}",
     "request", "3,4,5"},
    {"{\"kind\": \"tv\", \"tmdb\": 1396, \"status\": 4, \"seasons\": [1, 2, 3, 4, 5]}",
     "skip_partial_current", ""},
    {"{\"kind\": \"tv\", \"tmdb\": 1396, \"status\": 5}", "skip_available", ""},
    {"{\"kind\": \"tv\", \"tmdb\": 1396, \"status\": 6}", "skip_blocklisted", ""},
    {"{\"kind\": \"tv\", \"tmdb\": 1396, \"status\": 7}", "skip_deleted", ""},
};

static void only_the_seasons_that_are_missing_are_asked_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        struct world world;
        open_with(&world, whole, "seerr");
        sim_tell(&world.sim, "/sim/media", states[i].media);
        sync_expecting(&world, states[i].decision, states[i].seasons);
        world_close(&world);
    }
}

static void a_list_of_seasons_asks_for_those_seasons(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, "tmdb_id,type,season\n1396,tv,2\n1396,tv,4\n1396,tv,9\n", "seerr");
    sync_expecting(&world, "request", "2,4");
    report_sync(&world, NULL, &report);
    assert_int_equal(report_items(&report), 1);
    assert_int_equal(report_count(&report, "requested"), 0);
    report_release(&report);
    world_write(&world, "list.csv", whole);
    sync_expecting(&world, "request", "2,4,1,3,5");
    world_close(&world);
}

static void a_season_on_one_list_and_the_series_on_another_is_the_series(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, "tmdb_id,type,season\n1396,tv,2\n", "seerr");
    world_write(&world, "whole.csv", whole);
    world_set(&world, "CUSTOM_LISTS", "file:list.csv,file:whole.csv");
    sync_expecting(&world, "request", "1,2,3,4,5");
    world_close(&world);
}

static void specials_alone_are_nothing_to_ask_for(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, "title,tmdb_id,type,season\nBreaking Bad,1396,season,0\n", "overseerr");
    sync_expecting(&world, "skip_filtered", "");
    world_close(&world);
}

static void a_new_request_of_somebody_while_we_sync_is_seen_in_time(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, whole, "seerr");
    /* The snapshot comes from before: its answer says that Seerr knows nothing. */
    sim_tell(&world.sim, "/sim/media",
             "{\"kind\": \"tv\", \"tmdb\": 1396, \"status\": 4, \"seasons\": [1, 2, 3]}");
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"GET /api/v1/media\", \"action\": \"status\", \"status\": 200, \"body\":"
             " \"{\\\"pageInfo\\\":{\\\"results\\\":0},\\\"results\\\":[]}\"}");
    report_sync(&world, NULL, &report);
    AUTO_FREE char *asked = report_seasons(&world.sim, SERIES);
    assert_string_equal(asked, "4,5");
    report_release(&report);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_seasons_are_asked_for_by_number_without_specials),
        cmocka_unit_test(a_second_sync_needs_no_look),
        cmocka_unit_test(what_somebody_else_asked_for_is_not_asked_for_again),
        cmocka_unit_test(only_the_seasons_that_are_missing_are_asked_for),
        cmocka_unit_test(a_list_of_seasons_asks_for_those_seasons),
        cmocka_unit_test(a_season_on_one_list_and_the_series_on_another_is_the_series),
        cmocka_unit_test(specials_alone_are_nothing_to_ask_for),
        cmocka_unit_test(a_new_request_of_somebody_while_we_sync_is_seen_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
