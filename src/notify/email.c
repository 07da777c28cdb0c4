/*
 * E-mail by SMTP: one message in plain text and HTML to all recipients. Envelope and login travel
 * as headers of the request (net/http_message.h says how); the answer's status is the server's last
 * one. 4xx: later; 535 and the like: the login is refused; any other 5xx: this message is.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/memory.h"
#include "base/text.h"
#include "notify/judge.h"
#include "notify/mime.h"
#include "notify/request.h"

enum {
    TITLE_MOST = 200,
    HTML_TITLE_MOST = 1000,
    BODY_MOST = 60000,
    RECIPIENTS_MOST = 50,
    ADDRESS_MOST = 254
};

static const char *const security_words[] = {"starttls", "tls", "none", NULL};

static const struct notifier_field fields[] = {
    {.name = "host",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED | NOTIFIER_PLACE,
     .help = "name of the mail server: smtp.example.org",
     .high = 250,
     .variable = "SMTP_SERVER"},
    {.name = "port",
     .kind = NOTIFIER_NUMBER,
     .help = "its port; without it 587, with tls 465, with none 25",
     .low = 1,
     .high = 65535,
     .variable = "SMTP_PORT"},
    {.name = "security",
     .kind = NOTIFIER_CHOICE,
     .help = "starttls (must succeed), tls (from the first byte, as on port 465), or none",
     .fallback = "starttls",
     .words = security_words,
     .variable = "SMTP_SECURITY"},
    {.name = "username",
     .kind = NOTIFIER_TEXT,
     .help = "login, when the server wants one",
     .variable = "SMTP_USERNAME"},
    {.name = "password",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_SECRET,
     .help = "its password; with most providers an app password",
     .variable = "SMTP_PASSWORD"},
    {.name = "from",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED,
     .help = "sender's address: listsync@example.org",
     .variable = "SMTP_FROM"},
    {.name = "to",
     .kind = NOTIFIER_TEXT,
     .flags = NOTIFIER_REQUIRED,
     .help = "recipients' addresses, comma separated",
     .high = 4000,
     .variable = "SMTP_TO"},
    {.name = "prefix",
     .kind = NOTIFIER_TEXT,
     .help = "before each subject",
     .fallback = "[ListSync]",
     .high = 60,
     .variable = "EMAIL_SUBJECT_PREFIX"},
    {0},
};

/* Of ASCII alone: few servers take others, and none without being asked. */
static bool is_address(const char *text)
{
    const char *at = strchr(text, '@');

    for (const char *byte = text; *byte; byte++)
        if ((unsigned char)*byte <= ' ' || (unsigned char)*byte > '~')
            return false;
    return strlen(text) <= ADDRESS_MOST && at && at != text && at[1] &&
           !strpbrk(text, " <>\"\\,;:()\t") && !strchr(at + 1, '@');
}

/* Calls back for each recipient; false at the first that is no address. */
static bool each_recipient(const char *list, void (*visit)(void *context, const char *address),
                           void *context)
{
    AUTO_FREE char *copy = memory_text(list);
    char *rest = copy;
    char *part = NULL;
    size_t count = 0;

    while ((part = strsep(&rest, ","))) {
        const char *address = text_trim(part);
        if (!*address)
            continue;
        if (!is_address(address) || ++count > RECIPIENTS_MOST)
            return false;
        if (visit)
            visit(context, address);
    }
    return count > 0;
}

static enum error_code check(const struct notifier_settings *settings, struct error *error)
{
    const char *host = notifier_text(settings, "host", "");

    if (strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") !=
        strlen(host))
        return error_set(error, ERROR_USAGE, "host wants the name of a mail server alone");
    if (!is_address(notifier_text(settings, "from", "")))
        return error_set(error, ERROR_USAGE, "from wants one address, such as a@example.org");
    if (!each_recipient(notifier_text(settings, "to", ""), NULL, NULL))
        return error_set(error, ERROR_USAGE,
                         "to wants addresses with commas between them, at most %d",
                         RECIPIENTS_MOST);
    return ERROR_NONE;
}

static void add_recipient(void *context, const char *address)
{
    http_request_header(context, HTTP_MAIL_TO, address);
}

