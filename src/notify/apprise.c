/*
 * An Apprise API server, which passes the notice on to whatever is configured there under a key, or
 * to the Apprise addresses given here. It answers 204 when nothing fits the key and tag, and 424
 * when some of its targets failed: others got the notice, so it is not sent again.
 */
#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "notify/judge.h"
#include "notify/request.h"

enum { TITLE_MOST = 250, BODY_MOST = 16000 };

static const struct notifier_field fields[] = {
    {.name = "server",
     .kind = NOTIFIER_URL,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_PLACE,
     .help = "address of the Apprise API server",
     .variable = "APPRISE_URL"},
    {.name = "key",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_SECRET,
     .help = "key of a configuration that is kept there",
     .high = 128,
     .variable = "APPRISE_KEY"},
    {.name = "urls",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_SECRET,
     .help = "instead of a key: Apprise addresses, comma separated",
     .high = 4000},
    {.name = "tag", .kind = NOTIFIER_TEXT, .help = "only to what has this tag", .high = 200},
    {0},
};

static enum error_code check(const struct notifier_settings *settings, struct error *error)
{
    if (notifier_is_set(settings, "key") != notifier_is_set(settings, "urls"))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "key: give a key of the server, or urls, and not both");
}

static void put_body(const struct notifier_message *message, struct buffer *out)
{
    static const char *const types[] = {[NOTICE_GOOD] = "success",
                                        [NOTICE_INFO] = "info",
                                        [NOTICE_WARNING] = "warning",
                                        [NOTICE_ERROR] = "failure"};
    const struct notifier_settings *settings = message->settings;
    struct json_writer json = json_writer_to(out);

    json_begin_object(&json, NULL);
    if (notifier_is_set(settings, "urls"))
        json_put_text(&json, "urls", secret_reveal(notifier_secret(settings, "urls")));
    if (notifier_is_set(settings, "tag"))
        json_put_text(&json, "tag", notifier_text(settings, "tag", ""));
    json_put_text(&json, "title", request_title(message, RENDER_PLAIN, TITLE_MOST));
    json_put_text(&json, "body", request_text(message, RENDER_MARKDOWN, BODY_MOST));
    json_put_text(&json, "type", types[notice_severity_of(message->notice)]);
    json_put_text(&json, "format", "markdown");
    json_end_object(&json);
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    AUTO_BUFFER struct buffer path = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&path, "/notify");
    if (notifier_is_set(message->settings, "key")) {
        buffer_byte(&path, '/');
        url_encode(&path, secret_reveal(notifier_secret(message->settings, "key")));
    }
    request_post_to(request, message->settings, "server", buffer_string(&path));
    request_takes_json(request);
    put_body(message, &request->body);
}

static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    AUTO_JSON struct json_value *json = judge_json(response);
    const char *words = json_value_get_text(json, "error");
    int status = response->status;

    judge_status(response, words, ret);
    if (status == 204)
        judge_as(response, NOTIFIER_REFUSED, "nothing is configured under this key and tag", ret);
    else if (status == 424)
        judge_as(response, NOTIFIER_REFUSED, "some of its targets did not take it", ret);
    else if (status == 401 || status == 403 || status == 404)
        judge_as(response, NOTIFIER_LATER, words, ret);
}

const struct notifier notifier_apprise = {
    .name = "apprise",
    .title = "Apprise",
    .help = "an Apprise API server: one target here, and more than a hundred services behind it",
    .fields = fields,
    .check = check,
    .request = request,
    .answer = answer,
};
