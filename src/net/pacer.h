/*
 * pacer.h: keeps each host's pace across all exchanges of the process.
 *
 * Shared by every client of the process; any thread; one lock inside, never held across I/O.
 * Hosts without a pace of their own are asked as fast as they answer.
 */
#ifndef LISTSYNC_NET_PACER_H
#define LISTSYNC_NET_PACER_H

#include <stdint.h>

#include "net/pace.h"

struct pacer;

struct pacer *pacer_new(void);
void pacer_free(struct pacer *pacer);
void pacer_set(struct pacer *pacer, const char *host_name, const struct pace *pace);

/*
 * Asks to start a request to `host` now. 0: go, and call pacer_done when it has ended.
 * Otherwise wait so many milliseconds and ask again.
 */
int64_t pacer_start(struct pacer *pacer, const char *host_name, int64_t steady_now_ms);
void pacer_done(struct pacer *pacer, const char *host_name);
/* The host asked us to stay away until then (Retry-After, quota used up). */
void pacer_hold(struct pacer *pacer, const char *host_name, int64_t steady_until_ms);

/* How a host is asked at the moment. */
struct pacer_host {
    const char *name; /* until the visit is over */
    struct pace pace;
    int active;      /* requests under way */
    int64_t wait_ms; /* until it may be asked again; 0: now */
};
/* Calls back for each host, in no fixed order, under the lock. */
void pacer_each(struct pacer *pacer, int64_t steady_now_ms,
                void (*visit)(void *context, const struct pacer_host *host), void *context);

#endif
