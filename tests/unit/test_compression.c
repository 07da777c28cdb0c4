#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/compression.h"

static void test_chooses_what_the_client_likes_best(void **state)
{
    (void)state;
    static const struct {
        const char *accepted;
        enum compression best;
    } cases[] = {
        {NULL, COMPRESSION_NONE},
        {"", COMPRESSION_NONE},
        {"identity", COMPRESSION_NONE},
        {"gzip", COMPRESSION_GZIP},
        {"GZip", COMPRESSION_GZIP},
        {"x-gzip", COMPRESSION_GZIP},
        {"gzip, deflate, br", COMPRESSION_BROTLI},
        {"br;q=0.5, gzip;q=0.8", COMPRESSION_GZIP},
        {"br;q=0, gzip", COMPRESSION_GZIP},
        {"gzip;q=0", COMPRESSION_NONE},
        {"gzip;q=0.000, br; q=0.001", COMPRESSION_BROTLI},
        {"*", COMPRESSION_BROTLI},
        {"*;q=0", COMPRESSION_NONE},
        {"br;q=0, *", COMPRESSION_GZIP},
        {"gzip ; q = 1", COMPRESSION_GZIP},
        {"gzip;q=", COMPRESSION_NONE},
        {"gzip;q=x", COMPRESSION_NONE},
        {"gzipped, bread", COMPRESSION_NONE},
        {",,;q=1,gzip,", COMPRESSION_GZIP},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        if (compression_choose(cases[i].accepted) != cases[i].best)
            fail_msg("chosen for \"%s\": %d", cases[i].accepted,
                     (int)compression_choose(cases[i].accepted));
}

static void test_suits_text_only(void **state)
{
    (void)state;
    assert_true(compression_suits("application/json"));
    assert_true(compression_suits("text/html; charset=utf-8"));
    assert_true(compression_suits("image/svg+xml"));
    assert_false(compression_suits("image/png"));
    assert_false(compression_suits("application/octet-stream"));
    assert_false(compression_suits(NULL));
}

static void test_what_was_packed_as_gzip_unpacks(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer packed = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer back = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    for (int i = 0; i < 9000; i++)
        buffer_print(&text, "line %d\n", i * 7919);
    assert_true(compression_pack(COMPRESSION_GZIP, text.bytes, text.length, &packed));
    assert_true(packed.length < text.length / 2);
    assert_int_equal(compression_unpack_gzip(packed.bytes, packed.length, &back, NULL), 0);
    assert_string_equal(buffer_string(&back), buffer_string(&text));
}

static void test_a_bomb_stops_at_the_limit(void **state)
{
    (void)state;
    AUTO_FREE char *zeroes = memory_new(4 << 20);
    AUTO_BUFFER struct buffer packed = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer back = BUFFER_WITH_LIMIT(100000);
    struct error error;

    assert_true(compression_pack(COMPRESSION_GZIP, zeroes, 4 << 20, &packed));
    assert_true(packed.length < 10000);
    assert_int_equal(compression_unpack_gzip(packed.bytes, packed.length, &back, &error),
                     ERROR_LIMIT);
    assert_true(back.length <= 100000);
}

static void test_broken_gzip_is_told(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer packed = BUFFER_WITH_LIMIT(1000);
    AUTO_BUFFER struct buffer back = BUFFER_WITH_LIMIT(1000);

    assert_true(compression_pack(COMPRESSION_GZIP, "hello", 5, &packed));
    assert_int_equal(compression_unpack_gzip("hello", 5, &back, NULL), ERROR_FORMAT);
    assert_int_equal(compression_unpack_gzip("", 0, &back, NULL), ERROR_FORMAT);
    assert_int_equal(compression_unpack_gzip(packed.bytes, packed.length - 1, &back, NULL),
                     ERROR_FORMAT);
    buffer_text(&packed, "more");
    assert_int_equal(compression_unpack_gzip(packed.bytes, packed.length, &back, NULL),
                     ERROR_FORMAT);
}

static void test_packing_respects_the_limit(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer small = BUFFER_WITH_LIMIT(4);

    assert_false(compression_pack(COMPRESSION_GZIP, "hello", 5, &small));
    buffer_clear(&small);
    assert_false(compression_pack(COMPRESSION_BROTLI, "hello", 5, &small));
    buffer_clear(&small);
    assert_false(compression_pack(COMPRESSION_NONE, "hello", 5, &small));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chooses_what_the_client_likes_best),
        cmocka_unit_test(test_suits_text_only),
        cmocka_unit_test(test_what_was_packed_as_gzip_unpacks),
        cmocka_unit_test(test_a_bomb_stops_at_the_limit),
        cmocka_unit_test(test_broken_gzip_is_told),
        cmocka_unit_test(test_packing_respects_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
