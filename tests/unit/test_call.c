#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/audit.h"
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
    assert_string_equal(api_world_text(world, "detail"), "limit: is not known");
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
    world->base_path = "";
    assert_int_equal(api_world_call(world, "GET", "/docs", NULL), 200);
    assert_non_null(strstr(api_world_body(world), "href=\"/docs/style.css\""));
    assert_string_equal(world->response.content_type, "text/html; charset=utf-8");
}

/* ---- routes of the tests' own ---- */

static int times_answered;

static const struct field count_fields[] = {{"count", FIELD_INTEGER, .help = "How often"}, {0}};
static const struct field count_answer = {.kind = FIELD_OBJECT, .fields = count_fields};
static const struct field limit_parameters[] = {{"limit", FIELD_INTEGER, .high = 9}, {0}};
static const struct field name_body[] = {{"name", FIELD_TEXT, FIELD_REQUIRED, .high = 9}, {0}};

static void answer_count(struct call *call)
{
    assert_non_null(call->store);
    json_begin_object(&call->json, NULL);
    json_put_number(&call->json, "count", ++times_answered);
    json_end_object(&call->json);
}

static void answer_nothing(struct call *call)
{
    call->response->status = 204;
}

static void answer_too_much(struct call *call)
{
    json_begin_array(&call->json, NULL);
    for (int i = 0; i < WEB_ANSWER_LIMIT / 16; i++)
        json_put_text(&call->json, NULL, "sixteen letters!");
    json_end_array(&call->json);
}

static void answer_half(struct call *call)
{
    json_begin_object(&call->json, NULL);
    json_put_text(&call->json, "count", "half");
    call_fail(call, 404, "count_not_found", "there is no %s", "count");
}

static const struct route own_table[] = {
    {.id = "kept",
     .method = WEB_GET,
     .path = "/kept",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .parameters = limit_parameters,
     .answer = &count_answer,
     .handle = answer_count},
    {.id = "made",
     .method = WEB_POST,
     .path = "/made",
     .access = ACCESS_SYNC,
     .status = 201,
     .flags = ROUTE_SECRETS,
     .answer = &count_answer,
     .handle = answer_count},
    {.id = "fetched",
     .method = WEB_POST,
     .path = "/fetched",
     .access = ACCESS_READ,
     .flags = ROUTE_ERRAND,
     .body = name_body,
     .answer = &count_answer,
     .handle = answer_count},
    {.id = "gone", .method = WEB_DELETE, .path = "/gone", .handle = answer_nothing},
    {.id = "large", .method = WEB_GET, .path = "/large", .handle = answer_too_much},
    {.id = "half", .method = WEB_GET, .path = "/half", .handle = answer_half},
    {.id = NULL},
};

static struct api_world *with_own_routes(void **state)
{
    static const struct route *routes[ARRAY_LENGTH(own_table)];
    struct api_world *world = *state;

    for (size_t i = 0; own_table[i].id; i++)
        routes[i] = &own_table[i];
    world->api.routes = routes;
    times_answered = 0;
    return world;
}

static void assert_count(struct api_world *world, const char *target, int64_t count)
{
    assert_int_equal(api_world_call(world, "GET", target, NULL), 200);
    assert_int_equal(api_world_number(world, "count"), count);
}

static void test_an_answer_is_kept_until_the_store_changes(void **state)
{
    struct api_world *world = with_own_routes(state);
    const struct audit_row row = {
        .who = "", .how = "", .address = "", .action = "", .subject = "", .detail = ""};
    struct store *store;

    assert_count(world, "/kept", 1);
    assert_count(world, "/kept", 1);
    assert_count(world, "/kept?_=1719", 1);
    assert_count(world, "/kept?limit=5", 2);
    assert_count(world, "/kept?limit=5", 2);
    assert_int_equal(store_pool_take(world->api.stores, &store, &world->error), ERROR_NONE);
    assert_int_equal(audit_add(store, &row, &world->error), ERROR_NONE);
    store_pool_give(world->api.stores, store);
    assert_count(world, "/kept", 3);
    assert_count(world, "/kept?limit=5", 4);
    assert_count(world, "/kept", 3);
}

static void test_a_refused_call_gets_no_kept_answer(void **state)
{
    struct api_world *world = with_own_routes(state);

    assert_int_equal(api_world_call(world, "GET", "/kept?limit=10", NULL), 422);
    assert_int_equal(api_world_call(world, "GET", "/kept?limit=10", NULL), 422);
    assert_int_equal(times_answered, 0);
}

static void test_nobody_gets_what_is_kept_for_others(void **state)
{
    struct api_world *world = with_own_routes(state);

    assert_int_equal(api_world_call(world, "GET", "/kept", NULL), 401);
    assert_int_equal(times_answered, 0);
}

static void test_an_errand_goes_the_whole_way(void **state)
{
    struct api_world *world = with_own_routes(state);

    assert_int_equal(api_world_call(world, "POST", "/fetched", "{\"name\":\"a\"}"), 200);
    assert_true(world->was_errand);
    assert_non_null(api_world_answered(world, "X-Content-Type-Options"));
    assert_int_equal(api_world_call(world, "POST", "/fetched", "{}"), 422);
    assert_int_equal(times_answered, 1);
}

static void test_an_errand_of_nobody_takes_no_thread(void **state)
{
    struct api_world *world = with_own_routes(state);

    assert_int_equal(api_world_call(world, "POST", "/fetched", "{\"name\":\"a\"}"), 401);
    assert_false(world->was_errand);
}

static void test_statuses_of_success(void **state)
{
    struct api_world *world = with_own_routes(state);

    assert_int_equal(api_world_call(world, "POST", "/made", NULL), 201);
    assert_true(world->response.no_compression);
    assert_string_equal(api_world_answered(world, "Cache-Control"), "no-store");
    assert_int_equal(api_world_call(world, "DELETE", "/gone", NULL), 204);
    assert_null(world->response.content_type);
}

static void test_an_answer_that_cannot_be_given_is_a_failure(void **state)
{
    struct api_world *world = with_own_routes(state);

    assert_int_equal(api_world_call(world, "GET", "/large", NULL), 500);
    assert_string_equal(api_world_text(world, "code"), "answer_too_large");
    assert_int_equal(api_world_call(world, "GET", "/half", NULL), 404);
    assert_string_equal(api_world_body(world),
                        "{\"detail\":\"there is no count\",\"code\":\"count_not_found\"}");
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
        IN_WORLD(test_an_answer_is_kept_until_the_store_changes),
        IN_WORLD(test_a_refused_call_gets_no_kept_answer),
        WITH_LOGIN(test_nobody_gets_what_is_kept_for_others),
        IN_WORLD(test_an_errand_goes_the_whole_way),
        WITH_LOGIN(test_an_errand_of_nobody_takes_no_thread),
        IN_WORLD(test_statuses_of_success),
        IN_WORLD(test_an_answer_that_cannot_be_given_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
