/* The commands beside sync: lists, fetch, runs, doctor, help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/runs.h"
#include "support/report.h"

/* One call of the program: its words, its exit code, and what its output or errors must hold. */
struct call {
    const char *words[5];
    int exit_code;
    const char *shows[4]; /* in stdout */
    const char *says;     /* in stderr; NULL: nothing may be there */
};

static void run(const struct world *world, const struct call *call)
{
    struct process_result result;
    const char *about = call->words[0];

    world_run(world, call->words, &result);
    const char *out = buffer_string(&result.out);
    const char *errors = buffer_string(&result.errors);
    if (result.exit_code != call->exit_code)
        fail_msg("%s %s: exit code %d: %s%s", about, call->words[1] ? call->words[1] : "",
                 result.exit_code, out, errors);
    for (const char *const *word = call->shows; *word; word++)
        if (!strstr(out, *word))
            fail_msg("%s: no \"%s\" in: %s", about, *word, out);
    if (call->says && !strstr(errors, call->says))
        fail_msg("%s: no \"%s\" in: %s", about, call->says, errors);
    if (!call->says && *errors)
        fail_msg("%s: unexpected: %s", about, errors);
    process_result_release(&result);
}

static void run_all(const struct call *calls, size_t count)
{
    struct world world;

    world_open(&world, NULL);
    world_write(&world, "list.csv",
                "imdb_id,tmdb_id,title,year,type\n"
                "tt0133093,603,The Matrix,1999,movie\n"
                ",1396,Breaking Bad,2008,tv\n");
    for (size_t i = 0; i < count; i++)
        run(&world, &calls[i]);
    world_close(&world);
}

static void lists_are_added_shown_and_removed_in_every_form(void **state)
{
    static const struct call calls[] = {
        {{"lists"}, 0, {"No lists yet"}, NULL},
        {{"lists", "add", "imdb:ls000000001"}, 0, {"added imdb:ls000000001"}, NULL},
        {{"lists", "add", "trakt", "demo/watchlist"}, 0, {"added trakt:demo/watchlist"}, NULL},
        {{"lists", "add", "https://mdblist.com/lists/demo/empty"},
         0,
         {"added mdblist:demo/empty"},
         NULL},
        {{"lists", "add", "https://s3.amazonaws.com/popular-movies/movies.json"},
         0,
         {"added stevenlu:movies.json"},
         NULL},
        {{"lists", "add", "https://www.imdb.com/list/ls000000001/"}, 0, {"already there"}, NULL},
        {{"lists"}, 0, {"imdb:ls000000001", "trakt:demo/watchlist", "mdblist:demo/empty"}, NULL},
        {{"lists", "show", "imdb:ls000000001"}, 0, {"not read yet", "never"}, NULL},
        {{"lists", "remove", "imdb", "ls000000001"}, 0, {"removed imdb:ls000000001"}, NULL},
        {{"lists", "show", "imdb:ls000000001"}, 1, {NULL}, "ls000000001"},
        {{"lists", "remove", "imdb:ls000000001"}, 1, {NULL}, "ls000000001"},
    };

    (void)state;
    run_all(calls, ARRAY_LENGTH(calls));
}

static void a_bad_list_says_what_is_wrong_with_it(void **state)
{
    static const struct call calls[] = {
        {{"lists", "add", "imdb:xx"}, 2, {NULL}, "xx"},
        {{"lists", "add", "imdbb:ls1"}, 2, {NULL}, "imdb"},
        {{"lists", "add", "nonsense"}, 2, {NULL}, "nonsense"},
        {{"lists", "add", "trakt:one/two/three/four"}, 2, {NULL}, "one/two/three/four"},
        {{"lists", "add"}, 2, {NULL}, "needs a list"},
        {{"lists", "ad", "imdb:ls1"}, 2, {NULL}, "no `lists ad`"},
        {{"fetch", "imdb", "xx"}, 2, {NULL}, "xx"},
        {{"fetch", "netflix", "mine"}, 2, {NULL}, "netflix"},
        {{"fetch"}, 2, {NULL}, "which list"},
    };

    (void)state;
    run_all(calls, ARRAY_LENGTH(calls));
}

static void a_list_of_the_environment_that_was_removed_stays_away(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ls000000001, top");
    run(&world, &(struct call){{"lists"}, 0, {"imdb:ls000000001", "imdb:top"}, NULL});
    run(&world, &(struct call){{"lists", "remove", "imdb:ls000000001"}, 0, {"removed"}, NULL});
    for (int i = 0; i < 2; i++) {
        struct process_result result;
        world_run(&world, (const char *[]){"lists", NULL}, &result);
        assert_null(strstr(buffer_string(&result.out), "ls000000001"));
        assert_non_null(strstr(buffer_string(&result.out), "imdb:top"));
        process_result_release(&result);
    }
    run(&world, &(struct call){{"lists", "add", "imdb:ls000000001"}, 0, {"added"}, NULL});
    run(&world, &(struct call){{"lists"}, 0, {"imdb:ls000000001"}, NULL});
    world_close(&world);
}

