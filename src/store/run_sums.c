#include "store/run_sums.h"

#include "base/memory.h"
#include "store/rows.h"

static const char *const sum_steps[] = {
    "DELETE FROM run_counts WHERE run_id = $1",
    "INSERT INTO run_counts (run_id, decision, status, items)"
    " SELECT run_id, decision, status, COUNT(*) FROM run_items WHERE run_id = $1"
    " GROUP BY decision, status",
    "DELETE FROM run_changes WHERE run_id = $1",
    "INSERT INTO run_changes (run_id, provider_source, media_type, requested, available, failed)"
    " SELECT $1, provider_source, media_type, SUM(run_items.status = 'requested'),"
    "  SUM(run_items.status = 'already_available'),"
    "  SUM(run_items.status IN ('error', 'request_failed'))"
    " FROM run_items CROSS JOIN synced_items ON synced_items.id = run_items.item_id"
    " WHERE run_items.run_id = $1 AND run_items.status <> run_items.status_before"
    "  AND run_items.status IN ('requested', 'already_available', 'error', 'request_failed')"
    "  AND EXISTS (SELECT 1 FROM sync_history WHERE id = $1 AND dry_run = 0)"
    " GROUP BY provider_source, media_type",
    "DELETE FROM run_fetches WHERE run_id = $1",
    "INSERT INTO run_fetches (run_id, list_type, fetches, failed)"
    " SELECT $1, lists.list_type, COUNT(*),"
    "  SUM(run_lists.outcome NOT IN ('ok', 'unchanged', 'empty', 'cancelled'))"
    " FROM run_lists CROSS JOIN lists ON lists.id = run_lists.list_id"
    " WHERE run_lists.run_id = $1 GROUP BY lists.list_type",
};

enum error_code run_sums_write(struct store *store, int64_t run_id, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(sum_steps); i++)
        rc = rows_run_on(store->db, sum_steps[i], run_id, error);
    return rc;
}
