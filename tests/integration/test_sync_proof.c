/* A title is requested only if it is proved to be the one that the list means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/report.h"

static const char post[] = "POST /api/v1/request";

static void open_with(struct world *world, const char *list)
{
    world_open(world, NULL);
    world_write(world, "list.csv", list);
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
}

static void check_words(const struct report *report, const char *title, const char *words)
{
    const char *reason = report_word(report, title, "reason");

    if (!strstr(reason, words))
        fail_msg("%s: no \"%s\" in: %s", title, words, reason);
}

/* One sync after which Seerr holds so many requests. */
static void sync_expecting(const struct world *world, const char *title, const char *decision,
                           const char *words, size_t requests)
{
    struct report report;

    report_sync(world, NULL, &report);
    if (strcmp(report_word(&report, title, "decision"), decision) != 0)
        fail_msg("%s: %s instead of %s: %s", title, report_word(&report, title, "decision"),
                 decision, report_word(&report, title, "reason"));
    check_words(&report, title, words);
    assert_int_equal(report_requests(&world->sim), requests);
    report_check_promises(&world->sim);
    report_release(&report);
}

/* Two films of one name in neighbouring years, and one film alone. */
static const char twins[] = "kind\ttmdb\timdb\ttvdb\ttitle\toriginal_title\tyear\tseasons\n"
                            "movie\t990001\ttt9900001\t\tThe Twin Lantern\t\t2000\t\n"
                            "movie\t990002\ttt9900002\t\tThe Twin Lantern\t\t2001\t\n"
                            "movie\t990003\ttt9900003\t\tThe Lone Lantern\t\t2000\t\n";
static const char twin[] = "title,year,type\nThe Twin Lantern,2000,movie\n";
static const char called_so[] = "two films are called \"The Twin Lantern\"";

static void open_twins(struct world *world, const char *list)
{
    open_with(world, list);
    world_restart(world, twins, NULL);
}

/* The n-th search, and those after it, answer as Seerr does while TMDB is in trouble. */
static void empty_searches(const struct sim *sim, int nth, int times)
{
    AUTO_FREE char *fault = memory_print(
        "{\"match\": \"GET /api/v1/search\", \"nth\": %d, \"times\": %d, \"action\": \"status\","
        " \"status\": 200, \"body\":"
        " \"{\\\"page\\\":1,\\\"totalPages\\\":1,\\\"totalResults\\\":0,\\\"results\\\":[]}\"}",
        nth, times);
    sim_tell(sim, "/sim/faults", fault);
}

static void twins_in_neighbouring_years_are_told_from_each_other_by_nobody(void **state)
{
    struct world world;

    (void)state;
    open_twins(&world, "title,year,type\nThe Twin Lantern,2000,movie\n"
                       "The Lone Lantern,2000,movie\n");
    sync_expecting(&world, "The Twin Lantern", "unmatched", called_so, 1);
    assert_true(report_is_requested(&world.sim, "movie:990003"));
    world_close(&world);
}

/* The years 2000, 1999, 2001; the empty ones again; the look-up that shows TMDB to be well. */
static void an_empty_answer_for_one_year_does_not_hide_a_twin(void **state)
{
    (void)state;
    for (int nth = 1; nth <= 5; nth++) {
        struct world world;
        struct report report;
        open_twins(&world, twin);
        empty_searches(&world.sim, nth, 1);
        report_sync(&world, NULL, &report);
        assert_string_equal(report_word(&report, "The Twin Lantern", "decision"), "unmatched");
        report_release(&report);
        sim_forget_faults(&world.sim);
        sync_expecting(&world, "The Twin Lantern", "unmatched", called_so, 0);
        world_close(&world);
    }
}

/* What one answer hid is not remembered: the next sync searches anew. */
static void what_trouble_hid_is_searched_for_again(void **state)
{
    struct world world;

    (void)state;
    open_twins(&world, twin);
    empty_searches(&world.sim, 3, 1);
    sync_expecting(&world, "The Twin Lantern", "unmatched", "could not be looked up now", 0);
    sim_forget_faults(&world.sim);
    sim_tell(&world.sim, "/sim/counters/reset", NULL);
    sync_expecting(&world, "The Twin Lantern", "unmatched", called_so, 0);
    assert_int_equal(sim_seerr_calls(&world.sim, "GET /api/v1/search"), 5);
    world_close(&world);
}