static void fetch_prints_a_list_and_never_touches_seerr(void **state)
{
    static const struct call calls[] = {
        {{"fetch", "file:list.csv"}, 0, {"The Matrix", "tt0133093", "Breaking Bad"}, NULL},
        {{"fetch", "file:list.csv"}, 0, {"read completely, 2 titles"}, NULL},
        {{"fetch", "custom", "file:list.csv"}, 0, {"The Matrix"}, NULL},
        {{"fetch", "stevenlu", "movies"}, 0, {"movie"}, NULL},
        {{"fetch", "file:gone.csv"}, 1, {"there is no such list"}, NULL},
        {{"fetch", "imdb:ls000000003"}, 1, {"private"}, NULL},
        {{"fetch", "letterboxd:blocked/watchlist"}, 1, {"refuses programs"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "list.csv",
                "imdb_id,title,year\ntt0133093,The Matrix,1999\n"
                "tt0903747,Breaking Bad,2008\n");
    for (size_t i = 0; i < ARRAY_LENGTH(calls); i++)
        run(&world, &calls[i]);
    assert_int_equal(sim_seerr_calls(&world.sim, NULL), 0);
    world_close(&world);
}

static void fetch_prints_json_when_asked(void **state)
{
    struct world world;
    struct process_result result;
    struct json_value *document = NULL;

    (void)state;
    world_open(&world, NULL);
    world_run(&world, (const char *[]){"fetch", "imdb:ls000000001", "--json", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    assert_int_equal(
        json_value_parse(buffer_string(&result.out), result.out.length, &document, NULL), 0);
    assert_string_equal(json_value_get_text(document, "outcome"), "ok");
    assert_true(json_value_count(json_value_get(document, "items")) >= 60);
    const struct json_value *first = json_value_at(json_value_get(document, "items"), 0);
    assert_non_null(json_value_get_text(first, "imdb_id"));
    assert_non_null(json_value_get_text(first, "title"));
    assert_int_equal(json_value_get_integer(first, "rank"), 1);
    json_value_free(document);
    process_result_release(&result);
    world_close(&world);
}

static void why_tells_the_story_of_a_title(void **state)
{
    static const struct call calls[] = {
        {{"why", "The Matrix"},
         0,
         {"The Matrix (1999)", "custom:file:list.csv", "requested"},
         NULL},
        {{"why", "matri"}, 0, {"The Matrix (1999)"}, NULL},
        {{"why", "The Matrix (1999)"}, 0, {"The Matrix (1999)", "TMDB film 603"}, NULL},
        {{"why", "matrix", "1999"}, 0, {"The Matrix (1999)"}, NULL},
        {{"why", "the", "matrix"}, 0, {"The Matrix (1999)"}, NULL},
        {{"why", "tt0133093"}, 0, {"The Matrix (1999)", "TMDB"}, NULL},
        {{"why", "movie:603"}, 0, {"The Matrix (1999)", "run 1"}, NULL},
        {{"why", "tmdb:603"}, 0, {"The Matrix (1999)"}, NULL},
        {{"why", "tv:1396"}, 0, {"Breaking Bad (2008)", "seasons"}, NULL},
        {{"why", "tv:603"}, 1, {"No list has held"}, NULL},
        {{"why", "Casablanca"}, 1, {"No list has held"}, NULL},
        {{"why"}, 2, {NULL}, "why what"},
    };
    static const struct call sync = {
        {"sync", "--list", "file:list.csv", "--quiet"}, 0, {NULL}, NULL};

    (void)state;
    struct world world;
    world_open(&world, NULL);
    world_write(&world, "list.csv",
                "imdb_id,tmdb_id,title,year,type\n"
                "tt0133093,603,The Matrix,1999,movie\n"
                ",1396,Breaking Bad,2008,tv\n");
    run(&world, &sync);
    int64_t asked = sim_counter(&world.sim, "total");
    for (size_t i = 0; i < ARRAY_LENGTH(calls); i++)
        run(&world, &calls[i]);
    assert_int_equal(sim_counter(&world.sim, "total"), asked); /* all from the database */
    world_close(&world);
}

static void a_title_that_fits_exactly_wins_alone(void **state)
{
    static const struct call calls[] = {
        {{"sync", "--list", "file:heat.csv", "--quiet", "--dry-run"}, 0, {NULL}, NULL},
        {{"ignore", "heat"}, 0, {"Heat (1995): no sync"}, NULL},
        {{"allow", "heat", "1995"}, 0, {"Heat (1995): nothing"}, NULL},
        {{"allow", "hea"}, 2, {NULL}, "several titles fit"},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "heat.csv",
                "tmdb_id,title,year,type\n949,Heat,1995,movie\n136795,The Heat,2013,movie\n");
    for (size_t i = 0; i < ARRAY_LENGTH(calls); i++)
        run(&world, &calls[i]);
    world_close(&world);
}

static bool is_harmless(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < ' ' && *text != '\n') || *text == '\x7f')
            return false;
    return true;
}

/* Titles are written by strangers. */
static void a_hostile_list_cannot_steer_the_terminal(void **state)
{
    static const char *const calls[][4] = {
        {"fetch", "file:list.csv"},
        {"sync", "--list", "file:list.csv"},
        {"why", "matrix"},
        {"lists", "show", "custom:file:list.csv"},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "list.csv",
                "tmdb_id,title,year,type\n"
                "603,\"The \x1b]0;owned\x07Ma\xE2\x80\xAE\xC2\x9B"
                "2Jtrix\nlisted\",1999,movie\n");
    for (size_t i = 0; i < ARRAY_LENGTH(calls); i++) {
        const char *words[] = {calls[i][0], calls[i][1], calls[i][2], NULL};
        struct process_result result;
        world_run(&world, words, &result);
        const char *out = buffer_string(&result.out);
        if (!is_harmless(out) || strstr(out, "\xE2\x80\xAE") || strstr(out, "\xC2\x9B"))
            fail_msg("%s printed: %s", calls[i][0], out);
        process_result_release(&result);
    }
    world_close(&world);
}

static void run_in_shell(const struct world *world, const char *script, int exit_code,
                         const char *says)
{
    struct process_result result;
    const char *words[] = {"/bin/sh", "-c", script, LISTSYNC_PROGRAM, NULL};

    process_run(&(struct process_call){.words = words,
                                       .environment = (const char *const *)world->environment,
                                       .folder = world->folder},
                WORLD_DEADLINE_MS, &result);
    if (result.exit_code != exit_code || !strstr(buffer_string(&result.errors), says))
        fail_msg("%s: exit code %d: %s", script, result.exit_code, buffer_string(&result.errors));
    process_result_release(&result);
}

static void lost_output_is_no_success(void **state)
{
    static const char *const scripts[] = {
        "\"$0\" help >/dev/full",
        "\"$0\" runs >/dev/full",
        "\"$0\" runs >&-",
        "{ sleep 0.1; \"$0\" help; echo $? >code; } | true; exit $(cat code)",
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(scripts); i++)
        run_in_shell(&world, scripts[i], 1, "not all output could be written");
    world_close(&world);
}

static void runs_shows_the_last_runs(void **state)
{
    static const struct call calls[] = {
        {{"runs"}, 0, {"No runs yet"}, NULL},
        {{"sync", "--list", "file:list.csv", "--quiet"}, 0, {NULL}, NULL},
        {{"runs"}, 0, {"completed"}, NULL},
        {{"sync", "--list=file:list.csv", "--quiet", "--dry-run"}, 0, {NULL}, NULL},
        {{"runs"}, 0, {"completed: 2 requested of 2 titles", "dry run: 2 titles"}, NULL},
        {{"undo", "2"}, 0, {"Run 2 was a dry run: there is nothing to withdraw"}, NULL},
        {{"runs", "3"}, 2, {NULL}, "runs"},
    };

    (void)state;
    run_all(calls, ARRAY_LENGTH(calls));
}

/* As the service leaves it when it is stopped. */
static void queue_a_run(const struct world *world)
{
    const struct stored_run order = {.mode = RUN_FULL, .trigger = RUN_BY_API};
    AUTO_FREE char *path = world_path(world, "list_sync.db");
    AUTO_STORE struct store *store = NULL;
    int64_t id = 0;
    bool again;

    assert_int_equal(store_open(&db_driver_sqlite, path, &store, NULL), ERROR_NONE);
    assert_int_equal(runs_queue(store, &order, &id, &again, NULL), ERROR_NONE);
    assert_int_equal(id, 1);
}

static void a_run_that_waits_is_shown_and_goes_on_waiting(void **state)
{
    static const struct call calls[] = {
        {{"runs"}, 0, {"waits"}, NULL},
        {{"undo", "1"}, 0, {"Run 1 has not begun yet"}, NULL},
        {{"sync", "--list", "file:list.csv", "--quiet"}, 0, {NULL}, NULL},
        {{"runs"}, 0, {"waits", "completed: 1 requested"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "list.csv", "imdb_id\ntt0133093\n");
    queue_a_run(&world);
    for (size_t i = 0; i < ARRAY_LENGTH(calls); i++)
        run(&world, &calls[i]);
    world_close(&world);
}

static void the_doctor_finds_what_is_wrong(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    run(&world, &(struct call){{"doctor"}, 0, {"settings", "database", "accepted"}, NULL});
    assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), 0);
    world_set(&world, "OVERSEERR_API_KEY", "another");
    run(&world,
        &(struct call){{"doctor"},
                       3,
                       {"PROBLEM",
                        "does not accept the API key; the right one is in Seerr under Settings, "
                        "General, API Key"},
                       NULL});
    world_set(&world, "OVERSEERR_URL", "http://127.0.0.1:9");
    run(&world, &(struct call){{"doctor"}, 3, {"PROBLEM", "does not answer"}, NULL});
    world_set(&world, "OVERSEERR_URL", NULL);
    run(&world, &(struct call){{"doctor"}, 2, {"PROBLEM", "OVERSEERR_URL"}, NULL});
    world_set(&world, "SYNC_SCHEDULE", "61 4 * * *");
    run(&world, &(struct call){{"doctor"}, 2, {"PROBLEM", "SYNC_SCHEDULE: the minute"}, NULL});
    world_close(&world);
}

static void a_schedule_that_means_nothing_starts_no_service(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "LISTSYNC_API_PORT", "0");
    world_set(&world, "LISTSYNC_UI_PORT", "0");
    world_set(&world, "SYNC_SCHEDULE", "61 4 * * *");
    run(&world, &(struct call){{"serve"}, 2, {NULL}, "SYNC_SCHEDULE: the minute"});
    world_set(&world, "SYNC_SCHEDULE", NULL);
    world_set(&world, "TZ", "Europe/Berln");
    run(&world, &(struct call){{"serve"}, 2, {NULL}, "did you mean \"Europe/Berlin\""});
    assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), 0);
    world_close(&world);
}

