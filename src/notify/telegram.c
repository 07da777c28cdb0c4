/*
 * Telegram, by a bot: sendMessage with a few HTML tags, 4096 characters at most. It answers
 * {"ok": false, "description", "parameters": {"retry_after", "migrate_to_chat_id"}}. 401 and 404
 * mean that the token is no longer valid, 403 that the bot was thrown out.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "notify/judge.h"
#include "notify/request.h"

enum { TITLE_MOST = 250, BODY_MOST = 3500 };

static const struct notifier_field fields[] = {
    {.name = "token",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_SECRET,
     .help = "token of the bot, from @BotFather",
     .high = 100,
     .variable = "TELEGRAM_BOT_TOKEN"},
    {.name = "chat",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED,
     .help = "number of the chat, or @name of a channel",
     .high = 100,
     .variable = "TELEGRAM_CHAT_ID"},
    {.name = "topic",
     .kind = NOTIFIER_NUMBER,
     .help = "number of the topic in a group that has topics",
     .low = 1,
     .high = INT32_MAX},
    {.name = "silent",
     .kind = NOTIFIER_SWITCH,
     .help = "without a sound, but for errors",
     .fallback = "false"},
    {0},
};

/* What BotFather gives: "123456:ABC-def_1". It becomes a part of the address as it is. */
static enum error_code check(const struct notifier_settings *settings, struct error *error)
{
    const char *token = secret_reveal(notifier_secret(settings, "token"));
    size_t fine =
        strspn(token, "0123456789:_-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    if (!token[fine] && strchr(token, ':'))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "token wants what BotFather gave: digits, a colon, letters");
}

static const char *text_of(const struct notifier_message *message)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&text, "<b>");
    buffer_text(&text, request_title(message, RENDER_HTML, TITLE_MOST));
    buffer_print(&text, "</b>\n%s", request_text(message, RENDER_HTML, BODY_MOST));
    return arena_text(message->arena, buffer_string(&text));
}

static bool is_silent(const struct notifier_message *message)
{
    return text_equal(notifier_text(message->settings, "silent", "false"), "true") &&
           notice_severity_of(message->notice) != NOTICE_ERROR;
}

static void put_body(const struct notifier_message *message, struct buffer *out)
{
    struct json_writer json = json_writer_to(out);

    json_begin_object(&json, NULL);
    json_put_text(&json, "chat_id", notifier_text(message->settings, "chat", ""));
    if (notifier_is_set(message->settings, "topic"))
        json_put_raw(&json, "message_thread_id", notifier_text(message->settings, "topic", "0"));
    json_put_text(&json, "text", text_of(message));
    json_put_text(&json, "parse_mode", "HTML");
    json_begin_object(&json, "link_preview_options");
    json_put_bool(&json, "is_disabled", true);
    json_end_object(&json);
    json_put_bool(&json, "disable_notification", is_silent(message));
    json_end_object(&json);
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    http_request_post(request, "https://api.telegram.org/bot%s/sendMessage",
                      secret_reveal(notifier_secret(message->settings, "token")));
    request_takes_json(request);
    put_body(message, &request->body);
}

static enum notifier_verdict verdict_of(int status, const char *words)
{
    if (status == 401 || status == 403 || status == 404)
        return NOTIFIER_GONE;
    if (strstr(words, "too long"))
        return NOTIFIER_TOO_LONG;
    return strstr(words, "chat not found") ? NOTIFIER_GONE : NOTIFIER_REFUSED;
}

static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    AUTO_JSON struct json_value *json = judge_json(response);
    const struct json_value *parameters = json_value_get(json, "parameters");
    const char *words = json_value_get_text(json, "description");
    int64_t moved = json_value_get_integer(parameters, "migrate_to_chat_id");

    judge_status(response, words, ret);
    if (words && response->status >= 400 && response->status < 405)
        judge_as(response, verdict_of(response->status, words), words, ret);
    if (response->status == 400 && moved) {
        judge_as(response, NOTIFIER_GONE, NULL, ret);
        snprintf(ret->message, sizeof(ret->message),
                 "the group has become another one; its chat is now %lld", (long long)moved);
    }
    judge_wait(ret, json_value_number(json_value_get(parameters, "retry_after")));
}

const struct notifier notifier_telegram = {
    .name = "telegram",
    .title = "Telegram",
    .help = "make a bot with @BotFather, write to it or add it to a group, and give the chat's "
            "number",
    .fields = fields,
    .check = check,
    .request = request,
    .answer = answer,
};
