/*
 * sim.h: the whole simulator: its settings and everything that a request may read or change.
 *
 * `lock` guards all fields below it. The server holds it while a handler runs; a handler that has
 * to wait gives it up with sim_wait_unlocked. The catalogue does not change and needs no lock.
 */

#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "catalogue.h"
#include "counters.h"
#include "faults.h"
#include "seerr_state.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct call;

struct sim_settings {
    unsigned flavour; /* FLAVOUR_* */
    char *key;        /* the Seerr API key */
    char *base_path;  /* "" or "/seerr" */
    char *state_path; /* NULL: nothing is kept */
    int latency_ms;
    bool csrf; /* every POST is refused, as with CSRF protection on */
    bool quiet;
    json_t *headers; /* object: added to every answer of a source */
};

struct sim {
    struct catalogue catalogue;
    atomic_bool stopping;
    pthread_mutex_t lock;
    struct sim_settings settings;
    struct seerr_state seerr;
    struct counters counters;
    struct faults faults;
    json_t *list_edits; /* "source id" -> {"drop": [...], "state": "..."} */
};

/* Waits, in short steps, until `ms` are over or the simulator stops. Not under the lock. */
void sim_wait(struct sim *sim, int ms);

/* The same with the lock given up meanwhile. */
void sim_wait_unlocked(struct sim *sim, int ms);

#endif
