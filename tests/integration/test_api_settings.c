/* Settings over the API of the real service: they hold at once, and secrets never come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/one_visitor.h"

/* The setting of that name in the last answer, as "settings.7". */
static char *place_of(const char *name)
{
    for (size_t i = 0; i < visitor_count(&visitor, "settings"); i++) {
        char *place = memory_print("settings.%zu", i);
        AUTO_FREE char *path = memory_print("%s.name", place);
        if (strcmp(visitor_text(&visitor, path), name) == 0)
            return place;
        free(place);
    }
    fail_msg("no setting %s", name);
    return NULL;
}

static const char *member_of(const char *name, const char *member)
{
    AUTO_FREE char *place = place_of(name);
    AUTO_FREE char *path = memory_print("%s.%s", place, member);

    return visitor_text(&visitor, path);
}

static void set_up_seerr(void)
{
    send(200, "PUT", "/api/settings",
         "{'settings':{'OVERSEERR_URL':'%s','OVERSEERR_API_KEY':'sim-key'}}",
         visitor.daemon.world.sim.url);
}

static void test_settings_hold_in_the_next_run(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    assert_string_equal(visitor_text(&visitor, "run.state"), "failed");
    assert_non_null(strstr(visitor_text(&visitor, "run.message"), "OVERSEERR_URL"));
    ask(200, "GET", "/api/setup/status");
    assert_false(visitor_switch(&visitor, "has_seerr"));
    set_up_seerr();
    ask(200, "GET", "/api/setup/status");
    assert_true(visitor_switch(&visitor, "has_seerr"));
    assert_true(visitor_switch(&visitor, "is_complete"));
    visitor_sync(&visitor, NULL);
    assert_string_equal(visitor_text(&visitor, "run.state"), "completed");
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 15);
    send(200, "PUT", "/api/settings", "{'settings':{'OVERSEERR_API_KEY':null}}");
    visitor_sync(&visitor, NULL);
    assert_string_equal(visitor_text(&visitor, "run.state"), "failed");
}

static const char *const places_of_secrets[] = {
    "/api/settings",  "/api/settings/config", "/api/overseerr/config",
    "/api/audit",     "/api/system/status",   "/api/logs/entries?level=debug",
    "/api/providers", "/api/setup/status",    "/api/overseerr/status",
};

static void test_a_secret_that_was_set_never_comes_back(void **state)
{
    (void)state;
    set_up_seerr();
    assert_false(visitor_sees(&visitor, "sim-key"));
    assert_string_equal(member_of("OVERSEERR_API_KEY", "source"), "stored");
    assert_null(member_of("OVERSEERR_API_KEY", "value"));
    send(200, "POST", "/api/setup/test/overseerr", "{}");
    assert_true(visitor_switch(&visitor, "valid"));
    assert_false(visitor_sees(&visitor, "sim-key"));
    for (size_t i = 0; i < ARRAY_LENGTH(places_of_secrets); i++) {
        ask(200, "GET", places_of_secrets[i]);
        if (visitor_sees(&visitor, "sim-key"))
            fail_msg("%s shows the key", places_of_secrets[i]);
    }
    AUTO_FREE char *log = daemon_log(&visitor.daemon);
    assert_null(strstr(log, "sim-key"));
}

static void test_what_the_environment_sets_is_changed_there(void **state)
{
    (void)state;
    ask(200, "GET", "/api/settings");
    assert_string_equal(member_of("OVERSEERR_URL", "source"), "environment");
    assert_string_equal(member_of("TZ", "source"), "default");
    send(422, "PUT", "/api/settings",
         "{'settings':{'TZ':'Europe/Berlin','OVERSEERR_API_KEY':'other'}}");
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "settings.OVERSEERR_API_KEY");
    ask(200, "GET", "/api/settings");
    assert_string_equal(member_of("TZ", "value"), "UTC");
    send(422, "POST", "/api/settings/config", "{'overseerr_url':'http://other:5055'}");
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "overseerr_url");
}

