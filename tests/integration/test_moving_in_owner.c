/* As an owner of the original: the old volume and environment, our program, and everything that was
 * planted looked at row by row; then the first sync. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/db.h"
#include "support/daemon.h"
#include "support/former_databases.h"

/* Numbered titles as the original stored them, each status in turn; the simulator knows them. */
#define PLANT(count)                                                                               \
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < " #count \
    ") INSERT INTO synced_items (title, media_type, year, imdb_id, overseerr_id, status,"          \
    "  last_synced, source_list_type, source_list_id, tmdb_id)"                                    \
    " SELECT 'Planted ' || n, iif(n % 10 = 0, 'tv', 'movie'), 1950 + n % 70,"                      \
    "  'tt' || (9000000 + n), iif(n % 9 IN (4, 5), NULL, 9000000 + n),"                            \
    "  CASE n % 9 WHEN 0 THEN 'requested' WHEN 1 THEN 'already_requested'"                         \
    "   WHEN 2 THEN 'already_available' WHEN 3 THEN 'skipped' WHEN 4 THEN 'not_found'"             \
    "   WHEN 5 THEN 'error' WHEN 6 THEN 'request_failed' WHEN 7 THEN 'cancelled'"                  \
    "   ELSE 'skipped' END,"                                                                       \
    "  strftime('%Y-%m-%d %H:%M:%S', 1748772000 + n * 61, 'unixepoch'),"                           \
    "  iif(n % 2, 'imdb', 'trakt'), 'top', iif(n % 3, '', CAST(9000000 + n AS TEXT))"              \
    " FROM numbers;"

/* The service on a fresh folder, stopped, with what an original left in it. */
static void open_volume(struct daemon *daemon, const char *const *environment, const char *sql)
{
    daemon_open_with(daemon, environment, (const char *[]){"--titles", "60", NULL});
    daemon_stop(daemon);
    AUTO_FREE char *database = world_path(&daemon->world, "list_sync.db");
    AUTO_FREE char *aside = world_path(&daemon->world, "accounts.db");
    assert_int_equal(rename(database, aside), 0);
    former_write(database, former_original);
    former_write(database, "DELETE FROM synced_items; DELETE FROM item_lists; DELETE FROM lists;");
    former_write(database, sql);
    daemon->sync_key[0] = daemon->admin_key[0] = '\0'; /* of accounts that are aside now */
}

/* Accounts are ours alone, so the new database has none: what is looked at needs no login. */
#define NO_LOGIN "LISTSYNC_AUTH=disabled"

static void ask(const struct daemon *daemon, const char *path, struct daemon_answer *ret)
{
    daemon_call(daemon, "GET", path, NULL, NULL, ret);
    if (ret->status != 200 || !ret->document)
        fail_msg("%s: %d %s", path, ret->status, buffer_string(&ret->body));
}

/* The member of an array whose text or number `name` is that. */
static const struct json_value *find(const struct json_value *array, const char *name,
                                     const char *value)
{
    for (size_t i = 0; i < json_value_count(array); i++) {
        const struct json_value *member = json_value_at(array, i);
        if (text_equal(json_value_get_text(member, name), value))
            return member;
    }
    fail_msg("there is no %s \"%s\"", name, value);
    return NULL;
}

/* "2025-06-01 10:00:00" and "2025-06-01T10:00:00Z" */
static void expect_time(const struct json_value *row, const char *name, const char *planted)
{
    const char *shown = json_value_get_text(row, name);

    assert_non_null(shown);
    assert_memory_equal(shown, planted, strlen("2025-06-01"));
    assert_memory_equal(shown + 11, planted + 11, strlen("10:00:00"));
}

static void expect_text(const struct json_value *row, const char *name, const char *planted)
{
    if (!text_equal(json_value_get_text(row, name), planted))
        fail_msg("%s is \"%s\", not \"%s\"", name, json_value_get_text(row, name), planted);
}

/* Calls back for each row of what the original left. */
static void each_planted(const struct daemon *daemon, const char *sql,
                         void (*visit)(struct db_statement *row, const struct json_value *answer),
                         const struct json_value *answer)
{
    AUTO_FREE char *path = world_path(&daemon->world, "list_sync.db.before-listsync");
    struct error error = {0};
    struct db *db = NULL;
    int count = 0;

    assert_int_equal(db_open(&db_driver_foreign, path, &db, &error), ERROR_NONE);
    struct db_statement *row = db_prepare(db, sql);
    for (; db_step(row); count++)
        visit(row, answer);
    assert_int_equal(db_finish(row, &error), ERROR_NONE);
    assert_true(count > 0);
    db_close(db);
}

