#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/cron.h"

static struct cron cron_of(const char *text)
{
    struct cron cron = {0};
    struct error error = {0};

    if (cron_parse(text, &cron, &error))
        fail_msg("%s", error.message);
    return cron;
}

static struct time_zone *open_zone(const char *name)
{
    struct time_zone *zone = NULL;

    assert_int_equal(time_zone_open(name, &zone, NULL), ERROR_NONE);
    return zone;
}

/* "03-29 03:00 +2": month, day and time on the wall, and the hours from UTC. */
static void format_wall(const struct time_zone *zone, int64_t utc, char text[64])
{
    struct local_time now;

    if (utc < 0) {
        text_copy(text, 64, "never");
        return;
    }
    time_zone_local(zone, utc, &now);
    snprintf(text, 64, "%04d-%02d-%02d %02d:%02d %+g", now.year, now.month, now.day, now.hour,
             now.minute, now.offset_seconds / 3600.0);
}

struct walk {
    const char *cron, *zone, *from; /* UTC */
    const char *expected[8];        /* what follows, one after the other; NULL ends */
};

static void walk_all(const struct walk *walks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO_TIME_ZONE struct time_zone *zone = open_zone(walks[i].zone);
        struct cron cron = cron_of(walks[i].cron);
        int64_t utc = clock_parse_utc(walks[i].from) / 1000;
        char text[64];
        for (size_t k = 0; k < 8 && walks[i].expected[k]; k++) {
            utc = cron_next(&cron, zone, utc);
            format_wall(zone, utc, text);
            if (!text_equal(text, walks[i].expected[k]))
                fail_msg("%s in %s, step %zu: %s, not %s", walks[i].cron, walks[i].zone, k, text,
                         walks[i].expected[k]);
        }
    }
}

static const struct walk plain_walks[] = {
    {"0 4 * * *", "UTC", "2026-01-01 04:00:00", {"2026-01-02 04:00 +0"}},
    {"0 4 * * *", "UTC", "2026-01-01 03:59:59", {"2026-01-01 04:00 +0"}},
    {"30 18 * * mon,FRI",
     "UTC",
     "2026-01-01 00:00:00",
     {"2026-01-02 18:30 +0", "2026-01-05 18:30 +0", "2026-01-09 18:30 +0"}},
    {"0 0 1 jan,Jul *",
     "UTC",
     "2026-01-01 00:00:00",
     {"2026-07-01 00:00 +0", "2027-01-01 00:00 +0"}},
    {"*/20 9-10 * * *",
     "UTC",
     "2026-01-01 09:30:00",
     {"2026-01-01 09:40 +0", "2026-01-01 10:00 +0", "2026-01-01 10:20 +0", "2026-01-01 10:40 +0",
      "2026-01-02 09:00 +0"}},
    {"5/25 * * * *",
     "UTC",
     "2026-01-01 00:00:00",
     {"2026-01-01 00:05 +0", "2026-01-01 00:30 +0", "2026-01-01 00:55 +0", "2026-01-01 01:05 +0"}},
    {"0 0 * * 7", "UTC", "2026-01-01 00:00:00", {"2026-01-04 00:00 +0"}},
    {"0 0 * * 0", "UTC", "2026-01-01 00:00:00", {"2026-01-04 00:00 +0"}},
    {"0 0 * * sat-sun",
     "UTC",
     "2026-01-01 00:00:00",
     {"2026-01-03 00:00 +0", "2026-01-04 00:00 +0", "2026-01-10 00:00 +0"}},
    {"0 0 * * 5-7",
     "UTC",
     "2026-01-01 00:00:00",
     {"2026-01-02 00:00 +0", "2026-01-03 00:00 +0", "2026-01-04 00:00 +0", "2026-01-09 00:00 +0"}},
    /* day and weekday: one of them is enough */
    {"0 0 13 * fri",
     "UTC",
     "2026-01-01 00:00:00",
     {"2026-01-02 00:00 +0", "2026-01-09 00:00 +0", "2026-01-13 00:00 +0", "2026-01-16 00:00 +0"}},
    {"0 0 13 * *", "UTC", "2026-01-01 00:00:00", {"2026-01-13 00:00 +0"}},
    {"0 0 31 * *",
     "UTC",
     "2026-01-01 00:00:00",
     {"2026-01-31 00:00 +0", "2026-03-31 00:00 +0", "2026-05-31 00:00 +0"}},
    {"0 0 29 2 *", "UTC", "2026-01-01 00:00:00", {"2028-02-29 00:00 +0", "2032-02-29 00:00 +0"}},
    {"0 0 29 2 *", "UTC", "2097-01-01 00:00:00", {"2104-02-29 00:00 +0"}},
    {"0 0 30 2 *", "UTC", "2026-01-01 00:00:00", {"never"}},
    {"*/5 * 31 4,6 *", "UTC", "2026-01-01 00:00:00", {"never"}},
    {"59 23 31 12 *", "UTC", "2026-12-31 23:59:00", {"2027-12-31 23:59 +0"}},
    {" 0\t4  * * * ", "UTC", "2026-01-01 00:00:00", {"2026-01-01 04:00 +0"}},
    {"@hourly", "UTC", "2026-01-01 00:00:00", {"2026-01-01 01:00 +0"}},
    {"@daily", "UTC", "2026-01-01 00:00:00", {"2026-01-02 00:00 +0"}},
    {"@Weekly", "UTC", "2026-01-01 00:00:00", {"2026-01-04 00:00 +0"}},
    {"@monthly", "UTC", "2026-01-01 00:00:00", {"2026-02-01 00:00 +0"}},
    {"@yearly", "UTC", "2026-01-01 00:00:00", {"2027-01-01 00:00 +0"}},
    {"* * * * *", "Asia/Kolkata", "2026-01-01 00:00:30", {"2026-01-01 05:31 +5.5"}},
    {"0 * * * *",
     "Asia/Kolkata",
     "2026-01-01 00:00:00",
     {"2026-01-01 06:00 +5.5", "2026-01-01 07:00 +5.5"}},
};