static void test_a_form_may_send_back_all_that_it_was_given(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "imdb:top");
    visitor_add_list(&visitor, "imdb:ls000000001");
    ask(200, "GET", "/api/settings/config");
    assert_string_equal(visitor_text(&visitor, "imdb_lists"), "top,ls000000001");
    assert_string_equal(visitor_text(&visitor, "overseerr_user_id"), "0");
    assert_int_equal(visitor_number(&visitor, "sync_interval"), 24);
    AUTO_FREE char *all = memory_text(buffer_string(&visitor.last.body));
    visitor_ask(&visitor, 200, "POST", "/api/settings/config", all);
    assert_int_equal(visitor_number(&visitor, "settings_updated"), 0);
    send(422, "POST", "/api/settings/config", "{'imdb_lists':'top'}");
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "imdb_lists");
    send(
        200, "POST", "/api/settings/config",
        "{'sync_interval':6,'timezone':'Europe/Berlin','overseerr_user_id':'2','auto_sync':false}");
    assert_int_equal(visitor_number(&visitor, "settings_updated"), 4);
    ask(200, "GET", "/api/settings/config");
    assert_string_equal(visitor_text(&visitor, "timezone"), "Europe/Berlin");
    assert_string_equal(visitor_text(&visitor, "overseerr_user_id"), "2");
    assert_int_equal(visitor_number(&visitor, "sync_interval"), 6);
    assert_false(visitor_switch(&visitor, "auto_sync"));
    ask(200, "GET", "/api/schedule");
    assert_false(visitor_switch(&visitor, "enabled"));
    assert_string_equal(visitor_text(&visitor, "timezone"), "Europe/Berlin");
}

static void test_who_requests_by_default_is_taken_from_the_settings(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    send(200, "PUT", "/api/settings", "{'settings':{'OVERSEERR_USER_ID':2}}");
    visitor_sync(&visitor, NULL);
    AUTO_JSON struct json_value *requests = sim_get(&visitor.daemon.world.sim, "/sim/requests");
    assert_int_equal(json_value_count(requests), 15);
    assert_int_equal(json_value_get_integer(json_value_at(requests, 0), "requestedBy"), 2);
}

/* The stream up to its first message of that type. */
static void hear(struct raw_http *stream, const char *type, struct buffer *ret)
{
    AUTO_FREE char *word = memory_print("event: %s\n", type);

    while (!strstr(buffer_string(ret), word))
        assert_true(raw_http_read_chunk(stream, ret));
}

static void test_changes_are_told_by_name(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http stream;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    raw_http_open(&stream, visitor.daemon.port);
    raw_http_send(&stream, "GET /api/events HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: %s\r\n\r\n",
                  visitor.daemon.admin_key);
    assert_true(raw_http_read_head(&stream, &answer));
    hear(&stream, "hello", &text);
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    hear(&stream, "list_changed", &text);
    hear(&stream, "schedule_changed", &text);
    buffer_clear(&text);
    send(200, "PUT", "/api/settings", "{'settings':{'TZ':'Europe/Berlin'}}");
    hear(&stream, "settings_changed", &text);
    hear(&stream, "schedule_changed", &text);
    assert_non_null(strstr(buffer_string(&text), "\"names\":[\"TZ\"]"));
    assert_non_null(strstr(buffer_string(&text), "\"zone\":\"Europe/Berlin\""));
    assert_null(strstr(buffer_string(&text), "\"data\":{}"));
    visitor_sync(&visitor, NULL);
    ask(200, "POST", "/api/items/1/ignore");
    hear(&stream, "run_finished", &text);
    hear(&stream, "item_changed", &text);
}

#define TEST(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, one_visitor_open, one_visitor_close)
#define TEST_WITHOUT_SEERR(function)                                                               \
    cmocka_unit_test_setup_teardown(function, one_visitor_open_without_seerr, one_visitor_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_WITHOUT_SEERR(test_settings_hold_in_the_next_run),
        TEST_WITHOUT_SEERR(test_a_secret_that_was_set_never_comes_back),
        TEST(test_what_the_environment_sets_is_changed_there),
        TEST(test_a_form_may_send_back_all_that_it_was_given),
        TEST(test_who_requests_by_default_is_taken_from_the_settings),
        TEST(test_changes_are_told_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
