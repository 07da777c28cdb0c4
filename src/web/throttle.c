#include "web/throttle.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"
#include "web/bounded.h"

enum { DOUBLINGS_MOST = 10 }; /* 1024 s are over the longest wait already */

struct failures {
    int count;
    int64_t last_at;
    int64_t before_at; /* the one before that */
};

struct throttle {
    pthread_mutex_t lock;
    struct bounded *addresses;
    struct bounded *names;
};

struct throttle *throttle_new(void)
{
    struct throttle *throttle = memory_new(sizeof(*throttle));

    pthread_mutex_init(&throttle->lock, NULL);
    throttle->addresses = bounded_new(THROTTLE_ENTRIES, sizeof(struct failures));
    throttle->names = bounded_new(THROTTLE_ENTRIES, sizeof(struct failures));
    return throttle;
}

void throttle_free(struct throttle *throttle)
{
    if (!throttle)
        return;
    bounded_free(throttle->addresses);
    bounded_free(throttle->names);
    pthread_mutex_destroy(&throttle->lock);
    free(throttle);
}

static int64_t wait_after(int failures)
{
    int doublings = failures - THROTTLE_FREE;

    if (doublings < 0)
        return 0;
    if (doublings > DOUBLINGS_MOST)
        return THROTTLE_WAIT_MOST_MS;
    int64_t wait = INT64_C(1000) << doublings;
    return wait < THROTTLE_WAIT_MOST_MS ? wait : THROTTLE_WAIT_MOST_MS;
}

static int64_t wait_of(struct bounded *table, const char *text, int64_t now)
{
    const struct failures *failures = bounded_find(table, text);

    if (!failures)
        return 0;
    int64_t wait = failures->last_at + wait_after(failures->count) - now;
    return wait > 0 ? wait : 0;
}

static void count(struct bounded *table, const char *text, int64_t now)
{
    struct failures *failures = bounded_add(table, text);

    if (now - failures->last_at > THROTTLE_FORGET_MS)
        failures->count = 0;
    failures->count++;
    failures->before_at = failures->last_at;
    failures->last_at = now;
}

int64_t throttle_wait(struct throttle *throttle, const char *address, int64_t now)
{
    pthread_mutex_lock(&throttle->lock);
    int64_t wait = wait_of(throttle->addresses, address, now);
    pthread_mutex_unlock(&throttle->lock);
    return wait;
}

int64_t throttle_try(struct throttle *throttle, const char *address, const char *name, int64_t now)
{
    pthread_mutex_lock(&throttle->lock);
    int64_t of_address = wait_of(throttle->addresses, address, now);
    int64_t of_name = wait_of(throttle->names, name, now);
    int64_t wait = of_address > of_name ? of_address : of_name;
    if (wait == 0) {
        count(throttle->addresses, address, now);
        count(throttle->names, name, now);
    }
    pthread_mutex_unlock(&throttle->lock);
    return wait;
}

void throttle_right(struct throttle *throttle, const char *address, const char *name)
{
    pthread_mutex_lock(&throttle->lock);
    struct failures *of_address = bounded_find(throttle->addresses, address);
    struct failures *of_name = bounded_find(throttle->names, name);
    if (of_address && of_address->count > 0) {
        of_address->count--;
        of_address->last_at = of_address->before_at;
    }
    if (of_name)
        of_name->count = 0;
    pthread_mutex_unlock(&throttle->lock);
}
