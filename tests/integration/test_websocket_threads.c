/* Listeners of the hub while others publish, join, leave and stop it. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/hub_world.h"

enum { PUBLISHED = 3000, PART = 50, JOINERS = 3, JOINS = 60 };

/* Fewer than the ring keeps, so nobody is ever too late. */
static void *publish(void *context)
{
    for (int i = 1; i <= PUBLISHED; i++) {
        hub_world_publish(context, EVENT_RUN_ITEM, i);
        if (i % 10 == 0)
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
    return NULL;
}

/* Connects, reads a part, checks that it follows `last`, and breaks off in the middle. */
static int64_t read_part(struct hub_world *world, char **id, int64_t last)
{
    struct hub_listener listener = hub_world_listener();
    struct ws_client client;

    listener.last_event_id = *id;
    hub_world_join(world, &listener, &client);
    AUTO_JSON struct json_value *hello = ws_client_expect(&client, "hello");
    assert_int_equal(json_value_is_true(json_value_get(hello, "resumed")), *id != NULL);
    for (int i = 0; i < PART && last < PUBLISHED; i++) {
        AUTO_JSON struct json_value *event = ws_client_expect(&client, "run_item");
        assert_int_equal(json_value_get_integer(json_value_get(event, "data"), "n"), ++last);
        free(*id);
        *id = memory_text(json_value_get_text(event, "id"));
    }
    ws_client_release(&client);
    return last;
}

static void a_listener_that_keeps_losing_its_connection_misses_nothing(void **state)
{
    struct hub_world world;
    pthread_t publisher;
    int64_t last = 0;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.gather_ms = 1});
    AUTO_FREE char *id = memory_print("%s-0", events_epoch(world.events));
    pthread_create(&publisher, NULL, publish, &world);
    while (last < PUBLISHED)
        last = read_part(&world, &id, last);
    pthread_join(publisher, NULL);
    hub_world_close(&world);
}

/* Numbers rise without a gap from whichever was the first. Not an assertion of cmocka, which is
 * for the test's own thread. */
static bool reads_without_gap(struct ws_client *client, int count)
{
    int64_t last = 0;

    for (int i = 0; i < count; i++) {
        AUTO_JSON struct json_value *event = ws_client_next(client);
        if (!event)
            return true; /* its session was ended */
        int64_t number = json_value_get_integer(json_value_get(event, "data"), "n");
        if (number && last && number != last + 1)
            return false;
        last = number;
    }
    return true;
}

struct joiner {
    struct hub_world *world;
    bool has_failed;
};

static void *join_and_leave(void *context)
{
    struct joiner *joiner = context;

    for (int i = 0; i < JOINS; i++) {
        struct ws_client client;
        hub_world_join(joiner->world, NULL, &client);
        ws_client_text(&client, "{\"ping\":0}");
        if (i % 4 == 1)
            hub_end_session(joiner->world->hub, "5");
        if (i % 4 == 2)
            ws_client_close(&client, 1000);
        if (!reads_without_gap(&client, i % 7))
            joiner->has_failed = true;
        ws_client_release(&client);
    }
    return NULL;
}

static void *publish_until_closed(void *context)
{
    struct hub_world *world = context;
    struct hub_figures figures;

    for (int i = 1; !atomic_load(&world->is_refusing); i++) {
        hub_world_publish(world, EVENT_RUN_ITEM, i);
        hub_figures(world->hub, &figures);
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    return NULL;
}

static void coming_and_going_while_things_happen_disturbs_nobody(void **state)
{
    struct joiner joiners[JOINERS];
    struct hub_world world;
    pthread_t threads[JOINERS], publisher;
    struct ws_client stays;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.gather_ms = 1});
    hub_world_join(&world,
                   &(struct hub_listener){
                       .caller = {.access = ACCESS_READ, .name = "ben", .how = "key", .key_id = 3},
                       .wish = {.types = FEED_ALL_TYPES}},
                   &stays);
    pthread_create(&publisher, NULL, publish_until_closed, &world);
    for (int i = 0; i < JOINERS; i++) {
        joiners[i] = (struct joiner){.world = &world};
        pthread_create(&threads[i], NULL, join_and_leave, &joiners[i]);
    }
    json_value_free(ws_client_expect(&stays, "hello"));
    int64_t first = hub_world_expect(&stays, EVENT_RUN_ITEM);
    for (int i = 1; i < 200; i++)
        assert_int_equal(hub_world_expect(&stays, EVENT_RUN_ITEM), first + i);
    for (int i = 0; i < JOINERS; i++) {
        pthread_join(threads[i], NULL);
        assert_false(joiners[i].has_failed);
    }
    hub_close(world.hub); /* while events still come */
    assert_int_equal(ws_client_close_code(&stays), 1001);
    atomic_store(&world.is_refusing, true);
    pthread_join(publisher, NULL);
    ws_client_release(&stays);
    hub_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listener_that_keeps_losing_its_connection_misses_nothing),
        cmocka_unit_test(coming_and_going_while_things_happen_disturbs_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
