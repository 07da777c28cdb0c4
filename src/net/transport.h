/*
 * transport.h: how bytes travel: the seam under the client.
 *
 * Implementations: curl (transport_curl.c), recorded answers (transport_replay.c), and in tests
 * one that fails or kills the process at the n-th exchange. A transport belongs to the thread
 * that drives it, except wake(), which any thread and signal handlers' threads may call: once all
 * that was started is to be cancelled (mails end by themselves then).
 */
#ifndef LISTSYNC_NET_TRANSPORT_H
#define LISTSYNC_NET_TRANSPORT_H

#include "base/error.h"
#include "net/http_message.h"

struct transport;

/* Called from poll() exactly once per started request; `response` is NULL when error is set. */
typedef void transport_done(void *context, const struct http_response *response,
                            const struct error *error);

struct transport_functions {
    /* `request` and `context` outlive the call until done() was called or cancel() returned. */
    void (*start)(struct transport *transport, const struct http_request *request,
                  transport_done *done, void *context);
    void (*cancel)(struct transport *transport, void *context); /* no done() for it any more */
    void (*poll)(struct transport *transport, int wait_ms);     /* waits, then calls done()s */
    void (*wake)(struct transport *transport);                  /* ends a wait at once */
    void (*free)(struct transport *transport);
};

struct transport {
    const struct transport_functions *functions;
};

#endif
