/*
 * loopback.h: a tiny server on 127.0.0.1 for tests of what real servers would not do on demand.
 *
 * It listens on a port of the system's choice. Each connection has a thread of its own, in which
 * `serve` reads and writes as the test wants; the connection is closed when it returns.
 */
#ifndef LISTSYNC_TESTS_LOOPBACK_H
#define LISTSYNC_TESTS_LOOPBACK_H

#include <stdbool.h>

#include "base/buffer.h"

struct loopback;

/* `connection` counts from 0; `context` is the one given at the start. */
typedef void loopback_serve(struct loopback *server, int socket, int connection);

struct loopback *loopback_start(loopback_serve *serve, void *context);
/* Ends all connections, waits for their threads, frees. */
void loopback_stop(struct loopback *server);

int loopback_port(const struct loopback *server);
void *loopback_context(const struct loopback *server);
int loopback_connections(struct loopback *server);
int loopback_requests(struct loopback *server); /* read whole by loopback_read */

/* Replaces `ret` by the next request, head and body; false when the peer has gone. */
bool loopback_read(struct loopback *server, int socket, struct buffer *ret);
void loopback_write(int socket, const char *text);
/* A whole answer: status line, the headers ("Name: value\r\n" each), Content-Length, body. */
void loopback_answer(int socket, int status, const char *headers, const char *body);
/* Waits until the peer closes or the server stops. */
void loopback_wait_for_end(int socket);

/* To serve: each request is answered 201 with itself as the body, and X-Test twice. */
void loopback_echo(struct loopback *server, int socket, int connection);

/* For cmocka: a proxy of the environment has no place in tests on the loopback. */
int loopback_forget_proxies(void **state);

#endif
