#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <time.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"

static struct time_zone *open_zone(const char *name)
{
    struct time_zone *zone = NULL;
    struct error error = {0};

    if (time_zone_open(name, &zone, &error))
        fail_msg("%s: %s", name, error.message);
    return zone;
}

static int64_t utc(const char *text)
{
    return clock_parse_utc(text) / 1000;
}

/* "2026-03-29 03:00:00 +7200 CEST dst" */
static void format_local(const struct time_zone *zone, int64_t seconds, char text[80])
{
    struct local_time local;

    time_zone_local(zone, seconds, &local);
    snprintf(text, 80, "%04d-%02d-%02d %02d:%02d:%02d %d %s%s", local.year, local.month, local.day,
             local.hour, local.minute, local.second, local.offset_seconds, local.abbreviation,
             local.is_dst ? " dst" : "");
}

static const struct {
    const char *zone, *utc, *local;
} local_times[] = {
    {"Europe/Berlin", "2026-03-29 00:59:59", "2026-03-29 01:59:59 3600 CET"},
    {"Europe/Berlin", "2026-03-29 01:00:00", "2026-03-29 03:00:00 7200 CEST dst"},
    {"Europe/Berlin", "2026-10-25 00:59:59", "2026-10-25 02:59:59 7200 CEST dst"},
    {"Europe/Berlin", "2026-10-25 01:00:00", "2026-10-25 02:00:00 3600 CET"},
    {"Europe/Berlin", "2060-07-01 12:00:00", "2060-07-01 14:00:00 7200 CEST dst"},
    {"Europe/Berlin", "2060-12-01 12:00:00", "2060-12-01 13:00:00 3600 CET"},
    {"Europe/Berlin", "9999-07-01 12:00:00", "9999-07-01 14:00:00 7200 CEST dst"},
    {"Europe/Berlin", "1850-01-01 00:00:00", "1850-01-01 00:53:28 3208 LMT"},
    {"America/New_York", "2026-03-08 06:59:59", "2026-03-08 01:59:59 -18000 EST"},
    {"America/New_York", "2026-03-08 07:00:00", "2026-03-08 03:00:00 -14400 EDT dst"},
    {"America/New_York", "2060-11-07 06:00:00", "2060-11-07 01:00:00 -18000 EST"},
    {"Australia/Lord_Howe", "2026-01-01 00:00:00", "2026-01-01 11:00:00 39600 +11 dst"},
    {"Australia/Lord_Howe", "2026-07-01 00:00:00", "2026-07-01 10:30:00 37800 +1030"},
    {"Asia/Kolkata", "2026-01-01 00:00:00", "2026-01-01 05:30:00 19800 IST"},
    {"Asia/Kolkata", "2060-01-01 00:00:00", "2060-01-01 05:30:00 19800 IST"},
    {"America/Sao_Paulo", "2018-11-04 02:59:59", "2018-11-03 23:59:59 -10800 -03"},
    {"America/Sao_Paulo", "2018-11-04 03:00:00", "2018-11-04 01:00:00 -7200 -02 dst"},
    {"America/Sao_Paulo", "2060-12-01 00:00:00", "2060-11-30 21:00:00 -10800 -03"},
    {"Europe/Dublin", "2026-07-01 00:00:00", "2026-07-01 01:00:00 3600 IST"},
    {"Europe/Dublin", "2026-01-01 00:00:00", "2026-01-01 00:00:00 0 GMT dst"},
    {"Europe/Dublin", "2060-01-01 00:00:00", "2060-01-01 00:00:00 0 GMT dst"},
    {"Pacific/Apia", "2011-12-30 09:59:59", "2011-12-29 23:59:59 -36000 -10 dst"},
    {"Pacific/Apia", "2011-12-30 10:00:00", "2011-12-31 00:00:00 50400 +14 dst"},
    {"Africa/Casablanca", "2026-03-01 00:00:00", "2026-03-01 00:00:00 0 +00 dst"},
    {"", "2026-07-01 12:00:00", "2026-07-01 12:00:00 0 UTC"},
    {"utc", "2026-07-01 12:00:00", "2026-07-01 12:00:00 0 UTC"},
    {"UTC+2", "2026-07-01 12:00:00", "2026-07-01 14:00:00 7200 +02"},
    {"UTC-3:30", "2026-07-01 12:00:00", "2026-07-01 08:30:00 -12600 -03:30"},
    {"GMT+05:45", "2026-07-01 12:00:00", "2026-07-01 17:45:00 20700 +05:45"},
    {"Etc/GMT+5", "2026-07-01 12:00:00", "2026-07-01 07:00:00 -18000 -05"},
};

