#include "store/runs_untold.h"

#include "store/rows.h"
#include "store/run_rows.h"

enum error_code runs_untold(struct store *store, struct arena *arena, struct stored_runs *ret,
                            struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " RUN_COLUMNS " FROM sync_history WHERE is_told = 0"
                              " AND +state NOT IN ($1, $2) ORDER BY id LIMIT 100");

    db_bind_text(row, 1, run_state_word(RUN_QUEUED));
    db_bind_text(row, 2, run_state_word(RUN_RUNNING));
    return run_rows_load(store, row, arena, ret, error);
}

enum error_code runs_set_told(struct store *store, int64_t run_id, struct error *error)
{
    return rows_run_on(store->db, "UPDATE sync_history SET is_told = 1 WHERE id = $1", run_id,
                       error);
}
