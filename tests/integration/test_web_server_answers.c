#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <brotli/decode.h>
#include <cmocka.h>

#include "base/memory.h"
#include "support/raw_http.h"
#include "support/tiny_server.h"
#include "web/compression.h"

static struct tiny_server tiny;

static int start(void **state)
{
    (void)state;
    tiny_server_start(&tiny, &(struct web_server_settings){.doors = {{WEB_DOOR_API, "127.0.0.1", 0},
                                                                     {WEB_DOOR_UI, "127.0.0.1", 0}},
                                                           .door_count = 2});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    tiny_server_stop(&tiny, 1000);
    return 0;
}

static const char *header(const struct raw_answer *answer, const char *name)
{
    const char *found = http_headers_find(&answer->headers, name);

    return found ? found : "";
}

static void get(const char *path, const char *headers, struct raw_answer *ret)
{
    assert_true(raw_http_get(tiny.port, path, headers, ret));
}

/* The headers of an answer to HEAD; a request after it proves that there was no body. */
static void head(const char *path, const char *headers, struct raw_answer *ret)
{
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer next = {0};

    raw_http_open(&http, tiny.port);
    raw_http_send(&http, "HEAD %s HTTP/1.1\r\nHost: a\r\n%s\r\n", path, headers);
    assert_true(raw_http_read_head(&http, ret));
    raw_http_send(&http, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(raw_http_read(&http, &next));
    assert_int_equal(next.status, 200);
}

static void unpack_brotli(const struct buffer *packed, struct buffer *ret)
{
    AUTO_FREE uint8_t *plain = memory_new(BUFFER_LIMIT_TEXT);
    size_t length = BUFFER_LIMIT_TEXT;

    assert_int_equal(
        BrotliDecoderDecompress(packed->length, (const uint8_t *)packed->bytes, &length, plain),
        BROTLI_DECODER_RESULT_SUCCESS);
    buffer_append(ret, plain, length);
}

static void test_text_is_packed_as_the_client_likes(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer plain = {0};
    AUTO_RAW_ANSWER struct raw_answer gzip = {0};
    AUTO_RAW_ANSWER struct raw_answer brotli = {0};
    AUTO_BUFFER struct buffer unpacked = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    get("/text?size=70000", "", &plain);
    get("/text?size=70000", "Accept-Encoding: gzip, br;q=0\r\n", &gzip);
    get("/text?size=70000", "Accept-Encoding: gzip, deflate\r\naccept-encoding: br\r\n", &brotli);
    assert_int_equal(plain.body.length, 70000);
    assert_string_equal(header(&plain, "Content-Encoding"), "");
    assert_string_equal(header(&gzip, "Content-Encoding"), "gzip");
    assert_string_equal(header(&brotli, "Content-Encoding"), "br");
    assert_string_equal(header(&plain, "Vary"), "Accept-Encoding");
    assert_string_equal(header(&brotli, "Vary"), "Accept-Encoding");
    assert_true(gzip.body.length < 60000 && brotli.body.length < 60000);
    assert_int_equal(compression_unpack_gzip(gzip.body.bytes, gzip.body.length, &unpacked, NULL),
                     0);
    assert_string_equal(buffer_string(&unpacked), buffer_string(&plain.body));
    buffer_clear(&unpacked);
    unpack_brotli(&brotli.body, &unpacked);
    assert_string_equal(buffer_string(&unpacked), buffer_string(&plain.body));
}

static void assert_plain(const char *path, const char *vary)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(path, "Accept-Encoding: gzip, br\r\n", &answer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(header(&answer, "Content-Encoding"), "");
    assert_string_equal(header(&answer, "Vary"), vary);
}

static void test_what_gains_nothing_or_must_not_be_packed_is_not(void **state)
{
    (void)state;
    assert_plain("/text?size=1023", "Accept-Encoding");
    assert_plain("/image?size=5000", "");
    assert_plain("/secret?size=5000", "");
}

static void test_unchanged_bodies_are_not_sent_again(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer first = {0};
    AUTO_RAW_ANSWER struct raw_answer again = {0};
    AUTO_RAW_ANSWER struct raw_answer other = {0};

    get("/text?size=5000", "", &first);
    AUTO_FREE char *known = memory_print("If-None-Match: \"x\", W/%s\r\n", header(&first, "ETag"));
    assert_int_equal(strlen(header(&first, "ETag")), 34);
    get("/text?size=5000", known, &again);
    assert_int_equal(again.status, 304);
    assert_string_equal(header(&again, "ETag"), header(&first, "ETag"));
    assert_string_equal(header(&again, "Cache-Control"), "private");
    assert_string_equal(header(&again, "Vary"), "Accept-Encoding");
    assert_string_equal(header(&again, "Content-Type"), "");
    assert_string_equal(header(&again, "Content-Length"), "5000");
    get("/text?size=5001", known, &other);
    assert_int_equal(other.status, 200);
    assert_string_not_equal(header(&other, "ETag"), header(&first, "ETag"));
}

static void test_a_304_leaves_the_connection_usable(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http http;

    raw_http_open(&http, tiny.port);
    for (int i = 0; i < 3; i++) {
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        raw_http_send(&http, "GET /fixed HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"v1\"\r\n\r\n");
        assert_true(raw_http_read(&http, &answer));
        assert_int_equal(answer.status, 304);
    }
}

static void test_packed_bodies_have_tags_of_their_own(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer plain = {0};
    AUTO_RAW_ANSWER struct raw_answer gzip = {0};
    AUTO_RAW_ANSWER struct raw_answer again = {0};

    get("/text?size=5000", "", &plain);
    get("/text?size=5000", "Accept-Encoding: gzip\r\n", &gzip);
    assert_string_not_equal(header(&plain, "ETag"), header(&gzip, "ETag"));
    AUTO_FREE char *headers =
        memory_print("Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n", header(&gzip, "ETag"));
    get("/text?size=5000", headers, &again);
    assert_int_equal(again.status, 304);
    assert_string_equal(header(&again, "Content-Encoding"), "");
    assert_int_equal(atoi(header(&again, "Content-Length")), gzip.body.length);
}

static void test_what_was_packed_before_is_the_same_again(void **state)
{
    (void)state;
    static const char *const paths[] = {"/text?size=5000", "/text?size=6000", "/text?size=5000"};
    static const char *const codings[] = {"gzip", "br", "gzip"};
    struct raw_answer answers[3] = {0};

    for (int i = 0; i < 3; i++) {
        AUTO_FREE char *headers = memory_print("Accept-Encoding: %s\r\n", codings[i]);
        get(paths[i], headers, &answers[i]);
        assert_string_equal(header(&answers[i], "Content-Encoding"), codings[i]);
    }
    assert_int_equal(answers[0].body.length, answers[2].body.length);
    assert_memory_equal(answers[0].body.bytes, answers[2].body.bytes, answers[0].body.length);
    assert_int_not_equal(answers[0].body.length, answers[1].body.length);
    for (int i = 0; i < 3; i++)
        raw_answer_release(&answers[i]);
}

static void test_fixed_bytes_keep_their_tag(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get("/fixed", "Accept-Encoding: gzip\r\n", &answer);
    assert_string_equal(buffer_string(&answer.body), "fixed bytes");
    assert_string_equal(header(&answer, "ETag"), "\"v1\"");
}

static void assert_no_tag(const char *path)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(path, "If-None-Match: *\r\n", &answer);
    assert_string_equal(header(&answer, "ETag"), "");
    assert_true(answer.status != 304);
}

