#include "support/big_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "store/rows.h"
#include "support/store_world.h"

enum { HOUR_MS = 3600 * 1000, RUNS_WHOLE = 20, PART = 3000 };

struct filling {
    struct store *store;
    const struct big_store *size;
    int64_t now;
    uint64_t seed;
};

static const char *const types[] = {"imdb", "trakt", "letterboxd", "mdblist",
                                    "tmdb", "tvdb",  "simkl",      "anilist"};

static const char *const words[] = {
    "The",    "Night",   "of",      "Last",    "River",  "Dark",     "Love",   "House",  "City",
    "Blood",  "and",     "Return",  "Lost",    "King",   "Queen",    "Summer", "Winter", "Red",
    "Black",  "White",   "Silent",  "Moon",    "Star",   "War",      "Peace",  "Heat",   "Matrix",
    "Blue",   "Garden",  "Shadow",  "Fire",    "Ice",    "Stranger", "Garage", "Train",  "Ocean",
    "Amélie", "Château", "Über",    "Señor",   "Ørsted", "Zodiac",   "Quartz", "Jazz",   "Xenon",
    "Island", "Empire",  "Kingdom", "Journey", "Secret", "Hidden",   "Broken", "Golden", "Wild",
};

/* What became of items, of a hundred. */
static const struct {
    int share;
    const char *status, *decision, *rule;
} fates[] = {
    {55, "already_available", "skip_available", "available"},
    {24, "already_requested", "skip_requested", "film_requested"},
    {8, "not_found", "unmatched", "unidentified"},
    {4, "skipped", "skip_declined", "declined_earlier"},
    {3, "requested", "request", "new_film"},
    {3, "skipped", "skip_ignored", "ignored"},
    {2, "skipped", "skip_filtered", "unsupported"},
    {1, "error", "request", "new_film"},
};

/* xorshift: the same numbers everywhere. */
static uint64_t draw(struct filling *filling, uint64_t below)
{
    filling->seed ^= filling->seed << 13;
    filling->seed ^= filling->seed >> 7;
    filling->seed ^= filling->seed << 17;
    return filling->seed % below;
}

static void at(const struct filling *filling, int64_t hours_ago, char text[CLOCK_TEXT_SIZE])
{
    clock_format_utc(filling->now - hours_ago * HOUR_MS, text);
}

static size_t draw_fate(struct filling *filling)
{
    int left = (int)draw(filling, 100);
    size_t fate = 0;

    while (fate + 1 < ARRAY_LENGTH(fates) && left >= fates[fate].share)
        left -= fates[fate++].share;
    return fate;
}

static void draw_title(struct filling *filling, int number, char *title, size_t size)
{
    int length = snprintf(title, size, "%s", words[draw(filling, ARRAY_LENGTH(words))]);

    for (uint64_t i = 1 + draw(filling, 3); i > 0; i--)
        length += snprintf(title + length, size - (size_t)length, " %s",
                           words[draw(filling, ARRAY_LENGTH(words))]);
    if (number % 3 == 0)
        snprintf(title + length, size - (size_t)length, " %d", number);
}

/* The lists differ in length as people's do: the first is long, the last is short. */
static int draw_list(struct filling *filling)
{
    uint64_t most = (uint64_t)filling->size->lists, first = draw(filling, most);

    return 1 + (int)draw(filling, first + 1);
}

static enum error_code add_list(struct filling *filling, int number, struct error *error)
{
    struct db_statement *statement = db_prepare(
        filling->store->db, "INSERT INTO lists (id, list_type, list_id, description, created_at,"
                            "  updated_at, last_synced, last_tried, status)"
                            " VALUES ($1, $2, $3, $4, $5, $5, $5, $5, 'ok')");
    char text[32], now[CLOCK_TEXT_SIZE];

    snprintf(text, sizeof(text), "list-%d", number);
    at(filling, 0, now);
    db_bind_integer(statement, 1, number);
    db_bind_text(statement, 2, types[(size_t)number % ARRAY_LENGTH(types)]);
    db_bind_text(statement, 3, text);
    db_bind_text(statement, 4, "A list of this and that");
    db_bind_text(statement, 5, now);
    return rows_run(statement, error);
}

