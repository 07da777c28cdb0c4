#include "store/runs.h"

#include "base/memory.h"
#include "store/rows.h"
#include "store/run_rows.h"
#include "store/run_sums.h"

/* Of the items of a run; those requested are written in one with the ledger. */
#define SUM_PROCESSED "COUNT(*)"
#define SUM_REQUESTED "COALESCE(SUM(status = 'requested'), 0)"
#define SUM_ERRORED   "COALESCE(SUM(status IN ('error', 'request_failed')), 0)"
#define SUM_UNMATCHED "COALESCE(SUM(decision = 'unmatched' AND status <> 'error'), 0)"

/* Their numbers go to a fresh vector. */
static enum error_code end_running(struct store *store, int64_t **ret_ids, size_t *ret_count,
                                   struct error *error)
{
    size_t capacity = 0;
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE sync_history SET state = $1, sync_completed = $2,"
                              "  message = '" RUN_CUT_OFF ": the program ended before the run did'"
                              " WHERE state = $3 RETURNING id");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_text(statement, 1, run_state_word(RUN_FAILED));
    db_bind_text(statement, 2, now);
    db_bind_text(statement, 3, run_state_word(RUN_RUNNING));
    while (db_step(statement)) {
        memory_grow(ret_ids, *ret_count, &capacity);
        (*ret_ids)[(*ret_count)++] = db_column_integer(statement, 0);
    }
    return db_finish(statement, error);
}

static const char count_skipped[] =
    "UPDATE sync_history SET items_skipped ="
    " MAX(0, items_processed - items_requested - items_errored - items_unmatched) WHERE id = $1";

/* Nobody has asked for what still was to be requested. */
static const char *const interrupted_steps[] = {
    "UPDATE synced_items SET status = 'cancelled' WHERE status = 'would_be_synced'"
    " AND id IN (SELECT item_id FROM run_items WHERE run_id = $1 AND status = 'would_be_synced')"
    " AND EXISTS (SELECT 1 FROM sync_history WHERE id = $1 AND dry_run = 0)",
    "UPDATE run_items SET status = 'cancelled', answer = 'not reached before the sync was cut off'"
    " WHERE run_id = $1 AND status = 'would_be_synced'"
    " AND EXISTS (SELECT 1 FROM sync_history WHERE id = $1 AND dry_run = 0)",
    "UPDATE sync_history SET (items_processed, items_requested, items_errored, items_unmatched) ="
    " (SELECT " SUM_PROCESSED ", " SUM_REQUESTED ", " SUM_ERRORED ", " SUM_UNMATCHED
    "  FROM run_items WHERE run_id = $1) WHERE id = $1",
    count_skipped,
};

static enum error_code close_interrupted(struct store *store, int64_t run_id, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(interrupted_steps); i++)
        rc = rows_run_on(store->db, interrupted_steps[i], run_id, error);
    return rc ? rc : run_sums_write(store, run_id, error);
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
        rc = close_interrupted(store, ids[i], error);
    return store_end(store, rc, error);
}

enum error_code runs_count_so_far(struct store *store, struct stored_run *run, struct error *error)
{
    struct db_statement *row = db_prepare(store->db, "SELECT " SUM_PROCESSED ", " SUM_REQUESTED
                                                     " FROM run_items WHERE run_id = $1");

    db_bind_integer(row, 1, run->id);
    if (db_step(row)) {
        run->processed = db_column_integer(row, 0);
        run->requested = db_column_integer(row, 1);
    }
    return db_finish(row, error);
}

enum error_code runs_set_goes_on(struct store *store, int64_t run_id, int64_t next_id,
                                 struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE sync_history SET state = $2, message = $3 WHERE id = $1");
    AUTO_FREE char *message =
        memory_print(RUN_CUT_OFF ": the program ended suddenly (killed, or without power); run "
                                 "%lld goes on with it",
                     (long long)next_id);

    db_bind_integer(statement, 1, run_id);
    db_bind_text(statement, 2, run_state_word(RUN_CANCELLED));
    db_bind_text(statement, 3, message);
    return rows_run(statement, error);
}

enum error_code runs_set_failure(struct store *store, int64_t run_id, const char *message,
                                 struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE sync_history SET message = $2 WHERE id = $1 AND state = $3");

    db_bind_integer(statement, 1, run_id);
    db_bind_text(statement, 2, message);
    db_bind_text(statement, 3, run_state_word(RUN_FAILED));
    return rows_run(statement, error);
}

static enum error_code load_running(struct store *store, struct arena *arena,
                                    struct stored_runs *ret, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT " RUN_COLUMNS " FROM sync_history WHERE state = $1 ORDER BY id");

    db_bind_text(row, 1, run_state_word(RUN_RUNNING));
    return run_rows_load(store, row, arena, ret, error);
}

enum error_code runs_take_interrupted(struct store *store, struct arena *arena,
                                      struct stored_runs *ret, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = load_running(store, arena, ret, error);
    if (!rc)
        rc = runs_end_interrupted(store, error);
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

static enum error_code no_such_run(int64_t run_id, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no run %lld", (long long)run_id);
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
    return rc || found ? rc : no_such_run(run->id, error);
}

enum error_code runs_finish(struct store *store, const struct stored_run *run, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = write_end(store, run, error);
    if (!rc)
        rc = run_sums_write(store, run->id, error);
    return store_end(store, rc, error);
}

enum error_code runs_load(struct store *store, struct arena *arena, int limit,
                          struct stored_runs *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " RUN_COLUMNS " FROM sync_history ORDER BY id DESC LIMIT $1");

    db_bind_integer(row, 1, limit);
    return run_rows_load(store, row, arena, ret, error);
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
        run = run_rows_read(row, arena);
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!found)
        return no_such_run(id, error);
    rc = run_rows_complete(store, &run, error);
    if (!rc)
        *ret = run;
    return rc;
}

enum error_code runs_set_undone(struct store *store, int64_t run_id, struct error *error)
{
    int64_t found = 0;
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE sync_history SET undone_at = $2 WHERE id = $1 RETURNING id");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_integer(statement, 1, run_id);
    db_bind_text(statement, 2, now);
    enum error_code rc = rows_number(statement, 0, &found, error);
    return rc || found ? rc : no_such_run(run_id, error);
}
