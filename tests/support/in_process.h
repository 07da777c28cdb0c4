/*
 * in_process.h: a sync inside the test's own process, on a world's simulator and data directory,
 * so that a test can choose the database driver, the network and the patience of the client.
 *
 *     struct in_process run;
 *     in_process_sync(&(struct in_process_call){.world = &world, .timeout_ms = 200}, &run);
 *     assert_int_equal(run.result.run.state, RUN_COMPLETED);
 *     in_process_release(&run);
 *
 * Its requests pass through the failing network (failing_transport.h), which is harmless unless
 * armed. To test a death, call it in a forked child.
 */
#ifndef TESTS_SUPPORT_IN_PROCESS_H
#define TESTS_SUPPORT_IN_PROCESS_H

#include "store/ledger.h"
#include "support/world.h"
#include "sync/sync.h"

struct in_process_call {
    const struct world *world;
    const struct db_driver *driver; /* NULL: SQLite */
    int timeout_ms;                 /* cap for exchanges; 0: none */
    const char *capped;             /* which: "GET /api/v1/search"; NULL: all */
    int retries;                    /* as in struct client_settings */
    bool dry_run;
    bool is_4k;
    int64_t requester;                          /* the default one */
    void (*choose)(struct stored_lists *lists); /* changes what is synced; NULL: all as stored */
    const int64_t *only_items;                  /* as in struct sync_settings */
    size_t only_item_count;
    /* Asked like sync_observer.keep_going. */
    bool (*keep_going)(void *context);
    void *context;
};

struct in_process {
    enum error_code code; /* of sync_run, or why it did not come to that */
    struct error error;
    struct sync_result result;
    struct arena *arena;
};

void in_process_sync(const struct in_process_call *call, struct in_process *ret);
void in_process_release(struct in_process *run);

/* Adds "custom:file:list.csv" and the like to the world's database; `requester` 0: the default. */
void in_process_add_list(const struct world *world, const char *list, int64_t requester);

/* "movie:603" among the items of the run; a missing one fails the test. */
const struct item *in_process_item(const struct in_process *run, const char *title);

/* As if a week had gone by: what was seen of the title is looked at anew. */
void in_process_forget_look(const struct world *world, enum media_type type, int64_t tmdb);

/* What the world's ledger holds in HD. */
void in_process_ledger(const struct world *world, struct arena *arena, struct ledger_rows *ret);

#endif
