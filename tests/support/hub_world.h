/*
 * hub_world.h: a hub with its events, and listeners on socket pairs, as the server would bring
 * them; for tests without an HTTP server.
 */
#ifndef LISTSYNC_TESTS_HUB_WORLD_H
#define LISTSYNC_TESTS_HUB_WORLD_H

#include <stdatomic.h>

#include "support/ws_client.h"
#include "web/hub.h"

struct hub_world {
    struct events *events;
    struct hub *hub;
    atomic_bool is_refusing; /* still_admitted answers no */
    atomic_int asked;        /* how often it was */
    atomic_int open;         /* connections that the hub has not released */
};

/* `settings` with the times and limits of the test, or NULL. */
void hub_world_open(struct hub_world *world, const struct hub_settings *settings);
void hub_world_close(struct hub_world *world);

/* An administrator with the session "s" who wants all events and no log. */
struct hub_listener hub_world_listener(void);
/* NULL: the listener above. */
void hub_world_join(struct hub_world *world, const struct hub_listener *listener,
                    struct ws_client *client);
/* The same, with bytes that came right behind the request. */
void hub_world_join_with(struct hub_world *world, const struct hub_listener *listener,
                         const char *extra, size_t extra_length, struct ws_client *client);
/* Waits until so many connections are left; fails the test when it takes too long. */
void hub_world_wait_for_open(struct hub_world *world, int count);
/* {"n":NUMBER} */
void hub_world_publish(struct hub_world *world, enum event_type type, int number);
/* data.n of a message of that type, which must come next. */
int64_t hub_world_expect(struct ws_client *client, enum event_type type);

#endif