static void utc_becomes_local_time(void **state)
{
    char text[80];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(local_times); i++) {
        AUTO_TIME_ZONE struct time_zone *zone = open_zone(local_times[i].zone);
        format_local(zone, utc(local_times[i].utc), text);
        assert_string_equal(text, local_times[i].local);
    }
}

static const struct {
    const char *zone, *local, *utc;
    enum time_zone_fit fit;
} wall_times[] = {
    {"Europe/Berlin", "2026-07-01 14:00:00", "2026-07-01 12:00:00", TIME_ZONE_ONCE},
    {"Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29 00:59:59", TIME_ZONE_ONCE},
    {"Europe/Berlin", "2026-03-29 02:00:00", "2026-03-29 01:00:00", TIME_ZONE_SKIPPED},
    {"Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29 01:00:00", TIME_ZONE_SKIPPED},
    {"Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29 01:00:00", TIME_ZONE_ONCE},
    {"Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24 23:59:59", TIME_ZONE_ONCE},
    {"Europe/Berlin", "2026-10-25 02:00:00", "2026-10-25 00:00:00", TIME_ZONE_TWICE},
    {"Europe/Berlin", "2026-10-25 02:59:59", "2026-10-25 00:59:59", TIME_ZONE_TWICE},
    {"Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25 02:00:00", TIME_ZONE_ONCE},
    {"Europe/Berlin", "2060-03-28 02:30:00", "2060-03-28 01:00:00", TIME_ZONE_SKIPPED},
    {"Europe/Berlin", "2060-10-31 02:30:00", "2060-10-31 00:30:00", TIME_ZONE_TWICE},
    {"Europe/Berlin", "1850-01-01 00:53:28", "1850-01-01 00:00:00", TIME_ZONE_ONCE},
    {"America/New_York", "2026-03-08 02:30:00", "2026-03-08 07:00:00", TIME_ZONE_SKIPPED},
    {"America/New_York", "2026-11-01 01:30:00", "2026-11-01 05:30:00", TIME_ZONE_TWICE},
    {"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03 15:30:00", TIME_ZONE_SKIPPED},
    {"Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04 14:45:00", TIME_ZONE_TWICE},
    {"Australia/Lord_Howe", "2026-04-05 02:00:00", "2026-04-04 15:30:00", TIME_ZONE_ONCE},
    {"Europe/Dublin", "2026-03-29 01:30:00", "2026-03-29 01:00:00", TIME_ZONE_SKIPPED},
    {"Europe/Dublin", "2026-10-25 01:30:00", "2026-10-25 00:30:00", TIME_ZONE_TWICE},
    {"America/Sao_Paulo", "2018-11-04 00:00:00", "2018-11-04 03:00:00", TIME_ZONE_SKIPPED},
    {"America/Sao_Paulo", "2018-02-17 23:30:00", "2018-02-18 01:30:00", TIME_ZONE_TWICE},
    {"Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30 10:00:00", TIME_ZONE_SKIPPED},
    {"UTC", "2026-02-29 00:00:00", "2026-03-01 00:00:00", TIME_ZONE_ONCE},
    {"UTC+2", "2026-07-01 00:00:00", "2026-06-30 22:00:00", TIME_ZONE_ONCE},
};

static void local_time_becomes_utc(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(wall_times); i++) {
        AUTO_TIME_ZONE struct time_zone *zone = open_zone(wall_times[i].zone);
        char text[CLOCK_TEXT_SIZE];
        int part[6];
        int64_t seconds = 0;
        assert_int_equal(sscanf(wall_times[i].local, "%d-%d-%d %d:%d:%d", &part[0], &part[1],
                                &part[2], &part[3], &part[4], &part[5]),
                         6);
        enum time_zone_fit fit =
            time_zone_utc(zone, part[0], part[1], part[2], part[3], part[4], part[5], &seconds);
        clock_format_utc(seconds * 1000, text);
        if (fit != wall_times[i].fit || !text_equal(text, wall_times[i].utc))
            fail_msg("%s %s is %s, fit %d", wall_times[i].zone, wall_times[i].local, text, fit);
    }
}

