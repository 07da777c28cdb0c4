/* Five hundred listeners: each is told, and each costs little. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/hub_world.h"

enum { CROWD = 500, ROUNDS = 20, BURST = 200, BYTES_EACH = 4096 };

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Two file handles for each listener. */
static void allow_files(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < 3 * CROWD && limit.rlim_max >= 3 * CROWD) {
        limit.rlim_cur = 3 * CROWD;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void join_all(struct hub_world *world, struct ws_client *clients)
{
    for (int i = 0; i < CROWD; i++)
        hub_world_join(world, NULL, &clients[i]);
    for (int i = 0; i < CROWD; i++)
        json_value_free(ws_client_expect(&clients[i], "hello"));
}

static void release_all(struct ws_client *clients)
{
    for (int i = 0; i < CROWD; i++)
        ws_client_release(&clients[i]);
}

#ifdef __SANITIZE_ADDRESS__
size_t __sanitizer_get_current_allocated_bytes(void);

static int64_t heap_in_use(void)
{
    return (int64_t)__sanitizer_get_current_allocated_bytes();
}
#else
static int64_t heap_in_use(void)
{
    return (int64_t)mallinfo2().uordblks;
}
#endif

static void a_listener_costs_less_than_a_page(void **state)
{
    struct ws_client *clients = memory_array(CROWD, sizeof(*clients));
    struct hub_world world;

    (void)state;
    hub_world_open(&world, NULL);
    int64_t before = heap_in_use();
    join_all(&world, clients);
    for (int i = 0; i < CROWD; i++) {
        ws_client_text(&clients[i], "{\"ping\":1}");
        json_value_free(ws_client_expect(&clients[i], "pong"));
    }
    for (int i = 0; i < CROWD; i++)
        buffer_release(&clients[i].in);
    int64_t each = (heap_in_use() - before) / CROWD;
    print_message("%d bytes for each listener\n", (int)each);
    assert_true(each > 0 && each < BYTES_EACH);
    release_all(clients);
    hub_world_close(&world);
    free(clients);
}

static void all_are_told_of_each_event(void **state)
{
    struct ws_client *clients = memory_array(CROWD, sizeof(*clients));
    struct hub_world world;
    int64_t total = 0, most = 0;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.gather_ms = 1});
    join_all(&world, clients);
    for (int round = 1; round <= ROUNDS; round++) {
        int64_t began = now_us();
        hub_world_publish(&world, EVENT_RUN_ITEM, round);
        for (int i = 0; i < CROWD; i++)
            assert_int_equal(hub_world_expect(&clients[i], EVENT_RUN_ITEM), round);
        int64_t took = now_us() - began;
        total += took;
        most = took > most ? took : most;
    }
    print_message("one event to %d listeners, read by them: %.1f ms, at most %.1f ms\n", CROWD,
                  (double)total / ROUNDS / 1000, (double)most / 1000);
    release_all(clients);
    hub_world_close(&world);
    free(clients);
}

/* Nobody is behind at the end, and each has read each item in order. */
static void all_are_told_of_a_burst(void **state)
{
    struct ws_client *clients = memory_array(CROWD, sizeof(*clients));
    struct hub_world world;
    struct hub_figures figures;

    (void)state;
    hub_world_open(&world, NULL);
    join_all(&world, clients);
    int64_t began = now_us();
    for (int i = 1; i <= BURST; i++)
        hub_world_publish(&world, EVENT_RUN_ITEM, i);
    int64_t published = now_us() - began;
    for (int i = 0; i < CROWD; i++)
        for (int n = 1; n <= BURST; n++)
            assert_int_equal(hub_world_expect(&clients[i], EVENT_RUN_ITEM), n);
    print_message("%d events published in %.1f ms, read by %d listeners in %.1f ms\n", BURST,
                  (double)published / 1000, CROWD, (double)(now_us() - began) / 1000);
    hub_figures(world.hub, &figures);
    assert_int_equal(figures.websockets, CROWD);
    assert_int_equal(figures.dropped, 0);
    release_all(clients);
    hub_world_close(&world);
    free(clients);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listener_costs_less_than_a_page),
        cmocka_unit_test(all_are_told_of_each_event),
        cmocka_unit_test(all_are_told_of_a_burst),
    };

    allow_files();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
