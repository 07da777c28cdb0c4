/*
 * One thing after another is unplugged in one world: Seerr in the middle of a sync, sources, the
 * mail server, a webhook, the program itself. Four targets are told of it. At the end nothing is
 * lost, nothing is doubled, and a message told of each trouble and of its end.
 *
 * The scenes follow each other; each leaves the world well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <poll.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/db.h"
#include "store/store.h"
#include "support/mail_server.h"
#include "support/receiver.h"
#include "support/visitor.h"

#define TAKEN "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define NO_SUCH_WEBHOOK                                                                            \
    "HTTP/1.1 404 Not Found\r\nContent-Length: 42\r\n\r\n"                                         \
    "{\"message\":\"Unknown Webhook\",\"code\":10015}"
#define SLOW_DOWN                                                                                  \
    "HTTP/1.1 429 Too Many\r\nContent-Length: 45\r\n\r\n"                                          \
    "{\"message\":\"slow\",\"retry_after\":0.7,\"code\":0}"

#define HOUR_MS INT64_C(3600000)

enum { PATIENCE_MS = 60000, TITLES = 40, FIRST_TITLE = 9000000 };

static struct visitor visitor;
static struct receiver script, chat, club; /* webhook, Gotify, Discord */
static struct mail_server mail;
static int64_t script_id, chat_id, club_id, mail_id;
static struct buffer list = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE); /* as it is now */
static int last_title;

static struct world *world(void)
{
    return &visitor.daemon.world;
}

/* ---- the world ---- */

/* Discord has but one address; there it is the test's. */
static void lead_discord_here(void)
{
    AUTO_FREE char *origins = memory_print("%s,discord.com=http://127.0.0.1:%d",
                                           world_get(world(), "LISTSYNC_ORIGINS"), club.port);

    daemon_stop(&visitor.daemon);
    world_set(world(), "LISTSYNC_ORIGINS", origins);
    daemon_start(&visitor.daemon);
}

static int64_t add_target(const char *name, const char *kind, const char *settings)
{
    visitor_send(&visitor, 201, "POST", "/api/notifications",
                 "{'name':'%s','kind':'%s','settings':{%s}}", name, kind, settings);
    return visitor_number(&visitor, "id");
}

static void add_targets(void)
{
    AUTO_FREE char *to_script = memory_print("'url':'http://127.0.0.1:%d/'", script.port);
    AUTO_FREE char *to_chat =
        memory_print("'server':'http://127.0.0.1:%d','token':'a key'", chat.port);
    AUTO_FREE char *to_mail =
        memory_print("'host':'127.0.0.1','port':'%d','username':'anna','password':'hush',"
                     "'from':'listsync@example.org','to':'anna@example.org'",
                     mail.port);

    script_id = add_target("Script", "webhook", to_script);
    chat_id = add_target("Chat", "gotify", to_chat);
    club_id =
        add_target("Club", "discord", "'webhook_url':'https://discord.com/api/webhooks/1/hush'");
    mail_id = add_target("Mail", "email", to_mail);
}

static int begin(void **state)
{
    (void)state;
    buffer_text(&list, "tmdb_id,title,type\n");
    mail_server_open(&mail);
    mail_server_start(&mail, "starttls");
    receiver_open(&script, TAKEN);
    receiver_open(&chat, TAKEN);
    receiver_open(&club, TAKEN);
    AUTO_FREE char *trusted = memory_print("SSL_CERT_FILE=%s", mail.certificate);
    visitor_open_with(
        &visitor,
        (const char *[]){trusted, "AUTOMATED_MODE=false", "CUSTOM_LISTS=file:titles.csv", NULL},
        (const char *[]){"--titles", "900", NULL});
    lead_discord_here();
    add_targets();
    return 0;
}

static int end(void **state)
{
    (void)state;
    visitor_close(&visitor);
    receiver_close(&script);
    receiver_close(&chat);
    receiver_close(&club);
    mail_server_stop(&mail);
    mail_server_close(&mail);
    buffer_release(&list);
    return 0;
}