static void a_name_that_is_none_is_refused(void **state)
{
    static const struct {
        const char *name, *sentence;
    } cases[] = {
        {"Europe/Berln", "there is no time zone \"Europe/Berln\"; did you mean \"Europe/Berlin\"?"},
        {"europe/berlin",
         "there is no time zone \"europe/berlin\"; did you mean \"Europe/Berlin\"?"},
        {"Berlin", "there is no time zone \"Berlin\"; did you mean \"Europe/Berlin\"?"},
        {"xyzzyplugh",
         "there is no time zone \"xyzzyplugh\"; it must be a name like Europe/Berlin, "
         "or UTC"},
        {"../../etc/passwd", NULL},
        {"/etc/localtime", NULL},
        {"Europe/../UTC", NULL},
        {"Europe", NULL},
        {"Europe/", NULL},
        {"Europe//Berlin", NULL},
        {"zone.tab", NULL},
        {"UTC+15", NULL},
        {"UTC+14:01", NULL},
        {"UTC+", NULL},
        {"UTC+1:60", NULL},
        {"UTC+1:", NULL},
        {"UTC+001", NULL},
        {"UTC2", NULL},
        {"UTC+2 ", NULL},
        {"Europe/Berlin ", NULL},
        {".", NULL},
        {"CET-1CEST", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct time_zone *zone = NULL;
        struct error error = {0};
        if (time_zone_open(cases[i].name, &zone, &error) != ERROR_USAGE)
            fail_msg("\"%s\" was taken", cases[i].name);
        assert_null(zone);
        if (cases[i].sentence)
            assert_string_equal(error.message, cases[i].sentence);
    }
}

static void a_zone_knows_its_name(void **state)
{
    static const char *const names[][2] = {
        {"Europe/Berlin", "Europe/Berlin"}, {"", "UTC"}, {"gmt", "GMT"}, {"UTC+2", "UTC+2"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        AUTO_TIME_ZONE struct time_zone *zone = open_zone(names[i][0]);
        assert_string_equal(time_zone_name(zone), names[i][1]);
    }
}

struct listed {
    char last[100];
    int count;
    bool has_berlin, has_file, is_sorted;
};

static void note_name(void *context, const char *name)
{
    struct listed *listed = context;

    listed->is_sorted = listed->is_sorted && strcmp(listed->last, name) < 0;
    listed->has_berlin = listed->has_berlin || text_equal(name, "Europe/Berlin");
    listed->has_file = listed->has_file || text_ends_with(name, ".tab") || name[0] == 'p';
    text_copy(listed->last, sizeof(listed->last), name);
    listed->count++;
}

static void all_names_are_listed_in_order(void **state)
{
    struct listed listed = {.is_sorted = true};

    (void)state;
    time_zone_each(note_name, &listed);
    assert_true(listed.count > 300);
    assert_true(listed.is_sorted && listed.has_berlin && !listed.has_file);
}

/* Each zone, at instants spread over two centuries, as the C library has it. */
static void compare_with_library(void *context, const char *name)
{
    AUTO_TIME_ZONE struct time_zone *zone = open_zone(name);
    int *compared = context;

    setenv("TZ", name, 1);
    tzset();
    for (int64_t seconds = -4000000000; seconds < 5000000000; seconds += 29999999) {
        time_t time = (time_t)seconds;
        struct tm parts;
        struct local_time local;
        localtime_r(&time, &parts);
        time_zone_local(zone, seconds, &local);
        int64_t back = 0;
        enum time_zone_fit fit = time_zone_utc(zone, local.year, local.month, local.day, local.hour,
                                               local.minute, local.second, &back);
        if (local.offset_seconds != parts.tm_gmtoff || local.minute != parts.tm_min ||
            local.hour != parts.tm_hour || local.day != parts.tm_mday ||
            local.weekday != parts.tm_wday || local.is_dst != (parts.tm_isdst > 0) ||
            !text_equal(local.abbreviation, parts.tm_zone))
            fail_msg("%s differs at %lld", name, (long long)seconds);
        if (fit == TIME_ZONE_SKIPPED || (fit == TIME_ZONE_ONCE && back != seconds) ||
            (fit == TIME_ZONE_TWICE && back > seconds))
            fail_msg("%s does not lead back to %lld", name, (long long)seconds);
        ++*compared;
    }
}

static void every_zone_is_that_of_the_c_library(void **state)
{
    int compared = 0;

    (void)state;
    time_zone_each(compare_with_library, &compared);
    unsetenv("TZ");
    tzset();
    assert_true(compared > 10000);
}

static void extreme_times_have_a_local_time(void **state)
{
    static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX - 1, INT64_MAX};
    AUTO_TIME_ZONE struct time_zone *zone = open_zone("Europe/Berlin");

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(times); i++) {
        struct local_time local;
        int64_t back = 0;
        time_zone_local(zone, times[i], &local);
        assert_in_range(local.month, 1, 12);
        assert_in_range(local.day, 1, 31);
        time_zone_utc(zone, INT32_MAX, 12, 31, 23, 59, 59, &back);
        assert_true(back > 0);
    }
}

