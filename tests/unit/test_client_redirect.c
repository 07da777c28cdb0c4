#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/fake_network.h"

static struct fake_reply moved_next_door(const struct http_request *request, int n)
{
    (void)request;
    return n ? (struct fake_reply){.status = 200}
             : (struct fake_reply){.status = 302, .header = "Location", .value = "/new"};
}

static struct fake_reply moved_away(const struct http_request *request, int n)
{
    (void)request;
    return n ? (struct fake_reply){.status = 200}
             : (struct fake_reply){
                   .status = 301, .header = "Location", .value = "https://b.org/new"};
}

static void a_redirect_is_followed_with_the_secrets_on_the_same_host(void **state)
{
    struct client *client = fake_network_begin(moved_next_door, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/old", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_string_equal(fake_network.urls[1], "https://a.org/new");
    assert_string_equal(fake_network.headers[1], "X-Api-Key=secret;");
    assert_int_equal(driver.answers, 1);
    assert_string_equal(driver.last_url, "https://a.org/new");
    fake_network_end(client);
}

static void secrets_do_not_follow_a_redirect_to_another_host(void **state)
{
    struct client *client = fake_network_begin(moved_away, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/old", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_string_equal(fake_network.urls[1], "https://b.org/new");
    assert_string_equal(fake_network.headers[1], "");
    assert_int_equal(client_requests_sent(client, "b.org"), 1);
    fake_network_end(client);
}

static void a_post_does_not_become_a_get_by_a_redirect(void **state)
{
    struct client *client = fake_network_begin(moved_next_door, (struct client_settings){0});
    struct fake_driver driver = {
        .url = "http://seerr/api/v1/request", .requests = 1, .posts = true};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 1);
    assert_int_equal(driver.last_status, 302);
    fake_network_end(client);
}

static struct fake_reply round_and_round(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.status = 307, .header = "Location", .value = "/x"};
}

static struct fake_reply to_a_file(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.status = 302, .header = "Location", .value = "file:///etc/passwd"};
}

static void endless_redirects_end(void **state)
{
    struct client *client = fake_network_begin(round_and_round, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 6);
    assert_int_equal(driver.failures, 1);
    assert_int_equal(driver.last_error, ERROR_FORMAT);
    fake_network_end(client);
}

static void a_redirect_never_leads_to_a_file(void **state)
{
    struct client *client = fake_network_begin(to_a_file, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 1);
    assert_int_equal(driver.last_status, 302);
    fake_network_end(client);
}

static void who_does_not_want_to_be_led_elsewhere_gets_the_redirect(void **state)
{
    struct client *client = fake_network_begin(moved_away, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1, .no_redirects = true};

    (void)state;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(fake_network.requests, 1);
    assert_int_equal(driver.last_status, 301);
    fake_network_end(client);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_redirect_is_followed_with_the_secrets_on_the_same_host),
        cmocka_unit_test(secrets_do_not_follow_a_redirect_to_another_host),
        cmocka_unit_test(a_post_does_not_become_a_get_by_a_redirect),
        cmocka_unit_test(endless_redirects_end),
        cmocka_unit_test(a_redirect_never_leads_to_a_file),
        cmocka_unit_test(who_does_not_want_to_be_led_elsewhere_gets_the_redirect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
