#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock_us(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t read_clock(clockid_t id)
{
    return read_clock_us(id) / 1000;
}

static int64_t real_wall(void)
{
    return read_clock(CLOCK_REALTIME);
}

static int64_t real_steady(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static int64_t (*wall_source)(void) = real_wall;
static int64_t (*steady_source)(void) = real_steady;

void clock_set_for_tests(int64_t (*wall)(void), int64_t (*steady)(void))
{
    wall_source = wall ? wall : real_wall;
    steady_source = steady ? steady : real_steady;
}

int64_t clock_wall_ms(void)
{
    return wall_source();
}

int64_t clock_steady_ms(void)
{
    return steady_source();
}

int64_t clock_wall_us(void)
{
    return wall_source == real_wall ? read_clock_us(CLOCK_REALTIME) : wall_source() * 1000;
}

int64_t clock_steady_us(void)
{
    return steady_source == real_steady ? read_clock_us(CLOCK_MONOTONIC) : steady_source() * 1000;
}

void clock_format_utc(int64_t wall_ms, char text[CLOCK_TEXT_SIZE])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
}

void clock_format_compact(int64_t wall_ms, char text[CLOCK_TEXT_SIZE])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(text, CLOCK_TEXT_SIZE, "%Y%m%dT%H%M%SZ", &parts);
}

int64_t clock_parse_utc(const char *text)
{
    struct tm parts = {0};

    if (!text || !strptime(text, "%Y-%m-%d %H:%M:%S", &parts))
        return -1;
    return (int64_t)timegm(&parts) * 1000;
}

void clock_format_duration(int64_t ms, char text[CLOCK_TEXT_SIZE])
{
    int64_t seconds = ms / 1000;

    if (ms < 1000)
        snprintf(text, CLOCK_TEXT_SIZE, "%" PRId64 " ms", ms);
    else if (seconds < 60)
        snprintf(text, CLOCK_TEXT_SIZE, "%" PRId64 ".%" PRId64 " s", seconds, ms % 1000 / 100);
    else if (seconds < 3600)
        snprintf(text, CLOCK_TEXT_SIZE, "%" PRId64 " min %" PRId64 " s", seconds / 60,
                 seconds % 60);
    else if (seconds < 2 * 86400)
        snprintf(text, CLOCK_TEXT_SIZE, "%" PRId64 " h", seconds / 3600);
    else
        snprintf(text, CLOCK_TEXT_SIZE, "%" PRId64 " days", seconds / 86400);
}
