/* Somebody is told of a sync: over receivers that take it, are busy, gone, slow, or talk rubbish.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/patience.h"
#include "support/receiver.h"
#include "support/visitor.h"

#define TAKEN   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define BUSY    "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
#define TROUBLE "HTTP/1.1 500 Trouble\r\nContent-Length: 0\r\n\r\n"
#define DENIED                                                                                     \
    "HTTP/1.1 401 Unauthorized\r\nContent-Length: 57\r\n\r\n"                                      \
    "{\"errorCode\":401,\"errorDescription\":\"no such token here\"}"
#define RUBBISH "\x01\x02 this is no HTTP\r\n\r\n"

static struct visitor visitor;
static struct receiver receiver;

static int open_all(void **state)
{
    (void)state;
    visitor_open(&visitor, NULL);
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    receiver_open(&receiver, TAKEN);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    visitor_close(&visitor);
    receiver_close(&receiver);
    return 0;
}

/* Its number. Of a webhook by default; `kind` gotify does not know a message again. */
static int64_t add_target(const char *name, const char *kind, const char *choices)
{
    bool is_gotify = text_equal(kind, "gotify");

    visitor_send(&visitor, 201, "POST", "/api/notifications",
                 "{'name':'%s','kind':'%s',%s'settings':{'%s':'http://127.0.0.1:%d/%s','%s':'a "
                 "key'}}",
                 name, kind, choices, is_gotify ? "server" : "url", receiver.port, name,
                 is_gotify ? "token" : "secret");
    return visitor_number(&visitor, "id");
}

/* Asks until the newest delivery of the target is in that state; its message. */
static const char *wait_for_state(int64_t target, const char *state)
{
    AUTO_FREE char *path =
        memory_print("/api/notifications/deliveries?target=%lld&limit=1", (long long)target);
    struct patience patience = {0};

    do {
        visitor_ask(&visitor, 200, "GET", path, NULL);
        if (text_equal(visitor_text(&visitor, "deliveries.0.state"), state))
            return visitor_text(&visitor, "deliveries.0.message");
    } while (patience_wait(&patience));
    fail_msg("the delivery is not %s: %s", state, buffer_string(&visitor.last.body));
    return NULL;
}

static char *header_of(const char *request, const char *name)
{
    const char *at = strstr(request, name);

    assert_non_null(at);
    at += strlen(name) + strlen(": ");
    return memory_text_n(at, strcspn(at, "\r\n"));
}

static void check_signature(const char *request, const char *body)
{
    AUTO_FREE char *at = header_of(request, "X-ListSync-Timestamp");
    AUTO_FREE char *given = header_of(request, "X-ListSync-Signature");
    AUTO_FREE char *text = memory_print("%s.%s", at, body);
    char wanted[80] = "sha256=";
    uint8_t code[32];

    crypto_hmac("a key", strlen("a key"), text, strlen(text), code);
    for (size_t i = 0; i < sizeof(code); i++)
        snprintf(wanted + strlen("sha256=") + 2 * i, 3, "%02x", code[i]);
    assert_string_equal(given, wanted);
}

static void a_sync_is_told_in_one_signed_message_with_links(void **state)
{
    AUTO_JSON struct json_value *document = NULL;

    (void)state;
    int64_t target = add_target("Script", "webhook", "");
    visitor_add_list(&visitor, "mdblist:demo/best-of-the-year");
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *request = receiver_wait(&receiver, 1);
    const char *body = strstr(request, "\r\n\r\n") + 4;
    assert_int_equal(json_value_parse(body, strlen(body), &document, NULL), ERROR_NONE);
    const struct json_value *part = json_value_at(json_value_get(document, "parts"), 0);
    const struct json_value *items = json_value_get(part, "items");
    size_t dated = 0;
    assert_string_equal(json_value_get_text(part, "kind"), "requested");
    assert_int_equal(json_value_get_integer(part, "total"), visitor_requests(&visitor));
    for (size_t i = 0; i < json_value_count(items); i++) {
        const struct json_value *item = json_value_at(items, i);
        assert_non_null(strstr(json_value_get_text(item, "link"),
                               world_get(&visitor.daemon.world, "OVERSEERR_URL")));
        dated += json_value_get_integer(item, "year") > 1900;
    }
    assert_true(dated > 0);
    assert_non_null(strstr(body, "The sync took "));
    check_signature(request, body);
    assert_string_equal(wait_for_state(target, "delivered"), "");
    visitor_sync(&visitor, NULL); /* nothing new: nobody is told */
    visitor_ask(&visitor, 200, "GET", "/api/notifications/deliveries", NULL);
    assert_int_equal(visitor_count(&visitor, "deliveries"), 1);
    assert_int_equal(receiver_count(&receiver), 1);
}

