/*
 * A webhook of one's own: the whole notice as JSON. With a secret it is signed:
 * X-ListSync-Signature is "sha256=" and HMAC-SHA256 of the time (X-ListSync-Timestamp, seconds), a
 * dot, and the body, in hex; so what is old cannot be sent again. X-ListSync-Delivery is the same
 * each time that a notice is repeated, so that the receiver can drop what it has. 410 switches the
 * target off.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/memory.h"
#include "notify/judge.h"
#include "notify/request.h"

static const struct notifier_field fields[] = {
    {.name = "url",
     .kind = NOTIFIER_URL,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_SECRET | NOTIFIER_PLACE,
     .help = "address that takes the message as JSON, by POST",
     .variable = "NOTIFY_WEBHOOK_URL"},
    {.name = "secret",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_SECRET,
     .help = "key to sign messages with (HMAC-SHA256)",
     .variable = "NOTIFY_WEBHOOK_SECRET"},
    {.name = "authorization",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_SECRET,
     .help = "value of the header Authorization, such as Bearer ..."},
    {0},
};

static void sign(const struct notifier_message *message, struct http_request *request)
{
    const struct secret *secret = notifier_secret(message->settings, "secret");
    const char *key = secret_reveal(secret);
    AUTO_BUFFER struct buffer signed_text = BUFFER_WITH_LIMIT(2 * BUFFER_LIMIT_TEXT);
    char text[sizeof("sha256=") + 64] = "sha256=";
    uint8_t code[32];
    const char *now = arena_print(message->arena, "%lld", (long long)(clock_wall_ms() / 1000));

    http_request_header(request, "X-ListSync-Timestamp", now);
    if (!secret_is_set(secret))
        return;
    buffer_print(&signed_text, "%s.", now);
    buffer_append(&signed_text, request->body.bytes, request->body.length);
    size_t length = 0;
    while (key[length])
        length++;
    crypto_hmac(key, length, signed_text.bytes, signed_text.length, code);
    for (size_t i = 0; i < sizeof(code); i++)
        snprintf(text + sizeof("sha256=") - 1 + 2 * i, 3, "%02x", code[i]);
    http_request_header(request, "X-ListSync-Signature", text);
}

static struct notice_part *without_titles(const struct notifier_message *message)
{
    const struct notice *notice = message->notice;
    struct notice_part *parts = arena_take(message->arena, (notice->count + 1) * sizeof(*parts));

    for (size_t i = 0; i < notice->count; i++) {
        parts[i] = notice->parts[i];
        parts[i].count = 0;
    }
    return parts;
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    struct notice notice = *message->notice;
    struct json_writer json = json_writer_to(&request->body);

    if (message->is_brief)
        notice.parts = without_titles(message);
    http_request_post(request, "%s", secret_reveal(notifier_secret(message->settings, "url")));
    request_takes_json(request);
    http_request_secret_header(request, "Authorization",
                               notifier_secret(message->settings, "authorization"));
    notice_put(&json, NULL, &notice);
    http_request_header(request, "X-ListSync-Delivery", notice.id);
    sign(message, request);
}

static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    int status = response->status;

    judge_status(response, NULL, ret);
    if (status == 401 || status == 403 || status == 404)
        judge_as(response, NOTIFIER_LATER, NULL, ret);
}

const struct notifier notifier_webhook = {
    .name = "webhook",
    .title = "Webhook",
    .help = "anything that takes JSON: Home Assistant, n8n, a script of your own",
    .fields = fields,
    .knows_again = true,
    .request = request,
    .answer = answer,
};
