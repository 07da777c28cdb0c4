#include "store/store_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/memory.h"

struct store_pool {
    const struct db_driver *driver;
    char *target;
    int64_t patience_ms;
    int most;

    pthread_mutex_t lock; /* of what follows; held for moments */
    pthread_cond_t given;
    struct store **idle; /* a stack with room for all */
    int idle_count;
    int open_count; /* idle and taken ones, and those being opened */

    pthread_mutex_t watch_lock; /* of this connection, which never writes */
    struct db *watch;
};

static struct store_pool *new_pool(const struct db_driver *driver, const char *target, int most)
{
    struct store_pool *pool = memory_new(sizeof(*pool));
    pthread_condattr_t steady;

    CHECK(most > 0);
    pool->driver = driver;
    pool->target = memory_text(target);
    pool->patience_ms = STORE_POOL_PATIENCE_MS;
    pool->most = most;
    pool->idle = memory_array((size_t)most, sizeof(struct store *));
    pthread_mutex_init(&pool->lock, NULL);
    pthread_mutex_init(&pool->watch_lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->given, &steady);
    pthread_condattr_destroy(&steady);
    return pool;
}

enum error_code store_pool_open(const struct db_driver *driver, const char *target, int most,
                                struct store_pool **ret, struct error *error)
{
    struct store_pool *pool = new_pool(driver, target, most);
    enum error_code rc = store_open(driver, target, &pool->idle[0], error);

    if (!rc)
        pool->open_count = pool->idle_count = 1;
    if (!rc)
        rc = db_open(driver, target, &pool->watch, error);
    if (rc)
        store_pool_close(pool);
    else
        *ret = pool;
    return rc;
}

void store_pool_close(struct store_pool *pool)
{
    if (!pool)
        return;
    CHECK(pool->idle_count == pool->open_count);
    for (int i = 0; i < pool->idle_count; i++)
        store_close(pool->idle[i]);
    db_close(pool->watch);
    pthread_cond_destroy(&pool->given);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->watch_lock);
    free(pool->idle);
    free(pool->target);
    free(pool);
}

void store_pool_set_patience(struct store_pool *pool, int64_t patience_ms)
{
    pool->patience_ms = patience_ms;
}

static struct timespec deadline_after(int64_t ms)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(ms / 1000);
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* An idle one, or NULL with the right to open one (counted already); false: waited in vain. */
static bool take_or_reserve(struct store_pool *pool, struct store **ret)
{
    struct timespec deadline = deadline_after(pool->patience_ms);
    int waited = 0;

    pthread_mutex_lock(&pool->lock);
    while (!waited && pool->idle_count == 0 && pool->open_count == pool->most)
        waited = pthread_cond_timedwait(&pool->given, &pool->lock, &deadline);
    bool found = pool->idle_count > 0;
    bool may_open = !found && pool->open_count < pool->most;
    *ret = found ? pool->idle[--pool->idle_count] : NULL;
    pool->open_count += may_open;
    pthread_mutex_unlock(&pool->lock);
    return found || may_open;
}

static void forget_reserved(struct store_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->open_count--;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->lock);
}

enum error_code store_pool_check_place(struct store_pool *pool, struct error *error)
{
    pthread_mutex_lock(&pool->watch_lock);
    bool is_moved = db_is_moved(pool->watch);
    pthread_mutex_unlock(&pool->watch_lock);
    if (!is_moved)
        return ERROR_NONE;
    return error_set(error, ERROR_STORE,
                     "the database %s " DB_IS_MOVED " while the service uses it, and what is "
                     "written now will be lost: put the file back, or stop the service and restore "
                     "a backup",
                     pool->target);
}

static enum error_code open_one(struct store_pool *pool, struct store **ret, struct error *error)
{
    enum error_code rc = store_pool_check_place(pool, error);

    return rc ? rc : store_open(pool->driver, pool->target, ret, error);
}

enum error_code store_pool_take(struct store_pool *pool, struct store **ret, struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = ERROR_NONE;

    if (!take_or_reserve(pool, &store))
        return error_set(error, ERROR_STORE,
                         "the database is too busy: all %d connections are in use", pool->most);
    if (!store)
        rc = open_one(pool, &store, error);
    if (rc) {
        forget_reserved(pool);
        return rc;
    }
    store_set_wide(store, false);
    *ret = store;
    return ERROR_NONE;
}

void store_pool_give(struct store_pool *pool, struct store *store)
{
    CHECK(!db_in_transaction(store->db));
    store_set_wide(store, false);
    pthread_mutex_lock(&pool->lock);
    pool->idle[pool->idle_count++] = store;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->lock);
}

/* An idle one, taken out for good; NULL when there is none. */
static struct store *take_out(struct store_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct store *store = pool->idle_count ? pool->idle[--pool->idle_count] : NULL;
    pool->open_count -= store != NULL;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->lock);
    return store;
}

/* Not more than there may be: others come and go meanwhile. */
void store_pool_tidy(struct store_pool *pool)
{
    struct store *store;

    for (int i = 0; i < pool->most && (store = take_out(pool)); i++)
        store_close(store);
}

enum error_code store_pool_version(struct store_pool *pool, int64_t *ret, struct error *error)
{
    pthread_mutex_lock(&pool->watch_lock);
    enum error_code rc = db_version(pool->watch, ret, error);
    pthread_mutex_unlock(&pool->watch_lock);
    return rc;
}
