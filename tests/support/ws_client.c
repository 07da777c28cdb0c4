#include "support/ws_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

enum { INPUT_MOST = 8 << 20, READ_SIZE = 16384, HEAD_MOST = 14 };

static const uint8_t mask[4] = {0x1a, 0x2b, 0x3c, 0x4d};

static size_t length_of(const struct ws_sent_frame *frame)
{
    return frame->length || !frame->payload ? frame->length : strlen(frame->payload);
}

static void put_head(struct buffer *out, const struct ws_sent_frame *frame)
{
    uint64_t length = frame->claimed ? frame->claimed : length_of(frame);
    int extra = frame->is_long || length > UINT16_MAX ? 8 : length > 125 ? 2 : 0;
    int code = extra == 8 ? 127 : extra == 2 ? 126 : (int)length;

    buffer_byte(out,
                (char)((frame->is_unfinished ? 0 : 0x80) | frame->reserved << 4 | frame->opcode));
    buffer_byte(out, (char)((frame->is_unmasked ? 0 : 0x80) | code));
    for (int i = extra - 1; i >= 0; i--)
        buffer_byte(out, (char)(length >> (8 * i)));
}

void ws_frame_put(struct buffer *out, const struct ws_sent_frame *frame)
{
    put_head(out, frame);
    if (!frame->is_unmasked)
        buffer_append(out, mask, sizeof(mask));
    for (size_t i = 0; i < length_of(frame); i++)
        buffer_byte(out, (char)(frame->payload[i] ^ (frame->is_unmasked ? 0 : mask[i % 4])));
}

void ws_client_init(struct ws_client *client, int socket)
{
    *client = (struct ws_client){.socket = socket, .in = BUFFER_WITH_LIMIT(INPUT_MOST)};
}

void ws_client_release(struct ws_client *client)
{
    if (client->socket >= 0)
        close(client->socket);
    client->socket = -1;
    buffer_release(&client->in);
}

