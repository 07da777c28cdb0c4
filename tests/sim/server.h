/*
 * server.h: the HTTP side: takes requests in, finds who answers, applies latency and faults, sends
 * answers.
 */

#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "sim.h"

struct MHD_Daemon;

/* Listens on 127.0.0.1; `port` 0 picks a free one and is set to it. NULL: could not listen. */
struct MHD_Daemon *server_start(struct sim *sim, unsigned short *port);

/* Lets go of calls that hang, then ends all connections. */
void server_stop(struct sim *sim, struct MHD_Daemon *daemon);

#endif
