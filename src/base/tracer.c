/* The queue of spans, and the text that they become. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/trace.h"

struct tracer {
    uint64_t threshold; /* a new trace is kept when its id is below */
    pthread_mutex_t lock;
    struct span *spans; /* a ring */
    size_t first, count;
    int64_t kept, dropped;
    void (*wake)(void *context);
    void *context;
};

struct tracer *tracer_new(double share)
{
    struct tracer *tracer = memory_new(sizeof(*tracer));

    tracer->threshold = share >= 1 ? UINT64_MAX : share <= 0 ? 0 : (uint64_t)(share * 0x1p64);
    tracer->spans = memory_array(SPANS_WAITING, sizeof(*tracer->spans));
    pthread_mutex_init(&tracer->lock, NULL);
    return tracer;
}

void tracer_free(struct tracer *tracer)
{
    if (!tracer)
        return;
    pthread_mutex_destroy(&tracer->lock);
    free(tracer->spans);
    free(tracer);
}

struct trace_context tracer_begin(struct tracer *tracer, const struct trace_context *from)
{
    struct trace_context context = {.exists = true};
    uint64_t chance;

    if (!tracer)
        return (struct trace_context){0};
    if (from && from->exists)
        return trace_child(from);
    crypto_random(context.trace, TRACE_ID_BYTES);
    crypto_random(context.span, SPAN_ID_BYTES);
    memcpy(&chance, context.trace, sizeof(chance));
    context.sampled = tracer->threshold == UINT64_MAX || chance < tracer->threshold;
    return context;
}

void tracer_keep(struct tracer *tracer, const struct span *span)
{
    if (!tracer || !span->context.exists || !span->context.sampled)
        return;
    pthread_mutex_lock(&tracer->lock);
    bool fits = tracer->count < SPANS_WAITING;
    if (fits)
        tracer->spans[(tracer->first + tracer->count++) % SPANS_WAITING] = *span;
    tracer->kept += fits;
    tracer->dropped += !fits;
    bool is_time = fits && tracer->count == SPANS_AT_ONCE;
    pthread_mutex_unlock(&tracer->lock);
    if (is_time && tracer->wake)
        tracer->wake(tracer->context);
}

void tracer_watch(struct tracer *tracer, void (*wake)(void *context), void *context)
{
    tracer->wake = wake;
    tracer->context = context;
}

void tracer_figures(struct tracer *tracer, struct tracer_figures *ret)
{
    *ret = (struct tracer_figures){0};
    if (!tracer)
        return;
    pthread_mutex_lock(&tracer->lock);
    ret->kept = tracer->kept;
    ret->dropped = tracer->dropped;
    ret->waiting = (int64_t)tracer->count;
    pthread_mutex_unlock(&tracer->lock);
}

/* ---- OTLP ---- */

static void put_id(struct json_writer *json, const char *key, const uint8_t *bytes, size_t length)
{
    char text[2 * TRACE_ID_BYTES + 1] = "";

    for (size_t i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    json_put_text(json, key, text);
}

/* 64-bit numbers are texts in protobuf's JSON. */
static void put_long(struct json_writer *json, const char *key, int64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, number);
    json_put_text(json, key, text);
}

static void put_attribute(struct json_writer *json, const char *name, const char *text,
                          int64_t number)
{
    json_begin_object(json, NULL);
    json_put_text(json, "key", name);
    json_begin_object(json, "value");
    if (text)
        json_put_text(json, "stringValue", text);
    else
        put_long(json, "intValue", number);
    json_end_object(json);
    json_end_object(json);
}

static void put_status(struct json_writer *json, const char *problem)
{
    enum { STATUS_ERROR = 2 };

    if (!*problem)
        return;
    json_begin_object(json, "status");
    json_put_number(json, "code", STATUS_ERROR);
    json_put_text(json, "message", problem);
    json_end_object(json);
}

static void put_span(struct json_writer *json, const struct span *span)
{
    static const uint8_t none[SPAN_ID_BYTES];

    json_begin_object(json, NULL);
    put_id(json, "traceId", span->context.trace, TRACE_ID_BYTES);
    put_id(json, "spanId", span->context.span, SPAN_ID_BYTES);
    if (memcmp(span->parent, none, SPAN_ID_BYTES) != 0)
        put_id(json, "parentSpanId", span->parent, SPAN_ID_BYTES);
    json_put_text(json, "name", span->name);
    json_put_number(json, "kind", (int64_t)span->kind);
    put_long(json, "startTimeUnixNano", span->started_us * 1000);
    put_long(json, "endTimeUnixNano", (span->started_us + span->duration_us) * 1000);
    json_begin_array(json, "attributes");
    for (size_t i = 0; i < span->attribute_count; i++) {
        const struct span_attribute *attribute = &span->attributes[i];
        put_attribute(json, attribute->name, attribute->is_text ? attribute->text : NULL,
                      attribute->number);
    }
    json_end_array(json);
    put_status(json, span->problem);
    json_end_object(json);
}

static void put_resource(struct json_writer *json)
{
    json_begin_object(json, "resource");
    json_begin_array(json, "attributes");
    put_attribute(json, "service.name", "listsync", 0);
    put_attribute(json, "service.version", LISTSYNC_VERSION, 0);
    json_end_array(json);
    json_end_object(json);
}

static void put_spans(struct json_writer *json, const struct span *spans, size_t count)
{
    json_begin_object(json, NULL);
    json_begin_array(json, "resourceSpans");
    json_begin_object(json, NULL);
    put_resource(json);
    json_begin_array(json, "scopeSpans");
    json_begin_object(json, NULL);
    json_begin_object(json, "scope");
    json_put_text(json, "name", "listsync");
    json_end_object(json);
    json_begin_array(json, "spans");
    for (size_t i = 0; i < count; i++)
        put_span(json, &spans[i]);
    json_end_array(json);
    json_end_object(json);
    json_end_array(json);
    json_end_object(json);
    json_end_array(json);
    json_end_object(json);
}

static size_t take_spans(struct tracer *tracer, struct span *ret)
{
    size_t count = 0;

    pthread_mutex_lock(&tracer->lock);
    for (; count < SPANS_AT_ONCE && tracer->count > 0; count++) {
        ret[count] = tracer->spans[tracer->first];
        tracer->first = (tracer->first + 1) % SPANS_WAITING;
        tracer->count--;
    }
    pthread_mutex_unlock(&tracer->lock);
    return count;
}

size_t tracer_take(struct tracer *tracer, struct buffer *out)
{
    AUTO_FREE struct span *spans = memory_array(SPANS_AT_ONCE, sizeof(*spans));
    size_t count = take_spans(tracer, spans);
    struct json_writer json = json_writer_to(out);

    if (count)
        put_spans(&json, spans, count);
    return count;
}
