#include "net/retry.h"

#include <stddef.h>
#include <sys/random.h>
#include <time.h>

#include "base/memory.h"
#include "base/text.h"

bool retry_suits_status(int status)
{
    static const int statuses[] = {429, 502, 503, 504};

    for (size_t i = 0; i < ARRAY_LENGTH(statuses); i++)
        if (statuses[i] == status)
            return true;
    return false;
}

/* "Wed, 21 Oct 2015 07:28:00 GMT" as wall milliseconds, or -1. */
static int64_t date_ms(const char *text)
{
    struct tm parts = {0};
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S", &parts);

    return end && text_starts_with(end, " GMT") ? (int64_t)timegm(&parts) * 1000 : -1;
}

int64_t retry_asked_ms(const struct http_response *response, int64_t wall_now_ms)
{
    const char *value = http_response_header(response, "Retry-After");
    int64_t seconds = 0;

    if (!value)
        return -1;
    if (text_to_integer(value, 0, INT32_MAX, &seconds))
        return seconds * 1000;
    int64_t until = date_ms(value);
    if (until < 0)
        return -1;
    return until > wall_now_ms ? until - wall_now_ms : 0;
}

/* A number in [0, limit]. */
static int64_t dice(int64_t limit)
{
    uint32_t number = 0;

    if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
        return limit / 2;
    return number % (limit + 1);
}

int64_t retry_backoff_ms(int retries_so_far, int64_t first_ms, int64_t longest_ms)
{
    int64_t wait = first_ms;

    for (int i = 0; i < retries_so_far && wait < longest_ms; i++)
        wait *= 2;
    wait = wait - wait / 4 + dice(wait / 2);
    return wait < longest_ms ? wait : longest_ms;
}
