/*
 * item_plan.h: the plan's word on one item, with all that this run knows: Seerr's snapshot, a
 * closer look, the ledger, and what the user ignores. Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_ITEM_PLAN_H
#define LISTSYNC_SYNC_ITEM_PLAN_H

#include "sync/run_state.h"

/* All that the ledger holds about one title in the run's quality. */
struct memory {
    bool has_state; /* false: seasons that were withdrawn are all there is */
    enum ledger_state strongest;
    struct season_set seasons_requested;
    struct season_set seasons_withdrawn;
    int64_t open_intent_at; /* wall ms of an intent without answer; 0: none */
    int64_t open_intent_id;
    int64_t open_intent_requester;
};

/* Reads ledger and ignored titles; once, before the first decision. */
enum error_code item_plan_load(struct run *run);
/* NULL: nothing is remembered of the title. */
const struct memory *item_plan_memory(const struct run *run, const struct item *item);

void item_plan_decide(struct run *run, const struct item *item, struct plan_result *ret);
/* Writes the decision into the item. */
void item_plan_take(struct run *run, struct item *item, const struct plan_result *plan);
/* There, or asked for by somebody. */
bool item_plan_is_in_seerr(enum decision decision);
/* Seerr turned out to have what an intent without answer asked for: the ledger learns it, and if it
 * is our request, the item counts as requested by this run. After item_plan_take. */
void item_plan_confirm_intent(struct run *run, struct item *item);

#endif
