/*
 * trace.h: which work belongs to which: spans of time with a parent, gathered in a bounded queue
 * and written as OTLP in JSON (OpenTelemetry). No I/O: sync/trace_sender.h carries them away.
 *
 * A context says where one is: the trace, and the span in it. Threads carry the one that they work
 * in (trace_set_current), and it travels in the header `traceparent`, as W3C Trace Context has it.
 * What is not sampled has a context too, so that others know, but leaves no span.
 *
 * Any thread; a span belongs to one. A tracer may be NULL everywhere: then nothing is traced, and
 * nothing costs anything. When the queue is full, new spans are dropped and counted.
 */
#ifndef LISTSYNC_BASE_TRACE_H
#define LISTSYNC_BASE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

enum { TRACE_ID_BYTES = 16, SPAN_ID_BYTES = 8, TRACEPARENT_SIZE = 56 };

struct trace_context {
    uint8_t trace[TRACE_ID_BYTES];
    uint8_t span[SPAN_ID_BYTES];
    bool sampled;
    bool exists; /* false: nobody traces */
};

/* "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01". False for what is none. */
bool trace_parse(const char *text, struct trace_context *ret);
void trace_format(const struct trace_context *context, char text[TRACEPARENT_SIZE]);
/* A new span in the trace of `parent`; one that does not exist has no children either. */
struct trace_context trace_child(const struct trace_context *parent);

/* Of this thread. NULL: none. */
void trace_set_current(const struct trace_context *context);
struct trace_context trace_current(void);

enum {
    SPANS_WAITING = 2048,
    SPANS_AT_ONCE = 512, /* in one message */
    SPAN_ATTRIBUTES = 8,
    SPAN_TEXT_SIZE = 80, /* of names and values; the rest is cut */
};

enum span_kind { SPAN_INTERNAL = 1, SPAN_SERVER = 2, SPAN_CLIENT = 3 }; /* OTLP's numbers */

struct span_attribute {
    const char *name; /* outlives the tracer */
    bool is_text;
    char text[SPAN_TEXT_SIZE];
    int64_t number;
};

/* One that ended. */
struct span {
    struct trace_context context;
    uint8_t parent[SPAN_ID_BYTES]; /* zeros: none */
    enum span_kind kind;
    char name[SPAN_TEXT_SIZE]; /* of few kinds: no ids, no titles */
    int64_t started_us;        /* wall */
    int64_t duration_us;
    char problem[SPAN_TEXT_SIZE]; /* "": it went well */
    struct span_attribute attributes[SPAN_ATTRIBUTES];
    size_t attribute_count;
};

void span_init(struct span *span, enum span_kind kind, const char *name,
               const struct trace_context *context, const struct trace_context *parent);
/* What is past SPAN_ATTRIBUTES is left out. */
void span_text(struct span *span, const char *name, const char *text);
void span_number(struct span *span, const char *name, int64_t number);

struct tracer;

/* `share` of traces that begin here are kept: 0 to 1. crypto_begin was called. */
struct tracer *tracer_new(double share);
void tracer_free(struct tracer *tracer);

/* Begins a trace, or goes on with the one that whoever asks us is in, and as they sampled it. */
struct trace_context tracer_begin(struct tracer *tracer, const struct trace_context *from);
/* Copies it into the queue, unless it is not sampled. */
void tracer_keep(struct tracer *tracer, const struct span *span);
/* Called after a span was kept when SPANS_AT_ONCE wait; NULL: nobody. Before threads are there. */
void tracer_watch(struct tracer *tracer, void (*wake)(void *context), void *context);
/* Takes up to SPANS_AT_ONCE out of the queue, as one ExportTraceServiceRequest; how many. */
size_t tracer_take(struct tracer *tracer, struct buffer *out);

struct tracer_figures {
    int64_t kept, dropped, waiting;
};
void tracer_figures(struct tracer *tracer, struct tracer_figures *ret);

#endif
