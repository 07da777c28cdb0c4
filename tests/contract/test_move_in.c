/* Taking over what another program kept: every make of its database, and twice. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/items_query.h"
#include "store/ledger.h"
#include "store/runs_untold.h"
#include "store/stored_settings.h"
#include "support/former_databases.h"
#include "support/moving.h"
#include "sync/live_settings.h"

static void expect_taken(struct moving *moving, const char *key)
{
    if (moving_take(moving, false, key))
        fail_msg("%s", moving->world->error.message);
}

static void expect_line(const struct moving *moving, enum move_in_result result, const char *part)
{
    const struct move_in *taken = &moving->taken;

    for (size_t i = 0; i < taken->count; i++)
        if (taken->lines[i].result == result && strstr(taken->lines[i].sentence, part))
            return;
    for (size_t i = 0; i < taken->count; i++)
        print_message("%s: %s\n", move_in_result_words[taken->lines[i].result],
                      taken->lines[i].sentence);
    fail_msg("no line \"%s\"", part);
}

static const char all_lists[] =
    "SELECT group_concat(line, ' ') FROM (SELECT list_type || ':' || list_id || '=' || user_id ||"
    " '/' || item_count || '/' || auto_sync || '/' || item_limit AS line FROM lists ORDER BY id)";
static const char all_items[] =
    "SELECT group_concat(line, ' ') FROM (SELECT item_key || '=' || status AS line"
    " FROM synced_items ORDER BY item_key)";
static const char all_rows[] =
    "SELECT (SELECT COUNT(*) FROM lists) + (SELECT COUNT(*) FROM synced_items)"
    " + (SELECT COUNT(*) FROM sync_history) + (SELECT COUNT(*) FROM settings)"
    " + (SELECT COUNT(*) FROM notification_targets) + (SELECT COUNT(*) FROM sync_interval)";

static void test_all_of_the_original_is_taken_over(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    expect_taken(&moving, FORMER_KEY);
    assert_string_equal(store_world_text(moving.world, all_lists),
                        "imdb:top=1/250/1/0 trakt_special:trending:movies=4/20/1/0"
                        " tmdb:8136=1/9/1/0 stevenlu:movies.json=0/0/1/0 imdb:ls012345678=0/0/1/0");
    assert_string_equal(store_world_text(moving.world, all_items),
                        "movie:tmdb:11645=not_found movie:tmdb:70523=skipped"
                        " movie:tmdb:949=requested title:nobody knows:0:movie=error"
                        " tv:tmdb:70523=already_available");
    assert_string_equal(store_world_text(moving.world,
                                         "SELECT imdb_id || year || provider_source || last_synced"
                                         " FROM synced_items WHERE title = 'Heat'"),
                        "tt01132771995imdb2025-06-01 10:00:01");
    assert_string_equal(store_world_text(moving.world, "SELECT interval_hours FROM sync_interval"),
                        "0.5");
    expect_line(&moving, MOVE_IN_TAKEN, "tmdb:8136 is taken over");
    expect_line(&moving, MOVE_IN_TAKEN, "5 titles are taken over with their status");
    expect_line(&moving, MOVE_IN_LEFT, "2 users of Seerr are not copied");
    expect_line(&moving, MOVE_IN_LEFT, "A_THING_OF_TOMORROW: there is no such setting");
    must(moving.world, store_check(moving.world->store, &moving.world->error));
    assert_string_equal(store_world_text(moving.world, "PRAGMA foreign_key_check"), "(no row)");
    moving_close(&moving);
}

static const char all_requests[] =
    "SELECT group_concat(line, ' ') FROM (SELECT media_type || ':' || tmdb_id || '=' || state ||"
    " '/' || is_4k AS line FROM request_ledger ORDER BY media_type, tmdb_id)";

static void test_what_was_in_seerr_is_not_asked_for_again(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    expect_taken(&moving, "");
    assert_string_equal(store_world_text(moving.world, all_requests),
                        "movie:949=requested/0 movie:70523=existed/0 tv:70523=existed/0");
    expect_line(&moving, MOVE_IN_TAKEN, "3 of them were in Seerr already");
    assert_string_equal(store_world_text(moving.world, "SELECT asked_at FROM request_ledger"
                                                       " WHERE tmdb_id = 949"),
                        "1748772001000");
    expect_taken(&moving, "");
    assert_int_equal(store_world_number(moving.world, "SELECT COUNT(*) FROM request_ledger"), 3);
    moving_close(&moving);
}

/* It asked for 4K, but judged what is there by HD. */
static void test_in_4k_only_its_own_requests_count(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    expect_taken(&moving, FORMER_KEY);
    assert_string_equal(store_world_text(moving.world, all_requests),
                        "movie:949=requested/1 movie:70523=existed/0 tv:70523=existed/0");
    moving_close(&moving);
}

