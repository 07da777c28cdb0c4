#include "net/client.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/hush.h"
#include "net/redirect.h"
#include "net/retry.h"
#include "net/url.h"

/* The longest wait in one poll: how late a tick or an expired hold of another client may be. */
enum { POLL_MAX_MS = 100 };

struct host {
    char *name;         /* "" stands for files: no pace, not counted */
    int64_t sent;       /* requests so far */
    int64_t not_before; /* what the pacer said last */
};

/* One exchange and its request under way. It is in exactly one of the client's three queues. */
struct call {
    struct client *client;
    struct exchange exchange;
    struct http_request request; /* as the driver made it, with real names */
    struct http_request wire;    /* the same as it travels; only the URL is its own */
    struct host *host;
    int retries;
    int redirects;
    int64_t not_before; /* end of its backoff */
    int64_t started_us; /* steady */
    struct trace_context trace, parent;
};

struct queue {
    struct call **items;
    size_t count;
    size_t capacity;
};

struct client {
    struct client_settings settings;
    struct map hosts; /* name -> struct host */
    int64_t sent;
    struct queue asking;  /* to be asked for their next request */
    struct queue waiting; /* have a request, wait for pace or backoff; first come, first served */
    struct queue flying;  /* with the transport */
    bool is_running;
    atomic_bool is_cancelled;
};

static void queue_push(struct queue *queue, struct call *call)
{
    memory_grow(&queue->items, queue->count, &queue->capacity);
    queue->items[queue->count++] = call;
}

static void queue_remove(struct queue *queue, const struct call *call)
{
    size_t at = 0;

    while (queue->items[at] != call)
        at++;
    queue->items[at] = queue->items[--queue->count];
}

static struct call *queue_pop(struct queue *queue)
{
    return queue->count ? queue->items[--queue->count] : NULL;
}

struct client *client_new(const struct client_settings *settings)
{
    struct client *client = memory_new(sizeof(*client));
    struct client_settings *own = &client->settings;

    *own = *settings;
    own->timeout_ms = own->timeout_ms ? own->timeout_ms : 30000;
    own->retries = own->retries ? own->retries : 3;
    own->first_wait_ms = own->first_wait_ms ? own->first_wait_ms : 500;
    own->longest_wait_ms = own->longest_wait_ms ? own->longest_wait_ms : 20000;
    return client;
}

static void release_wire(struct call *call)
{
    if (call->request.secret_url && call->wire.url)
        explicit_bzero(call->wire.url, strlen(call->wire.url));
    free(call->wire.url);
    call->wire = (struct http_request){0};
}

static void call_free(struct call *call)
{
    release_wire(call);
    http_request_release(&call->request);
    free(call);
}

static void pace_done(const struct call *call)
{
    const struct client *client = call->client;

    call->host->not_before = 0; /* a place became free: ask the pacer again */
    if (client->settings.pacer && *call->host->name)
        pacer_done(client->settings.pacer, call->host->name);
}

/* Takes any call that has a request out of its queue, and out of the transport's hands. */
static struct call *take_call(struct client *client)
{
    struct transport *transport = client->settings.transport;
    struct call *call = queue_pop(&client->flying);

    if (!call)
        return queue_pop(&client->waiting);
    transport->functions->cancel(transport, call);
    pace_done(call);
    return call;
}

void client_free(struct client *client)
{
    struct call *call = NULL;

    if (!client)
        return;
    while ((call = take_call(client)) || (call = queue_pop(&client->asking)))
        call_free(call);
    free(client->asking.items);
    free(client->waiting.items);
    free(client->flying.items);
    for (size_t i = 0; i < client->hosts.capacity; i++) {
        struct host *host = client->hosts.entries[i].value;
        if (host)
            free(host->name);
        free(host);
    }
    map_release(&client->hosts);
    client->settings.transport->functions->free(client->settings.transport);
    free(client);
}

void client_add(struct client *client, const struct exchange *exchange)
{
    struct call *call = memory_new(sizeof(*call));

    call->client = client;
    call->exchange = *exchange;
    http_request_init(&call->request);
    queue_push(&client->asking, call);
}

static struct host *host_named(struct client *client, const char *name)
{
    struct host *host = map_get(&client->hosts, name);

    if (!host) {
        host = memory_new(sizeof(*host));
        host->name = memory_text(name);
        map_set(&client->hosts, name, host);
    }
    return host;
}

/* What the operator sends elsewhere himself is not guarded. */
static const struct address_ranges *guard_of(const struct call *call)
{
    static const struct address_ranges none = {0};
    const struct client_settings *settings = &call->client->settings;

    if (!settings->guard_user_given || !text_equal(call->wire.url, call->request.url))
        return NULL;
    return settings->allowed_private ? settings->allowed_private : &none;
}