static void each_target_gets_what_it_chose(void **state)
{
    (void)state;
    int64_t each = add_target("Each", "webhook", "'form':'each_run',");
    int64_t errors = add_target("Errors", "webhook", "'form':'errors',");
    int64_t daily = add_target("Daily", "webhook", "'form':'daily',");
    visitor_sync(&visitor, NULL);
    wait_for_state(each, "delivered");
    wait_for_state(daily, "waiting");
    assert_true(visitor_switch(&visitor, "deliveries.0.in_digest"));
    visitor_sync(&visitor, NULL);
    free(receiver_wait(&receiver, 2));
    wait_for_state(each, "delivered");
    AUTO_FREE char *path =
        memory_print("/api/notifications/deliveries?target=%lld", (long long)errors);
    visitor_ask(&visitor, 200, "GET", path, NULL);
    assert_int_equal(visitor_count(&visitor, "deliveries"), 0);
}

static void who_is_busy_is_asked_again_when_it_said(void **state)
{
    (void)state;
    receiver_answer(&receiver, BUSY);
    int64_t target = add_target("Busy", "gotify", "");
    visitor_sync(&visitor, NULL);
    free(receiver_wait(&receiver, 1));
    receiver_answer(&receiver, TAKEN);
    free(receiver_wait(&receiver, 2));
    wait_for_state(target, "delivered");
    assert_int_equal(visitor_number(&visitor, "deliveries.0.attempts"),
                     (int64_t)receiver_count(&receiver));
}

static void trouble_is_waited_out_and_survives_a_restart(void **state)
{
    (void)state;
    receiver_answer(&receiver, TROUBLE);
    int64_t target = add_target("Trouble", "gotify", "");
    visitor_sync(&visitor, NULL);
    free(receiver_wait(&receiver, 1));
    while (!*wait_for_state(target, "waiting"))
        ;
    assert_string_equal(visitor_text(&visitor, "deliveries.0.message"), "it answered 500");
    daemon_stop(&visitor.daemon);
    daemon_start(&visitor.daemon);
    wait_for_state(target, "waiting");
    assert_int_equal(receiver_count(&receiver), 1);
}

static void a_target_that_refuses_for_good_is_switched_off_and_others_are_told(void **state)
{
    struct receiver other;

    (void)state;
    receiver_open(&other, TAKEN);
    visitor_send(&visitor, 201, "POST", "/api/notifications",
                 "{'name':'Other','kind':'webhook','events':['service'],"
                 "'settings':{'url':'http://127.0.0.1:%d/'}}",
                 other.port);
    receiver_answer(&receiver, DENIED);
    int64_t target = add_target("Denied", "gotify", "");
    visitor_sync(&visitor, NULL);
    assert_string_equal(wait_for_state(target, "failed"), "it answered 401: no such token here");
    AUTO_FREE char *told = receiver_wait(&other, 1);
    assert_non_null(strstr(told, "Notifications to Denied are switched off: it answered 401"));
    visitor_ask(&visitor, 200, "GET", "/api/attention", NULL);
    assert_true(visitor_sees(&visitor, "notifier_disabled"));
    AUTO_FREE char *path = memory_print("/api/notifications/%lld", (long long)target);
    visitor_send(&visitor, 200, "PUT", path, "{'settings':{'token':'another'}}");
    assert_true(json_value_is_null(visitor_value(&visitor, "disabled")));
    AUTO_FREE char *well = receiver_wait(&other, 2);
    assert_non_null(strstr(well, "Notifications to Denied are on again"));
    receiver_close(&other);
}