/* So many more films are on the list, which nobody asked for yet. */
static void add_new_titles(int count)
{
    for (int added = 0; added < count; last_title++) {
        bool is_film = (last_title + 1) % 10;
        if (is_film)
            buffer_print(&list, "%d,Title %d,movie\n", FIRST_TITLE + last_title + 1,
                         last_title + 1);
        added += is_film;
    }
    world_write(world(), "titles.csv", buffer_string(&list));
}

static void set_faults(const char *faults)
{
    AUTO_FREE char *text = memory_text(faults);

    for (char *at = text; *at; at++)
        if (*at == '\'')
            *at = '"';
    sim_tell(&world()->sim, "/sim/faults", text);
}

static const char *sync_state(void)
{
    visitor_sync(&visitor, NULL);
    return visitor_text(&visitor, "run.state");
}

/* What is stored becomes so much older, which is what the passing of time comes to. */
static void let_pass(int64_t ms)
{
    static const char *const changes[] = {
        "UPDATE notification_deliveries SET due_at = due_at - $1, created_at = created_at - $1"
        " WHERE state = 0",
        "UPDATE sync_history SET sync_started ="
        " datetime(sync_started, '-' || ($1 / 1000) || ' seconds')",
    };
    AUTO_FREE char *path = world_path(world(), "list_sync.db");
    AUTO_STORE struct store *store = NULL;
    struct error error = {0};

    assert_int_equal(store_open(&db_driver_sqlite, path, &store, &error), ERROR_NONE);
    for (size_t i = 0; i < ARRAY_LENGTH(changes); i++) {
        struct db_statement *statement = db_prepare(store->db, changes[i]);
        db_bind_integer(statement, 1, ms);
        db_step(statement);
        if (db_finish(statement, &error))
            fail_msg("%s", error.message);
    }
    AUTO_FREE char *wake = memory_print("/api/notifications/%lld", (long long)script_id);
    visitor_ask(&visitor, 200, "PUT", wake, "{}");
}

/* ---- what came ---- */

static struct json_value *body_of(const char *request)
{
    const char *body = strstr(request, "\r\n\r\n") + 4;
    struct json_value *document = NULL;

    assert_int_equal(json_value_parse(body, strlen(body), &document, NULL), ERROR_NONE);
    return document;
}

/* Parts of all notices that the script got, each notice once, as "+sentence" lines. */
static char *all_told(int64_t *ret_requested)
{
    AUTO_BUFFER struct buffer told = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct map seen = {0};
    size_t count = receiver_count(&script);

    *ret_requested = 0;
    for (size_t i = 1; i <= count; i++) {
        AUTO_FREE char *request = receiver_wait(&script, i);
        AUTO_JSON struct json_value *notice = body_of(request);
        const struct json_value *parts = json_value_get(notice, "parts");
        if (map_get(&seen, json_value_get_text(notice, "id")))
            continue;
        map_set(&seen, json_value_get_text(notice, "id"), &seen);
        for (size_t k = 0; k < json_value_count(parts); k++) {
            const struct json_value *part = json_value_at(parts, k);
            if (text_equal(json_value_get_text(part, "kind"), "requested"))
                *ret_requested += json_value_get_integer(part, "total");
            buffer_print(&told, "%s%s\n",
                         json_value_is_true(json_value_get(part, "is_well")) ? "+" : "",
                         json_value_get_text(part, "sentence"));
        }
    }
    map_release(&seen);
    return memory_text(buffer_string(&told));
}

static int times_told(const char *sentence)
{
    int64_t requested = 0;
    AUTO_FREE char *told = all_told(&requested);
    int times = 0;

    for (const char *at = told; (at = strstr(at, sentence)); at += strlen(sentence))
        times++;
    return times;
}

static void wait_until_told(const char *sentence)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;

    while (!times_told(sentence) && clock_steady_ms() < until)
        poll(NULL, 0, 20);
    if (times_told(sentence) == 1)
        return;
    int64_t requested = 0;
    AUTO_FREE char *told = all_told(&requested);
    fail_msg("\"%s\" was told %d times:\n%s", sentence, times_told(sentence), told);
}

