#include "store/runs.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/ledger.h"
#include "store/rows.h"
#include "store/run_sums.h"

/* Runs whose every decision is kept; of older ones, see prune(). */
enum { RUNS_KEPT = 20 };

/* Their numbers go to a fresh vector. */
static enum error_code end_running(struct store *store, int64_t **ret_ids, size_t *ret_count,
                                   struct error *error)
{
    size_t capacity = 0;
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE sync_history SET state = $1, sync_completed = $2,"
                              "  message = 'cut off: the program ended before the run did',"
                              "  items_requested = (SELECT COUNT(*) FROM request_ledger"
                              "   WHERE run_id = sync_history.id AND request_ledger.state = $5)"
                              " WHERE state IN ($3, $4) RETURNING id");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_text(statement, 1, run_state_word(RUN_FAILED));
    db_bind_text(statement, 2, now);
    db_bind_text(statement, 3, run_state_word(RUN_RUNNING));
    db_bind_text(statement, 4, run_state_word(RUN_QUEUED));
    db_bind_text(statement, 5, ledger_state_word(LEDGER_REQUESTED));
    while (db_step(statement)) {
        memory_grow(ret_ids, *ret_count, &capacity);
        (*ret_ids)[(*ret_count)++] = db_column_integer(statement, 0);
    }
    return db_finish(statement, error);
}

enum error_code runs_end_interrupted(struct store *store, struct error *error)
{
    AUTO_FREE int64_t *ids = NULL;
    size_t count = 0;
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = end_running(store, &ids, &count, error);
    for (size_t i = 0; !rc && i < count; i++)
        rc = run_sums_write(store, ids[i], error);
    return store_end(store, rc, error);
}

enum error_code runs_begin(struct store *store, enum run_mode mode, enum run_trigger trigger,
                           bool dry_run, int64_t *ret_id, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO sync_history (sync_started, sync_mode, started_by, state, dry_run)"
                   " VALUES ($1, $2, $3, $4, $5) RETURNING id");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_text(statement, 1, now);
    db_bind_text(statement, 2, run_mode_word(mode));
    db_bind_text(statement, 3, run_trigger_word(trigger));
    db_bind_text(statement, 4, run_state_word(RUN_RUNNING));
    db_bind_integer(statement, 5, dry_run);
    return rows_number(statement, 0, ret_id, error);
}

enum error_code runs_record_list(struct store *store, int64_t run_id, int64_t list_id,
                                 enum outcome outcome, int64_t items, const char *message,
                                 struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO run_lists (run_id, list_id, outcome, items, message)"
                   " VALUES ($1, $2, $3, $4, $5)"
                   " ON CONFLICT (run_id, list_id) DO UPDATE SET outcome = excluded.outcome,"
                   "  items = excluded.items, message = excluded.message");

    db_bind_integer(statement, 1, run_id);
    db_bind_integer(statement, 2, list_id);
    db_bind_text(statement, 3, outcome_word(outcome));
    db_bind_integer(statement, 4, items);
    rows_bind_text_or_empty(statement, 5, message);
    return rows_run(statement, error);
}

/*
 * Of runs past the newest few, only requests stay, and what is the last word on an item: a run
 * of 10,000 items writes two megabytes of reasons, four times a day, for ever.
 */
static enum error_code prune(struct store *store, struct error *error)
{
    int64_t newest_old = 0;
    struct db_statement *statement =
        db_prepare(store->db, "SELECT id FROM sync_history ORDER BY id DESC LIMIT 1 OFFSET $1");

    db_bind_integer(statement, 1, RUNS_KEPT);
    enum error_code rc = rows_number(statement, 0, &newest_old, error);
    if (rc || !newest_old)
        return rc;
    statement = db_prepare(
        store->db,
        "DELETE FROM run_items WHERE run_id <= $1 AND decision <> $2"
        " AND EXISTS (SELECT 1 FROM run_items AS newer"
        "  WHERE newer.item_id = run_items.item_id AND newer.run_id > run_items.run_id)");
    db_bind_integer(statement, 1, newest_old);
    db_bind_text(statement, 2, decision_word(DECISION_REQUEST));
    return rows_run(statement, error);
}

