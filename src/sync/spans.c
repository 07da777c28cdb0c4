#include "sync/spans.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/outcome.h"
#include "net/url.h"
#include "seerr/kind.h"
#include "seerr/seerr.h"

void spans_set_time(struct span *span, int64_t started_us)
{
    span->duration_us = clock_steady_us() - started_us;
    span->started_us = clock_wall_us() - span->duration_us;
}

struct run_span spans_begin_run(struct tracer *tracer)
{
    struct run_span span = {tracer_begin(tracer, NULL), clock_steady_us()};

    trace_set_current(&span.context);
    return span;
}

void spans_end_run(struct tracer *tracer, const struct run_span *begun,
                   const struct stored_run *run)
{
    struct span span;

    trace_set_current(NULL);
    if (!begun->context.sampled)
        return;
    span_init(&span, SPAN_INTERNAL, run->dry_run ? "dry run" : "sync", &begun->context, NULL);
    spans_set_time(&span, begun->started_us);
    span_number(&span, "listsync.run", run->id);
    span_text(&span, "listsync.mode", run_mode_word(run->mode));
    span_text(&span, "listsync.trigger", run_trigger_word(run->trigger));
    span_text(&span, "listsync.state", run_state_word(run->state));
    span_number(&span, "listsync.items", run->processed);
    span_number(&span, "listsync.requested", run->requested);
    if (run->state == RUN_FAILED)
        text_copy(span.problem, SPAN_TEXT_SIZE, "the sync failed");
    tracer_keep(tracer, &span);
}

void spans_note_list(struct tracer *tracer, int64_t run, const struct sync_list *list)
{
    struct trace_context parent = trace_current();
    struct span span;

    if (!list->trace.sampled)
        return;
    span_init(&span, SPAN_INTERNAL, "fetch", &list->trace, &parent);
    spans_set_time(&span, list->started_us);
    span_number(&span, "listsync.run", run);
    span_number(&span, "listsync.list", list->list.id);
    span_text(&span, "listsync.provider", list->list.ref.type);
    span_text(&span, "listsync.outcome", outcome_word(list->outcome));
    span_number(&span, "listsync.items", list->count);
    if (!outcome_is_complete(list->outcome))
        text_copy(span.problem, SPAN_TEXT_SIZE, outcome_meaning(list->outcome));
    tracer_keep(tracer, &span);
}

static void name_request(const struct http_request *request, char name[SPAN_TEXT_SIZE])
{
    const char *party = request->party ? request->party : "other";
    bool is_seerr = text_equal(party, SEERR_PARTY);

    snprintf(name, SPAN_TEXT_SIZE, "%s %s%s%s", http_method_word(request->method), party,
             is_seerr ? " " : "", is_seerr ? seerr_kind_word(seerr_kind_of(request)) : "");
}

void spans_note_traffic(struct tracer *tracer, const struct client_traffic *traffic)
{
    char name[SPAN_TEXT_SIZE], host[URL_HOST_SIZE];
    struct span span;

    if (!traffic->trace.sampled)
        return;
    name_request(traffic->request, name);
    span_init(&span, SPAN_CLIENT, name, &traffic->trace, &traffic->parent);
    span.duration_us = traffic->duration_us;
    span.started_us = clock_wall_us() - traffic->duration_us;
    span_text(&span, "http.request.method", http_method_word(traffic->request->method));
    if (url_host_of(traffic->request->url, host))
        span_text(&span, "server.address", host);
    if (traffic->status)
        span_number(&span, "http.response.status_code", traffic->status);
    if (traffic->retries)
        span_number(&span, "http.request.resend_count", traffic->retries);
    if (!traffic->status)
        text_copy(span.problem, SPAN_TEXT_SIZE, "no answer");
    else if (traffic->status >= 400)
        snprintf(span.problem, SPAN_TEXT_SIZE, "HTTP %d", traffic->status);
    tracer_keep(tracer, &span);
}