/* Deliveries to a target in that state. */
static int count_deliveries(int64_t target, const char *state)
{
    AUTO_FREE char *path =
        memory_print("/api/notifications/deliveries?target=%lld&limit=500", (long long)target);
    int count = 0;

    visitor_ask(&visitor, 200, "GET", path, NULL);
    const struct json_value *deliveries = visitor_value(&visitor, "deliveries");
    for (size_t i = 0; i < json_value_count(deliveries); i++)
        count += text_equal(json_value_get_text(json_value_at(deliveries, i), "state"), state);
    return count;
}

static void wait_for_deliveries(int64_t target, const char *state, int count)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;

    while (count_deliveries(target, state) != count)
        if (clock_steady_ms() > until)
            fail_msg("%d and not %d are %s: %s", count_deliveries(target, state), count, state,
                     buffer_string(&visitor.last.body));
}

/* Nothing waits any more, for anybody. */
static void wait_until_all_is_sent(void)
{
    wait_for_deliveries(0, "waiting", 0);
    wait_for_deliveries(0, "sending", 0);
}

/* ---- scenes ---- */

static void test_seerr_is_taken_away_in_mid_sync(void **state)
{
    (void)state;
    add_new_titles(TITLES);
    /* One answer is lost although the request was taken; then Seerr is gone altogether. */
    set_faults("[{'match':'POST /api/v1/request','nth':7,'action':'close','apply':true},"
               "{'match':'POST /api/v1/request','nth':12,'times':100000,'action':'close'}]");
    assert_string_equal(sync_state(), "failed");
    wait_until_told("Seerr: ");
    set_faults("{'match':'/api/v1/','nth':0,'action':'close'}");
    assert_string_equal(sync_state(), "failed");
    assert_string_equal(sync_state(), "failed");
    sim_forget_faults(&world()->sim);
    assert_string_equal(sync_state(), "completed");
    wait_until_told("+Seerr can be used again");
    assert_int_equal(times_told("Seerr: "), 1);
    assert_int_equal(times_told("The last sync"), 0); /* one trouble, told once */
    wait_until_all_is_sent();
}

static void test_sources_fail_each_in_its_way(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "letterboxd:demo/list/a-mixed-bag");
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_add_list(&visitor, "mdblist:demo/best-of-the-year");
    visitor_add_list(&visitor, "trakt:demo/lists/favourites-of-the-decade");
    set_faults("[{'match':'GET /host/letterboxd.com','nth':0,'action':'status','status':403,"
               "'headers':{'cf-mitigated':'challenge'},'body':'<html>Just a moment...</html>'},"
               "{'match':'/host/popular-movies-data.stevenlu.com','nth':0,'action':'garbage'},"
               "{'match':'GET /host/mdblist.com','nth':0,'action':'status','status':500},"
               "{'match':'/host/api.trakt.tv','nth':1,'action':'hang'}]");
    sync_state();
    wait_until_told("a-mixed-bag (Letterboxd): ");
    wait_until_told("Popular films (Steven Lu): ");
    set_faults("{'match':'/host/api.trakt.tv','nth':0,'action':'close'}");
    sync_state();
    assert_int_equal(times_told("best-of-the-year (MDBList): "), 0); /* that may pass by itself */
    let_pass(25 * HOUR_MS);
    sync_state();
    wait_until_told("best-of-the-year (MDBList): ");
    wait_until_told("favourites-of-the-decade (Trakt): ");
    sim_forget_faults(&world()->sim);
    sync_state();
    wait_until_told("a-mixed-bag (Letterboxd) can be read again");
    wait_until_told("Popular films (Steven Lu) can be read again");
    wait_until_told("best-of-the-year (MDBList) can be read again");
    wait_until_told("favourites-of-the-decade (Trakt) can be read again");
    wait_until_all_is_sent();
}

