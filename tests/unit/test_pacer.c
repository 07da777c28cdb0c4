#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/pacer.h"

static void a_host_without_a_pace_may_go_at_once(void **state)
{
    struct pacer *pacer = pacer_new();

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(pacer_start(pacer, "fast.org", 0), 0);
    pacer_free(pacer);
}

static void the_gap_lies_between_starts_whatever_the_answers_take(void **state)
{
    struct pacer *pacer = pacer_new();

    (void)state;
    pacer_set(pacer, "a.org", &(struct pace){.gap_ms = 1000});
    assert_int_equal(pacer_start(pacer, "a.org", 5000), 0);
    assert_int_equal(pacer_start(pacer, "a.org", 5001), 999);
    pacer_done(pacer, "a.org");
    assert_int_equal(pacer_start(pacer, "a.org", 5999), 1);
    assert_int_equal(pacer_start(pacer, "a.org", 6000), 0);
    assert_int_equal(pacer_start(pacer, "b.org", 6000), 0);
    pacer_free(pacer);
}

static void the_window_slides_over_the_last_starts(void **state)
{
    struct pacer *pacer = pacer_new();

    (void)state;
    pacer_set(pacer, "a.org", &(struct pace){.window_requests = 3, .window_seconds = 10});
    assert_int_equal(pacer_start(pacer, "a.org", 0), 0);
    assert_int_equal(pacer_start(pacer, "a.org", 4000), 0);
    assert_int_equal(pacer_start(pacer, "a.org", 4000), 0);
    assert_int_equal(pacer_start(pacer, "a.org", 4000), 6000);
    assert_int_equal(pacer_start(pacer, "a.org", 10000), 0);
    assert_int_equal(pacer_start(pacer, "a.org", 10000), 4000);
    pacer_free(pacer);
}

static void places_are_taken_by_starts_and_freed_by_ends(void **state)
{
    struct pacer *pacer = pacer_new();

    (void)state;
    pacer_set(pacer, "a.org", &(struct pace){.parallel = 2});
    assert_int_equal(pacer_start(pacer, "a.org", 0), 0);
    assert_int_equal(pacer_start(pacer, "a.org", 0), 0);
    assert_true(pacer_start(pacer, "a.org", 0) > 0);
    pacer_done(pacer, "a.org");
    assert_int_equal(pacer_start(pacer, "a.org", 0), 0);
    assert_true(pacer_start(pacer, "a.org", 0) > 0);
    pacer_free(pacer);
}

static void asking_without_leave_uses_nothing_up(void **state)
{
    struct pacer *pacer = pacer_new();
    struct pace pace = {.gap_ms = 100, .window_requests = 2, .window_seconds = 60, .parallel = 5};

    (void)state;
    pacer_set(pacer, "a.org", &pace);
    assert_int_equal(pacer_start(pacer, "a.org", 0), 0);
    for (int i = 0; i < 50; i++)
        assert_int_equal(pacer_start(pacer, "a.org", 50), 50);
    assert_int_equal(pacer_start(pacer, "a.org", 100), 0);
    pacer_free(pacer);
}

static void a_hold_lasts_and_a_shorter_one_does_not_end_it(void **state)
{
    struct pacer *pacer = pacer_new();

    (void)state;
    pacer_hold(pacer, "a.org", 9000);
    pacer_hold(pacer, "a.org", 2000);
    assert_int_equal(pacer_start(pacer, "a.org", 1000), 8000);
    assert_int_equal(pacer_start(pacer, "b.org", 1000), 0);
    assert_int_equal(pacer_start(pacer, "a.org", 9000), 0);
    pacer_free(pacer);
}

static void note_host(void *context, const struct pacer_host *host)
{
    struct pacer_host *seen = context;

    seen[host->name[0] - 'a'] = *host;
}

static void a_look_tells_how_each_host_is_asked(void **state)
{
    struct pacer_host seen[2] = {0};
    struct pacer *pacer = pacer_new();

    (void)state;
    pacer_set(pacer, "a.org", &(struct pace){.gap_ms = 250});
    pacer_hold(pacer, "a.org", 9000);
    assert_int_equal(pacer_start(pacer, "b.org", 1000), 0);
    pacer_each(pacer, 2000, note_host, seen);
    assert_int_equal(seen[0].wait_ms, 7000);
    assert_int_equal(seen[0].pace.gap_ms, 250);
    assert_int_equal(seen[0].active, 0);
    assert_int_equal(seen[1].wait_ms, 0);
    assert_int_equal(seen[1].active, 1);
    pacer_free(pacer);
}

static void a_new_pace_holds_from_then_on(void **state)
{
    struct pacer *pacer = pacer_new();

    (void)state;
    pacer_set(pacer, "a.org", &(struct pace){.window_requests = 1, .window_seconds = 60});
    assert_int_equal(pacer_start(pacer, "a.org", 0), 0);
    assert_int_equal(pacer_start(pacer, "a.org", 0), 60000);
    pacer_set(pacer, "a.org", &(struct pace){.gap_ms = 10});
    assert_int_equal(pacer_start(pacer, "a.org", 10), 0);
    pacer_free(pacer);
}

enum { THREADS = 4, ROUNDS = 500, PLACES = 2 };

struct crowd {
    struct pacer *pacer;
    pthread_mutex_t lock;
    int inside, most;
};

static void *come_and_go(void *context)
{
    struct crowd *crowd = context;

    for (int i = 0; i < ROUNDS; i++) {
        if (pacer_start(crowd->pacer, "a.org", i) > 0)
            continue;
        pthread_mutex_lock(&crowd->lock);
        crowd->inside++;
        crowd->most = crowd->inside > crowd->most ? crowd->inside : crowd->most;
        pthread_mutex_unlock(&crowd->lock);
        pthread_mutex_lock(&crowd->lock);
        crowd->inside--;
        pthread_mutex_unlock(&crowd->lock);
        pacer_done(crowd->pacer, "a.org");
    }
    return NULL;
}

static void several_threads_together_keep_to_one_pace(void **state)
{
    struct crowd crowd = {.pacer = pacer_new(), .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[THREADS];

    (void)state;
    pacer_set(crowd.pacer, "a.org", &(struct pace){.parallel = PLACES});
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_in_range(crowd.most, 1, PLACES);
    assert_int_equal(pacer_start(crowd.pacer, "a.org", ROUNDS), 0);
    pacer_free(crowd.pacer);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_without_a_pace_may_go_at_once),
        cmocka_unit_test(the_gap_lies_between_starts_whatever_the_answers_take),
        cmocka_unit_test(the_window_slides_over_the_last_starts),
        cmocka_unit_test(places_are_taken_by_starts_and_freed_by_ends),
        cmocka_unit_test(asking_without_leave_uses_nothing_up),
        cmocka_unit_test(a_hold_lasts_and_a_shorter_one_does_not_end_it),
        cmocka_unit_test(a_look_tells_how_each_host_is_asked),
        cmocka_unit_test(a_new_pace_holds_from_then_on),
        cmocka_unit_test(several_threads_together_keep_to_one_pace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
