/* Secrets go in and never come out: not by any GET, nor in events, log, audit or files. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/operations.h"

#define SEERR_KEY   "planted-seerr-5f0c8a"
#define TRAKT_ID    "planted-trakt-91be7d"
#define MDBLIST_KEY "planted-mdblist-07d2c4"
#define BERT        "planted password of bert"
#define TYPO        "planted password mistyped"

enum { SECRETS_MOST = 24 };

static struct daemon daemon;
static struct operations operations;
static struct raw_http events; /* everything that happens, log lines included */
static char *secrets[SECRETS_MOST];
static size_t secret_count;

static void plant(const char *secret)
{
    assert_true(secret && strlen(secret) > 6 && secret_count < SECRETS_MOST);
    secrets[secret_count++] = memory_text(secret);
}

static void assert_no_secret(const char *what, const char *bytes, size_t length)
{
    for (size_t i = 0; i < secret_count; i++)
        if (length && memmem(bytes, length, secrets[i], strlen(secrets[i])))
            fail_msg("%s shows %s", what, secrets[i]);
}

/* ---- a daemon with much to hide ---- */

static void plant_credentials(void)
{
    AUTO_DAEMON_ANSWER struct daemon_answer token;

    daemon_call(&daemon, "POST", "/api/auth/tokens", daemon.admin_key, NULL, &token);
    plant(json_value_get_text(token.document, "token"));
    plant(daemon.read_key);
    plant(daemon.sync_key);
    plant(daemon.admin_key);
    plant(strchr(daemon.cookie, '=') + 1);
    plant(DAEMON_PASSWORD);
    plant(SEERR_KEY);
    plant(TRAKT_ID);
    plant(MDBLIST_KEY);
    plant(BERT);
    plant(TYPO);
    plant("$argon2");
}

static void follow_events(void)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&events, daemon.port);
    raw_http_send(&events,
                  "GET /api/events?log_level=debug HTTP/1.1\r\nHost: localhost\r\n"
                  "X-Api-Key: %s\r\n\r\n",
                  daemon.admin_key);
    assert_true(raw_http_read_head(&events, &answer));
    assert_int_equal(answer.status, 200);
}

static void start(const char *const *environment)
{
    daemon_open_with(&daemon, environment,
                     (const char *const[]){"--key", SEERR_KEY, "--titles", "20", NULL});
    operations_read(&daemon, &operations);
    plant_credentials();
    follow_events();
}

static int open_with_environment(void **state)
{
    (void)state;
    start((const char *const[]){"OVERSEERR_API_KEY=" SEERR_KEY, "TRAKT_CLIENT_ID=" TRAKT_ID,
                                "MDBLIST_API_KEY=" MDBLIST_KEY, "LISTSYNC_LOG_LEVEL=debug", NULL});
    return 0;
}

/* The same secrets, stored by the API. */
static int open_with_stored_settings(void **state)
{
    (void)state;
    start((const char *const[]){"OVERSEERR_URL", "OVERSEERR_API_KEY", "TRAKT_CLIENT_ID",
                                "LISTSYNC_LOG_LEVEL=debug", NULL});
    AUTO_FREE char *body = memory_print(
        "{\"settings\":{\"OVERSEERR_URL\":\"%s\",\"OVERSEERR_API_KEY\":\"" SEERR_KEY
        "\",\"TRAKT_CLIENT_ID\":\"" TRAKT_ID "\",\"MDBLIST_API_KEY\":\"" MDBLIST_KEY "\"}}",
        daemon.world.sim.url);
    AUTO_DAEMON_ANSWER struct daemon_answer answer;
    daemon_call(&daemon, "PUT", "/api/settings", daemon.admin_key, body, &answer);
    assert_int_equal(answer.status, 200);
    assert_no_secret("the changed settings", answer.body.bytes, answer.body.length);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    operations_release(&operations);
    daemon_close(&daemon);
    raw_http_close(&events);
    while (secret_count)
        free(secrets[--secret_count]);
    return 0;
}

/* ---- what the secrets are used for ---- */

/* Any answer but our own trouble; it holds no secret, whatever was sent. */
static void send_and_look(const char *method, const char *target, const char *body)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call(&daemon, method, target, daemon.admin_key, body, &answer);
    if (answer.status < 200 || answer.status == 500)
        fail_msg("%s %s: %d", method, target, answer.status);
    assert_no_secret(target, buffer_string(&answer.body), answer.body.length);
}

