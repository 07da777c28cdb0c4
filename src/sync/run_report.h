/*
 * run_report.h: tells how a run goes: events for whoever watches (events.h), lines for the log.
 * Belongs to the runner's thread. Only files of sync/ include it.
 *
 * Progress is told at most five times a second, and the last word of a quiet stretch is told too.
 * Long texts are cut, so that an event never exceeds EVENT_SIZE.
 */
#ifndef LISTSYNC_SYNC_RUN_REPORT_H
#define LISTSYNC_SYNC_RUN_REPORT_H

#include "sync/events.h"
#include "sync/live_lists.h"
#include "sync/speed.h"
#include "sync/sync.h"

struct run_progress {
    enum sync_phase phase;
    int64_t done, total;
    double per_second; /* 0: not known yet */
    int64_t left_ms;   /* -1: not known */
    int64_t requested, errors;
};

struct run_report {
    /* Given. */
    struct events *events;
    struct tracer *tracer; /* may be NULL */
    struct store *store;   /* of the run, to name items by their rows; may be NULL */
    const struct stored_run *run;
    struct live_lists *lists; /* kept up to date; may be NULL */
    void *context;
    void (*progress)(void *context, const struct run_progress *now);
    bool (*keep_going)(void *context);

    /* Its own. */
    struct run_progress now;
    struct speed speed;
    int64_t told_ms; /* steady */
    bool untold;
    int64_t decided; /* items that were told so far, but for those asked for */
};

struct sync_observer run_report_observer(struct run_report *report);

void run_report_queued(struct events *events, const struct stored_run *run, int64_t queued);
void run_report_started(struct events *events, const struct stored_run *run, size_t lists);
/* `counts` NULL: it did not come to that. */
void run_report_finished(struct events *events, const struct stored_run *run,
                         const struct sync_counts *counts);

#endif
