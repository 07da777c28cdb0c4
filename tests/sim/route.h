/*
 * route.h: route tables: what a stand-in answers is one row each.
 *
 * A path pattern is compared segment by segment; {name} takes one whole segment, {rest...} takes
 * all that is left. What they took is found decoded in call->parameters, in order.
 */

#ifndef SIM_ROUTE_H
#define SIM_ROUTE_H

#include <stdbool.h>

struct call;

enum {
    FLAVOUR_SEERR = 1,
    FLAVOUR_JELLYSEERR = 2,
    FLAVOUR_OVERSEERR = 4,
    FLAVOUR_ANY = 7,
    /* both heirs of Overseerr */
    FLAVOUR_HEIRS = 3,
};

enum {
    ROUTE_PUBLIC = 1,     /* no key needed */
    ROUTE_JSON_BODY = 2,  /* a JSON body is required */
    ROUTE_WAITS = 4,      /* the handler itself spends the configured latency */
    ROUTE_ADMIN_ONLY = 8, /* others get the bare 403 */
};

struct route {
    const char *method;
    const char *path;
    void (*handle)(struct call *call);
    unsigned flavours;
    unsigned traits;
    const char *query; /* names of the query parameters that are known; NULL: not checked */
};

/*
 * The first row that fits the call's method and path, or NULL. A table ends with a NULL path.
 * `path_known` tells whether a row of another method has the path.
 */
const struct route *route_find(const struct route *table, unsigned flavour, struct call *call,
                               bool *path_known);

#endif