static void live_a_little(void)
{
    send_and_look("POST", "/api/users",
                  "{\"username\":\"bert\",\"password\":\"" BERT "\",\"role\":\"user\"}");
    assert_int_equal(daemon_log_in(&daemon, "bert", BERT, NULL, NULL), 200);
    assert_int_equal(daemon_log_in(&daemon, "bert", TYPO, NULL, NULL), 401);
    send_and_look("POST", "/api/lists", "{\"list_id\":\"imdb:ls000000001\"}");
    send_and_look("POST", "/api/lists", "{\"list_id\":\"mdblist:demo/best-of-the-year\"}");
    send_and_look("POST", "/api/lists", "{\"list_id\":\"https://trakt.tv/users/demo/watchlist\"}");
    send_and_look("POST", "/api/setup/test/overseerr",
                  "{\"overseerr_url\":\"http://127.0.0.1:9\",\"overseerr_api_key\":\"" SEERR_KEY
                  "\"}");
    daemon_sync(&daemon, NULL);
}

/* Sentences about failures are where a key in a URL would be told. */
static void live_in_trouble(void)
{
    static const char *const actions[] = {"status", "garbage"};

    for (size_t i = 0; i < ARRAY_LENGTH(actions); i++) {
        AUTO_FREE char *fault = memory_print(
            "{\"match\":\"*\",\"nth\":0,\"action\":\"%s\",\"status\":401}", actions[i]);
        sim_tell(&daemon.world.sim, "/sim/faults", fault);
        daemon_sync(&daemon, NULL);
        send_and_look("POST", "/api/lists/preview", "{\"list_id\":\"mdblist:demo/another\"}");
        send_and_look("GET", "/api/overseerr/users", NULL);
        sim_forget_faults(&daemon.world.sim);
    }
}

/* ---- everywhere that they could come out ---- */

/* "/api/lists/{id}" -> "/api/lists/1": what is there. */
static char *first_target(const char *path)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    while (*path) {
        size_t plain = strcspn(path, "{");
        buffer_append(&text, path, plain);
        path += plain;
        if (text_starts_with(path, "{list_type}"))
            buffer_text(&text, "imdb");
        else if (text_starts_with(path, "{list_id}"))
            buffer_text(&text, "ls000000001");
        else if (*path)
            buffer_text(&text, "1");
        path += *path ? strcspn(path, "}") + 1 : 0;
    }
    return memory_text(buffer_string(&text));
}

static void look_at(const char *target, const char *key)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call(&daemon, "GET", target, key, NULL, &answer);
    assert_no_secret(target, buffer_string(&answer.body), answer.body.length);
    for (size_t i = 0; i < answer.headers.count; i++)
        assert_no_secret(target, answer.headers.items[i].value,
                         strlen(answer.headers.items[i].value));
}

static void look_at_all_answers(void)
{
    int answered = 0;

    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        if (!text_equal(operation->method, "GET") || operation->is_stream)
            continue;
        AUTO_FREE char *first = first_target(operation->path);
        look_at(first, daemon.admin_key);
        look_at(operation->target, daemon.admin_key);
        look_at(first, NULL);
        answered++;
    }
    assert_true(answered > 30);
    look_at("/api/logs/entries?limit=1000&level=debug", daemon.admin_key);
    look_at("/api/audit?limit=200", daemon.admin_key);
}

/* But for the key that opens what is sealed. */
static void look_at_all_files(void)
{
    DIR *directory = opendir(daemon.world.folder);
    struct dirent *entry;
    int files = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        AUTO_FREE char *path = world_path(&daemon.world, entry->d_name);
        AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
        if (text_equal(entry->d_name, "secret.key") || entry->d_type != DT_REG)
            continue;
        assert_int_equal(files_read(path, &bytes, NULL), ERROR_NONE);
        for (size_t i = 0; i < secret_count; i++)
            if (bytes.length && !text_equal(secrets[i], "$argon2") &&
                memmem(bytes.bytes, bytes.length, secrets[i], strlen(secrets[i])))
                fail_msg("the file %s holds %s", entry->d_name, secrets[i]);
        files++;
    }
    closedir(directory);
    assert_true(files > 0);
}

