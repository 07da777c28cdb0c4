/*
 * listeners.h: many WebSocket clients of /api/ws that read whatever comes, in a thread of their
 * own, and when each event got to the first and to the last of them.
 */
#ifndef TESTS_BENCH_LISTENERS_H
#define TESTS_BENCH_LISTENERS_H

#include <stdint.h>

struct listeners;

struct listeners_result {
    int64_t lost;                     /* connections that ended */
    int64_t frames;                   /* texts that came, to all */
    int64_t resyncs;                  /* "resync" among them: somebody missed something */
    int64_t events;                   /* that got to everybody */
    int64_t half_us, p99_us, most_us; /* of these, from the first who had it to the last */
};

/* Connects all of them, one after the other; `headers` as in http_load.h. */
struct listeners *listeners_start(int port, const char *headers, int count);
void listeners_stop(struct listeners *listeners, struct listeners_result *ret);

#endif
