/*
 * served.h: `listsync serve` as a process of its own, on a data directory that holds years of a
 * busy household (support/big_store.h), beside a simulator for what it syncs; and its memory as
 * the kernel sees it.
 *
 * Requests are counted against no limit, and nothing syncs by itself. There are two API keys: one
 * that may read, for the load, and an administrator's, for the syncs.
 */
#ifndef TESTS_BENCH_SERVED_H
#define TESTS_BENCH_SERVED_H

#include "support/big_store.h"
#include "support/sim.h"
#include "support/temp_dir.h"

struct served {
    struct temp_dir dir;
    struct sim sim;
    char *data, *log; /* the data directory, what the service says */
    pid_t process;
    int port;
    int64_t start_ms;    /* until it listened */
    char read_key[128];  /* a header with its CRLF */
    char admin_key[128]; /* likewise */
};

/* `latency_ms`: of the simulator. A service that does not start ends the program. */
void served_start(struct served *served, const struct big_store *size, int latency_ms);
void served_stop(struct served *served);

/*
 * In kB: `resident` with the pages of shared libraries and of the database that other processes
 * have too, `own` without them.
 */
struct served_memory {
    int64_t resident, own, peak; /* peak: of resident */
};

struct served_memory served_memory(const struct served *served);
int64_t served_cpu_ms(const struct served *served); /* used so far, user and system */

/* Pushes so many films, from this TMDB id on, and syncs them; returns the run's number. */
int64_t served_order(const struct served *served, int first, int count);
/* Waits for the run's end: how long it took by its own account; -1 when it did not go well. */
int64_t served_wait(const struct served *served, int64_t run);

#endif