static void look_everywhere(void)
{
    AUTO_BUFFER struct buffer told = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    look_at_all_answers();
    look_at_all_files();
    daemon_stop(&daemon);
    while (raw_http_read_chunk(&events, &told))
        continue;
    AUTO_FREE char *log = daemon_log(&daemon);
    assert_non_null(strstr(buffer_string(&told), "run_finished"));
    assert_non_null(strstr(buffer_string(&told), "event: log"));
    assert_no_secret("a stream of events", buffer_string(&told), told.length);
    assert_no_secret("the log", log, strlen(log));
}

static void test_no_secret_of_the_environment_comes_out(void **state)
{
    (void)state;
    live_a_little();
    live_in_trouble();
    look_everywhere();
}

static void test_no_stored_secret_comes_out(void **state)
{
    (void)state;
    live_a_little();
    look_everywhere();
}

/* ---- refusals ---- */

/* Secrets where they do not belong, or of another kind than they should be. */
static void test_a_refusal_repeats_no_secret(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"username\":[\"x\"],\"password\":[\"" TYPO "\"],\"token\":[\"" TYPO "\"],"
        "\"current_password\":[\"" TYPO "\"],\"new_password\":[\"" TYPO "\"],"
        "\"overseerr_api_key\":[\"" TYPO "\"],\"trakt_client_id\":[\"" TYPO "\"],"
        "\"settings\":{\"OVERSEERR_API_KEY\":[\"" TYPO "\"]}}",
        "{\"username\":\"bert\",\"password\":\"" TYPO "\",\"token\":\"" TYPO "\",\"role\":\"?\","
        "\"current_password\":\"" TYPO "\",\"new_password\":\"" TYPO "\",\"settings\":"
        "{\"OVERSEERR_API_KEY\":\"" TYPO "\",\"OVERSEERR_URL\":\"http://a:" TYPO "@b/\"}}",
        "{\"overseerr_url\":\"http://a:" TYPO "@b/\",\"overseerr_api_key\":\"" TYPO "\"}",
    };

    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        for (size_t j = 0; operation->has_body && j < ARRAY_LENGTH(bodies); j++)
            send_and_look(operation->method, operation->target, bodies[j]);
    }
    AUTO_FREE char *log = daemon_log(&daemon);
    assert_no_secret("the log", log, strlen(log));
}

static void test_secrets_in_wrong_places_are_not_logged(void **state)
{
    (void)state;
    AUTO_FREE char *query = memory_print("/api/lists?api_key=%s&x=%s", daemon.admin_key, SEERR_KEY);
    AUTO_FREE char *header = memory_print("Authorization: Bearer %s\r\nX-Api-Key: %s\r\n"
                                          "User-Agent: %s\r\nReferer: http://x/?key=%s\r\n",
                                          daemon.sync_key, daemon.admin_key, SEERR_KEY, SEERR_KEY);
    AUTO_DAEMON_ANSWER struct daemon_answer a;
    AUTO_DAEMON_ANSWER struct daemon_answer b;
    AUTO_DAEMON_ANSWER struct daemon_answer c;

    daemon_call(&daemon, "GET", query, NULL, NULL, &a);
    daemon_call_with(&daemon, "GET", "/api/nothing", header, NULL, &b);
    daemon_call(&daemon, "POST", "/api/auth/login", NULL,
                "{\"username\":\"anna\",\"password\":\"" TYPO "\" \"}", &c);
    free(daemon_wait_for_log(&daemon, "/api/nothing")); /* debug lines are there, a bit later */
    free(daemon_wait_for_log(&daemon, "/api/auth/login"));
    AUTO_FREE char *log = daemon_log(&daemon);
    assert_no_secret("the log", log, strlen(log));
}

int main(void)
{
#define TEST(test, settings) cmocka_unit_test_setup_teardown(test, settings, close_daemon)
    const struct CMUnitTest tests[] = {
        TEST(test_no_secret_of_the_environment_comes_out, open_with_environment),
        TEST(test_no_stored_secret_comes_out, open_with_stored_settings),
        TEST(test_a_refusal_repeats_no_secret, open_with_environment),
        TEST(test_secrets_in_wrong_places_are_not_logged, open_with_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
