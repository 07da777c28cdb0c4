/*
 * busy_things.h: what a busy client (busy_clients.h) changes: kinds of things, and how each is
 * changed and looked at over the API. A thing's state is a short text; "" is that it is not there.
 */
#ifndef TESTS_SUPPORT_BUSY_THINGS_H
#define TESTS_SUPPORT_BUSY_THINGS_H

#include "support/daemon.h"

enum { BUSY_STATE_SIZE = 96 };

/* Numbers from a seed; the same seed, the same numbers. */
struct lot {
    uint64_t state;
};

struct lot lot_of(uint64_t seed);
int lot_below(struct lot *lot, int end); /* 0 to end - 1 */

struct busy_thing {
    const struct busy_kind *kind;
    char name[128];
    int64_t number;              /* of the row, where it has one */
    char is[BUSY_STATE_SIZE];    /* acknowledged */
    char maybe[BUSY_STATE_SIZE]; /* what it may be instead, when it is in doubt */
    bool in_doubt;
};

struct busy_kind {
    const char *word;
    /* Another state for it. */
    void (*choose)(const struct busy_thing *thing, struct lot *lot, char ret[BUSY_STATE_SIZE]);
    /* Asks for it; the answer is kept by the caller. */
    void (*change)(const struct daemon *daemon, struct busy_thing *thing, const char *wanted,
                   struct daemon_answer *ret);
    /* The state it has; false when there was no proper answer, which is in `ret`. */
    bool (*look)(const struct daemon *daemon, struct busy_thing *thing, char state[BUSY_STATE_SIZE],
                 struct daemon_answer *ret);
};

extern const struct busy_kind busy_list, busy_setting, busy_interval, busy_key, busy_item;

#endif