static void test_the_mail_server_is_away_then_refuses_then_is_back(void **state)
{
    (void)state;
    int before = mail_server_count(&mail);

    mail_server_stop(&mail);
    add_new_titles(3);
    assert_string_equal(sync_state(), "completed");
    wait_for_deliveries(mail_id, "waiting", 1);
    while (!visitor_sees(&visitor, "does not answer"))
        count_deliveries(mail_id, "waiting");
    mail_server_start(&mail, "starttls");
    mail_server_refuse(&mail, "451 4.3.0 no room");
    let_pass(HOUR_MS);
    while (!visitor_sees(&visitor, "no room"))
        count_deliveries(mail_id, "waiting");
    assert_int_equal(mail_server_count(&mail), before);
    mail_server_refuse(&mail, NULL);
    let_pass(HOUR_MS);
    free(mail_server_wait(&mail, before));
    wait_until_all_is_sent();
    mail_server_refuse(&mail, "554 5.7.1 not from you");
    add_new_titles(3);
    assert_string_equal(sync_state(), "completed");
    wait_for_deliveries(mail_id, "failed", 1);
    wait_until_told("Messages to Mail do not arrive: it answered 554: 554 5.7.1 not from you");
    mail_server_refuse(&mail, NULL);
    add_new_titles(3);
    assert_string_equal(sync_state(), "completed");
    wait_until_told("+Messages to Mail arrive again");
    wait_until_all_is_sent();
}

static void test_a_webhook_is_deleted_and_made_anew(void **state)
{
    (void)state;
    AUTO_FREE char *path = memory_print("/api/notifications/%lld", (long long)club_id);

    receiver_answer(&club, NO_SUCH_WEBHOOK);
    add_new_titles(3);
    assert_string_equal(sync_state(), "completed");
    wait_until_told("Notifications to Club are switched off: it answered 404: Unknown Webhook");
    visitor_ask(&visitor, 200, "GET", "/api/attention", NULL);
    assert_true(visitor_sees(&visitor, "Notifications to Club are switched off"));
    size_t asked = receiver_count(&club);
    add_new_titles(3);
    assert_string_equal(sync_state(), "completed");
    assert_int_equal(receiver_count(&club), asked);
    receiver_answer(&club, SLOW_DOWN);
    visitor_ask(&visitor, 200, "PUT", path, "{}");
    wait_until_told("+Notifications to Club are on again");
    add_new_titles(3);
    int64_t from = clock_steady_ms();
    assert_string_equal(sync_state(), "completed");
    free(receiver_wait(&club, asked + 1));
    receiver_answer(&club, TAKEN);
    free(receiver_wait(&club, asked + 2));
    assert_true(clock_steady_ms() - from >= 700);
    wait_until_all_is_sent();
}

static int64_t trigger(void)
{
    visitor_ask(&visitor, 200, "POST", "/api/sync/trigger", NULL);
    return visitor_number(&visitor, "run_id");
}

static void wait_for_requests(int64_t count)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;

    while (visitor_requests(&visitor) < count && clock_steady_ms() < until)
        poll(NULL, 0, 2);
    assert_true(visitor_requests(&visitor) >= count);
}

/* The last of all runs, and all before it, have ended. */
static void wait_for_runs(void)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;

    do {
        visitor_ask(&visitor, 200, "GET", "/api/runs?limit=1", NULL);
        const char *word = visitor_text(&visitor, "runs.0.state");
        if (!text_equal(word, "queued") && !text_equal(word, "running"))
            return;
        poll(NULL, 0, 10);
    } while (clock_steady_ms() < until);
    fail_msg("the run does not end: %s", buffer_string(&visitor.last.body));
}

/* Of a title that was requested nobody is left in the dark. */
static void wait_until_all_requests_are_told(void)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;
    int64_t told = 0;

    do {
        free(all_told(&told));
        if (told == visitor_requests(&visitor))
            return;
        poll(NULL, 0, 20);
    } while (clock_steady_ms() < until);
    fail_msg("%lld requests were told of %lld", (long long)told,
             (long long)visitor_requests(&visitor));
}

