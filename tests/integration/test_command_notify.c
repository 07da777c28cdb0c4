/* `listsync notify`: what a person reads who sets up a target, rightly and wrongly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/receiver.h"
#include "support/world.h"

#define TAKEN   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define NOTHING "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
#define MOVED                                                                                      \
    "HTTP/1.1 301 Moved\r\nLocation: https://a.org/\r\n"                                           \
    "Content-Length: 0\r\n\r\n"
#define RUBBISH "SSH-2.0-OpenSSH_9.2\r\n"

static struct world world;
static struct receiver receiver;

static int begin(void **state)
{
    (void)state;
    world_open(&world, NULL);
    receiver_open(&receiver, TAKEN);
    return 0;
}

static int end(void **state)
{
    (void)state;
    world_close(&world);
    receiver_close(&receiver);
    return 0;
}

static void set_server(const char *name, const char *scheme, int port)
{
    AUTO_FREE char *address = memory_print("%s127.0.0.1:%d", scheme, port);

    world_set(&world, name, address);
}

/* Ends with that code, and says that on one of its outputs. */
static void check(const char *const *words, int code, const char *part)
{
    struct process_result result;

    world_run(&world, words, &result);
    if (result.exit_code != code ||
        (!strstr(buffer_string(&result.out), part) && !strstr(buffer_string(&result.errors), part)))
        fail_msg("%d instead of %d, without \"%s\": %s%s", result.exit_code, code, part,
                 buffer_string(&result.out), buffer_string(&result.errors));
    process_result_release(&result);
}

#define LIST        ((const char *[]){"notify", "list", NULL})
#define TRY(target) ((const char *[]){"notify", "test", target " (environment)", NULL})

static void test_a_target_is_shown_and_tried(void **state)
{
    (void)state;
    check(LIST, 0, "Nobody is told yet");
    check(TRY("Gotify"), 2, "there is no notification target \"Gotify (environment)\"");
    set_server("GOTIFY_URL", "http://", receiver.port);
    world_set(&world, "GOTIFY_TOKEN", "hush");
    check(LIST, 0, "Gotify (environment)  gotify  changes  on");
    check(TRY("gotify"), 0, "Gotify (environment) took the test message.");
    AUTO_FREE char *request = receiver_wait(&receiver, 1);
    assert_non_null(strstr(request, "A test of ListSync"));
}

/* The sentence says what is to be mended. */
static void test_answers_are_told_as_what_to_do(void **state)
{
    (void)state;
    set_server("GOTIFY_URL", "http://", receiver.port);
    world_set(&world, "GOTIFY_TOKEN", "hush");
    receiver_answer(&receiver, NOTHING);
    check(TRY("Gotify"), 1, "it answered 404: is the address right?");
    receiver_answer(&receiver, MOVED);
    check(TRY("Gotify"), 1, "the address leads to another one; give that one instead");
    receiver_answer(&receiver, RUBBISH);
    check(TRY("Gotify"), 1, "did not answer in HTTP");
    set_server("GOTIFY_URL", "https://", world.sim.port);
    check(TRY("Gotify"), 1, "try http://");
    world_set(&world, "GOTIFY_URL", "http://127.0.0.1:1");
    check(TRY("Gotify"), 1, "127.0.0.1:1 does not answer: connection refused");
}

static void test_mail_that_comes_to_nothing_is_told_as_what_to_do(void **state)
{
    AUTO_FREE char *port = memory_print("%d", world.sim.port);

    (void)state;
    world_set(&world, "SMTP_SERVER", "127.0.0.1");
    world_set(&world, "SMTP_PORT", port);
    world_set(&world, "SMTP_FROM", "a@example.org");
    world_set(&world, "SMTP_TO", "b@example.org");
    world_set(&world, "SMTP_SECURITY", "tls");
    check(TRY("E-mail"), 1, "try starttls, or another port");
}

/* What is set wrongly makes no target; nobody is left to guess why. */
static void test_what_the_environment_sets_wrongly_is_named(void **state)
{
    static const struct {
        const char *name, *value, *other, *other_value, *part;
    } wrongs[] = {
        {"GOTIFY_URL", "gotify.lan", "GOTIFY_TOKEN", "x", "GOTIFY_URL: server wants a web address"},
        {"DISCORD_WEBHOOK_URL", "https://a.org/", "TZ", "UTC", "address of a Discord webhook"},
        {"SMTP_SERVER", "mail.example.org", "SMTP_FROM", "a@b.c", "SMTP_TO is missing"},
        {"TELEGRAM_BOT_TOKEN", "abc", "TELEGRAM_CHAT_ID", "1", "what BotFather gave"},
        {"PUSHOVER_TOKEN", "abc", "TZ", "UTC", "PUSHOVER_USER is missing"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(wrongs); i++) {
        world_set(&world, wrongs[i].name, wrongs[i].value);
        world_set(&world, wrongs[i].other, wrongs[i].other_value);
        check(LIST, 0, wrongs[i].part);
        check(LIST, 0, "but not as it should: ");
        world_set(&world, wrongs[i].name, NULL);
        world_set(&world, wrongs[i].other, NULL);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_target_is_shown_and_tried),
        TEST(test_answers_are_told_as_what_to_do),
        TEST(test_mail_that_comes_to_nothing_is_told_as_what_to_do),
        TEST(test_what_the_environment_sets_wrongly_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
