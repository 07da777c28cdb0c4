#include "support/hub_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/patience.h"

/* What the server would remember of a connection that it handed over. */
struct handed_over {
    struct hub_world *world;
    int socket;
};

static bool is_still_admitted(void *context, const struct caller *caller, enum access access)
{
    struct hub_world *world = context;

    atomic_fetch_add(&world->asked, 1);
    return !atomic_load(&world->is_refusing) && caller->access >= access;
}

void hub_world_open(struct hub_world *world, const struct hub_settings *settings)
{
    struct hub_settings all = settings ? *settings : (struct hub_settings){0};
    struct error error = {0};

    *world = (struct hub_world){.events = events_new()};
    all.events = world->events;
    all.still_admitted = is_still_admitted;
    all.context = world;
    if (hub_new(&all, &world->hub, &error))
        fail_msg("%s", error.message);
}

void hub_world_close(struct hub_world *world)
{
    hub_close(world->hub);
    assert_int_equal(atomic_load(&world->open), 0);
    hub_free(world->hub);
    events_free(world->events);
}

struct hub_listener hub_world_listener(void)
{
    return (struct hub_listener){
        .caller = {.access = ACCESS_ADMIN,
                   .user_id = 1,
                   .name = "anna",
                   .how = "session",
                   .session = "5"},
        .wish = {.types = FEED_ALL_TYPES},
    };
}

static void release(void *handle)
{
    struct handed_over *connection = handle;

    close(connection->socket);
    atomic_fetch_sub(&connection->world->open, 1);
    free(connection);
}

void hub_world_join_with(struct hub_world *world, const struct hub_listener *listener,
                         const char *extra, size_t extra_length, struct ws_client *client)
{
    struct handed_over *connection = memory_new(sizeof(*connection));
    struct hub_listener usual = hub_world_listener();
    struct web_takeover takeover;
    int sockets[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    *connection = (struct handed_over){.world = world, .socket = sockets[1]};
    ws_client_init(client, sockets[0]);
    atomic_fetch_add(&world->open, 1);
    assert_true(hub_take_websocket(world->hub, listener ? listener : &usual, &takeover));
    takeover.take(takeover.context, sockets[1], extra, extra_length, release, connection);
}

void hub_world_join(struct hub_world *world, const struct hub_listener *listener,
                    struct ws_client *client)
{
    hub_world_join_with(world, listener, NULL, 0, client);
}

void hub_world_wait_for_open(struct hub_world *world, int count)
{
    struct patience patience = {0};

    while (atomic_load(&world->open) != count)
        if (!patience_wait(&patience))
            fail_msg("%d connections are open instead of %d", atomic_load(&world->open), count);
}

void hub_world_publish(struct hub_world *world, enum event_type type, int number)
{
    char json[32];

    snprintf(json, sizeof(json), "{\"n\":%d}", number);
    events_publish(world->events, type, json);
}

int64_t hub_world_expect(struct ws_client *client, enum event_type type)
{
    AUTO_JSON struct json_value *message = ws_client_expect(client, event_word(type));

    return json_value_get_integer(json_value_get(message, "data"), "n");
}
