/*
 * run_rows.h: rows of `sync_history` as structs. Inside store/ only.
 */
#ifndef LISTSYNC_STORE_RUN_ROWS_H
#define LISTSYNC_STORE_RUN_ROWS_H

#include "store/runs.h"

/* What run_rows_read reads, in its order; to be the first columns of a SELECT. */
#define RUN_COLUMNS                                                                                \
    "id, sync_mode, started_by, state, dry_run, sync_started, sync_completed, duration_ms,"        \
    " items_processed, items_requested, items_skipped, items_errored, items_unmatched, message,"   \
    " seerr_calls, source_calls, queued_at, lists, items, requested_by, attempt, is_4k, "          \
    "undone_at,"                                                                                   \
    " thinned_at, is_told = " RUN_MOVED_IN

/* Of is_told: nobody is told of it, for it is another program's (former_keep.h). 0: not yet, 1:
 * done. */
#define RUN_MOVED_IN "2"

struct stored_run run_rows_read(struct db_statement *row, struct arena *arena);
/* Reads and finishes the statement, and completes each run. */
enum error_code run_rows_load(struct store *store, struct db_statement *row, struct arena *arena,
                              struct stored_runs *ret, struct error *error);

/* Counts its lists that could not be read, and its items by group. */
enum error_code run_rows_complete(struct store *store, struct stored_run *run, struct error *error);
/* Adds a row of (decision, status, items) to the groups. */
void run_rows_add_group(struct db_statement *row, int64_t groups[RUN_GROUP_COUNT]);

#endif
