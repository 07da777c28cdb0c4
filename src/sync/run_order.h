/*
 * run_order.h: what a run is to read, from the order to the row in the queue and back to lists.
 * Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_RUN_ORDER_H
#define LISTSYNC_SYNC_RUN_ORDER_H

#include "sync/runner.h"

/*
 * Queues a run for each quality that the order's lists ask for, HD first: one run is of one
 * quality. ERROR_NOT_FOUND for a list that is not kept, or titles that no list holds.
 */
enum error_code run_order_queue(struct store *store, bool default_4k, const struct run_order *order,
                                struct run_ordered *ret, struct error *error);

/* What is read now: of its lists (none: all that take part by themselves) those of its quality. */
enum error_code run_order_lists(struct store *store, struct arena *arena,
                                const struct stored_run *run, bool default_4k,
                                struct stored_lists *ret, struct error *error);

struct number_list {
    int64_t *items; /* in the arena */
    size_t count;
};

/* "3,7", as runs are stored; what is no number is passed over. */
struct number_list run_order_numbers(const char *text, struct arena *arena);

#endif
