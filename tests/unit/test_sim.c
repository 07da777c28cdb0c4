/* The tests' own legs: a simulator of one's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/sim.h"

static void test_it_starts_counts_and_stops(void **state)
{
    struct sim sim;

    (void)state;
    sim_start(&sim, (const char *[]){"--titles", "10", NULL});
    assert_int_equal(sim_seerr_calls(&sim, NULL), 0);
    json_value_free(sim_get(&sim, "/api/v1/settings/public"));
    assert_int_equal(sim_seerr_calls(&sim, "GET /api/v1/settings/public"), 1);
    assert_int_equal(sim_counter(&sim, "seerr.total"), 1);
    assert_int_equal(sim_source_calls(&sim, "api.trakt.tv"), 0);
    sim_stop(&sim);
}

static void test_it_can_be_told(void **state)
{
    struct sim sim;

    (void)state;
    sim_start(&sim, NULL);
    AUTO_JSON struct json_value *settings = sim_post(&sim, "/sim/config", "{\"latency_ms\": 1}");
    assert_int_equal(json_value_get_integer(settings, "latency_ms"), 1);
    sim_tell(&sim, "/sim/faults", "{\"match\": \"*\", \"nth\": 0, \"action\": \"close\"}");
    sim_forget_faults(&sim);
    json_value_free(sim_get(&sim, "/api/v1/settings/public"));
    sim_stop(&sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_starts_counts_and_stops),
        cmocka_unit_test(test_it_can_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
