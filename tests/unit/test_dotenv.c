#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/dotenv.h"
#include "base/buffer.h"
#include "base/memory.h"

static enum error_code note(void *context, const char *name, const char *value, struct error *error)
{
    (void)error;
    buffer_print(context, "%s=[%s] ", name, value);
    return ERROR_NONE;
}

static void lines_are_settings(void **state)
{
    static const struct {
        const char *text, *read;
    } cases[] = {
        {"", ""},
        {"A=b", "A=[b] "},
        {"A=b\nC=d\n", "A=[b] C=[d] "},
        {"A=b\r\nC=d\r\n", "A=[b] C=[d] "},
        {"  A =  b c  ", "A=[b c] "},
        {"export A=b", "A=[b] "},
        {"export\tA=b", "A=[b] "},
        {"exported=b", "exported=[b] "},
        {"\xEF\xBB\xBF"
         "A=b\r\n",
         "A=[b] "},
        {"A=", "A=[] "},
        {"# A=b\n\n  # more\n", ""},
        {"A=b # why", "A=[b] "},
        {"A=b#c", "A=[b#c] "},
        {"A=#c", "A=[] "},
        {"A='b # c'", "A=[b # c] "},
        {"A=\"b # c\" # d", "A=[b # c] "},
        {"A=\"say \\\"x\\\"\\n\\\\\"", "A=[say \"x\"\n\\] "},
        {"A='\\n'", "A=[\\n] "},
        {"A=b=c", "A=[b=c] "},
        {"_a1=b", "_a1=[b] "},
        {"A=\xC3\xA9", "A=[\xC3\xA9] "},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_BUFFER struct buffer seen = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        struct error error = {0};
        assert_int_equal(dotenv_read(cases[i].text, ".env", note, &seen, &error), ERROR_NONE);
        assert_string_equal(buffer_string(&seen), cases[i].read);
    }
}

static void a_line_that_is_none_is_named(void **state)
{
    static const char *const texts[] = {
        "A=b\nnonsense", "A=b\n1A=b", "A=b\nA B=c", "A=b\n=c", "A=b\nA='open", "A=b\nA=\"open\\\"",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        AUTO_BUFFER struct buffer seen = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        struct error error = {0};
        assert_int_equal(dotenv_read(texts[i], "my.env", note, &seen, &error), ERROR_USAGE);
        assert_string_equal(error.message, "my.env line 2 is not of the form NAME=VALUE");
        assert_string_equal(buffer_string(&seen), "A=[b] ");
    }
}

static enum error_code refuse(void *context, const char *name, const char *value,
                              struct error *error)
{
    ++*(int *)context;
    return error_set(error, ERROR_USAGE, "no %s=%s", name, value);
}

static void a_setting_that_is_refused_ends_the_reading(void **state)
{
    int visits = 0;
    struct error error = {0};

    (void)state;
    assert_int_equal(dotenv_read("A=b\nC=d", ".env", refuse, &visits, &error), ERROR_USAGE);
    assert_int_equal(visits, 1);
    assert_string_equal(error.message, "no A=b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_settings),
        cmocka_unit_test(a_line_that_is_none_is_named),
        cmocka_unit_test(a_setting_that_is_refused_ends_the_reading),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
