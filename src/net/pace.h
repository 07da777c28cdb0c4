/*
 * pace.h: how fast one host may be asked. A value; net/pacer keeps to it across all exchanges.
 */
#ifndef LISTSYNC_NET_PACE_H
#define LISTSYNC_NET_PACE_H

struct pace {
    int gap_ms;          /* at least this long between the starts of two requests */
    int window_requests; /* at most so many starts ... */
    int window_seconds;  /* ... in so many seconds; 0: no such limit */
    int parallel;        /* at most so many at once; 0: no such limit */
};

#endif
