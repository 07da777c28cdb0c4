/* Many tries at the same moment are no way around the throttle or the rate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/crypto.h"
#include "base/memory.h"
#include "web/rates.h"
#include "web/throttle.h"

enum { THREADS = 8, TRIES = 200 };

struct crowd {
    struct throttle *throttle;
    struct rates *rates;
    atomic_int tried, served;
};

static void *push(void *context)
{
    struct crowd *crowd = context;
    struct rate rate;

    for (int i = 0; i < TRIES; i++) {
        if (throttle_try(crowd->throttle, "1.2.3.4", "anna", 1000) == 0)
            atomic_fetch_add(&crowd->tried, 1);
        if (rates_take(crowd->rates, "key 1", 1000, &rate))
            atomic_fetch_add(&crowd->served, 1);
    }
    return NULL;
}

static void test_a_crowd_gets_no_more_than_one(void **state)
{
    (void)state;
    struct crowd crowd = {.throttle = throttle_new(), .rates = rates_new(100)};
    pthread_t threads[THREADS];

    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, push, &crowd), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&crowd.tried), THROTTLE_FREE);
    assert_int_equal(atomic_load(&crowd.served), 100);
    throttle_free(crowd.throttle);
    rates_free(crowd.rates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crowd_gets_no_more_than_one),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
