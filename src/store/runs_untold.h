/*
 * runs_untold.h: runs that ended and that nobody was told of yet.
 */
#ifndef LISTSYNC_STORE_RUNS_UNTOLD_H
#define LISTSYNC_STORE_RUNS_UNTOLD_H

#include "store/runs.h"

/* Oldest first; at most a hundred. */
enum error_code runs_untold(struct store *store, struct arena *arena, struct stored_runs *ret,
                            struct error *error);
enum error_code runs_set_told(struct store *store, int64_t run_id, struct error *error);

#endif