static void test_what_the_ledger_knows_better_stays(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    must(moving.world, ledger_remember(moving.world->store, MEDIA_MOVIE, 949, false,
                                       LEDGER_DECLINED, "", &moving.world->error));
    former_write(moving.former, former_original);
    expect_taken(&moving, "");
    assert_int_equal(store_world_number(moving.world, "SELECT COUNT(*) FROM request_ledger WHERE"
                                                      " tmdb_id = 949 AND state = 'declined'"),
                     1);
    moving_close(&moving);
}

/* The same title in two rows: what was found last counts, whatever the order of the rows. */
static void test_the_newest_row_of_a_title_counts(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former,
                 "INSERT INTO synced_items (title, media_type, year, imdb_id, overseerr_id, status,"
                 " last_synced) VALUES ('Heat', 'movie', 1995, 'tt0113277', NULL, 'not_found',"
                 " '2025-05-01 10:00:00')");
    expect_taken(&moving, "");
    assert_string_equal(
        store_world_text(moving.world, "SELECT status FROM synced_items WHERE title = 'Heat'"),
        "requested");
    moving_close(&moving);
}

static void test_lists_of_sources_that_are_not_read_stay_in_settings_too(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    former_write(
        moving.former,
        "INSERT INTO app_settings (key, value, is_encrypted) VALUES"
        " ('tmdb_lists', '8136,999', 0), ('tmdb_key', 'x', 0), ('nonsense_lists', 'a', 0)");
    expect_taken(&moving, FORMER_KEY);
    expect_line(&moving, MOVE_IN_TAKEN, "tmdb:999 is taken over; this version does not read");
    expect_line(&moving, MOVE_IN_LEFT, "TMDB_KEY is not taken over: this version does not read");
    expect_line(&moving, MOVE_IN_LEFT, "the list \"a\" is not taken over");
    moving_close(&moving);
}

static void test_an_abbreviated_time_zone_is_stored_as_its_place(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    former_write(moving.former, "UPDATE app_settings SET value = 'PST' WHERE key = 'timezone'");
    expect_taken(&moving, FORMER_KEY);
    assert_string_equal(
        store_world_text(moving.world, "SELECT value FROM settings WHERE name = 'TZ'"),
        "America/Los_Angeles");
    moving_close(&moving);
}

static void test_its_history_keeps_times_and_sums(void **state)
{
    struct moving moving;
    struct stored_runs runs;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    expect_taken(&moving, "");
    must(moving.world,
         runs_load(moving.world->store, moving.world->arena, 10, &runs, &moving.world->error));
    assert_int_equal(runs.count, 3);
    assert_int_equal(runs.items[0].state, RUN_CANCELLED);
    assert_string_equal(runs.items[0].message,
                        "cut off: the earlier ListSync was stopped in the midst of it");
    assert_true(runs.items[0].is_moved_in);
    assert_int_equal(runs.items[1].mode, RUN_SINGLE);
    assert_string_equal(runs.items[1].lists, "1");
    assert_string_equal(runs.items[2].started, "2025-06-01 10:00:00");
    assert_string_equal(runs.items[2].completed, "2025-06-01 10:01:10");
    assert_int_equal(runs.items[2].duration_ms, 70000);
    assert_int_equal(runs.items[2].processed, 9);
    assert_int_equal(runs.items[2].requested, 2);
    assert_int_equal(runs.items[2].errored, 1);
    assert_int_equal(runs.items[2].groups[RUN_GROUP_NEW], 2);
    assert_int_equal(runs.items[2].groups[RUN_GROUP_THERE], 6);
    assert_int_equal(runs.items[2].groups[RUN_GROUP_FAILED], 1);
    moving_close(&moving);
}

