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
    " seerr_calls, source_calls, queued_at, lists, items, requested_by, attempt, is_4k, undone_at"

struct stored_run run_rows_read(struct db_statement *row, struct arena *arena);
/* Reads and finishes the statement, and counts the lists of each run that could not be read. */
enum error_code run_rows_load(struct store *store, struct db_statement *row, struct arena *arena,
                              struct stored_runs *ret, struct error *error);

/* The same for one run that was read alone. */
enum error_code run_rows_count_unread(struct store *store, struct stored_run *run,
                                      struct error *error);

#endif
