#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/api_world.h"

static void test_a_route_is_answered(void **state)
{
    struct api_world *world = *state;

    assert_int_equal(api_world_call(world, "GET", "/ping", NULL), 200);
    assert_string_equal(api_world_body(world), "{\"status\":\"OK\"}");
    assert_string_equal(world->response.content_type, "application/json");
    assert_int_equal(api_world_call(world, "HEAD", "/api/health/live/", NULL), 200);
}

static void test_an_unknown_path_is_404(void **state)
{
    static const char *const targets[] = {
        "/nothing", "/api/", "/api/nothing?x=1", "/docs/..", "/docs/%2e%2e/ping", "/%zz"};
    struct api_world *world = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(targets); i++) {
        assert_int_equal(api_world_call(world, "GET", targets[i], NULL), 404);
        assert_string_equal(api_world_text(world, "code"), "no_such_path");
        assert_non_null(api_world_text(world, "detail"));
    }
    assert_int_equal(api_world_call(world, "OPTIONS", "/nothing", NULL), 404);
}

static void test_a_method_that_a_path_has_not_is_405(void **state)
{
    struct api_world *world = *state;

    assert_int_equal(api_world_call(world, "DELETE", "/ping", NULL), 405);
    assert_string_equal(api_world_answered(world, "Allow"), "GET, HEAD, OPTIONS");
    assert_string_equal(api_world_text(world, "code"), "method_not_allowed");
}

static void test_options_says_what_a_path_takes(void **state)
{
    struct api_world *world = *state;

    assert_int_equal(api_world_call(world, "OPTIONS", "/ping", NULL), 204);
    assert_string_equal(api_world_answered(world, "Allow"), "GET, HEAD, OPTIONS");
    assert_string_equal(api_world_body(world), "");
}

static void test_unknown_parameters_are_refused(void **state)
{
    struct api_world *world = *state;

    assert_int_equal(api_world_call(world, "GET", "/ping?_=1719", NULL), 200);
    assert_int_equal(api_world_call(world, "GET", "/ping?limit=5", NULL), 422);
    assert_string_equal(api_world_text(world, "detail"), "limit is not known");
    assert_int_equal(api_world_call(world, "GET", "/ping", "{\"a\":1}"), 400);
}

static void test_every_answer_has_the_guards_headers(void **state)
{
    static const char *const targets[] = {"/ping", "/nothing", "/docs", "/ping?x=1"};
    struct api_world *world = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(targets); i++) {
        api_world_call(world, "GET", targets[i], NULL);
        assert_non_null(api_world_answered(world, "Content-Security-Policy"));
        assert_string_equal(api_world_answered(world, "X-Content-Type-Options"), "nosniff");
    }
}

static void test_health_answers_without_login_and_database(void **state)
{
    struct api_world *world = *state;

    api_world_header(world, "X-Api-Key", "whatever");
    assert_int_equal(api_world_call(world, "GET", "/api/health/live", NULL), 200);
    assert_int_equal(api_world_call(world, "GET", "/api/health/ready", NULL), 200);
    assert_int_equal(api_world_call(world, "GET", "/ping", NULL), 200);
}

static void test_the_pages_lead_to_each_other(void **state)
{
    struct api_world *world = *state;

    world->base_path = "/listsync";
    assert_int_equal(api_world_call(world, "GET", "/", NULL), 200);
    assert_string_equal(world->response.content_type, "text/html; charset=utf-8");
    assert_non_null(strstr(api_world_body(world), "href=\"/listsync/docs\""));
    assert_int_equal(api_world_call(world, "GET", "/docs", NULL), 200);
    assert_non_null(strstr(api_world_body(world), "href=\"/listsync/docs/style.css\""));
    assert_int_equal(api_world_call(world, "GET", "/docs/style.css", NULL), 200);
    assert_string_equal(world->response.content_type, "text/css; charset=utf-8");
    assert_int_equal(world->response.fixed_length, strlen(api_world_body(world)));
    assert_int_equal(api_world_call(world, "GET", "/openapi.json", NULL), 200);
    assert_string_equal(api_world_text(world, "openapi"), "3.1.0");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, api_world_setup, api_world_teardown)
#define WITH_LOGIN(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, api_world_setup_with_login, api_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(test_a_route_is_answered),
        IN_WORLD(test_an_unknown_path_is_404),
        IN_WORLD(test_a_method_that_a_path_has_not_is_405),
        IN_WORLD(test_options_says_what_a_path_takes),
        IN_WORLD(test_unknown_parameters_are_refused),
        IN_WORLD(test_every_answer_has_the_guards_headers),
        WITH_LOGIN(test_health_answers_without_login_and_database),
        IN_WORLD(test_the_pages_lead_to_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
