/*
 * store_pool.h: database connections for threads that come and go. Any thread.
 *
 * A store belongs to one thread at a time, so each request takes one and gives it back. At most
 * `most` exist; whoever finds none waits a few seconds for one. They are opened when first needed
 * and kept; the one given back last is taken first, so that rarely used ones stay small. Five that
 * are all in use take 4 MB together (measured, 100,000 items); store_set_wide is for long writers.
 *
 *     struct store *store = NULL;
 *     if (store_pool_take(pool, &store, error))
 *         return error->code;
 *     ... domain functions ...
 *     store_pool_give(pool, store);
 */
#ifndef LISTSYNC_STORE_STORE_POOL_H
#define LISTSYNC_STORE_STORE_POOL_H

#include "store/store.h"

struct store_pool;

enum { STORE_POOL_PATIENCE_MS = 10000 };

/* The first store is opened (and migrated) at once, so that trouble shows here. `driver` must
 * outlive the pool. */
enum error_code store_pool_open(const struct db_driver *driver, const char *target, int most,
                                struct store_pool **ret, struct error *error);
/* All must have been given back. NULL is fine. */
void store_pool_close(struct store_pool *pool);
/* How long store_pool_take waits, instead of STORE_POOL_PATIENCE_MS. Before the pool is shared. */
void store_pool_set_patience(struct store_pool *pool, int64_t patience_ms);

/* ERROR_STORE when none was given back in time, or a new one cannot be opened. A thread that holds
 * one must not take another. */
enum error_code store_pool_take(struct store_pool *pool, struct store **ret, struct error *error);
/* Outside of transactions only. */
void store_pool_give(struct store_pool *pool, struct store *store);
/*
 * Closes those that are idle, with all that they keep in memory; the next ones are opened anew,
 * which takes a millisecond. To be called once a minute or so.
 */
void store_pool_tidy(struct store_pool *pool);
/*
 * ERROR_STORE: the file is no longer where it was opened, so what is written to it is lost once all
 * connections are closed. Until it is back there no new one is opened, which would begin anew.
 */
enum error_code store_pool_check_place(struct store_pool *pool, struct error *error);
/*
 * A number that differs after any commit, of this process or another: what was read before such a
 * change may be stale. It says nothing but "same" or "not the same", and only within this pool.
 */
enum error_code store_pool_version(struct store_pool *pool, int64_t *ret, struct error *error);

#endif
