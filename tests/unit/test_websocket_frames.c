/* The rules of RFC 6455, without a socket: what a client sends, and what it gets for that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/ws_client.h"
#include "web/websocket.h"

/* A connection and what it made of the bytes that it got. */
struct end {
    struct websocket *websocket;
    char *text; /* the last message */
    int texts, frames, pongs;
    bool answers;  /* each text with the same text */
    bool shuts_up; /* closes at the first frame */
};

static void note_frame(void *context)
{
    struct end *end = context;

    end->frames++;
    if (end->shuts_up)
        websocket_close(end->websocket, WEBSOCKET_CLOSE_POLICY, "enough");
}

static void note_text(void *context, const char *text, size_t length)
{
    struct end *end = context;

    free(end->text);
    end->text = memory_text_n(text, length);
    end->texts++;
    if (end->answers)
        websocket_put_text(end->websocket, text, length);
}

static void note_pong(void *context)
{
    struct end *end = context;

    end->pongs++;
}

static void open_end(struct end *end)
{
    *end = (struct end){0};
    end->websocket = websocket_new(&(struct websocket_listener){
        .context = end, .frame = note_frame, .text = note_text, .pong = note_pong});
}

static void close_end(struct end *end)
{
    websocket_free(end->websocket);
    free(end->text);
}

static void take_frames(struct end *end, const struct ws_sent_frame *frames, size_t count,
                        size_t piece)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(1 << 20);

    for (size_t i = 0; i < count; i++)
        ws_frame_put(&bytes, &frames[i]);
    for (size_t at = 0; at < bytes.length; at += piece) {
        size_t left = bytes.length - at;
        websocket_take(end->websocket, bytes.bytes + at, left < piece ? left : piece);
    }
}

static void take_frame(struct end *end, const struct ws_sent_frame *frame)
{
    take_frames(end, frame, 1, SIZE_MAX / 2);
}

/* What waits to be sent, all of it, as a frame of at most 125 bytes; -1: nothing waits. */
static int waiting_opcode(struct end *end)
{
    size_t length;
    const char *bytes = websocket_waiting(end->websocket, &length);

    if (!length)
        return -1;
    assert_int_equal((uint8_t)bytes[0] & 0xf0, 0x80);
    assert_int_equal((size_t)bytes[1], length - 2);
    return bytes[0] & 0x0f;
}

static int waiting_close_code(struct end *end)
{
    size_t length;
    const uint8_t *bytes = (const uint8_t *)websocket_waiting(end->websocket, &length);

    assert_true(websocket_is_closing(end->websocket));
    assert_int_equal(waiting_opcode(end), WS_CLOSE);
    return length < 4 ? 1005 : bytes[2] << 8 | bytes[3];
}

