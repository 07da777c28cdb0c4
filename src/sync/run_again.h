/*
 * run_again.h: runs that did not come to their end for no fault of their own are queued once more.
 * Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_RUN_AGAIN_H
#define LISTSYNC_SYNC_RUN_AGAIN_H

#include "store/runs.h"

/*
 * Those that a sudden end of the program cut off, but for what the command line began and what was
 * cut off twice. Ended and queued in one: a second sudden end between the two loses no order.
 */
enum error_code run_again_cut_off(struct store *store, struct error *error);

/* The run that was stopped with the program: `order` as it was queued, `ended` as the sync left it.
 */
enum error_code run_again_stopped(struct store *store, const struct stored_run *order,
                                  struct stored_run *ended, struct error *error);

#endif
