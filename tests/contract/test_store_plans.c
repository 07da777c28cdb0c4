/*
 * No statement on a hot path reads a whole table: every statement that the domain functions
 * prepare is explained by SQLite itself. A new statement is watched without a line here, as long
 * as the tour below calls its function.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/analytics.h"
#include "store/audit.h"
#include "store/identities.h"
#include "store/items_query.h"
#include "store/ledger.h"
#include "store/lists_of_item.h"
#include "store/retention.h"
#include "store/runs_newest.h"
#include "store/runs_query.h"
#include "store/stored_settings.h"
#include "support/plans.h"
#include "support/store_world.h"

/* Statements that are meant to read everything, and why. */
static const struct {
    const char *part;
    const char *why;
} full_readers[] = {
    {"FROM lists WHERE removed_at IS NULL AND ($1", "all lists, a few dozen"},
    {"FROM request_ledger WHERE is_4k = $1 ORDER", "the whole ledger, once per run"},
    {"FROM list_items WHERE list_id = $1", "all entries of one list"},
    {"INSERT INTO lists ", "the foreign keys of a list that is new and has no entries"},
    {"instr(folded_title, $1)", "a part of a title: reads the index over titles, no row"},
    {"FROM sync_history ORDER BY id DESC LIMIT", "stops at its limit"},
    {"SELECT COUNT(*) FROM lists WHERE", "all lists, a few dozen"},
    {"FROM users ORDER BY name", "all accounts"},
    {"EXISTS (SELECT 1 FROM users)", "stops at the first"},
    {"role = $1 AND disabled = 0", "all accounts, when an admin is changed"},
    {"ORDER BY users.name, api_keys.id", "all keys, shown to an admin"},
    {"token_keys", "two or three"},
    {"FROM item_groups", "groups of items, some dozen"},
    {"SELECT list_type, COUNT(*) FROM lists", "all lists, a few dozen"},
    {"SELECT COUNT(*) FROM sync_history", "the count of all, which the smallest index has"},
    {"ORDER BY id DESC LIMIT 1", "stops at the first real run"},
    {"FROM item_matches", "what people said, a few dozen"},
    {"FROM settings ORDER BY name", "all that are stored, a few dozen"},
    {"sync_interval", "one row"},
    {"FROM audit_log WHERE id < $1 ORDER", "stops at its limit"},
    {"FROM audit_log ORDER BY id LIMIT", "stops at its limit"},
    {"FROM notification_deliveries ORDER BY id LIMIT", "stops at its limit"},
};

static const char *prepared[256];
static size_t prepared_count;

static enum error_code noting_prepare(void *handle, const char *sql, void **ret,
                                      struct error *error)
{
    assert_true(prepared_count < ARRAY_LENGTH(prepared));
    prepared[prepared_count++] = sql;
    return db_driver_sqlite.prepare(handle, sql, ret, error);
}

static const struct item heat = {
    .title = "Heat",
    .year = 1995,
    .media_type = MEDIA_MOVIE,
    .ids = {"tt0113277", 949, 41, "letterboxd:heat-1995"},
    .proof = PROOF_TITLE,
};

static void tour_choices(struct store_world *world, int64_t id)
{
    const struct lists_query query = {.auto_sync = -1};
    struct stored_lists lists;
    struct stored_list list;
    int64_t total;

    must(world, lists_find_id(world->store, world->arena, id, &list, &world->error));
    must(world, lists_change(world->store, &list, &world->error));
    must(world, lists_query(world->store, world->arena, &query, &lists, &total, &world->error));
}

static void tour_lists(struct store_world *world)
{
    const struct entry entry = {.title = "Heat", .year = 1995, .media_type = MEDIA_MOVIE};
    const struct list_ref ref = {"imdb", "ls1", ""};
    struct list_validators validators;
    struct stored_lists lists;
    struct entry_list entries;
    int64_t id = store_world_list(world, "imdb", "ls1");

    store_world_read(world, id, OUTCOME_OK, &entry, 1);
    store_world_read(world, id, OUTCOME_UNCHANGED, NULL, 0);
    store_world_read(world, id, OUTCOME_PARTIAL, &entry, 1);
    store_world_read(world, id, OUTCOME_EMPTY, NULL, 0);
    entry_list_init(&entries, world->arena);
    must(world, lists_entries(world->store, id, &entries, &world->error));
    entry_list_release(&entries);
    must(world, lists_validators(world->store, id, world->arena, &validators, &world->error));
    must(world, lists_load(world->store, world->arena, true, &lists, &world->error));
    tour_choices(world, id);
    must(world, lists_remove(world->store, &ref, &world->error));
}

