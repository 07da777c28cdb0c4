/*
 * time_now.h: the time now in the configured zone, in the forms that the original gives it.
 */
#ifndef LISTSYNC_API_TIME_NOW_H
#define LISTSYNC_API_TIME_NOW_H

#include "base/time_zone.h"
#include "web/call.h"

/* Texts are in the call's arena. */
struct api_time {
    int64_t wall_ms;
    const char *zone;
    struct local_time local;
    const char *iso;    /* "2026-01-15T10:30:00+01:00" */
    const char *offset; /* "+0100" */
    const char *full;   /* "2026-01-15 10:30:00 CET" */
};

/* false: the call has failed, for the system has no time zones. */
bool api_time_now(struct call *call, struct api_time *ret);

#endif
