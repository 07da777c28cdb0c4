/* The rule at the end of a TZif file: a POSIX TZ text with the extensions of RFC 8536. */
#include <ctype.h>
#include <string.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "base/time_zone_data.h"

enum { HOUR = 3600, MINUTE = 60, HOURS_MOST = 167, OFFSET_HOURS_MOST = 24 };

static bool take(const char **at, char wanted)
{
    if (**at != wanted)
        return false;
    (*at)++;
    return true;
}

static bool take_number(const char **at, int low, int high, int *ret)
{
    int number = 0;
    const char *start = *at;

    while (isdigit((unsigned char)**at) && *at - start < 4)
        number = number * 10 + *(*at)++ - '0';
    *ret = number;
    return *at > start && number >= low && number <= high;
}

/* "<+03>" or "CET". */
static bool take_name(const char **at, char name[TIME_ZONE_ABBREVIATION_SIZE])
{
    bool is_quoted = take(at, '<');
    size_t length = 0;

    while (isalpha((unsigned char)**at) ||
           (is_quoted && (isdigit((unsigned char)**at) || **at == '+' || **at == '-'))) {
        if (length + 1 >= TIME_ZONE_ABBREVIATION_SIZE)
            return false;
        name[length++] = *(*at)++;
    }
    name[length] = '\0';
    return length >= 3 && (!is_quoted || take(at, '>'));
}

/* "[+-]h[h[h]][:mm[:ss]]" */
static bool take_time(const char **at, int hours_most, int32_t *ret)
{
    int hours = 0, minutes = 0, seconds = 0;
    int sign = take(at, '-') ? -1 : 1;

    if (sign > 0)
        take(at, '+');
    if (!take_number(at, 0, hours_most, &hours))
        return false;
    if (take(at, ':') && !take_number(at, 0, 59, &minutes))
        return false;
    if (take(at, ':') && !take_number(at, 0, 59, &seconds))
        return false;
    *ret = sign * (hours * HOUR + minutes * MINUTE + seconds);
    return true;
}

/* Offsets are counted westwards there. */
static bool take_kind(const char **at, struct time_zone_kind *kind)
{
    if (!take_name(at, kind->abbreviation) || !take_time(at, OFFSET_HOURS_MOST, &kind->offset))
        return false;
    kind->offset = -kind->offset;
    return true;
}

/* The offset may be missing: an hour more than the other. */
static bool take_daylight(const char **at, struct time_zone_rule *rule)
{
    struct time_zone_kind *kind = &rule->daylight;
    const char *name = *at;

    kind->is_dst = true;
    if (!take_name(at, kind->abbreviation))
        return false;
    kind->offset = rule->standard.offset + HOUR;
    if (**at == ',')
        return true;
    *at = name;
    return take_kind(at, kind);
}

static bool take_day(const char **at, struct time_zone_change *change)
{
    if (take(at, 'M')) {
        change->form = DAY_OF_WEEK;
        return take_number(at, 1, 12, &change->month) && take(at, '.') &&
               take_number(at, 1, 5, &change->week) && take(at, '.') &&
               take_number(at, 0, 6, &change->day);
    }
    if (take(at, 'J')) {
        change->form = DAY_OF_YEAR_WITHOUT_LEAP;
        return take_number(at, 1, 365, &change->day);
    }
    change->form = DAY_OF_YEAR;
    return take_number(at, 0, 365, &change->day);
}

static bool take_change(const char **at, struct time_zone_change *change)
{
    change->seconds = 2 * HOUR;
    return take(at, ',') && take_day(at, change) &&
           (!take(at, '/') || take_time(at, HOURS_MOST, &change->seconds));
}

bool time_zone_rule_parse(const char *text, struct time_zone_rule *ret)
{
    struct time_zone_rule rule = {0};
    const char *at = text;

    if (!take_kind(&at, &rule.standard))
        return false;
    rule.has_daylight = *at != '\0';
    if (rule.has_daylight && !(take_daylight(&at, &rule) && take_change(&at, &rule.begin) &&
                               take_change(&at, &rule.end) && !*at))
        return false;
    *ret = rule;
    return true;
}

static int64_t day_of_week(const struct time_zone_change *change, int year)
{
    int64_t first = calendar_day(year, change->month, 1);
    int64_t day = first + (change->day - calendar_weekday(first) + 7) % 7 + 7 * (change->week - 1);

    return day < calendar_day(year, change->month + 1, 1) ? day : day - 7;
}

static int64_t day_of(const struct time_zone_change *change, int year)
{
    switch (change->form) {
    case DAY_OF_YEAR_WITHOUT_LEAP:
        return calendar_day(year, 1, change->day) + (change->day > 59 && calendar_is_leap(year));
    case DAY_OF_YEAR:
        return calendar_day(year, 1, 1) + change->day;
    case DAY_OF_WEEK:
        break;
    }
    return day_of_week(change, year);
}

static int64_t instant_of(const struct time_zone_change *change, int year, int32_t offset_before)
{
    return day_of(change, year) * CALENDAR_DAY_SECONDS + change->seconds - offset_before;
}

/* A change may lie a week away from its year, so the years beside the one asked for count too. */
enum { YEARS_AROUND = 2, CHANGES_AROUND = 2 * (2 * YEARS_AROUND + 1) };

struct rule_change {
    int64_t utc_seconds;
    const struct time_zone_kind *kind;
};

/* The ends come first: at the same instant, the beginning has the last word. */
static void changes_around(const struct time_zone_rule *rule, int64_t utc_seconds,
                           struct rule_change changes[CHANGES_AROUND])
{
    int year = calendar_date_of(calendar_day_of_second(utc_seconds)).year - YEARS_AROUND;
    size_t half = CHANGES_AROUND / 2;

    for (size_t i = 0; i < half; i++, year++) {
        changes[i] = (struct rule_change){instant_of(&rule->end, year, rule->daylight.offset),
                                          &rule->standard};
        changes[half + i] = (struct rule_change){
            instant_of(&rule->begin, year, rule->standard.offset), &rule->daylight};
    }
}

const struct time_zone_kind *time_zone_rule_at(const struct time_zone_rule *rule,
                                               int64_t utc_seconds)
{
    struct rule_change changes[CHANGES_AROUND];
    const struct rule_change *latest = NULL;

    if (!rule->has_daylight)
        return &rule->standard;
    changes_around(rule, utc_seconds, changes);
    for (size_t i = 0; i < ARRAY_LENGTH(changes); i++)
        if (changes[i].utc_seconds <= utc_seconds &&
            (!latest || changes[i].utc_seconds >= latest->utc_seconds))
            latest = &changes[i];
    return latest ? latest->kind : &rule->standard;
}

int64_t time_zone_rule_next(const struct time_zone_rule *rule, int64_t utc_seconds)
{
    struct rule_change changes[CHANGES_AROUND];
    int64_t next = INT64_MAX;

    if (!rule->has_daylight)
        return next;
    changes_around(rule, utc_seconds, changes);
    for (size_t i = 0; i < ARRAY_LENGTH(changes); i++)
        if (changes[i].utc_seconds > utc_seconds && changes[i].utc_seconds < next)
            next = changes[i].utc_seconds;
    return next;
}
