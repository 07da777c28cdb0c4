#include "model/cron.h"

#include "base/calendar.h"

enum { ALL_HOURS = (1 << 24) - 1, HOUR_MINUTES = 60, HORIZON_DAYS = 9 * 366 };

bool cron_has_day(const struct cron *cron, int year, int month, int day)
{
    int64_t number = calendar_day(year, month, day);
    bool has_day = cron->days >> day & 1;
    bool has_weekday = cron->weekdays >> calendar_weekday(number) & 1;

    if (!(cron->months >> month & 1) || (cron->every_days && number % cron->every_days != 0))
        return false;
    if (cron->any_day || cron->any_weekday)
        return has_day && has_weekday;
    return has_day || has_weekday;
}

bool cron_has_time(const struct cron *cron, int hour, int minute)
{
    return (cron->hours >> hour & 1) && (cron->minutes >> minute & 1) &&
           (!cron->every_minutes || (hour * HOUR_MINUTES + minute) % cron->every_minutes == 0);
}

/* Every hour or more often: such a schedule goes by elapsed time. */
static bool is_frequent(const struct cron *cron)
{
    return cron->hours == ALL_HOURS && cron->every_minutes <= HOUR_MINUTES;
}

/* The first instant of the day after the one of `now`, or a minute later if that has passed. */
static int64_t skip_day(const struct time_zone *zone, const struct local_time *now, int64_t utc)
{
    int64_t next = 0;

    time_zone_utc(zone, now->year, now->month, now->day + 1, 0, 0, 0, &next);
    return next > utc ? next : utc + 60;
}

/* Goes over the instants and asks each what the clock on the wall shows. */
static int64_t next_by_elapsed_time(const struct cron *cron, const struct time_zone *zone,
                                    int64_t utc_seconds)
{
    int64_t last = utc_seconds + (int64_t)HORIZON_DAYS * CALENDAR_DAY_SECONDS;

    for (int64_t utc = utc_seconds + 1; utc <= last;) {
        struct local_time now;
        time_zone_local(zone, utc, &now);
        if (!cron_has_day(cron, now.year, now.month, now.day))
            utc = skip_day(zone, &now, utc);
        else if (now.second != 0)
            utc += 60 - now.second;
        else if (cron_has_time(cron, now.hour, now.minute))
            return utc;
        else
            utc += 60;
    }
    return -1;
}

/* The first of the day's times that is after `utc_seconds`, or -1. */
static int64_t next_on_day(const struct cron *cron, const struct time_zone *zone,
                           const struct calendar_date *date, int64_t utc_seconds)
{
    for (int hour = 0; hour < 24; hour++)
        for (int minute = 0; minute < HOUR_MINUTES; minute++) {
            int64_t utc = -1;
            if (!cron_has_time(cron, hour, minute))
                continue;
            time_zone_utc(zone, date->year, date->month, date->day, hour, minute, 0, &utc);
            if (utc > utc_seconds)
                return utc;
        }
    return -1;
}

/* Goes over the times on the wall and asks each for its instant: the first, or the jump. */
static int64_t next_fixed_time(const struct cron *cron, const struct time_zone *zone,
                               int64_t utc_seconds)
{
    struct local_time now;

    time_zone_local(zone, utc_seconds, &now);
    int64_t today = calendar_day(now.year, now.month, now.day);
    for (int64_t day = today; day <= today + HORIZON_DAYS; day++) {
        struct calendar_date date = calendar_date_of(day);
        int64_t utc = -1;
        if (cron_has_day(cron, date.year, date.month, date.day))
            utc = next_on_day(cron, zone, &date, utc_seconds);
        if (utc >= 0)
            return utc;
    }
    return -1;
}

int64_t cron_next(const struct cron *cron, const struct time_zone *zone, int64_t utc_seconds)
{
    return is_frequent(cron) ? next_by_elapsed_time(cron, zone, utc_seconds)
                             : next_fixed_time(cron, zone, utc_seconds);
}
