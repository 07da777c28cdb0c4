/* SHA1_Init and its kin are all that is needed; EVP would load a whole provider (2 MB) for it. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "web/websocket.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <wslay/wslay.h>

#include "base/check.h"
#include "base/memory.h"

enum {
    KEY_LENGTH = 24, /* 16 bytes as base64 */
    FIN = 0x80,
    MASK_BYTES = 4,
    REASON_MOST = 120,
};

struct websocket {
    struct websocket_listener listener;
    wslay_event_context_ptr
        parser;           /* NULL between messages: it is large and idle most of the time */
    const uint8_t *input; /* of the call under way */
    size_t input_left;
    bool is_taking;
    uint64_t unfinished; /* bytes that came since the last whole frame */
    uint64_t frame_size; /* of the frame that is coming in, with its head */
    bool is_fragmented;  /* a message is coming in in several frames */
    bool is_closing;
    struct buffer owed; /* our close frame, put after what the parser still has to say */
    struct buffer out;
    size_t sent; /* of `out` */
};

static bool is_base64_key(const char *key)
{
    unsigned char bytes[KEY_LENGTH];
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    return key && strlen(key) == KEY_LENGTH && strspn(key, letters) == KEY_LENGTH - 2 &&
           strcmp(key + KEY_LENGTH - 2, "==") == 0 &&
           EVP_DecodeBlock(bytes, (const unsigned char *)key, KEY_LENGTH) > 0;
}

bool websocket_accept(const char *key, char ret[WEBSOCKET_ACCEPT_SIZE])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA_CTX context;

    if (!is_base64_key(key))
        return false;
    SHA1_Init(&context);
    SHA1_Update(&context, key, KEY_LENGTH);
    SHA1_Update(&context, guid, strlen(guid));
    SHA1_Final(digest, &context);
    EVP_EncodeBlock((unsigned char *)ret, digest, sizeof(digest));
    return true;
}

/* Head and payload of an unmasked, unfragmented frame. */
static void put_frame(struct buffer *out, uint8_t opcode, const void *payload, size_t length)
{
    uint8_t head[10] = {FIN | opcode};
    size_t extra = length < 126 ? 0 : length <= UINT16_MAX ? 2 : 8;

    head[1] = extra == 0 ? (uint8_t)length : extra == 2 ? 126 : 127;
    for (size_t i = 0; i < extra; i++)
        head[2 + i] = (uint8_t)((uint64_t)length >> (8 * (extra - 1 - i)));
    buffer_append(out, head, 2 + extra);
    buffer_append(out, payload, length);
}

static void put_close(struct buffer *out, unsigned code, const char *reason)
{
    AUTO_BUFFER struct buffer payload = BUFFER_WITH_LIMIT(2 + REASON_MOST);

    buffer_byte(&payload, (char)(code >> 8));
    buffer_byte(&payload, (char)(code & 0xff));
    buffer_text(&payload, reason);
    CHECK(!payload.overflowed);
    put_frame(out, WSLAY_CONNECTION_CLOSE, payload.bytes, payload.length);
}

void websocket_frame_text(struct buffer *out, const char *text, size_t length)
{
    put_frame(out, WSLAY_TEXT_FRAME, text, length);
}

