#include "web/rates.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"
#include "web/bounded.h"

/* Fractions of a token: with these, a millisecond adds exactly `per_minute` of them. */
enum { TOKEN = 60000 };

struct bucket {
    bool was_used;
    int64_t spent; /* what is missing in it */
    int64_t at;
};

struct rates {
    pthread_mutex_t lock;
    int64_t per_minute;
    struct bounded *buckets;
};

struct rates *rates_new(int64_t per_minute)
{
    struct rates *rates = memory_new(sizeof(*rates));

    pthread_mutex_init(&rates->lock, NULL);
    rates->per_minute = per_minute;
    rates->buckets = bounded_new(RATES_CALLERS, sizeof(struct bucket));
    return rates;
}

void rates_free(struct rates *rates)
{
    if (!rates)
        return;
    bounded_free(rates->buckets);
    pthread_mutex_destroy(&rates->lock);
    free(rates);
}

static int64_t seconds_to_fill(const struct rates *rates, int64_t missing)
{
    int64_t per_second = rates->per_minute * 1000;

    return missing <= 0 ? 0 : (missing + per_second - 1) / per_second;
}

/* A minute fills any bucket, so longer times are not multiplied out. */
static void fill(const struct rates *rates, struct bucket *bucket, int64_t now)
{
    int64_t passed = bucket->was_used ? now - bucket->at : TOKEN;

    if (passed >= TOKEN || passed * rates->per_minute >= bucket->spent)
        bucket->spent = 0;
    else if (passed > 0)
        bucket->spent -= passed * rates->per_minute;
    bucket->at = now;
    bucket->was_used = true;
}

static bool take(struct rates *rates, struct bucket *bucket, int64_t now, struct rate *ret)
{
    const int64_t whole = rates->per_minute * TOKEN;

    fill(rates, bucket, now);
    bool taken = bucket->spent + TOKEN <= whole;
    if (taken)
        bucket->spent += TOKEN;
    *ret = (struct rate){
        .limit = rates->per_minute,
        .remaining = (whole - bucket->spent) / TOKEN,
        .reset_s = seconds_to_fill(rates, bucket->spent),
        .retry_s = seconds_to_fill(rates, bucket->spent + TOKEN - whole),
    };
    return taken;
}

bool rates_take(struct rates *rates, const char *caller, int64_t now, struct rate *ret)
{
    pthread_mutex_lock(&rates->lock);
    bool taken = take(rates, bounded_add(rates->buckets, caller), now, ret);
    pthread_mutex_unlock(&rates->lock);
    return taken;
}