static enum error_code parse(const char *bytes, size_t length)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct error error = {0};
    /* memory of exactly this size, so that a read past the end is seen */
    AUTO_FREE char *copy = memory_new(length);

    memcpy(copy, bytes, length);
    return time_zone_parse("Test/Zone", copy, length, &zone, &error);
}

static void a_file_that_is_cut_off_or_changed_is_refused(void **state)
{
    AUTO_BUFFER struct buffer file = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)state;
    assert_int_equal(files_read(ZONEINFO_DIRECTORY "/Europe/Berlin", &file, NULL), ERROR_NONE);
    assert_int_equal(parse(file.bytes, file.length), ERROR_NONE);
    for (size_t length = 0; length < file.length; length++)
        assert_int_equal(parse(file.bytes, length), ERROR_FORMAT);
    file.bytes[0] = 'X';
    assert_int_equal(parse(file.bytes, file.length), ERROR_FORMAT);
    file.bytes[0] = 'T';
    file.bytes[4] = '\0'; /* version 1 */
    assert_int_equal(parse(file.bytes, file.length), ERROR_FORMAT);
}

#define ZEROS_3    "\0\0\0"
#define ZEROS_4    ZEROS_3 "\0"
#define MAGIC      "TZif2" ZEROS_3 ZEROS_4 ZEROS_4 ZEROS_4
#define OLD_BLOCK  MAGIC ZEROS_4 ZEROS_4 ZEROS_4 ZEROS_4 ZEROS_4 ZEROS_4
#define COUNT(low) ZEROS_3 low
/* A block without the two counts that are of no interest. */
#define HEADER(leaps, times, kinds, letters)                                                       \
    OLD_BLOCK MAGIC ZEROS_4 ZEROS_4 COUNT(leaps) COUNT(times) COUNT(kinds) COUNT(letters)
#define UTC_KIND    "\0\0\0\0\0\0"
#define BYTES(text) text, sizeof(text) - 1

