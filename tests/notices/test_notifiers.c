/*
 * Each way of telling people, by cases: NAME.case says which notifier, its settings, the notice and
 * answers with what they mean; NAME.request is the request that must come of it, byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "notify/environment.h"
#include "notify/notifier.h"

#define CASES LISTSYNC_TESTS_DIR "/notices/cases/"

enum { NOW_S = 1795339800 };

static int64_t wall(void)
{
    return (int64_t)NOW_S * 1000;
}

static int64_t steady(void)
{
    return 1000;
}

static int begin(void **state)
{
    (void)state;
    crypto_begin();
    clock_set_for_tests(wall, steady);
    return 0;
}

static int end(void **state)
{
    (void)state;
    clock_set_for_tests(NULL, NULL);
    return 0;
}

static struct json_value *read_case(const char *name)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_FREE char *path = memory_print(CASES "%s", name);
    struct json_value *document = NULL;
    struct error error = {0};

    if (files_read(path, &text, &error) ||
        json_value_parse(text.bytes, text.length, &document, &error))
        fail_msg("%s: %s", name, error.message);
    return document;
}

struct setting {
    const struct notifier *notifier;
    struct notifier_settings *settings;
};

static void set_one(void *context, const char *name, const struct json_value *value)
{
    struct setting *setting = context;
    struct error error = {0};

    if (notifier_set(setting->notifier, setting->settings, name, json_value_text(value), &error))
        fail_msg("%s", error.message);
}

/* A part with more titles than any service has room for. */
static void add_many(struct notice *notice, struct arena *arena, int64_t count)
{
    struct notice_part *part = notice_add(notice, arena, NOTICE_PART_NEW);

    for (int64_t i = 0; i < count; i++)
        notice_add_item(
            part, arena,
            arena_print(arena, "A title that is rather long, number %lld & more <x>", (long long)i),
            1990 + i % 30, "https://seerr.example.org/movie/603");
}

static void print_request(const struct http_request *request, struct buffer *out)
{
    buffer_print(out, "%s %s\n", http_method_word(request->method), request->url);
    for (size_t i = 0; i < request->headers.count; i++)
        buffer_print(out, "%s: %s%s\n", request->headers.items[i].name,
                     request->headers.items[i].value,
                     request->headers.items[i].is_secret ? " (secret)" : "");
    buffer_byte(out, '\n');
    for (size_t i = 0; i < request->body.length; i++)
        if (request->body.bytes[i] != '\r')
            buffer_byte(out, request->body.bytes[i]);
    buffer_byte(out, '\n');
}

static void compare(const char *name, const struct http_request *request)
{
    AUTO_BUFFER struct buffer wanted = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer got = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_FREE char *path =
        memory_print(CASES "%.*s.request", (int)(strlen(name) - strlen(".case")), name);

    print_request(request, &got);
    files_read(path, &wanted, NULL);
    if (text_equal(buffer_string(&wanted), buffer_string(&got)))
        return;
    fprintf(stderr, "%s: the request is\n%s\n", name, buffer_string(&got));
    fail();
}

static void check_answers(const char *name, const struct notifier *notifier,
                          const struct json_value *answers)
{
    static const char *const verdicts[] = {
        [NOTIFIER_DELIVERED] = "delivered", [NOTIFIER_LATER] = "later",
        [NOTIFIER_UNCLEAR] = "unclear",     [NOTIFIER_TOO_LONG] = "too_long",
        [NOTIFIER_REFUSED] = "refused",     [NOTIFIER_GONE] = "gone",
    };

    for (size_t i = 0; i < json_value_count(answers); i++) {
        const struct json_value *answer = json_value_at(answers, i);
        const char *header = json_value_get_text(answer, "header");
        struct notifier_outcome outcome = {0};
        struct http_response response;
        http_response_init(&response, BUFFER_LIMIT_TEXT);
        response.status = (int)json_value_get_integer(answer, "status");
        buffer_text(&response.body, json_value_get_text(answer, "body"));
        if (header)
            http_headers_add(&response.headers, header, json_value_get_text(answer, "value"),
                             false);
        notifier->answer(&response, &outcome);
        if (!text_equal(verdicts[outcome.verdict], json_value_get_text(answer, "means")) ||
            outcome.retry_ms != json_value_get_integer(answer, "retry_ms"))
            fail_msg("%s: answer %zu means %s after %lld ms", name, i, verdicts[outcome.verdict],
                     (long long)outcome.retry_ms);
        assert_true((outcome.verdict == NOTIFIER_DELIVERED) == !outcome.message[0]);
        http_response_release(&response);
    }
}