static void an_answer_that_is_none_leaves_it_open_whether_it_arrived(void **state)
{
    (void)state;
    receiver_answer(&receiver, RUBBISH);
    int64_t target = add_target("Rubbish", "gotify", "");
    visitor_sync(&visitor, NULL);
    assert_true(*wait_for_state(target, "unknown"));
    assert_int_equal(receiver_count(&receiver), 1);
}

static void what_was_being_sent_when_the_power_went_is_not_sent_again(void **state)
{
    (void)state;
    receiver_answer(&receiver, NULL);
    int64_t target = add_target("Slow", "gotify", "");
    visitor_sync(&visitor, NULL);
    free(receiver_wait(&receiver, 1));
    daemon_kill(&visitor.daemon);
    receiver_answer(&receiver, TAKEN);
    daemon_start(&visitor.daemon);
    assert_non_null(strstr(wait_for_state(target, "unknown"), "it may have arrived"));
    assert_int_equal(receiver_count(&receiver), 1);
}

static void a_webhook_gets_it_again_under_the_same_id(void **state)
{
    (void)state;
    receiver_answer(&receiver, NULL);
    int64_t target = add_target("Slow", "webhook", "");
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *first = receiver_wait(&receiver, 1);
    daemon_kill(&visitor.daemon);
    receiver_answer(&receiver, TAKEN);
    daemon_start(&visitor.daemon);
    AUTO_FREE char *second = receiver_wait(&receiver, 2);
    AUTO_FREE char *id = header_of(first, "X-ListSync-Delivery");
    AUTO_FREE char *again = header_of(second, "X-ListSync-Delivery");
    assert_string_equal(id, again);
    wait_for_state(target, "delivered");
}

static void a_slow_receiver_does_not_hold_up_the_end_of_the_program(void **state)
{
    (void)state;
    receiver_answer(&receiver, NULL);
    int64_t target = add_target("Slow", "gotify", "");
    visitor_sync(&visitor, NULL);
    free(receiver_wait(&receiver, 1));
    daemon_stop(&visitor.daemon); /* fails the test when it is late */
    daemon_start(&visitor.daemon);
    assert_true(*wait_for_state(target, "unknown"));
}

/* The answer came, and there was no room to write down that it is to be sent once more. */
static void what_a_full_disk_kept_from_being_written_is_not_lost(void **state)
{
    (void)state;
    receiver_answer(&receiver, BUSY);
    receiver_hold(&receiver, true);
    int64_t target = add_target("Held", "gotify", "");
    visitor_sync(&visitor, NULL);
    free(receiver_wait(&receiver, 1));
    daemon_limit_files(&visitor.daemon, 0);
    receiver_hold(&receiver, false);
    free(daemon_wait_for_log(&visitor.daemon, "the disk is full"));
    receiver_answer(&receiver, TAKEN);
    daemon_limit_files(&visitor.daemon, -1);
    wait_for_state(target, "delivered");
    assert_int_equal(receiver_count(&receiver), 2);
}

static void trouble_with_seerr_is_told_once_and_when_it_is_over(void **state)
{
    (void)state;
    add_target("Script", "webhook", "'events':['seerr','run'],");
    sim_tell(&visitor.daemon.world.sim, "/sim/config", "{\"key\":\"another\"}");
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *told = receiver_wait(&receiver, 1);
    assert_non_null(strstr(told, "\"kind\":\"seerr\""));
    assert_null(strstr(told, "\"kind\":\"run_failed\""));
    visitor_sync(&visitor, NULL);
    sim_tell(&visitor.daemon.world.sim, "/sim/config", "{\"key\":\"sim-key\"}");
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *well = receiver_wait(&receiver, 2);
    assert_non_null(strstr(well, "Seerr can be used again"));
}