static enum error_code add_entry(struct filling *filling, int list, int item, const char *title,
                                 const char *when, struct error *error)
{
    struct db_statement *statement = db_prepare(
        filling->store->db,
        "INSERT INTO list_items (list_id, entry_key, rank, title, original_title, year, media_type,"
        "  imdb_id, tmdb_id, tvdb_id, source_id, season, unsupported, first_seen, last_seen,"
        "  item_id) VALUES ($1, $2, $3, $4, '', 1990, 'movie', '', $3, 0, '', 0, '', $5, $5, $3)");
    char key[32];

    snprintf(key, sizeof(key), "movie:tmdb:%d", item);
    db_bind_integer(statement, 1, list);
    db_bind_text(statement, 2, key);
    db_bind_integer(statement, 3, item);
    db_bind_text(statement, 4, title);
    db_bind_text(statement, 5, when);
    return rows_run(statement, error);
}

static enum error_code add_decision(struct filling *filling, int run, int item, size_t fate,
                                    struct error *error)
{
    struct db_statement *statement =
        db_prepare(filling->store->db,
                   "INSERT INTO run_items (run_id, item_id, decision, rule, reason, status, answer,"
                   "  request_id, status_before) VALUES ($1, $2, $3, $4, $5, $6, '', 0, $7)");

    db_bind_integer(statement, 1, run);
    db_bind_integer(statement, 2, item);
    db_bind_text(statement, 3, fates[fate].decision);
    db_bind_text(statement, 4, fates[fate].rule);
    db_bind_text(statement, 5, "this is why it was decided so, in one plain sentence of our own");
    db_bind_text(statement, 6, fates[fate].status);
    db_bind_text(statement, 7, item % 50 ? fates[fate].status : "");
    return rows_run(statement, error);
}

static enum error_code add_row(struct filling *filling, int item, size_t fate, int list,
                               const char *title, struct error *error)
{
    struct db_statement *statement = db_prepare(
        filling->store->db,
        "INSERT INTO synced_items (id, item_key, title, folded_title, year, media_type, imdb_id,"
        "  overseerr_id, status, decision, provider_source, first_seen, last_synced, last_run_id,"
        "  proof, evidence, ignored) VALUES ($1, $2, $3, $4, $5, $6, $7, $1, $8, $9, $10, $11,"
        "  $12, $13, 'imdb', 'Seerr knows the IMDb id as this title', $14)");
    AUTO_FREE char *folded = title_fold(title);
    char key[32], imdb[16], first[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE];
    int64_t runs = filling->size->runs;

    snprintf(key, sizeof(key), "movie:tmdb:%d", item);
    snprintf(imdb, sizeof(imdb), "tt%07d", item);
    at(filling, runs - runs * item / filling->size->items, first);
    clock_format_utc(filling->now - item % 100 * 1000, last);
    db_bind_integer(statement, 1, item);
    db_bind_text(statement, 2, key);
    db_bind_text(statement, 3, title);
    db_bind_text(statement, 4, folded);
    db_bind_integer_or_null(statement, 5, item % 41 ? 1925 + (int64_t)draw(filling, 100) : 0);
    db_bind_text(statement, 6, item % 4 ? "movie" : "tv");
    db_bind_text(statement, 7, imdb);
    db_bind_text(statement, 8, fates[fate].status);
    db_bind_text(statement, 9, fates[fate].decision);
    db_bind_text(statement, 10, types[(size_t)list % ARRAY_LENGTH(types)]);
    db_bind_text(statement, 11, first);
    db_bind_text(statement, 12, last);
    db_bind_integer(statement, 13, runs);
    db_bind_integer(statement, 14, text_equal(fates[fate].decision, "skip_ignored"));
    return rows_run(statement, error);
}

/* The newest run decided it; what is requested by now, an older one asked for. */
static enum error_code add_item(struct filling *filling, int item, struct error *error)
{
    size_t fate = draw_fate(filling);
    int list = draw_list(filling), second = draw_list(filling);
    char title[128], when[CLOCK_TEXT_SIZE];
    int runs = filling->size->runs;

    draw_title(filling, item, title, sizeof(title));
    at(filling, (int64_t)draw(filling, (uint64_t)runs), when);
    enum error_code rc = add_row(filling, item, fate, list, title, error);
    if (!rc)
        rc = add_entry(filling, list, item, title, when, error);
    if (!rc && second != list && item % 4 == 0)
        rc = add_entry(filling, second, item, title, when, error);
    if (!rc)
        rc = add_decision(filling, runs, item, fate, error);
    if (!rc && fate == 1 && runs > RUNS_WHOLE)
        rc = add_decision(filling, 1 + (int)draw(filling, (uint64_t)(runs - RUNS_WHOLE)), item, 4,
                          error);
    return rc;
}

