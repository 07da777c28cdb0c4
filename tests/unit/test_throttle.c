/* What is counted of strangers: bounded tables, waits after wrong passwords, requests a minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "web/bounded.h"
#include "web/rates.h"
#include "web/throttle.h"

static void test_a_full_table_forgets_who_was_there_longest_ago(void **state)
{
    (void)state;
    struct bounded *table = bounded_new(3, sizeof(int));

    *(int *)bounded_add(table, "a") = 1;
    *(int *)bounded_add(table, "b") = 2;
    *(int *)bounded_add(table, "c") = 3;
    assert_int_equal(*(int *)bounded_find(table, "a"), 1); /* used now: "b" is the oldest */
    assert_int_equal(*(int *)bounded_add(table, "d"), 0);
    assert_int_equal(bounded_count(table), 3);
    assert_null(bounded_find(table, "b"));
    assert_int_equal(*(int *)bounded_find(table, "a"), 1);
    assert_int_equal(*(int *)bounded_find(table, "c"), 3);
    bounded_free(table);
}

static void test_a_table_stays_whole_when_thousands_pass_through_it(void **state)
{
    (void)state;
    enum { MOST = 64, ALL = 5000 };
    struct bounded *table = bounded_new(MOST, sizeof(int));
    char text[16];

    for (int i = 0; i < ALL; i++) {
        snprintf(text, sizeof(text), "%d", i);
        assert_int_equal(*(int *)bounded_add(table, text), 0);
        *(int *)bounded_add(table, text) = i;
    }
    assert_int_equal(bounded_count(table), MOST);
    for (int i = 0; i < ALL; i++) {
        snprintf(text, sizeof(text), "%d", i);
        const int *value = bounded_find(table, text);
        assert_int_equal(value != NULL, i >= ALL - MOST);
        assert_true(!value || *value == i);
    }
    bounded_free(table);
}

static void fail_times(struct throttle *throttle, int times, int64_t *now)
{
    for (int i = 0; i < times; i++) {
        *now += throttle_wait(throttle, "1.2.3.4", *now);
        assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", *now), 0);
        *now += 1;
    }
}

static void test_waits_double_after_five_failures_up_to_a_quarter_hour(void **state)
{
    (void)state;
    struct throttle *throttle = throttle_new();
    int64_t now = 1000;

    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), 0);
    for (int64_t wait = 1000; wait < THROTTLE_WAIT_MOST_MS; wait *= 2) {
        assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), wait);
        now += wait;
        assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), 0);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), THROTTLE_WAIT_MOST_MS);
        now += THROTTLE_WAIT_MOST_MS;
        assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), 0);
    }
    throttle_free(throttle);
}

static void test_a_refused_try_makes_the_wait_no_longer(void **state)
{
    (void)state;
    struct throttle *throttle = throttle_new();

    for (int i = 0; i < THROTTLE_FREE; i++)
        throttle_try(throttle, "1.2.3.4", "anna", 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", 400), 600);
    assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", 1000), 0);
    throttle_free(throttle);
}

static void test_a_name_waits_wherever_the_tries_come_from(void **state)
{
    (void)state;
    struct throttle *throttle = throttle_new();
    char address[32];

    for (int i = 0; i < THROTTLE_FREE; i++) {
        snprintf(address, sizeof(address), "1.2.3.%d", i);
        assert_int_equal(throttle_try(throttle, address, "anna", 0), 0);
    }
    assert_int_equal(throttle_try(throttle, "9.9.9.9", "anna", 0), 1000);
    assert_int_equal(throttle_try(throttle, "9.9.9.9", "bert", 0), 0);
    throttle_free(throttle);
}

static void test_an_address_waits_whatever_names_it_tries(void **state)
{
    (void)state;
    struct throttle *throttle = throttle_new();
    char name[32];

    for (int i = 0; i < THROTTLE_FREE; i++) {
        snprintf(name, sizeof(name), "name %d", i);
        assert_int_equal(throttle_try(throttle, "1.2.3.4", name, 0), 0);
    }
    assert_int_equal(throttle_wait(throttle, "1.2.3.4", 0), 1000);
    assert_int_equal(throttle_try(throttle, "1.2.3.4", "another", 0), 1000);
    assert_int_equal(throttle_wait(throttle, "1.2.3.5", 0), 0);
    throttle_free(throttle);
}

static void test_a_right_try_clears_the_name_and_not_the_address(void **state)
{
    (void)state;
    struct throttle *throttle = throttle_new();
    int64_t now = 0;

    fail_times(throttle, THROTTLE_FREE + 2, &now);
    now += throttle_wait(throttle, "1.2.3.4", now);
    assert_int_equal(throttle_try(throttle, "1.2.3.4", "own account", now), 0);
    throttle_right(throttle, "1.2.3.4", "own account");
    assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), 0);
    assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), 8000);
    throttle_free(throttle);
}