static void a_list_that_blocks_us_is_told_once_and_when_it_is_over(void **state)
{
    (void)state;
    visitor_sync(&visitor, NULL);
    add_target("Script", "webhook", "'events':['source'],");
    sim_tell(&visitor.daemon.world.sim, "/sim/faults",
             "{\"match\":\"GET /host/popular-movies-data.stevenlu.com\",\"action\":\"status\","
             "\"status\":403,\"body\":\"no\"}");
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *told = receiver_wait(&receiver, 1);
    assert_non_null(strstr(told, "the source refuses programs"));
    visitor_sync(&visitor, NULL);
    sim_forget_faults(&visitor.daemon.world.sim);
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *well = receiver_wait(&receiver, 2);
    assert_non_null(strstr(well, "can be read again"));
}

static void a_secret_is_never_shown_again(void **state)
{
    (void)state;
    add_target("Script", "webhook", "");
    visitor_ask(&visitor, 200, "GET", "/api/notifications", NULL);
    assert_false(visitor_sees(&visitor, "a key"));
    assert_false(visitor_sees(&visitor, "127.0.0.1"));
    assert_true(visitor_sees(&visitor, "\"secrets_set\":[\"url\",\"secret\"]"));
    visitor_send(&visitor, 409, "POST", "/api/notifications",
                 "{'name':'Script','kind':'webhook','settings':{'url':'http://a.org'}}");
    AUTO_FREE char *log = daemon_log(&visitor.daemon);
    assert_null(strstr(log, "a key"));
}

/* Who may change a target shall not learn what was kept in it, by sending it to himself. */
static void a_name_that_is_taken_keeps_nobody_from_starting(void **state)
{
    (void)state;
    add_target("Gotify (environment)", "webhook", "");
    daemon_stop(&visitor.daemon);
    world_set(&visitor.daemon.world, "GOTIFY_URL", "http://gotify.lan");
    world_set(&visitor.daemon.world, "GOTIFY_TOKEN", "a token");
    daemon_start(&visitor.daemon); /* fails the test when it does not start */
    free(daemon_wait_for_log(&visitor.daemon, "a notification target of the environment is left"));
    visitor_ask(&visitor, 200, "GET", "/api/notifications", NULL);
    assert_int_equal(visitor_count(&visitor, "targets"), 1);
}

static void a_secret_goes_to_no_other_address_than_it_was_given_for(void **state)
{
    struct receiver stranger;

    (void)state;
    receiver_open(&stranger, TAKEN);
    int64_t target = add_target("Phone", "gotify", "");
    AUTO_FREE char *path = memory_print("/api/notifications/%lld", (long long)target);
    visitor_send(&visitor, 422, "PUT", path, "{'settings':{'server':'http://127.0.0.1:%d/'}}",
                 stranger.port);
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "settings.token");
    visitor_send(&visitor, 422, "POST", "/api/notifications/test",
                 "{'kind':'gotify','id':%lld,'settings':{'server':'http://127.0.0.1:%d/'}}",
                 (long long)target, stranger.port);
    visitor_send(&visitor, 200, "PUT", path, "{'settings':{'server':'http://127.0.0.1:%d/sub'}}",
                 receiver.port);
    visitor_send(&visitor, 201, "POST", "/api/notifications",
                 "{'name':'Public','kind':'ntfy','settings':{'topic':'films','token':'a key'}}");
    AUTO_FREE char *public =
        memory_print("/api/notifications/%lld", (long long)visitor_number(&visitor, "id"));
    visitor_send(&visitor, 422, "PUT", public, "{'settings':{'server':'http://127.0.0.1:%d/'}}",
                 stranger.port);
    assert_int_equal(visitor_count(&visitor, "errors"), 2);
    visitor_send(&visitor, 200, "PUT", public,
                 "{'settings':{'server':'http://127.0.0.1:%d/','topic':'films','token':''}}",
                 stranger.port);
    assert_int_equal(receiver_count(&stranger), 0);
    receiver_close(&stranger);
}