static void fields_say_when(void **state)
{
    (void)state;
    walk_all(plain_walks, ARRAY_LENGTH(plain_walks));
}

static void intervals_are_counted_from_midnight(void **state)
{
    static const struct walk walks[] = {
        {"every 6h",
         "Europe/Berlin",
         "2026-01-01 00:00:00",
         {"2026-01-01 06:00 +1", "2026-01-01 12:00 +1", "2026-01-01 18:00 +1",
          "2026-01-02 00:00 +1"}},
        {"every 90m",
         "UTC",
         "2026-01-01 21:00:00",
         {"2026-01-01 22:30 +0", "2026-01-02 00:00 +0", "2026-01-02 01:30 +0"}},
        {"every 5h",
         "UTC",
         "2026-01-01 15:00:00",
         {"2026-01-01 20:00 +0", "2026-01-02 00:00 +0", "2026-01-02 05:00 +0"}},
        {"Every  7m",
         "UTC",
         "2026-01-01 23:50:00",
         {"2026-01-01 23:55 +0", "2026-01-02 00:00 +0", "2026-01-02 00:07 +0"}},
        {"every 2d",
         "UTC",
         "2026-01-29 00:00:00",
         {"2026-01-31 00:00 +0", "2026-02-02 00:00 +0", "2026-02-04 00:00 +0"}},
        {"every 24h", "UTC", "2026-01-01 00:00:00", {"2026-01-02 00:00 +0"}},
        {"every 1440m", "UTC", "2026-01-01 00:00:00", {"2026-01-02 00:00 +0"}},
        {"every 366d",
         "UTC",
         "2026-01-01 00:00:00",
         {"2026-02-12 00:00 +0", "2027-02-13 00:00 +0"}},
    };

    (void)state;
    walk_all(walks, ARRAY_LENGTH(walks));
}

