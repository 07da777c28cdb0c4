/*
 * Slack, by an incoming webhook: a header (150 characters) and a section (3000), "verbatim" so that
 * no "#name" or "@here" of a title becomes a link. It answers in plain words; 403, 404 and 410 mean
 * that the webhook or its channel is gone.
 */
#include "base/memory.h"
#include "base/text.h"
#include "notify/judge.h"
#include "notify/request.h"

enum { TITLE_MOST = 145, BODY_MOST = 2900 };

static const struct notifier_field fields[] = {
    {.name = "webhook_url",
     .kind = NOTIFIER_URL,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_SECRET,
     .help = "address of the incoming webhook: https://hooks.slack.com/services/...",
     .variable = "SLACK_WEBHOOK_URL"},
    {0},
};

static void put_block(struct json_writer *json, const char *type, const char *form,
                      const char *text)
{
    json_begin_object(json, NULL);
    json_put_text(json, "type", type);
    json_begin_object(json, "text");
    json_put_text(json, "type", form);
    json_put_text(json, "text", text);
    if (text_equal(form, "mrkdwn"))
        json_put_bool(json, "verbatim", true);
    json_end_object(json);
    json_end_object(json);
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    struct json_writer json = json_writer_to(&request->body);
    const char *title = request_title(message, RENDER_PLAIN, TITLE_MOST);
    const char *text = request_text(message, RENDER_SLACK, BODY_MOST);
    AUTO_BUFFER struct buffer fallback = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    render_escaped(&fallback, RENDER_SLACK, title);
    request_post_to(request, message->settings, "webhook_url", "");
    request_takes_json(request);
    json_begin_object(&json, NULL);
    json_put_text(&json, "text", buffer_string(&fallback));
    json_put_bool(&json, "unfurl_links", false);
    json_begin_array(&json, "blocks");
    put_block(&json, "header", "plain_text", title);
    if (*text)
        put_block(&json, "section", "mrkdwn", text);
    json_end_array(&json);
    json_end_object(&json);
}

static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    int status = response->status;

    judge_status(response, buffer_string(&response->body), ret);
    if (status == 403 || status == 404 || status == 410)
        judge_as(response, NOTIFIER_GONE, buffer_string(&response->body), ret);
}

const struct notifier notifier_slack = {
    .name = "slack",
    .title = "Slack",
    .help = "api.slack.com/apps, Incoming Webhooks: add one for a channel and copy its address",
    .fields = fields,
    .request = request,
    .answer = answer,
};
