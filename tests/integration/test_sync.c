/* `listsync sync` from the outside: what it asks for, what it leaves, and what it tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/report.h"

static const char three_films[] = "imdb_id,tmdb_id,title,year,type\n"
                                  "tt0133093,603,The Matrix,1999,movie\n"
                                  "tt0109830,13,Forrest Gump,1994,movie\n"
                                  "tt0110912,,Pulp Fiction,1994,movie\n";

static void open_with(struct world *world, const char *list)
{
    world_open(world, NULL);
    world_write(world, "list.csv", list);
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
}

static void the_first_sync_requests_everything(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, three_films);
    report_sync(&world, NULL, &report);
    assert_int_equal(report.exit_code, 0);
    assert_string_equal(report_text(&report, "state"), "completed");
    assert_int_equal(report_count(&report, "requested"), 3);
    assert_string_equal(report_word(&report, "movie:680", "status"), "requested");
    assert_string_equal(report_word(&report, "movie:680", "proof"), "imdb");
    assert_true(report_is_requested(&world.sim, "movie:603"));
    assert_true(report_is_requested(&world.sim, "movie:13"));
    assert_true(report_is_requested(&world.sim, "movie:680"));
    assert_int_equal(report_requests(&world.sim), 3);
    report_check_promises(&world.sim);
    report_release(&report);
    world_close(&world);
}

static void a_second_sync_asks_nothing(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, three_films);
    report_sync(&world, NULL, &report);
    report_release(&report);
    sim_tell(&world.sim, "/sim/counters/reset", NULL);

    report_sync(&world, NULL, &report);
    assert_int_equal(report.exit_code, 0);
    assert_int_equal(report_count(&report, "requested"), 0);
    assert_int_equal(report_count(&report, "already_requested"), 3);
    assert_int_equal(report_number(&report, "seerr_calls"), 3);
    assert_int_equal(sim_seerr_calls(&world.sim, NULL), 3);
    assert_int_equal(sim_seerr_calls(&world.sim, "GET /api/v1/settings/public"), 1);
    assert_int_equal(sim_seerr_calls(&world.sim, "GET /api/v1/auth/me"), 1);
    assert_int_equal(sim_seerr_calls(&world.sim, "GET /api/v1/media"), 1);
    report_check_promises(&world.sim);
    report_release(&report);
    world_close(&world);
}

static void a_dry_run_says_what_it_would_do_and_does_nothing(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, three_films);
    for (int round = 0; round < 2; round++) {
        report_sync(&world, (const char *[]){"--dry-run", NULL}, &report);
        assert_int_equal(report.exit_code, 0);
        assert_true(json_value_is_true(json_value_get(report.document, "dry_run")));
        assert_int_equal(report_count(&report, "requested"), 3);
        assert_string_equal(report_word(&report, "movie:603", "decision"), "request");
        assert_string_equal(report_word(&report, "movie:603", "status"), "would_be_synced");
        assert_int_equal(report_requests(&world.sim), 0);
        assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), 0);
        report_release(&report);
    }
    report_sync(&world, NULL, &report);
    assert_int_equal(report_count(&report, "requested"), 3);
    report_check_promises(&world.sim);
    report_release(&report);
    world_close(&world);
}

static void a_title_in_five_lists_is_one_item_with_five_sources(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, three_films);
    world_set(&world, "IMDB_LISTS", "ls000000004,top");
    world_set(&world, "TRAKT_LISTS", "demo/lists/everything");
    world_set(&world, "MDBLIST_LISTS", "demo/everything");
    report_sync(&world, (const char *[]){"--dry-run", NULL}, &report);
    assert_int_equal(report.exit_code, 0);
    const struct json_value *sources = json_value_get(report_item(&report, "movie:603"), "sources");
    assert_int_equal(json_value_count(sources), 5);
    assert_int_equal(json_value_count(json_value_get(report.document, "lists")), 5);
    size_t matrixes = 0;
    for (size_t i = 0; i < report_items(&report); i++) {
        const struct json_value *item = json_value_at(json_value_get(report.document, "items"), i);
        const char *imdb = json_value_get_text(item, "imdb_id");
        matrixes += imdb && strcmp(imdb, "tt0133093") == 0;
    }
    assert_int_equal(matrixes, 1);
    report_release(&report);
    world_close(&world);
}

static void check_keys(const struct json_value *object, const char *const *names)
{
    assert_true(json_value_is_object(object));
    for (; *names; names++)
        if (!json_value_get(object, *names))
            fail_msg("the key \"%s\" is missing", *names);
}

static void the_json_has_the_promised_shape(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, three_films);
    report_sync(&world, NULL, &report);
    const struct json_value *lists = json_value_get(report.document, "lists");
    const struct json_value *item = report_item(&report, "movie:603");
    check_keys(report.document,
               (const char *[]){"run_id", "mode", "state", "dry_run", "duration_ms", "lists",
                                "counts", "items", "seerr_calls", "source_calls", NULL});
    check_keys(json_value_at(lists, 0),
               (const char *[]){"type", "id", "outcome", "items", "message", NULL});
    check_keys(json_value_get(report.document, "counts"),
               (const char *[]){"requested", "already_requested", "already_available", "skipped",
                                "not_found", "error", "unmatched", "not_reached", NULL});
    check_keys(item, (const char *[]){"title", "year", "media_type", "tmdb_id", "imdb_id",
                                      "decision", "status", "reason", "sources", NULL});
    check_keys(json_value_at(json_value_get(item, "sources"), 0),
               (const char *[]){"type", "id", NULL});
    assert_string_equal(report_text(&report, "mode"), "full");
    assert_string_equal(json_value_get_text(item, "title"), "The Matrix");
    assert_int_equal(json_value_get_integer(item, "year"), 1999);
    assert_string_equal(json_value_get_text(item, "imdb_id"), "tt0133093");
    report_release(&report);
    world_close(&world);
}

/* What is named on the command line, and the mode that the run then has. */
static const struct {
    const char *const words[6];
    const char *mode;
    size_t lists;
} choices[] = {
    {{"--list", "mdblist:demo/empty"}, "single", 1},
    {{"--list", "https://mdblist.com/lists/demo/empty"}, "single", 1},
    {{"--list", "mdblist:demo/empty", "--list", "file:other.csv"}, "custom", 2},
    {{"--list", "mdblist:demo/empty", "--list", "https://mdblist.com/lists/demo/empty"},
     "single",
     1},
};