/* Berlin leaps from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC. */
static const struct walk forward_walks[] = {
    {"30 2 * * *",
     "Europe/Berlin",
     "2026-03-28 00:00:00",
     {"2026-03-28 02:30 +1", "2026-03-29 03:00 +2", "2026-03-30 02:30 +2"}},
    {"0 2 * * *",
     "Europe/Berlin",
     "2026-03-28 12:00:00",
     {"2026-03-29 03:00 +2", "2026-03-30 02:00 +2"}},
    {"0,30 2 * * *",
     "Europe/Berlin",
     "2026-03-28 12:00:00",
     {"2026-03-29 03:00 +2", "2026-03-30 02:00 +2", "2026-03-30 02:30 +2"}},
    {"0 2,3 * * *",
     "Europe/Berlin",
     "2026-03-28 12:00:00",
     {"2026-03-29 03:00 +2", "2026-03-30 02:00 +2", "2026-03-30 03:00 +2"}},
    {"30 2 29 3 *",
     "Europe/Berlin",
     "2026-03-28 12:00:00",
     {"2026-03-29 03:00 +2", "2027-03-29 02:30 +2"}},
    {"*/15 * * * *",
     "Europe/Berlin",
     "2026-03-29 00:15:00",
     {"2026-03-29 01:30 +1", "2026-03-29 01:45 +1", "2026-03-29 03:00 +2", "2026-03-29 03:15 +2"}},
    {"30 * * * *",
     "Europe/Berlin",
     "2026-03-29 00:00:00",
     {"2026-03-29 01:30 +1", "2026-03-29 03:30 +2"}},
    {"every 1h",
     "Europe/Berlin",
     "2026-03-28 23:30:00",
     {"2026-03-29 01:00 +1", "2026-03-29 03:00 +2", "2026-03-29 04:00 +2"}},
    {"every 2h",
     "Europe/Berlin",
     "2026-03-28 23:30:00",
     {"2026-03-29 03:00 +2", "2026-03-29 04:00 +2"}},
    {"15 2 * * *",
     "Australia/Lord_Howe",
     "2026-10-02 20:00:00",
     {"2026-10-04 02:30 +11", "2026-10-05 02:15 +11"}},
    {"*/15 * * * *",
     "Australia/Lord_Howe",
     "2026-10-03 15:10:00",
     {"2026-10-04 01:45 +10.5", "2026-10-04 02:30 +11", "2026-10-04 02:45 +11"}},
    {"0 0 * * *",
     "America/Sao_Paulo",
     "2018-11-03 12:00:00",
     {"2018-11-04 01:00 -2", "2018-11-05 00:00 -2"}},
    {"0 4 * * *",
     "Pacific/Apia",
     "2011-12-29 15:00:00",
     {"2011-12-31 00:00 +14", "2011-12-31 04:00 +14"}},
    {"0 4 * * sun", "Europe/Berlin", "2026-03-28 12:00:00", {"2026-03-29 04:00 +2"}},
};

static void the_clock_is_set_forward(void **state)
{
    (void)state;
    walk_all(forward_walks, ARRAY_LENGTH(forward_walks));
}

/* Berlin goes from 03:00 back to 02:00 on 25 October 2026, at 01:00 UTC. */
static const struct walk back_walks[] = {
    {"30 2 * * *",
     "Europe/Berlin",
     "2026-10-24 12:00:00",
     {"2026-10-25 02:30 +2", "2026-10-26 02:30 +1"}},
    {"0 2 * * *",
     "Europe/Berlin",
     "2026-10-24 12:00:00",
     {"2026-10-25 02:00 +2", "2026-10-26 02:00 +1"}},
    {"0 3 * * *", "Europe/Berlin", "2026-10-24 12:00:00", {"2026-10-25 03:00 +1"}},
    {"*/20 2 * * *",
     "Europe/Berlin",
     "2026-10-24 12:00:00",
     {"2026-10-25 02:00 +2", "2026-10-25 02:20 +2", "2026-10-25 02:40 +2", "2026-10-26 02:00 +1"}},
    {"*/15 * * * *",
     "Europe/Berlin",
     "2026-10-25 00:15:00",
     {"2026-10-25 02:30 +2", "2026-10-25 02:45 +2", "2026-10-25 02:00 +1", "2026-10-25 02:15 +1",
      "2026-10-25 02:30 +1", "2026-10-25 02:45 +1", "2026-10-25 03:00 +1"}},
    {"30 * * * *",
     "Europe/Berlin",
     "2026-10-25 00:00:00",
     {"2026-10-25 02:30 +2", "2026-10-25 02:30 +1", "2026-10-25 03:30 +1"}},
    {"every 2h",
     "Europe/Berlin",
     "2026-10-24 23:30:00",
     {"2026-10-25 02:00 +2", "2026-10-25 04:00 +1"}},
    /* asked in the second 02:40: what was at the first 02:50 is over */
    {"50 2 * * *", "Europe/Berlin", "2026-10-25 01:40:00", {"2026-10-26 02:50 +1"}},
    {"30 23 * * *",
     "America/Sao_Paulo",
     "2018-02-17 20:00:00",
     {"2018-02-17 23:30 -2", "2018-02-18 23:30 -3"}},
    {"30 * 18 2 *",
     "America/Sao_Paulo",
     "2018-02-18 00:00:00",
     {"2018-02-18 00:30 -3", "2018-02-18 01:30 -3"}},
    {"30 * 17 2 *",
     "America/Sao_Paulo",
     "2018-02-18 01:00:00",
     {"2018-02-17 23:30 -2", "2018-02-17 23:30 -3", "2019-02-17 00:30 -3"}},
};

