/* Sources in trouble: the last good reading stays in force, and its age is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/report.h"

/* What goes wrong with a list that was read well before, and how the fetch then ends. */
static const struct trouble {
    const char *setting, *type, *id;
    const char *list;   /* POST /sim/list; NULL: as it is */
    const char *fault;  /* POST /sim/faults; NULL: none */
    const char *config; /* POST /sim/config; NULL: as it is */
    const char *outcome;
} troubles[] = {
    {.setting = "IMDB_LISTS",
     .type = "imdb",
     .id = "ls000000001",
     .list = "{\"source\": \"imdb\", \"id\": \"ls000000001\", \"state\": \"private\"}",
     .outcome = "private"},
    {.setting = "IMDB_LISTS",
     .type = "imdb",
     .id = "ls000000001",
     .list = "{\"source\": \"imdb\", \"id\": \"ls000000001\", \"state\": \"missing\"}",
     .outcome = "not_found"},
    {.setting = "TRAKT_LISTS",
     .type = "trakt",
     .id = "demo/watchlist",
     .list = "{\"source\": \"trakt\", \"id\": \"demo/watchlist\", \"state\": \"missing\"}",
     .outcome = "not_found"},
    {.setting = "TRAKT_LISTS",
     .type = "trakt",
     .id = "demo/watchlist",
     .fault = "{\"match\": \"/host/api.trakt.tv\", \"nth\": 0, \"action\": \"status\","
              " \"status\": 403, \"body\": \"\"}",
     .outcome = "auth_failed"},
    {.setting = "TRAKT_LISTS",
     .type = "trakt",
     .id = "demo/watchlist",
     .list = "{\"source\": \"trakt\", \"id\": \"demo/watchlist\", \"drop\": [38]}",
     .config = "{\"headers\": {\"X-Pagination-Item-Count\": \"60\"}}",
     .outcome = "partial"},
    {.setting = "MDBLIST_LISTS",
     .type = "mdblist",
     .id = "demo/best-of-the-year",
     .list = "{\"source\": \"mdblist\", \"id\": \"demo/best-of-the-year\", \"state\": \"missing\"}",
     .outcome = "not_found"},
    {.setting = "MDBLIST_LISTS",
     .type = "mdblist",
     .id = "demo/best-of-the-year",
     .fault = "{\"match\": \"/host/mdblist.com\", \"nth\": 0, \"action\": \"garbage\"}",
     .outcome = "changed_format"},
    {.setting = "MDBLIST_LISTS",
     .type = "mdblist",
     .id = "demo/best-of-the-year",
     .fault = "{\"match\": \"/host/mdblist.com\", \"nth\": 0, \"action\": \"truncate\"}",
     .outcome = "unreachable"},
    {.setting = "STEVENLU_LISTS",
     .type = "stevenlu",
     .id = "movies.json",
     .fault = "{\"match\": \"/host/popular-movies\", \"nth\": 0, \"action\": \"close\"}",
     .outcome = "unreachable"},
    {.setting = "STEVENLU_LISTS",
     .type = "stevenlu",
     .id = "movies.json",
     .fault = "{\"match\": \"/host/popular-movies\", \"nth\": 0, \"action\": \"status\","
              " \"status\": 429, \"headers\": {\"Retry-After\": \"3600\"}}",
     .outcome = "rate_limited"},
};

static void make(const struct world *world, const struct trouble *trouble)
{
    if (trouble->list)
        sim_tell(&world->sim, "/sim/list", trouble->list);
    if (trouble->fault)
        sim_tell(&world->sim, "/sim/faults", trouble->fault);
    if (trouble->config)
        sim_tell(&world->sim, "/sim/config", trouble->config);
}

static void check(const struct trouble *trouble, const struct report *report, int64_t entries,
                  size_t items)
{
    const struct json_value *list = report_list(report, trouble->type, trouble->id);
    const char *outcome = json_value_get_text(list, "outcome");

    if (strcmp(outcome, trouble->outcome) != 0)
        fail_msg("%s:%s ended as %s instead of %s: %s", trouble->type, trouble->id, outcome,
                 trouble->outcome, json_value_get_text(list, "message"));
    assert_int_equal(report->exit_code, 1);
    assert_int_equal(json_value_get_integer(list, "items"), entries);
    assert_true(json_value_is_true(json_value_get(list, "from_last_good_reading")));
    assert_string_not_equal(json_value_get_text(list, "message"), "");
    assert_int_equal(report_items(report), items);
    assert_int_equal(report_count(report, "requested"), 0);
}

