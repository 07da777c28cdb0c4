/*
 * throttle.h: wrong passwords make the next try wait, for the address and for the name.
 *
 * The first THROTTLE_FREE failures cost nothing; then the next try waits 1, 2, 4 ... seconds, at
 * most THROTTLE_WAIT_MOST_MS. A try is counted as a failure when it begins and taken back when it
 * was right, so that many tries at once are no way around. What waits is refused whatever the
 * password. An hour of quiet forgets all. Times are steady milliseconds. Any thread.
 */
#ifndef LISTSYNC_WEB_THROTTLE_H
#define LISTSYNC_WEB_THROTTLE_H

#include <stdint.h>

struct throttle;

enum {
    THROTTLE_FREE = 5,
    THROTTLE_WAIT_MOST_MS = 15 * 60 * 1000,
    THROTTLE_FORGET_MS = 60 * 60 * 1000,
    THROTTLE_ENTRIES = 4096, /* of addresses, and as many names */
};

struct throttle *throttle_new(void);
void throttle_free(struct throttle *throttle); /* NULL is fine */

/* Milliseconds that this address must wait; 0: none. Counts nothing. */
int64_t throttle_wait(struct throttle *throttle, const char *address, int64_t now);
/* Counts a try of this name from this address; or, when one of them must wait, says how long. */
int64_t throttle_try(struct throttle *throttle, const char *address, const char *name, int64_t now);
/* The try was right: the name's failures are forgotten, the address has its one try back. */
void throttle_right(struct throttle *throttle, const char *address, const char *name);

#endif
