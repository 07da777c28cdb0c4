/*
 * sync.h: one sync, from the lists to the requests, and taking a run back.
 *
 * A run is a plan, then its execution: connect, fetch, merge, snapshot, resolve, plan, request,
 * record; one file of this folder each. A dry run stops after the plan and writes nothing that a
 * real run would act upon. Everything happens in the thread that calls sync_run, driving many
 * exchanges at once on one client; to cancel it, client_cancel may be called from any thread.
 */
#ifndef LISTSYNC_SYNC_SYNC_H
#define LISTSYNC_SYNC_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/options.h"
#include "model/merge.h"
#include "model/outcome.h"
#include "model/run.h"
#include "net/client.h"
#include "seerr/connect.h"
#include "store/lists.h"
#include "store/runs.h"
#include "store/store.h"

enum sync_phase {
    SYNC_CONNECT,
    SYNC_FETCH,
    SYNC_SNAPSHOT,
    SYNC_RESOLVE,
    SYNC_LOOK,
    SYNC_REQUEST,
};

const char *sync_phase_word(enum sync_phase phase); /* "fetching lists" */

/* How one list fared. */
struct sync_list {
    struct stored_list list;
    enum outcome outcome;
    const char *message;
    int64_t count;        /* entries that took part: read now, or from the last good reading */
    bool from_snapshot;   /* they are from the last good reading */
    const char *age_from; /* UTC text: when that was; "" otherwise */
    struct trace_context trace; /* of its reading; told with list_read */
    int64_t started_us;         /* likewise; steady */
};

/* Told what happens as it happens; any member may be NULL. Called in the thread of sync_run. */
struct sync_observer {
    void *context;
    void (*progress)(void *context, enum sync_phase phase, int64_t done, int64_t total);
    /* As soon as its source has answered; `list_done` follows when all have. */
    void (*list_read)(void *context, const struct sync_list *list);
    void (*list_done)(void *context, const struct sync_list *list);
    /* Each item once the plan is kept, in its order; those to be asked for come again, done. */
    void (*item_decided)(void *context, const struct item *item);
    void (*item_done)(void *context, const struct item *item); /* asked for, with the answer */
    void (*warning)(void *context, const char *sentence);
    bool (*keep_going)(void *context); /* false cancels; asked at least every 100 ms */
};

/* What a run works with; all borrowed. */
struct sync_tools {
    struct store *store;
    struct client *client;
    const struct seerr *seerr;
    const struct options *options;
    const struct sync_observer *observer;
};

struct sync_settings {
    enum run_mode mode;
    enum run_trigger trigger;
    bool dry_run;
    bool is_4k;
    int64_t default_requester;       /* Seerr user id; 0: the key's own user */
    const struct stored_list *lists; /* what to sync, in order of priority */
    size_t list_count;
    int64_t run_id; /* a row of the history that was begun already; 0: begin one */
    /*
     * Rows of synced_items: what is none of these is left out as if it were on no list. Still all
     * lists are read, for the titles that are asked for to be judged as in any run. None: all.
     */
    const int64_t *only_items;
    size_t only_item_count;
    /*
     * How long after an intent without answer the title may be asked for again: longer than a POST
     * may take, so that the first can no longer be on its way through Seerr.
     */
    int64_t settle_ms;
};

enum { SYNC_SETTLE_MS = 35000, SYNC_LOOK_VALID_MS = 604800000 /* 7 days */ };

struct sync_counts {
    int64_t requested, already_requested, already_available, skipped, not_found, error, unmatched;
    int64_t not_reached; /* to be requested, when the run ended early */
};

struct sync_result {
    struct arena *arena; /* holds all texts below; freed by sync_result_release */
    struct stored_run run;
    struct seerr_server server;
    struct sync_list *lists;
    size_t list_count;
    struct item_list items;
    struct sync_counts counts;
    enum error_code failure; /* why Seerr or the store ended the run early; ERROR_NONE */
};

/* What it is asked for in: its own choice, or else the default. A run takes lists of one quality.
 */
bool sync_list_is_4k(const struct stored_list *list, bool default_4k);

/*
 * Runs it. The return value tells only whether the run could be kept in the store at all;
 * everything else, failures included, is in the result. Release it in either case.
 */
enum error_code sync_run(const struct sync_tools *tools, const struct sync_settings *settings,
                         struct sync_result *ret, struct error *error);
void sync_result_release(struct sync_result *result);

#endif
