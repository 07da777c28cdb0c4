/*
 * history_desk.h: keeps the past small (store/retention.h), by these settings. One thread of its
 * own in the service, which takes small bites with pauses between them, so that neither a run nor
 * an answer waits for it; a command without the service takes them one after the other.
 *
 * Once a day everything is looked at, and after each run what has become old since. Settings count
 * as they are at that moment (live_settings.h).
 */
#ifndef LISTSYNC_SYNC_HISTORY_DESK_H
#define LISTSYNC_SYNC_HISTORY_DESK_H

#include "store/retention.h"
#include "sync/runner.h"

extern const struct option history_desk_options[];

struct history_desk;

enum { HISTORY_DESK_ROUND_MS = 24 * 3600000, HISTORY_DESK_RETRY_MS = 3600000 };

/* The tools are borrowed. */
struct history_desk *history_desk_start(const struct runner_tools *tools);
/* Within one bite. NULL is fine. */
void history_desk_stop(struct history_desk *desk);
/* A run has ended. Any thread; NULL is fine. */
void history_desk_wake(struct history_desk *desk);
/* Settings were changed: everything is looked at again. Likewise. */
void history_desk_changed(struct history_desk *desk);

/* What stays, by the settings, now. */
struct retention history_retention(const struct options *options);

enum { HISTORY_COMMAND_MS = 2000 };

/*
 * The same for a command that has just written: no longer than HISTORY_COMMAND_MS, the next one
 * goes on. `going` may be NULL. Trouble is left to others to tell: nothing depends on this.
 */
void history_tidy(struct store *store, const struct options *options, const struct db_going *going);

#endif
