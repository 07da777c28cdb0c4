/*
 * What each service takes is never exceeded, whatever the notice holds: 500 titles that are long,
 * full of marks, or written from right to left, and more parts than there is room for. Limits as
 * the services document them; cuts are at whole characters, and say how much is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "notify/notifier.h"

static const char *const titles[] = {
    "*[x](y)* <b> @everyone",
    "<!channel> <@U1> & <script>alert(1)</script>",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\xae evil",
    "\xd8\xa7\xd9\x84\xd8\xb1\xd8\xb3\xd8\xa7\xd9\x84\xd8\xa9",
    "\xe5\x8d\x83\xe3\x81\xa8\xe5\x8d\x83\xe5\xb0\x8b\xe3\x81\xae\xe7\xa5\x9e\xe9\x9a\xa0\xe3\x81"
    "\x97",
    "=?UTF-8?B?aGk=?= \\ ` ~~ || # > -",
    "https://evil.example.org/?a=1&b=2",
    "\xf0\x9f\x8e\xac\xf0\x9f\x8e\xac\xf0\x9f\x8e\xac\xf0\x9f\x8e\xac A film with signs",
    "A title that goes on and on, as titles of films of 1967 do, and then some more, until nobody"
    " remembers how it began, which was with a title that goes on and on, as titles do, and on",
};

static const char *const settings[] = {
    [0] = "discord={\"webhook_url\":\"https://discord.com/api/webhooks/1/hush\"}",
    "slack={\"webhook_url\":\"https://hooks.slack.com/services/a\"}",
    "email={\"host\":\"mail\",\"from\":\"a@b.c\",\"to\":\"a@b.c\"}",
    "pushover={\"token\":\"t\",\"user\":\"u\"}",
    "ntfy={\"topic\":\"t\"}",
    "gotify={\"server\":\"http://g\",\"token\":\"t\"}",
    "telegram={\"token\":\"1:a\",\"chat\":\"1\"}",
    "webhook={\"url\":\"http://w\"}",
    "apprise={\"server\":\"http://a\",\"key\":\"k\"}",
};

static void add_titles(struct notice *notice, struct arena *arena, enum notice_part_kind kind)
{
    struct notice_part *part = notice_add(notice, arena, kind);

    for (int i = 0; i < 500; i++)
        notice_add_item(part, arena,
                        arena_print(arena, "%s %d", titles[i % ARRAY_LENGTH(titles)], i),
                        1950 + i % 70, "https://seerr.example.org/movie/603");
}

static void make_notice(struct notice *notice, struct arena *arena, const char *title, int parts)
{
    notice_init(notice, arena, INT64_C(1795339800000));
    notice->id = "8d3f";
    notice->title = title;
    if (parts < 0) {
        add_titles(notice, arena, NOTICE_PART_NEW);
        add_titles(notice, arena, NOTICE_PART_UNKNOWN);
        notice_say(notice, arena, NOTICE_PART_SUMMARY, false, "The sync took 3 s");
    }
    for (int i = 0; i < parts; i++)
        notice_say(notice, arena, NOTICE_PART_LIST_TROUBLE, false,
                   arena_print(arena, "%s (trakt:%d): it is blocked",
                               titles[(size_t)i % ARRAY_LENGTH(titles)], i));
}

/* UTF-16 units, as services count; NULL counts nothing. */
static size_t units(const char *text)
{
    size_t count = 0;

    for (; text && *text; text++) {
        count += ((unsigned char)*text & 0xC0) != 0x80;
        count += ((unsigned char)*text & 0xF8) == 0xF0;
    }
    return count;
}

static void check_text(const char *what, const char *text, size_t most)
{
    if (!text || !*text || units(text) > most || !text_is_valid_utf8(text, strlen(text)))
        fail_msg("%s has %zu of %zu: %s", what, units(text), most, text ? text : "nothing");
}

static void check_discord(const struct json_value *body)
{
    const struct json_value *embed = json_value_at(json_value_get(body, "embeds"), 0);
    const char *title = json_value_get_text(embed, "title");
    const char *text = json_value_get_text(embed, "description");

    assert_int_equal(json_value_count(json_value_get(body, "embeds")), 1);
    check_text("the title", title, 256);
    check_text("the description", text, 4096);
    assert_true(units(title) + units(text) <= 6000);
    assert_int_equal(
        json_value_count(json_value_get(json_value_get(body, "allowed_mentions"), "parse")), 0);
    assert_null(strstr(title, " *[x](y)*"));
    assert_null(strstr(text, " *[x](y)*"));
}

static void check_slack(const struct json_value *body)
{
    const struct json_value *blocks = json_value_get(body, "blocks");

    assert_true(json_value_count(blocks) <= 50);
    check_text("the text", json_value_get_text(body, "text"), 40000);
    check_text("the header",
               json_value_get_text(json_value_get(json_value_at(blocks, 0), "text"), "text"), 150);
    const char *section =
        json_value_get_text(json_value_get(json_value_at(blocks, 1), "text"), "text");
    check_text("the section", section, 3000);
    assert_null(strstr(section, "<!"));
    assert_null(strstr(section, "<@"));
}

static void check_telegram(const struct json_value *body)
{
    const char *text = json_value_get_text(body, "text");

    check_text("the text", text, 4096);
    assert_null(strstr(text, "<script"));
}

static void check_ntfy(const struct json_value *body)
{
    const char *text = json_value_get_text(body, "message");

    check_text("the title", json_value_get_text(body, "title"), 250);
    check_text("the message", text, 4096);
    assert_true(strlen(text) <= 4096);
}

