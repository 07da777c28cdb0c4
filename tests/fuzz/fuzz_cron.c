/* Any text as a schedule: what is taken for one has times that follow each other and fit it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/calendar.h"
#include "base/check.h"
#include "base/memory.h"
#include "model/cron.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { STEPS = 40 };

/* 2026-01-01; with the zone's changes in March, April and October within easy reach. */
static const int64_t begin = 1767225600;

/* Some time on the wall that the clock jumped over at this instant is one of the schedule's. */
static bool is_jump(const struct cron *cron, const struct time_zone *zone, int64_t utc)
{
    struct local_time before, after;

    time_zone_local(zone, utc - 1, &before);
    time_zone_local(zone, utc, &after);
    int gap = (after.offset_seconds - before.offset_seconds) / 60;
    int minute = before.hour * 60 + before.minute + 1;
    for (int64_t day = calendar_day(before.year, before.month, before.day); gap > 0;
         gap--, minute++) {
        struct calendar_date date = calendar_date_of(day + minute / 1440);
        if (cron_has_day(cron, date.year, date.month, date.day) &&
            cron_has_time(cron, minute / 60 % 24, minute % 60))
            return true;
    }
    return false;
}

static void check_time(const struct cron *cron, const struct time_zone *zone, int64_t utc)
{
    struct local_time now;

    time_zone_local(zone, utc, &now);
    bool fits = now.second == 0 && cron_has_day(cron, now.year, now.month, now.day) &&
                cron_has_time(cron, now.hour, now.minute);
    CHECK(fits || is_jump(cron, zone, utc));
}

static void walk(const struct cron *cron, const char *name)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    int64_t utc = begin;

    CHECK(time_zone_open(name, &zone, NULL) == ERROR_NONE);
    for (int i = 0; i < STEPS; i++) {
        int64_t next = cron_next(cron, zone, utc);
        if (next < 0)
            return;
        CHECK(next > utc);
        check_time(cron, zone, next);
        utc = next + (i % 4 == 3 ? 40 * CALENDAR_DAY_SECONDS : 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO_FREE char *text = memory_text_n((const char *)bytes, size);
    struct cron cron;
    struct error error = {0};
    char words[300];

    if (cron_parse(text, &cron, &error)) {
        CHECK(error.code == ERROR_USAGE && *error.message);
        return 0;
    }
    cron_describe(&cron, words, sizeof(words));
    CHECK(*words);
    walk(&cron, "Europe/Berlin");
    walk(&cron, "Australia/Lord_Howe");
    return 0;
}
