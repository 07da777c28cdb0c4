/*
 * calendar.h: days and dates of the Gregorian calendar, also before it was in use. Pure.
 *
 * A day is counted from 1970-01-01, which is 0. Months are 1..12, weekdays 0 (Sunday) to 6.
 */
#ifndef LISTSYNC_BASE_CALENDAR_H
#define LISTSYNC_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum { CALENDAR_DAY_SECONDS = 86400 };

struct calendar_date {
    int year, month, day;
};

/* Days and months that are too many or too few run over into the next or previous month or year. */
int64_t calendar_day(int year, int month, int day);
struct calendar_date calendar_date_of(int64_t day);
int calendar_weekday(int64_t day);
const char *calendar_weekday_name(int weekday); /* "Sunday"; 7 is Sunday too, and so on */
bool calendar_is_leap(int year);
int calendar_month_days(int year, int month);

/* Floor division: the day that holds this second of the time since 1970. */
int64_t calendar_day_of_second(int64_t seconds);

#endif
