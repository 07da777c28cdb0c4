#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/answer_cache.h"

static void answer_cache_free_local(struct answer_cache **cache)
{
    answer_cache_free(*cache);
}

#define AUTO_CACHE AUTO(answer_cache_free_local)

static void keep(struct answer_cache *cache, const char *key, int64_t version, const char *text)
{
    AUTO_BUFFER struct buffer answer = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&answer, text);
    answer_cache_keep(cache, key, version, &answer);
}

static bool holds(struct answer_cache *cache, const char *key, int64_t version, const char *text)
{
    AUTO_BUFFER struct buffer answer = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    return answer_cache_find(cache, key, version, &answer) &&
           strcmp(buffer_string(&answer), text) == 0;
}

static void test_an_answer_is_true_for_one_version(void **state)
{
    AUTO_CACHE struct answer_cache *cache = answer_cache_new();

    (void)state;
    keep(cache, "lists", 1, "[1]");
    assert_true(holds(cache, "lists", 1, "[1]"));
    assert_false(holds(cache, "items", 1, "[1]"));
    assert_false(holds(cache, "lists", 2, "[1]"));
    keep(cache, "lists", 2, "[1,2]");
    keep(cache, "lists", 2, "[1,2,3]");
    assert_true(holds(cache, "lists", 2, "[1,2,3]"));
    assert_false(holds(cache, "lists", 1, "[1]"));
}

static void test_the_least_recently_used_goes_first(void **state)
{
    AUTO_CACHE struct answer_cache *cache = answer_cache_new();
    char key[32];

    (void)state;
    for (int i = 0; i < ANSWER_CACHE_ENTRIES; i++) {
        snprintf(key, sizeof(key), "key %d", i);
        keep(cache, key, 1, key);
    }
    assert_true(holds(cache, "key 0", 1, "key 0"));
    keep(cache, "one more", 1, "x");
    assert_true(holds(cache, "key 0", 1, "key 0"));
    assert_false(holds(cache, "key 1", 1, "key 1"));
    assert_true(holds(cache, "key 2", 1, "key 2"));
}

static void test_its_bytes_are_bounded(void **state)
{
    AUTO_CACHE struct answer_cache *cache = answer_cache_new();
    AUTO_FREE char *large = memory_new(ANSWER_CACHE_LARGEST);
    struct answer_cache_figures figures;
    char key[32];

    (void)state;
    memset(large, 'x', ANSWER_CACHE_LARGEST - 1);
    keep(cache, "too large with its key", 1, large);
    answer_cache_figures(cache, &figures);
    assert_int_equal(figures.entries, 0);
    large[ANSWER_CACHE_LARGEST - 100] = '\0';
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof(key), "key %d", i);
        keep(cache, key, 1, large);
    }
    answer_cache_figures(cache, &figures);
    assert_true(figures.bytes <= ANSWER_CACHE_BYTES);
    assert_int_equal(figures.entries, ANSWER_CACHE_BYTES / ANSWER_CACHE_LARGEST);
    assert_true(holds(cache, "key 99", 1, large));
}

static void test_what_nobody_asked_for_goes_when_it_is_tidied(void **state)
{
    AUTO_CACHE struct answer_cache *cache = answer_cache_new();
    struct answer_cache_figures figures;

    (void)state;
    keep(cache, "lists", 1, "[1]");
    keep(cache, "items", 1, "[2]");
    answer_cache_tidy(cache);
    assert_true(holds(cache, "items", 1, "[2]"));
    answer_cache_tidy(cache);
    assert_false(holds(cache, "lists", 1, "[1]"));
    assert_true(holds(cache, "items", 1, "[2]"));
    answer_cache_tidy(cache);
    answer_cache_tidy(cache);
    answer_cache_figures(cache, &figures);
    assert_int_equal(figures.entries, 0);
    assert_int_equal(figures.bytes, 0);
}

static void test_what_overflowed_is_not_kept(void **state)
{
    AUTO_CACHE struct answer_cache *cache = answer_cache_new();
    AUTO_BUFFER struct buffer answer = BUFFER_WITH_LIMIT(4);

    (void)state;
    buffer_text(&answer, "abc");
    buffer_text(&answer, "def");
    answer_cache_keep(cache, "lists", 1, &answer);
    assert_false(holds(cache, "lists", 1, "abc"));
    answer_cache_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_is_true_for_one_version),
        cmocka_unit_test(test_the_least_recently_used_goes_first),
        cmocka_unit_test(test_its_bytes_are_bounded),
        cmocka_unit_test(test_what_nobody_asked_for_goes_when_it_is_tidied),
        cmocka_unit_test(test_what_overflowed_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
