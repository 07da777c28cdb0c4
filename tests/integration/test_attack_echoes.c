/* Who is asked repeats the secret that he was asked with: it comes out nowhere all the same. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"
#include "support/receiver.h"

#define SEERR_KEY         "planted-seerr-5f0c8a+71"
#define SEERR_KEY_PERCENT "planted%2Dseerr%2D5f0c8a%2B71"
#define SEERR_KEY_BASE64  "cGxhbnRlZC1zZWVyci01ZjBjOGErNzE="
#define TOKEN             "planted-gotify-41d7e0"

#define TAKEN "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define DENIED_BODY                                                                                \
    "{\"errorCode\":401,\"errorDescription\":\"Unauthorized: /message?token=" TOKEN "\"}"
#define DENIED "HTTP/1.1 401 Unauthorized\r\nContent-Length: 89\r\n\r\n" DENIED_BODY

/* Beginnings, which is what is left where a length ends. */
static const char *const traces[] = {"planted-", "planted%2D", "cGxhbnRlZC1"};

static struct daemon daemon;
static struct receiver friendly, chatty;

static int open_all(void **state)
{
    (void)state;
    daemon_open_with(
        &daemon,
        (const char *const[]){"OVERSEERR_API_KEY=" SEERR_KEY, "LISTSYNC_LOG_LEVEL=debug", NULL},
        (const char *const[]){"--key", SEERR_KEY, "--titles", "20", NULL});
    receiver_open(&friendly, TAKEN);
    receiver_open(&chatty, DENIED);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    daemon_close(&daemon);
    receiver_close(&friendly);
    receiver_close(&chatty);
    return 0;
}

static void assert_untold(const char *what, const char *bytes, size_t length)
{
    for (size_t i = 0; length && i < ARRAY_LENGTH(traces); i++) {
        const char *at = memmem(bytes, length, traces[i], strlen(traces[i]));
        if (at)
            fail_msg("%s tells: %.60s", what, at);
    }
}

static void send(const char *method, const char *target, const char *body)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call(&daemon, method, target, daemon.admin_key, body, &answer);
    if (answer.status < 200 || answer.status > 299)
        fail_msg("%s %s: %d %s", method, target, answer.status, buffer_string(&answer.body));
    assert_untold(target, buffer_string(&answer.body), answer.body.length);
}

static void add_target(const char *name, const char *kind, const char *field, int port,
                       const char *more)
{
    AUTO_FREE char *body = memory_print("{\"name\":\"%s\",\"kind\":\"%s\",\"settings\":"
                                        "{\"%s\":\"http://127.0.0.1:%d\"%s},"
                                        "\"events\":[\"requested\",\"run\",\"seerr\",\"service\"]}",
                                        name, kind, field, port, more);

    send("POST", "/api/notifications", body);
}

static void look_at_answers(void)
{
    static const char *const targets[] = {
        "/api/items?limit=100", "/api/runs",
        "/api/runs/1",          "/api/runs/1/items",
        "/api/sync-history",    "/api/system/status",
        "/api/lists",           "/api/logs/entries?limit=500&level=debug",
        "/api/notifications",   "/api/notifications/deliveries",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(targets); i++)
        send("GET", targets[i], NULL);
}

static void look_at_files(void)
{
    DIR *directory = opendir(daemon.world.folder);
    struct dirent *entry;
    int files = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        AUTO_FREE char *path = world_path(&daemon.world, entry->d_name);
        AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
        if (entry->d_type != DT_REG)
            continue;
        assert_int_equal(files_read(path, &bytes, NULL), ERROR_NONE);
        assert_untold(entry->d_name, buffer_string(&bytes), bytes.length);
        files++;
    }
    closedir(directory);
    assert_true(files > 0);
}

static void look_at_messages(size_t least)
{
    free(receiver_wait(&friendly, least));
    for (size_t i = 1; i <= receiver_count(&friendly); i++) {
        AUTO_FREE char *message = receiver_wait(&friendly, i);
        assert_untold("a message", message, strlen(message));
    }
}

static void look_everywhere(void)
{
    look_at_answers();
    look_at_files();
    daemon_stop(&daemon);
    look_at_files();
    AUTO_FREE char *log = daemon_log(&daemon);
    assert_untold("the log", log, strlen(log));
}

static void sync_while_seerr_says(int status, const char *words)
{
    AUTO_FREE char *fault = memory_print(
        "{\"match\":\"POST /api/v1/request\",\"nth\":0,\"action\":\"status\",\"status\":%d,"
        "\"body\":\"{\\\"message\\\":\\\"%s\\\"}\"}",
        status, words);

    sim_tell(&daemon.world.sim, "/sim/faults", fault);
    daemon_sync(&daemon, NULL);
    sim_forget_faults(&daemon.world.sim);
}

/* The rest is told. */
static void assert_told(const char *target, const char *words)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call(&daemon, "GET", target, daemon.read_key, NULL, &answer);
    if (!strstr(buffer_string(&answer.body), words))
        fail_msg("%s does not tell: %s", target, words);
}

/* In each way to write it, and cut off in the middle of it. */
static void test_a_key_that_seerr_repeats_is_told_nowhere(void **state)
{
    (void)state;
    static const char *const words[] = {"why " SEERR_KEY "!", "why " SEERR_KEY_PERCENT "!",
                                        "why " SEERR_KEY_BASE64 "!", "why planted-see..."};

    add_target("Friend", "webhook", "url", friendly.port, "");
    send("POST", "/api/lists", "{\"list_id\":\"imdb:ls000000001\"}");
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        sync_while_seerr_says(500, words[i]);
    sync_while_seerr_says(403, "you may not modify the request user: " SEERR_KEY);
    assert_told("/api/runs", "in a row: why ********");
    look_at_messages(1);
    look_everywhere();
}

static void test_a_key_that_a_proxy_repeats_is_told_nowhere(void **state)
{
    (void)state;
    add_target("Friend", "webhook", "url", friendly.port, "");
    send("POST", "/api/lists", "{\"list_id\":\"imdb:ls000000001\"}");
    sim_tell(&daemon.world.sim, "/sim/faults",
             "{\"match\":\"*\",\"nth\":0,\"action\":\"status\",\"status\":418,"
             "\"body\":\"{\\\"message\\\":\\\"no: " SEERR_KEY "\\\"}\"}");
    daemon_sync(&daemon, NULL);
    sim_forget_faults(&daemon.world.sim);
    look_at_messages(1);
    look_everywhere();
}

/* The other target is told that messages to this one do not arrive, and why. */
static void test_a_token_that_a_service_repeats_is_told_nowhere(void **state)
{
    (void)state;
    add_target("Chatty", "gotify", "server", chatty.port, ",\"token\":\"" TOKEN "\"");
    add_target("Friend", "webhook", "url", friendly.port, "");
    send("POST", "/api/lists", "{\"list_id\":\"imdb:ls000000001\"}");
    daemon_sync(&daemon, NULL);
    AUTO_FREE char *request = receiver_wait(&chatty, 1);
    assert_non_null(strstr(request, TOKEN));
    look_at_messages(2);
    AUTO_FREE char *second = receiver_wait(&friendly, 2);
    assert_non_null(strstr(second, "Unauthorized"));
    look_everywhere();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_key_that_seerr_repeats_is_told_nowhere, open_all,
                                        close_all),
        cmocka_unit_test_setup_teardown(test_a_key_that_a_proxy_repeats_is_told_nowhere, open_all,
                                        close_all),
        cmocka_unit_test_setup_teardown(test_a_token_that_a_service_repeats_is_told_nowhere,
                                        open_all, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