static void test_the_power_goes_in_mid_sync(void **state)
{
    (void)state;
    add_new_titles(6 * TITLES);
    set_faults("{'match':'POST /api/v1/request','nth':0,'action':'slow','ms':5}");
    int64_t before = visitor_requests(&visitor);
    trigger();
    wait_for_requests(before + 2 * TITLES);
    daemon_kill(&visitor.daemon);
    assert_true(visitor_requests(&visitor) < before + 6 * TITLES);
    sim_forget_faults(&world()->sim);
    daemon_start(&visitor.daemon);
    wait_until_told("The sync was cut off: the program ended suddenly");
    wait_for_runs();
    wait_until_all_requests_are_told();
    wait_until_all_is_sent();
    assert_int_equal(times_told("The last sync"), 0);
    visitor_ask(&visitor, 200, "GET", "/api/attention", NULL);
    assert_false(visitor_sees(&visitor, "cut off"));
}

static void test_the_power_goes_between_a_delivery_and_its_record(void **state)
{
    (void)state;
    size_t to_script = receiver_count(&script), to_chat = receiver_count(&chat);
    int mails = mail_server_count(&mail);

    receiver_answer(&script, NULL);
    receiver_answer(&chat, NULL);
    mail_server_hush(&mail, true);
    add_new_titles(3);
    assert_string_equal(sync_state(), "completed");
    free(receiver_wait(&script, to_script + 1));
    free(receiver_wait(&chat, to_chat + 1));
    free(mail_server_wait(&mail, mails));
    daemon_kill(&visitor.daemon);
    receiver_answer(&script, TAKEN);
    receiver_answer(&chat, TAKEN);
    mail_server_hush(&mail, false);
    daemon_start(&visitor.daemon);
    free(receiver_wait(&script, to_script + 2)); /* it can tell that it has it */
    wait_for_deliveries(chat_id, "unknown", 1);
    wait_for_deliveries(mail_id, "unknown", 1);
    wait_until_all_is_sent();
    assert_int_equal(receiver_count(&chat), to_chat + 1);
    assert_int_equal(mail_server_count(&mail), mails + 1);
}

/* ---- the reckoning ---- */

static void test_each_title_is_held_once(void **state)
{
    (void)state;
    AUTO_JSON struct json_value *requests = sim_get(&world()->sim, "/sim/requests");
    struct map seen = {0};

    for (size_t i = 0; i < json_value_count(requests); i++) {
        const struct json_value *request = json_value_at(requests, i);
        AUTO_FREE char *key = memory_print("%s/%lld", json_value_get_text(request, "type"),
                                           (long long)json_value_get_integer(request, "tmdb"));
        if (map_get(&seen, key))
            fail_msg("%s was requested twice", key);
        map_set(&seen, key, &seen);
    }
    map_release(&seen);
    assert_int_equal(sim_counter(&world()->sim, "duplicate_requests"), 0);
    assert_int_equal(json_value_count(requests), visitor_requests(&visitor));
    int64_t told = 0;
    free(all_told(&told));
    assert_int_equal(told, json_value_count(requests));
}

static void test_each_notice_came_once(void **state)
{
    (void)state;
    int accepted = count_deliveries(chat_id, "delivered") + count_deliveries(chat_id, "unknown");

    assert_int_equal(receiver_count(&chat), accepted);
    assert_int_equal(mail_server_count(&mail),
                     count_deliveries(mail_id, "delivered") + count_deliveries(mail_id, "unknown"));
    /* One came again, under the same id. */
    assert_int_equal(receiver_count(&script), count_deliveries(script_id, "delivered") + 1);
    assert_int_equal(count_deliveries(script_id, "unknown"), 0);
    assert_int_equal(count_deliveries(0, "dropped"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seerr_is_taken_away_in_mid_sync),
        cmocka_unit_test(test_sources_fail_each_in_its_way),
        cmocka_unit_test(test_the_mail_server_is_away_then_refuses_then_is_back),
        cmocka_unit_test(test_a_webhook_is_deleted_and_made_anew),
        cmocka_unit_test(test_the_power_goes_in_mid_sync),
        cmocka_unit_test(test_the_power_goes_between_a_delivery_and_its_record),
        cmocka_unit_test(test_each_title_is_held_once),
        cmocka_unit_test(test_each_notice_came_once),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
