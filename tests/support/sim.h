/*
 * sim.h: one simulator (tests/sim) of the test's own: a stand-in Seerr and stand-in sources.
 *
 * It listens on a free port and ends with the test. Its /sim/ paths set faults and tell what was
 * asked; tests/sim/README.md lists them. Failures of the simulator itself fail the test.
 */
#ifndef TESTS_SUPPORT_SIM_H
#define TESTS_SUPPORT_SIM_H

#include <stdint.h>

#include "base/json_value.h"
#include "support/process.h"

struct sim {
    struct process process;
    int port;
    char url[64]; /* "http://127.0.0.1:PORT" */
};

/* `words`: further options of the simulator, NULL-ended; NULL: none. */
void sim_start(struct sim *sim, const char *const *words);
void sim_stop(struct sim *sim);

/* What it answers at e.g. "/sim/counters"; a status but 200 to 299 fails the test. Free it. */
struct json_value *sim_get(const struct sim *sim, const char *path);
/* `body` is JSON or NULL; what it answers, NULL when it is no JSON or nothing. Free it. */
struct json_value *sim_post(const struct sim *sim, const char *path, const char *body);
/* A POST whose answer does not matter. */
void sim_tell(const struct sim *sim, const char *path, const char *body);
void sim_forget_faults(const struct sim *sim);

/* Numbers from GET /sim/counters; 0 where there is none. */
int64_t sim_counter(const struct sim *sim, const char *path); /* names joined with dots */
/* Calls of one kind to Seerr, "POST /api/v1/request"; NULL: all. */
int64_t sim_seerr_calls(const struct sim *sim, const char *kind);
int64_t sim_source_calls(const struct sim *sim, const char *host);

#endif
