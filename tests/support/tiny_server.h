/*
 * tiny_server.h: the web server with handlers that do what a test asks for, in this process.
 *
 *     /echo          what the request came to, a line each: "method GET", "path /echo", "query
 * a=1", "host ...", "base ...", "client ...", "tls 0", "body ..." /text?size=N   N bytes of text;
 * also /secret (never packed), /image, /unstored /fixed         fixed bytes with the entity tag
 * "v1" /header?value=X  puts X into the header X-Value /none          is not answered at all /later
 * an errand that waits until tiny_server_let_go /stream        a stream of what tiny_server_feed
 * writes /take          a takeover that the test finds in `taken`
 */
#ifndef TESTS_SUPPORT_TINY_SERVER_H
#define TESTS_SUPPORT_TINY_SERVER_H

#include <pthread.h>

#include "web/server.h"

struct tiny_server {
    struct web_server *server;
    int port;             /* of the API's door */
    int ui_port;          /* 0: no such door */
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool may_go;
    int waiting, waited; /* errands */
    struct buffer feed;
    bool feed_ended;
    void (*wake)(void *handle);
    void *wake_handle;
    int streams_begun, streams_ended;
    int taken, takes_missed; /* takeovers, and those that came to nothing */
    int socket;              /* of the last one */
    struct buffer extra;
    void (*release)(void *handle);
    void *release_handle;
    int sent, last_status;
    int64_t last_bytes;
};

/* Doors, when there are none, are one for the API at a free port of 127.0.0.1. */
void tiny_server_start(struct tiny_server *tiny, const struct web_server_settings *settings);
enum error_code tiny_server_try(struct tiny_server *tiny,
                                const struct web_server_settings *settings, struct error *error);
void tiny_server_stop(struct tiny_server *tiny, int grace_ms);

void tiny_server_let_go(struct tiny_server *tiny);
void tiny_server_feed(struct tiny_server *tiny, const char *text); /* NULL: the end */
/* Waits until the number has reached the value; false when RAW_HTTP_MS passed before. */
bool tiny_server_wait(struct tiny_server *tiny, const int *number, int value);
/*
 * Wait until the server has so many connections, errands (waiting or running: one counts for a
 * moment longer than its answer takes to arrive) or refusals. A request that was sent is no errand
 * yet: the server may not have read it.
 */
bool tiny_server_wait_for_connections(struct tiny_server *tiny, int64_t count);
bool tiny_server_wait_for_errands(struct tiny_server *tiny, int64_t count);
bool tiny_server_wait_for_refusals(struct tiny_server *tiny, int64_t count);

#endif