static enum error_code add_run_list(struct filling *filling, int run, int list, struct error *error)
{
    struct db_statement *statement =
        db_prepare(filling->store->db, "INSERT INTO run_lists (run_id, list_id, outcome, items,"
                                       "  message) VALUES ($1, $2, $3, 1000, '')");

    db_bind_integer(statement, 1, run);
    db_bind_integer(statement, 2, list);
    db_bind_text(statement, 3, (run + list) % 50 ? "unchanged" : "unreachable");
    return rows_run(statement, error);
}

static enum error_code add_history(struct filling *filling, int run, struct error *error)
{
    struct db_statement *statement = db_prepare(
        filling->store->db,
        "INSERT INTO sync_history (id, sync_started, sync_completed, items_processed,"
        "  items_requested, items_skipped, items_errored, sync_mode, started_by, state, dry_run,"
        "  duration_ms, items_unmatched)"
        " VALUES ($1, $2, $2, $3, 3, $3 - 10, 2, $4, 'schedule', $5, $6, 4200, 5)");
    char when[CLOCK_TEXT_SIZE];

    at(filling, filling->size->runs - run, when);
    db_bind_integer(statement, 1, run);
    db_bind_text(statement, 2, when);
    db_bind_integer(statement, 3, filling->size->items);
    db_bind_text(statement, 4, run % 20 ? "full" : "single");
    db_bind_text(statement, 5, run % 97 ? "completed" : "failed");
    db_bind_integer(statement, 6, run % 33 == 0);
    return rows_run(statement, error);
}

static enum error_code add_run(struct filling *filling, int run, struct error *error)
{
    enum error_code rc = add_history(filling, run, error);

    for (int list = 1; !rc && list <= filling->size->lists; list++)
        rc = add_run_list(filling, run, list, error);
    return rc;
}

/* Single lists were synced in the runs before the newest. */
static enum error_code add_newer_decisions(struct filling *filling, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (int back = 1; back < RUNS_WHOLE && back < filling->size->runs; back++)
        for (int item = 1; !rc && item <= PART && item <= filling->size->items; item++)
            rc = add_decision(filling, filling->size->runs - back, item, draw_fate(filling), error);
    return rc;
}

static const char sum_up[] =
    "UPDATE sync_history SET thinned_at = sync_completed"
    " WHERE id <= (SELECT MAX(id) FROM sync_history) - 20;"
    "UPDATE lists SET item_count = (SELECT COUNT(*) FROM list_items WHERE list_id = lists.id);"
    "INSERT INTO run_counts SELECT run_id, decision, status, COUNT(*) FROM run_items"
    " GROUP BY run_id, decision, status;"
    "INSERT INTO run_changes SELECT run_id, provider_source, media_type,"
    "  SUM(run_items.status = 'requested'), SUM(run_items.status = 'already_available'),"
    "  SUM(run_items.status = 'error') FROM run_items"
    " JOIN synced_items ON synced_items.id = run_items.item_id"
    " WHERE run_items.status <> status_before OR run_items.status = 'requested'"
    " GROUP BY run_id, provider_source, media_type;"
    "INSERT INTO run_fetches SELECT run_id, list_type, COUNT(*), SUM(outcome = 'unreachable')"
    " FROM run_lists JOIN lists ON lists.id = run_lists.list_id GROUP BY run_id, list_type";

static enum error_code fill(struct filling *filling, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (int list = 1; !rc && list <= filling->size->lists; list++)
        rc = add_list(filling, list, error);
    for (int run = 1; !rc && run <= filling->size->runs; run++)
        rc = add_run(filling, run, error);
    for (int item = 1; !rc && item <= filling->size->items; item++)
        rc = add_item(filling, item, error);
    if (!rc)
        rc = add_newer_decisions(filling, error);
    return rc ? rc : db_execute(filling->store->db, sum_up, error);
}

enum error_code big_store_fill(struct store *store, const struct big_store *size, int64_t now,
                               struct error *error)
{
    struct filling filling = {.store = store, .size = size, .now = now, .seed = 0x9e3779b97f4a7c15};
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    return store_end(store, fill(&filling, error), error);
}

int big_store_setup(void **state, const struct big_store *size, int64_t now)
{
    store_world_setup(state);
    struct store_world *world = *state;
    must(world, big_store_fill(world->store, size, now, &world->error));
    return 0;
}
