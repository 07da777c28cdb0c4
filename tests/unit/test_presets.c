/* Whatever is offered to be chosen is a list that really parses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "providers/provider.h"

static int check(const struct provider *provider)
{
    int count = 0;

    for (const struct provider_preset *preset = provider->presets; preset && preset->list_id;
         preset++, count++) {
        struct list_ref ref;
        struct error error = {0};
        if (provider_parse(provider->name, preset->list_id, &ref, &error))
            fail_msg("%s:%s: %s", provider->name, preset->list_id, error.message);
        assert_string_equal(ref.type, provider->name);
        assert_string_equal(ref.id, preset->list_id);
        assert_true(*preset->title);
    }
    return count;
}

static void test_every_preset_is_a_list_of_its_source_under_its_own_name(void **state)
{
    int count = 0;

    (void)state;
    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        count += check(*provider);
    assert_true(count > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_preset_is_a_list_of_its_source_under_its_own_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
