/* The lists a person keeps: where they come from, what they are called, and how they go again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/db.h"
#include "support/report.h"

/* One call of the program: its words, its exit code, and what its output and errors hold. */
struct call {
    const char *words[6];
    int exit_code;
    const char *shows[4]; /* in stdout; "!WORD": nowhere */
    const char *says;     /* in stderr; NULL: nothing may be there */
};

static void check(const char *about, const char *word, const char *out, const char *errors)
{
    bool is_hidden = *word == '!';

    if (is_hidden ? strstr(out, word + 1) || strstr(errors, word + 1) : !strstr(out, word))
        fail_msg("%s: \"%s\" expected: %s%s", about, word, out, errors);
}

static void run(const struct world *world, const struct call *call)
{
    struct process_result result;
    AUTO_FREE char *about =
        memory_print("%s %s %s", call->words[0], call->words[1] ? call->words[1] : "",
                     call->words[1] && call->words[2] ? call->words[2] : "");

    world_run(world, call->words, &result);
    const char *out = buffer_string(&result.out);
    const char *errors = buffer_string(&result.errors);
    if (result.exit_code != call->exit_code)
        fail_msg("%s: exit code %d: %s%s", about, result.exit_code, out, errors);
    for (const char *const *word = call->shows; *word; word++)
        check(about, *word, out, errors);
    if (call->says ? !strstr(errors, call->says) : *errors != '\0')
        fail_msg("%s: \"%s\" expected, got: %s", about, call->says ? call->says : "", errors);
    process_result_release(&result);
}

static void run_all(const struct world *world, const struct call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        run(world, &calls[i]);
}

/* Lists as the original kept them: what was typed or pasted, of whatever type. */
static const char original[] =
    "CREATE TABLE lists (id INTEGER PRIMARY KEY AUTOINCREMENT, list_type TEXT NOT NULL,"
    " list_id TEXT NOT NULL, list_url TEXT, item_count INTEGER DEFAULT 0, last_synced TIMESTAMP,"
    " user_id TEXT DEFAULT '1', UNIQUE(list_type, list_id));"
    "INSERT INTO lists (list_type, list_id, item_count) VALUES"
    " ('imdb', 'https://www.imdb.com/list/ls000000001/', 60),"
    " ('imdb', 'what is this', 0), ('stevenlu', 'stevenlu', 15), ('tmdb', '8136', 9),"
    " ('anilist', 'https://anilist.co/user/dave/animelist', 9), ('collections', 'Alien', 6),"
    " ('mdblist', 'https://mdblist.com/lists/demo/empty', 0), ('mdblist', 'demo/empty', 0);";

