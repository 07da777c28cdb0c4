/*
 * Discord, by a webhook of a channel: one embed a notice. Its limits: 256 characters of title, 4096
 * of description, 6000 in all; both are Markdown. It answers 429 with `retry_after` in seconds, and
 * 404 (10015) or 401 (50027) when the webhook was deleted. No title can call anybody: mentions are
 * switched off.
 */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "notify/judge.h"
#include "notify/request.h"

enum { TITLE_MOST = 250, BODY_MOST = 4000, NAME_MOST = 80 };

static const struct notifier_field fields[] = {
    {.name = "webhook_url",
     .kind = NOTIFIER_URL,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_SECRET,
     .help = "address of the webhook: https://discord.com/api/webhooks/...",
     .variable = "DISCORD_WEBHOOK_URL"},
    {.name = "username",
     .kind = NOTIFIER_TEXT,
     .help = "name under which messages appear",
     .fallback = "ListSync",
     .high = NAME_MOST,
     .variable = "DISCORD_USERNAME"},
    {.name = "avatar_url",
     .kind = NOTIFIER_URL,
     .help = "picture beside the name",
     .variable = "DISCORD_AVATAR_URL"},
    {0},
};

static enum error_code check(const struct notifier_settings *settings, struct error *error)
{
    struct url url;

    if (url_parse(secret_reveal(notifier_secret(settings, "webhook_url")), &url, NULL) ==
            ERROR_NONE &&
        (url_host_is(&url, "discord.com") || url_host_is(&url, "discordapp.com")) &&
        text_starts_with(url.path, "/api/") && strstr(url.path, "/webhooks/"))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "webhook_url wants the address of a Discord webhook, such as "
                     "https://discord.com/api/webhooks/...");
}

static int64_t colour_of(enum notice_severity severity)
{
    static const int64_t colours[] = {[NOTICE_GOOD] = 0x2ecc71,
                                      [NOTICE_INFO] = 0x3498db,
                                      [NOTICE_WARNING] = 0xe67e22,
                                      [NOTICE_ERROR] = 0xe74c3c};

    return colours[severity];
}

static void put_embed(struct json_writer *json, const struct notifier_message *message)
{
    const struct notice *notice = message->notice;

    json_begin_object(json, NULL);
    json_put_text(json, "title", request_title(message, RENDER_MARKDOWN, TITLE_MOST));
    json_put_text(json, "description", request_text(message, RENDER_MARKDOWN, BODY_MOST));
    json_put_number(json, "color", colour_of(notice_severity_of(notice)));
    json_put_text(json, "timestamp", request_time(notice->at_ms, message->arena));
    json_end_object(json);
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    const struct notifier_settings *settings = message->settings;
    const char *url = secret_reveal(notifier_secret(settings, "webhook_url"));
    struct json_writer json = json_writer_to(&request->body);

    http_request_post(request, "%s%cwait=true", url, strchr(url, '?') ? '&' : '?');
    request_takes_json(request);
    json_begin_object(&json, NULL);
    json_put_text(&json, "username", notifier_text(settings, "username", "ListSync"));
    if (notifier_is_set(settings, "avatar_url"))
        json_put_text(&json, "avatar_url", notifier_text(settings, "avatar_url", ""));
    json_begin_object(&json, "allowed_mentions");
    json_begin_array(&json, "parse");
    json_end_array(&json);
    json_end_object(&json);
    json_begin_array(&json, "embeds");
    put_embed(&json, message);
    json_end_array(&json);
    json_end_object(&json);
}

/* Answers without JSON come from what stands before Discord, and say nothing of the webhook. */
static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    AUTO_JSON struct json_value *json = judge_json(response);
    const char *words = json_value_get_text(json, "message");
    int status = response->status;

    judge_status(response, words, ret);
    if (json && (status == 401 || status == 403 || status == 404))
        judge_as(response, NOTIFIER_GONE, words, ret);
    else if (status == 403)
        judge_as(response, NOTIFIER_LATER, "something before Discord refused it", ret);
    judge_wait(ret, json_value_number(json_value_get(json, "retry_after")));
}

const struct notifier notifier_discord = {
    .name = "discord",
    .title = "Discord",
    .help = "Server settings, Integrations, Webhooks: make one for a channel and copy its address",
    .fields = fields,
    .check = check,
    .request = request,
    .answer = answer,
};