static void quiet_hours_begin_and_end_at_different_times(void **state)
{
    (void)state;
    int64_t target = add_target("Phone", "webhook", "");
    AUTO_FREE char *path = memory_print("/api/notifications/%lld", (long long)target);
    visitor_send(&visitor, 422, "PUT", path, "{'quiet_from':'22:00','quiet_until':'22:00'}");
    assert_non_null(strstr(buffer_string(&visitor.last.body), "the two must differ"));
    visitor_send(&visitor, 200, "PUT", path, "{'quiet_from':'22:00','quiet_until':'07:00'}");
    visitor_send(&visitor, 422, "PUT", path, "{'quiet_until':'22:00'}");
}

static void the_command_shows_when_a_target_is_told(void **state)
{
    struct process_result result;

    (void)state;
    add_target("Week", "webhook", "'form':'weekly','digest_weekday':6,'digest_at':'18:30',");
    add_target("Day", "webhook", "'form':'daily','quiet_from':'22:00','quiet_until':'07:05',");
    add_target("Now", "webhook", "");
    world_run(&visitor.daemon.world, (const char *const[]){"notify", "list", NULL}, &result);
    assert_string_equal(buffer_string(&result.out),
                        "Week  webhook  weekly on Saturday at 18:30                on\n"
                        "Day   webhook  daily at 09:00, quiet from 22:00 to 07:05  on\n"
                        "Now   webhook  changes                                    on\n");
    process_result_release(&result);
}

static void a_test_tells_what_came_of_it(void **state)
{
    (void)state;
    int64_t target = add_target("Script", "gotify", "");
    AUTO_FREE char *path = memory_print("/api/notifications/%lld/test", (long long)target);
    visitor_ask(&visitor, 200, "POST", path, NULL);
    assert_true(visitor_switch(&visitor, "success"));
    receiver_answer(&receiver, DENIED);
    visitor_send(&visitor, 200, "POST", "/api/notifications/test",
                 "{'kind':'gotify','settings':{},'id':%lld}", (long long)target);
    assert_false(visitor_switch(&visitor, "success"));
    assert_true(visitor_sees(&visitor, "did not take the test message: it answered 401: no such "
                                       "token here"));
    receiver_answer(&receiver, RUBBISH);
    visitor_ask(&visitor, 200, "POST", path, NULL);
    assert_true(visitor_sees(&visitor, "it is not known whether Gotify took the test message: "));
    visitor_send(&visitor, 422, "POST", "/api/notifications/test", "{}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sync_is_told_in_one_signed_message_with_links),
        TEST(each_target_gets_what_it_chose),
        TEST(who_is_busy_is_asked_again_when_it_said),
        TEST(trouble_is_waited_out_and_survives_a_restart),
        TEST(a_target_that_refuses_for_good_is_switched_off_and_others_are_told),
        TEST(an_answer_that_is_none_leaves_it_open_whether_it_arrived),
        TEST(what_was_being_sent_when_the_power_went_is_not_sent_again),
        TEST(a_webhook_gets_it_again_under_the_same_id),
        TEST(a_slow_receiver_does_not_hold_up_the_end_of_the_program),
        TEST(what_a_full_disk_kept_from_being_written_is_not_lost),
        TEST(trouble_with_seerr_is_told_once_and_when_it_is_over),
        TEST(a_list_that_blocks_us_is_told_once_and_when_it_is_over),
        TEST(a_secret_is_never_shown_again),
        TEST(a_name_that_is_taken_keeps_nobody_from_starting),
        TEST(a_secret_goes_to_no_other_address_than_it_was_given_for),
        TEST(quiet_hours_begin_and_end_at_different_times),
        TEST(the_command_shows_when_a_target_is_told),
        TEST(a_test_tells_what_came_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