/* A connection that the other side has ended is no failure: the test reads what it was told. */
static bool send_all(struct ws_client *client, const char *bytes, size_t length)
{
    while (length) {
        size_t piece = client->is_in_trickle ? 1 : length;
        ssize_t sent = send(client->socket, bytes, piece, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

void ws_client_bytes(struct ws_client *client, const void *bytes, size_t length)
{
    (void)send_all(client, bytes, length);
}

void ws_client_frame(struct ws_client *client, const struct ws_sent_frame *frame)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(INPUT_MOST);

    ws_frame_put(&bytes, frame);
    ws_client_bytes(client, bytes.bytes, bytes.length);
}

void ws_client_text(struct ws_client *client, const char *text)
{
    ws_client_frame(client, &(struct ws_sent_frame){.opcode = WS_TEXT, .payload = text});
}

void ws_client_close(struct ws_client *client, int code)
{
    const char payload[2] = {(char)(code >> 8), (char)(code & 0xff)};

    ws_client_frame(client,
                    &(struct ws_sent_frame){.opcode = WS_CLOSE, .payload = payload, .length = 2});
}

/* Reads more; false at the end. */
static bool read_more(struct ws_client *client)
{
    struct pollfd wait = {.fd = client->socket, .events = POLLIN};
    char bytes[READ_SIZE];

    if (poll(&wait, 1, WS_CLIENT_PATIENCE_MS) <= 0)
        fail_msg("nothing came within %d ms", WS_CLIENT_PATIENCE_MS);
    ssize_t length = recv(client->socket, bytes, sizeof(bytes), 0);
    if (length <= 0)
        return false;
    buffer_append(&client->in, bytes, (size_t)length);
    assert_false(client->in.overflowed);
    return true;
}

static bool have(struct ws_client *client, size_t length)
{
    while (client->in.length < length)
        if (!read_more(client))
            return false;
    return true;
}

static void consume(struct ws_client *client, size_t length)
{
    size_t left = client->in.length - length;

    memmove(client->in.bytes, client->in.bytes + length, left);
    client->in.length = left;
}

static bool read_payload(struct ws_client *client, struct ws_frame *ret, size_t extra,
                         bool is_masked)
{
    const uint8_t *head = (const uint8_t *)client->in.bytes;
    uint64_t length = extra ? 0 : head[1] & 0x7f;
    size_t before = 2 + extra + (is_masked ? 4 : 0);

    for (size_t i = 0; i < extra; i++)
        length = length << 8 | head[2 + i];
    assert_true(length < INPUT_MOST);
    if (!have(client, before + length))
        return false;
    buffer_append(&ret->payload, client->in.bytes + before, length);
    consume(client, before + length);
    return true;
}

bool ws_client_read(struct ws_client *client, struct ws_frame *ret)
{
    if (!have(client, 2))
        return false;
    const uint8_t *head = (const uint8_t *)client->in.bytes;
    uint8_t first = head[0], second = head[1];
    size_t extra = (second & 0x7f) == 127 ? 8 : (second & 0x7f) == 126 ? 2 : 0;

    if (!have(client, 2 + extra))
        return false;
    *ret = (struct ws_frame){
        .opcode = first & 0x0f,
        .is_final = first & 0x80,
        .reserved = first >> 4 & 7,
        .is_masked = second & 0x80,
        .payload = BUFFER_WITH_LIMIT(INPUT_MOST),
    };
    if (read_payload(client, ret, extra, ret->is_masked))
        return true;
    ws_frame_release(ret);
    return false;
}

void ws_frame_release(struct ws_frame *frame)
{
    buffer_release(&frame->payload);
}

/* What every frame of a server must be. */
static void check_frame(const struct ws_frame *frame)
{
    assert_true(frame->is_final);
    assert_false(frame->is_masked);
    assert_int_equal(frame->reserved, 0);
}

static void answer_ping(struct ws_client *client, const struct ws_frame *frame)
{
    client->pings++;
    if (!client->is_silent)
        ws_client_frame(client, &(struct ws_sent_frame){.opcode = WS_PONG,
                                                        .payload = frame->payload.bytes,
                                                        .length = frame->payload.length});
}

static struct json_value *parse(const struct ws_frame *frame)
{
    struct json_value *document = NULL;
    struct error error = {0};

    if (json_value_parse(buffer_string(&frame->payload), frame->payload.length, &document, &error))
        fail_msg("%s: %s", error.message, buffer_string(&frame->payload));
    return document;
}

struct json_value *ws_client_next(struct ws_client *client)
{
    struct ws_frame frame;

    while (ws_client_read(client, &frame)) {
        struct json_value *document = NULL;
        int opcode = frame.opcode;
        check_frame(&frame);
        if (opcode == WS_PING)
            answer_ping(client, &frame);
        else if (opcode == WS_TEXT)
            document = parse(&frame);
        ws_frame_release(&frame);
        if (document || opcode == WS_CLOSE)
            return document;
    }
    return NULL;
}

struct json_value *ws_client_expect(struct ws_client *client, const char *type)
{
    struct json_value *document = ws_client_next(client);
    const char *found = json_value_get_text(document, "type");

    if (!text_equal(found, type))
        fail_msg("%s came instead of %s", found ? found : "the end", type);
    return document;
}

static int code_of(const struct ws_frame *frame)
{
    const uint8_t *payload = (const uint8_t *)frame->payload.bytes;

    return frame->payload.length < 2 ? 1005 : payload[0] << 8 | payload[1];
}

int ws_client_close_code(struct ws_client *client)
{
    struct ws_frame frame;
    int code = 1006;

    while (ws_client_read(client, &frame)) {
        check_frame(&frame);
        assert_int_equal(code, 1006); /* nothing may follow the close frame */
        if (frame.opcode == WS_CLOSE)
            code = code_of(&frame);
        ws_frame_release(&frame);
    }
    return code;
}

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof(address)), 0);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return connection;
}

/* The head of the answer, cut from what came; NULL when the server ended the connection. */
static char *read_head(struct ws_client *client)
{
    const char *end;

    while (!(end = strstr(buffer_string(&client->in), "\r\n\r\n")))
        if (!read_more(client))
            return NULL;
    size_t length = (size_t)(end - client->in.bytes) + 4;
    char *head = memory_text_n(client->in.bytes, length);
    consume(client, length);
    return head;
}

int ws_client_connect(struct ws_client *client, int port, const char *path, const char *headers)
{
    ws_client_init(client, connect_to(port));
    AUTO_FREE char *request = memory_print("GET %s HTTP/1.1\r\n"
                                           "Host: 127.0.0.1:%d\r\n"
                                           "Connection: keep-alive, Upgrade\r\n"
                                           "Upgrade: websocket\r\n"
                                           "Sec-WebSocket-Version: 13\r\n"
                                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                           "%s\r\n",
                                           path, port, headers ? headers : "");
    ws_client_bytes(client, request, strlen(request));
    AUTO_FREE char *head = read_head(client);
    if (!head)
        return 0;
    int status = atoi(head + strlen("HTTP/1.1 "));
    if (status == 101)
        assert_non_null(strstr(head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    return status;
}
