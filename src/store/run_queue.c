#include "base/memory.h"
#include "store/rows.h"
#include "store/run_rows.h"

static enum error_code find_equal(struct store *store, const struct stored_run *order, int64_t *ret,
                                  struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "SELECT id FROM sync_history WHERE state IN ($1, $7) AND sync_mode = $2"
                   " AND dry_run = $3 AND lists = $4 AND items = $5 AND is_4k = $6"
                   " ORDER BY id LIMIT 1");

    db_bind_text(statement, 1, run_state_word(RUN_QUEUED));
    db_bind_text(statement, 2, run_mode_word(order->mode));
    db_bind_integer(statement, 3, order->dry_run);
    rows_bind_text_or_empty(statement, 4, order->lists);
    rows_bind_text_or_empty(statement, 5, order->items);
    db_bind_integer(statement, 6, order->is_4k);
    db_bind_text(statement, 7, run_state_word(order->joins ? RUN_RUNNING : RUN_QUEUED));
    return rows_number(statement, 0, ret, error);
}

enum error_code runs_count_queued(struct store *store, int64_t *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "SELECT COUNT(*) FROM sync_history WHERE state = $1");

    db_bind_text(statement, 1, run_state_word(RUN_QUEUED));
    return rows_number(statement, 0, ret, error);
}

static enum error_code refuse_too_many(struct store *store, struct error *error)
{
    int64_t count = 0;
    enum error_code rc = runs_count_queued(store, &count, error);

    if (rc || count < RUNS_QUEUED_MOST)
        return rc;
    return error_set(error, ERROR_LIMIT, "%d runs wait already", RUNS_QUEUED_MOST);
}

static enum error_code insert(struct store *store, const struct stored_run *order, int64_t *ret_id,
                              struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO sync_history (sync_started, queued_at, sync_mode, started_by,"
                   "  state, dry_run, lists, items, requested_by, attempt, is_4k)"
                   " VALUES ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_text(statement, 1, now);
    db_bind_text(statement, 2, run_mode_word(order->mode));
    db_bind_text(statement, 3, run_trigger_word(order->trigger));
    db_bind_text(statement, 4, run_state_word(RUN_QUEUED));
    db_bind_integer(statement, 5, order->dry_run);
    rows_bind_text_or_empty(statement, 6, order->lists);
    rows_bind_text_or_empty(statement, 7, order->items);
    rows_bind_text_or_empty(statement, 8, order->requested_by);
    db_bind_integer(statement, 9, order->attempt ? order->attempt : 1);
    db_bind_integer(statement, 10, order->is_4k);
    return rows_number(statement, 0, ret_id, error);
}

static enum error_code queue(struct store *store, const struct stored_run *order, int64_t *ret_id,
                             bool *ret_again, struct error *error)
{
    int64_t equal = 0;
    enum error_code rc = find_equal(store, order, &equal, error);

    if (!rc && !equal && order->attempt <= 1)
        rc = refuse_too_many(store, error);
    if (!rc && !equal)
        return insert(store, order, ret_id, error);
    if (rc)
        return rc;
    *ret_id = equal;
    *ret_again = true;
    return ERROR_NONE;
}

enum error_code runs_queue(struct store *store, const struct stored_run *order, int64_t *ret_id,
                           bool *ret_again, struct error *error)
{
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);

    if (rc)
        return rc;
    *ret_again = false;
    return db_end(store->db, queue(store, order, ret_id, ret_again, error), error);
}

enum error_code runs_next_queued(struct store *store, struct arena *arena, struct stored_run *ret,
                                 struct error *error)
{
    struct stored_runs runs = {0};
    struct db_statement *row = db_prepare(
        store->db, "SELECT " RUN_COLUMNS " FROM sync_history WHERE state = $1 ORDER BY id LIMIT 1");

    db_bind_text(row, 1, run_state_word(RUN_QUEUED));
    enum error_code rc = run_rows_load(store, row, arena, &runs, error);
    if (rc)
        return rc;
    if (!runs.count)
        return error_set(error, ERROR_NOT_FOUND, "no run waits");
    *ret = runs.items[0];
    return ERROR_NONE;
}

/* Runs an UPDATE of the queued run $1 (state $2, now $3, queued $4) that returns its number. */
static enum error_code leave_queue(struct db_statement *statement, int64_t run_id,
                                   enum run_state state, struct error *error)
{
    int64_t found = 0;
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_integer(statement, 1, run_id);
    db_bind_text(statement, 2, run_state_word(state));
    db_bind_text(statement, 3, now);
    db_bind_text(statement, 4, run_state_word(RUN_QUEUED));
    enum error_code rc = rows_number(statement, 0, &found, error);
    if (rc || found)
        return rc;
    return error_set(error, ERROR_NOT_FOUND, "no run %lld waits", (long long)run_id);
}

enum error_code runs_start(struct store *store, int64_t run_id, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE sync_history SET state = $2, sync_started = $3"
                              " WHERE id = $1 AND state = $4 RETURNING id");

    return leave_queue(statement, run_id, RUN_RUNNING, error);
}

enum error_code runs_cancel_queued(struct store *store, int64_t run_id, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE sync_history SET state = $2, sync_completed = $3,"
                              "  message = 'cancelled while it waited'"
                              " WHERE id = $1 AND state = $4 RETURNING id");

    return leave_queue(statement, run_id, RUN_CANCELLED, error);
}
