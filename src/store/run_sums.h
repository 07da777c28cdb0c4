/*
 * run_sums.h: what a run decided in all, kept when its rows are thinned out. Inside store/ only.
 *
 * `run_counts` holds the items of a run by decision and status; `run_changes` those whose status
 * became requested, available or failed by it, by list type and kind (real runs only);
 * `run_fetches` how its lists fared, by list type: one that was not reached did not fail.
 */
#ifndef LISTSYNC_STORE_RUN_SUMS_H
#define LISTSYNC_STORE_RUN_SUMS_H

#include "store/store.h"

/* Of a run that ends; to write them again overwrites. */
enum error_code run_sums_write(struct store *store, int64_t run_id, struct error *error);

#endif
