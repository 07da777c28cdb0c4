#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/fernet.h"
#include "base/memory.h"
#include "base/text.h"

/* The example of the specification. */
static const char spec_key[] = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
static const char spec_token[] =
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhu"
    "VUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

static bool opens(const char *key_text, const char *token, const char *expected)
{
    struct fernet_key key;
    struct secret opened = {0};
    struct error error = {0};

    assert_int_equal(fernet_key_read(key_text, &key, &error), ERROR_NONE);
    bool is_open = fernet_open(&key, token, &opened, &error) == ERROR_NONE;
    if (is_open)
        assert_string_equal(secret_reveal(&opened), expected);
    else
        assert_int_equal(error.code, ERROR_FORMAT);
    secret_release(&opened);
    fernet_key_release(&key);
    return is_open;
}

static void the_example_of_the_specification_opens(void **state)
{
    (void)state;
    assert_true(opens(spec_key, spec_token, "hello"));
    AUTO_FREE char *key = memory_print("  %.43s\n", spec_key);
    AUTO_FREE char *token = memory_text_n(spec_token, strlen(spec_token) - 2);
    assert_true(opens(key, token, "hello"));
}

static void every_changed_character_is_noticed(void **state)
{
    (void)state;
    /* The last character before the padding has bits that mean nothing. */
    for (size_t i = 0; i + 3 < strlen(spec_token); i++) {
        AUTO_FREE char *token = memory_text(spec_token);
        token[i] = token[i] == 'A' ? 'B' : 'A';
        assert_false(opens(spec_key, token, ""));
    }
}

static void every_cut_token_is_refused(void **state)
{
    (void)state;
    for (size_t length = 0; length + 3 < strlen(spec_token); length++) {
        AUTO_FREE char *token = memory_text_n(spec_token, length);
        assert_false(opens(spec_key, token, ""));
    }
}

static void another_key_opens_nothing(void **state)
{
    (void)state;
    assert_false(opens("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", spec_token, ""));
}

static void a_token_too_long_is_refused(void **state)
{
    (void)state;
    AUTO_FREE char *token = memory_new(FERNET_TOKEN_MOST + 2);
    memset(token, 'A', FERNET_TOKEN_MOST + 1);
    assert_false(opens(spec_key, token, ""));
}

static void what_is_no_key_is_told(void **state)
{
    static const char *const texts[] = {"",
                                        "short",
                                        "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e",
                                        "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4AAAA",
                                        "cw_0x689RpI+jtRR7oE8h/eQsKImvJapLeSbXpwF4e4=",
                                        NULL};
    struct fernet_key key;
    struct error error = {0};

    (void)state;
    for (size_t i = 0; texts[i]; i++)
        assert_int_equal(fernet_key_read(texts[i], &key, &error), ERROR_FORMAT);
    assert_int_equal(fernet_key_read(NULL, &key, &error), ERROR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_specification_opens),
        cmocka_unit_test(every_changed_character_is_noticed),
        cmocka_unit_test(every_cut_token_is_refused),
        cmocka_unit_test(another_key_opens_nothing),
        cmocka_unit_test(a_token_too_long_is_refused),
        cmocka_unit_test(what_is_no_key_is_told),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