static ssize_t give_input(wslay_event_context_ptr parser, uint8_t *bytes, size_t size, int flags,
                          void *context)
{
    struct websocket *websocket = context;
    size_t length = websocket->input_left < size ? websocket->input_left : size;

    (void)flags;
    if (!length) {
        wslay_event_set_error(parser, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    memcpy(bytes, websocket->input, length);
    websocket->input += length;
    websocket->input_left -= length;
    return (ssize_t)length;
}

/* wslay gives head and payload one after the other: they are gathered, and sent in one write. */
static ssize_t keep_output(wslay_event_context_ptr parser, const uint8_t *bytes, size_t length,
                           int flags, void *context)
{
    struct websocket *websocket = context;

    (void)flags;
    buffer_append(&websocket->out, bytes, length);
    if (!websocket->out.overflowed)
        return (ssize_t)length;
    wslay_event_set_error(parser, WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static void note_frame_begin(wslay_event_context_ptr parser,
                             const struct wslay_event_on_frame_recv_start_arg *frame, void *context)
{
    struct websocket *websocket = context;
    uint64_t length = frame->payload_length;

    (void)parser;
    websocket->frame_size = 2 + (length < 126 ? 0 : length <= UINT16_MAX ? 2 : 8) + MASK_BYTES;
    websocket->frame_size += length;
    if (!wslay_is_ctrl_frame(frame->opcode))
        websocket->is_fragmented = !frame->fin;
    if (!websocket->is_closing)
        websocket->listener.frame(websocket->listener.context);
}

static void note_frame_end(wslay_event_context_ptr parser, void *context)
{
    struct websocket *websocket = context;

    (void)parser;
    websocket->unfinished -= websocket->frame_size;
}

static void take_message(wslay_event_context_ptr parser,
                         const struct wslay_event_on_msg_recv_arg *message, void *context)
{
    struct websocket *websocket = context;
    const struct websocket_listener *listener = &websocket->listener;

    (void)parser;
    if (websocket->is_closing)
        return;
    if (message->opcode == WSLAY_TEXT_FRAME)
        listener->text(listener->context, (const char *)message->msg, message->msg_length);
    else if (message->opcode == WSLAY_PONG)
        listener->pong(listener->context);
    else if (message->opcode == WSLAY_BINARY_FRAME)
        websocket_close(websocket, WEBSOCKET_CLOSE_UNSUPPORTED, "messages are text here");
}

static void make_parser(struct websocket *websocket)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = give_input,
        .send_callback = keep_output,
        .on_frame_recv_start_callback = note_frame_begin,
        .on_frame_recv_end_callback = note_frame_end,
        .on_msg_recv_callback = take_message,
    };

    CHECK(wslay_event_context_server_init(&websocket->parser, &callbacks, websocket) == 0);
    wslay_event_config_set_max_recv_msg_length(websocket->parser, WEBSOCKET_MESSAGE_MOST);
}

static void drop_parser(struct websocket *websocket)
{
    wslay_event_context_free(websocket->parser);
    websocket->parser = NULL;
}

struct websocket *websocket_new(const struct websocket_listener *listener)
{
    struct websocket *websocket = memory_new(sizeof(*websocket));

    websocket->listener = *listener;
    buffer_init(&websocket->out, WEBSOCKET_WAITING_MOST);
    buffer_init(&websocket->owed, 2 + 2 + REASON_MOST);
    return websocket;
}

void websocket_free(struct websocket *websocket)
{
    if (!websocket)
        return;
    if (websocket->parser)
        drop_parser(websocket);
    buffer_release(&websocket->owed);
    buffer_release(&websocket->out);
    free(websocket);
}

/* Pongs, and the close frame of the parser or else of ours. */
static void put_answers(struct websocket *websocket, bool is_malformed)
{
    /* To a frame that is bad in its head wslay itself would answer without a code. */
    if (is_malformed)
        websocket_close(websocket, WEBSOCKET_CLOSE_PROTOCOL, "");
    else if (wslay_event_send(websocket->parser) < 0 ||
             wslay_event_get_close_sent(websocket->parser))
        websocket->is_closing = true;
    if (!wslay_event_get_close_sent(websocket->parser))
        buffer_append(&websocket->out, websocket->owed.bytes, websocket->owed.length);
    buffer_release(&websocket->owed);
}

void websocket_take(struct websocket *websocket, const void *bytes, size_t length)
{
    if (websocket->is_closing || !length)
        return;
    if (!websocket->parser)
        make_parser(websocket);
    websocket->input = bytes;
    websocket->input_left = length;
    websocket->unfinished += length;
    websocket->is_taking = true;
    bool is_malformed = wslay_event_recv(websocket->parser) < 0;
    websocket->is_taking = false;
    put_answers(websocket, is_malformed);
    if (websocket->is_closing || (!websocket->unfinished && !websocket->is_fragmented))
        drop_parser(websocket);
}

void websocket_put_frames(struct websocket *websocket, const void *bytes, size_t length)
{
    if (websocket->is_closing)
        return;
    buffer_append(&websocket->out, bytes, length);
    if (websocket->out.overflowed)
        websocket->is_closing = true;
}

void websocket_put_text(struct websocket *websocket, const char *text, size_t length)
{
    AUTO_BUFFER struct buffer frame = BUFFER_WITH_LIMIT(WEBSOCKET_WAITING_MOST);

    websocket_frame_text(&frame, text, length);
    websocket_put_frames(websocket, frame.bytes, frame.length);
}

void websocket_put_ping(struct websocket *websocket)
{
    static const uint8_t ping[] = {FIN | WSLAY_PING, 0};

    websocket_put_frames(websocket, ping, sizeof(ping));
}

void websocket_close(struct websocket *websocket, enum websocket_close code, const char *reason)
{
    if (websocket->is_closing)
        return;
    websocket->is_closing = true;
    if (websocket->is_taking)
        wslay_event_shutdown_read(websocket->parser);
    put_close(websocket->is_taking ? &websocket->owed : &websocket->out, code, reason);
}

bool websocket_is_closing(const struct websocket *websocket)
{
    return websocket->is_closing;
}

const char *websocket_waiting(const struct websocket *websocket, size_t *ret_length)
{
    *ret_length = websocket->out.length - websocket->sent;
    return buffer_string(&websocket->out) + websocket->sent;
}

void websocket_sent(struct websocket *websocket, size_t length)
{
    CHECK(length <= websocket->out.length - websocket->sent);
    websocket->sent += length;
    if (websocket->sent < websocket->out.length)
        return;
    buffer_release(&websocket->out);
    websocket->sent = 0;
}

const char *websocket_library_version(void)
{
    return WSLAY_VERSION;
}

const char *websocket_libcrypto_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
