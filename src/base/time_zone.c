#include "base/time_zone.h"

#include <stdlib.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone_data.h"

void time_zone_close(struct time_zone *zone)
{
    if (!zone)
        return;
    free(zone->kinds);
    free(zone->entries);
    free(zone);
}

void time_zone_close_local(struct time_zone **zone)
{
    time_zone_close(*zone);
}

const char *time_zone_name(const struct time_zone *zone)
{
    return zone->name;
}

/* How many entries are not after `utc_seconds`. */
static size_t entries_until(const struct time_zone *zone, int64_t utc_seconds)
{
    size_t low = 0, high = zone->entry_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->entries[middle].utc_seconds <= utc_seconds)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct time_zone_kind *kind_at(const struct time_zone *zone, int64_t utc_seconds)
{
    size_t passed = entries_until(zone, utc_seconds);

    if (passed == zone->entry_count && zone->has_rule)
        return time_zone_rule_at(&zone->rule, utc_seconds);
    return &zone->kinds[passed ? zone->entries[passed - 1].kind : 0];
}

/* When the next kind begins, be it the same; INT64_MAX: never. */
static int64_t next_change(const struct time_zone *zone, int64_t utc_seconds)
{
    size_t passed = entries_until(zone, utc_seconds);

    if (passed < zone->entry_count)
        return zone->entries[passed].utc_seconds;
    return zone->has_rule ? time_zone_rule_next(&zone->rule, utc_seconds) : INT64_MAX;
}

/* Years stay numbers that fit: far more than anybody's schedule reaches. */
static int64_t bounded(int64_t seconds)
{
    static const int64_t most = INT64_C(1) << 54;

    return seconds < -most ? -most : seconds > most ? most : seconds;
}

void time_zone_local(const struct time_zone *zone, int64_t utc_seconds, struct local_time *ret)
{
    int64_t utc = bounded(utc_seconds);
    const struct time_zone_kind *kind = kind_at(zone, utc);
    int64_t local = utc + kind->offset;
    int64_t day = calendar_day_of_second(local);
    int second_of_day = (int)(local - day * CALENDAR_DAY_SECONDS);
    struct calendar_date date = calendar_date_of(day);

    *ret = (struct local_time){
        .year = date.year,
        .month = date.month,
        .day = date.day,
        .hour = second_of_day / 3600,
        .minute = second_of_day / 60 % 60,
        .second = second_of_day % 60,
        .weekday = calendar_weekday(day),
        .offset_seconds = kind->offset,
        .is_dst = kind->is_dst,
    };
    text_copy(ret->abbreviation, sizeof(ret->abbreviation), kind->abbreviation);
}

/*
 * Walks over the stretches between two changes in which `local` could lie. Within one the local
 * clock runs evenly, so it shows each time once or never; between two it may jump over it.
 */
static enum time_zone_fit find_local(const struct time_zone *zone, int64_t local, int64_t *ret)
{
    int64_t from = local - TIME_ZONE_OFFSET_MOST, end = local + TIME_ZONE_OFFSET_MOST;
    int64_t first = 0, jump = INT64_MAX;
    int times = 0;

    for (int64_t until; from < end && times < 2; from = until) {
        int64_t utc = local - kind_at(zone, from)->offset;
        until = next_change(zone, from);
        if (utc < from && jump == INT64_MAX)
            jump = from;
        if (utc >= from && utc < until && times++ == 0)
            first = utc;
    }
    *ret = times ? first : jump;
    return times == 0 ? TIME_ZONE_SKIPPED : times == 1 ? TIME_ZONE_ONCE : TIME_ZONE_TWICE;
}

enum time_zone_fit time_zone_utc(const struct time_zone *zone, int year, int month, int day,
                                 int hour, int minute, int second, int64_t *ret)
{
    int64_t seconds = calendar_day(year, month, day) * CALENDAR_DAY_SECONDS + (int64_t)hour * 3600 +
                      (int64_t)minute * 60 + second;

    return find_local(zone, bounded(seconds), ret);
}