static void test_what_is_not_to_be_kept_has_no_tag(void **state)
{
    (void)state;
    assert_no_tag("/unstored?size=5000");
    assert_no_tag("/secret?size=5000");
    assert_no_tag("/none");
    assert_no_tag("/header?value=a");
}

static void test_posts_have_no_tag(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_ask(tiny.port,
                             "POST /text HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n"
                             "Content-Length: 0\r\n\r\n",
                             &answer));
    assert_int_equal(answer.status, 200);
    assert_string_equal(header(&answer, "ETag"), "");
}

static void test_head_is_get_without_the_body(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer full = {0};
    AUTO_RAW_ANSWER struct raw_answer empty = {0};
    AUTO_RAW_ANSWER struct raw_answer unchanged = {0};
    static const char *const same[] = {"ETag", "Content-Length", "Content-Type", "Content-Encoding",
                                       "Vary"};

    get("/text?size=5000", "Accept-Encoding: br\r\n", &full);
    head("/text?size=5000", "Accept-Encoding: br\r\n", &empty);
    assert_int_equal(empty.status, 200);
    for (size_t i = 0; i < ARRAY_LENGTH(same); i++)
        assert_string_equal(header(&empty, same[i]), header(&full, same[i]));
    head("/fixed", "If-None-Match: *\r\n", &unchanged);
    assert_int_equal(unchanged.status, 304);
}

static void test_answers_without_a_body(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get("/header?value=x", "", &answer);
    assert_int_equal(answer.status, 204);
    assert_string_equal(header(&answer, "Content-Length"), "");
    assert_string_equal(header(&answer, "Content-Type"), "");
}

static void test_what_was_sent_is_told(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    struct tiny_server own;

    tiny_server_start(&own, &(struct web_server_settings){0});
    assert_true(raw_http_get(own.port, "/text?size=4321", "", &answer));
    assert_true(tiny_server_wait(&own, &own.sent, 1));
    assert_int_equal(own.last_status, 200);
    assert_int_equal(own.last_bytes, 4321);
    tiny_server_stop(&own, 0);
}

static void test_both_doors_answer(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer api = {0};
    AUTO_RAW_ANSWER struct raw_answer ui = {0};

    assert_true(tiny.ui_port > 0 && tiny.ui_port != tiny.port);
    assert_true(raw_http_get(tiny.port, "/echo", "", &api));
    assert_true(raw_http_get(tiny.ui_port, "/echo", "", &ui));
    assert_non_null(strstr(buffer_string(&api.body), "door 0\n"));
    assert_non_null(strstr(buffer_string(&ui.body), "door 1\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_packed_as_the_client_likes),
        cmocka_unit_test(test_what_gains_nothing_or_must_not_be_packed_is_not),
        cmocka_unit_test(test_unchanged_bodies_are_not_sent_again),
        cmocka_unit_test(test_a_304_leaves_the_connection_usable),
        cmocka_unit_test(test_packed_bodies_have_tags_of_their_own),
        cmocka_unit_test(test_what_was_packed_before_is_the_same_again),
        cmocka_unit_test(test_fixed_bytes_keep_their_tag),
        cmocka_unit_test(test_what_is_not_to_be_kept_has_no_tag),
        cmocka_unit_test(test_posts_have_no_tag),
        cmocka_unit_test(test_head_is_get_without_the_body),
        cmocka_unit_test(test_answers_without_a_body),
        cmocka_unit_test(test_what_was_sent_is_told),
        cmocka_unit_test(test_both_doors_answer),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