static void compare_item(struct db_statement *row, const struct json_value *answer)
{
    const struct json_value *item =
        find(json_value_get(answer, "items"), "title", db_column_text(row, 0));

    expect_text(item, "media_type", db_column_text(row, 1));
    assert_int_equal(json_value_get_integer(item, "year"), db_column_integer(row, 2));
    expect_text(item, "imdb_id", db_column_text(row, 3));
    assert_int_equal(json_value_get_integer(item, "tmdb_id"), db_column_integer(row, 4));
    assert_int_equal(json_value_get_integer(item, "overseerr_id"), db_column_integer(row, 4));
    expect_text(item, "status", db_column_text(row, 5));
    expect_time(item, "last_synced", db_column_text(row, 6));
}

static void compare_list(struct db_statement *row, const struct json_value *answer)
{
    const struct json_value *list =
        find(json_value_get(answer, "lists"), "list_id", db_column_text(row, 1));

    expect_text(list, "list_type", db_column_text(row, 0));
    assert_int_equal(json_value_get_integer(list, "item_count"), db_column_integer(row, 2));
    expect_time(list, "last_synced", db_column_text(row, 3));
    expect_text(list, "user_id", db_column_text(row, 4));
}

static void compare_run(struct db_statement *row, const struct json_value *answer)
{
    const struct json_value *runs = json_value_get(answer, "runs");

    for (size_t i = 0; i < json_value_count(runs); i++) {
        const struct json_value *run = json_value_at(runs, i);
        const char *started = json_value_get_text(run, "started_at");
        if (strncmp(started, db_column_text(row, 0), 10) != 0 ||
            strncmp(started + 11, db_column_text(row, 0) + 11, 8) != 0)
            continue;
        expect_text(run, "mode", db_column_text(row, 1));
        assert_int_equal(json_value_get_integer(run, "items_processed"), db_column_integer(row, 2));
        assert_int_equal(json_value_get_integer(run, "items_requested"), db_column_integer(row, 3));
        assert_int_equal(json_value_get_integer(run, "items_skipped"), db_column_integer(row, 4));
        assert_int_equal(json_value_get_integer(run, "items_errored"), db_column_integer(row, 5));
        return;
    }
    fail_msg("no run of %s", db_column_text(row, 0));
}

static void compare_all(const struct daemon *daemon)
{
    AUTO_DAEMON_ANSWER struct daemon_answer items = {0}, lists = {0}, runs = {0};

    ask(daemon, "/api/items?limit=500", &items);
    assert_int_equal(json_value_get_integer(items.document, "total"), 200);
    each_planted(daemon,
                 "SELECT title, media_type, year, imdb_id,"
                 " COALESCE(overseerr_id, NULLIF(CAST(tmdb_id AS INTEGER), 0), 0), status,"
                 " last_synced FROM synced_items",
                 compare_item, items.document);
    ask(daemon, "/api/lists", &lists);
    each_planted(daemon, "SELECT list_type, list_id, item_count, last_synced, user_id FROM lists",
                 compare_list, lists.document);
    ask(daemon, "/api/runs", &runs);
    each_planted(daemon,
                 "SELECT start_time, sync_type, total_items, items_requested, items_skipped,"
                 " items_errors FROM sync_history",
                 compare_run, runs.document);
}

static void compare_settings(const struct daemon *daemon)
{
    AUTO_DAEMON_ANSWER struct daemon_answer config = {0}, interval = {0}, targets = {0};

    ask(daemon, "/api/settings/config", &config);
    expect_text(config.document, "overseerr_url", "http://seerr.lan:5055");
    expect_text(config.document, "overseerr_user_id", "4");
    expect_text(config.document, "timezone", "Europe/London");
    assert_int_equal(json_value_get_integer(config.document, "trakt_special_items_limit"), 40);
    assert_true(json_value_is_true(json_value_get(config.document, "overseerr_4k")));
    assert_false(json_value_is_true(json_value_get(config.document, "auto_sync")));
    ask(daemon, "/api/sync-interval", &interval);
    assert_true(json_value_number(json_value_get(interval.document, "interval_hours")) == 0.5);
    ask(daemon, "/api/notifications", &targets);
    assert_int_equal(json_value_count(json_value_get(targets.document, "targets")), 1);
    assert_non_null(strstr(buffer_string(&targets.body), "\"kind\":\"discord\""));
}

static const char lists_of_all_forms[] =
    "INSERT INTO lists (list_type, list_id, list_url, item_count, last_synced, user_id) VALUES"
    " ('imdb', 'top', 'https://www.imdb.com/chart/top', 250, '2025-06-01 10:00:00', '1'),"
    " ('imdb', 'ls012345678', NULL, 12, '2025-06-01 10:01:00', '2'),"
    " ('imdb', 'ur00000001', NULL, 7, '2025-06-01 10:02:00', '1'),"
    " ('trakt', '12345678', NULL, 9, '2025-06-01 10:03:00', '4'),"
    " ('trakt_special', 'trending:movies', NULL, 20, '2025-06-01 10:04:00', '1'),"
    " ('letterboxd', 'dave/list/weekend', NULL, 3, '2025-06-01 10:05:00', '1'),"
    " ('mdblist', 'anna/films', NULL, 5, '2025-06-01 10:06:00', '1'),"
    " ('stevenlu', 'movies-imdb-min7.json', NULL, 40, '2025-06-01 10:07:00', '1'),"
    " ('tmdb', '8136', NULL, 9, '2025-06-01 10:08:00', '1'),"
    " ('tvdb', '77', NULL, 9, '2025-06-01 10:09:00', '1'),"
    " ('anilist', 'anna', NULL, 9, '2025-06-01 10:10:00', '1'),"
    " ('simkl', 'user_watchlist', NULL, 0, '2025-06-01 10:11:00', '1'),"
    " ('collections', 'Star Wars Collection', NULL, 9, '2025-06-01 10:12:00', '1');";

