#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/answer_cache.h"

enum { THREADS = 4, ROUNDS = 3000, KEYS = 300 };

/* Each answer says its key and version, so that a mixed-up one shows. */
static void name_of(char text[32], unsigned key, int64_t version)
{
    snprintf(text, 32, "%u of %d", key, (int)version);
}

static void *ask(void *context)
{
    struct answer_cache *cache = context;
    uintptr_t wrong = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        AUTO_BUFFER struct buffer answer = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        int64_t version = i / 1000;
        char key[32], expected[32];
        snprintf(key, sizeof(key), "key %u", i % KEYS);
        name_of(expected, i % KEYS, version);
        if (answer_cache_find(cache, key, version, &answer)) {
            wrong += strcmp(buffer_string(&answer), expected) != 0;
            continue;
        }
        buffer_text(&answer, expected);
        answer_cache_keep(cache, key, version, &answer);
    }
    return (void *)wrong;
}

static void test_threads_share_answers(void **state)
{
    struct answer_cache *cache = answer_cache_new();
    struct answer_cache_figures figures;
    pthread_t threads[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, cache), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    answer_cache_figures(cache, &figures);
    assert_int_equal(figures.found + figures.missed, THREADS * ROUNDS);
    assert_true(figures.entries <= ANSWER_CACHE_ENTRIES);
    answer_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_share_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
