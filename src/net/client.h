/*
 * client.h: the one place that drives exchanges.
 *
 * It runs many exchanges at once on one transport in the thread that calls client_run, and gives
 * each of its requests: the pace of its host, an origin, the User-Agent, a timeout, a cap on the
 * answer, and retries. Retried are only `repeatable` requests: no connection, a lost connection,
 * a timeout, 429, 502, 503, 504; at most `retries` times, after 0.5 s doubling with jitter, or
 * after Retry-After when that is at most `longest_wait_ms` (else the answer goes to the driver,
 * which knows what it means). 500 is not retried here: Seerr answers it for unknown ids. A host
 * that answers 429 or Retry-After is left alone by the other exchanges for that time too.
 *
 * Redirects are followed here, at most 5 (rules: net/redirect.h), so that each step has the pace
 * and the origin of the host that it leads to; but not for a request with `no_redirects`.
 *
 * The guard: whoever may add a list may name any address, and the answer would show him what only
 * this machine can reach. So with guard_user_given a `user_given` request is connected to public
 * addresses and those of allowed_private only, after each redirect too; any other ends with
 * ERROR_REFUSED and is not retried. What is judged is the address that the connection goes to, so
 * that a name cannot change between check and use. Such a request takes no connection that is
 * there already, leaves none behind, and goes through no proxy of the environment, since behind a
 * proxy nobody knows the address. All other requests are kept from link-local addresses alone,
 * where clouds keep the credentials of their machines. What the operator mapped by an origin is his
 * own doing: exempt.
 *
 * Waiting for a turn or a retry does not count against a request's timeout. Of those that wait
 * for one host, who waited longest goes first.
 *
 * Parallelism is the number of exchanges added: one exchange has one request under way at most.
 * An exchange may be added from inside another's answer(). One client belongs to one thread;
 * only client_cancel may be called from others.
 */
#ifndef LISTSYNC_NET_CLIENT_H
#define LISTSYNC_NET_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "net/exchange.h"
#include "net/origins.h"
#include "net/pacer.h"
#include "net/transport.h"

struct client;

/* One request that was carried out; each retry is one of its own. */
struct client_traffic {
    const struct http_request *request; /* as its driver made it */
    int status;                         /* 0: no answer came */
    enum error_code failure;            /* why none came; ERROR_NONE */
    int64_t duration_us;                /* from its start, after all waiting, to the answer */
    int retries;                        /* before this one */
    struct trace_context trace, parent; /* its span, and where it belongs */
};

/*
 * Told of all traffic, in the client's thread. With `traces`, each request is a span of its own in
 * the trace that it belongs to, and those that tell_trace say so in the header traceparent.
 */
struct client_watcher {
    void *context;
    bool traces;
    void (*carried)(void *context, const struct client_traffic *traffic);
};

struct client_settings {
    struct transport *transport;                  /* taken over: freed with the client */
    const struct origins *origins;                /* borrowed; NULL: none */
    struct pacer *pacer;                          /* borrowed; NULL: no pacing */
    const char *user_agent;                       /* borrowed; honest name and version */
    struct client_watcher watcher;                /* none: all zero */
    bool guard_user_given;                        /* the guard above */
    const struct address_ranges *allowed_private; /* borrowed; NULL: none */
    int timeout_ms;                               /* default for a request: 30000 */
    int retries;                                  /* default 3; negative: none */
    int64_t first_wait_ms;                        /* default 500 */
    int64_t longest_wait_ms;                      /* default 20000 */
};

struct client *client_new(const struct client_settings *settings);
void client_free(struct client *client);

void client_add(struct client *client, const struct exchange *exchange); /* copied */

/*
 * Drives everything until no exchange is left, or until cancelled: then every exchange still
 * running gets failed() with ERROR_CANCELLED, within 100 ms. (One that is between two requests is
 * asked for its next() first, to learn whether it is still running; that request is not sent. A
 * driver for which next() is more than a question looks at client_is_cancelled() in it.)
 * `tick` (may be NULL) is called at least every 100 ms and may cancel by returning false.
 */
enum error_code client_run(struct client *client, bool (*tick)(void *context), void *context);

/* Any thread. The client stays cancelled: later exchanges fail at once. */
void client_cancel(struct client *client);
bool client_is_cancelled(const struct client *client);

/* Requests sent so far to this host (real name), retries included; NULL: to all. */
int64_t client_requests_sent(const struct client *client, const char *host_name);

#endif