static void a_list_in_trouble_keeps_its_last_good_reading(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(troubles); i++) {
        struct world world;
        struct report report;
        const struct trouble *trouble = &troubles[i];
        world_open(&world, NULL);
        world_set(&world, trouble->setting, trouble->id);
        report_sync(&world, NULL, &report);
        const struct json_value *list = report_list(&report, trouble->type, trouble->id);
        int64_t entries = json_value_get_integer(list, "items");
        size_t items = report_items(&report);
        assert_int_equal(report.exit_code, 0);
        assert_true(entries > 5);
        report_release(&report);
        make(&world, trouble);
        report_sync(&world, NULL, &report);
        check(trouble, &report, entries, items);
        report_release(&report);
        report_check_promises(&world.sim);
        world_close(&world);
    }
}

static void a_blocked_list_takes_part_with_nothing_and_says_so(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "LETTERBOXD_LISTS", "blocked/watchlist");
    report_sync(&world, NULL, &report);
    const struct json_value *list = report_list(&report, "letterboxd", "blocked/watchlist");
    assert_int_equal(report.exit_code, 1);
    assert_string_equal(json_value_get_text(list, "outcome"), "blocked");
    assert_int_equal(json_value_get_integer(list, "items"), 0);
    assert_string_not_equal(json_value_get_text(list, "message"), "");
    report_release(&report);
    world_close(&world);
}

static void one_list_in_trouble_does_not_hold_up_the_others(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "list.csv", "tmdb_id,type\n603,movie\n");
    world_set(&world, "CUSTOM_LISTS", "file:list.csv,file:gone.csv");
    world_set(&world, "IMDB_LISTS", "ur00000002");
    report_sync(&world, NULL, &report);
    assert_int_equal(report.exit_code, 1);
    assert_string_equal(report_text(&report, "state"), "completed_with_errors");
    assert_non_null(strstr(report_text(&report, "message"), "2 of 3 lists could not be read: "));
    assert_non_null(strstr(report_text(&report, "message"), "imdb:ur00000002"));
    assert_string_equal(json_value_get_text(report_list(&report, "imdb", "ur00000002"), "outcome"),
                        "private");
    assert_true(report_is_requested(&world.sim, "movie:603"));
    report_release(&report);
    world_close(&world);
}

/* Fewer titles than before, but the source says so itself: that is a change, not trouble. */
static void a_list_that_shrank_honestly_is_believed(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ls000000001");
    report_sync(&world, (const char *[]){"--dry-run", NULL}, &report);
    size_t items = report_items(&report);
    AUTO_FREE char *first = memory_text(
        json_value_get_text(json_value_at(json_value_get(report.document, "items"), 0), "imdb_id"));
    report_release(&report);
    AUTO_FREE char *edit =
        memory_print("{\"source\": \"imdb\", \"id\": \"ls000000001\", \"drop\": [\"%s\"]}", first);
    sim_tell(&world.sim, "/sim/list", edit);
    report_sync(&world, (const char *[]){"--dry-run", NULL}, &report);
    assert_int_equal(report.exit_code, 0);
    assert_int_equal(report_items(&report), items - 1);
    report_release(&report);
    world_close(&world);
}

static void a_list_that_lost_its_answer_is_shown_with_its_age(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "STEVENLU_LISTS", "movies");
    world_run(&world, (const char *[]){"sync", NULL}, &result);
    process_result_release(&result);
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"/host/popular\", \"nth\": 0, \"action\": \"html\"}");
    world_run(&world, (const char *[]){"sync", NULL}, &result);
    if (!strstr(buffer_string(&result.out), "as read 20"))
        fail_msg("no age in: %s", buffer_string(&result.out));
    assert_non_null(strstr(buffer_string(&result.out), "could not be read"));
    process_result_release(&result);
    world_close(&world);
}

static void a_source_that_says_unchanged_costs_one_conditional_call(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "STEVENLU_LISTS", "movies");
    report_sync(&world, NULL, &report);
    report_release(&report);
    sim_tell(&world.sim, "/sim/counters/reset", NULL);
    report_sync(&world, NULL, &report);
    assert_int_equal(report.exit_code, 0);
    assert_string_equal(
        json_value_get_text(report_list(&report, "stevenlu", "movies.json"), "outcome"),
        "unchanged");
    assert_int_equal(report_number(&report, "source_calls"), 1);
    report_release(&report);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_in_trouble_keeps_its_last_good_reading),
        cmocka_unit_test(a_blocked_list_takes_part_with_nothing_and_says_so),
        cmocka_unit_test(one_list_in_trouble_does_not_hold_up_the_others),
        cmocka_unit_test(a_list_that_shrank_honestly_is_believed),
        cmocka_unit_test(a_list_that_lost_its_answer_is_shown_with_its_age),
        cmocka_unit_test(a_source_that_says_unchanged_costs_one_conditional_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