static void set_server(const struct notifier_settings *settings, struct http_request *request)
{
    const char *security = notifier_text(settings, "security", "starttls");
    bool is_tls = text_equal(security, "tls");
    const char *usual = is_tls ? "465" : text_equal(security, "none") ? "25" : "587";

    http_request_post(request, "%s://%s:%s", is_tls ? "smtps" : "smtp",
                      notifier_text(settings, "host", ""), notifier_text(settings, "port", usual));
    if (text_equal(security, "starttls"))
        http_request_header(request, HTTP_MAIL_TLS, "required");
    http_request_header(request, HTTP_MAIL_FROM, notifier_text(settings, "from", ""));
    each_recipient(notifier_text(settings, "to", ""), add_recipient, request);
    if (notifier_is_set(settings, "username"))
        http_request_header(request, HTTP_MAIL_USER, notifier_text(settings, "username", ""));
    http_request_secret_header(request, HTTP_MAIL_PASSWORD, notifier_secret(settings, "password"));
}

static void put_date(struct buffer *out, int64_t wall_ms)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    buffer_print(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[parts.tm_wday],
                 parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                 parts.tm_min, parts.tm_sec);
}

/* The same each time that a notice is repeated, so that mailboxes can tell. */
static void put_message_id(const struct notifier_message *message, struct buffer *out)
{
    const char *from = notifier_text(message->settings, "from", "@localhost");
    char digest[CRYPTO_DIGEST_SIZE];

    crypto_digest(message->notice->id, strlen(message->notice->id), digest);
    buffer_print(out, "Message-ID: <%.32s%s>\r\n", digest, strchr(from, '@'));
}

static void put_head(const struct notifier_message *message, struct buffer *out)
{
    const struct notifier_settings *settings = message->settings;
    const char *from = notifier_text(settings, "from", "@localhost");
    const char *subject =
        arena_print(message->arena, "%s %s", notifier_text(settings, "prefix", "[ListSync]"),
                    request_title(message, RENDER_PLAIN, TITLE_MOST));

    put_date(out, message->notice->at_ms);
    buffer_print(out, "From: ListSync <%s>\r\n", from);
    mime_addresses(out, "To", notifier_text(settings, "to", ""));
    mime_header(out, "Subject", subject);
    put_message_id(message, out);
    /* By this people sort their mail. */
    buffer_print(out, "List-Id: ListSync <listsync.%s>\r\n", strchr(from, '@') + 1);
    buffer_text(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
}

/* Whether the text begins with what the subject says, so that a headline would repeat it. */
static bool begins_with_title(const struct notifier_message *message)
{
    const struct notice *notice = message->notice;

    return notice->count &&
           text_equal_ignoring_case(notice_part_sentence(&notice->parts[0], message->arena),
                                    notice->title);
}

static const char *html_of(const struct notifier_message *message)
{
    AUTO_BUFFER struct buffer html = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&html, "<!doctype html>\n<html><body style=\"font-family:sans-serif\">\n");
    if (!begins_with_title(message))
        buffer_print(&html, "<h3>%s</h3>\n", request_title(message, RENDER_HTML, HTML_TITLE_MOST));
    buffer_text(&html, "<p style=\"white-space:pre-line\">");
    buffer_text(&html, request_text(message, RENDER_HTML, BODY_MOST));
    buffer_text(&html, "</p>\n</body></html>\n");
    return arena_text(message->arena, buffer_string(&html));
}

static const char *plain_of(const struct notifier_message *message)
{
    const char *text = request_text(message, RENDER_PLAIN, BODY_MOST);

    if (begins_with_title(message))
        return arena_print(message->arena, "%s\n", text);
    return arena_print(message->arena, "%s\n\n%s\n",
                       request_title(message, RENDER_PLAIN, TITLE_MOST), text);
}

static void request(const struct notifier_message *message, struct http_request *request)
{
    struct buffer *out = &request->body;

    set_server(message->settings, request);
    put_head(message, out);
    mime_begin(out);
    mime_part(out, "text/plain", plain_of(message));
    mime_part(out, "text/html", html_of(message));
    mime_end(out);
}

/* 530, 534, 535, 538: the login. 550 and the like: the message, or who gets it. */
static void answer(const struct http_response *response, struct notifier_outcome *ret)
{
    int status = response->status;
    enum notifier_verdict verdict = status >= 200 && status < 300   ? NOTIFIER_DELIVERED
                                    : status >= 530 && status < 540 ? NOTIFIER_GONE
                                    : status == 552                 ? NOTIFIER_TOO_LONG
                                    : status >= 500                 ? NOTIFIER_REFUSED
                                                                    : NOTIFIER_LATER;

    judge_as(response, verdict, buffer_string(&response->body), ret);
}

const struct notifier notifier_email = {
    .name = "email",
    .title = "E-mail",
    .help = "a mail account that takes messages by SMTP",
    .fields = fields,
    .check = check,
    .request = request,
    .answer = answer,
};