static void the_clock_is_set_back(void **state)
{
    (void)state;
    walk_all(back_walks, ARRAY_LENGTH(back_walks));
}

static void a_text_that_is_none_is_explained(void **state)
{
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"60 * * * *", "the minute is \"60\", where \"60\" cannot be; it must be 0 to 59, or *, a "
                       "list (1,3), a range (1-5) or a step (*/2)"},
        {"* 24 * * *", "the hour is \"24\""},
        {"* * 0 * *", "the day is \"0\""},
        {"* * 32 * *", "the day is \"32\""},
        {"* * * 13 *", "the month is \"13\""},
        {"* * * january *",
         "the month is \"january\", where \"january\" cannot be; it must be 1 to "
         "12 or jan to dec"},
        {"* * * * 8", "the weekday is \"8\""},
        {"* * * mon *", "the month is \"mon\""},
        {"* * * * jan", "the weekday is \"jan\""},
        {"1,61 * * * *", "the minute is \"1,61\", where \"61\" cannot be"},
        {"5-1 * * * *", "the minute is \"5-1\""},
        {"*/0 * * * *", "the minute is \"*/0\""},
        {"*/60 * * * *", "the minute is \"*/60\""},
        {"*/ * * * *", "the minute is \"*/\""},
        {"1-/2 * * * *", "the minute is \"1-/2\""},
        {"1, * * * *", "the minute is \"1,\", where \"\" cannot be"},
        {", * * * *", "the minute is \",\""},
        {"-1 * * * *", "the minute is \"-1\""},
        {"1.5 * * * *", "the minute is \"1.5\""},
        {"** * * * *", "the minute is \"**\""},
        {"?  * * * *", "the minute is \"?\""},
        {"1-2-3 * * * *", "the minute is \"1-2-3\""},
        {"1/2/3 * * * *", "the minute is \"1/2/3\""},
        {"99999999999999999999 * * * *", "the minute is"},
        {"0 0 * * 6-1", "the weekday is \"6-1\""},
        {"", "\"\" has 0 fields; it must have five (minute, hour, day, month, weekday)"},
        {"* * * *", "has 4 fields"},
        {"5", "has 1 field;"},
        {"0 0 0 1 1 *", "has 6 fields"},
        {"@reboot", "\"@reboot\" is not known; it must be @hourly"},
        {"every 6", "\"every 6\" is no interval; it must be like \"every 15m\""},
        {"every h", "is no interval"},
        {"every 0h", "is no interval"},
        {"every 25h", "\"every 6h\" (up to 24h)"},
        {"every 1441m", "is no interval"},
        {"every 367d", "is no interval"},
        {"every 1w", "is no interval"},
        {"every 1h 30m", "is no interval"},
        {"every -1h", "is no interval"},
        {"every", "has 1 field"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct cron cron;
        struct error error = {0};
        if (cron_parse(cases[i].text, &cron, &error) != ERROR_USAGE)
            fail_msg("\"%s\" was taken", cases[i].text);
        if (!strstr(error.message, cases[i].part))
            fail_msg("\"%s\": %s", cases[i].text, error.message);
    }
}