/* TMDB fails from the twin's year on, so that asking twice shows nothing either. */
static void trouble_that_lasts_is_shown_by_the_one_call_that_fails(void **state)
{
    struct world world;

    (void)state;
    open_twins(&world, twin);
    empty_searches(&world.sim, 3, 3);
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"GET /api/v1/search\", \"nth\": 6, \"action\": \"status\"}");
    sync_expecting(&world, "The Twin Lantern", "unmatched", "could not be looked up now", 0);
    sim_forget_faults(&world.sim);
    sync_expecting(&world, "The Twin Lantern", "unmatched", called_so, 0);
    world_close(&world);
}

/* Twenty-four titles of one year: two pages. */
static void open_with_two_pages(struct world *world)
{
    AUTO_BUFFER struct buffer rows = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&rows, twins);
    for (int i = 1; i <= 23; i++)
        buffer_print(&rows, "movie\t%d\ttt98000%02d\t\tThe Lone Lantern %d\t\t2000\t\n", 980000 + i,
                     i, i);
    open_with(world, "title,year,type\nThe Lone Lantern,2000,movie\n");
    world_restart(world, buffer_string(&rows), NULL);
}

static void both_pages_of_a_year_are_read_before_a_title_is_the_only_one(void **state)
{
    struct world world;

    (void)state;
    open_with_two_pages(&world);
    sync_expecting(&world, "movie:990003", "request", "", 1);
    assert_int_equal(sim_seerr_calls(&world.sim, "GET /api/v1/search"), 7);
    world_close(&world);
}

static void a_second_page_that_says_otherwise_than_the_first_proves_nothing(void **state)
{
    static const char *const counts[] = {"\\\"totalPages\\\":3,\\\"totalResults\\\":24",
                                         "\\\"totalPages\\\":2,\\\"totalResults\\\":44",
                                         "\\\"totalPages\\\":1,\\\"totalResults\\\":0"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(counts); i++) {
        struct world world;
        open_with_two_pages(&world);
        AUTO_FREE char *fault = memory_print("{\"match\": \"GET /api/v1/search\", \"nth\": 2,"
                                             " \"action\": \"status\", \"status\": 200, \"body\":"
                                             " \"{\\\"page\\\":2,%s,\\\"results\\\":[]}\"}",
                                             counts[i]);
        sim_tell(&world.sim, "/sim/faults", fault);
        struct report report;
        report_sync(&world, NULL, &report);
        assert_string_equal(report_word(&report, "The Lone Lantern", "decision"), "unmatched");
        assert_int_equal(report_requests(&world.sim), 0);
        report_release(&report);
        sync_expecting(&world, "movie:990003", "request", "", 1);
        world_close(&world);
    }
}

/* Fight Club is 550 and tt0137523; The Matrix is 603 and tt0133093. */
static const char torn[] = "imdb_id,tmdb_id,title,year,type\ntt0133093,550,The Matrix,1999,movie\n";

static void a_number_that_contradicts_what_its_imdb_id_once_was_is_not_requested(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, "imdb_id\ntt0133093\n");
    sync_expecting(&world, "movie:603", "request", "", 1);
    world_write(&world, "list.csv", torn);
    sync_expecting(&world, "The Matrix", "unmatched", "the TMDB number 550", 1);
    sync_expecting(&world, "The Matrix", "unmatched",
                   "beside the IMDb id tt0133093, which is the film 603", 1);
    assert_false(report_is_requested(&world.sim, "movie:550"));
    world_close(&world);
}

static void a_number_that_has_another_imdb_id_in_seerr_is_not_requested(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, torn);
    for (int i = 0; i < 2; i++)
        sync_expecting(&world, "movie:550", "unmatched",
                       "gives the IMDb id tt0133093 and the TMDB number 550, but that number is "
                       "tt0137523",
                       0);
    assert_int_equal(sim_seerr_calls(&world.sim, post), 0);
    world_close(&world);
}

