/*
 * alarms.h: what is wrong at the moment and was told (`alarms`), so that it is told once, and once
 * more when it is well again. Who raises and ends alarms is sync/notice_alarms.c.
 */
#ifndef LISTSYNC_STORE_ALARMS_H
#define LISTSYNC_STORE_ALARMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

struct alarm {
    const char *key;      /* "list/3", "seerr" */
    const char *sentence; /* as it was told */
    const char *well;     /* to be told at its end; "": nothing is */
    int64_t raised_ms;    /* wall */
};

struct alarms {
    struct alarm *items;
    size_t count;
};

enum error_code alarms_load(struct store *store, struct arena *arena, struct alarms *ret,
                            struct error *error);
enum error_code alarms_raise(struct store *store, const struct alarm *alarm, struct error *error);
enum error_code alarms_end(struct store *store, const char *key, struct error *error);

#endif
