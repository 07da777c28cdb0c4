/*
 * runner.h: the queue of runs and the one thread that carries them out.
 *
 * A run that was asked for is a row of sync_history in the state `queued` before whoever asked is
 * told so; it survives a restart. One run at a time. Asking again for what waits already (the same
 * lists, the same kind) gives the one that waits. A run that was cut off by the end of the program
 * is ended honestly ("cut off") and queued once more; what it asked Seerr for is in the
 * ledger, so nothing is asked twice. Lists of different quality (HD and 4K) make two runs.
 *
 * Events (events.h) tell how it goes. Any thread may call; waits are short.
 */
#ifndef LISTSYNC_SYNC_RUNNER_H
#define LISTSYNC_SYNC_RUNNER_H

#include <stdatomic.h>

#include "base/crypto.h"
#include "base/metrics.h"
#include "base/options.h"
#include "net/origins.h"
#include "net/pacer.h"
#include "store/store_pool.h"
#include "sync/events.h"
#include "sync/health.h"
#include "sync/live_lists.h"
#include "sync/sync.h"

struct runner;

/* All borrowed. */
struct runner_tools {
    const struct options *given;
    const char *data_directory;
    const struct crypto_key *key;
    struct store_pool *stores;
    struct events *events;
    struct health *health; /* may be NULL */
    const struct origins *origins;
    struct pacer *pacer;
    const struct address_ranges *allowed_addresses; /* private ones that lists may come from */
    const char *user_agent;
    struct metrics *metrics;     /* measures.h; may be NULL */
    struct tracer *tracer;       /* base/trace.h; may be NULL */
    const atomic_bool *stopping; /* true: errands (preview.h) end; may be NULL */
    void (*finished)(void *context, const struct stored_run *run); /* after each; may be NULL */
    void *context;
};

/* The tools it works with; for errands (preview.h). */
const struct runner_tools *runner_tools_of(const struct runner *runner);

/* What is to be run. */
struct run_order {
    enum run_mode mode;
    enum run_trigger trigger;
    bool dry_run;
    const int64_t *lists; /* store ids; none: all that take part in a full sync */
    size_t list_count;
    const int64_t *items; /* synced_items ids: only these are asked for; none: all */
    size_t item_count;
    const char *requested_by; /* caller's name; "schedule" */
    bool joins;               /* the same that runs already will do as well */
};

/* Ends runs that were cut off, queues them again, and starts the thread. */
enum error_code runner_start(const struct runner_tools *tools, struct runner **ret,
                             struct error *error);
/* Cancels what runs (it ends within 2 s) and waits; queued ones stay queued. NULL is fine. */
void runner_stop(struct runner *runner);

/* What became of an order: a run, or two when its lists are of both qualities, HD first. */
struct run_ordered {
    struct {
        int64_t id;
        bool again; /* it waited already */
    } runs[2];
    size_t count;
};

/* The order is on disk when this returns. */
enum error_code runner_order(struct runner *runner, struct store *store,
                             const struct run_order *order, struct run_ordered *ret,
                             struct error *error);
/* 0: whatever runs. ERROR_NOT_FOUND when it neither runs nor waits. */
enum error_code runner_cancel(struct runner *runner, struct store *store, int64_t run,
                              struct error *error);

/*
 * While it is held no run begins: for what must not meet one, such as taking requests back.
 * ERROR_CONFLICT when a run is under way or somebody else holds it.
 */
enum error_code runner_hold(struct runner *runner, struct error *error);
void runner_release(struct runner *runner);

/* Who cancels "whatever runs" twice in a row means one run, also when it has ended in between. */
enum { RUNNER_ECHO_MS = 5000 };

struct runner_state {
    int64_t run; /* 0: none runs */
    enum run_mode mode;
    enum run_trigger trigger;
    bool dry_run, cancelling;
    int64_t started_ms; /* wall */
    enum sync_phase phase;
    int64_t done, total;
    double per_second; /* 0: not known yet */
    int64_t left_ms;   /* -1: not known */
    int64_t queued;    /* runs that wait */
    int64_t requested, errors;
    int64_t just_cancelled; /* a run that ended by its cancel within RUNNER_ECHO_MS; 0 */
};

/*
 * Called in the runner's thread after each run; NULL: nobody, which
 * returns when no call is under way any more. There is one such listener, the schedule.
 */
void runner_watch(struct runner *runner, void (*changed)(void *context), void *context);

/* Of the run under way; none when none runs. */
size_t runner_lists(struct runner *runner, struct arena *arena, struct live_list **ret);

void runner_state(struct runner *runner, struct runner_state *ret);

#endif
