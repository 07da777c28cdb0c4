#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void test_texts_are_copies(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    char source[] = "Heat";

    char *copy = arena_text(arena, source);
    source[0] = 'M';
    assert_string_equal(copy, "Heat");
    assert_null(arena_text(arena, NULL));
    assert_string_equal(arena_text_n(arena, "Heathers", 4), "Heat");
    assert_string_equal(arena_print(arena, "%s:%d", "movie", 949), "movie:949");
    assert_string_equal(arena_print(arena, "%s", ""), "");
}

static void test_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();

    for (size_t size = 1; size < 300; size++) {
        unsigned char *bytes = arena_take(arena, size);
        assert_int_equal((uintptr_t)bytes % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xFF, size);
    }
}

static void test_large_and_many(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    char *first = arena_text(arena, "first");
    char *large = arena_take(arena, 1 << 20);

    memset(large, 'x', 1 << 20);
    for (int i = 0; i < 10000; i++)
        assert_string_equal(arena_print(arena, "tt%07d", i) + 2, arena_print(arena, "%07d", i));
    assert_string_equal(first, "first");
}

static void test_freeing_nothing(void **state)
{
    (void)state;
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_copies),
        cmocka_unit_test(test_memory_is_zeroed_and_aligned),
        cmocka_unit_test(test_large_and_many),
        cmocka_unit_test(test_freeing_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
