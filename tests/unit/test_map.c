#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/map.h"

static void test_an_empty_map_holds_nothing(void **state)
{
    (void)state;
    AUTO_MAP struct map map = {0};

    assert_null(map_get(&map, "a"));
    assert_false(map_has(&map, "a"));
}

static void test_set_replace_and_null_values(void **state)
{
    (void)state;
    AUTO_MAP struct map map = {0};
    char key[] = "key";
    int one = 1;
    int two = 2;

    map_set(&map, key, &one);
    key[0] = 'x'; /* the map has its own copy */
    assert_ptr_equal(map_get(&map, "key"), &one);
    map_set(&map, "key", &two);
    assert_ptr_equal(map_get(&map, "key"), &two);
    assert_int_equal(map.count, 1);
    map_set(&map, "", NULL);
    assert_true(map_has(&map, ""));
    assert_null(map_get(&map, ""));
}

static void test_many_keys_are_all_found(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    AUTO_MAP struct map map = {0};
    char key[32];

    for (int i = 0; i < COUNT; i++) {
        snprintf(key, sizeof(key), "imdb:tt%07d", i);
        map_set(&map, key, (void *)(uintptr_t)(i + 1));
    }
    assert_int_equal(map.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        snprintf(key, sizeof(key), "imdb:tt%07d", i);
        assert_int_equal((uintptr_t)map_get(&map, key), i + 1);
    }
    assert_false(map_has(&map, "imdb:tt9999999"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_map_holds_nothing),
        cmocka_unit_test(test_set_replace_and_null_values),
        cmocka_unit_test(test_many_keys_are_all_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
