#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/redaction.h"

/* What is left of the text. */
static void assert_left(const struct redaction *redaction, const char *text, const char *left)
{
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    redaction_apply(redaction, text, strlen(text), &out);
    assert_string_equal(buffer_string(&out), left);
}

static void a_secret_is_found_however_it_is_written(void **state)
{
    AUTO_REDACTION struct redaction *redaction = redaction_new();

    (void)state;
    redaction_hide(redaction, "p/w \"1\"");
    assert_left(redaction, "it is p/w \"1\"!", "it is ********!");
    assert_left(redaction, "p%2Fw%20%221%22", "********");
    assert_left(redaction, "p%2fw+%221%22&b=2", "********&b=2");
    assert_left(redaction, "{\"a\":\"p\\/w \\\"1\\\"\"}", "{\"a\":\"********\"}");
    assert_left(redaction, "%70%2F%77%20%22%31%22", "********");
    assert_left(redaction, "702f7720223122", "********");
    assert_left(redaction, "p/w \"2\"", "p/w \"2\"");
}

/* "user:", "a" and "ab" before it move it to each of the three places. */
static void it_is_found_inside_of_base64(void **state)
{
    AUTO_REDACTION struct redaction *redaction = redaction_new();

    (void)state;
    redaction_hide(redaction, "opensesame");
    assert_left(redaction, "b3BlbnNlc2FtZQ==", "********Q==");
    assert_left(redaction, "YW9wZW5zZXNhbWU=", "YW********U=");
    assert_left(redaction, "YWJvcGVuc2VzYW1l", "YWJ********");
    assert_left(redaction, "YW5uYTpvcGVuc2VzYW1l", "YW5uYTp********");
}

static void what_was_cut_off_is_found(void **state)
{
    AUTO_REDACTION struct redaction *redaction = redaction_new();

    (void)state;
    redaction_hide(redaction, "0a1b2c3d4e5f6071");
    assert_left(redaction, "key 0a1b2c3d4", "key ********");
    assert_left(redaction, "key 0a1b2c3", "key 0a1b2c3");
}

static void an_address_loses_all_but_scheme_and_host(void **state)
{
    AUTO_REDACTION struct redaction *redaction = redaction_new();

    (void)state;
    redaction_keep(redaction, "webhooks");
    redaction_hide_address(redaction,
                           "https://anna:pa%40ss@hooks.example/webhooks/T0K3N1/a?key=deadbeef&b=1");
    assert_left(redaction, "anna pa@ss pa%40ss hooks.example webhooks T0K3N1 deadbeef b",
                "******** ******** ******** hooks.example webhooks ******** ******** b");
}

static void a_name_is_a_whole_word(void **state)
{
    AUTO_REDACTION struct redaction *redaction = redaction_new();

    (void)state;
    redaction_keep(redaction, "admin");
    redaction_name(redaction, "anna", "(account 1)");
    redaction_name(redaction, "admin", "(account 2)");
    assert_left(redaction, "anna and annabel, list:anna",
                "(account 1) and annabel, list:(account 1)");
    assert_left(redaction, "admin", "admin");
    redaction_hide(redaction, "anna");
    assert_left(redaction, "annabel", "********bel");
}

static void what_is_too_short_is_no_secret(void **state)
{
    AUTO_REDACTION struct redaction *redaction = redaction_new();

    (void)state;
    redaction_hide(redaction, NULL);
    redaction_hide(redaction, "");
    redaction_hide(redaction, "abc");
    assert_left(redaction, "abcdef", "abcdef");
    assert_left(redaction, "", "");
    assert_left(redaction, "%", "%");
    assert_left(redaction, "100%2", "100%2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_found_however_it_is_written),
        cmocka_unit_test(it_is_found_inside_of_base64),
        cmocka_unit_test(what_was_cut_off_is_found),
        cmocka_unit_test(an_address_loses_all_but_scheme_and_host),
        cmocka_unit_test(a_name_is_a_whole_word),
        cmocka_unit_test(what_is_too_short_is_no_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