/* Each sending is a span of its own; the header holds a place for it. */
static void find_trace(struct call *call)
{
    struct http_request *request = &call->request;
    char text[TRACEPARENT_SIZE];

    if (!call->client->settings.watcher.traces)
        return;
    call->parent = request->trace ? *request->trace : trace_current();
    if (!request->tells_trace || !call->parent.exists ||
        http_headers_find(&request->headers, "traceparent"))
        return;
    trace_format(&call->parent, text);
    http_request_header(request, "traceparent", text);
}

static void begin_span(struct call *call)
{
    struct http_headers *headers = &call->request.headers;

    call->trace = trace_child(&call->parent);
    for (size_t i = 0; call->trace.exists && i < headers->count; i++)
        if (call->request.tells_trace && text_equal(headers->items[i].name, "traceparent"))
            trace_format(&call->trace, headers->items[i].value);
}

/* Fills in what travels. The driver's request may not name a web address: ERROR_USAGE. */
static enum error_code prepare(struct call *call, struct error *error)
{
    const struct client_settings *settings = &call->client->settings;
    struct http_request *request = &call->request;
    char host[URL_HOST_SIZE];

    CHECK(request->url);
    if (!url_host_of(request->url, host) && !url_mail_host_of(request->url, host) &&
        !text_starts_with(request->url, "file:"))
        return error_set(error, ERROR_USAGE, "the request names no web address");
    call->host = host_named(call->client, host);
    if (settings->user_agent && !http_headers_find(&request->headers, "User-Agent"))
        http_request_header(request, "User-Agent", settings->user_agent);
    find_trace(call);
    call->wire = *request;
    call->wire.url = origins_apply(settings->origins, request->url);
    call->wire.guard = guard_of(call);
    call->wire.guard_link_local = !request->user_given;
    if (!call->wire.timeout_ms)
        call->wire.timeout_ms = settings->timeout_ms;
    if (!call->wire.answer_limit)
        call->wire.answer_limit = BUFFER_LIMIT_ANSWER;
    return ERROR_NONE;
}

static void ask_again(struct call *call)
{
    release_wire(call);
    http_request_release(&call->request);
    call->retries = call->redirects = 0;
    call->not_before = 0;
    queue_push(&call->client->asking, call);
}

static void fail(struct call *call, const struct error *error)
{
    struct error shown = *error;

    hush_error(call->request.hidden, &shown);
    call->exchange.failed(call->exchange.state, &shown);
    ask_again(call);
}

static void ask(struct call *call)
{
    struct error error = {0};

    if (!call->exchange.next(call->exchange.state, &call->request))
        call_free(call);
    else if (prepare(call, &error))
        fail(call, &error);
    else
        queue_push(&call->client->waiting, call);
}

/* Those that want to be asked again meanwhile wait for the next round: no driver can hold us. */
static void ask_all(struct client *client)
{
    struct queue round = client->asking;

    client->asking = (struct queue){0};
    for (size_t i = 0; i < round.count; i++)
        ask(round.items[i]);
    free(round.items);
}

static void retry_later(struct call *call, int64_t wait)
{
    call->retries++;
    call->not_before = clock_steady_ms() + wait;
    queue_push(&call->client->waiting, call);
}

static bool may_retry(const struct call *call)
{
    return call->request.repeatable && call->retries < call->client->settings.retries &&
           !client_is_cancelled(call->client);
}

static int64_t backoff(const struct call *call)
{
    const struct client_settings *settings = &call->client->settings;

    return retry_backoff_ms(call->retries, settings->first_wait_ms, settings->longest_wait_ms);
}

/* The host said that it has enough: the others that ask it wait as well. */
static void hold_host(const struct call *call, int64_t wait)
{
    const struct client_settings *settings = &call->client->settings;

    if (settings->pacer && wait <= settings->longest_wait_ms)
        pacer_hold(settings->pacer, call->host->name, clock_steady_ms() + wait);
}

/* True when the answer only means "later", and later is soon enough for us. */
static bool take_as_later(struct call *call, const struct http_response *response)
{
    if (!retry_suits_status(response->status))
        return false;
    int64_t asked = retry_asked_ms(response, clock_wall_ms());
    int64_t wait = asked > 0 ? asked : backoff(call);
    if (response->status == 429 || asked > 0)
        hold_host(call, wait);
    if (!may_retry(call) || wait > call->client->settings.longest_wait_ms)
        return false;
    retry_later(call, wait);
    return true;
}

/* True when the answer is a redirect that was dealt with. */
static bool take_as_redirect(struct call *call, const struct http_response *response)
{
    struct error error = {0};

    if (call->request.no_redirects ||
        !redirect_apply(&call->request, response, call->client->settings.origins))
        return false;
    release_wire(call);
    if (++call->redirects > REDIRECTS_MAX)
        error_set(&error, ERROR_FORMAT, "%s leads from one address to the next without end",
                  call->host->name);
    if (error.code || prepare(call, &error))
        fail(call, &error);
    else
        queue_push(&call->client->waiting, call);
    return true;
}