static enum error_code write_end(struct store *store, const struct stored_run *run,
                                 struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db,
        "UPDATE sync_history SET state = $2, sync_completed = $3, duration_ms = $4,"
        "  items_processed = $5, items_requested = $6, items_skipped = $7, items_errored = $8,"
        "  items_unmatched = $9, message = $10, seerr_calls = $11, source_calls = $12"
        " WHERE id = $1 RETURNING id");
    char now[CLOCK_TEXT_SIZE];
    int64_t found = 0;

    rows_now(now);
    db_bind_integer(statement, 1, run->id);
    db_bind_text(statement, 2, run_state_word(run->state));
    db_bind_text(statement, 3, run->completed && *run->completed ? run->completed : now);
    db_bind_integer(statement, 4, run->duration_ms);
    db_bind_integer(statement, 5, run->processed);
    db_bind_integer(statement, 6, run->requested);
    db_bind_integer(statement, 7, run->skipped);
    db_bind_integer(statement, 8, run->errored);
    db_bind_integer(statement, 9, run->unmatched);
    rows_bind_text_or_empty(statement, 10, run->message);
    db_bind_integer(statement, 11, run->seerr_calls);
    db_bind_integer(statement, 12, run->source_calls);
    enum error_code rc = rows_number(statement, 0, &found, error);
    if (rc || found)
        return rc;
    return error_set(error, ERROR_NOT_FOUND, "there is no run %lld", (long long)run->id);
}

enum error_code runs_finish(struct store *store, const struct stored_run *run, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = write_end(store, run, error);
    if (!rc)
        rc = run_sums_write(store, run->id, error);
    if (!rc)
        rc = prune(store, error);
    return store_end(store, rc, error);
}

#define RUN_COLUMNS                                                                                \
    "id, sync_mode, started_by, state, dry_run, sync_started, sync_completed, duration_ms,"        \
    " items_processed, items_requested, items_skipped, items_errored, items_unmatched, message,"   \
    " seerr_calls, source_calls"

static struct stored_run read_run(struct db_statement *row, struct arena *arena)
{
    struct stored_run run = {
        .id = db_column_integer(row, 0),
        .mode = RUN_FULL,
        .trigger = RUN_BY_SCHEDULE,
        .state = RUN_COMPLETED,
        .dry_run = db_column_integer(row, 4) != 0,
        .started = rows_text(row, 5, arena),
        .completed = rows_text(row, 6, arena),
        .duration_ms = db_column_integer(row, 7),
        .processed = db_column_integer(row, 8),
        .requested = db_column_integer(row, 9),
        .skipped = db_column_integer(row, 10),
        .errored = db_column_integer(row, 11),
        .unmatched = db_column_integer(row, 12),
        .message = rows_text(row, 13, arena),
        .seerr_calls = db_column_integer(row, 14),
        .source_calls = db_column_integer(row, 15),
    };

    run_mode_from_word(db_column_text(row, 1), &run.mode);
    run_trigger_from_word(db_column_text(row, 2), &run.trigger);
    run_state_from_word(db_column_text(row, 3), &run.state);
    return run;
}

/* A list that was not reached is not the list's fault: those of a cancelled run do not count. */
static enum error_code count_unread(struct store *store, struct stored_run *run,
                                    struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT outcome FROM run_lists WHERE run_id = $1");

    db_bind_integer(row, 1, run->id);
    while (db_step(row)) {
        enum outcome outcome;
        run->unread_lists += outcome_from_word(db_column_text(row, 0), &outcome) &&
                             outcome != OUTCOME_CANCELLED && !outcome_is_complete(outcome);
    }
    return db_finish(row, error);
}

enum error_code runs_load(struct store *store, struct arena *arena, int limit,
                          struct stored_runs *ret, struct error *error)
{
    struct stored_run *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT " RUN_COLUMNS " FROM sync_history ORDER BY id DESC LIMIT $1");

    db_bind_integer(row, 1, limit);
    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = read_run(row, arena);
    }
    struct stored_run *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    for (size_t i = 0; !rc && i < count; i++)
        rc = count_unread(store, &kept[i], error);
    if (!rc)
        *ret = (struct stored_runs){kept, count};
    return rc;
}

enum error_code runs_find(struct store *store, struct arena *arena, int64_t id,
                          struct stored_run *ret, struct error *error)
{
    struct stored_run run;
    struct db_statement *row =
        db_prepare(store->db, "SELECT " RUN_COLUMNS " FROM sync_history WHERE id = $1");

    db_bind_integer(row, 1, id);
    bool found = db_step(row);
    if (found)
        run = read_run(row, arena);
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "there is no run %lld", (long long)id);
    *ret = run;
    return ERROR_NONE;
}