static void the_accept_key_is_that_of_the_standard(void **state)
{
    char accept[WEBSOCKET_ACCEPT_SIZE];

    (void)state;
    assert_true(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==", accept));
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static void keys_that_are_no_16_bytes_are_refused(void **state)
{
    static const char *const keys[] = {"",
                                       "dGhlIHNhbXBsZSBub25jZQ=",
                                       "dGhlIHNhbXBsZSBub25jZQ===",
                                       "dGhlIHNhbXBsZSBub25jZTE0",
                                       "dGhlIHNhbXBsZSBub25j!Q==",
                                       "dGhlIHNhbXBsZSB=b25jZQ==",
                                       "dGhlIHNhbXBsZSBub25jZTEy"};
    char accept[WEBSOCKET_ACCEPT_SIZE];

    (void)state;
    assert_false(websocket_accept(NULL, accept));
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++)
        assert_false(websocket_accept(keys[i], accept));
}

static void a_text_arrives_however_it_is_cut(void **state)
{
    const struct ws_sent_frame frames[] = {
        {.opcode = WS_TEXT, .payload = "gr\xc3", .is_unfinished = true},
        {.opcode = WS_PING, .payload = "between"},
        {.opcode = WS_CONTINUATION, .payload = "\xbc\xc3", .is_unfinished = true},
        {.opcode = WS_CONTINUATION,
         .payload = "\x9f"
                    "e"},
    };

    (void)state;
    for (size_t piece = 1; piece < 40; piece++) {
        struct end end;
        open_end(&end);
        take_frames(&end, frames, ARRAY_LENGTH(frames), piece);
        assert_int_equal(end.texts, 1);
        assert_string_equal(end.text, "gr\xc3\xbc\xc3\x9f"
                                      "e");
        assert_int_equal(end.frames, 4);
        assert_int_equal(waiting_opcode(&end), WS_PONG);
        close_end(&end);
    }
}

static void messages_follow_each_other(void **state)
{
    struct end end;

    (void)state;
    open_end(&end);
    for (int i = 0; i < 100; i++) {
        const struct ws_sent_frame frames[] = {{.opcode = WS_TEXT, .payload = "one"},
                                               {.opcode = WS_PONG},
                                               {.opcode = WS_TEXT, .payload = "another"}};
        take_frames(&end, frames, ARRAY_LENGTH(frames), (size_t)i + 1);
    }
    assert_int_equal(end.texts, 200);
    assert_int_equal(end.pongs, 100);
    assert_int_equal(waiting_opcode(&end), -1);
    assert_false(websocket_is_closing(end.websocket));
    close_end(&end);
}

static void a_message_of_the_largest_size_is_taken(void **state)
{
    AUTO_FREE char *text = memory_print("%0*d", WEBSOCKET_MESSAGE_MOST, 0);
    struct end end;

    (void)state;
    open_end(&end);
    take_frame(&end, &(struct ws_sent_frame){.opcode = WS_TEXT, .payload = text});
    assert_int_equal(end.texts, 1);
    assert_int_equal(strlen(end.text), WEBSOCKET_MESSAGE_MOST);
    close_end(&end);
}

static const char too_large[WEBSOCKET_MESSAGE_MOST + 1];

/* Frames that break a rule, and the code that answers them. */
static const struct {
    const char *what;
    struct ws_sent_frame frames[2];
    size_t count;
    int code;
} bad[] = {
    {"unmasked", {{.opcode = WS_TEXT, .payload = "a", .is_unmasked = true}}, 1, 1002},
    {"unmasked ping", {{.opcode = WS_PING, .is_unmasked = true}}, 1, 1002},
    {"RSV1, as compression would set it",
     {{.opcode = WS_TEXT, .payload = "a", .reserved = 4}},
     1,
     1002},
    {"RSV2", {{.opcode = WS_TEXT, .payload = "a", .reserved = 2}}, 1, 1002},
    {"RSV3", {{.opcode = WS_PING, .reserved = 1}}, 1, 1002},
    {"reserved opcode of data", {{.opcode = 3, .payload = "a"}}, 1, 1002},
    {"reserved opcode of control", {{.opcode = 11}}, 1, 1002},
    {"fragmented ping", {{.opcode = WS_PING, .is_unfinished = true}}, 1, 1002},
    {"ping of 126 bytes", {{.opcode = WS_PING, .payload = too_large, .length = 126}}, 1, 1002},
    {"continuation of nothing", {{.opcode = WS_CONTINUATION, .payload = "a"}}, 1, 1002},
    {"text within a text",
     {{.opcode = WS_TEXT, .payload = "a", .is_unfinished = true},
      {.opcode = WS_TEXT, .payload = "b"}},
     2,
     1002},
    {"length not in its shortest form",
     {{.opcode = WS_TEXT, .payload = "a", .is_long = true}},
     1,
     1002},
    {"length of more than 63 bits", {{.opcode = WS_TEXT, .claimed = UINT64_MAX}}, 1, 1002},
    {"invalid UTF-8", {{.opcode = WS_TEXT, .payload = "a\xff"}}, 1, 1007},
    {"half a surrogate pair", {{.opcode = WS_TEXT, .payload = "\xed\xa0\x80"}}, 1, 1007},
    {"text that ends within a character", {{.opcode = WS_TEXT, .payload = "\xc3"}}, 1, 1007},
    {"too large",
     {{.opcode = WS_TEXT, .payload = too_large, .length = sizeof(too_large)}},
     1,
     1009},
    {"claims to be huge", {{.opcode = WS_TEXT, .payload = "a", .claimed = 1ull << 62}}, 1, 1009},
    {"too large in two",
     {{.opcode = WS_TEXT, .payload = too_large, .length = 4096, .is_unfinished = true},
      {.opcode = WS_CONTINUATION, .payload = "a"}},
     2,
     1009},
    {"binary", {{.opcode = WS_BINARY, .payload = "a"}}, 1, 1003},
    {"close of one byte", {{.opcode = WS_CLOSE, .payload = "a"}}, 1, 1005},
    {"close with a code that none may send",
     {{.opcode = WS_CLOSE, .payload = "\x03\xee"}},
     1,
     1002},
};

static void what_breaks_a_rule_is_answered_with_its_code(void **state)
{
    static const size_t pieces[] = {1, 3, SIZE_MAX / 2};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        for (size_t p = 0; p < ARRAY_LENGTH(pieces); p++) {
            struct end end;
            open_end(&end);
            take_frames(&end, bad[i].frames, bad[i].count, pieces[p]);
            if (!websocket_is_closing(end.websocket))
                fail_msg("%s: was taken", bad[i].what);
            int code = waiting_close_code(&end);
            if (code != bad[i].code || end.texts)
                fail_msg("%s: %d instead of %d", bad[i].what, code, bad[i].code);
            close_end(&end);
        }
    }
}