static void visit(void *context, enum media_type media_type, const struct ids *ids)
{
    (void)context;
    (void)media_type;
    (void)ids;
}

static void tour_runs(struct store_world *world)
{
    const struct list_ref ref = {"imdb", "ls2", ""};
    const struct merge_list list = {.ref = &ref, .list_id = store_world_list(world, "imdb", "ls2")};
    struct item_source source = {&list, 1};
    struct item by_imdb = heat, whole = heat;
    struct stored_run run = {.id = store_world_run(world), .state = RUN_COMPLETED};
    struct stored_runs runs;
    struct item_stories stories;

    by_imdb.ids = (struct ids){.imdb = "tt0113277"};
    must(world, runs_end_interrupted(world->store, &world->error));
    must(world,
         runs_record_list(world->store, run.id, list.list_id, OUTCOME_OK, 1, "", &world->error));
    store_world_item(world, run.id, &by_imdb);
    by_imdb.ids = (struct ids){.tmdb = 949};
    store_world_item(world, run.id, &by_imdb);
    whole.sources = &source;
    whole.source_count = 1;
    int64_t id = store_world_item(world, run.id, &whole);
    must(world, items_set_ignored(world->store, id, true, &world->error));
    must(world, items_each_ignored(world->store, visit, NULL, &world->error));
    must(world, runs_finish(world->store, &run, &world->error));
    must(world, runs_load(world->store, world->arena, 5, &runs, &world->error));
    must(world, runs_find(world->store, world->arena, run.id, &run, &world->error));
    must(world, runs_explain(world->store, world->arena, "heat", 5, &stories, &world->error));
    must(world, runs_explain(world->store, world->arena, "tt0113277", 5, &stories, &world->error));
}

static void tour_memory(struct store_world *world)
{
    const struct known_identity identity = {.media_type = MEDIA_MOVIE, .tmdb = 949};
    const struct ledger_row row = {.media_type = MEDIA_MOVIE, .tmdb = 949};
    struct known_identity known;
    struct title_look look = {0};
    struct ledger_rows rows;
    int64_t id = 0;

    must(world, identities_learn(world->store, "imdb:tt1", &identity, &world->error));
    must(world, identities_find(world->store, "imdb:tt1", &known, &world->error));
    must(world, ledger_intend(world->store, &row, &id, &world->error));
    must(world, ledger_answer(world->store, id, LEDGER_REQUESTED, 1, "", &world->error));
    must(world, ledger_remember(world->store, MEDIA_MOVIE, 949, false, LEDGER_DECLINED, "",
                                &world->error));
    must(world, ledger_load(world->store, world->arena, false, &rows, &world->error));
    must(world,
         ledger_of_title(world->store, world->arena, MEDIA_MOVIE, 949, &rows, &world->error));
    must(world, ledger_of_run(world->store, world->arena, 1, &rows, &world->error));
    must(world, ledger_forgive(world->store, MEDIA_MOVIE, 949, &id, &world->error));
    must(world, looks_save(world->store, MEDIA_TV, 1, false, &look, &world->error));
    must(world, looks_find(world->store, MEDIA_TV, 1, false, &look, &world->error));
}

static void tour_queue(struct store_world *world)
{
    const struct stored_run order = {.mode = RUN_SINGLE, .lists = "1"};
    struct stored_run run;
    struct stored_runs runs;
    int64_t id = 0;
    bool again;

    must(world, runs_queue(world->store, &order, &id, &again, &world->error));
    must(world, runs_next_queued(world->store, world->arena, &run, &world->error));
    must(world, runs_start(world->store, id, &world->error));
    must(world, runs_take_interrupted(world->store, world->arena, &runs, &world->error));
    must(world, runs_queue(world->store, &order, &id, &again, &world->error));
    must(world, runs_cancel_queued(world->store, id, &world->error));
    must(world, runs_set_undone(world->store, id, &world->error));
}

static void visit_match(void *context, const struct item_match *match)
{
    (void)context;
    (void)match;
}

