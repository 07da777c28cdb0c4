/*
 * time_zone.h: local time in a named zone, without touching the process's own TZ.
 *
 * glibc has one zone for the whole process; the schedule needs the one that is configured, and a
 * person may change it while threads are formatting times. So the zone is a value, read from the
 * system's zoneinfo files (TZif version 2 and later, RFC 8536, with its rule for the time after
 * the last entry) or from "UTC+2", "UTC-3:30": as ISO 8601 counts, UTC+2 is east of Greenwich.
 * Immutable once opened; any thread.
 */
#ifndef LISTSYNC_BASE_TIME_ZONE_H
#define LISTSYNC_BASE_TIME_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct time_zone;

/* Where the names are files, unless TZDIR in the environment says otherwise. */
#define ZONEINFO_DIRECTORY "/usr/share/zoneinfo"

/*
 * "Europe/Berlin", "UTC", "UTC+2", "GMT", or "" for UTC. ERROR_USAGE with the nearest name for a
 * misspelt one; paths are refused. ERROR_FORMAT for a file that is no zone, or one with leap
 * seconds in it. UTC and what is counted from it need no file.
 */
enum error_code time_zone_open(const char *name, struct time_zone **ret, struct error *error);
/* The same from the bytes of a TZif file; `name` is only what it is called. */
enum error_code time_zone_parse(const char *name, const void *bytes, size_t length,
                                struct time_zone **ret, struct error *error);
/*
 * "PST" -> "America/Los_Angeles", in any case; NULL when it is no abbreviation that is known. Some
 * mean several zones: `region` ("US", "EU", "ASIA", "AU", "NZ"; else the first) chooses. Names that
 * the system has as a file ("EST", "CET") are zones already: ask here only for what cannot be
 * opened.
 */
const char *time_zone_of_abbreviation(const char *text, const char *region);
size_t time_zone_abbreviation_count(void);
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

/* UTC seconds -> local. What lies half a thousand million years away is taken for nearer. */
void time_zone_local(const struct time_zone *zone, int64_t utc_seconds, struct local_time *ret);

enum time_zone_fit { TIME_ZONE_ONCE, TIME_ZONE_TWICE, TIME_ZONE_SKIPPED };

/*
 * Local wall clock -> UTC seconds. A time that comes twice (the clock was set back) gives the
 * first; one that does not exist (it was set forward) gives the instant at which the clock jumped.
 * A day after a month's last is one of the next month.
 */
enum time_zone_fit time_zone_utc(const struct time_zone *zone, int year, int month, int day,
                                 int hour, int minute, int second, int64_t *ret);

/* Calls back with every name that the system has ("Europe/Berlin"), sorted. */
void time_zone_each(void (*visit)(void *context, const char *name), void *context);

void time_zone_close_local(struct time_zone **zone);
#define AUTO_TIME_ZONE __attribute__((cleanup(time_zone_close_local)))

#endif
