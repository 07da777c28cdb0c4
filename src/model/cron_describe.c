/* A schedule as a person would say it. */
#include <inttypes.h>

#include "base/buffer.h"
#include "base/calendar.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/cron.h"

enum { TIMES_MOST = 6 }; /* more are told as minutes and hours, or as a step */

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static int count_bits(uint64_t bits)
{
    return __builtin_popcountll(bits);
}

static int lowest_bit(uint64_t bits)
{
    return __builtin_ctzll(bits);
}

static int highest_bit(uint64_t bits)
{
    return 63 - __builtin_clzll(bits);
}

/* ", " or " and " between the n-th and the next of `count`. */
static void separate(struct buffer *out, int n, int count)
{
    if (n > 0)
        buffer_text(out, n + 1 == count ? " and " : ", ");
}

static void write_number(struct buffer *out, int number)
{
    buffer_print(out, "%d", number);
}

static void write_ordinal(struct buffer *out, int number)
{
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    int last = number % 10;

    buffer_print(out, "%d%s", number,
                 endings[number / 10 != 1 && last < (int)ARRAY_LENGTH(endings) ? last : 0]);
}

static void write_month(struct buffer *out, int number)
{
    buffer_text(out, months[number - 1]);
}

static void write_weekday(struct buffer *out, int number)
{
    buffer_text(out, calendar_weekday_name(number));
}

/* "1, 3 and 5", and three or more in a row as "1 to 5". */
static void write_list(struct buffer *out, uint64_t bits,
                       void (*write)(struct buffer *out, int number))
{
    int count = count_bits(bits), low = lowest_bit(bits), high = highest_bit(bits);
    int written = 0;

    if (count > 2 && high - low == count - 1) {
        write(out, low);
        buffer_text(out, " to ");
        write(out, high);
        return;
    }
    for (int i = low; i <= high; i++) {
        if (!(bits >> i & 1))
            continue;
        separate(out, written++, count);
        write(out, i);
    }
}

/* The step of what begins at 0 and goes evenly round ("0,15,30,45"), or 0. */
static int even_step(uint64_t bits, int size)
{
    int count = count_bits(bits);

    if (count < 2 || size % count)
        return 0;
    for (int i = 0; i < size; i++)
        if ((bits >> i & 1) != (i % (size / count) == 0))
            return 0;
    return size / count;
}

static void write_every(struct buffer *out, int number, const char *unit)
{
    if (number == 1)
        buffer_print(out, "every %s", unit);
    else
        buffer_print(out, "every %d %ss", number, unit);
}

static void write_minutes(struct buffer *out, uint64_t minutes)
{
    buffer_print(out, "minute%s ", count_bits(minutes) == 1 ? "" : "s");
    write_list(out, minutes, write_number);
}

/* "at 04:00 and 16:30" */
static void write_times(struct buffer *out, const struct cron *cron)
{
    int count = count_bits(cron->hours) * count_bits(cron->minutes);
    int written = 0;

    buffer_text(out, "at ");
    for (int hour = 0; hour < 24; hour++)
        for (int minute = 0; minute < 60; minute++) {
            if (!cron_has_time(cron, hour, minute))
                continue;
            separate(out, written++, count);
            buffer_print(out, "%02d:%02d", hour, minute);
        }
}

/* Within every hour: "every 15 minutes", "every hour at minute 17". */
static void write_hourly(struct buffer *out, uint64_t minutes)
{
    int step = even_step(minutes, 60);

    if (step) {
        write_every(out, step, "minute");
        return;
    }
    buffer_text(out, "every hour");
    if (minutes != 1) {
        buffer_text(out, " at ");
        write_minutes(out, minutes);
    }
}

static void write_hours_and_minutes(struct buffer *out, const struct cron *cron)
{
    int step = even_step(cron->minutes, 60);

    if (step) {
        write_every(out, step, "minute");
    } else {
        buffer_text(out, "at ");
        write_minutes(out, cron->minutes);
    }
    buffer_print(out, " of hour%s ", count_bits(cron->hours) == 1 ? "" : "s");
    write_list(out, cron->hours, write_number);
}

/* True for a time of day, which wants a day before it; false for what repeats within a day. */
static bool write_clock(struct buffer *out, const struct cron *cron)
{
    int hours = even_step(cron->hours, 24);

    if (cron->every_minutes && cron->every_minutes % 60)
        write_every(out, cron->every_minutes, "minute");
    else if (cron->every_minutes)
        write_every(out, cron->every_minutes / 60, "hour");
    else if (hours == 1)
        write_hourly(out, cron->minutes);
    else if (hours && cron->minutes == 1)
        write_every(out, hours, "hour");
    else if (count_bits(cron->hours) * count_bits(cron->minutes) > TIMES_MOST)
        write_hours_and_minutes(out, cron);
    else {
        write_times(out, cron);
        return true;
    }
    return false;
}

/* "on the 1st of January or on Monday"; nothing when it is every day. */
static void write_days(struct buffer *out, const struct cron *cron)
{
    bool all_months = count_bits(cron->months) == 12;

    if (!cron->any_day) {
        buffer_text(out, "on the ");
        write_list(out, cron->days, write_ordinal);
        buffer_text(out, all_months ? " of every month" : " of ");
        if (!all_months)
            write_list(out, cron->months, write_month);
    }
    if (!cron->any_weekday) {
        buffer_text(out, cron->any_day ? "on " : " or on ");
        write_list(out, cron->weekdays, write_weekday);
    }
    if (!all_months && (cron->any_day || !cron->any_weekday)) {
        buffer_text(out, cron->any_day && cron->any_weekday ? "every day in " : " in ");
        write_list(out, cron->months, write_month);
    }
}

void cron_describe(const struct cron *cron, char *text, size_t size)
{
    AUTO_BUFFER struct buffer clock = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer days = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer whole = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    bool is_time = write_clock(&clock, cron);

    if (cron->every_days)
        write_every(&days, cron->every_days, "day");
    else
        write_days(&days, cron);
    if (is_time)
        buffer_print(&whole, "%s %s", days.length ? buffer_string(&days) : "every day",
                     buffer_string(&clock));
    else
        buffer_print(&whole, "%s%s%s", buffer_string(&clock), days.length ? " " : "",
                     buffer_string(&days));
    text_copy(text, size, buffer_string(&whole));
}
