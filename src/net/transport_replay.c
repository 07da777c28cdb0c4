#include "net/transport_replay.h"

#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

struct asked {
    const struct http_request *request;
    transport_done *done;
    void *context;
};

struct replay {
    struct transport transport; /* first: the address of one is that of the other */
    const struct replay_record *records;
    bool *played;
    size_t count;
    struct asked *asked; /* started and not yet answered, oldest first */
    size_t asked_count;
    size_t asked_capacity;
    int wake_descriptor;
};

static struct replay *own(struct transport *transport)
{
    return (struct replay *)transport;
}

static void start(struct transport *transport, const struct http_request *request,
                  transport_done *done, void *context)
{
    struct replay *replay = own(transport);

    memory_grow(&replay->asked, replay->asked_count, &replay->asked_capacity);
    replay->asked[replay->asked_count++] = (struct asked){request, done, context};
}

static void drop(struct replay *replay, size_t index)
{
    replay->asked_count--;
    memmove(replay->asked + index, replay->asked + index + 1,
            (replay->asked_count - index) * sizeof(*replay->asked));
}

static void cancel(struct transport *transport, void *context)
{
    struct replay *replay = own(transport);

    for (size_t i = 0; i < replay->asked_count; i++)
        if (replay->asked[i].context == context) {
            drop(replay, i);
            return;
        }
}

static bool body_matches(const struct replay_record *record, const struct http_request *request)
{
    return !record->body_has || strstr(buffer_string(&request->body), record->body_has);
}

static bool matches(const struct replay_record *record, const struct http_request *request)
{
    return record->method == request->method && text_equal(record->url, request->url) &&
           body_matches(record, request);
}

static const struct replay_record *take_match(struct replay *replay,
                                              const struct http_request *request)
{
    for (size_t i = 0; i < replay->count; i++)
        if (!replay->played[i] && matches(&replay->records[i], request)) {
            replay->played[i] = true;
            return &replay->records[i];
        }
    return NULL;
}

static void explain(const struct replay *replay, const struct http_request *request,
                    struct error *error)
{
    const struct replay_record *next = transport_replay_next(&replay->transport);
    const char *method = http_method_word(request->method);

    if (!next)
        error_set(error, ERROR_FORMAT, "%s %s was asked, but the recording is at its end", method,
                  request->url);
    else if (next->method == request->method && text_equal(next->url, request->url))
        error_set(error, ERROR_FORMAT, "the body of %s %s is \"%.120s\" and lacks \"%.120s\"",
                  method, request->url, buffer_string(&request->body), next->body_has);
    else
        error_set(error, ERROR_FORMAT, "%s %s was asked, the recording goes on with %s %s", method,
                  request->url, http_method_word(next->method), next->url);
}

static void read_headers(const char *lines, struct http_headers *ret)
{
    AUTO_FREE char *copy = memory_text(lines ? lines : "");
    char *rest = copy;
    char *line = NULL;

    while ((line = strsep(&rest, "\n"))) {
        char *colon = strchr(line, ':');
        if (!colon)
            continue;
        *colon = '\0';
        http_headers_add(ret, text_trim(line), text_trim(colon + 1), false);
    }
}

static void read_body(const struct replay_record *record, struct buffer *ret)
{
    const char *body = record->body ? record->body : "";

    buffer_append(ret, body, record->body_length ? record->body_length : strlen(body));
}

static void answer(struct replay *replay, const struct asked *asked)
{
    const struct http_request *request = asked->request;
    const struct replay_record *record = take_match(replay, request);
    struct error error = {0};
    AUTO_RESPONSE struct http_response response;

    http_response_init(&response,
                       request->answer_limit ? request->answer_limit : BUFFER_LIMIT_ANSWER);
    if (!record) {
        explain(replay, request, &error);
    } else if (record->fails) {
        error_set(&error, record->fails, "the recording ends here without an answer");
    } else {
        response.status = record->status;
        response.url = memory_text(request->url);
        read_headers(record->headers, &response.headers);
        read_body(record, &response.body);
    }
    if (response.body.overflowed)
        error_set(&error, ERROR_LIMIT, "the recorded answer is larger than the request allows");
    asked->done(asked->context, error.code ? NULL : &response, error.code ? &error : NULL);
}

static void wait_for_wake(const struct replay *replay, int wait_ms)
{
    struct pollfd descriptor = {.fd = replay->wake_descriptor, .events = POLLIN};
    eventfd_t ignored = 0;

    if (poll(&descriptor, 1, wait_ms) > 0)
        eventfd_read(replay->wake_descriptor, &ignored);
}

static void poll_replay(struct transport *transport, int wait_ms)
{
    struct replay *replay = own(transport);

    if (!replay->asked_count)
        wait_for_wake(replay, wait_ms);
    while (replay->asked_count) {
        struct asked asked = replay->asked[0];
        drop(replay, 0);
        answer(replay, &asked);
    }
}

static void wake(struct transport *transport)
{
    eventfd_write(own(transport)->wake_descriptor, 1);
}

static void free_replay(struct transport *transport)
{
    struct replay *replay = own(transport);

    close(replay->wake_descriptor);
    free(replay->asked);
    free(replay->played);
    free(replay);
}

struct transport *transport_replay_new(const struct replay_record *records, size_t count)
{
    static const struct transport_functions functions = {
        .start = start,
        .cancel = cancel,
        .poll = poll_replay,
        .wake = wake,
        .free = free_replay,
    };
    struct replay *replay = memory_new(sizeof(*replay));

    replay->transport.functions = &functions;
    replay->records = records;
    replay->count = count;
    replay->played = memory_array(count, sizeof(*replay->played));
    replay->wake_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK(replay->wake_descriptor >= 0);
    return &replay->transport;
}

size_t transport_replay_left(const struct transport *transport)
{
    const struct replay *replay = (const struct replay *)transport;
    size_t left = 0;

    for (size_t i = 0; i < replay->count; i++)
        left += !replay->played[i];
    return left;
}

const struct replay_record *transport_replay_next(const struct transport *transport)
{
    const struct replay *replay = (const struct replay *)transport;

    for (size_t i = 0; i < replay->count; i++)
        if (!replay->played[i])
            return &replay->records[i];
    return NULL;
}
