/* What people choose over the API of the real service, and what they are told of wrong choices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/daemon.h"

static struct daemon daemon;

static int open_daemon(void **state)
{
    (void)state;
    daemon_open(&daemon, NULL);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

static void assert_done(const char *method, const char *target, const char *body)
{
    assert_int_equal(daemon_status(&daemon, method, target, daemon.admin_key, body), 200);
}

/* "user_id seasons " for a body with these bad fields, and no others. */
static void assert_blamed(const char *method, const char *target, const char *body,
                          const char *fields)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    char blamed[256] = "";

    daemon_call(&daemon, method, target, daemon.admin_key, body, &answer);
    assert_int_equal(answer.status, 422);
    const struct json_value *errors = json_value_get(answer.document, "errors");
    for (size_t i = 0; i < json_value_count(errors); i++) {
        strncat(blamed, json_value_get_text(json_value_at(errors, i), "field"), 60);
        strncat(blamed, " ", 2);
    }
    assert_string_equal(blamed, fields);
}

static void test_each_bad_choice_for_a_list_is_named(void **state)
{
    (void)state;
    assert_blamed("POST", "/api/lists",
                  "{\"list_type\":\"imdb\",\"list_id\":\"top\",\"user_id\":\"me\","
                  "\"seasons\":\"zz\",\"schedule\":\"61 * * * *\"}",
                  "user_id seasons schedule ");
    assert_done("POST", "/api/lists", "{\"list_type\":\"imdb\",\"list_id\":\"top\"}");
    assert_blamed("PUT", "/api/lists/1", "{\"seasons\":\"zz\",\"schedule\":\"often\"}",
                  "seasons schedule ");
}

static void test_a_type_that_is_none_is_told_from_an_id_that_is_none(void **state)
{
    (void)state;
    static const char *const paths[] = {"/api/lists", "/api/lists/preview"};

    for (size_t i = 0; i < 2; i++) {
        assert_blamed("POST", paths[i], "{\"list_type\":\"radio\",\"list_id\":\"top\"}",
                      "list_type ");
        assert_blamed("POST", paths[i], "{\"list_type\":\"imdb\",\"list_id\":\"nothing\"}",
                      "list_id ");
    }
}

static void test_each_bad_setting_is_named_and_none_is_stored(void **state)
{
    (void)state;
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    assert_blamed("PUT", "/api/settings",
                  "{\"settings\":{\"TZ\":\"Mars/Phobos\",\"SYNC_SCHEDULE\":\"99 * * * *\","
                  "\"SYNC_JITTER\":7,\"NOTHING\":\"1\"}}",
                  "settings.TZ settings.SYNC_SCHEDULE settings.NOTHING ");
    daemon_call(&daemon, "GET", "/api/settings", daemon.admin_key, NULL, &answer);
    assert_non_null(strstr(buffer_string(&answer.body), "\"SYNC_JITTER\""));
    assert_null(strstr(buffer_string(&answer.body), "\"value\":\"7\""));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_daemon, close_daemon)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_bad_choice_for_a_list_is_named),
        TEST(test_a_type_that_is_none_is_told_from_an_id_that_is_none),
        TEST(test_each_bad_setting_is_named_and_none_is_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