static void test_its_failures_are_no_news(void **state)
{
    const struct items_query query = {.needs_person = ITEMS_NEED_ANYTHING, .limit = 10};
    struct queried_items found = {0};
    struct stored_runs untold = {0};
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, "UPDATE sync_history SET status = 'failed', in_progress = 0");
    expect_taken(&moving, "");
    must(moving.world,
         runs_untold(moving.world->store, moving.world->arena, &untold, &moving.world->error));
    assert_int_equal(untold.count, 0);
    must(moving.world, items_query(moving.world->store, moving.world->arena, &query, &found,
                                   &moving.world->error));
    assert_int_equal(found.total, 0); /* no list that was read holds them */
    moving_close(&moving);
}

static void test_its_secrets_are_opened_and_sealed_anew(void **state)
{
    struct moving moving;
    struct options live;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    expect_taken(&moving, FORMER_KEY);
    must(moving.world, live_settings_load(&moving.settings.options, moving.world->store,
                                          &moving.key, &live, &moving.world->error));
    assert_string_equal(secret_reveal(options_secret(&live, "OVERSEERR_API_KEY")),
                        FORMER_SEERR_KEY);
    assert_string_equal(options_text(&live, "OVERSEERR_URL"), "http://seerr.lan:5055");
    assert_int_equal(options_number(&live, "OVERSEERR_USER_ID"), 4);
    assert_true(options_switch(&live, "OVERSEERR_4K"));
    assert_false(options_switch(&live, "AUTO_SYNC"));
    assert_string_equal(options_text(&live, "TZ"), "Europe/London");
    options_release(&live);
    assert_string_equal(
        store_world_text(moving.world, "SELECT kind || is_on FROM notification_targets"),
        "discord0");
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    store_close(TAKE(moving.world->store));
    must(moving.world, files_read(moving.world->path, &bytes, &moving.world->error));
    assert_null(memmem(bytes.bytes, bytes.length, FORMER_SEERR_KEY, strlen(FORMER_SEERR_KEY)));
    moving_close(&moving);
}

static void test_a_second_time_changes_nothing(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    expect_taken(&moving, FORMER_KEY);
    int64_t rows = store_world_number(moving.world, all_rows);
    expect_taken(&moving, FORMER_KEY);
    assert_int_equal(moving.taken.counts[MOVE_IN_TAKEN], 0);
    assert_int_equal(store_world_number(moving.world, all_rows), rows);
    expect_line(&moving, MOVE_IN_THERE, "imdb:top is there already");
    expect_line(&moving, MOVE_IN_THERE, "OVERSEERR_URL is set here already");
    moving_close(&moving);
}

static void test_what_was_chosen_here_stays(void **state)
{
    struct moving moving;
    struct store *store;
    struct error *error;

    moving_open(&moving, state, (const char *[]){"OVERSEERR_4K=false", NULL});
    store = moving.world->store;
    error = &moving.world->error;
    store_world_list(moving.world, "trakt_special", "trending:movies");
    store_world_list(moving.world, "imdb", "top");
    must(moving.world, lists_remove(store, &(struct list_ref){"imdb", "top", ""}, error));
    must(moving.world, stored_settings_put(store, "TZ", "Asia/Tokyo", false, error));
    must(moving.world, sync_interval_put(store, 6, error));
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    expect_taken(&moving, FORMER_KEY);
    assert_int_equal(store_world_number(moving.world, "SELECT COUNT(*) FROM lists WHERE list_id ="
                                                      " 'top' AND removed_at IS NULL"),
                     0);
    assert_int_equal(store_world_number(moving.world, "SELECT user_id FROM lists WHERE list_id ="
                                                      " 'trending:movies'"),
                     0);
    assert_string_equal(
        store_world_text(moving.world, "SELECT value FROM settings WHERE name = 'TZ'"),
        "Asia/Tokyo");
    assert_string_equal(store_world_text(moving.world, "SELECT interval_hours FROM sync_interval"),
                        "6.0");
    expect_line(&moving, MOVE_IN_THERE, "imdb:top was removed here and stays out");
    expect_line(&moving, MOVE_IN_LEFT, "OVERSEERR_4K: the environment sets another value");
    moving_close(&moving);
}

