/*
 * run_client.h: a network client for one run or errand of the service: the program's pacer and
 * origins, a transport of its own, and the guard against addresses that lists name and that are
 * none of their business (net/client.h). For files of sync/, and for errands of api/.
 */
#ifndef LISTSYNC_SYNC_RUN_CLIENT_H
#define LISTSYNC_SYNC_RUN_CLIENT_H

#include "net/client.h"
#include "sync/runner.h"

struct client *run_client_new(const struct runner_tools *tools);

/* False once the program is ending: errands end then, however far they are. */
bool run_client_may_go_on(const struct runner_tools *tools);

#endif
