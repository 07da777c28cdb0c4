/*
 * store_pool.h: database connections for threads that come and go. Any thread; one lock inside.
 *
 * A store belongs to one thread at a time, so each request takes one and gives it back. At most
 * `most` exist; whoever finds none waits. They are opened when first needed and kept.
 */
#ifndef LISTSYNC_STORE_STORE_POOL_H
#define LISTSYNC_STORE_STORE_POOL_H

#include "store/store.h"

struct store_pool;

/* The first store is opened (and migrated) at once, so that trouble shows here. */
enum error_code store_pool_open(const struct db_driver *driver, const char *target, int most,
                                struct store_pool **ret, struct error *error);
/* All must have been given back. NULL is fine. */
void store_pool_close(struct store_pool *pool);

enum error_code store_pool_take(struct store_pool *pool, struct store **ret, struct error *error);
void store_pool_give(struct store_pool *pool, struct store *store);
/*
 * A number that differs after any commit, of this process or another: what was read before such a
 * change may be stale. (SQLite's data_version, asked on a connection that never writes.)
 */
enum error_code store_pool_version(struct store_pool *pool, int64_t *ret, struct error *error);

#endif
