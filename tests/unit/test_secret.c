#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/secret.h"

static void test_life_of_a_secret(void **state)
{
    (void)state;
    struct secret secret = {0};

    assert_false(secret_is_set(&secret));
    assert_string_equal(secret_reveal(&secret), "");
    secret_set(&secret, "first");
    secret_set(&secret, "second");
    assert_true(secret_is_set(&secret));
    assert_string_equal(secret_reveal(&secret), "second");
    secret_set(&secret, "");
    assert_false(secret_is_set(&secret));
    secret_set(&secret, "third");
    secret_set(&secret, NULL);
    assert_false(secret_is_set(&secret));
    secret_release(&secret);
    secret_release(&secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life_of_a_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
