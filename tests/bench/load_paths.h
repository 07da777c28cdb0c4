/*
 * load_paths.h: what is asked of the service under load: its read endpoints, and for each of them
 * addresses as different as those of people who look around in support/big_store.h.
 */
#ifndef TESTS_BENCH_LOAD_PATHS_H
#define TESTS_BENCH_LOAD_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "support/big_store.h"

enum { LOAD_PATHS_VARIED = 2000 };

struct load_endpoint {
    const char *name;
    const char *const *patterns; /* NULL-ended; {item}, {page} and the like are drawn */
    bool is_packed;              /* asked for with gzip */
    bool is_quick;               /* measured with --quick too */
};

extern const struct load_endpoint load_endpoints[]; /* ended by a NULL name */

struct load_paths {
    char **items;
    size_t count;
};

/* Always the same ones; NULL `endpoint`: of all endpoints, mixed. */
void load_paths_make(const struct load_endpoint *endpoint, const struct big_store *size,
                     struct load_paths *ret);
void load_paths_release(struct load_paths *paths);

#endif
