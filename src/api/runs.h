/*
 * runs.h: what routes about runs share.
 */
#ifndef LISTSYNC_API_RUNS_H
#define LISTSYNC_API_RUNS_H

#include "store/runs.h"
#include "web/call.h"

extern const struct field api_run_id_parameters[];
/* The run whose number stands in the path as {id}; false: the call has failed. */
bool api_find_run(struct call *call, struct stored_run *ret);

/*
 * A parameter "2026-11-22T09:33:56Z", or the date alone, as the store's text; NULL when it was not
 * given. false: the call has failed.
 */
bool api_read_time(struct call *call, const char *name, const char **ret);

#endif
