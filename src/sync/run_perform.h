/*
 * run_perform.h: one run, from the row in the queue to the row in the history: what it is to read,
 * the sync itself, and what is told and counted of it. Belongs to the runner's thread. Only files
 * of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_RUN_PERFORM_H
#define LISTSYNC_SYNC_RUN_PERFORM_H

#include "sync/live_settings.h"
#include "sync/run_report.h"
#include "sync/runner.h"

struct run_perform {
    /* Given; borrowed. */
    const struct runner_tools *tools;
    struct store *store;
    struct arena *arena;     /* for the texts of `row` */
    struct live_lists *live; /* what the lists do meanwhile */
    void *context;           /* of the functions below, none of which may be NULL */
    void (*progress)(void *context, const struct run_progress *now);
    bool (*keep_going)(void *context);
    bool (*stops_with_program)(void *context); /* rather than by a person's cancel */
    /* The client that a cancel has to reach; NULL: there is none any more. */
    void (*use_client)(void *context, struct client *client);

    struct stored_run row; /* given: started, as it was queued; then its message, too */

    /* Its own. */
    struct options options;
    struct seerr_login login;
    struct stored_lists lists;
};

/* To its end; what fails is in the history, the log and the events. */
void run_perform(struct run_perform *now);

#endif
