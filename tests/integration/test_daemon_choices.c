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

static int open_daemon_without_trakt(void **state)
{
    static const char *const environment[] = {"TRAKT_CLIENT_ID=", NULL};

    (void)state;
    daemon_open(&daemon, environment);
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
                  "\"SYNC_JITTER\":37,\"NOTHING\":\"1\"}}",
                  "settings.TZ settings.SYNC_SCHEDULE settings.NOTHING ");
    daemon_call(&daemon, "GET", "/api/settings", daemon.admin_key, NULL, &answer);
    assert_non_null(strstr(buffer_string(&answer.body), "\"SYNC_JITTER\""));
    assert_null(strstr(buffer_string(&answer.body), "\"value\":\"37\""));
}

static void test_a_setting_is_named_once(void **state)
{
    (void)state;
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(&daemon, "PUT", "/api/settings", daemon.admin_key,
                "{\"settings\":{\"OVERSEERR_4K\":\"perhaps\"}}", &answer);
    assert_string_equal(json_value_get_text(answer.document, "detail"),
                        "settings.OVERSEERR_4K: is \"perhaps\"; it must be true or false");
}

static void test_a_form_may_send_back_all_that_it_was_given(void **state)
{
    (void)state;
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(&daemon, "GET", "/api/settings/config", daemon.admin_key, NULL, &answer);
    assert_string_equal(json_value_get_text(answer.document, "trakt_client_id"), "");
    assert_done("POST", "/api/settings/config", buffer_string(&answer.body));
    assert_blamed("POST", "/api/settings/config", "{\"timezone\":\"Mars\"}", "timezone ");
}

/* Opens a stream; what greets it has been read. */
static void listen_to(struct raw_http *stream, const char *target)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(stream, daemon.port);
    raw_http_send(stream, "GET %s HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: %s\r\n\r\n", target,
                  daemon.admin_key);
    assert_true(raw_http_read_head(stream, &answer));
    assert_int_equal(answer.status, 200);
    while (!strstr(buffer_string(&text), "event: hello"))
        assert_true(raw_http_read_chunk(stream, &text));
}

/* The stream's text up to and with the message that holds `word`. */
static void hear(struct raw_http *stream, const char *word, struct buffer *ret)
{
    while (!strstr(buffer_string(ret), word))
        assert_true(raw_http_read_chunk(stream, ret));
}

static void test_the_log_can_be_followed_alone_by_admins(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http stream;
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    assert_int_equal(daemon_status(&daemon, "GET", "/api/logs/stream", daemon.sync_key, NULL), 403);
    listen_to(&stream, "/api/logs/stream?level=warning");
    assert_done("POST", "/api/lists", "{\"list_type\":\"imdb\",\"list_id\":\"top\"}");
    assert_int_equal(daemon_log_in(&daemon, DAEMON_USER, "not the password", NULL, NULL), 401);
    hear(&stream, "event: log", &text);
    assert_null(strstr(buffer_string(&text), "list_changed"));
    assert_non_null(strstr(buffer_string(&text), "\"level\":\"warning\""));
}

/* Triggers a sync of everything; what the end of it says. */
static void sync_all(struct buffer *ret)
{
    AUTO_RAW_HTTP struct raw_http stream;

    listen_to(&stream, "/api/events?types=run_finished");
    assert_done("POST", "/api/sync/trigger", NULL);
    hear(&stream, "event: run_finished", ret);
}

static void assert_sync(const char *expected)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    sync_all(&text);
    assert_non_null(strstr(buffer_string(&text), expected));
}

static void test_a_seerr_that_was_set_up_anew_is_filled_again_when_a_person_says_so(void **state)
{
    (void)state;
    assert_done("POST", "/api/lists", "{\"list_type\":\"stevenlu\",\"list_id\":\"stevenlu\"}");
    assert_sync("\"requested\":15");
    sim_tell(&daemon.world.sim, "/sim/reset", NULL);
    assert_sync("/api/items/allow-all");
    assert_int_equal(daemon_status(&daemon, "POST", "/api/items/allow-all", daemon.sync_key, NULL),
                     403);
    assert_done("POST", "/api/items/allow-all", NULL);
    assert_sync("\"requested\":15");
}

/* The answer of a call about the one item there is, once it succeeded. */
static void assert_item(const char *method, const char *target, const char *body,
                        const char *expected)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(&daemon, method, target, daemon.admin_key, body, &answer);
    assert_int_equal(answer.status, 200);
    if (!strstr(buffer_string(&answer.body), expected))
        fail_msg("%s %s: no %s in %s", method, target, expected, buffer_string(&answer.body));
}

static void test_what_is_decided_about_an_item_shows_in_each_answer(void **state)
{
    static const char said[] = "\"match\":{\"media_type\":\"tv\",\"tmdb_id\":77,\"title\":\"Mine\","
                               "\"who\":\"anna (key test admin)\"}";

    (void)state;
    daemon_sync(&daemon, "{\"custom_list\": [{\"title\": \"No such thing\"}]}");
    assert_item("GET", "/api/items/1", NULL, "\"match\":null");
    assert_item("PUT", "/api/items/1/match",
                "{\"media_type\": \"tv\", \"tmdb_id\": 77, \"title\": \"Mine\"}", said);
    assert_item("GET", "/api/items/1", NULL, said);
    assert_item("GET", "/api/items", NULL, said);
    assert_item("DELETE", "/api/items/1/match", NULL, "\"match\":null");
    assert_item("POST", "/api/items/1/ignore", NULL, "\"ignored\":true");
    assert_item("POST", "/api/items/1/allow", NULL, "\"ignored\":false");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_daemon, close_daemon)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_bad_choice_for_a_list_is_named),
        TEST(test_a_type_that_is_none_is_told_from_an_id_that_is_none),
        TEST(test_each_bad_setting_is_named_and_none_is_stored),
        TEST(test_a_setting_is_named_once),
        cmocka_unit_test_setup_teardown(test_a_form_may_send_back_all_that_it_was_given,
                                        open_daemon_without_trakt, close_daemon),
        TEST(test_the_log_can_be_followed_alone_by_admins),
        TEST(test_a_seerr_that_was_set_up_anew_is_filled_again_when_a_person_says_so),
        TEST(test_what_is_decided_about_an_item_shows_in_each_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