static void every_command_has_help(void **state)
{
    static const char *const names[] = {"sync",  "lists",  "fetch", "why",    "undo",
                                        "allow", "ignore", "runs",  "doctor", "password"};
    struct world world;

    (void)state;
    world_open(&world, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        AUTO_FREE char *usage = memory_print("usage: listsync %s", names[i]);
        run(&world, &(struct call){{"help", names[i]}, 0, {usage}, NULL});
        run(&world, &(struct call){{names[i], "--help"}, 0, {usage}, NULL});
    }
    run(&world, &(struct call){{"help"}, 0, {"commands:", "exit codes"}, NULL});
    run(&world, &(struct call){{"help", "help"}, 0, {"commands:", "exit codes"}, NULL});
    run(&world, &(struct call){{"help", "runs"}, 0, {"usage: listsync runs\n"}, NULL});
    run(&world, &(struct call){{"--version"}, 0, {"listsync "}, NULL});
    world_close(&world);
}

static void what_is_misspelt_is_named_with_the_nearest_right_word(void **state)
{
    static const struct call calls[] = {
        {{"snyc"}, 2, {NULL}, "did you mean \"sync\""},
        {{"doktor"}, 2, {NULL}, "did you mean \"doctor\""},
        {{"help", "run"}, 2, {NULL}, "did you mean \"runs\""},
        {{"frobnicate"}, 2, {NULL}, "there is no command \"frobnicate\""},
        {{"sync", "--dryrun"}, 2, {NULL}, "--dryrun"},
        {{"sync", "--list"}, 2, {NULL}, "--list needs a value"},
        {{"sync", "--json=yes"}, 2, {NULL}, "takes no value"},
        {{"sync", "imdb:top"}, 2, {NULL}, "--list"},
        {{"undo", "x"}, 2, {NULL}, "which run"},
        {{"undo", "77"}, 1, {NULL}, "77"},
    };

    (void)state;
    run_all(calls, ARRAY_LENGTH(calls));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_added_shown_and_removed_in_every_form),
        cmocka_unit_test(a_bad_list_says_what_is_wrong_with_it),
        cmocka_unit_test(a_list_of_the_environment_that_was_removed_stays_away),
        cmocka_unit_test(fetch_prints_a_list_and_never_touches_seerr),
        cmocka_unit_test(fetch_prints_json_when_asked),
        cmocka_unit_test(why_tells_the_story_of_a_title),
        cmocka_unit_test(a_title_that_fits_exactly_wins_alone),
        cmocka_unit_test(a_hostile_list_cannot_steer_the_terminal),
        cmocka_unit_test(lost_output_is_no_success),
        cmocka_unit_test(runs_shows_the_last_runs),
        cmocka_unit_test(a_run_that_waits_is_shown_and_goes_on_waiting),
        cmocka_unit_test(the_doctor_finds_what_is_wrong),
        cmocka_unit_test(a_schedule_that_means_nothing_starts_no_service),
        cmocka_unit_test(every_command_has_help),
        cmocka_unit_test(what_is_misspelt_is_named_with_the_nearest_right_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
