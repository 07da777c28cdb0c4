/* What was hidden in a request is in no answer to it that its driver sees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/hush.h"
#include "support/fake_network.h"

static const char *repeated; /* what the network says */

static struct fake_reply repeats(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.status = 400, .body = repeated};
}

static struct fake_reply fails_with_it(const struct http_request *request, int n)
{
    (void)request, (void)n;
    return (struct fake_reply){.code = ERROR_REFUSED, .body = repeated};
}

static void assert_heard(const char *secret, const char *words, const char *heard)
{
    struct client *client = fake_network_begin(repeats, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1, .hides = secret};

    repeated = words;
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(driver.answers, 1);
    assert_string_equal(driver.last_body, heard);
    fake_network_end(client);
}

static void a_driver_hears_no_secret_of_its_request(void **state)
{
    (void)state;
    assert_heard("k3y/of \"it\"", "no: k3y/of \"it\"", "no: ********");
    assert_heard("k3y/of \"it\"", "k3y%2Fof%20%22it%22&x", "********&x");
    assert_heard("k3y/of \"it\"", "{\"a\":\"k3y\\/of \\\"it\\\"\"}", "{\"a\":\"********\"}");
    assert_heard("opensesame", "YW5uYTpvcGVuc2VzYW1l", "YW5uYTp********");
    assert_heard("0a1b2c3d4e5f6071", "cut 0a1b2c3d...", "cut ********...");
    assert_heard("0a1b2c3d4e5f6071", "all is well", "all is well");
    assert_heard(NULL, "0a1b2c3d4e5f6071", "0a1b2c3d4e5f6071");
}

static void what_is_too_short_is_left_alone(void **state)
{
    (void)state;
    assert_heard("404", "HTTP 404", "HTTP 404");
    assert_heard("", "HTTP 404", "HTTP 404");
    assert_heard("4040", "HTTP 4040", "HTTP ********");
}

static void the_scheme_before_a_token_is_no_part_of_it(void **state)
{
    (void)state;
    assert_heard("Bearer tk_81f2c7d0", "Bearer token: is tk_81f2c7d0 right?",
                 "Bearer token: is ******** right?");
}

static void many_short_ones_grow_without_end_of_the_text(void **state)
{
    struct client *client = fake_network_begin(repeats, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1, .hides = "abcd"};

    (void)state;
    repeated = "abcdabcdabcdabcd.";
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_int_equal(strlen(driver.last_body), 4 * strlen(REDACTION_STARS) + 1);
    fake_network_end(client);
}

static void nor_in_an_error_or_the_address_that_it_came_to(void **state)
{
    struct client *client = fake_network_begin(fails_with_it, (struct client_settings){0});
    struct fake_driver driver = {.url = "https://a.org/", .requests = 1, .hides = "0a1b2c3d4e5f"};

    (void)state;
    repeated = "it said 0a1b2c3d4e5f";
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_string_equal(driver.last_words, "it said ********");
    fake_network_end(client);
    client = fake_network_begin(fake_network_ok, (struct client_settings){0});
    driver = (struct fake_driver){
        .url = "https://a.org/0a1b2c3d4e5f/x", .requests = 1, .hides = "0a1b2c3d4e5f"};
    fake_driver_add(client, &driver);
    client_run(client, NULL, NULL);
    assert_string_equal(driver.last_url, "https://a.org/********/x");
    assert_string_equal(fake_network.urls[0], "https://a.org/0a1b2c3d4e5f/x");
    fake_network_end(client);
}

static void assert_hushed(const struct http_request *request, const char *text, const char *left)
{
    AUTO_FREE char *clean = hush_text(request->hidden, text);

    assert_string_equal(clean, left);
}

static void a_secret_header_and_an_address_hide_themselves(void **state)
{
    AUTO_REQUEST struct http_request request;
    struct secret key = {0};

    (void)state;
    http_request_init(&request);
    assert_hushed(&request, "7e1f00d3", "7e1f00d3");
    secret_set(&key, "7e1f00d3");
    http_request_secret_header(&request, "X-Api-Key", &key);
    secret_release(&key);
    assert_hushed(&request, "7e1f00d3", "********");
    http_request_hide_address(&request, "https://a.org/api/webhooks/81234567/t0ken-9?k=q1w2e3");
    assert_hushed(&request, "a.org: no webhooks 81234567, t0ken-9, q1w2e3",
                  "a.org: no webhooks ********, ********, ********");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_driver_hears_no_secret_of_its_request),
        cmocka_unit_test(what_is_too_short_is_left_alone),
        cmocka_unit_test(the_scheme_before_a_token_is_no_part_of_it),
        cmocka_unit_test(many_short_ones_grow_without_end_of_the_text),
        cmocka_unit_test(nor_in_an_error_or_the_address_that_it_came_to),
        cmocka_unit_test(a_secret_header_and_an_address_hide_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