static void a_close_is_answered_with_the_same_code(void **state)
{
    struct end end;

    (void)state;
    open_end(&end);
    take_frame(&end, &(struct ws_sent_frame){.opcode = WS_CLOSE,
                                             .payload = "\x03\xe8"
                                                        "bye"});
    assert_int_equal(waiting_close_code(&end), 1000);
    close_end(&end);
    open_end(&end);
    take_frame(&end, &(struct ws_sent_frame){.opcode = WS_CLOSE});
    assert_int_equal(waiting_close_code(&end), 1005);
    close_end(&end);
}

static void nothing_follows_a_close_frame(void **state)
{
    struct end end;
    size_t before, after;

    (void)state;
    open_end(&end);
    websocket_close(end.websocket, WEBSOCKET_CLOSE_GOING_AWAY, "stopping");
    (void)websocket_waiting(end.websocket, &before);
    websocket_put_text(end.websocket, "late", 4);
    websocket_put_ping(end.websocket);
    websocket_close(end.websocket, WEBSOCKET_CLOSE_POLICY, "again");
    take_frame(&end, &(struct ws_sent_frame){.opcode = WS_PING, .payload = "late"});
    take_frame(&end, &(struct ws_sent_frame){.opcode = WS_TEXT, .payload = "late"});
    (void)websocket_waiting(end.websocket, &after);
    assert_int_equal(before, after);
    assert_int_equal(waiting_close_code(&end), 1001);
    assert_int_equal(end.texts, 0);
    close_end(&end);
}

static void a_close_from_within_comes_after_pongs_and_ends_the_reading(void **state)
{
    const struct ws_sent_frame frames[] = {{.opcode = WS_TEXT, .payload = "a"},
                                           {.opcode = WS_PING, .payload = "b"},
                                           {.opcode = WS_TEXT, .payload = "c"}};
    struct end end;

    (void)state;
    open_end(&end);
    end.shuts_up = true;
    take_frames(&end, frames, ARRAY_LENGTH(frames), SIZE_MAX / 2);
    assert_int_equal(end.frames, 1);
    assert_int_equal(end.texts, 0);
    assert_int_equal(waiting_close_code(&end), 1008);
    close_end(&end);
}

static void answers_can_be_put_from_within(void **state)
{
    struct end end;

    (void)state;
    open_end(&end);
    end.answers = true;
    take_frame(&end, &(struct ws_sent_frame){.opcode = WS_TEXT, .payload = "echo"});
    assert_int_equal(waiting_opcode(&end), WS_TEXT);
    websocket_sent(end.websocket, 2);
    size_t length;
    assert_memory_equal(websocket_waiting(end.websocket, &length), "echo", 4);
    assert_int_equal(length, 4);
    websocket_sent(end.websocket, 4);
    assert_int_equal(waiting_opcode(&end), -1);
    close_end(&end);
}

static void frames_state_their_length_in_the_shortest_form(void **state)
{
    static const struct {
        size_t length, head;
        uint8_t code;
    } cases[] = {{0, 2, 0}, {125, 2, 125}, {126, 4, 126}, {65535, 4, 126}, {65536, 10, 127}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(1 << 20);
        AUTO_FREE char *text = memory_new(cases[i].length + 1);
        websocket_frame_text(&out, text, cases[i].length);
        assert_int_equal(out.length, cases[i].head + cases[i].length);
        assert_int_equal((uint8_t)out.bytes[0], 0x81);
        assert_int_equal((uint8_t)out.bytes[1], cases[i].code);
    }
}

static void more_than_may_wait_ends_the_connection(void **state)
{
    AUTO_FREE char *text = memory_print("%0*d", 60000, 0);
    struct end end;

    (void)state;
    open_end(&end);
    for (int i = 0; i < 4; i++)
        websocket_put_text(end.websocket, text, 60000);
    assert_false(websocket_is_closing(end.websocket));
    websocket_put_text(end.websocket, text, 60000);
    assert_true(websocket_is_closing(end.websocket));
    close_end(&end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_accept_key_is_that_of_the_standard),
        cmocka_unit_test(keys_that_are_no_16_bytes_are_refused),
        cmocka_unit_test(a_text_arrives_however_it_is_cut),
        cmocka_unit_test(messages_follow_each_other),
        cmocka_unit_test(a_message_of_the_largest_size_is_taken),
        cmocka_unit_test(what_breaks_a_rule_is_answered_with_its_code),
        cmocka_unit_test(a_close_is_answered_with_the_same_code),
        cmocka_unit_test(nothing_follows_a_close_frame),
        cmocka_unit_test(a_close_from_within_comes_after_pongs_and_ends_the_reading),
        cmocka_unit_test(answers_can_be_put_from_within),
        cmocka_unit_test(frames_state_their_length_in_the_shortest_form),
        cmocka_unit_test(more_than_may_wait_ends_the_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
