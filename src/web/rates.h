/*
 * rates.h: how many requests a minute each caller may send: a bucket of tokens for each, which
 * holds a minute's worth and fills evenly. Times are steady milliseconds. Any thread.
 */
#ifndef LISTSYNC_WEB_RATES_H
#define LISTSYNC_WEB_RATES_H

#include <stdbool.h>
#include <stdint.h>

struct rates;

enum { RATES_CALLERS = 4096 }; /* whoever was here longest ago begins anew */

struct rate {
    int64_t limit;     /* requests a minute */
    int64_t remaining; /* that may come at once */
    int64_t reset_s;   /* until the bucket is full again */
    int64_t retry_s;   /* until the next request may come; 0: now */
};

struct rates *rates_new(int64_t per_minute); /* at least 1 */
void rates_free(struct rates *rates);        /* NULL is fine */
/* Takes one token of this caller's; false when there is none. */
bool rates_take(struct rates *rates, const char *caller, int64_t now, struct rate *ret);

#endif
