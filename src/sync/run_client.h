/*
 * run_client.h: a network client for one run or errand of the service: the program's pacer and
 * origins, a transport of its own, and the guard against addresses that lists name and that are
 * none of their business (net/client.h). Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_RUN_CLIENT_H
#define LISTSYNC_SYNC_RUN_CLIENT_H

#include "net/client.h"
#include "sync/runner.h"

struct client *run_client_new(const struct runner_tools *tools);

#endif
