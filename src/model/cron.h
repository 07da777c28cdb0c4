/*
 * cron.h: when something is to happen, as people write it. Pure; any thread.
 *
 * Five fields (minute hour day month weekday) with lists, ranges, steps, names (mon, jan) and
 * @hourly, @daily, @weekly, @monthly, @yearly; also "every 6h", "every 90m", "every 2d", counted
 * from local midnight so that they stay at the same times of day. Day and weekday given both: one
 * of them is enough, as in cron. 0 and 7 are Sunday.
 *
 * Daylight saving: a fixed time that does not exist on a day happens at the jump, once; a fixed
 * time that comes twice happens at the first. A schedule that runs every hour or more often runs
 * through both, by elapsed time.
 */
#ifndef LISTSYNC_MODEL_CRON_H
#define LISTSYNC_MODEL_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/time_zone.h"

struct cron {
    uint64_t minutes; /* bit n: minute n */
    uint32_t hours, days, months, weekdays;
    bool any_day, any_weekday; /* "*" */
};

/* ERROR_USAGE names the field, what stands there and what may stand there. */
enum error_code cron_parse(const char *text, struct cron *ret, struct error *error);
/* The first time after `utc_seconds`; -1 when there is none within five years (30 February). */
int64_t cron_next(const struct cron *cron, const struct time_zone *zone, int64_t utc_seconds);
/* "every day at 04:00", "on Monday and Friday at 18:30", "every 15 minutes": for people. */
void cron_describe(const struct cron *cron, char *text, size_t size);

#endif
