/*
 * counters.h: what was asked of the simulator, counted for the tests: GET /sim/counters shows it.
 */

#ifndef SIM_COUNTERS_H
#define SIM_COUNTERS_H

#include <jansson.h>

struct counters {
    json_t *seerr;   /* "METHOD /api/v1/route" -> times asked */
    json_t *sources; /* host -> times asked */
    long total;
    long seerr_total;
    long connections;
    int seerr_in_flight;
    int max_parallel_seerr;
    int post_request_in_flight;
    int max_parallel_post_request;
    long requests_made;      /* accepted POST /request */
    long duplicate_requests; /* of those: asked before, and neither declined nor deleted since */
};

void counters_start(struct counters *counters);
void counters_free(struct counters *counters);

/* Zeroes all but what is in flight at this moment. */
void counters_reset(struct counters *counters);

void counters_add_seerr(struct counters *counters, const char *method, const char *route);
void counters_add_source(struct counters *counters, const char *host);

/* Called when a Seerr call begins and ends; `post_request` when it is POST /request. */
void counters_enter_seerr(struct counters *counters, int post_request);
void counters_leave_seerr(struct counters *counters, int post_request);

json_t *counters_json(const struct counters *counters);

#endif
