#include "base/calendar.h"

/*
 * Years begin in March here, so that the leap day is a year's last one, and 400 of them (an era)
 * always have the same number of days.
 */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, DAYS_TO_1970 = 719468, THURSDAY = 4 };

static int64_t divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

int64_t calendar_day_of_second(int64_t seconds)
{
    return divide(seconds, CALENDAR_DAY_SECONDS);
}

int64_t calendar_day(int year, int month, int day)
{
    int64_t months = (int64_t)month - 3;
    int64_t shifted = year + divide(months, 12);
    int64_t era = divide(shifted, ERA_YEARS);
    int64_t year_of_era = shifted - era * ERA_YEARS;
    int64_t month_of_year = months - divide(months, 12) * 12;
    int64_t day_of_year = (153 * month_of_year + 2) / 5;

    return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year +
           day - 1 - DAYS_TO_1970;
}

struct calendar_date calendar_date_of(int64_t day)
{
    int64_t shifted = day + DAYS_TO_1970;
    int64_t era = divide(shifted, ERA_DAYS);
    int64_t day_of_era = shifted - era * ERA_DAYS;
    int64_t year =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (ERA_DAYS - 1)) / 365;
    int64_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    return (struct calendar_date){
        .year = (int)(year + era * ERA_YEARS + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };
}

int calendar_weekday(int64_t day)
{
    int64_t weekday = (day + THURSDAY) % 7;

    return (int)(weekday < 0 ? weekday + 7 : weekday);
}

const char *calendar_weekday_name(int weekday)
{
    static const char *const names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};

    return names[((weekday % 7) + 7) % 7];
}

bool calendar_is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int calendar_month_days(int year, int month)
{
    return (int)(calendar_day(year, month + 1, 1) - calendar_day(year, month, 1));
}
