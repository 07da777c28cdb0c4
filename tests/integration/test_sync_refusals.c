/* Titles and users that Seerr says no to: never asked again, and each no has its own sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/in_process.h"
#include "support/report.h"

static const char one_film[] = "tmdb_id,title,year,type\n603,The Matrix,1999,movie\n";
static const char four_films_and_a_series[] = "tmdb_id,type\n603,movie\n13,movie\n680,movie\n"
                                              "278,movie\n94605,tv\n";

static void open_with(struct world *world, const char *list)
{
    world_open(world, NULL);
    world_write(world, "list.csv", list);
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
}

static void sync_expecting(const struct world *world, const char *decision, int64_t posts)
{
    struct report report;

    sim_tell(&world->sim, "/sim/counters/reset", NULL);
    report_sync(world, NULL, &report);
    if (strcmp(report_word(&report, "movie:603", "decision"), decision) != 0)
        fail_msg("%s instead of %s: %s", report_word(&report, "movie:603", "decision"), decision,
                 report_word(&report, "movie:603", "reason"));
    assert_int_equal(sim_seerr_calls(&world->sim, "POST /api/v1/request"), posts);
    report_check_promises(&world->sim);
    report_release(&report);
}

static void nothing(const struct sim *sim)
{
    (void)sim;
}

static void decline(const struct sim *sim)
{
    sim_tell(sim, "/sim/decline", "{\"kind\": \"movie\", \"tmdb\": 603}");
}

static void delete_media(const struct sim *sim)
{
    sim_tell(sim, "/sim/media", "{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 7}");
}

static void forget(const struct sim *sim)
{
    sim_tell(sim, "/sim/reset", NULL);
}

/* A request that was deleted leaves a title without a state behind. */
static void delete_request(const struct sim *sim)
{
    forget(sim);
    sim_tell(sim, "/sim/media", "{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 1}");
}

static void blocklist(const struct sim *sim)
{
    sim_tell(sim, "/sim/media", "{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 6}");
}

/* What happens in Seerr before the first sync and after it, and what every later sync decides. */
static const struct {
    void (*before)(const struct sim *sim);
    void (*after)(const struct sim *sim);
    const char *first, *later;
    bool is_request_made;
} refusals[] = {
    {decline, nothing, "skip_declined", "skip_declined", false},
    {delete_media, nothing, "skip_deleted", "skip_deleted", false},
    {nothing, decline, "request", "skip_declined", true},
    {nothing, delete_media, "request", "skip_deleted", true},
    {nothing, delete_request, "request", "skip_deleted", true},
    {nothing, forget, "request", "skip_deleted", true},
};

static void what_was_refused_is_not_asked_for_again_even_when_seerr_forgets(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++) {
        struct world world;
        open_with(&world, one_film);
        refusals[i].before(&world.sim);
        sync_expecting(&world, refusals[i].first, refusals[i].is_request_made);
        refusals[i].after(&world.sim);
        sync_expecting(&world, refusals[i].later, 0);
        forget(&world.sim);
        sync_expecting(&world, refusals[i].later, 0);
        sync_expecting(&world, refusals[i].later, 0);
        world_close(&world);
    }
}

static void a_person_may_allow_what_was_declined(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_with(&world, one_film);
    decline(&world.sim);
    sync_expecting(&world, "skip_declined", 0);
    forget(&world.sim);
    sync_expecting(&world, "skip_declined", 0);
    world_run(&world, (const char *[]){"allow", "movie:603", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    process_result_release(&result);
    sync_expecting(&world, "request", 1);
    world_close(&world);
}

/* The blocklist is Seerr's to keep: what is on it is left alone for as long as it is on it. */
static void the_blocklist_holds_as_long_as_it_stands(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, one_film);
    blocklist(&world.sim);
    sync_expecting(&world, "skip_blocklisted", 0);
    sync_expecting(&world, "skip_blocklisted", 0);
    forget(&world.sim);
    sync_expecting(&world, "request", 1);
    world_close(&world);
}

/* The state in both qualities, what is asked in, and what follows. */
static const struct {
    const char *media; /* POST /sim/media; NULL: unknown to Seerr */
    const char *is_4k;
    const char *decision;
} qualities[] = {
    {NULL, "true", "request"},
    {"{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 5}", "true", "request"},
    {"{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 5, \"status4k\": 5}", "true",
     "skip_available"},
    {"{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 1, \"status4k\": 3}", "true",
     "skip_requested"},
    {"{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 5, \"status4k\": 7}", "true",
     "skip_deleted"},
    {"{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 1, \"status4k\": 5}", "false", "request"},
    {"{\"kind\": \"movie\", \"tmdb\": 603, \"status\": 5, \"status4k\": 1}", "false",
     "skip_available"},
};

static void each_quality_is_judged_by_its_own_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(qualities); i++) {
        struct world world;
        open_with(&world, one_film);
        world_set(&world, "OVERSEERR_4K", qualities[i].is_4k);
        if (qualities[i].media)
            sim_tell(&world.sim, "/sim/media", qualities[i].media);
        bool is_request = strcmp(qualities[i].decision, "request") == 0;
        sync_expecting(&world, qualities[i].decision, is_request);
        AUTO_JSON struct json_value *requests = sim_get(&world.sim, "/sim/requests");
        const struct json_value *quality = json_value_get(json_value_at(requests, 0), "is4k");
        if (is_request)
            assert_int_equal(json_value_is_true(quality), strcmp(qualities[i].is_4k, "true") == 0);
        world_close(&world);
    }
}

