/*
 * former_keep.h: puts what another program kept (former.h) into our tables. What is here already
 * stays as it is, so that doing it twice changes nothing. Inside a transaction of the caller.
 */
#ifndef LISTSYNC_STORE_FORMER_KEEP_H
#define LISTSYNC_STORE_FORMER_KEEP_H

#include "model/list_ref.h"
#include "store/former.h"
#include "store/store.h"

enum former_kept {
    FORMER_KEPT_NEW,
    FORMER_KEPT_THERE,
    FORMER_KEPT_OUT, /* a list that a person removed here; a run older than those that are here */
};

/* `ret_id` is 0 for FORMER_KEPT_OUT. */
enum error_code former_keep_list(struct store *store, const struct list_ref *ref,
                                 const struct former_list *list, enum former_kept *ret,
                                 int64_t *ret_id, struct error *error);
enum error_code former_keep_item(struct store *store, const struct former_item *item,
                                 enum former_kept *ret, struct error *error);
/*
 * What Seerr had of the title when the earlier program last looked goes into the ledger, unless
 * something of it is there: if Seerr no longer knows it, somebody deleted it, and it is not asked
 * for again. `is_4k`: that program asked for 4K; what it found there it judged by HD.
 */
enum error_code former_keep_request(struct store *store, const struct former_item *item, bool is_4k,
                                    bool *ret, struct error *error);
/*
 * Runs come in order of time, so one goes in only behind all that are here. `list_id`: ours, of a
 * single one; 0: none.
 */
enum error_code former_keep_run(struct store *store, const struct former_run *run, int64_t list_id,
                                enum former_kept *ret, struct error *error);

#endif