static void a_list_of_the_command_line_is_synced_once_and_not_kept(void **state)
{
    struct world world;
    struct report report;
    struct process_result lists;

    (void)state;
    open_with(&world, three_films);
    world_write(&world, "other.csv", "tt0109830\n");
    for (size_t i = 0; i < ARRAY_LENGTH(choices); i++) {
        report_sync(&world, choices[i].words, &report);
        assert_int_equal(report.exit_code, 0);
        assert_string_equal(report_text(&report, "mode"), choices[i].mode);
        assert_int_equal(json_value_count(json_value_get(report.document, "lists")),
                         choices[i].lists);
        report_release(&report);
    }
    assert_false(report_is_requested(&world.sim, "movie:603"));
    assert_true(report_is_requested(&world.sim, "movie:13"));
    world_run(&world, (const char *[]){"lists", NULL}, &lists);
    assert_non_null(strstr(buffer_string(&lists.out), "file:list.csv"));
    assert_non_null(strstr(buffer_string(&lists.out), "custom:file:other.csv  once"));
    process_result_release(&lists);
    world_close(&world);
}

static void quiet_says_nothing_when_all_is_well(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_with(&world, three_films);
    world_run(&world, (const char *[]){"sync", "--quiet", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    assert_string_equal(buffer_string(&result.out), "");
    assert_string_equal(buffer_string(&result.errors), "");
    process_result_release(&result);
    world_set(&world, "OVERSEERR_API_KEY", "another");
    world_run(&world, (const char *[]){"sync", "--quiet", NULL}, &result);
    assert_int_equal(result.exit_code, 3);
    assert_string_equal(buffer_string(&result.out), "");
    assert_non_null(strstr(buffer_string(&result.errors), "API key"));
    process_result_release(&result);
    world_close(&world);
}

static void the_text_names_every_title_and_ends_with_a_summary(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_with(&world, three_films);
    world_run(&world, (const char *[]){"sync", NULL}, &result);
    const char *text = buffer_string(&result.out);
    assert_non_null(strstr(text, "The Matrix"));
    assert_non_null(strstr(text, "Requested (3)"));
    assert_non_null(strstr(text, "Run 1 completed"));
    assert_null(strchr(text, '\033'));
    process_result_release(&result);
    world_close(&world);
}

/* One setting made wrong, and the exit code that follows. */
static const struct {
    const char *name, *value;
    int exit_code;
} exits[] = {
    {"CUSTOM_LISTS", "file:list.csv", 0},
    {"CUSTOM_LISTS", "file:list.csv,file:missing.csv", 1},
    {"CUSTOM_LISTS", NULL, 2},
    {"OVERSEERR_URL", NULL, 2},
    {"OVERSEERR_API_KEY", NULL, 2},
    {"OVERSEERR_API_KEY", "another", 3},
};

static void exit_codes_tell_how_it_ended(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(exits); i++) {
        struct world world;
        struct report report;
        open_with(&world, three_films);
        world_set(&world, exits[i].name, exits[i].value);
        report_sync(&world, NULL, &report);
        assert_int_equal(report.exit_code, exits[i].exit_code);
        if (exits[i].exit_code > 0)
            assert_true(report.errors.length > 0 || report.exit_code == 1);
        report_release(&report);
        world_close(&world);
    }
}

static void a_thousand_films_cost_two_calls_each_and_then_none(void **state)
{
    struct world world;
    struct report report;
    enum { FILMS = 1000, FIXED = 3 };

    (void)state;
    world_open(&world, (const char *[]){"--titles", "1200", NULL});
    world_set(&world, "MDBLIST_LISTS", "bench/films-1000");
    report_sync(&world, NULL, &report);
    assert_int_equal(report.exit_code, 0);
    assert_int_equal(report_count(&report, "requested"), FILMS);
    assert_true(report_number(&report, "seerr_calls") <= 2 * FILMS + FIXED);
    assert_true(sim_seerr_calls(&world.sim, NULL) <= 2 * FILMS + FIXED);
    assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), FILMS);
    report_release(&report);
    sim_tell(&world.sim, "/sim/counters/reset", NULL);
    report_sync(&world, NULL, &report);
    assert_int_equal(report_count(&report, "already_requested"), FILMS);
    assert_int_equal(sim_seerr_calls(&world.sim, NULL), FIXED);
    report_check_promises(&world.sim);
    report_release(&report);
    world_close(&world);
}

