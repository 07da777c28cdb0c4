/*
 * Gotify, one's own server: POST /message with an application's token. Its refusals are JSON with
 * an `errorCode`; any other 401, 403 or 404 comes from what stands before it.
 */
#include "base/memory.h"
#include "notify/judge.h"
#include "notify/request.h"

enum { TITLE_MOST = 250, BODY_MOST = 16000 };

static const struct notifier_field fields[] = {
    {.name = "server",
     .kind = NOTIFIER_URL,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_PLACE,
     .help = "address of the server",
     .variable = "GOTIFY_URL"},
    {.name = "token",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_SECRET,
     .help = "token of an application (Apps)",
     .high = 200,
     .variable = "GOTIFY_TOKEN"},
    {.name = "priority",
     .kind = NOTIFIER_NUMBER,
     .help = "from 0 to 10",
     .fallback = "5",
     .low = 0,
     .high = 10},
    {0},
};

static void put_extras(struct json_writer *json)
{
    json_begin_object(json, "extras");
    json_begin_object(json, "client::display");
    json_put_text(json, "contentType", "text/markdown");
    json_end_object(json);
    json_end_object(json);
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    struct json_writer json = json_writer_to(&request->body);

    request_post_to(request, message->settings, "server", "/message");
    request_takes_json(request);
    http_request_secret_header(request, "X-Gotify-Key",
                               notifier_secret(message->settings, "token"));
    json_begin_object(&json, NULL);
    json_put_text(&json, "title", request_title(message, RENDER_PLAIN, TITLE_MOST));
    json_put_text(&json, "message", request_text(message, RENDER_MARKDOWN, BODY_MOST));
    json_put_raw(&json, "priority", notifier_text(message->settings, "priority", "5"));
    put_extras(&json);
    json_end_object(&json);
}

static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    AUTO_JSON struct json_value *json = judge_json(response);
    const char *words = json_value_get_text(json, "errorDescription");
    int status = response->status;

    judge_status(response, words, ret);
    if (status == 401 || status == 403 || status == 404)
        judge_as(response,
                 json_value_get(json, "errorCode") && status != 404 ? NOTIFIER_GONE
                                                                    : NOTIFIER_LATER,
                 words, ret);
}

const struct notifier notifier_gotify = {
    .name = "gotify",
    .title = "Gotify",
    .help = "Apps, Create application: copy its token",
    .fields = fields,
    .request = request,
    .answer = answer,
};