static void take_over(const struct world *world)
{
    AUTO_FREE char *path = world_path(world, "list_sync.db");
    struct db *db = NULL;
    struct error error = {0};

    if (db_open(&db_driver_sqlite, path, &db, &error) || db_execute(db, original, &error))
        fail_msg("%s", error.message);
    db_close(db);
    struct process_result result; /* the first command says what it takes over */
    world_run(world, (const char *[]){"runs", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    process_result_release(&result);
}

static void lists_of_an_old_database_get_the_names_of_today(void **state)
{
    static const struct call calls[] = {
        {{"lists"}, 0, {"imdb:ls000000001", "stevenlu:movies.json", "!https://www.imdb"}, NULL},
        {{"lists", "add", "https://www.imdb.com/list/ls000000001/"}, 0, {"already there"}, NULL},
        {{"lists", "add", "stevenlu"}, 0, {"already there: stevenlu:movies.json"}, NULL},
        {{"lists", "remove", "mdblist:demo/empty"}, 0, {"removed"}, NULL},
        {{"lists"}, 0, {"imdb:ls000000001", "!demo/empty"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    take_over(&world);
    run_all(&world, calls, ARRAY_LENGTH(calls));
    AUTO_FREE char *copy = world_path(&world, "list_sync.db.before-listsync");
    assert_int_equal(access(copy, F_OK), 0);
    world_close(&world);
}

static void whatever_lists_prints_can_be_shown_and_removed(void **state)
{
    static const char *const names[] = {"imdb:ls000000001",
                                        "imdb:what is this",
                                        "stevenlu:movies.json",
                                        "tmdb:8136",
                                        "anilist:https://anilist.co/user/dave/animelist",
                                        "collections:Alien",
                                        "mdblist:demo/empty"};
    struct world world;

    (void)state;
    world_open(&world, NULL);
    take_over(&world);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        run(&world, &(struct call){{"lists"}, 0, {names[i]}, NULL});
        run(&world, &(struct call){{"lists", "show", names[i]}, 0, {names[i]}, NULL});
        run(&world, &(struct call){{"lists", "remove", names[i]}, 0, {"removed"}, NULL});
    }
    run(&world, &(struct call){{"lists"}, 0, {"No lists yet"}, NULL});
    world_close(&world);
}

static void lists_that_nobody_reads_here_are_kept_and_left_out(void **state)
{
    static const struct call calls[] = {
        {{"lists"}, 0, {"tmdb:8136", "not supported by this version"}, NULL},
        {{"lists", "remove", "imdb:what is this"}, 0, {"removed"}, NULL},
        {{"sync", "--dry-run"}, 0, {NULL}, "left out, for this version does not read them: tmdb"},
        {{"sync", "--dry-run", "--quiet"}, 0, {NULL}, NULL},
        {{"sync", "--list", "tmdb:8136"}, 2, {NULL}, "does not read lists of that type"},
        {{"lists"}, 0, {"tmdb:8136", "collections:Alien"}, NULL},
        {{"doctor"}, 0, {"not supported by this version"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    take_over(&world);
    run_all(&world, calls, ARRAY_LENGTH(calls));
    world_close(&world);
}

static void a_list_goes_when_the_setting_names_it_no_more(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ls000000001,top");
    run(&world, &(struct call){{"lists", "add", "trakt:demo/watchlist"}, 0, {"added"}, NULL});
    run(&world,
        &(struct call){
            {"lists"}, 0, {"imdb:ls000000001      settings", "imdb:top", "added by hand"}, NULL});
    world_set(&world, "IMDB_LISTS", "top");
    run(&world,
        &(struct call){{"lists"}, 0, {"imdb:ls000000001      other settings", "imdb:top"}, NULL});
    run(&world, &(struct call){{"sync", "--dry-run"}, 0, {"titles"}, NULL});
    run(&world, &(struct call){{"lists"}, 0, {"imdb:top", "demo/watchlist", "!ls000000001"}, NULL});
    world_set(&world, "IMDB_LISTS", "top,ls000000001");
    run(&world, &(struct call){{"lists"}, 0, {"imdb:ls000000001", "imdb:top"}, NULL});
    run(&world, &(struct call){{"lists", "add", "imdb:top"},
                               0,
                               {"it stays now even when IMDB_LISTS names it no more"},
                               NULL});
    world_set(&world, "IMDB_LISTS", NULL);
    run(&world, &(struct call){{"sync", "--dry-run"}, 0, {"titles"}, NULL});
    run(&world, &(struct call){{"lists"}, 0, {"imdb:top", "!ls000000001"}, NULL});
    world_close(&world);
}

/* A shell rarely has the service's environment. */
static void looking_with_other_settings_costs_no_list(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "top");
    run(&world, &(struct call){{"sync", "--dry-run"}, 0, {"titles"}, NULL});
    run(&world, &(struct call){{"lists"}, 0, {"imdb:top  settings  ok"}, NULL});
    world_set(&world, "IMDB_LISTS", NULL);
    run(&world, &(struct call){{"runs"}, 0, {"completed"}, NULL});
    run(&world, &(struct call){{"lists"}, 0, {"imdb:top  other settings  ok"}, NULL});
    world_close(&world);
}

static void a_misspelt_entry_costs_no_list_and_stops_the_sync(void **state)
{
    static const struct call calls[] = {
        {{"lists"}, 0, {"imdb:ls000000001", "imdb:top"}, "warning: IMDB_LISTS: \"lx000000001\""},
        {{"sync"}, 2, {NULL}, "IMDB_LISTS: \"lx000000001\""},
        {{"doctor"}, 2, {"PROBLEM", "IMDB_LISTS: \"lx000000001\"", "accepted"}, NULL},
        {{"runs"}, 0, {"No runs yet"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ls000000001,top");
    run(&world, &(struct call){{"lists", "add", "trakt:demo/watchlist"}, 0, {"added"}, NULL});
    world_set(&world, "IMDB_LISTS", "lx000000001,top");
    run_all(&world, calls, ARRAY_LENGTH(calls));
    assert_int_equal(sim_seerr_calls(&world.sim, "POST /api/v1/request"), 0);
    world_close(&world);
}

static void removing_tells_when_a_setting_still_names_the_list(void **state)
{
    static const struct call calls[] = {
        {{"lists", "remove", "imdb:top"},
         0,
         {"stays out although IMDB_LISTS still names it"},
         NULL},
        {{"lists"}, 0, {"No lists yet"}, NULL},
        {{"lists", "add", "imdb:top"}, 0, {"added imdb:top"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "top");
    run_all(&world, calls, ARRAY_LENGTH(calls));
    world_close(&world);
}

static void adding_again_says_what_it_changed(void **state)
{
    static const struct call calls[] = {
        {{"lists", "add", "imdb:top"}, 0, {"added imdb:top"}, NULL},
        {{"lists", "add", "imdb:top"}, 0, {"already there: imdb:top; nothing changed\n"}, NULL},
        {{"lists", "add", "imdb:top", "--requester", "3"},
         0,
         {"requested as Seerr user 3 from now on\n"},
         NULL},
        {{"lists", "add", "imdb:top", "--requester", "4"},
         0,
         {"user 4 from now on, not as user 3\n"},
         NULL},
        {{"lists", "add", "imdb:top", "--requester", "4"}, 0, {"nothing changed"}, NULL},
        {{"lists", "--requester", "3"}, 2, {NULL}, "--requester goes with `lists add` only"},
        {{"lists", "show", "imdb:top", "--requester", "3"}, 2, {NULL}, "--requester goes with"},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    run_all(&world, calls, ARRAY_LENGTH(calls));
    world_close(&world);
}

static void what_was_meant_is_proposed(void **state)
{
    static const struct call calls[] = {
        {{"lists", "add", "ls000000001"}, 2, {NULL}, "write imdb:ls000000001\n"},
        {{"lists", "add", "ur000000001"}, 2, {NULL}, "write imdb:ur000000001\n"},
        {{"lists", "add", "demo/best-of"}, 2, {NULL}, "write mdblist:demo/best-of\n"},
        {{"lists", "add", "demo/watchlist"}, 2, {NULL}, "trakt:demo/watchlist or letterboxd:demo/"},
        {{"lists", "add", "./weekend.csv"}, 2, {NULL}, "write file:./weekend.csv"},
        {{"lists", "add", "plain"}, 2, {NULL}, "\"plain\" is a file: write file:plain"},
        {{"sync", "--list", "plain"}, 2, {NULL}, "write file:plain"},
        {{"lists", "add", "nonsense"}, 2, {NULL}, "write TYPE:ID or a URL"},
        {{"lists", "add", ""}, 2, {NULL}, "write TYPE:ID or a URL"},
        {{"lists", "add", "imdb"}, 2, {NULL}, "which list of IMDb? Write imdb:ID"},
        {{"lists", "add", "stevenlu"}, 0, {"added stevenlu:movies.json"}, NULL},
        {{"lists", "add", "file:gone.csv"}, 0, {"added custom:file:gone.csv"}, "cannot be read"},
        {{"lists", "add", "https://www.justwatch.com/us/lists/x"},
         2,
         {NULL},
         "this version does not read JustWatch"},
        {{"lists", "rm", "imdb:top"}, 2, {NULL}, "did you mean `lists remove`?"},
        {{"lists", "sow", "imdb:top"}, 2, {NULL}, "did you mean `lists show`?"},
        {{"lists", "frobnicate"}, 2, {NULL}, "there is no `lists frobnicate`\n"},
        {{"sync", "--dryrun"}, 2, {NULL}, "did you mean --dry-run?"},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "plain", "tt0113277\n");
    run_all(&world, calls, ARRAY_LENGTH(calls));
    world_close(&world);
}

static void the_table_has_a_head_and_no_odd_zeros(void **state)
{
    static const struct call calls[] = {
        {{"lists", "add", "file:list.csv"}, 0, {"added"}, NULL},
        {{"lists"},
         0,
         {"list                  from           state         titles  last read  name\n",
          "custom:file:list.csv  added by hand  not read yet  -       -\n"},
         NULL},
        {{"sync", "--list", "file:other.csv", "--dry-run", "--quiet"}, 0, {NULL}, NULL},
        {{"lists"}, 0, {"custom:file:other.csv  once ", "! \n"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "list.csv", "imdb_id\ntt0113277\n");
    world_write(&world, "other.csv", "imdb_id\ntt0133093\n");
    run_all(&world, calls, ARRAY_LENGTH(calls));
    world_close(&world);
}

static void a_look_in_the_wrong_folder_leaves_nothing_behind(void **state)
{
    static const struct call calls[] = {
        {{"lists"}, 0, {"imdb:top", "There is no database in nowhere yet"}, NULL},
        {{"runs"}, 0, {"No runs yet"}, NULL},
        {{"why", "heat"}, 1, {"heat"}, NULL},
        {{"doctor"}, 0, {"no database in nowhere yet; the first sync makes it"}, NULL},
        {{"lists", "show", "imdb:top"}, 0, {"not read yet"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "LISTSYNC_DATA_DIR", "nowhere");
    world_set(&world, "IMDB_LISTS", "top");
    run_all(&world, calls, ARRAY_LENGTH(calls));
    AUTO_FREE char *folder = world_path(&world, "nowhere");
    assert_int_equal(access(folder, F_OK), -1);
    run(&world, &(struct call){{"lists", "remove", "imdb:top"}, 0, {"removed"}, NULL});
    run(&world, &(struct call){{"lists"}, 0, {"No lists yet"}, NULL});
    world_close(&world);
}

static void the_doctor_says_only_what_it_proved(void **state)
{
    static const struct call well[] = {
        {{"doctor"}, 0, {"api.trakt.tv answers\n", "!HTTP"}, NULL},
        {{"lists", "add", "trakt:demo/watchlist"}, 0, {"added"}, NULL},
        {{"lists", "add", "file:gone.csv"}, 0, {"added"}, "cannot be read"},
        {{"doctor"}, 0, {"api.trakt.tv answers\n", "!TRAKT_CLIENT_ID"}, NULL},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    run_all(&world, well, ARRAY_LENGTH(well));
    world_set(&world, "TRAKT_CLIENT_ID", NULL);
    run(&world, &(struct call){{"doctor"}, 0, {"warning", "TRAKT_CLIENT_ID is not set"}, NULL});
    run(&world, &(struct call){{"sync", "--quiet"}, 1, {NULL}, NULL});
    run(&world, &(struct call){{"doctor"}, 1, {"PROBLEM", "not_found", "auth_failed"}, NULL});
    world_set(&world, "OVERSEERR_USER_ID", "2");
    run(&world, &(struct call){{"doctor"}, 1, {"in the name of", "(user 2)"}, NULL});
    world_set(&world, "OVERSEERR_USER_ID", "9999");
    run(&world, &(struct call){{"doctor"}, 2, {"PROBLEM", "Seerr has no user 9999"}, NULL});
    world_close(&world);
}

static void a_wrong_address_of_seerr_is_explained_and_its_password_kept(void **state)
{
    static const struct {
        const char *url, *says;
    } addresses[] = {
        {"http://dave:planted@seerr.lan:5055", "user name or password in it is not supported"},
        {"http://dave:planted@seerr.lan:99999", "OVERSEERR_URL"},
        {"http://seerr.lan:99999", "port must be a number from 1 to 65535"},
    };
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "top");
    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        world_set(&world, "OVERSEERR_URL", addresses[i].url);
        run(&world, &(struct call){{"sync"}, 2, {"!planted"}, addresses[i].says});
        run(&world, &(struct call){{"doctor"}, 2, {addresses[i].says, "!planted"}, NULL});
    }
    AUTO_FREE char *secure = memory_print("https%s", world.sim.url + strlen("http"));
    world_set(&world, "OVERSEERR_URL", secure);
    run(&world,
        &(struct call){{"doctor"}, 3, {"does not speak TLS there, try http://", "!OpenSSL"}, NULL});
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_an_old_database_get_the_names_of_today),
        cmocka_unit_test(whatever_lists_prints_can_be_shown_and_removed),
        cmocka_unit_test(lists_that_nobody_reads_here_are_kept_and_left_out),
        cmocka_unit_test(a_list_goes_when_the_setting_names_it_no_more),
        cmocka_unit_test(looking_with_other_settings_costs_no_list),
        cmocka_unit_test(a_misspelt_entry_costs_no_list_and_stops_the_sync),
        cmocka_unit_test(removing_tells_when_a_setting_still_names_the_list),
        cmocka_unit_test(adding_again_says_what_it_changed),
        cmocka_unit_test(what_was_meant_is_proposed),
        cmocka_unit_test(the_table_has_a_head_and_no_odd_zeros),
        cmocka_unit_test(a_look_in_the_wrong_folder_leaves_nothing_behind),
        cmocka_unit_test(the_doctor_says_only_what_it_proved),
        cmocka_unit_test(a_wrong_address_of_seerr_is_explained_and_its_password_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