/* Nor may an answer tell them, should the service repeat what it was sent. */
static void check_hidden(const struct notifier *notifier, const struct notifier_settings *settings,
                         const struct http_request *request)
{
    for (const struct notifier_field *field = notifier->fields; field->name; field++) {
        const char *value = secret_reveal(notifier_secret(settings, field->name));
        if (!(field->flags & NOTIFIER_SECRET) || field->kind == NOTIFIER_URL || strlen(value) < 8)
            continue;
        AUTO_BUFFER struct buffer left = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        redaction_apply(request->hidden, value, strlen(value), &left);
        if (text_ends_with(buffer_string(&left), value + strlen(value) - 8))
            fail_msg("%s.%s is not hidden", notifier->name, field->name);
    }
}

static void run_case(const char *name)
{
    AUTO_JSON struct json_value *document = read_case(name);
    AUTO_ARENA struct arena *arena = arena_new();
    const struct notifier *notifier = notifier_find(json_value_get_text(document, "notifier"));
    struct notifier_settings settings = {0};
    struct setting setting = {notifier, &settings};
    struct http_request request;
    struct notice notice;
    struct error error = {0};

    assert_non_null(notifier);
    json_value_each(json_value_get(document, "settings"), set_one, &setting);
    if (notifier_check(notifier, &settings, &error) ||
        notice_read(json_value_get(document, "notice"), arena, &notice, &error))
        fail_msg("%s: %s", name, error.message);
    int64_t many = json_value_get_integer(document, "many");
    if (many)
        add_many(&notice, arena, many);
    struct notifier_message message = {.settings = &settings,
                                       .notice = &notice,
                                       .is_brief =
                                           json_value_is_true(json_value_get(document, "brief")),
                                       .arena = arena};
    http_request_init(&request);
    notifier_request(notifier, &message, &request);
    assert_true(request.secret_url && request.no_redirects && !request.repeatable);
    assert_false(request.body.overflowed);
    check_hidden(notifier, &settings, &request);
    compare(name, &request);
    check_answers(name, notifier, json_value_get(document, "answers"));
    http_request_release(&request);
    notifier_settings_release(&settings);
}

static int is_case(const struct dirent *entry)
{
    return text_ends_with(entry->d_name, ".case");
}

static void test_each_case(void **state)
{
    struct dirent **names = NULL;
    int count = scandir(CASES, &names, is_case, alphasort);

    (void)state;
    assert_true(count > 9);
    for (int i = 0; i < count; i++) {
        run_case(names[i]->d_name);
        free(names[i]);
    }
    free(names);
}

static void test_each_notifier_has_a_case_and_describes_itself(void **state)
{
    (void)state;
    for (const struct notifier *const *notifier = notifier_all(); *notifier; notifier++) {
        AUTO_FREE char *path = memory_print(CASES "%s.case", (*notifier)->name);
        AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        assert_int_equal(files_read(path, &text, NULL), ERROR_NONE);
        assert_false(text_is_empty((*notifier)->title) || text_is_empty((*notifier)->help));
        for (const struct notifier_field *field = (*notifier)->fields; field->name; field++) {
            assert_false(text_is_empty(field->help));
            assert_true(field->kind != NOTIFIER_CHOICE || field->words);
            assert_true(field->kind != NOTIFIER_NUMBER || field->low < field->high);
        }
    }
}

static void test_each_variable_is_declared(void **state)
{
    struct options options = {0};

    (void)state;
    options_declare(&options, environment_options);
    for (const struct notifier *const *notifier = notifier_all(); *notifier; notifier++)
        for (const struct notifier_field *field = (*notifier)->fields; field->name; field++)
            assert_true(!field->variable || options_is_declared(&options, field->variable));
    options_release(&options);
}

