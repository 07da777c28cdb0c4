/* Lines of many threads, with readers and a change of the watcher in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "base/memory.h"

enum { WRITERS = 4, LINES = 500 };

static atomic_int wakes;
static atomic_bool is_watched;

static void *write_lines(void *context)
{
    (void)context;
    for (int i = 0; i < LINES; i++)
        log_info("test", "a line", LOG_NUMBER("i", i), LOG_END);
    return NULL;
}

static void wake(void *context)
{
    atomic_bool *watched = context;

    assert_true(atomic_load(watched)); /* never after log_watch(NULL) returned */
    atomic_fetch_add(&wakes, 1);
}

static void watch_and_stop(void)
{
    atomic_store(&is_watched, true);
    log_watch(wake, &is_watched);
    log_watch(NULL, NULL);
    atomic_store(&is_watched, false);
}

static void threads_write_and_read_at_once(void **state)
{
    pthread_t threads[WRITERS];
    struct log_lines lines;

    (void)state;
    log_begin(LOG_INFO, LOG_NOWHERE);
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
    for (int i = 0; i < 50; i++) {
        AUTO_ARENA struct arena *arena = arena_new();
        log_read(&(struct log_filter){.limit = 10}, arena, &lines);
        for (size_t k = 1; k < lines.count; k++)
            assert_true(lines.items[k].number == lines.items[k - 1].number + 1);
        watch_and_stop();
    }
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    AUTO_ARENA struct arena *arena = arena_new();
    log_read(&(struct log_filter){0}, arena, &lines);
    assert_int_equal(lines.count, LOG_LINES);
    assert_true(lines.items[LOG_LINES - 1].number == WRITERS * LINES);
    log_end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_write_and_read_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
