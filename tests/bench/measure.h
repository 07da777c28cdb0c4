/*
 * measure.h: one run of the program, measured from the outside: its whole wall time, from start to
 * exit, the highest resident memory that the kernel saw, and what the simulator counted.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stdint.h>

#include "support/sim.h"

struct measure {
    int64_t wall_ms;
    int64_t peak_kb;   /* ru_maxrss of that process alone */
    int64_t cpu_ms;    /* user and system */
    int64_t requested; /* accepted by Seerr */
    int64_t seerr_calls;
    int64_t source_calls;
    int64_t connections;
    int64_t repeats; /* requests for what had been asked for: must be 0 */
    int exit_code;
};

/* `list`: what --list takes; `folder` is the data directory. Counters are set to 0 before. */
struct measure measure_sync(const struct sim *sim, const char *folder, const char *list,
                            bool dry_run);
/* `listsync version`: starting and ending alone. */
struct measure measure_start(void);

#endif
