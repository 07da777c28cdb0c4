/*
 * cron.h: when something is to happen, as people write it. Pure; any thread.
 *
 * Five fields (minute hour day month weekday) with lists, ranges, steps, names (mon, jan) and
 * @hourly, @daily, @weekly, @monthly, @yearly. Day and weekday given both: one of them is enough,
 * as in cron. 0 and 7 are Sunday.
 *
 * Also "every 15m", "every 6h", "every 90m": counted from each local midnight, so that they stay at
 * the same times of day (the last stretch of a day may be shorter); "every 2d": at midnight,
 * counted from 1970-01-01, so that a month's end makes no difference. Up to 1440m, 24h, 366d.
 *
 * Daylight saving: a fixed time that does not exist on a day happens at the jump, once; a fixed
 * time that comes twice happens at the first. A schedule that runs every hour or more often runs
 * through both, by elapsed time.
 */
#ifndef LISTSYNC_MODEL_CRON_H
#define LISTSYNC_MODEL_CRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/time_zone.h"

struct cron {
    uint64_t minutes; /* bit n: minute n */
    uint32_t hours, days, months, weekdays;
    bool any_day, any_weekday; /* "*" */
    int every_minutes;         /* of the local day; 0: by the fields alone */
    int every_days;            /* 0: by the fields alone */
};

/* ERROR_USAGE names the field, what stands there and what may stand there. */
enum error_code cron_parse(const char *text, struct cron *ret, struct error *error);
/* The first time after `utc_seconds`; -1 when there is none within nine years (30 February). */
int64_t cron_next(const struct cron *cron, const struct time_zone *zone, int64_t utc_seconds);
/* What it says of a day or of a time of day, wherever that is: for tests, and for calendars. */
bool cron_has_day(const struct cron *cron, int year, int month, int day);
bool cron_has_time(const struct cron *cron, int hour, int minute);
/* "every day at 04:00", "on Monday and Friday at 18:30", "every 15 minutes": for people. */
void cron_describe(const struct cron *cron, char *text, size_t size);

#endif