/* Rows with a number, and what comes of them at whatever place of the list they stand. */
static const struct {
    const char *row, *title, *decision, *words;
} numbers[] = {
    {"tt0133093,550,,,movie", "movie:550", "unmatched", "tt0137523"},
    {",278,The Matrix,1999,movie", "movie:278", "unmatched", "The Shawshank Redemption"},
    {"tt0903747,94605,Breaking Bad,2008,tv", "tv:94605", "unmatched", "tt0903747"},
    {",94605,Breaking Bad,2008,tv", "tv:94605", "unmatched", "Arcane"},
    {",603,Matrix - die Welt,1999,movie", "movie:603", "request", ""},
    {",603,Matrix - die Welt,2000,movie", "movie:603", "request", ""},
    {",603,The Matrix,2011,movie", "movie:603", "request", ""},
    {"tt0133093,603,Matrix - die Welt,2011,movie", "movie:603", "request", ""},
    {",603,,,movie", "movie:603", "request", ""},
};

static void a_number_of_another_work_is_not_requested_and_a_translated_title_is(void **state)
{
    static const char *const before[] = {"", ",13,,,movie\n,680,,,movie\n,155,,,movie\n"
                                             ",238,,,movie\n,424,,,movie\n,122,,,movie\n"
                                             ",129,,,movie\n,769,,,movie\n,497,,,movie\n"
                                             ",637,,,movie\n,27205,,,movie\n,157336,,,movie\n"};

    (void)state;
    for (size_t place = 0; place < ARRAY_LENGTH(before); place++) {
        for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
            struct world world;
            AUTO_FREE char *list = memory_print("imdb_id,tmdb_id,title,year,type\n%s%s\n",
                                                before[place], numbers[i].row);
            bool is_request = strcmp(numbers[i].decision, "request") == 0;
            open_with(&world, list);
            sync_expecting(&world, numbers[i].title, numbers[i].decision, numbers[i].words,
                           (place ? 12 : 0) + (size_t)is_request);
            world_close(&world);
        }
    }
}

/* A film that nobody can hold against its list because the look at it got no answer. */
static void a_number_that_could_not_be_looked_at_waits_for_the_next_sync(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, torn);
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"GET /api/v1/movie\", \"nth\": 0, \"action\": \"close\"}");
    struct report report;
    report_sync(&world, NULL, &report);
    assert_string_equal(report_word(&report, "movie:550", "status"), "error");
    assert_int_equal(report_requests(&world.sim), 0);
    report_release(&report);
    sim_forget_faults(&world.sim);
    sync_expecting(&world, "movie:550", "unmatched", "tt0137523", 0);
    world_close(&world);
}

/* "$" is a film of 1971 in TMDB, "..." another; neither is known by what is left of its name. */
static const char nameless[] = "movie\t990010\ttt9900010\t\t$\t\t1971\t\n"
                               "movie\t990011\ttt9900011\t\t...\t\t1971\t\n";

static void titles_that_fold_to_nothing_are_never_taken_for_each_other(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, "title,year,type\n$,1971,movie\n???,1971,movie\n\xff\xfe,1971,movie\n"
                      "\xc3(\xff,1971,movie\n");
    world_restart(&world, nameless, NULL);
    for (int i = 0; i < 2; i++) {
        report_sync(&world, NULL, &report);
        assert_int_equal(report_items(&report), 4);
        assert_int_equal(report_count(&report, "unmatched"), 4);
        assert_int_equal(report_requests(&world.sim), 0);
        assert_int_equal(sim_seerr_calls(&world.sim, "GET /api/v1/search"), 0);
        report_release(&report);
    }
    world_close(&world);
}

/* An id proves them; what the id map learned of one is not told of the other. */
static void an_identity_that_was_proved_for_one_nameless_title_is_not_another_ones(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, "imdb_id,title,year,type\ntt9900010,$,1971,movie\n");
    world_restart(&world, nameless, NULL);
    sync_expecting(&world, "movie:990010", "request", "", 1);
    world_write(&world, "list.csv", "imdb_id,title,year,type\n,...,1971,movie\n");
    sync_expecting(&world, "...", "unmatched", "", 1);
    world_write(&world, "list.csv",
                "imdb_id,title,year,type\ntt9900010,$,1971,movie\n"
                "tt9900011,...,1971,movie\n");
    sync_expecting(&world, "movie:990011", "request", "", 2);
    world_close(&world);
}

