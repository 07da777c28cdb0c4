/*
 * busy_clients.h: clients of a daemon that change things all the time, each in a thread of its own,
 * and remember what was acknowledged; for tests of what a sudden end or a full disk may cost.
 *
 *     struct busy_clients *clients = busy_clients_new(&daemon, seed);
 *     busy_clients_start(clients);
 *     busy_clients_wait(clients, 50);      // changes that were acknowledged
 *     daemon_kill(&daemon);
 *     busy_clients_stop(clients);
 *     daemon_start(&daemon);
 *     busy_clients_check(clients, "after a kill");
 *
 * They add, change and remove lists, change settings, make and revoke keys, ignore items, order
 * and cancel runs, read, and listen. No client touches what another one changes. What was answered
 * with 2xx must be there afterwards; what got no answer, or a refusal, may be there or not.
 */
#ifndef TESTS_SUPPORT_BUSY_CLIENTS_H
#define TESTS_SUPPORT_BUSY_CLIENTS_H

#include <stdint.h>

#include "support/daemon.h"

struct busy_clients;

/* What the daemon has to be told; and new titles for each start, of which the simulator knows
 * (--titles) BUSY_TITLES_BEFORE more. */
extern const char *const busy_clients_environment[];
enum { BUSY_TITLES = 150, BUSY_TITLES_BEFORE = 1000 };

/* The daemon runs. The same seed makes the same wishes. */
struct busy_clients *busy_clients_new(struct daemon *daemon, uint64_t seed);
void busy_clients_free(struct busy_clients *clients);

/* New titles come to a list, so that each start has something to request. */
void busy_clients_start(struct busy_clients *clients);
/* Waits for the threads: each ends after its present request. The daemon may be gone. */
void busy_clients_stop(struct busy_clients *clients);
/* Until so many further changes were acknowledged; fails the test when it takes a minute. */
void busy_clients_wait(struct busy_clients *clients, int64_t changes);

/* So far. Refusals are answers but 2xx, and those that are to be expected. */
int64_t busy_clients_acknowledged(struct busy_clients *clients);
int64_t busy_clients_refused(struct busy_clients *clients);
/* "PUT /api/lists/3: 503 {...}" of the last refusal; a fresh text. */
char *busy_clients_last_refusal(struct busy_clients *clients);

/* While none is at work. Fails the test if anything that was acknowledged is not there. */
void busy_clients_check(struct busy_clients *clients, const char *about);
/* Waits until no run waits or runs (fails after two minutes); each order then has ended. */
void busy_clients_drain(struct busy_clients *clients);

#endif
