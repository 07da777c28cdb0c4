/*
 * time_zone.h: local time in a named zone, without touching the process's own TZ.
 *
 * glibc has one zone for the whole process; the schedule needs the one that is configured, and a
 * person may change it while threads are formatting times. So the zone is a value, read from the
 * system's zoneinfo files (TZif version 2 and later, RFC 8536, with its rule for the time after
 * the last entry) or from "UTC+2", "UTC-3:30". Immutable once opened; any thread.
 */
#ifndef LISTSYNC_BASE_TIME_ZONE_H
#define LISTSYNC_BASE_TIME_ZONE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/error.h"

struct time_zone;

/*
 * "Europe/Berlin", "UTC", "UTC+2", "GMT", or "" for UTC. ERROR_USAGE with the nearest name for a
 * misspelt one; paths are refused. The directory is ZONEINFO_DIRECTORY or $TZDIR.
 */
enum error_code time_zone_open(const char *name, struct time_zone **ret, struct error *error);
void time_zone_close(struct time_zone *zone); /* NULL is fine */

const char *time_zone_name(const struct time_zone *zone);

struct local_time {
    int year, month, day; /* month 1..12 */
    int hour, minute, second;
    int weekday;        /* 0: Sunday */
    int offset_seconds; /* east of UTC */
    bool is_dst;
    char abbreviation[16];
};

/* UTC seconds -> local. */
void time_zone_local(const struct time_zone *zone, int64_t utc_seconds, struct local_time *ret);

enum time_zone_fit { TIME_ZONE_ONCE, TIME_ZONE_TWICE, TIME_ZONE_SKIPPED };

/*
 * Local wall clock -> UTC seconds. A time that comes twice (the clock was set back) gives the
 * first; one that does not exist (it was set forward) gives the instant at which the clock jumped.
 */
enum time_zone_fit time_zone_utc(const struct time_zone *zone, int year, int month, int day,
                                 int hour, int minute, int second, int64_t *ret);

/* Calls back with every name that the system has ("Europe/Berlin"), sorted. */
void time_zone_each(void (*visit)(void *context, const char *name), void *context);

void time_zone_close_local(struct time_zone **zone);
#define AUTO_TIME_ZONE __attribute__((cleanup(time_zone_close_local)))

#endif