/* tt0116282 is the film Fargo of 1996. */
static const struct {
    const char *row, *title, *decision, *words;
} kinds[] = {
    {"tt0116282,Fargo,2014,tv", "Fargo", "unmatched", "is the film \"Fargo\" (1996)"},
    {"tt0133093,Breaking Bad,2008,tv", "Breaking Bad", "unmatched", "tt0133093"},
    {"tt0903747,The Matrix,1999,movie", "The Matrix", "unmatched", "is the series"},
    {"tt0116282,Fargo,1996,tv", "movie:275", "request", ""},
    {"tt0116282,Fargo,1997,tv", "movie:275", "request", ""},
    {"tt0116282,,,tv", "movie:275", "request", ""},
    {"tt0903747,Breaking Bad,2008,movie", "tv:1396", "request", ""},
};

static void an_imdb_id_of_the_other_kind_counts_only_for_the_same_work(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        struct world world;
        AUTO_FREE char *list = memory_print("imdb_id,title,year,type\n%s\n", kinds[i].row);
        bool is_request = strcmp(kinds[i].decision, "request") == 0;
        open_with(&world, list);
        sync_expecting(&world, kinds[i].title, kinds[i].decision, kinds[i].words, is_request);
        sync_expecting(&world, kinds[i].title, is_request ? "skip_requested" : "unmatched",
                       kinds[i].words, is_request);
        world_close(&world);
    }
}

/* What a list may write as a season, and what is asked for: never the whole series by mistake. */
static const struct {
    const char *name, *list, *asked;
} seasons[] = {
    {"list.csv", "tmdb_id,type,season\n1396,tv,S02\n", ""},
    {"list.csv", "tmdb_id,type,season\n1396,tv,2.0\n", ""},
    {"list.csv", "tmdb_id,type,season\n1396,tv,0\n", ""},
    {"list.csv", "tmdb_id,type,season\n1396,tv,-1\n", ""},
    {"list.csv", "tmdb_id,type,season\n1396,tv,99999999999\n", ""},
    {"list.csv", "tmdb_id,type,season\n1396,season,all\n", ""},
    {"list.csv", "tmdb_id,type,season\n1396,tv,2\n", "2"},
    {"list.csv", "tmdb_id,type,season\n1396,tv,\n", "1,2,3,4,5"},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": \"S02\"}]", ""},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": 2.0}]", ""},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": 0}]", ""},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": [2]}]", ""},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": {\"number\": 2}}]", "2"},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": {\"number\": 2.5}}]", ""},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": {\"name\": \"Two\"}}]", ""},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": true}]", ""},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": 2}]", "2"},
    {"list.json", "[{\"tmdb_id\": 1396, \"type\": \"tv\", \"season\": null}]", "1,2,3,4,5"},
};

static void a_season_that_is_not_understood_never_asks_for_the_whole_series(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(seasons); i++) {
        struct world world;
        struct report report;
        world_open(&world, NULL);
        world_write(&world, seasons[i].name, seasons[i].list);
        AUTO_FREE char *name = memory_print("file:%s", seasons[i].name);
        world_set(&world, "CUSTOM_LISTS", name);
        report_sync(&world, NULL, &report);
        AUTO_FREE char *asked = report_seasons(&world.sim, 1396);
        if (strcmp(asked, seasons[i].asked) != 0)
            fail_msg("%s: asked for \"%s\"", seasons[i].list, asked);
        report_release(&report);
        world_close(&world);
    }
}

/* TMDB dropped these numbers: nothing has them any more. */
static void a_dead_number_of_a_list_is_asked_for_once(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, "tmdb_id,title,year,type\n999999901,Gone,1999,movie\n");
    sync_expecting(&world, "Gone", "request", "", 0);
    for (int i = 0; i < 2; i++)
        sync_expecting(&world, "Gone", "unmatched", "TMDB has no film with the number", 0);
    assert_int_equal(sim_seerr_calls(&world.sim, post), 1);
    world_close(&world);
}

