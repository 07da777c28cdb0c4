/*
 * websocket.h: the server's end of one WebSocket connection (RFC 6455), without a socket: bytes
 * in, messages and bytes out. Wraps libwslay, and libcrypto's SHA-1 for the accept key; only
 * websocket.c includes them.
 *
 * What breaks the rules is answered with the right close frame: 1002 for unmasked frames, reserved
 * bits, bad fragments and control frames, 1003 for binary messages, 1007 for bytes that are no
 * UTF-8, 1009 for more than WEBSOCKET_MESSAGE_MOST. Extensions (compression) are not offered.
 * Pings are answered here. One thread at a time; memory for parsing is held only while a message
 * has not arrived whole.
 */
#ifndef LISTSYNC_WEB_WEBSOCKET_H
#define LISTSYNC_WEB_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum {
    WEBSOCKET_MESSAGE_MOST = 4096,      /* of a client; larger ones close with 1009 */
    WEBSOCKET_WAITING_MOST = 256 << 10, /* bytes to be sent; more ends the connection */
    WEBSOCKET_ACCEPT_SIZE = 29,
};

enum websocket_close {
    WEBSOCKET_CLOSE_GOING_AWAY = 1001,
    WEBSOCKET_CLOSE_PROTOCOL = 1002,
    WEBSOCKET_CLOSE_UNSUPPORTED = 1003,
    WEBSOCKET_CLOSE_POLICY = 1008,
};

/* Sec-WebSocket-Accept for a client's Sec-WebSocket-Key; false when that is no 16 bytes. */
bool websocket_accept(const char *key, char ret[WEBSOCKET_ACCEPT_SIZE]);

/* Called from within websocket_take; may put and close, not free. */
struct websocket_listener {
    void *context;
    void (*frame)(void *context);                                 /* a frame of any kind begins */
    void (*text)(void *context, const char *text, size_t length); /* a whole message */
    void (*pong)(void *context);
};

struct websocket;

struct websocket *websocket_new(const struct websocket_listener *listener);
void websocket_free(struct websocket *websocket); /* NULL is fine */

/* Bytes of the client; ignored once the connection is closing. */
void websocket_take(struct websocket *websocket, const void *bytes, size_t length);

/* Each puts bytes to be sent; nothing more once the connection is closing. */
void websocket_put_text(struct websocket *websocket, const char *text, size_t length);
void websocket_put_ping(struct websocket *websocket);
void websocket_put_frames(struct websocket *websocket, const void *bytes, size_t length);
/* `reason` is at most 120 bytes. */
void websocket_close(struct websocket *websocket, enum websocket_close code, const char *reason);
/* A close frame was put: once it is sent, send nothing more and read until the client's end. */
bool websocket_is_closing(const struct websocket *websocket);

/* What waits to be sent; borrowed until the next call. */
const char *websocket_waiting(const struct websocket *websocket, size_t *ret_length);
void websocket_sent(struct websocket *websocket, size_t length);

/* One whole text frame, for websocket_put_frames. Frames of a server are the same for everybody. */
void websocket_frame_text(struct buffer *out, const char *text, size_t length);

const char *websocket_library_version(void); /* wslay's */
const char *websocket_libcrypto_version(void);

#endif
