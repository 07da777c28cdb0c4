/*
 * server_parts.h: what the server*.c files share; nobody else includes it.
 *
 * A door is one port with its MHD daemon. A link is one connection, as server_limits.c watches it.
 * An exchange is one request and its answer: begun when MHD has read the request line, freed when
 * MHD has done with it. It belongs to the door's thread, and to an errand thread while one works
 * on it; the connection is suspended then. Where locks nest: hub's, stream's, MHD's, limits'.
 */
#ifndef LISTSYNC_WEB_SERVER_PARTS_H
#define LISTSYNC_WEB_SERVER_PARTS_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "web/answer_cache.h"
#include "web/errands.h"
#include "web/server.h"

struct server_exchange;

struct server_link {
    struct server_link *before, *after;
    struct server_exchange *exchange; /* of the door's thread: the one under way; NULL: none */
    int socket;
    struct address peer;
    int64_t due_ms;     /* steady time at which it is cut off; 0: never */
    int64_t look_ms;    /* steady time at which to look whether the client has left; 0: never */
    int64_t pause_ms;   /* between the last look and that one */
    int64_t idle_since; /* steady time since which it waits for another request; 0: it does not */
};

struct server_limits {
    pthread_mutex_t lock;
    pthread_cond_t sooner;
    pthread_t thread;
    struct server_link *first;
    int count;
    int64_t next_ms; /* when the thread looks again; 0: when told to */
    bool is_stopping;
    int most, most_per_address;
    int64_t request_ms, idle_ms;
    const struct address_ranges *trusted;
};

struct server_door {
    struct web_server *server;
    enum web_door door;
    int port;
    struct MHD_Daemon *daemon;
};

struct web_server {
    struct web_handler handler;
    struct server_limits limits;
    struct errands *errands, *crowd;
    struct answer_cache *packed; /* compressed bodies by their tags */
    char *base_path;
    const struct address_ranges *trusted;
    bool has_tls;
    struct server_door doors[2];
    size_t door_count;
    atomic_bool is_stopping;
    atomic_uint_least64_t requests;
    atomic_llong refused;
    atomic_llong body_bytes; /* of all bodies that are under way */
    pthread_mutex_t lock;    /* guards what follows */
    pthread_cond_t quieter;
    int busy; /* requests that are to be answered before a stop */
    struct server_exchange *streams;
    pthread_t starter; /* who calls web_server_start */
    char trouble[256]; /* what MHD said in that thread */
};

enum server_stage {
    SERVER_HEAD,     /* the head comes next */
    SERVER_BODY,     /* the body, or its end */
    SERVER_ANSWERED, /* the response waits for its connection */
    SERVER_SENDING,
};

/* A stream's own part of an exchange. */
struct server_stream {
    struct server_exchange *before, *after; /* in web_server.streams */
    pthread_mutex_t lock;                   /* guards what follows */
    bool is_suspended;
    bool is_woken;
};

struct server_exchange {
    struct web_server *server;
    struct server_door *door;
    struct server_link *link;
    struct MHD_Connection *connection;
    struct MHD_UpgradeResponseHandle *upgraded;
    struct arena *arena; /* NULL: released already */
    struct web_request request;
    struct web_response response;
    struct server_stream *stream; /* NULL: the answer is none */
    const char *target;           /* as it was sent; NULL: too long */
    struct buffer body;
    int64_t body_bytes; /* that came, kept or not */
    enum server_stage stage;
    bool is_http_1_1;
    bool is_refused; /* the response says so; what still comes is read and dropped */
    bool is_busy;    /* counted in web_server.busy */
    bool is_told;    /* to the handler's `sent` */
    int status;      /* what was sent; 0: nothing */
    int64_t bytes;
    int64_t started_us;
};

/* server_limits.c: who may connect, and how long anything may take. */
void server_limits_begin(struct server_limits *limits, const struct web_server_settings *settings);
void server_limits_end(struct server_limits *limits);
/* False: no place for it. Makes room by cutting off whoever was idle for longest. */
bool server_limits_admit(struct server_limits *limits, const struct address *peer);
struct server_link *server_limits_add(struct server_limits *limits, int socket,
                                      const struct address *peer);
void server_limits_remove(struct server_limits *limits, struct server_link *link);
/* A request has begun: cuts the connection off unless it comes in time, or when the client has
 * left. */
void server_limits_await(struct server_limits *limits, struct server_link *link);
/* Cuts the connection off unless another call comes within `ms`; 0: never. */
void server_limits_allow(struct server_limits *limits, struct server_link *link, int64_t ms);
void server_limits_idle(struct server_limits *limits, struct server_link *link);
int server_limits_count(struct server_limits *limits);
/* Waits by the steady clock, for at most `ms`; the condition was begun by the first of the two. */
void server_wait_begin(pthread_cond_t *condition);
void server_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t ms);

/* server_exchange.c: its life but for head and answer. */
struct server_exchange *server_exchange_new(struct server_door *door,
                                            struct MHD_Connection *connection, const char *target);
/* Lets go of everything but the shell; tells the handler's `sent`. */
void server_exchange_close(struct server_exchange *exchange);
void server_exchange_free(struct server_exchange *exchange);
void server_exchange_calm(struct server_exchange *exchange); /* not busy any more */
/* Bytes of the body; false: far too many, the connection must be closed. */
bool server_exchange_body(struct server_exchange *exchange, const char *bytes, size_t length);
/* The request is there: asks the handler. False when the answer comes later. */
bool server_exchange_ask(struct server_exchange *exchange);

/*
 * server_head.c: the head of a request, checked and taken apart. False when it was refused: the
 * response says why, and `*is_over` whether to answer at once and close the connection.
 */
bool server_head_read(struct server_exchange *exchange, const char *method, const char *version,
                      bool *is_over);

/* server_answer.c: hands the response over to MHD; MHD_NO: the connection must be closed. */
enum MHD_Result server_answer(struct server_exchange *exchange);

/* server_stream.c: answers that are made while they are sent, and connections given away. */
struct MHD_Response *server_stream_response(struct server_exchange *exchange);
void server_stream_close(struct server_exchange *exchange);
void server_stream_wake_all(struct web_server *server);
struct MHD_Response *server_takeover_response(struct server_exchange *exchange);

#endif
