/*
 * hub_parts.h: what the hub's own files share: hub.c (the thread), hub_clients.c (WebSockets) and
 * hub_streams.c (Server-Sent Events). For them alone.
 */
#ifndef LISTSYNC_WEB_HUB_PARTS_H
#define LISTSYNC_WEB_HUB_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/crypto.h"
#include "web/hub.h"

enum { HUB_PIECES = 4 };
enum hub_news { HUB_EVENT = 1, HUB_LOG_LINE = 2 };

/* A caller's copy that outlives the request. */
struct hub_caller {
    struct caller caller;
    char *name, *how, *session;
};

void hub_caller_init(struct hub_caller *copy, const struct caller *caller);
void hub_caller_release(struct hub_caller *copy);

/* Whose connections are to be ended: those of a session or of a key. */
struct hub_ending {
    struct hub_ending *next;
    char session[CRYPTO_DIGEST_SIZE]; /* "": of the key */
    int64_t key_id;
};

bool hub_ending_means(const struct hub_ending *ending, const struct caller *caller);

/* The bytes that bring a feed from one place to another: the same for all who are there. */
struct hub_piece {
    bool is_made;
    struct feed before, after;
    struct buffer bytes;
};

struct hub_client;
struct hub_stream;

struct hub {
    struct hub_settings settings;
    int epoll, signal;
    pthread_t thread;
    atomic_uint news; /* bits of enum hub_news that the thread has not looked at */
    atomic_llong dropped;

    pthread_mutex_t lock; /* for what follows, up to the thread's own */
    bool is_closing;
    struct hub_client *arrived;
    struct hub_ending *endings;
    bool wants_recheck;
    struct hub_stream *streams;
    int websocket_count, stream_count;

    /* The thread's own. */
    struct hub_client *clients;
    struct hub_piece pieces[HUB_PIECES];
    size_t next_piece;
    int64_t due_at;    /* steady; when a client wants to be looked at */
    int64_t beat_at;   /* when streams get their next comment */
    int64_t spread_at; /* no news are spread before that */
    int64_t over_at;   /* 0, or when closing has to be over */
};

void hub_signal(struct hub *hub);         /* any thread: look at what changed under the lock */
bool hub_has_room(const struct hub *hub); /* with the lock held */

/* hub_clients.c; all in the hub's thread. */
void hub_clients_arrive(struct hub *hub);
void hub_clients_ready(struct hub_client *client, unsigned events);
void hub_clients_spread(struct hub *hub);
void hub_clients_tick(struct hub *hub, int64_t now); /* sets due_at */
void hub_clients_end(struct hub *hub, const struct hub_ending *ending);
void hub_clients_hurry_recheck(struct hub *hub);
void hub_clients_say_goodbye(struct hub *hub);
void hub_clients_drop_all(struct hub *hub);

/* hub_streams.c; in the hub's thread. */
void hub_streams_wake(struct hub *hub, unsigned news);
void hub_streams_beat(struct hub *hub);
void hub_streams_hurry_recheck(struct hub *hub);
void hub_streams_recheck(struct hub *hub, int64_t now);
void hub_streams_end(struct hub *hub, const struct hub_ending *ending); /* NULL: all */

#endif