static void a_text_without_end_is_refused(void **state)
{
    char text[400];
    struct cron cron;
    struct error error = {0};

    (void)state;
    memset(text, '*', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(cron_parse(text, &cron, &error), ERROR_USAGE);
    assert_string_equal(error.message, "a schedule has at most 200 characters");
}

static void people_are_told_in_words(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"0 4 * * *", "every day at 04:00"},
        {"30 18 * * mon,fri", "on Monday and Friday at 18:30"},
        {"*/15 * * * *", "every 15 minutes"},
        {"* * * * *", "every minute"},
        {"0 * * * *", "every hour"},
        {"17 * * * *", "every hour at minute 17"},
        {"5,10,20 * * * *", "every hour at minutes 5, 10 and 20"},
        {"0 */6 * * *", "every 6 hours"},
        {"30 */6 * * *", "every day at 00:30, 06:30, 12:30 and 18:30"},
        {"0 8,20 * * *", "every day at 08:00 and 20:00"},
        {"*/10 2 * * *", "every day at 02:00, 02:10, 02:20, 02:30, 02:40 and 02:50"},
        {"*/10 2-4 * * *", "every 10 minutes of hours 2 to 4"},
        {"* 3 * * *", "every minute of hour 3"},
        {"1,2,5 1,2,5 * * *", "at minutes 1, 2 and 5 of hours 1, 2 and 5"},
        {"*/15 * * * sat,sun", "every 15 minutes on Sunday and Saturday"},
        {"0 9 * * mon-fri", "on Monday to Friday at 09:00"},
        {"0 0 1 * *", "on the 1st of every month at 00:00"},
        {"0 0 1,2,3,11,12,13,21,22,23,31 * *",
         "on the 1st, 2nd, 3rd, 11th, 12th, 13th, 21st, 22nd, 23rd and 31st of every month at "
         "00:00"},
        {"0 0 29 2 *", "on the 29th of February at 00:00"},
        {"0 0 1 1,7 *", "on the 1st of January and July at 00:00"},
        {"0 0 13 * fri", "on the 13th of every month or on Friday at 00:00"},
        {"0 0 * 12 mon", "on Monday in December at 00:00"},
        {"0 0 * 6-8 *", "every day in June to August at 00:00"},
        {"@weekly", "on Sunday at 00:00"},
        {"every 6h", "every 6 hours"},
        {"every 1h", "every hour"},
        {"every 90m", "every 90 minutes"},
        {"every 120m", "every 2 hours"},
        {"every 1m", "every minute"},
        {"every 2d", "every 2 days at 00:00"},
        {"every 1d", "every day at 00:00"},
    };
    char words[200], few[10];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct cron cron = cron_of(cases[i].text);
        cron_describe(&cron, words, sizeof(words));
        assert_string_equal(words, cases[i].words);
        cron_describe(&cron, few, sizeof(few));
        assert_true(strlen(few) < sizeof(few));
    }
}

/* Every minute of a year that its own words allow comes up, in order, and no other. */
static void nothing_is_left_out_where_the_clock_is_never_set(void **state)
{
    static const char *const texts[] = {"*/7 3-5 * * *", "0 0 31 * *", "13 13 13 * fri",
                                        "every 95m", "every 11d"};
    AUTO_TIME_ZONE struct time_zone *zone = open_zone("UTC+5:30");

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        struct cron cron = cron_of(texts[i]);
        int64_t from = 1767225600; /* 2026-01-01 */
        int64_t next = cron_next(&cron, zone, from - 1);
        for (int64_t utc = from; utc < from + 366 * 86400; utc += 60) {
            struct local_time now;
            time_zone_local(zone, utc, &now);
            bool is_due = cron_has_day(&cron, now.year, now.month, now.day) &&
                          cron_has_time(&cron, now.hour, now.minute);
            assert_int_equal(is_due, utc == next);
            if (is_due)
                next = cron_next(&cron, zone, utc);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_say_when),
        cmocka_unit_test(intervals_are_counted_from_midnight),
        cmocka_unit_test(the_clock_is_set_forward),
        cmocka_unit_test(the_clock_is_set_back),
        cmocka_unit_test(a_text_that_is_none_is_explained),
        cmocka_unit_test(a_text_without_end_is_refused),
        cmocka_unit_test(people_are_told_in_words),
        cmocka_unit_test(nothing_is_left_out_where_the_clock_is_never_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
