/* How often a caller may come, and settings of the guard that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/guard_world.h"

static const struct route read_route = {.id = "read", .access = ACCESS_READ};

/* ---- how often ---- */

static int read_as(struct guard_world *world, const struct visit *visit)
{
    return guard_world_admit(world, visit, &read_route, NULL);
}

static void test_each_caller_has_a_rate_of_its_own(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open((const char *[]){"LISTSYNC_RATE_LIMIT=3", NULL});
    int64_t anna = guard_world_account(world, "anna", "admin", "");
    const struct visit key = {.headers = {{"X-Api-Key", guard_world_key(world, anna, "read")}}};
    const struct visit session = {.cookie = guard_world_session(world, anna)};

    for (int i = 2; i >= 0; i--) {
        assert_int_equal(read_as(world, &key), 200);
        assert_string_equal(guard_world_header(world, "RateLimit-Limit"), "3");
        assert_int_equal(guard_world_header(world, "RateLimit-Remaining")[0], '0' + i);
        assert_non_null(guard_world_header(world, "RateLimit-Reset"));
    }
    assert_int_equal(read_as(world, &key), 429);
    assert_string_equal(guard_world_header(world, "Retry-After"), "20");
    assert_string_equal(guard_world_code(world), "too_many_requests");
    assert_int_equal(read_as(world, &session), 200);
    guard_world_pass(20000);
    assert_int_equal(read_as(world, &key), 200);
    assert_int_equal(read_as(world, &key), 429);
    guard_world_close(world);
}

static void test_strangers_are_counted_by_address_and_ipv6_by_network(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open((const char *[]){"LISTSYNC_RATE_LIMIT=1", NULL});
    static const struct {
        const char *address;
        int status;
    } visits[] = {
        {"203.0.113.7", 401},        {"203.0.113.7", 429},        {"203.0.113.8", 401},
        {"2001:db8:1:2::1", 401},    {"2001:db8:1:2::ffff", 429}, {"2001:db8:1:3::1", 401},
        {"::ffff:203.0.113.8", 429},
    };

    guard_world_account(world, "anna", "admin", "");
    for (size_t i = 0; i < ARRAY_LENGTH(visits); i++) {
        const struct visit visit = {.peer = visits[i].address};
        if (read_as(world, &visit) != visits[i].status)
            fail_msg("%s: %d", visits[i].address, world->response.status);
    }
    guard_world_close(world);
}

static void test_health_checks_are_not_counted(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open((const char *[]){"LISTSYNC_RATE_LIMIT=1", NULL});
    static const struct route health = {.id = "health", .flags = ROUTE_UNLIMITED};
    const struct visit visit = {0};

    for (int i = 0; i < 5; i++)
        assert_int_equal(guard_world_admit(world, &visit, &health, NULL), 200);
    assert_null(guard_world_header(world, "RateLimit-Limit"));
    guard_world_close(world);
}

/* ---- settings ---- */

static const struct {
    const char *name, *value;
} wrong_settings[] = {
    {"LISTSYNC_AUTH", "off"},
    {"LISTSYNC_AUTH", "disabled_for_local"},
    {"CORS_ALLOWED_ORIGINS", "dash.example.org"},
    {"CORS_ALLOWED_ORIGINS", "https://*.example.org"},
    {"LISTSYNC_ALLOWED_HOSTS", "http://list.example.org"},
    {"LISTSYNC_FRAME_ANCESTORS", "https://a.example; script-src *"},
    {"LISTSYNC_FRAME_ANCESTORS", "*"},
    {"LISTSYNC_AUTH_HEADER", "Remote-User"}, /* without a trusted proxy */
    {"LISTSYNC_AUTH_HEADER_ROLE", "root"},
    {"LISTSYNC_TOKEN_AUDIENCES", " , "},
};

static void test_a_setting_that_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct crypto_key key = {{1}};

    for (size_t i = 0; i < ARRAY_LENGTH(wrong_settings); i++) {
        AUTO(options_release) struct options given = {0};
        const struct guard_settings settings = {.given = &given, .key = &key};
        struct guard *guard = NULL;
        struct error error = {0};
        options_declare(&given, guard_options);
        assert_int_equal(options_set(&given, wrong_settings[i].name, wrong_settings[i].value, NULL),
                         ERROR_NONE);
        if (guard_new(&settings, &guard, &error) != ERROR_USAGE)
            fail_msg("%s=%s was taken", wrong_settings[i].name, wrong_settings[i].value);
        assert_non_null(strstr(error.message, wrong_settings[i].name));
        assert_null(guard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_caller_has_a_rate_of_its_own),
        cmocka_unit_test(test_strangers_are_counted_by_address_and_ipv6_by_network),
        cmocka_unit_test(test_health_checks_are_not_counted),
        cmocka_unit_test(test_a_setting_that_is_wrong_is_named),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
