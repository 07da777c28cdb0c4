#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/fake_network.h"

static struct fake_reply ok_at_the_third(const struct http_request *request, int n)
{
    (void)request;
    return (struct fake_reply){.status = n < 2 ? 503 : 200};
}

static struct fake_reply lost(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.code = ERROR_UNREACHABLE};
}

static void a_get_is_asked_again_with_growing_waits_until_it_succeeds(void **state)
{
    struct client *client = fake_network_begin(ok_at_the_third, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 3);
    assert_int_equal(driver.answers, 1);
    assert_int_equal(driver.last_status, 200);
    assert_in_range(fake_network.starts[1] - fake_network.starts[0], 375, 625);
    assert_in_range(fake_network.starts[2] - fake_network.starts[1], 750, 1250);
    assert_int_equal(client_requests_sent(client, "a.org"), 3);
    fake_network_end(client);
}

static void waiting_for_a_retry_is_no_busy_loop(void **state)
{
    struct client *client = fake_network_begin(ok_at_the_third, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_true(fake_network.polls <= 25);
    fake_network_end(client);
}

static void an_answer_that_stays_bad_goes_to_the_driver_after_the_retries(void **state)
{
    struct client *client = fake_network_begin(lost, (struct client_settings){.retries = 2});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 3);
    assert_int_equal(driver.failures, 1);
    assert_int_equal(driver.last_error, ERROR_UNREACHABLE);
    fake_network_end(client);
}

static void what_is_not_repeatable_is_sent_once_whatever_comes_back(void **state)
{
    struct fake_reply (*const trouble[])(const struct http_request *, int) = {lost,
                                                                              ok_at_the_third};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(trouble); i++) {
        struct client *client = fake_network_begin(trouble[i], (struct client_settings){0});
        struct fake_driver driver = {
            .url = "http://seerr/api/v1/request", .requests = 1, .posts = true};
        fake_driver_add(client, &driver);
        client_run(client, NULL, NULL);
        assert_int_equal(fake_network.requests, 1);
        assert_int_equal(driver.answers + driver.failures, 1);
        fake_network_end(client);
    }
}

static void a_read_that_is_sent_as_a_post_may_be_repeated(void **state)
{
    struct client *client = fake_network_begin(ok_at_the_third, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://api.graphql.imdb.com/",
                                 .requests = 1,
                                 .posts = true,
                                 .is_repeatable = true};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 3);
    assert_int_equal(driver.last_status, 200);
    fake_network_end(client);
}

static struct fake_reply server_error(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.status = 500};
}

static struct fake_reply too_large(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.code = ERROR_LIMIT};
}

static void what_would_come_out_the_same_is_not_asked_again(void **state)
{
    struct fake_reply (*const final[])(const struct http_request *, int) = {server_error,
                                                                            too_large};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(final); i++) {
        struct client *client = fake_network_begin(final[i], (struct client_settings){0});
        struct fake_driver driver = {.url = "https://a.org/", .requests = 1};
        fake_driver_add(client, &driver);
        client_run(client, NULL, NULL);
        assert_int_equal(fake_network.requests, 1);
        assert_int_equal(driver.answers + driver.failures, 1);
        fake_network_end(client);
    }
}

static struct fake_reply come_back_in_7_s(const struct http_request *request, int n)
{
    (void)request;
    return n ? (struct fake_reply){.status = 200}
             : (struct fake_reply){.status = 429, .header = "retry-after", .value = "7"};
}

static void retry_after_in_seconds_is_obeyed(void **state)
{
    struct client *client = fake_network_begin(come_back_in_7_s, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(driver.last_status, 200);
    assert_int_equal(fake_network.starts[1] - fake_network.starts[0], 7000);
    fake_network_end(client);
}

/* The fake clock began at one second past 1970. */
static struct fake_reply come_back_at_a_date(const struct http_request *request, int n)
{
    (void)request;
    return n ? (struct fake_reply){.status = 200}
             : (struct fake_reply){.status = 503,
                                   .header = "Retry-After",
                                   .value = "Thu, 01 Jan 1970 00:00:09 GMT"};
}

static void retry_after_as_a_date_is_obeyed(void **state)
{
    struct client *client = fake_network_begin(come_back_at_a_date, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(driver.last_status, 200);
    assert_int_equal(fake_network.starts[1], 9000);
    fake_network_end(client);
}

static struct fake_reply come_back_tomorrow(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.status = 429, .header = "Retry-After", .value = "86400"};
}

static void a_longer_retry_after_goes_to_the_driver_at_once(void **state)
{
    struct pacer *pacer = pacer_new();
    struct client *client =
        fake_network_begin(come_back_tomorrow, (struct client_settings){.pacer = pacer});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 1);
    assert_int_equal(driver.last_status, 429);
    assert_int_equal(pacer_start(pacer, "a.org", fake_network.now_ms), 0);
    fake_network_end(client);
    pacer_free(pacer);
}

static void a_host_that_has_enough_is_left_alone_by_all(void **state)
{
    struct pacer *pacer = pacer_new();
    struct client *client =
        fake_network_begin(come_back_in_7_s, (struct client_settings){.pacer = pacer});
    struct fake_driver first = {.url = "https://a.org/1", .requests = 1};
    struct fake_driver second = {.url = "https://a.org/2", .requests = 1};

    (void)state;
    pacer_set(pacer, "a.org", &(struct pace){.parallel = 1});
    fake_driver_add(client, &first);
    fake_driver_add(client, &second);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 3);
    assert_int_equal(fake_network.starts[1], 8000);
    assert_int_equal(fake_network.starts[2], 8000);
    fake_network_end(client);
    pacer_free(pacer);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_is_asked_again_with_growing_waits_until_it_succeeds),
        cmocka_unit_test(waiting_for_a_retry_is_no_busy_loop),
        cmocka_unit_test(an_answer_that_stays_bad_goes_to_the_driver_after_the_retries),
        cmocka_unit_test(what_is_not_repeatable_is_sent_once_whatever_comes_back),
        cmocka_unit_test(a_read_that_is_sent_as_a_post_may_be_repeated),
        cmocka_unit_test(what_would_come_out_the_same_is_not_asked_again),
        cmocka_unit_test(retry_after_in_seconds_is_obeyed),
        cmocka_unit_test(retry_after_as_a_date_is_obeyed),
        cmocka_unit_test(a_longer_retry_after_goes_to_the_driver_at_once),
        cmocka_unit_test(a_host_that_has_enough_is_left_alone_by_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
