/*
 * operations.h: every operation of a running daemon's /openapi.json, so that what is tried on all
 * of them is tried on those to come as well.
 */
#ifndef TESTS_SUPPORT_OPERATIONS_H
#define TESTS_SUPPORT_OPERATIONS_H

#include "support/daemon.h"

enum { OPERATIONS_MOST = 400 };

struct operation {
    char *id;
    char *method; /* "GET" */
    char *path;   /* as described: "/api/lists/{id}" */
    char *target; /* the same with "999999" for each parameter: what nobody has */
    char *access; /* "none", "read", "sync", "admin" */
    bool has_body;
    bool is_stream; /* its answer does not end */
};

struct operations {
    struct operation items[OPERATIONS_MOST];
    size_t count;
};

void operations_read(const struct daemon *daemon, struct operations *ret);
void operations_release(struct operations *operations);
/* NULL: there is none of that method and path. */
const struct operation *operations_find(const struct operations *operations, const char *method,
                                        const char *path);

#endif