static void each_part_of_a_file_is_checked(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        enum error_code expected;
    } files[] = {
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\n\n"), ERROR_NONE},
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\nCET-1CEST,M3.5.0,M10.5.0/3\n"),
         ERROR_NONE},
        /* no kinds, leap seconds, a name without an end, one that does not begin, a bad letter */
        {BYTES(HEADER("\0", "\0", "\0", "\4") "UTC\0\n\n"), ERROR_FORMAT},
        {BYTES(HEADER("\1", "\0", "\1", "\4") UTC_KIND "UTC\0"
                                                       "\0\0\0\0\0\0\0\0\0\0\0\0"
                                                       "\n\n"),
         ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\3") UTC_KIND "UTC\n\n"), ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") "\0\0\0\0\0\4"
                                              "UTC\0\n\n"),
         ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "U\x1b"
                                                       "C\0\n\n"),
         ERROR_FORMAT},
        /* an offset of 27 hours, a DST flag of 2 */
        {BYTES(HEADER("\0", "\0", "\1", "\4") "\0\1\x7b\xb0\0\0"
                                              "UTC\0\n\n"),
         ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") "\0\0\0\0\2\0"
                                              "UTC\0\n\n"),
         ERROR_FORMAT},
        /* a kind that is not there, times that do not ascend, a time beyond all years */
        {BYTES(HEADER("\0", "\1", "\1", "\4") "\0\0\0\0\0\0\0\1"
                                              "\1" UTC_KIND "UTC\0\n\n"),
         ERROR_FORMAT},
        {BYTES(HEADER("\0", "\2", "\1", "\4") "\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1"
                                              "\0\0" UTC_KIND "UTC\0\n\n"),
         ERROR_FORMAT},
        {BYTES(HEADER("\0", "\1", "\1", "\4") "\x7f\0\0\0\0\0\0\1"
                                              "\0" UTC_KIND "UTC\0\n\n"),
         ERROR_FORMAT},
        /* rules: none, not ended, and bad ones */
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0"), ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\nCET-1"), ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\nCET\n"), ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\nCET-1CEST\n"), ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\nCET-25\n"), ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\nCET-1CEST,M13.1.0,M1.1.0\n"),
         ERROR_FORMAT},
        {BYTES(HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\nCET-1CEST,M3.5.0,M10.5.0/3x\n"),
         ERROR_FORMAT},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++)
        if (parse(files[i].bytes, files[i].length) != files[i].expected)
            fail_msg("file %zu", i);
}

/* Rules that no zone of today has: days of the year, negative hours, daylight time all year. */
static const struct {
    const char *rule, *utc, *local;
} rules[] = {
    {"AAA0BBB,J60/0,J300/0", "2028-02-29 23:59:59", "2028-02-29 23:59:59 0 AAA"},
    {"AAA0BBB,J60/0,J300/0", "2028-03-01 00:00:00", "2028-03-01 01:00:00 3600 BBB dst"},
    {"AAA0BBB,59/0,300/0", "2028-02-29 00:00:00", "2028-02-29 01:00:00 3600 BBB dst"},
    {"AAA0BBB,59/0,300/0", "2027-02-28 23:59:59", "2027-02-28 23:59:59 0 AAA"},
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29 00:59:59", "2026-03-28 22:59:59 -7200 -02"},
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29 01:00:00", "2026-03-29 00:00:00 -3600 -01 dst"},
    {"EST5EDT,0/0,J365/25", "2026-01-01 04:59:59", "2026-01-01 00:59:59 -14400 EDT dst"},
    {"EST5EDT,0/0,J365/25", "2026-07-01 00:00:00", "2026-06-30 20:00:00 -14400 EDT dst"},
    {"AAA3BBB0:30:15,M1.1.1,M1.2.1", "2026-01-06 00:00:00", "2026-01-05 23:29:45 -1815 BBB dst"},
};

static void rules_go_on_after_the_last_entry(void **state)
{
    static const char head[] = HEADER("\0", "\0", "\1", "\4") UTC_KIND "UTC\0\n";
    char text[80];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        AUTO_BUFFER struct buffer file = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        AUTO_TIME_ZONE struct time_zone *zone = NULL;
        buffer_append(&file, head, sizeof(head) - 1);
        buffer_print(&file, "%s\n", rules[i].rule);
        assert_int_equal(time_zone_parse("Test", file.bytes, file.length, &zone, NULL), 0);
        format_local(zone, utc(rules[i].utc), text);
        assert_string_equal(text, rules[i].local);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(utc_becomes_local_time),
        cmocka_unit_test(local_time_becomes_utc),
        cmocka_unit_test(a_name_that_is_none_is_refused),
        cmocka_unit_test(a_zone_knows_its_name),
        cmocka_unit_test(all_names_are_listed_in_order),
        cmocka_unit_test(every_zone_is_that_of_the_c_library),
        cmocka_unit_test(extreme_times_have_a_local_time),
        cmocka_unit_test(a_file_that_is_cut_off_or_changed_is_refused),
        cmocka_unit_test(each_part_of_a_file_is_checked),
        cmocka_unit_test(rules_go_on_after_the_last_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
