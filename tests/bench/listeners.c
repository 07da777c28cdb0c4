#include "listeners.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "support/ws_client.h"

enum { PIECE_SIZE = 1 << 16, EVENTS_NOTED = 100000, EVENTS_AT_ONCE = 64, LOOK_MS = 50 };
enum { SMALL_FRAME = 126, LARGE_FRAME = 127, MASK_LENGTH = 127, OPCODE_MASK = 15 };

/* An event on its way to all. */
struct noted {
    int64_t first_us, last_us;
    int count;
};

struct listeners {
    struct ws_client *clients;
    int count, epoll;
    pthread_t thread;
    atomic_bool is_ending;
    struct noted *noted; /* by the event's number */
    struct listeners_result result;
    char piece[PIECE_SIZE];
};

static int64_t steady_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The number in {"id":"k3v9q2ad-41",...}; 0: it has none. */
static int64_t event_number(const char *text, size_t length)
{
    static const char before[] = "{\"id\":\"";
    const char *end = text + length, *at;

    if (length < sizeof(before) || memcmp(text, before, sizeof(before) - 1) != 0)
        return 0;
    at = memchr(text, '-', length);
    return at && at + 1 < end ? strtoll(at + 1, NULL, 10) : 0;
}

static void note_text(struct listeners *listeners, const char *text, size_t length, int64_t now)
{
    int64_t number = event_number(text, length);

    listeners->result.frames++;
    listeners->result.resyncs += memmem(text, length, "\"resync\"", strlen("\"resync\"")) != NULL;
    if (number <= 0 || number >= EVENTS_NOTED || memmem(text, length, "\"hello\"", 7))
        return;
    struct noted *noted = &listeners->noted[number];
    if (!noted->count++)
        noted->first_us = now;
    noted->last_us = now;
}

/* Where the payload begins; 0: the head is not there yet. The server's frames have no mask. */
static size_t read_head(const unsigned char *bytes, size_t length, size_t *payload)
{
    size_t head = length < 2 || (bytes[1] & MASK_LENGTH) < SMALL_FRAME ? 2 : 4;

    if (length >= 2 && (bytes[1] & MASK_LENGTH) == LARGE_FRAME)
        head = 10;
    if (length < head)
        return 0;
    *payload = head == 2 ? bytes[1] & MASK_LENGTH : 0;
    for (size_t i = 2; i < head; i++)
        *payload = *payload << 8 | bytes[i];
    return head;
}

static void take_frame(struct listeners *listeners, struct ws_client *client, int opcode,
                       const char *payload, size_t length)
{
    if (opcode == WS_TEXT)
        note_text(listeners, payload, length, steady_us());
    else if (opcode == WS_PING)
        ws_client_frame(client, &(struct ws_sent_frame){
                                    .opcode = WS_PONG, .payload = payload, .length = length});
}

static void take_frames(struct listeners *listeners, struct ws_client *client)
{
    const char *bytes = client->in.bytes;
    size_t at = 0, head, payload = 0, left = client->in.length;

    while ((head = read_head((const unsigned char *)bytes + at, left - at, &payload)) > 0 &&
           left - at - head >= payload) {
        take_frame(listeners, client, bytes[at] & OPCODE_MASK, bytes + at + head, payload);
        at += head + payload;
    }
    AUTO_BUFFER struct buffer rest = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    buffer_append(&rest, bytes + at, left - at);
    buffer_clear(&client->in);
    buffer_append(&client->in, rest.bytes, rest.length);
}

static void take(struct listeners *listeners, struct ws_client *client)
{
    ssize_t got = recv(client->socket, listeners->piece, PIECE_SIZE, MSG_DONTWAIT);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        listeners->result.lost++;
        epoll_ctl(listeners->epoll, EPOLL_CTL_DEL, client->socket, NULL);
        return;
    }
    buffer_append(&client->in, listeners->piece, (size_t)got);
    take_frames(listeners, client);
}

static void *listen_to_all(void *context)
{
    struct listeners *listeners = context;
    struct epoll_event events[EVENTS_AT_ONCE];

    while (!atomic_load(&listeners->is_ending)) {
        int count = epoll_wait(listeners->epoll, events, EVENTS_AT_ONCE, LOOK_MS);
        for (int i = 0; i < count; i++)
            take(listeners, &listeners->clients[events[i].data.u32]);
    }
    return NULL;
}

struct listeners *listeners_start(int port, const char *headers, int count)
{
    struct listeners *listeners = memory_new(sizeof(*listeners));

    listeners->count = count;
    listeners->clients = memory_array((size_t)count, sizeof(*listeners->clients));
    listeners->noted = memory_array(EVENTS_NOTED, sizeof(*listeners->noted));
    listeners->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        struct ws_client *client = &listeners->clients[i];
        CHECK(ws_client_connect(client, port, "/api/ws", headers) == 101);
        if (client->in.length)
            take_frames(listeners, client);
        CHECK(epoll_ctl(listeners->epoll, EPOLL_CTL_ADD, client->socket, &event) == 0);
    }
    CHECK(pthread_create(&listeners->thread, NULL, listen_to_all, listeners) == 0);
    return listeners;
}

static int compare(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, two = *(const int64_t *)b;

    return one < two ? -1 : one > two;
}

static void sum_up(struct listeners *listeners)
{
    struct listeners_result *result = &listeners->result;
    AUTO_FREE int64_t *spreads = memory_array(EVENTS_NOTED, sizeof(*spreads));

    for (size_t i = 0; i < EVENTS_NOTED; i++) {
        const struct noted *noted = &listeners->noted[i];
        if (noted->count >= listeners->count)
            spreads[result->events++] = noted->last_us - noted->first_us;
    }
    if (!result->events)
        return;
    qsort(spreads, (size_t)result->events, sizeof(*spreads), compare);
    result->half_us = spreads[result->events / 2];
    result->p99_us = spreads[result->events * 99 / 100];
    result->most_us = spreads[result->events - 1];
}

void listeners_stop(struct listeners *listeners, struct listeners_result *ret)
{
    atomic_store(&listeners->is_ending, true);
    pthread_join(listeners->thread, NULL);
    sum_up(listeners);
    *ret = listeners->result;
    for (int i = 0; i < listeners->count; i++)
        ws_client_release(&listeners->clients[i]);
    close(listeners->epoll);
    free(listeners->clients);
    free(listeners->noted);
    free(listeners);
}