/* What a run of the service asks before it begins. */
static void tour_order(struct store_world *world)
{
    struct stored_runs runs;
    int64_t *lists = NULL, row = 0;
    size_t count = 0;

    must(world, runs_newest_full(world->store, world->arena, 5, &runs, &world->error));
    must(world, runs_newest_complete(world->store, world->arena, &runs, &world->error));
    must(world, runs_waiting(world->store, world->arena, &runs, &world->error));
    must(world, lists_of_item(world->store, world->arena, 1, &lists, &count, &world->error));
    must(world, runs_find_item(world->store, &heat, "movie:tmdb:949", &row, &world->error));
    must(world, item_matches_each(world->store, visit_match, NULL, &world->error));
}

static void tour_logins(struct store_world *world, int64_t user_id)
{
    const struct login_session given = {.digest = "d", .user_id = user_id, .expires_at = 9};
    const struct api_key new_key = {
        .user_id = user_id, .name = "n", .digest = "d", .hint = "h", .scope = "read"};
    struct store *store = world->store;
    struct login_session session;
    struct login_sessions sessions;
    struct account account;
    struct api_key key;
    struct api_keys keys;
    int64_t id = 0;

    must(world, sessions_add(store, &given, &world->error));
    must(world, sessions_find(store, world->arena, "d", 1, &session, &account, &world->error));
    must(world, sessions_seen(store, "d", 1, 2, &world->error));
    must(world, sessions_of(store, world->arena, user_id, &sessions, &world->error));
    must(world, sessions_end(store, "d", &world->error));
    must(world, sessions_end_all(store, user_id, &world->error));
    must(world, sessions_drop_expired(store, 1, &world->error));
    must(world, api_keys_add(store, &new_key, &id, &world->error));
    must(world, api_keys_find(store, world->arena, "d", 1, &key, &world->error));
    must(world, api_keys_used(store, id, 1, &world->error));
    must(world, api_keys_load(store, world->arena, &keys, &world->error));
    must(world, api_keys_revoke(store, id, &world->error));
}

static void tour_accounts(struct store_world *world)
{
    const struct account anna = {.name = "anna", .password = "x", .role = "admin"};
    struct account bert = {.name = "bert", .password = "x", .role = "admin"};
    struct store *store = world->store;
    struct accounts accounts;
    struct account read;
    struct token_keys keys;
    int64_t id = 0;
    bool any;

    must(world, accounts_add_first(store, &anna, &id, &world->error));
    must(world, accounts_add(store, &bert, &bert.id, &world->error));
    must(world, accounts_exist(store, &any, &world->error));
    must(world, accounts_load(store, world->arena, &accounts, &world->error));
    must(world, accounts_find_name(store, world->arena, "bert", &read, &world->error));
    must(world, accounts_set_password(store, id, "x", "y", NULL, &world->error));
    must(world, accounts_note_login(store, id, 1, &world->error));
    tour_logins(world, bert.id);
    bert.disabled = true;
    must(world, accounts_change(store, &bert, NULL, &world->error));
    must(world, accounts_delete(store, bert.id, &world->error));
    must(world, token_keys_rotate(store, "sealed", 1, 0, &id, &world->error));
    must(world, token_keys_load(store, world->arena, &keys, &world->error));
}

static void tour_notes(struct store_world *world)
{
    const struct audit_row row = {.who = "anna", .action = "list.add"};
    struct store *store = world->store;
    struct audit_rows rows;
    struct stored_settings settings;
    const char *text;
    double hours;

    must(world, audit_add(store, &row, &world->error));
    must(world, audit_load(store, world->arena, 0, NULL, 5, &rows, &world->error));
    must(world, audit_load(store, world->arena, 0, "list", 5, &rows, &world->error));
    must(world, stored_settings_put(store, "TZ", "UTC", false, &world->error));
    must(world, stored_settings_load(store, world->arena, &settings, &world->error));
    must(world, stored_settings_drop(store, "TZ", &world->error));
    must(world, service_state_put(store, "paused", "1", &world->error));
    must(world, service_state_get(store, world->arena, "paused", &text, &world->error));
    must(world, sync_interval_put(store, 1, &world->error));
    must(world, sync_interval_get(store, &hours, &text, world->arena, &world->error));
}

