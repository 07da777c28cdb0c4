/*
 * Any bytes as an answer to a notice: the first byte says of which service, the second stands for
 * the status. Every answer ends in a verdict, with a sentence unless it was taken. The same bytes
 * as settings and as a stored notice are read or refused.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/memory.h"
#include "notify/notifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_answer(const struct notifier *notifier, int status, const struct buffer *body)
{
    struct http_response response;
    struct notifier_outcome outcome = {0};

    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    response.status = status;
    http_headers_add(&response.headers, "Retry-After", buffer_string(body), false);
    buffer_append(&response.body, body->bytes, body->length);
    notifier->answer(&response, &outcome);
    CHECK(outcome.verdict == NOTIFIER_DELIVERED || outcome.message[0]);
    CHECK(outcome.retry_ms >= 0 && outcome.retry_ms <= 24 * 60 * 60 * 1000);
    http_response_release(&response);
}

static void read_settings(const struct notifier *notifier, const struct buffer *text)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_JSON struct json_value *document = NULL;
    struct notifier_settings settings = {0};
    struct notice notice;
    struct http_request request;

    http_request_init(&request);
    notifier_settings_read(notifier, buffer_string(text), &settings, NULL);
    if (!json_value_parse(buffer_string(text), text->length, &document, NULL) &&
        !notice_read(document, arena, &notice, NULL) &&
        !notifier_check(notifier, &settings, NULL)) {
        struct notifier_message message = {
            .settings = &settings, .notice = &notice, .arena = arena};
        notifier_request(notifier, &message, &request);
        CHECK(request.url && !request.body.overflowed);
    }
    http_request_release(&request);
    notifier_settings_release(&settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 204, 250, 301, 400, 401, 403, 404, 410,
                                   413, 424, 429, 451, 500, 503, 504, 535, 552};
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    size_t count = 0;

    while (notifier_all()[count])
        count++;
    if (size < 2)
        return 0;
    buffer_append(&bytes, data + 2, size - 2);
    const struct notifier *notifier = notifier_all()[data[0] % count];
    read_answer(notifier, statuses[data[1] % ARRAY_LENGTH(statuses)], &bytes);
    read_settings(notifier, &bytes);
    return 0;
}
