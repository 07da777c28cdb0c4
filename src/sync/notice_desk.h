/*
 * notice_desk.h: tells people what happened: one thread of its own, that looks for what is to be
 * told, puts it into the queue of the store, and sends what is due. Any thread may call.
 *
 * What is to be told is found in the store, not handed over: a run that ended and is not marked as
 * told, an alarm that is raised and was not. Marking and queueing are one transaction, so nothing
 * is lost or told twice when the program ends at any point. No run waits for it or fails by it.
 */
#ifndef LISTSYNC_SYNC_NOTICE_DESK_H
#define LISTSYNC_SYNC_NOTICE_DESK_H

#include "store/alarms.h"
#include "sync/notice_targets.h"
#include "sync/schedule.h"

struct notice_desk;

extern const struct option notice_desk_options[];

/* Made before the runner, so that this can tell it of runs; nothing is sent before it begins. The
 * tools are copied. */
struct notice_desk *notice_desk_new(const struct runner_tools *tools);
/* Follows the environment, recovers what was being sent at the last end, and starts the thread. */
enum error_code notice_desk_begin(struct notice_desk *desk, struct schedule *schedule,
                                  struct error *error);
/* Before the schedule is stopped. What is being sent is cut off. */
void notice_desk_stop(struct notice_desk *desk); /* NULL is fine */
void notice_desk_free(struct notice_desk *desk); /* after that; NULL is fine */

/* Look now: a run ended, a target was changed. Does not wait. NULL is fine. */
void notice_desk_wake(struct notice_desk *desk);

/* What is wrong right now (notice_alarms.h), told or not, looked at in the caller's thread. */
enum error_code notice_desk_look(const struct notice_desk *desk, struct store *store,
                                 struct arena *arena, struct alarms *ret, struct error *error);

/*
 * Sends a test at once, from the caller's thread, and says what came of it; it is in no queue.
 * `tools`: with a network.
 */
void notice_desk_test(const struct runner_tools *tools, const struct notifier *notifier,
                      const struct notifier_settings *settings, struct notifier_outcome *ret);

#endif
