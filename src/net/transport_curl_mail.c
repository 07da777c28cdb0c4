#include "net/transport_curl_mail.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

/* The server asked for the message: whatever it refused before was no matter. */
static void begin_body(struct mail_reading *reading)
{
    buffer_clear(&reading->response->body);
    if (reading->request->may_have_arrived)
        *reading->request->may_have_arrived = true;
}

static size_t read_body(char *target, size_t size, size_t count, void *context)
{
    struct mail_reading *reading = context;
    const struct buffer *body = &reading->request->body;
    size_t left = body->length - reading->sent;
    size_t taken = left < size * count ? left : size * count;

    if (!reading->sent)
        begin_body(reading);
    if (taken)
        memcpy(target, body->bytes + reading->sent, taken);
    reading->sent += taken;
    return taken;
}

static bool is_refusal(const char *line)
{
    return *line == '4' || *line == '5';
}

/* Each line that the server says replaces the one before; but a refusal stays, whatever the server
 * says to our leave-taking. */
static size_t take_line(char *line, size_t size, size_t count, void *context)
{
    struct http_response *response = context;
    size_t length = size * count;
    size_t shown = length;

    if (is_refusal(buffer_string(&response->body)) && length && !is_refusal(line))
        return length;
    while (shown && (line[shown - 1] == '\r' || line[shown - 1] == '\n'))
        shown--;
    buffer_clear(&response->body);
    buffer_append(&response->body, line, shown);
    return response->body.overflowed ? 0 : length;
}

static struct curl_slist *recipients_of(const struct http_request *request)
{
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < request->headers.count; i++) {
        const struct http_header *header = &request->headers.items[i];
        if (!text_equal(header->name, HTTP_MAIL_TO))
            continue;
        list = curl_slist_append(list, header->value);
        CHECK(list);
    }
    return list;
}

static void set_login(CURL *easy, const struct http_headers *headers)
{
    const char *user = http_headers_find(headers, HTTP_MAIL_USER);
    const char *password = http_headers_find(headers, HTTP_MAIL_PASSWORD);

    if (user)
        curl_easy_setopt(easy, CURLOPT_USERNAME, user);
    if (user && password)
        curl_easy_setopt(easy, CURLOPT_PASSWORD, password);
    if (http_headers_find(headers, HTTP_MAIL_TLS))
        curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
}

/* curl asks this every second while it waits. */
static int is_enough(void *context, curl_off_t to_get, curl_off_t got, curl_off_t to_send,
                     curl_off_t sent)
{
    const struct mail_reading *reading = context;

    (void)to_get, (void)got, (void)to_send, (void)sent;
    return atomic_load(reading->was_woken) || clock_steady_ms() >= reading->ends_ms;
}

/* A little later than curl by its own clock, which has the better words. */
static int64_t end_of(const struct http_request *request)
{
    enum { SLACK_MS = 500 };

    return request->timeout_ms ? clock_steady_ms() + request->timeout_ms + SLACK_MS : INT64_MAX;
}

struct curl_slist *transport_curl_mail_set(void *easy, const struct http_request *request,
                                           const atomic_bool *was_woken,
                                           struct mail_reading *reading,
                                           struct http_response *response)
{
    const char *from = http_headers_find(&request->headers, HTTP_MAIL_FROM);
    struct curl_slist *recipients = recipients_of(request);

    *reading = (struct mail_reading){.request = request,
                                     .response = response,
                                     .was_woken = was_woken,
                                     .ends_ms = end_of(request)};
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, is_enough);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, reading);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from ? from : "");
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, read_body);
    curl_easy_setopt(easy, CURLOPT_READDATA, reading);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body.length);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, response);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    set_login(easy, &request->headers);
    return recipients;
}

int transport_curl_mail_refusal(const struct http_response *response)
{
    int status = 0;

    if (is_refusal(buffer_string(&response->body)))
        sscanf(buffer_string(&response->body), "%3d", &status);
    return status;
}
