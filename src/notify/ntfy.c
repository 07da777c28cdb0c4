/*
 * ntfy, ntfy.sh or one's own: JSON to the server's address. A message is 4096 bytes at most, more
 * would become a file. Its own refusals are JSON with a `code`; any other 401 or 403 comes from
 * what stands before it.
 */
#include "base/memory.h"
#include "notify/judge.h"
#include "notify/request.h"

enum { TITLE_MOST = 250, BODY_MOST = 3900 };

static const struct notifier_field fields[] = {
    {.name = "server",
     .kind = NOTIFIER_URL,
     .flags = NOTIFIER_PLACE,
     .help = "address of the server",
     .fallback = "https://ntfy.sh",
     .variable = "NTFY_SERVER"},
    {.name = "topic",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_SECRET,
     .help = "the topic; on a public server whoever knows it can read along",
     .high = 64,
     .variable = "NTFY_TOPIC"},
    {.name = "token",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_SECRET,
     .help = "access token, when the server wants one",
     .variable = "NTFY_TOKEN"},
    {.name = "priority",
     .kind = NOTIFIER_NUMBER,
     .help = "from 1 (least) to 5 (urgent); errors come one higher",
     .fallback = "3",
     .low = 1,
     .high = 5},
    {0},
};

static int64_t priority_of(const struct notifier_message *message)
{
    int64_t priority = *notifier_text(message->settings, "priority", "3") - '0';

    if (notice_severity_of(message->notice) == NOTICE_ERROR && priority < 5)
        priority++;
    return priority;
}

static const char *tag_of(enum notice_severity severity)
{
    static const char *const tags[] = {[NOTICE_GOOD] = "white_check_mark",
                                       [NOTICE_INFO] = "information_source",
                                       [NOTICE_WARNING] = "warning",
                                       [NOTICE_ERROR] = "rotating_light"};

    return tags[severity];
}

static void put_body(const struct notifier_message *message, struct buffer *out)
{
    struct json_writer json = json_writer_to(out);

    json_begin_object(&json, NULL);
    json_put_text(&json, "topic", secret_reveal(notifier_secret(message->settings, "topic")));
    json_put_text(&json, "title", request_title(message, RENDER_PLAIN, TITLE_MOST));
    json_put_text(&json, "message", request_text(message, RENDER_MARKDOWN, BODY_MOST));
    json_put_bool(&json, "markdown", true);
    json_put_number(&json, "priority", priority_of(message));
    json_begin_array(&json, "tags");
    json_put_text(&json, NULL, tag_of(notice_severity_of(message->notice)));
    json_end_array(&json);
    json_end_object(&json);
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    const struct secret *token = notifier_secret(message->settings, "token");
    struct secret bearer = {0};

    if (notifier_is_set(message->settings, "server"))
        request_post_to(request, message->settings, "server", "/");
    else
        http_request_post(request, "https://ntfy.sh/");
    request_takes_json(request);
    if (secret_is_set(token))
        secret_set(&bearer, arena_print(message->arena, "Bearer %s", secret_reveal(token)));
    http_request_secret_header(request, "Authorization", &bearer);
    secret_release(&bearer);
    put_body(message, &request->body);
}

static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    AUTO_JSON struct json_value *json = judge_json(response);
    const char *words = json_value_get_text(json, "error");
    int status = response->status;

    judge_status(response, words, ret);
    if (status == 401 || status == 403)
        judge_as(response, json_value_get(json, "code") ? NOTIFIER_GONE : NOTIFIER_LATER, words,
                 ret);
    else if (status == 404)
        judge_as(response, NOTIFIER_LATER, words, ret);
}

const struct notifier notifier_ntfy = {
    .name = "ntfy",
    .title = "ntfy",
    .help = "choose a topic that nobody guesses, and subscribe to it in the app",
    .fields = fields,
    .request = request,
    .answer = answer,
};
