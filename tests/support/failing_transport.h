/*
 * failing_transport.h: a network that fails, or a process that dies, at a chosen exchange.
 *
 * It wraps a transport and counts the requests that are started. A test first runs its scenario
 * without a failure, then once for every exchange until the scenario ends before it is reached:
 *
 *     failing_transport_arm(at, FAILING_TRANSPORT_ANSWER_LOST);
 *     settings.transport = failing_transport_new(transport_curl_new(0), 0, NULL);
 *     scenario();
 *     if (failing_transport_exchanges() < at) ... done
 *
 * One plan per process. With the two that kill run the scenario in a forked child.
 */
#ifndef TESTS_SUPPORT_FAILING_TRANSPORT_H
#define TESTS_SUPPORT_FAILING_TRANSPORT_H

#include <stdint.h>

#include "net/transport.h"

enum failing_transport_mode {
    FAILING_TRANSPORT_NOT_SENT,    /* this exchange fails before anything is sent */
    FAILING_TRANSPORT_ANSWER_LOST, /* it is sent and answered; the answer does not arrive */
    FAILING_TRANSPORT_DOWN,        /* this one and all later ones fail unsent */
    FAILING_TRANSPORT_KILL_BEFORE, /* SIGKILL before it is sent */
    FAILING_TRANSPORT_KILL_AFTER,  /* SIGKILL when the answer came, before anybody sees it */
};

/*
 * `inner` is taken over. `timeout_ms` caps the time of requests, 0: no cap. `capped` names which,
 * "GET /api/v1/search" (borrowed); NULL: all. What is answered should not be capped: on a busy
 * machine any answer may be late.
 */
struct transport *failing_transport_new(struct transport *inner, int timeout_ms,
                                        const char *capped);
/* Counts from one again; `exchange` 0 never fails. */
void failing_transport_arm(int64_t exchange, enum failing_transport_mode mode);
/* Exchanges since failing_transport_arm. */
int64_t failing_transport_exchanges(void);

#endif
