/*
 * schedule_plan.h: when a schedule's next run is due. Pure: times go in, a time comes out.
 *
 * By interval: so long after the end of the last run; at once when there was none. By cron text:
 * the first of its times after the last run began; before the first run, after the text was first
 * seen, so that a new text never makes a run of its own. A time that has passed is due now, and
 * however many of them have passed, it is one run.
 *
 * What was set up while the program ran (`ready_ms`) is begun by its interval or text from then
 * on, never at once: whoever set it up wants to look at a dry run first.
 *
 * After a run that failed as a whole (Seerr was not there, the database failed) the next try comes
 * 15 minutes later, then 30, and so on, but never later than the regular time. A run that ended
 * with errors (a source was blocked) waits for its regular time: asking again sooner would only
 * make a source that blocks us block us longer.
 */
#ifndef LISTSYNC_SYNC_SCHEDULE_PLAN_H
#define LISTSYNC_SYNC_SCHEDULE_PLAN_H

#include <stdint.h>

#include "base/time_zone.h"
#include "model/cron.h"

enum { SCHEDULE_RETRY_MS = 15 * 60 * 1000 };

/* Times are wall milliseconds; 0: never. */
struct schedule_plan {
    const struct cron *cron; /* NULL: by interval */
    const struct time_zone *zone;
    double interval_hours; /* 0: none */
    int64_t jitter_ms;     /* put off by so much */
    int64_t since_ms;      /* of a cron text: when it was first seen */
    int64_t ready_ms;      /* when there came to be something to sync; 0: there always was */
    int64_t last_began_ms; /* the newest run that counts */
    int64_t last_ended_ms; /* 0 while it waits or runs */
    int failures;          /* runs in a row that failed as a whole, the newest included */
};

/* 0: never. A time in the past: due now. A last run in the future (the clock was set back) does
 * not count. */
int64_t schedule_plan_next(const struct schedule_plan *plan, int64_t now_ms);

/* When a run may begin that is due at `next_ms`; 0: not before somebody resumes (-1). */
int64_t schedule_plan_after_pause(int64_t next_ms, int64_t paused_until_ms);

#endif
