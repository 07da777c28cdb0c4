/*
 * moving.h: a store of a test's own, a file of another program beside it, and the settings of an
 * environment: what is taken over from where to where. Include cmocka.h and what it needs first.
 */
#ifndef TESTS_SUPPORT_MOVING_H
#define TESTS_SUPPORT_MOVING_H

#include "app/settings.h"
#include "support/store_world.h"
#include "sync/move_in.h"

struct moving {
    struct store_world *world;
    char *former; /* path of the file */
    struct settings settings;
    struct crypto_key key;
    int steps;            /* after so many it is told to end; 0: it goes on */
    struct move_in taken; /* of the last time */
};

/* An environment without anything. */
extern const char *const moving_no_environment[];

/* `state` holds the store's world. */
void moving_open(struct moving *moving, void **state, const char *const *environment);
void moving_close(struct moving *moving);
/* Takes the file over; `key` is the original's. */
enum error_code moving_take(struct moving *moving, bool dry_run, const char *key);

#endif