/* The statements of pages have tests of their own, each way to read for itself. */
static void tour_queries(struct store_world *world)
{
    struct arena *arena = world->arena;
    const struct items_query items = {.search = "heat", .media_type = "movie", .limit = 5};
    const struct runs_query runs = {.dry_run = -1, .limit = 5},
                            of_list = {.dry_run = -1, .list_id = 1};
    struct queried_items page;
    struct queried_item item;
    struct item_story story;
    struct stored_runs found;
    struct run_lists lists;
    struct run_items decided;
    struct run_tally tally;
    struct list_runs list_runs;
    struct analytics_overview overview;
    struct analytics_points points;
    struct analytics_sources sources;
    struct status_counts counts;
    int64_t total;

    must(world, items_query(world->store, arena, &items, &page, &world->error));
    assert_true(page.count > 0);
    must(world, items_find(world->store, arena, page.items[0].id, &item, &world->error));
    must(world, items_story(world->store, arena, item.id, &story, &world->error));
    must(world, runs_query(world->store, arena, &runs, &found, &total, &world->error));
    must(world, runs_query(world->store, arena, &of_list, &found, &total, &world->error));
    must(world, runs_lists(world->store, arena, 1, &lists, &world->error));
    const struct run_items_query of_run = {
        .run_id = 1, .decision = "request", .with_lists = true, .limit = 5};
    const struct run_items_query in_run = {
        .run_id = 1, .group = "there", .search = "the", .limit = 5};
    must(world, runs_items(world->store, arena, &of_run, &decided, &world->error));
    must(world, runs_items(world->store, arena, &in_run, &decided, &world->error));
    must(world, runs_of_list(world->store, arena, 1, 0, 5, &list_runs, &world->error));
    must(world, runs_count(world->store, arena, 1, &tally, &world->error));
    must(world, analytics_overview(world->store, arena, "", &overview, &world->error));
    must(world, analytics_additions(world->store, arena, "", 60, 5, &points, &world->error));
    must(world, analytics_sources(world->store, arena, "", &sources, &world->error));
    must(world, analytics_statuses(world->store, arena, &counts, &world->error));
}

static void tour_retention(struct store_world *world)
{
    const struct retention_days days = {.whole_runs = 0, .changes = 1, .audit = 1, .deliveries = 1};
    struct retention retention = retention_of(&days, clock_wall_ms() + INT64_C(864000000));
    struct retention_round round = {0};
    bool done = false;

    store_world_read(world, store_world_list(world, "imdb", "ls3"), OUTCOME_EMPTY, NULL, 0);
    while (!done)
        must(world, retention_bite(world->store, &retention, &round, &done, &world->error));
}

static void expect_no_stale_exception(void)
{
    for (size_t i = 0; i < ARRAY_LENGTH(full_readers); i++) {
        bool found = false;
        for (size_t j = 0; j < prepared_count; j++)
            found = found || strstr(prepared[j], full_readers[i].part);
        if (!found)
            fail_msg("nothing reads \"%s\" any more (%s)", full_readers[i].part,
                     full_readers[i].why);
    }
}

static bool may_read_all(const char *sql)
{
    for (size_t i = 0; i < ARRAY_LENGTH(full_readers); i++) {
        if (strstr(sql, full_readers[i].part))
            return true;
    }
    return false;
}

/* Rows that the statement made itself, and what an index of words or an array finds. */
static bool is_table(const char *step)
{
    static const char *const others[] = {"SCAN CONSTANT ROW", "SCAN (subquery", "SCAN picked"};

    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        if (text_starts_with(step, others[i]))
            return false;
    }
    return !strstr(step, "VIRTUAL TABLE INDEX");
}

/* A list may hold 50,000 entries: to walk one from end to end is a scan too. */
static bool is_scan(const char *step)
{
    return (text_starts_with(step, "SCAN") && is_table(step)) ||
           (strstr(step, " list_items ") && strstr(step, "(list_id=?)"));
}

static void test_no_statement_reads_a_whole_table(void **state)
{
    struct store_world *world = *state;
    static struct db_driver noting; /* outlives the test: the store is closed after it */
    int scans = 0;

    noting = db_driver_sqlite;
    noting.prepare = noting_prepare;
    must(world, store_open(&noting, world->path, &world->store, &world->error));
    prepared_count = 0; /* opening may read what it likes */
    tour_lists(world);
    tour_runs(world);
    tour_memory(world);
    tour_queue(world);
    tour_order(world);
    tour_accounts(world);
    tour_notes(world);
    tour_queries(world);
    tour_retention(world);
    expect_no_stale_exception();
    for (size_t i = 0; i < prepared_count; i++) {
        if (!may_read_all(prepared[i]))
            scans += plans_count(world->path, prepared[i], is_scan);
    }
    assert_int_equal(scans, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_statement_reads_a_whole_table,
                                        store_world_setup_empty, store_world_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
