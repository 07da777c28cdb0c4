/*
 * exchange.h: the one shape of everything that talks to the network.
 *
 * next() fills the next request and returns true, or returns false when there is nothing more to
 * ask. answer() is then called exactly once with the answer to it, or failed() exactly once when
 * no answer came (after the client's retries): unreachable, too large, cancelled. After either,
 * next() is asked again until it returns false; only after ERROR_CANCELLED it is not. next() gets
 * an empty request. None of them does I/O, sleeps, logs or locks. All three run in the thread that
 * drives the client.
 */
#ifndef LISTSYNC_NET_EXCHANGE_H
#define LISTSYNC_NET_EXCHANGE_H

#include <stdbool.h>

#include "base/error.h"
#include "net/http_message.h"

struct exchange {
    void *state; /* the driver's own; outlives the exchange */
    bool (*next)(void *state, struct http_request *request);
    void (*answer)(void *state, const struct http_response *response);
    void (*failed)(void *state, const struct error *error);
};

#endif