static void test_an_hour_of_quiet_forgets(void **state)
{
    (void)state;
    struct throttle *throttle = throttle_new();
    int64_t now = 0;

    fail_times(throttle, 12, &now);
    now += THROTTLE_FORGET_MS + 1;
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), 0);
    assert_int_equal(throttle_try(throttle, "1.2.3.4", "anna", now), 1000);
    throttle_free(throttle);
}

static void test_a_minutes_worth_may_come_at_once_and_then_evenly(void **state)
{
    (void)state;
    struct rates *rates = rates_new(60);
    struct rate rate;

    for (int i = 0; i < 60; i++) {
        assert_true(rates_take(rates, "key 1", 5000, &rate));
        assert_int_equal(rate.limit, 60);
        assert_int_equal(rate.remaining, 59 - i);
        assert_int_equal(rate.reset_s, i + 1);
        assert_int_equal(rate.retry_s, i < 59 ? 0 : 1);
    }
    assert_false(rates_take(rates, "key 1", 5000, &rate));
    assert_int_equal(rate.retry_s, 1);
    assert_false(rates_take(rates, "key 1", 5999, &rate));
    assert_true(rates_take(rates, "key 1", 6000, &rate));
    assert_false(rates_take(rates, "key 1", 6000, &rate));
    assert_true(rates_take(rates, "key 2", 6000, &rate));
    rates_free(rates);
}

static void test_a_bucket_is_full_again_after_a_minute_and_holds_no_more(void **state)
{
    (void)state;
    struct rates *rates = rates_new(1000000);
    struct rate rate;

    for (int i = 0; i < 10; i++)
        rates_take(rates, "a", 0, &rate);
    assert_true(rates_take(rates, "a", INT64_MAX / 2, &rate));
    assert_int_equal(rate.remaining, 999999);
    rates_free(rates);
}

static void test_a_clock_that_stands_or_goes_back_gives_nothing(void **state)
{
    (void)state;
    struct rates *rates = rates_new(1);
    struct rate rate;

    assert_true(rates_take(rates, "a", 60000, &rate));
    assert_false(rates_take(rates, "a", 0, &rate));
    assert_false(rates_take(rates, "a", 59999, &rate));
    assert_true(rates_take(rates, "a", 60000, &rate));
    rates_free(rates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_full_table_forgets_who_was_there_longest_ago),
        cmocka_unit_test(test_a_table_stays_whole_when_thousands_pass_through_it),
        cmocka_unit_test(test_waits_double_after_five_failures_up_to_a_quarter_hour),
        cmocka_unit_test(test_a_refused_try_makes_the_wait_no_longer),
        cmocka_unit_test(test_a_name_waits_wherever_the_tries_come_from),
        cmocka_unit_test(test_an_address_waits_whatever_names_it_tries),
        cmocka_unit_test(test_a_right_try_clears_the_name_and_not_the_address),
        cmocka_unit_test(test_an_hour_of_quiet_forgets),
        cmocka_unit_test(test_a_minutes_worth_may_come_at_once_and_then_evenly),
        cmocka_unit_test(test_a_bucket_is_full_again_after_a_minute_and_holds_no_more),
        cmocka_unit_test(test_a_clock_that_stands_or_goes_back_gives_nothing),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
