#include "store/runs_newest.h"

#include "store/rows.h"
#include "store/run_rows.h"

enum error_code runs_newest_full(struct store *store, struct arena *arena, int limit,
                                 struct stored_runs *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " RUN_COLUMNS " FROM sync_history"
                              " WHERE sync_mode = $1 AND dry_run = 0 ORDER BY id DESC LIMIT $2");

    db_bind_text(row, 1, run_mode_word(RUN_FULL));
    db_bind_integer(row, 2, limit);
    return run_rows_load(store, row, arena, ret, error);
}

enum error_code runs_newest_complete(struct store *store, struct arena *arena,
                                     struct stored_runs *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " RUN_COLUMNS " FROM sync_history"
                              " WHERE sync_mode = $1 AND dry_run = 0 AND +state IN ($2, $3)"
                              " ORDER BY id DESC LIMIT 1");

    db_bind_text(row, 1, run_mode_word(RUN_FULL));
    db_bind_text(row, 2, run_state_word(RUN_COMPLETED));
    db_bind_text(row, 3, run_state_word(RUN_COMPLETED_WITH_ERRORS));
    return run_rows_load(store, row, arena, ret, error);
}

enum error_code runs_newest_ended(struct store *store, struct arena *arena, struct stored_runs *ret,
                                  struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " RUN_COLUMNS " FROM sync_history"
                              " WHERE +state NOT IN ($1, $2) ORDER BY id DESC LIMIT 1");

    db_bind_text(row, 1, run_state_word(RUN_QUEUED));
    db_bind_text(row, 2, run_state_word(RUN_RUNNING));
    return run_rows_load(store, row, arena, ret, error);
}

enum error_code runs_newest_real(struct store *store, struct arena *arena, struct stored_runs *ret,
                                 struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " RUN_COLUMNS " FROM sync_history"
                              " WHERE dry_run = 0 AND +state NOT IN ($1, $2, $3)"
                              " ORDER BY id DESC LIMIT 1");

    db_bind_text(row, 1, run_state_word(RUN_QUEUED));
    db_bind_text(row, 2, run_state_word(RUN_RUNNING));
    db_bind_text(row, 3, run_state_word(RUN_CANCELLED));
    return run_rows_load(store, row, arena, ret, error);
}

enum error_code runs_waiting(struct store *store, struct arena *arena, struct stored_runs *ret,
                             struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT " RUN_COLUMNS " FROM sync_history WHERE state = $1 ORDER BY id");

    db_bind_text(row, 1, run_state_word(RUN_QUEUED));
    return run_rows_load(store, row, arena, ret, error);
}

enum error_code runs_count_waiting(struct store *store, int64_t *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "SELECT COALESCE(SUM(items), 0) FROM run_counts WHERE status = $1"
                              " AND run_id = (SELECT id FROM sync_history WHERE dry_run = 0"
                              "  AND +state NOT IN ($2, $3) AND items_processed > 0"
                              "  ORDER BY id DESC LIMIT 1)");

    db_bind_text(statement, 1, item_status_word(ITEM_STATUS_CANCELLED));
    db_bind_text(statement, 2, run_state_word(RUN_QUEUED));
    db_bind_text(statement, 3, run_state_word(RUN_RUNNING));
    return rows_number(statement, 0, ret, error);
}
