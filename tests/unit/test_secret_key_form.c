/* What LISTSYNC_SECRET_KEY may be, and which key it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "sync/secret_key.h"

/* Its mark, in `mark`; ERROR_USAGE leaves it empty. */
static enum error_code mark_of(const char *text, char mark[CRYPTO_STREAM_MARK], struct error *error)
{
    struct options given = {0};
    AUTO_SECRET_KEYS struct secret_keys keys = {0};

    *mark = '\0';
    options_declare(&given, secret_key_options);
    assert_int_equal(options_set(&given, "LISTSYNC_SECRET_KEY", text, error), ERROR_NONE);
    const struct secret_key_place place = secret_key_place("/nowhere", &given);
    enum error_code checked = secret_key_check(&given, error);
    enum error_code rc = secret_keys_gather(&place, &keys, error);
    assert_int_equal(rc, checked); /* what the start takes is what is taken later */
    if (!rc) {
        assert_int_equal(keys.count, 1);
        assert_string_equal(keys.sources[0], "LISTSYNC_SECRET_KEY");
        crypto_stream_mark(&keys.items[0], mark);
    }
    options_release(&given);
    return rc;
}

static void bytes_are_the_key_however_they_are_written(void **state)
{
    static const char *const texts[] = {
        "fbefbe00112233445566778899aabbccddeeff00112233445566778899aabbcc",
        "FBEFBE00112233445566778899AABBCCDDEEFF00112233445566778899AABBCC",
        "----ABEiM0RVZneImaq7zN3u_wARIjNEVWZ3iJmqu8w",
        "++++ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8w=",
        " ++++ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8w=\n",
    };
    static const struct crypto_key key = {{0xfb, 0xef, 0xbe, 0x00, 0x11, 0x22, 0x33, 0x44,
                                           0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc,
                                           0xdd, 0xee, 0xff, 0x00, 0x11, 0x22, 0x33, 0x44,
                                           0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc}};
    char expected[CRYPTO_STREAM_MARK], mark[CRYPTO_STREAM_MARK];

    (void)state;
    crypto_stream_mark(&key, expected);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        assert_int_equal(mark_of(texts[i], mark, NULL), ERROR_NONE);
        assert_string_equal(mark, expected);
    }
}

/* Another key than today's would open nothing of what people have stored. */
static void a_passphrase_makes_the_same_key_for_ever(void **state)
{
    static const struct {
        const char *text, *mark;
    } known[] = {
        {"correct horse battery staple", "e205655e"},
        {" correct horse battery staple\r\n", "e205655e"},
        {"Correct horse battery staple", ""},
    };
    char mark[CRYPTO_STREAM_MARK];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        assert_int_equal(mark_of(known[i].text, mark, NULL), ERROR_NONE);
        assert_int_equal(text_starts_with(mark, "e205655e"), *known[i].mark != '\0');
    }
}

/* One digit too few is a passphrase, and so another key: what is stored tells that it is wrong. */
static void what_is_nearly_a_key_is_another_one(void **state)
{
    char first[CRYPTO_STREAM_MARK], second[CRYPTO_STREAM_MARK];

    (void)state;
    assert_int_equal(
        mark_of("fbefbe00112233445566778899aabbccddeeff00112233445566778899aabbc", first, NULL),
        ERROR_NONE);
    assert_int_equal(mark_of("----ABEiM0RVZneImaq7zN3u_wARIjNEVWZ3iJmqu8", second, NULL),
                     ERROR_NONE);
    assert_string_not_equal(first, second);
}

static void what_can_be_guessed_is_refused(void **state)
{
    static const char *const texts[] = {
        "secret",
        "nineteen characters",
        "   nineteen characters   ",
        "changemechangemechangeme",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    };
    char mark[CRYPTO_STREAM_MARK];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        struct error error = {0};
        assert_int_equal(mark_of(texts[i], mark, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, "LISTSYNC_SECRET_KEY is too short or too simple"));
        assert_null(strstr(error.message, texts[i]));
    }
}

static void nothing_is_no_key(void **state)
{
    struct options given = {0};
    AUTO_SECRET_KEYS struct secret_keys keys = {0};

    (void)state;
    options_declare(&given, secret_key_options);
    const struct secret_key_place place = secret_key_place("/nowhere", &given);
    assert_int_equal(secret_keys_gather(&place, &keys, NULL), ERROR_NONE);
    assert_int_equal(secret_keys_gather_all(&place, &keys, NULL), ERROR_NONE);
    assert_int_equal(keys.count, 0);
    options_release(&given);
}

static int begin(void **state)
{
    (void)state;
    crypto_begin();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_the_key_however_they_are_written),
        cmocka_unit_test(a_passphrase_makes_the_same_key_for_ever),
        cmocka_unit_test(what_is_nearly_a_key_is_another_one),
        cmocka_unit_test(what_can_be_guessed_is_refused),
        cmocka_unit_test(nothing_is_no_key),
    };

    return cmocka_run_group_tests(tests, begin, NULL);
}
