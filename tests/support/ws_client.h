/*
 * ws_client.h: a small WebSocket client for tests, which can also do what no client should.
 *
 *     struct ws_client client;
 *     assert_int_equal(ws_client_connect(&client, port, "/api/ws", "X-Api-Key: ...\r\n"), 101);
 *     ws_client_text(&client, "{\"ping\":1}");
 *     AUTO_JSON struct json_value *answer = ws_client_expect(&client, "pong");
 *     ws_client_release(&client);
 *
 * Reading waits for WS_CLIENT_PATIENCE_MS at most and then fails the test. Pings are answered
 * while it reads, unless `is_silent`.
 */
#ifndef LISTSYNC_TESTS_WS_CLIENT_H
#define LISTSYNC_TESTS_WS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/json_value.h"

enum { WS_CLIENT_PATIENCE_MS = 20000 };

enum ws_opcode {
    WS_CONTINUATION = 0,
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10,
};

/* A frame to be sent; all zero but opcode and payload is a proper one. */
struct ws_sent_frame {
    int opcode;
    const char *payload; /* NULL: none */
    size_t length;       /* 0: that of the text */
    bool is_unfinished;  /* FIN is not set */
    int reserved;        /* bits of RSV: 4, 2, 1 */
    bool is_unmasked;
    uint64_t claimed; /* length to be written in the head, if it is not the true one */
    bool is_long;     /* the length in eight bytes, whatever it is */
};

void ws_frame_put(struct buffer *out, const struct ws_sent_frame *frame);

struct ws_frame {
    int opcode;
    bool is_final;
    int reserved;
    bool is_masked;
    struct buffer payload;
};

struct ws_client {
    int socket;
    struct buffer in;
    bool is_silent;     /* answers no pings */
    bool is_in_trickle; /* each byte in a write of its own */
    int pings;          /* that came */
};

/* On a connection that is a WebSocket already; the socket is closed by ws_client_release. */
void ws_client_init(struct ws_client *client, int socket);
/*
 * Connects to 127.0.0.1 and asks for an upgrade; `headers` are lines that end with CRLF, or NULL.
 * The answer's status; with 101 its Sec-WebSocket-Accept was right.
 */
int ws_client_connect(struct ws_client *client, int port, const char *path, const char *headers);
void ws_client_release(struct ws_client *client);

void ws_client_bytes(struct ws_client *client, const void *bytes, size_t length);
void ws_client_frame(struct ws_client *client, const struct ws_sent_frame *frame);
void ws_client_text(struct ws_client *client, const char *text);
void ws_client_close(struct ws_client *client, int code);

/* The next frame, whatever it is; false at the end of the connection. */
bool ws_client_read(struct ws_client *client, struct ws_frame *ret);
void ws_frame_release(struct ws_frame *frame);
/* The next text as JSON, pings being answered; NULL when the connection is closed or has ended. */
struct json_value *ws_client_next(struct ws_client *client);
/* The next one, which must be of that type. */
struct json_value *ws_client_expect(struct ws_client *client, const char *type);
/* Reads on to the close frame and the end: its code; 1005 when it has none, 1006 without one. */
int ws_client_close_code(struct ws_client *client);

#endif