static void test_where_the_environment_differs_both_values_are_told(void **state)
{
    struct moving moving;

    moving_open(&moving, state, (const char *[]){"SYNC_INTERVAL=24", "TZ=Asia/Tokyo", NULL});
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    expect_taken(&moving, FORMER_KEY);
    expect_line(&moving, MOVE_IN_TAKEN,
                "every 0.5 hours, which counts before the environment's SYNC_INTERVAL (24)");
    expect_line(&moving, MOVE_IN_LEFT,
                "TZ: the environment sets another value (Asia/Tokyo) than was stored "
                "(Europe/London), and counts");
    moving_close(&moving);
}

static void test_a_list_that_a_setting_names_is_the_settings(void **state)
{
    struct moving moving;

    moving_open(&moving, state, (const char *[]){"IMDB_LISTS=boxoffice, top", NULL});
    former_write(moving.former, former_original);
    expect_taken(&moving, "");
    assert_string_equal(store_world_text(moving.world,
                                         "SELECT group_concat(list_type || '=' || origin, ' ')"
                                         " FROM (SELECT * FROM lists ORDER BY id)"),
                        "imdb=environment trakt_special=added tmdb=added stevenlu=added");
    moving_close(&moving);
}

static void test_what_is_left_out_is_counted_by_its_lines(void **state)
{
    struct moving moving;
    int64_t lines = 0;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    expect_taken(&moving, "");
    for (size_t i = 0; i < moving.taken.count; i++)
        lines += moving.taken.lines[i].result == MOVE_IN_LEFT;
    assert_int_equal(moving.taken.counts[MOVE_IN_LEFT], lines);
    moving_close(&moving);
}

static void test_old_history_does_not_come_behind_new_runs(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    store_world_run(moving.world);
    former_write(moving.former, former_original);
    expect_taken(&moving, "");
    assert_int_equal(store_world_number(moving.world, "SELECT COUNT(*) FROM sync_history"), 1);
    expect_line(&moving, MOVE_IN_LEFT, "3 syncs of its history are not taken over");
    moving_close(&moving);
}

static void test_a_trial_changes_nothing_and_says_the_same(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    int64_t before = store_world_number(moving.world, all_rows);
    assert_int_equal(moving_take(&moving, true, FORMER_KEY), ERROR_NONE);
    size_t lines = moving.taken.count;
    assert_int_equal(store_world_number(moving.world, all_rows), before);
    expect_taken(&moving, FORMER_KEY);
    assert_int_equal(moving.taken.count, lines);
    moving_close(&moving);
}

/* The original's tables have fifteen rows that are taken one by one. */
static void test_one_that_is_told_to_end_leaves_nothing(void **state)
{
    enum { STEPS = 12 };
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    int64_t before = store_world_number(moving.world, all_rows);
    for (int steps = 1; steps <= STEPS; steps++) {
        moving.steps = steps;
        assert_int_equal(moving_take(&moving, false, FORMER_KEY), ERROR_CANCELLED);
        assert_int_equal(store_world_number(moving.world, all_rows), before);
    }
    moving.steps = 0;
    expect_taken(&moving, FORMER_KEY);
    moving_close(&moving);
}

