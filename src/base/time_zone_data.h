/*
 * time_zone_data.h: what a time zone is made of. For the files time_zone*.c alone.
 *
 * The entries (instants at which another kind of local time begins) come first; after the last
 * one the rule goes on for ever. Without entries the rule is all; without a rule the last kind.
 */
#ifndef LISTSYNC_BASE_TIME_ZONE_DATA_H
#define LISTSYNC_BASE_TIME_ZONE_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TIME_ZONE_NAME_SIZE = 64,
    TIME_ZONE_ABBREVIATION_SIZE = 16,
    TIME_ZONE_OFFSET_MOST = 26 * 3600, /* RFC 8536: less than this either way */
};

/* No time that is asked for or stored lies further from 1970: sums cannot overflow. */
#define TIME_ZONE_SECONDS_MOST (INT64_C(1) << 60)

struct time_zone_kind {
    int32_t offset; /* seconds east of UTC */
    bool is_dst;
    char abbreviation[TIME_ZONE_ABBREVIATION_SIZE];
};

enum time_zone_day_form {
    DAY_OF_YEAR_WITHOUT_LEAP, /* "J60": 1..365, always 1 March */
    DAY_OF_YEAR,              /* "59": 0..365 */
    DAY_OF_WEEK,              /* "M3.5.0": the last Sunday of March */
};

struct time_zone_change {
    enum time_zone_day_form form;
    int month, week, day;
    int32_t seconds; /* after midnight, local time before the change; may be negative */
};

struct time_zone_rule {
    struct time_zone_kind standard, daylight;
    bool has_daylight;
    struct time_zone_change begin, end; /* of daylight time */
};

struct time_zone_entry {
    int64_t utc_seconds;
    size_t kind;
};

struct time_zone {
    char name[TIME_ZONE_NAME_SIZE];
    struct time_zone_kind *kinds; /* the first is that of the time before all entries */
    size_t kind_count;
    struct time_zone_entry *entries; /* ascending */
    size_t entry_count;
    bool has_rule;
    struct time_zone_rule rule;
};

/* A POSIX TZ text ("CET-1CEST,M3.5.0,M10.5.0/3"); false for anything else. */
bool time_zone_rule_parse(const char *text, struct time_zone_rule *ret);
const struct time_zone_kind *time_zone_rule_at(const struct time_zone_rule *rule,
                                               int64_t utc_seconds);
/* The first change after `utc_seconds`; INT64_MAX when there is none. */
int64_t time_zone_rule_next(const struct time_zone_rule *rule, int64_t utc_seconds);

#endif
