/*
 * plan.h: item + what Seerr knows + what we remember + rules -> decision and reason. Pure.
 *
 * The rules are one table in plan.c, tried in order; the first that applies decides. Each has a
 * word (stored, shown by `why`) and a sentence.
 */
#ifndef LISTSYNC_MODEL_PLAN_H
#define LISTSYNC_MODEL_PLAN_H

#include <stdbool.h>

#include "model/decision.h"
#include "model/media_state.h"
#include "model/merge.h"

enum { PLAN_REASON_SIZE = 400 };

struct plan_input {
    const struct item *item;
    const struct media_state *media;     /* NULL: not in Seerr's snapshot */
    const struct title_look *look;       /* NULL: not looked at, or too long ago */
    bool remembered;                     /* the ledger has something about this title and quality */
    enum ledger_state memory;            /* the strongest that it has: refusals before requests */
    struct season_set seasons_requested; /* seasons that the ledger says we asked for */
    struct season_set seasons_withdrawn; /* and those that were taken back in an undo */
    bool is_4k;
    bool ignored;
};

struct plan_result {
    enum decision decision;
    const char *rule; /* static word */
    char reason[PLAN_REASON_SIZE];
    /* For series to be requested: the seasons. Empty means all, numbers not known before the look.
     */
    struct season_set seasons;
    bool needs_look; /* cannot be decided without a title_look; the rest is then not filled in */
    /* What the ledger is to remember from now on, when has_new_memory. */
    bool has_new_memory;
    enum ledger_state new_memory;
};

void plan_decide(const struct plan_input *input, struct plan_result *result);

#endif
