#include "support/failing_transport.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

static int64_t exchanges;
static int64_t failing_exchange;
static enum failing_transport_mode failing_mode;

struct flight {
    struct flight *next;
    struct failing_transport *owner;
    struct http_request request; /* borrowed parts; only the timeout is its own */
    transport_done *done;
    void *context;
    bool is_unsent;  /* fails at the next poll */
    bool loses;      /* its answer */
    bool kills_then; /* when its answer comes */
};

struct failing_transport {
    struct transport transport; /* first: the address of one is that of the other */
    struct transport *inner;
    int timeout_ms;
    const char *capped;
    struct flight *flights;
};

void failing_transport_arm(int64_t exchange, enum failing_transport_mode mode)
{
    exchanges = 0;
    failing_exchange = exchange;
    failing_mode = mode;
}

int64_t failing_transport_exchanges(void)
{
    return exchanges;
}

static struct failing_transport *own(struct transport *transport)
{
    return (struct failing_transport *)transport;
}

/* Whether the exchange that was just counted goes wrong, and how. */
static void plan(struct flight *flight)
{
    bool is_later = failing_exchange && exchanges > failing_exchange;

    if (is_later)
        flight->is_unsent = failing_mode == FAILING_TRANSPORT_DOWN;
    if (!failing_exchange || exchanges != failing_exchange)
        return;
    if (failing_mode == FAILING_TRANSPORT_KILL_BEFORE)
        kill(getpid(), SIGKILL);
    flight->is_unsent =
        failing_mode == FAILING_TRANSPORT_NOT_SENT || failing_mode == FAILING_TRANSPORT_DOWN;
    flight->loses = failing_mode == FAILING_TRANSPORT_ANSWER_LOST;
    flight->kills_then = failing_mode == FAILING_TRANSPORT_KILL_AFTER;
}

static void drop(struct failing_transport *self, struct flight *flight)
{
    struct flight **link = &self->flights;

    while (*link != flight)
        link = &(*link)->next;
    *link = flight->next;
    free(flight);
}

/* The flight is gone before anybody hears of its end. */
static void land(struct failing_transport *self, struct flight *flight,
                 const struct http_response *response, const struct error *error)
{
    struct flight landed = *flight;

    drop(self, flight);
    landed.done(landed.context, response, error);
}

static void fail(struct failing_transport *self, struct flight *flight)
{
    struct error error = {0};

    error_set(&error, ERROR_UNREACHABLE, "the connection was lost at exchange %lld (by the test)",
              (long long)failing_exchange);
    land(self, flight, NULL, &error);
}

static void inner_done(void *context, const struct http_response *response,
                       const struct error *error)
{
    struct flight *flight = context;

    if (flight->kills_then)
        kill(getpid(), SIGKILL);
    if (flight->loses)
        fail(flight->owner, flight);
    else
        land(flight->owner, flight, response, error);
}

static bool is_capped(const struct failing_transport *self, const struct http_request *request)
{
    const char *method = http_method_word(request->method);

    if (!self->timeout_ms || request->timeout_ms <= self->timeout_ms)
        return false;
    return !self->capped || (text_starts_with(self->capped, method) &&
                             strstr(request->url, self->capped + strlen(method) + 1));
}

static void start(struct transport *transport, const struct http_request *request,
                  transport_done *done, void *context)
{
    struct failing_transport *self = own(transport);
    struct flight *flight = memory_new(sizeof(*flight));

    flight->owner = self;
    flight->request = *request;
    flight->done = done;
    flight->context = context;
    if (is_capped(self, request))
        flight->request.timeout_ms = self->timeout_ms;
    flight->next = self->flights;
    self->flights = flight;
    exchanges++;
    plan(flight);
    if (!flight->is_unsent)
        self->inner->functions->start(self->inner, &flight->request, inner_done, flight);
}

static void cancel(struct transport *transport, void *context)
{
    struct failing_transport *self = own(transport);
    struct flight *flight = self->flights;

    while (flight->context != context)
        flight = flight->next;
    if (!flight->is_unsent)
        self->inner->functions->cancel(self->inner, flight);
    drop(self, flight);
}

static struct flight *unsent(const struct failing_transport *self)
{
    struct flight *flight = self->flights;

    while (flight && !flight->is_unsent)
        flight = flight->next;
    return flight;
}

static void poll_once(struct transport *transport, int wait_ms)
{
    struct failing_transport *self = own(transport);
    struct flight *flight = unsent(self);

    self->inner->functions->poll(self->inner, flight ? 0 : wait_ms);
    while ((flight = unsent(self)))
        fail(self, flight);
}

static void wake(struct transport *transport)
{
    struct transport *inner = own(transport)->inner;

    inner->functions->wake(inner);
}

static void free_transport(struct transport *transport)
{
    struct failing_transport *self = own(transport);

    self->inner->functions->free(self->inner);
    while (self->flights)
        drop(self, self->flights);
    free(self);
}

struct transport *failing_transport_new(struct transport *inner, int timeout_ms, const char *capped)
{
    static const struct transport_functions functions = {start, cancel, poll_once, wake,
                                                         free_transport};
    struct failing_transport *self = memory_new(sizeof(*self));

    self->transport.functions = &functions;
    self->inner = inner;
    self->timeout_ms = timeout_ms;
    self->capped = capped;
    return &self->transport;
}