static void read_file(const struct daemon *daemon, const char *name, struct buffer *ret)
{
    AUTO_FREE char *path = world_path(&daemon->world, name);

    assert_int_equal(files_read(path, ret, NULL), ERROR_NONE);
}

static void every_row_is_found_again(void **state)
{
    AUTO_BUFFER struct buffer before = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_BUFFER struct buffer after = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct daemon daemon;

    (void)state;
    open_volume(&daemon,
                (const char *[]){"OVERSEERR_URL", "OVERSEERR_API_KEY", "SYNC_INTERVAL", "AUTO_SYNC",
                                 NO_LOGIN, NULL},
                PLANT(200));
    AUTO_FREE char *database = world_path(&daemon.world, "list_sync.db");
    former_write(database, lists_of_all_forms);
    former_write(database, former_original_settings);
    former_write(database, "DELETE FROM app_settings WHERE key = 'imdb_lists'");
    world_write(&daemon.world, ".encryption_key", FORMER_KEY);
    read_file(&daemon, "list_sync.db", &before);
    daemon_start(&daemon);
    compare_all(&daemon);
    compare_settings(&daemon);
    daemon_stop(&daemon);
    read_file(&daemon, "list_sync.db.before-listsync", &after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.bytes, after.bytes, before.length);
    daemon_close(&daemon);
}

static void it_says_later_what_it_took_over_at_the_start(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer found = {0};
    struct daemon daemon;

    (void)state;
    open_volume(&daemon, (const char *[]){"AUTO_SYNC=false", NO_LOGIN, NULL}, PLANT(18));
    daemon_start(&daemon);
    ask(&daemon, "/api/import", &found);
    const struct json_value *story = json_value_get(found.document, "at_start");
    const struct json_value *sums = json_value_get(story, "taken_over");
    assert_int_equal(json_value_get_integer(sums, "items"), 18);
    assert_int_equal(json_value_get_integer(sums, "requests"), 10);
    assert_int_equal(json_value_get_integer(sums, "runs"), 3);
    assert_true(json_value_count(json_value_get(story, "lines")) >= 4);
    daemon_close(&daemon);
}

/* Of 45 titles of the list the original had dealt with 40: half of these are in Seerr still. */
static void tell_simulator(const struct daemon *daemon)
{
    for (int n = 1; n <= 20; n++) {
        AUTO_FREE char *media = memory_print(
            "{\"kind\": \"%s\", \"tmdb\": %d, \"status\": %d, \"seasons\": [%s]}",
            n % 10 ? "movie" : "tv", 9000000 + n, n % 2 ? 2 : 5, n % 10 ? "" : "1,2,3");
        sim_tell(&daemon->world.sim, "/sim/media", media);
    }
}

static void the_first_sync_asks_for_nothing_twice(void **state)
{
    struct daemon daemon;

    (void)state;
    open_volume(&daemon, (const char *[]){"AUTO_SYNC=false", NO_LOGIN, NULL},
                PLANT(40) "UPDATE synced_items SET overseerr_id = 9000000 + CAST(substr(imdb_id, 4)"
                          " AS INTEGER) % 1000000, status = iif(id % 2, 'skipped', 'requested');"
                          "INSERT INTO lists (list_type, list_id, user_id) VALUES"
                          " ('imdb', 'ls9000000045', '1')");
    tell_simulator(&daemon);
    daemon_start(&daemon);
    int64_t run = daemon_sync(&daemon, NULL);
    AUTO_FREE char *path = memory_print("/api/runs/%lld", (long long)run);
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    ask(&daemon, path, &answer);
    const struct json_value *decisions = json_value_get(answer.document, "decisions");
    assert_int_equal(json_value_get_integer(decisions, "request"), 5);
    assert_int_equal(json_value_get_integer(decisions, "skip_deleted"), 20);
    assert_int_equal(sim_counter(&daemon.world.sim, "requests_made"), 5);
    assert_int_equal(sim_counter(&daemon.world.sim, "duplicate_requests"), 0);
    daemon_close(&daemon);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_again),
        cmocka_unit_test(it_says_later_what_it_took_over_at_the_start),
        cmocka_unit_test(the_first_sync_asks_for_nothing_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
