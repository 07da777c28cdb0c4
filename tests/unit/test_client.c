#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/fake_network.h"

static struct fake_reply silent(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.never = true};
}

static void an_exchange_is_asked_until_it_has_no_more_requests(void **state)
{
    struct client *client =
        fake_network_begin(fake_network_ok, (struct client_settings){.user_agent = "ListSync/1"});
    struct fake_driver driver = {.url = "https://API.trakt.tv/x", .requests = 3};

    (void)state;
    fake_driver_add(client, &driver);
    assert_int_equal(client_run(client, NULL, NULL), ERROR_NONE);
    assert_int_equal(driver.answers, 3);
    assert_int_equal(driver.failures, 0);
    assert_string_equal(fake_network.headers[0], "X-Api-Key=secret;User-Agent=ListSync/1;");
    assert_int_equal(client_requests_sent(client, "api.trakt.TV"), 3);
    assert_int_equal(client_requests_sent(client, "imdb.com"), 0);
    assert_int_equal(client_requests_sent(client, NULL), 3);
    fake_network_end(client);
}

static void exchanges_run_side_by_side_and_one_asks_one_thing_at_a_time(void **state)
{
    struct client *client = fake_network_begin(fake_network_ok, (struct client_settings){0});
    struct fake_driver drivers[4];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(drivers); i++) {
        drivers[i] = (struct fake_driver){.url = "https://a.org/", .requests = 5};
        fake_driver_add(client, &drivers[i]);
    }
    assert_int_equal(client_run(client, NULL, NULL), ERROR_NONE);
    assert_int_equal(fake_network.most, 4);
    assert_int_equal(fake_network.now_ms, 1000 + 5 * 10);
    fake_network_end(client);
}

static void an_exchange_added_by_an_answer_is_driven_too(void **state)
{
    struct client *client = fake_network_begin(fake_network_ok, (struct client_settings){0});
    struct fake_driver second = {.url = "https://b.org/", .requests = 2};
    struct fake_driver first = {.url = "https://a.org/", .requests = 1, .adds = &second};

    (void)state;
    fake_driver_add(client, &first);
    assert_int_equal(client_run(client, NULL, NULL), ERROR_NONE);
    assert_int_equal(second.answers, 2);
    fake_network_end(client);
}

static void requests_to_one_host_keep_its_pace_and_others_do_not_wait(void **state)
{
    struct pacer *pacer = pacer_new();
    struct client *client =
        fake_network_begin(fake_network_ok, (struct client_settings){.pacer = pacer});
    struct fake_driver slow = {.url = "https://slow.org/", .requests = 4};
    struct fake_driver slow_too = {.url = "https://slow.org/", .requests = 4};
    struct fake_driver fast = {.url = "https://fast.org/", .requests = 4};
    int64_t last = -1;

    (void)state;
    pacer_set(pacer, "slow.org", &(struct pace){.gap_ms = 250});
    fake_driver_add(client, &slow);
    fake_driver_add(client, &slow_too);
    fake_driver_add(client, &fast);
    client_run(client, NULL, NULL);
    for (int i = 0; i < fake_network.requests; i++) {
        bool is_slow = strcmp(fake_network.urls[i], "https://slow.org/") == 0;
        assert_true(!is_slow || last < 0 || fake_network.starts[i] - last >= 250);
        assert_true(is_slow || fake_network.starts[i] <= 1030);
        last = is_slow ? fake_network.starts[i] : last;
    }
    assert_int_equal(fake_network.now_ms, 1000 + 7 * 250 + 10);
    assert_true(fake_network.polls <= 40);
    fake_network_end(client);
    pacer_free(pacer);
}

static void those_who_wait_for_one_host_take_turns(void **state)
{
    struct pacer *pacer = pacer_new();
    struct client *client =
        fake_network_begin(fake_network_ok, (struct client_settings){.pacer = pacer});
    struct fake_driver a = {.url = "https://a.org/1", .requests = 3};
    struct fake_driver b = {.url = "https://a.org/2", .requests = 3};

    (void)state;
    pacer_set(pacer, "a.org", &(struct pace){.parallel = 1});
    fake_driver_add(client, &a);
    fake_driver_add(client, &b);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.most, 1);
    for (int i = 0; i < 6; i++)
        assert_string_equal(fake_network.urls[i], i % 2 ? "https://a.org/2" : "https://a.org/1");
    assert_int_equal(fake_network.now_ms, 1060); /* a free place is taken at once */
    fake_network_end(client);
    pacer_free(pacer);
}

static void origins_are_applied_last_and_the_driver_sees_real_names(void **state)
{
    struct origins origins = {0};

    (void)state;
    assert_int_equal(origins_add(&origins, "a.org=http://127.0.0.1:9/host", NULL), ERROR_NONE);
    struct client *client =
        fake_network_begin(fake_network_ok, (struct client_settings){.origins = &origins});
    struct fake_driver driver = {.url = "https://a.org/x?y", .requests = 1};
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_string_equal(fake_network.urls[0], "http://127.0.0.1:9/host/x?y");
    assert_string_equal(driver.last_url, "https://a.org/x?y");
    assert_int_equal(client_requests_sent(client, "a.org"), 1);
    fake_network_end(client);
    origins_release(&origins);
}

