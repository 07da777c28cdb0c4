/*
 * Any bytes of a client, in pieces of any size: the server's end neither breaks nor says a word
 * after its close frame, and what it wants to send are whole frames.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "web/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct end {
    struct websocket *websocket;
    size_t frames;
};

static void take_frame(void *context)
{
    struct end *end = context;

    if (++end->frames == 50)
        websocket_close(end->websocket, WEBSOCKET_CLOSE_POLICY, "too many");
}

static void take_text(void *context, const char *text, size_t length)
{
    struct end *end = context;

    CHECK(length <= WEBSOCKET_MESSAGE_MOST);
    CHECK(!length || memchr(text, 0, length) || length < 3 || text_is_valid_utf8(text, length) ||
          memcmp(text, "\xef\xbb\xbf", 3) == 0);
    websocket_put_text(end->websocket, text, length);
}

static void take_pong(void *context)
{
    CHECK(((struct end *)context)->frames > 0);
}

/* Length of the unmasked frame that begins there, which must be whole. */
static size_t check_frame(const uint8_t *bytes, size_t left, bool *is_close)
{
    CHECK(left >= 2 && bytes[0] & 0x80 && !(bytes[0] & 0x70) && !(bytes[1] & 0x80));
    size_t extra = bytes[1] == 127 ? 8 : bytes[1] == 126 ? 2 : 0;
    size_t length = extra ? 0 : bytes[1];

    CHECK(left >= 2 + extra);
    for (size_t i = 0; i < extra; i++)
        length = length << 8 | bytes[2 + i];
    CHECK(left >= 2 + extra + length);
    *is_close = (bytes[0] & 0x0f) == 8;
    return 2 + extra + length;
}

/* Takes what waits, all of it. */
static bool check_waiting(struct websocket *websocket)
{
    bool is_close = false;
    size_t length;
    const uint8_t *bytes = (const uint8_t *)websocket_waiting(websocket, &length);

    for (size_t at = 0; at < length;) {
        CHECK(!is_close);
        at += check_frame(bytes + at, length - at, &is_close);
    }
    websocket_sent(websocket, length);
    return is_close;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct end end = {0};
    bool is_closed = false;
    size_t piece = size ? 1 + data[0] % 64 : 1;

    end.websocket = websocket_new(&(struct websocket_listener){
        .context = &end, .frame = take_frame, .text = take_text, .pong = take_pong});
    for (size_t at = 1; at < size; at += piece) {
        websocket_take(end.websocket, data + at, size - at < piece ? size - at : piece);
        CHECK(!is_closed || !*websocket_waiting(end.websocket, &(size_t){0}));
        if (check_waiting(end.websocket))
            is_closed = true;
        CHECK(is_closed == websocket_is_closing(end.websocket));
    }
    websocket_free(end.websocket);
    return 0;
}