static void test_wrong_settings_are_named_and_secrets_are_not_repeated(void **state)
{
    static const struct {
        const char *notifier, *field, *value, *part;
    } wrong[] = {
        {"discord", "webhook_url", "ftp://hush", "wants a web address"},
        {"discord", "nonsense", "x", "has no setting"},
        {"pushover", "priority", "7", "from -2 to 1"},
        {"pushover", "token", "two\nlines", "wants one line"},
        {"email", "security", "perhaps", "starttls, tls, none"},
        {"telegram", "silent", "maybe", "true or false"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        struct notifier_settings settings = {0};
        struct error error = {0};
        assert_int_equal(notifier_set(notifier_find(wrong[i].notifier), &settings, wrong[i].field,
                                      wrong[i].value, &error),
                         ERROR_USAGE);
        assert_non_null(strstr(error.message, wrong[i].part));
        assert_null(strstr(error.message, "hush"));
        notifier_settings_release(&settings);
    }
}

static void check_refused(const char *name, const char *settings, const char *part)
{
    const struct notifier *notifier = notifier_find(name);
    struct notifier_settings read = {0};
    struct error error = {0};

    assert_int_equal(notifier_settings_read(notifier, settings, &read, &error), ERROR_NONE);
    assert_int_equal(notifier_check(notifier, &read, &error), ERROR_USAGE);
    if (!strstr(error.message, part))
        fail_msg("%s: %s", name, error.message);
    notifier_settings_release(&read);
}

static void test_settings_that_do_not_go_together_are_refused(void **state)
{
    (void)state;
    check_refused("discord", "{}", "webhook_url is missing");
    check_refused("discord", "{\"webhook_url\":\"https://example.org/api/webhooks/1/a\"}",
                  "address of a Discord webhook");
    check_refused("apprise", "{\"server\":\"https://a.org\"}", "key: give");
    check_refused("email", "{\"host\":\"mail/x\",\"from\":\"a@b.c\",\"to\":\"a@b.c\"}", "host");
    check_refused("email", "{\"host\":\"mail\",\"from\":\"a b@c\",\"to\":\"a@b.c\"}", "from");
    check_refused("email", "{\"host\":\"mail\",\"from\":\"a@b.c\",\"to\":\"a@b.c, Ben\"}", "to");
}

static void test_settings_come_back_as_they_were(void **state)
{
    const struct notifier *notifier = notifier_find("gotify");
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct notifier_settings settings = {0}, again = {0};

    (void)state;
    assert_int_equal(notifier_set(notifier, &settings, "server", " http://g.lan ", NULL), 0);
    assert_int_equal(notifier_set(notifier, &settings, "token", "a\"b", NULL), 0);
    assert_int_equal(notifier_set(notifier, &settings, "priority", "", NULL), 0);
    notifier_settings_put(&settings, &text);
    assert_int_equal(notifier_settings_read(notifier, buffer_string(&text), &again, NULL), 0);
    assert_string_equal(notifier_text(&again, "server", ""), "http://g.lan");
    assert_string_equal(secret_reveal(notifier_secret(&again, "token")), "a\"b");
    assert_false(notifier_is_set(&again, "priority"));
    notifier_settings_release(&settings);
    notifier_settings_release(&again);
}

static void test_the_environment_makes_targets_of_whole_settings_only(void **state)
{
    struct options options = {0};
    struct notifier_settings settings = {0};
    struct error error = {0};

    (void)state;
    options_declare(&options, environment_options);
    assert_false(environment_settings(&options, notifier_find("discord"), &settings, &error));
    assert_int_equal(error.code, 0);
    options_set(&options, "DISCORD_WEBHOOK", "https://discord.com/api/webhooks/1/a", NULL);
    assert_true(environment_settings(&options, notifier_find("discord"), &settings, &error));
    notifier_settings_release(&settings);
    options_set(&options, "SMTP_SERVER", "mail.example.org", NULL);
    assert_false(environment_settings(&options, notifier_find("email"), &settings, &error));
    assert_non_null(strstr(error.message, "SMTP_FROM is missing"));
    notifier_settings_release(&settings);
    options_set(&options, "SMTP_FROM", "a@example.org", NULL);
    options_set(&options, "SMTP_TO", "b@example.org", NULL);
    assert_true(environment_settings(&options, notifier_find("email"), &settings, &error));
    notifier_settings_release(&settings);
    options_set(&options, "EMAIL_NOTIFICATIONS", "false", NULL);
    assert_false(environment_settings(&options, notifier_find("email"), &settings, &error));
    notifier_settings_release(&settings);
    options_release(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_case),
        cmocka_unit_test(test_each_notifier_has_a_case_and_describes_itself),
        cmocka_unit_test(test_each_variable_is_declared),
        cmocka_unit_test(test_wrong_settings_are_named_and_secrets_are_not_repeated),
        cmocka_unit_test(test_settings_that_do_not_go_together_are_refused),
        cmocka_unit_test(test_settings_come_back_as_they_were),
        cmocka_unit_test(test_the_environment_makes_targets_of_whole_settings_only),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