static void a_request_that_names_no_web_address_fails_once(void **state)
{
    struct client *client = fake_network_begin(fake_network_ok, (struct client_settings){0});
    struct fake_driver driver = {.url = "gopher://x/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    assert_int_equal(client_run(client, NULL, NULL), ERROR_NONE);
    assert_int_equal(fake_network.requests, 0);
    assert_int_equal(driver.failures, 1);
    assert_int_equal(driver.last_error, ERROR_USAGE);
    fake_network_end(client);
}

struct ticks {
    int left;
    int64_t last, longest;
};

static bool tick_down(void *context)
{
    struct ticks *ticks = context;
    int64_t pause = fake_network.now_ms - ticks->last;

    ticks->longest = pause > ticks->longest ? pause : ticks->longest;
    ticks->last = fake_network.now_ms;
    return --ticks->left > 0;
}

static void cancelling_fails_everything_once_and_sends_nothing_more(void **state)
{
    struct pacer *pacer = pacer_new();
    struct client *client = fake_network_begin(silent, (struct client_settings){.pacer = pacer});
    struct fake_driver flying = {.url = "https://a.org/", .requests = 3};
    struct fake_driver waiting = {.url = "https://a.org/", .requests = 3};
    struct ticks ticks = {.left = 5, .last = 1000};

    (void)state;
    pacer_set(pacer, "a.org", &(struct pace){.parallel = 1});
    fake_driver_add(client, &flying);
    fake_driver_add(client, &waiting);
    assert_int_equal(client_run(client, tick_down, &ticks), ERROR_CANCELLED);
    assert_true(ticks.longest <= 100);
    assert_int_equal(fake_network.requests, 1);
    assert_int_equal(fake_network.cancels, 1);
    assert_int_equal(flying.failures, 1);
    assert_int_equal(waiting.failures, 1);
    assert_int_equal(waiting.last_error, ERROR_CANCELLED);
    assert_int_equal(pacer_start(pacer, "a.org", fake_network.now_ms),
                     0); /* its place was given back */
    fake_network_end(client);
    pacer_free(pacer);
}

static void one_that_was_through_when_cancelled_does_not_hear_of_it(void **state)
{
    struct client *client = fake_network_begin(fake_network_ok, (struct client_settings){0});
    struct fake_driver through = {.url = "https://a.org/", .requests = 1};
    struct fake_driver half = {.url = "https://a.org/", .requests = 2};
    struct ticks ticks = {.left = 1};

    (void)state;
    fake_driver_add(client, &through);
    fake_driver_add(client, &half);
    assert_int_equal(client_run(client, tick_down, &ticks), ERROR_CANCELLED);
    assert_int_equal(through.answers, 1);
    assert_int_equal(through.failures, 0);
    assert_int_equal(half.answers, 1);
    assert_int_equal(half.failures, 1);
    assert_int_equal(fake_network.requests, 2);
    fake_network_end(client);
}

static void a_client_stays_cancelled(void **state)
{
    struct client *client = fake_network_begin(fake_network_ok, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    client_cancel(client);
    fake_driver_add(client, &driver);
    assert_int_equal(client_run(client, NULL, NULL), ERROR_CANCELLED);
    assert_int_equal(driver.failures, 1);
    assert_int_equal(fake_network.requests, 0);
    fake_network_end(client);
}

static void a_client_that_never_ran_frees_what_was_added(void **state)
{
    struct client *client = fake_network_begin(fake_network_ok, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    fake_network_end(client);
    assert_int_equal(driver.failures, 0);
}

struct chain {
    int64_t left;
};

static bool chain_next(void *state, struct http_request *request)
{
    struct chain *chain = state;

    http_request_get(request, "gopher://x/"); /* fails without the network, at once */
    return chain->left-- > 0;
}

static void chain_failed(void *state, const struct error *error)
{
    (void)state, (void)error;
}

static void a_very_long_chain_needs_no_stack(void **state)
{
    struct client *client = fake_network_begin(fake_network_ok, (struct client_settings){0});
    struct chain chain = {.left = 50000};
    struct exchange exchange = {.state = &chain, .next = chain_next, .failed = chain_failed};

    (void)state;
    client_add(client, &exchange);
    assert_int_equal(client_run(client, NULL, NULL), ERROR_NONE);
    assert_int_equal(chain.left, -1);
    fake_network_end(client);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exchange_is_asked_until_it_has_no_more_requests),
        cmocka_unit_test(exchanges_run_side_by_side_and_one_asks_one_thing_at_a_time),
        cmocka_unit_test(an_exchange_added_by_an_answer_is_driven_too),
        cmocka_unit_test(requests_to_one_host_keep_its_pace_and_others_do_not_wait),
        cmocka_unit_test(those_who_wait_for_one_host_take_turns),
        cmocka_unit_test(origins_are_applied_last_and_the_driver_sees_real_names),
        cmocka_unit_test(a_request_that_names_no_web_address_fails_once),
        cmocka_unit_test(cancelling_fails_everything_once_and_sends_nothing_more),
        cmocka_unit_test(one_that_was_through_when_cancelled_does_not_hear_of_it),
        cmocka_unit_test(a_client_stays_cancelled),
        cmocka_unit_test(a_client_that_never_ran_frees_what_was_added),
        cmocka_unit_test(a_very_long_chain_needs_no_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