static void a_refusal_in_one_quality_does_not_hold_in_the_other(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, one_film);
    sync_expecting(&world, "request", 1);
    decline(&world.sim);
    sync_expecting(&world, "skip_declined", 0);
    world_set(&world, "OVERSEERR_4K", "true");
    sync_expecting(&world, "request", 1);
    world_close(&world);
}

/* The text of a 403 and the words by which a person learns which of the four it was. */
static const struct {
    const char *message, *decision, *status, *words;
} noes[] = {
    {"You do not have permission to make movie requests.", "skip_limit", "error",
     "may not request films"},
    {"Movie Quota exceeded.", "skip_limit", "skipped", "quota"},
    {"This media is blocklisted.", "skip_blocklisted", "skipped", "blocklist"},
    {"This media is blacklisted.", "skip_blocklisted", "skipped", "blocklist"},
    {"You do not have permission to modify the request user.", "skip_limit", "error",
     "may not make requests as"},
};

static void each_403_has_its_own_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(noes); i++) {
        struct world world;
        struct report report;
        open_with(&world, one_film);
        AUTO_FREE char *fault =
            memory_print("{\"match\": \"POST /api/v1/request\", \"nth\": 0, \"action\": \"status\","
                         " \"status\": 403, \"body\": \"{\\\"message\\\": \\\"%s\\\"}\"}",
                         noes[i].message);
        sim_tell(&world.sim, "/sim/faults", fault);
        report_sync(&world, NULL, &report);
        assert_string_equal(report_word(&report, "movie:603", "decision"), noes[i].decision);
        assert_string_equal(report_word(&report, "movie:603", "status"), noes[i].status);
        if (!strstr(report_word(&report, "movie:603", "reason"), noes[i].words))
            fail_msg("no \"%s\" in: %s", noes[i].words,
                     report_word(&report, "movie:603", "reason"));
        report_release(&report);
        world_close(&world);
    }
}

static void a_user_without_permission_is_asked_for_once(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, four_films_and_a_series);
    world_set(&world, "OVERSEERR_USER_ID", "3");
    report_sync(&world, NULL, &report);
    assert_int_equal(report_count(&report, "requested"), 0);
    assert_int_equal(report_count(&report, "error"), 5); /* a person must change something */
    assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), 2); /* one of each kind */
    assert_non_null(strstr(report_word(&report, "movie:278", "reason"), "may not request films"));
    assert_non_null(strstr(report_word(&report, "tv:94605", "reason"), "may not request series"));
    report_release(&report);
    world_close(&world);
}

static void an_unknown_user_gets_nothing_and_is_named(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, four_films_and_a_series);
    world_set(&world, "OVERSEERR_USER_ID", "99");
    report_sync(&world, NULL, &report);
    assert_int_equal(report_count(&report, "requested"), 0);
    assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), 0);
    assert_non_null(strstr(report_word(&report, "movie:603", "reason"), "no user 99"));
    assert_non_null(strstr(buffer_string(&report.errors), "no user 99"));
    report_release(&report);
    world_close(&world);
}

/* User 4 may ask for two films and three seasons; user 2 for what it likes. */
static void a_used_up_quota_stops_that_user_and_that_kind_only(void **state)
{
    struct world world;
    struct in_process run;

    (void)state;
    open_with(&world, four_films_and_a_series);
    world_write(&world, "others.csv", "tmdb_id,type\n155,movie\n238,movie\n");
    AUTO_FREE char *limited = memory_print("file:%s/list.csv", world.folder);
    AUTO_FREE char *others = memory_print("file:%s/others.csv", world.folder);
    in_process_add_list(&world, limited, 4);
    in_process_add_list(&world, others, 2);
    in_process_sync(&(struct in_process_call){.world = &world}, &run);
    assert_int_equal(run.result.counts.requested, 5); /* two films, the series, two of user 2 */
    assert_int_equal(in_process_item(&run, "movie:680")->decision, DECISION_SKIP_LIMIT);
    assert_int_equal(in_process_item(&run, "movie:278")->decision, DECISION_SKIP_LIMIT);
    assert_non_null(strstr(in_process_item(&run, "movie:278")->reason, "quota of Seerr user 4"));
    assert_int_equal(in_process_item(&run, "tv:94605")->status, ITEM_STATUS_REQUESTED);
    assert_int_equal(in_process_item(&run, "movie:238")->status, ITEM_STATUS_REQUESTED);
    in_process_release(&run);
    assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), 6);
    report_check_promises(&world.sim);
    world_close(&world);
}

static void what_the_quota_held_back_is_asked_for_when_it_allows(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, four_films_and_a_series);
    world_set(&world, "OVERSEERR_USER_ID", "4");
    report_sync(&world, NULL, &report);
    assert_int_equal(report_count(&report, "requested"), 3);
    report_release(&report);
    world_set(&world, "OVERSEERR_USER_ID", "2");
    report_sync(&world, NULL, &report);
    assert_int_equal(report_count(&report, "requested"), 2);
    report_check_promises(&world.sim);
    report_release(&report);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_refused_is_not_asked_for_again_even_when_seerr_forgets),
        cmocka_unit_test(a_person_may_allow_what_was_declined),
        cmocka_unit_test(the_blocklist_holds_as_long_as_it_stands),
        cmocka_unit_test(each_quality_is_judged_by_its_own_state),
        cmocka_unit_test(a_refusal_in_one_quality_does_not_hold_in_the_other),
        cmocka_unit_test(each_403_has_its_own_sentence),
        cmocka_unit_test(a_user_without_permission_is_asked_for_once),
        cmocka_unit_test(an_unknown_user_gets_nothing_and_is_named),
        cmocka_unit_test(a_used_up_quota_stops_that_user_and_that_kind_only),
        cmocka_unit_test(what_the_quota_held_back_is_asked_for_when_it_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