static void hand_over(struct call *call, const struct http_response *response)
{
    const struct redaction *hidden = call->request.hidden;
    AUTO_BUFFER struct buffer body = hush(hidden, &response->body);
    AUTO_FREE char *url = hush_text(hidden, call->request.url);
    struct http_response shown = *response;

    if (body.length)
        shown.body = body;
    shown.url = url; /* the real name, whatever host stood in for it */
    call->exchange.answer(call->exchange.state, &shown);
    ask_again(call);
}

static void tell_watcher(const struct call *call, const struct http_response *response,
                         const struct error *error)
{
    const struct client_watcher *watcher = &call->client->settings.watcher;
    struct client_traffic traffic = {
        .request = &call->request,
        .status = response ? response->status : 0,
        .failure = response ? ERROR_NONE : error->code,
        .duration_us = clock_steady_us() - call->started_us,
        .retries = call->retries,
        .trace = call->trace,
        .parent = call->parent,
    };

    if (watcher->carried && *call->host->name)
        watcher->carried(watcher->context, &traffic);
}

static void finished(void *context, const struct http_response *response, const struct error *error)
{
    struct call *call = context;

    queue_remove(&call->client->flying, call);
    pace_done(call);
    tell_watcher(call, response, error);
    if (response) {
        if (!take_as_redirect(call, response) && !take_as_later(call, response))
            hand_over(call, response);
    } else if (error->code == ERROR_UNREACHABLE && may_retry(call)) {
        retry_later(call, backoff(call));
    } else {
        fail(call, error);
    }
}

/* 0: it may go now. Asks the pacer only when nothing else holds it back. */
static int64_t wait_of(const struct call *call, int64_t now)
{
    struct host *host = call->host;
    struct pacer *pacer = call->client->settings.pacer;
    int64_t due = call->not_before > host->not_before ? call->not_before : host->not_before;

    if (due > now)
        return due - now;
    int64_t wait = pacer && *host->name ? pacer_start(pacer, host->name, now) : 0;
    if (wait > 0)
        host->not_before = now + wait;
    return wait;
}

static void start(struct call *call)
{
    struct client *client = call->client;
    struct transport *transport = client->settings.transport;

    if (*call->host->name) {
        call->host->sent++;
        client->sent++;
    }
    begin_span(call);
    call->started_us = clock_steady_us();
    queue_push(&client->flying, call);
    transport->functions->start(transport, &call->wire, finished, call);
}

/* Starts all that may start; returns for how long nothing else can. */
static int64_t start_due(struct client *client)
{
    int64_t now = clock_steady_ms();
    int64_t shortest = POLL_MAX_MS;
    size_t kept = 0;

    for (size_t i = 0; i < client->waiting.count; i++) {
        struct call *call = client->waiting.items[i];
        int64_t wait = wait_of(call, now);
        if (wait <= 0) {
            start(call);
            continue;
        }
        shortest = wait < shortest ? wait : shortest;
        client->waiting.items[kept++] = call;
    }
    client->waiting.count = kept;
    return client->asking.count ? 0 : shortest;
}

/* Each gets its one failed(), and only for a request that it made. */
static void cancel_all(struct client *client)
{
    struct error error = {0};
    struct call *call = NULL;

    error_set(&error, ERROR_CANCELLED, "it was cancelled");
    while ((call = take_call(client)) || (call = queue_pop(&client->asking))) {
        if (call->request.url || call->exchange.next(call->exchange.state, &call->request))
            call->exchange.failed(call->exchange.state, &error);
        call_free(call);
    }
}

static bool has_calls(const struct client *client)
{
    return client->asking.count || client->waiting.count || client->flying.count;
}

static void drive(struct client *client, bool (*tick)(void *context), void *context)
{
    struct transport *transport = client->settings.transport;

    while (has_calls(client) && !client_is_cancelled(client)) {
        ask_all(client);
        int64_t wait = start_due(client);
        if (has_calls(client))
            transport->functions->poll(transport, (int)wait);
        if (tick && !tick(context))
            client_cancel(client);
    }
}

enum error_code client_run(struct client *client, bool (*tick)(void *context), void *context)
{
    CHECK(!client->is_running);
    client->is_running = true;
    drive(client, tick, context);
    if (client_is_cancelled(client))
        cancel_all(client);
    client->is_running = false;
    return client_is_cancelled(client) ? ERROR_CANCELLED : ERROR_NONE;
}

void client_cancel(struct client *client)
{
    struct transport *transport = client->settings.transport;

    atomic_store(&client->is_cancelled, true);
    transport->functions->wake(transport);
}

bool client_is_cancelled(const struct client *client)
{
    return atomic_load(&client->is_cancelled);
}

int64_t client_requests_sent(const struct client *client, const char *host_name)
{
    if (!host_name)
        return client->sent;
    AUTO_FREE char *lower = memory_text(host_name);
    for (char *at = lower; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    const struct host *host = map_get(&client->hosts, lower);
    return host ? host->sent : 0;
}
