/*
 * trace_sender.h: carries spans (base/trace.h) to a collector, as OTLP over HTTP in JSON.
 *
 * A thread of its own sends what has gathered, every two seconds or when there is much. Nobody ever
 * waits for it: a collector that does not answer loses the spans that it was sent, is tried again
 * after 5 seconds, then 10, and so on up to a minute, and meanwhile the queue is full and further
 * spans are dropped. It is told in the log once, and once when it answers again.
 */
#ifndef LISTSYNC_SYNC_TRACE_SENDER_H
#define LISTSYNC_SYNC_TRACE_SENDER_H

#include "base/options.h"
#include "base/trace.h"
#include "net/origins.h"

struct trace_sender;

extern const struct option trace_sender_options[];

/*
 * *ret is NULL when no collector is set. ERROR_USAGE. The options and origins are borrowed.
 */
enum error_code trace_sender_start(const struct options *given, const struct origins *origins,
                                   const char *user_agent, struct trace_sender **ret,
                                   struct error *error);
/* What waits is sent if that takes no longer than half a second. NULL is fine. */
void trace_sender_stop(struct trace_sender *sender);

/* Lives until trace_sender_stop; NULL of NULL. */
struct tracer *trace_sender_tracer(const struct trace_sender *sender);

struct trace_sender_figures {
    int64_t sent, lost; /* lost: dropped, or not taken by the collector */
};
void trace_sender_figures(struct trace_sender *sender, struct trace_sender_figures *ret);

#endif