static void test_without_its_key_all_but_the_secrets_come(void **state)
{
    static const char *const keys[] = {"", "no key",
                                       "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="};

    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        struct moving moving;
        moving_open(&moving, state, moving_no_environment);
        former_write(moving.former, "DROP TABLE IF EXISTS app_settings");
        former_write(moving.former, former_original_settings);
        if (i == 0)
            former_write(moving.former, former_original);
        expect_taken(&moving, keys[i]);
        expect_line(&moving, MOVE_IN_LEFT, "OVERSEERR_API_KEY is not taken over");
        assert_int_equal(store_world_number(moving.world, "SELECT COUNT(*) FROM settings"
                                                          " WHERE is_sealed = 1"),
                         0);
        assert_int_equal(store_world_number(moving.world, "SELECT COUNT(*) FROM settings"
                                                          " WHERE name = 'OVERSEERR_URL'"),
                         1);
        moving_close(&moving);
    }
}

static void test_a_damaged_token_is_left_out(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    former_write(moving.former, "UPDATE app_settings SET value = substr(value, 1, 50)"
                                " WHERE is_encrypted = 1");
    expect_taken(&moving, FORMER_KEY);
    expect_line(&moving, MOVE_IN_LEFT, "OVERSEERR_API_KEY is not taken over");
    moving_close(&moving);
}

static void test_every_earlier_make_is_understood(void **state)
{
    static const struct {
        const char *sql, *lists, *items, *hours;
    } makes[] = {
        {former_oldest, "imdb:ls012345678=0/0/1/0",
         "imdb:tt0113277=requested movie:tmdb:11645=error", "6.0"},
        {former_middle, "letterboxd:dave/list/weekend=0/12/1/0",
         "movie:tmdb:11645=already_requested", "24.0"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(makes); i++) {
        struct moving moving;
        void *own = NULL;
        (void)state;
        store_world_setup(&own);
        moving_open(&moving, &own, moving_no_environment);
        former_write(moving.former, makes[i].sql);
        expect_taken(&moving, "");
        assert_string_equal(store_world_text(moving.world, all_lists), makes[i].lists);
        assert_string_equal(store_world_text(moving.world, all_items), makes[i].items);
        assert_string_equal(
            store_world_text(moving.world, "SELECT interval_hours FROM sync_interval"),
            makes[i].hours);
        moving_close(&moving);
        store_world_teardown(&own);
    }
}

static void test_listseerr_brings_lists_and_schedule(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_listseerr_last);
    expect_taken(&moving, "");
    assert_string_equal(store_world_text(moving.world, all_lists),
                        "mdblist:garycrawfordgc/netflix-movies=0/0/1/50"
                        " trakt:anna/watchlist=0/0/0/20");
    assert_string_equal(store_world_text(moving.world, "SELECT group_concat(name || '=' || value)"
                                                       " FROM settings ORDER BY name"),
                        "AUTO_SYNC=true,OVERSEERR_URL=http://seerr:5055,OVERSEERR_USER_ID=3,"
                        "SYNC_SCHEDULE=0 4 * * *,TZ=Europe/Madrid");
    expect_line(&moving, MOVE_IN_LEFT, "the list \"Nonsense\" is not taken over");
    expect_line(&moving, MOVE_IN_LEFT, "API keys are not taken over");
    moving_close(&moving);
}

/* Each provider that it has, off and on, with limits of all kinds. */
static void test_lists_of_every_kind_of_listseerr_come(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_listseerr_last);
    former_write(
        moving.former,
        "DELETE FROM media_lists;"
        "INSERT INTO media_lists (user_id, name, url, provider, enabled, max_items) VALUES"
        " (1, 'a', 'https://trakt.tv/users/anna/lists/horror', 'trakt', 1, 500),"
        " (1, 'b', 'https://trakt.tv/shows/popular', 'traktChart', 0, 1),"
        " (1, 'c', 'https://www.imdb.com/list/ls012345678/', 'imdb', 1, 50000),"
        " (1, 'd', 'https://letterboxd.com/dave/watchlist/', 'letterboxd', 1, 50001),"
        " (1, 'e', 'https://s3.amazonaws.com/popular-movies/movies.json', 'stevenlu', 1, -3),"
        " (1, 'f', 'https://anilist.co/user/anna/animelist/Planning', 'anilist', 1, 0),"
        " (1, 'g', '', 'trakt', 1, 5)");
    expect_taken(&moving, "");
    assert_string_equal(store_world_text(moving.world, all_lists),
                        "trakt:anna/lists/horror=0/0/1/500 trakt_special:popular:shows=0/0/0/1"
                        " imdb:ls012345678=0/0/1/50000 letterboxd:dave/watchlist=0/0/1/0"
                        " stevenlu:movies.json=0/0/1/0"
                        " anilist:https://anilist.co/user/anna/animelist/Planning=0/0/1/0");
    assert_string_equal(
        store_world_text(moving.world, "SELECT group_concat(description, '') FROM lists"),
        "abcdef");
    moving_close(&moving);
}

