/*
 * hold.h: for handlers during which no run may be under way: it would work with what they change.
 * In an errand's thread, for it may wait.
 */
#ifndef LISTSYNC_API_HOLD_H
#define LISTSYNC_API_HOLD_H

#include "web/call.h"

/*
 * Waits a moment for a run that is just ending. False: the call is answered (409). Otherwise no run
 * begins until runner_release().
 */
bool api_hold_runs(struct call *call);

#endif
