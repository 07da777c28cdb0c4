/*
 * retention.h: what of the past goes, in bites so small that nobody waits for them.
 *
 * A run keeps what it decided on each title (`run_items`) while it is one of the newest, or the
 * newest that read one of the lists. Later it keeps what it changed or asked for, and after that
 * its requests. Its sums (run_sums.h), its lists and the last word on each title stay in any case,
 * and so do the ledger, matches, ids and everything else that "never ask twice" rests on.
 * `thinned_at` of a run tells since when rows of it are gone.
 */
#ifndef LISTSYNC_STORE_RETENTION_H
#define LISTSYNC_STORE_RETENTION_H

#include "base/clock.h"
#include "store/store.h"

/* What stays. A time is UTC text; "" keeps all. */
struct retention {
    int64_t whole_runs;                     /* the newest; 0: those since changes_since */
    char changes_since[CLOCK_TEXT_SIZE];    /* runs from then on keep what they changed */
    char audit_since[CLOCK_TEXT_SIZE];      /* audit.h has a limit of its own */
    char deliveries_since[CLOCK_TEXT_SIZE]; /* of notices that have ended, likewise */
};

/* By days from `now_ms` back; 0 keeps all. */
struct retention_days {
    int64_t whole_runs, changes, audit, deliveries;
};
struct retention retention_of(const struct retention_days *days, int64_t now_ms);

/* How far a round has come: zeros at its beginning. */
struct retention_round {
    int part;
    int64_t run_id, item_id; /* the last ones that were looked at */
    int64_t rows, pages;     /* gone, and given back to the system, so far */
};

enum { RETENTION_BITE_ROWS = 500, RETENTION_BITE_MS = 10 };

/*
 * One transaction that takes a hundredth of a second or so. `ret_done`: the round is over, there
 * is nothing left to do for now. Free pages beyond a tenth of the file are given back, where the
 * file was made to permit that.
 */
enum error_code retention_bite(struct store *store, const struct retention *retention,
                               struct retention_round *round, bool *ret_done, struct error *error);

#endif
