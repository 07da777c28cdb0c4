/*
 * spans.h: the spans of runs, readings of lists, and requests to sources and Seerr, with their
 * attributes. Names are of few kinds; neither titles nor lists' names nor URLs are told, for a
 * collector may be somebody else's.
 */
#ifndef LISTSYNC_SYNC_SPANS_H
#define LISTSYNC_SYNC_SPANS_H

#include "base/trace.h"
#include "net/client.h"
#include "sync/sync.h"

struct run_span {
    struct trace_context context;
    int64_t started_us; /* steady */
};

/* A trace of its own, which this thread works in until spans_end_run. */
struct run_span spans_begin_run(struct tracer *tracer);
void spans_end_run(struct tracer *tracer, const struct run_span *begun,
                   const struct stored_run *run);

void spans_note_list(struct tracer *tracer, int64_t run, const struct sync_list *list);
void spans_note_traffic(struct tracer *tracer, const struct client_traffic *traffic);

/* Fills in when it began, for one that ends now and began then. */
void spans_set_time(struct span *span, int64_t started_us);

#endif
