/* Any bytes as a TZif file: what is taken for a zone leads from UTC to local time and back. */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/time_zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void go_there_and_back(const struct time_zone *zone, int64_t utc)
{
    struct local_time local;
    int64_t back = 0;

    time_zone_local(zone, utc, &local);
    CHECK(local.month >= 1 && local.month <= 12 && local.day >= 1 && local.day <= 31);
    CHECK(local.hour >= 0 && local.hour < 24 && local.weekday >= 0 && local.weekday < 7);
    enum time_zone_fit fit = time_zone_utc(zone, local.year, local.month, local.day, local.hour,
                                           local.minute, local.second, &back);
    CHECK(fit != TIME_ZONE_SKIPPED);
    CHECK(fit == TIME_ZONE_ONCE ? back == utc : back <= utc);
    time_zone_utc(zone, local.year, local.month, local.day, local.hour + 1, 0, 0, &back);
    time_zone_local(zone, back, &local);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct local_time local;

    if (time_zone_parse("Test/Zone", bytes, size, &zone, NULL))
        return 0;
    for (int64_t utc = -5000000000; utc < 8000000000; utc += 199999999)
        go_there_and_back(zone, utc);
    time_zone_local(zone, INT64_MIN, &local);
    time_zone_local(zone, INT64_MAX, &local);
    return 0;
}