static void a_dead_number_of_the_id_map_is_asked_for_once(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    open_with(&world, "imdb_id,title,year,type\ntt0133093,The Matrix,1999,movie\n");
    report_sync(&world, (const char *[]){"--dry-run", NULL}, &report);
    report_release(&report);
    world_restart(&world, twins, NULL);
    sync_expecting(&world, "The Matrix", "request", "", 0);
    for (int i = 0; i < 2; i++)
        sync_expecting(&world, "The Matrix", "unmatched", "TMDB has no film with the number", 0);
    assert_int_equal(sim_seerr_calls(&world.sim, post), 1);
    world_close(&world);
}

/* One series that TMDB dropped and one that it has. */
static void sync_dead_series(const struct world *world, const char *other, const char *status,
                             int64_t looks)
{
    struct report report;
    AUTO_FREE char *list =
        memory_print("tmdb_id,title,type\n999999902,Gone,tv\n%s,Other,tv\n", other);

    world_write(world, "list.csv", list);
    sim_tell(&world->sim, "/sim/counters/reset", NULL);
    report_sync(world, NULL, &report);
    if (strcmp(report_word(&report, "Gone", "status"), status) != 0)
        fail_msg("%s instead of %s", report_word(&report, "Gone", "status"), status);
    assert_int_equal(sim_seerr_calls(&world->sim, "GET /api/v1/tv/{tvId}"), looks);
    assert_false(report_is_requested(&world->sim, "tv:999999902"));
    report_release(&report);
}

static void a_series_that_was_not_shown_twice_while_others_were_is_not_found(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, "");
    sync_dead_series(&world, "1396", "error", 2);
    sync_dead_series(&world, "94605", "not_found", 2);
    sync_dead_series(&world, "1399", "not_found", 1);
    assert_int_equal(report_requests(&world.sim), 3);
    world_close(&world);
}

/* TMDB in trouble looks the same, but then it shows no series at all. */
static void a_series_is_not_given_up_while_no_other_is_shown(void **state)
{
    struct world world;

    (void)state;
    open_with(&world, "");
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\": \"GET /api/v1/tv\", \"nth\": 0, \"action\": \"status\"}");
    for (int i = 0; i < 3; i++)
        sync_dead_series(&world, "1396", "error", 2);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twins_in_neighbouring_years_are_told_from_each_other_by_nobody),
        cmocka_unit_test(an_empty_answer_for_one_year_does_not_hide_a_twin),
        cmocka_unit_test(what_trouble_hid_is_searched_for_again),
        cmocka_unit_test(trouble_that_lasts_is_shown_by_the_one_call_that_fails),
        cmocka_unit_test(both_pages_of_a_year_are_read_before_a_title_is_the_only_one),
        cmocka_unit_test(a_second_page_that_says_otherwise_than_the_first_proves_nothing),
        cmocka_unit_test(a_number_that_contradicts_what_its_imdb_id_once_was_is_not_requested),
        cmocka_unit_test(a_number_that_has_another_imdb_id_in_seerr_is_not_requested),
        cmocka_unit_test(a_number_of_another_work_is_not_requested_and_a_translated_title_is),
        cmocka_unit_test(a_number_that_could_not_be_looked_at_waits_for_the_next_sync),
        cmocka_unit_test(titles_that_fold_to_nothing_are_never_taken_for_each_other),
        cmocka_unit_test(an_identity_that_was_proved_for_one_nameless_title_is_not_another_ones),
        cmocka_unit_test(an_imdb_id_of_the_other_kind_counts_only_for_the_same_work),
        cmocka_unit_test(a_season_that_is_not_understood_never_asks_for_the_whole_series),
        cmocka_unit_test(a_dead_number_of_a_list_is_asked_for_once),
        cmocka_unit_test(a_dead_number_of_the_id_map_is_asked_for_once),
        cmocka_unit_test(a_series_that_was_not_shown_twice_while_others_were_is_not_found),
        cmocka_unit_test(a_series_is_not_given_up_while_no_other_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
