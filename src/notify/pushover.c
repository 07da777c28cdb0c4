/*
 * Pushover: 250 characters of title, 1024 of text. It answers {"status": 1}, or a list of errors;
 * a 4xx must not be sent again as it is, and 429 means that the month's messages are used up, until
 * the second that X-Limit-App-Reset names.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "net/url.h"
#include "notify/judge.h"
#include "notify/request.h"

enum { TITLE_MOST = 250, BODY_MOST = 1000 };

static const struct notifier_field fields[] = {
    {.name = "token",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_SECRET,
     .help = "API token of your application",
     .high = 60,
     .variable = "PUSHOVER_TOKEN"},
    {.name = "user",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_SECRET,
     .help = "key of the user or group that gets the messages",
     .high = 60,
     .variable = "PUSHOVER_USER"},
    {.name = "priority",
     .kind = NOTIFIER_NUMBER,
     .help = "from -2 (silent) to 1 (also in quiet hours)",
     .fallback = "0",
     .low = -2,
     .high = 1,
     .variable = "PUSHOVER_PRIORITY"},
    {.name = "device", .kind = NOTIFIER_TEXT, .help = "only to this device", .high = 200},
    {.name = "sound", .kind = NOTIFIER_TEXT, .help = "name of a sound", .high = 40},
    {0},
};

static void put(struct http_request *request, const char *name, const char *value)
{
    if (!*value)
        return;
    buffer_print(&request->body, "%s%s=", request->body.length ? "&" : "", name);
    url_encode(&request->body, value);
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    static const char *const plain[] = {"token", "user", "priority", "device", "sound"};
    const struct notifier_settings *settings = message->settings;

    http_request_post(request, "https://api.pushover.net/1/messages.json");
    http_request_header(request, "Content-Type", "application/x-www-form-urlencoded");
    for (size_t i = 0; i < ARRAY_LENGTH(plain); i++)
        put(request, plain[i], secret_reveal(notifier_secret(settings, plain[i])));
    put(request, "title", request_title(message, RENDER_PLAIN, TITLE_MOST));
    const char *text = request_text(message, RENDER_HTML, BODY_MOST);
    put(request, "message", *text ? text : request_title(message, RENDER_HTML, TITLE_MOST));
    put(request, "html", "1");
    put(request, "timestamp",
        arena_print(message->arena, "%lld", (long long)(message->notice->at_ms / 1000)));
}

static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    AUTO_JSON struct json_value *json = judge_json(response);
    const char *words = json_value_text(json_value_at(json_value_get(json, "errors"), 0));

    judge_status(response, words, ret);
    bool is_ours = json_value_get_text(json, "token") || json_value_get_text(json, "user");
    if (response->status >= 400 && response->status < 404 && is_ours)
        judge_as(response, NOTIFIER_GONE, words, ret);
    long reset = http_response_header_number(response, "X-Limit-App-Reset");
    if (response->status == 429 && reset > 0)
        judge_wait(ret, (double)reset - (double)clock_wall_ms() / 1000.0);
}

const struct notifier notifier_pushover = {
    .name = "pushover",
    .title = "Pushover",
    .help = "pushover.net: your user key is on its front page; make an application for the token",
    .fields = fields,
    .request = request,
    .answer = answer,
};
