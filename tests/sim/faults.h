/*
 * faults.h: faults that a test orders with POST /sim/faults: which calls are hit, and how.
 *
 *   {"match": "POST /api/v1/request",   prefix of "METHOD /path", or of "/path", or "*"
 *    "nth": 2, "times": 3,              the 2nd, 3rd and 4th match from now; nth 0: each
 *    "action": "status",                status|close|hang|garbage|html|slow|truncate
 *    "status": 503, "body": "...", "headers": {"Retry-After": "1"}, "ms": 500,
 *    "apply": true}                     the call still takes effect, its answer is lost
 *
 * `match` sees the path as sent, but for Seerr without the base path.
 */

#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include <jansson.h>
#include <stdbool.h>

struct call;

enum fault_action {
    FAULT_NONE,
    FAULT_STATUS,
    FAULT_CLOSE,
    FAULT_HANG,
    FAULT_GARBAGE,
    FAULT_HTML,
    FAULT_SLOW,
    FAULT_TRUNCATE,
};

struct fault_rule {
    char *match;
    long nth;
    long times; /* 0: without end */
    long seen;
    enum fault_action action;
    int status;
    char *body; /* NULL: one that suits the action */
    json_t *headers;
    int ms;
    bool apply;
};

struct faults {
    struct fault_rule *rules;
    size_t count;
    size_t capacity;
};

/*
 * Adds the rules of a JSON array (or one object); false with a reason in `problem` when one is
 * not understood, and then none is added.
 */
bool faults_add(struct faults *faults, const json_t *json, const char **problem);
void faults_clear(struct faults *faults);

/*
 * Counts this call in every rule that matches; a copy of the first rule that hits it, or one with
 * FAULT_NONE. The copy owns its texts: fault_free.
 */
struct fault_rule faults_hit(struct faults *faults, const char *method, const char *path);
void fault_free(struct fault_rule *rule);

/* Puts the faulty answer in the place of whatever the call would have said. */
void fault_reply(const struct fault_rule *rule, struct call *call);

/* True when the handler has to run before the answer is spoilt. */
bool fault_needs_effect(const struct fault_rule *rule);

#endif