static void what_seerr_cannot_hold_is_reported_as_such(void **state)
{
    struct world world;
    struct report report;
    size_t filtered = 0;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ls000000001");
    report_sync(&world, (const char *[]){"--dry-run", NULL}, &report);
    const struct json_value *items = json_value_get(report.document, "items");
    for (size_t i = 0; i < json_value_count(items); i++) {
        const struct json_value *item = json_value_at(items, i);
        if (strcmp(json_value_get_text(item, "decision"), "skip_filtered") != 0)
            continue;
        filtered++;
        assert_string_equal(json_value_get_text(item, "status"), "skipped");
        assert_non_null(strstr(json_value_get_text(item, "reason"), "Seerr cannot hold"));
    }
    assert_int_equal(filtered, 2); /* a game and an episode */
    report_release(&report);
    world_close(&world);
}

static void requests_are_made_in_the_name_of_the_chosen_user(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, three_films);
    world_set(&world, "OVERSEERR_USER_ID", "2");
    report_sync(&world, NULL, &report);
    assert_int_equal(report_count(&report, "requested"), 3);
    AUTO_JSON struct json_value *requests = sim_get(&world.sim, "/sim/requests");
    for (size_t i = 0; i < json_value_count(requests); i++)
        assert_int_equal(json_value_get_integer(json_value_at(requests, i), "requestedBy"), 2);
    assert_non_null(strstr(report_word(&report, "movie:603", "answer"), "waits for approval"));
    report_release(&report);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_sync_requests_everything),
        cmocka_unit_test(a_second_sync_asks_nothing),
        cmocka_unit_test(a_dry_run_says_what_it_would_do_and_does_nothing),
        cmocka_unit_test(a_title_in_five_lists_is_one_item_with_five_sources),
        cmocka_unit_test(the_json_has_the_promised_shape),
        cmocka_unit_test(a_list_of_the_command_line_is_synced_once_and_not_kept),
        cmocka_unit_test(quiet_says_nothing_when_all_is_well),
        cmocka_unit_test(the_text_names_every_title_and_ends_with_a_summary),
        cmocka_unit_test(exit_codes_tell_how_it_ended),
        cmocka_unit_test(a_thousand_films_cost_two_calls_each_and_then_none),
        cmocka_unit_test(what_seerr_cannot_hold_is_reported_as_such),
        cmocka_unit_test(requests_are_made_in_the_name_of_the_chosen_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