static void test_the_environment_that_says_the_same_is_no_trouble(void **state)
{
    struct moving moving;

    moving_open(&moving, state,
                (const char *[]){"OVERSEERR_URL=http://seerr.lan:5055",
                                 "OVERSEERR_API_KEY=" FORMER_SEERR_KEY, "OVERSEERR_4K=TRUE",
                                 "OVERSEERR_USER_ID=1", NULL});
    former_write(moving.former, former_original);
    former_write(moving.former, former_original_settings);
    expect_taken(&moving, FORMER_KEY);
    expect_line(&moving, MOVE_IN_THERE, "OVERSEERR_URL: the environment sets the same");
    expect_line(&moving, MOVE_IN_THERE, "OVERSEERR_API_KEY: the environment sets the same");
    expect_line(&moving, MOVE_IN_THERE, "OVERSEERR_4K: the environment sets the same");
    expect_line(&moving, MOVE_IN_LEFT, "OVERSEERR_USER_ID: the environment sets another value");
    moving_close(&moving);
}

static void test_the_first_listseerr_is_understood_too(void **state)
{
    struct moving moving;

    moving_open(&moving, state, moving_no_environment);
    former_write(moving.former, former_listseerr_first);
    expect_taken(&moving, "");
    assert_string_equal(store_world_text(moving.world, all_lists),
                        "trakt_special:trending:movies=0/0/1/0");
    assert_string_equal(
        store_world_text(moving.world, "SELECT value FROM settings WHERE name = 'OVERSEERR_URL'"),
        "http://jellyseerr:5055");
    moving_close(&moving);
}

#define STORE_TEST(name)                                                                           \
    cmocka_unit_test_setup_teardown(name, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_all_of_the_original_is_taken_over),
        STORE_TEST(test_what_was_in_seerr_is_not_asked_for_again),
        STORE_TEST(test_in_4k_only_its_own_requests_count),
        STORE_TEST(test_what_the_ledger_knows_better_stays),
        STORE_TEST(test_the_newest_row_of_a_title_counts),
        STORE_TEST(test_lists_of_sources_that_are_not_read_stay_in_settings_too),
        STORE_TEST(test_an_abbreviated_time_zone_is_stored_as_its_place),
        STORE_TEST(test_its_history_keeps_times_and_sums),
        STORE_TEST(test_its_failures_are_no_news),
        STORE_TEST(test_its_secrets_are_opened_and_sealed_anew),
        STORE_TEST(test_a_second_time_changes_nothing),
        STORE_TEST(test_what_was_chosen_here_stays),
        STORE_TEST(test_where_the_environment_differs_both_values_are_told),
        STORE_TEST(test_a_list_that_a_setting_names_is_the_settings),
        STORE_TEST(test_what_is_left_out_is_counted_by_its_lines),
        STORE_TEST(test_old_history_does_not_come_behind_new_runs),
        STORE_TEST(test_a_trial_changes_nothing_and_says_the_same),
        STORE_TEST(test_one_that_is_told_to_end_leaves_nothing),
        STORE_TEST(test_without_its_key_all_but_the_secrets_come),
        STORE_TEST(test_a_damaged_token_is_left_out),
        cmocka_unit_test(test_every_earlier_make_is_understood),
        STORE_TEST(test_listseerr_brings_lists_and_schedule),
        STORE_TEST(test_lists_of_every_kind_of_listseerr_come),
        STORE_TEST(test_the_environment_that_says_the_same_is_no_trouble),
        STORE_TEST(test_the_first_listseerr_is_understood_too),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
