/* Seerr as the API of the real service tells of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/one_visitor.h"

static void test_seerr_is_there_and_tells_what_it_is(void **state)
{
    (void)state;
    ask(200, "GET", "/api/overseerr/status");
    assert_true(visitor_switch(&visitor, "isConnected"));
    assert_string_equal(visitor_text(&visitor, "server"), "Seerr");
    assert_true(json_value_is_null(visitor_value(&visitor, "error")));
    ask(200, "GET", "/api/overseerr/config");
    assert_true(visitor_switch(&visitor, "configured"));
    assert_string_equal(visitor_text(&visitor, "base_url"), visitor.daemon.world.sim.url);
    assert_string_equal(visitor_text(&visitor, "user_id"), "0");
    ask(200, "GET", "/api/overseerr/services");
    assert_true(json_value_is_array(visitor_value(&visitor, "services")));
}

static void test_its_users_are_requesters_to_choose_from(void **state)
{
    (void)state;
    static const char *const ways[][2] = {{"GET", "/api/overseerr/users"},
                                          {"POST", "/api/overseerr/users/sync"}};

    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        ask(200, ways[i][0], ways[i][1]);
        assert_true(visitor_switch(&visitor, "success"));
        assert_int_equal(visitor_number(&visitor, "count"), 5);
        assert_int_equal(visitor_count(&visitor, "users"), 5);
        assert_string_equal(visitor_text(&visitor, "users.1.id"), "2");
        assert_true(*visitor_text(&visitor, "users.1.display_name"));
    }
}

static void test_a_seerr_that_does_not_answer_is_shown_as_such(void **state)
{
    (void)state;
    sim_stop(&visitor.daemon.world.sim);
    ask(200, "GET", "/api/overseerr/status");
    assert_false(visitor_switch(&visitor, "isConnected"));
    assert_true(*visitor_text(&visitor, "error"));
    ask(502, "GET", "/api/overseerr/users");
    assert_string_equal(visitor_text(&visitor, "code"), "unreachable");
    sim_start(&visitor.daemon.world.sim, NULL); /* for the end of the test */
}

static void test_without_a_seerr_there_is_nobody_to_ask(void **state)
{
    (void)state;
    ask(200, "GET", "/api/overseerr/status");
    assert_false(visitor_switch(&visitor, "isConnected"));
    assert_non_null(strstr(visitor_text(&visitor, "error"), "OVERSEERR_URL"));
    ask(200, "GET", "/api/overseerr/config");
    assert_false(visitor_switch(&visitor, "configured"));
    ask(409, "GET", "/api/overseerr/users");
    assert_string_equal(visitor_text(&visitor, "code"), "seerr_not_configured");
    ask(409, "GET", "/api/overseerr/services");
}

/* What a test of a connection says, and why it does not fit. */
static const struct {
    const char *body; /* %s: the simulator's address */
    bool valid;
    const char *error;
} trials[] = {
    {"{}", true, NULL},
    {"{'overseerr_user_id':'2'}", true, NULL},
    {"{'overseerr_user_id':'77'}", false, "77"},
    {"{'overseerr_api_key':'wrong'}", false, "API key"},
    {"{'overseerr_url':'%s','overseerr_api_key':'sim-key'}", true, NULL},
    {"{'overseerr_url':'http://127.0.0.1:9'}", false, "API key"},
    {"{'overseerr_url':'http://127.0.0.1:9','overseerr_api_key':'sim-key'}", false, "127.0.0.1"},
    {"{'overseerr_url':'http://169.254.169.254','overseerr_api_key':'x'}", false, "link-local"},
    {"{'overseerr_url':'file:///etc/passwd','overseerr_api_key':'x'}", false, "http://"},
};

static void test_an_address_and_a_key_are_tried_before_they_are_stored(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(trials); i++) {
        const char *hole = strstr(trials[i].body, "%s");
        AUTO_FREE char *body =
            hole ? memory_print("%.*s%s%s", (int)(hole - trials[i].body), trials[i].body,
                                visitor.daemon.world.sim.url, hole + 2)
                 : memory_text(trials[i].body);
        send(200, "POST", "/api/setup/test/overseerr", "%s", body);
        if (visitor_switch(&visitor, "valid") != trials[i].valid ||
            (trials[i].error && !strstr(visitor_text(&visitor, "error"), trials[i].error)))
            fail_msg("%s: %s", body, buffer_string(&visitor.last.body));
    }
    send(422, "POST", "/api/setup/test/overseerr", "{'overseerr_user_id':'me'}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_seerr_is_there_and_tells_what_it_is),
        VISITED(test_its_users_are_requesters_to_choose_from),
        VISITED(test_a_seerr_that_does_not_answer_is_shown_as_such),
        cmocka_unit_test_setup_teardown(test_without_a_seerr_there_is_nobody_to_ask,
                                        one_visitor_open_without_seerr, one_visitor_close),
        VISITED(test_an_address_and_a_key_are_tried_before_they_are_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