static void check_gotify(const struct json_value *body)
{
    check_text("the title", json_value_get_text(body, "title"), 250);
    check_text("the message", json_value_get_text(body, "message"), 20000);
}

static void check_apprise(const struct json_value *body)
{
    check_text("the title", json_value_get_text(body, "title"), 250);
    check_text("the body", json_value_get_text(body, "body"), 32768);
}

static void check_webhook(const struct json_value *body)
{
    check_text("the title", json_value_get_text(body, "title"), 400);
    assert_true(json_value_count(json_value_get(body, "parts")) > 0);
}

/* The value of a field of a form, decoded; free(). */
static char *form_value(const char *body, const char *name)
{
    AUTO_FREE char *begin = memory_print("&%s=", name);
    const char *at = strstr(body, begin);
    struct buffer value = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    unsigned byte = 0;

    assert_non_null(at);
    for (at += strlen(begin); *at && *at != '&'; at++) {
        if (*at == '%' && sscanf(at + 1, "%2x", &byte) == 1) {
            buffer_byte(&value, (char)byte);
            at += 2;
        } else {
            buffer_byte(&value, *at == '+' ? ' ' : *at);
        }
    }
    char *copy = memory_text(buffer_string(&value));
    buffer_release(&value);
    return copy;
}

static void check_pushover(const char *body)
{
    AUTO_FREE char *title = form_value(body, "title");
    AUTO_FREE char *text = form_value(body, "message");

    check_text("the title", title, 250);
    check_text("the message", text, 1024);
    assert_null(strstr(text, "<script"));
}

/* Lines of ASCII, of 76 at most where there are encoded words, of 998 at most anywhere. */
static void check_mail(const char *body)
{
    for (const char *at = body; *at;) {
        size_t length = strcspn(at, "\r\n");
        AUTO_FREE char *line = memory_text_n(at, length);
        for (const char *byte = line; *byte; byte++)
            assert_true(*byte >= ' ' && *byte <= '~');
        if (length > 998 || (length > 76 && strstr(line, "=?")))
            fail_msg("a line has %zu bytes: %s", length, line);
        at += length;
        assert_true(at[0] == '\r' && at[1] == '\n');
        at += 2;
    }
}

static void check(const char *name, const struct http_request *request)
{
    static const struct {
        const char *name;
        void (*check)(const struct json_value *body);
    } checks[] = {
        {"discord", check_discord}, {"slack", check_slack},   {"telegram", check_telegram},
        {"ntfy", check_ntfy},       {"gotify", check_gotify}, {"apprise", check_apprise},
        {"webhook", check_webhook},
    };
    const char *body = buffer_string(&request->body);
    AUTO_JSON struct json_value *document = NULL;

    assert_false(request->body.overflowed);
    if (text_equal(name, "pushover") || text_equal(name, "email")) {
        text_equal(name, "email") ? check_mail(body) : check_pushover(body);
        return;
    }
    assert_int_equal(json_value_parse(body, request->body.length, &document, NULL), ERROR_NONE);
    for (size_t i = 0; i < ARRAY_LENGTH(checks); i++)
        if (text_equal(checks[i].name, name))
            checks[i].check(document);
}

/* One notice to one service; `wanted` is in the request, NULL: whatever. */
static void try_one(const char *setting, const struct notice *notice, bool is_brief,
                    const char *wanted)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_FREE char *name = memory_text_n(setting, strcspn(setting, "="));
    const struct notifier *notifier = notifier_find(name);
    struct notifier_settings read = {0};
    struct http_request request;
    struct notifier_message message = {
        .settings = &read, .notice = notice, .is_brief = is_brief, .arena = arena};

    assert_non_null(notifier);
    assert_int_equal(notifier_settings_read(notifier, setting + strlen(name) + 1, &read, NULL), 0);
    assert_int_equal(notifier_check(notifier, &read, NULL), 0);
    http_request_init(&request);
    notifier_request(notifier, &message, &request);
    check(name, &request);
    if (wanted && !text_equal(name, "webhook") && !strstr(buffer_string(&request.body), wanted))
        fail_msg("%s does not say \"%s\": %s", name, wanted, buffer_string(&request.body));
    http_request_release(&request);
    notifier_settings_release(&read);
}

static void test_500_titles_keep_to_every_limit(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct notice notice;

    (void)state;
    make_notice(&notice, arena, "500 titles were requested, and 500 more", -1);
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        try_one(settings[i], &notice, false, "more");
        try_one(settings[i], &notice, true, NULL);
    }
}

static void test_more_parts_than_there_is_room_for_are_counted(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct notice notice;

    (void)state;
    make_notice(&notice, arena, "much is wrong", NOTICE_PARTS_MOST);
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++)
        try_one(settings[i], &notice, false, NULL);
    try_one(settings[0], &notice, false, "more");
    try_one(settings[3], &notice, false, "more");
}

/* Titles of notices come from lists' names, among others. */
static void test_titles_of_notices_keep_to_every_limit(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct notice notice;

    (void)state;
    for (size_t k = 0; k < ARRAY_LENGTH(titles); k++) {
        const char *title = titles[k];
        for (int i = 0; i < 3; i++) {
            make_notice(&notice, arena, title, 1);
            for (size_t n = 0; n < ARRAY_LENGTH(settings); n++)
                try_one(settings[n], &notice, false, NULL);
            title = arena_print(arena, "%.120s %.120s", title, title);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_500_titles_keep_to_every_limit),
        cmocka_unit_test(test_more_parts_than_there_is_room_for_are_counted),
        cmocka_unit_test(test_titles_of_notices_keep_to_every_limit),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
