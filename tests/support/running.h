/*
 * running.h: the runner of the service inside the test's own process, on a world's simulator and
 * data directory, and what its events say.
 *
 *     struct running running;
 *     running_open(&running, &world);
 *     int64_t run = running_order(&running, &(struct run_order){.mode = RUN_FULL});
 *     struct stored_run ended = running_wait(&running, run);
 *     running_close(&running);
 */
#ifndef TESTS_SUPPORT_RUNNING_H
#define TESTS_SUPPORT_RUNNING_H

#include <pthread.h>

#include "app/settings.h"
#include "store/stored_settings.h"
#include "support/world.h"
#include "sync/runner.h"

struct running {
    struct world *world;
    struct settings settings;
    struct origins origins;
    struct crypto_key key;
    struct runner_tools tools;
    struct runner *runner;
    struct store *store; /* the test's own */
    struct arena *arena;
    struct error error;
    pthread_mutex_t lock;
    pthread_cond_t told;
    int64_t ended[64]; /* runs, in the order of their ends */
    size_t ended_count;
};

void running_open(struct running *running, struct world *world);
/* The same without a thread that runs anything yet: running_begin starts it. */
void running_prepare(struct running *running, struct world *world);
void running_begin(struct running *running);
void running_close(struct running *running);

/* Adds "custom:file:..." and the like; NULL `change`: as it is. The list's number. */
int64_t running_add_list(struct running *running, const char *list,
                         void (*change)(struct stored_list *list));
/* A file list of the world with these contents. */
int64_t running_add_file(struct running *running, const char *name, const char *text,
                         void (*change)(struct stored_list *list));

int64_t running_order(struct running *running, const struct run_order *order);
/* Until the run has ended; fails the test after a minute. Its texts live as long as `running`. */
struct stored_run running_wait(struct running *running, int64_t run);
struct stored_run running_find(struct running *running, int64_t run);

/* How many events of this type hold the text; NULL: any. */
size_t running_events(struct running *running, enum event_type type, const char *part);
/* Until there is one; fails the test after a minute. */
void running_wait_for_event(struct running *running, enum event_type type, const char *part);

#define running_must(running, call)                                                                \
    do {                                                                                           \
        if ((call) != ERROR_NONE)                                                                  \
            fail_msg("%s: %s", #call, (running)->error.message);                                   \
    } while (0)

#endif
