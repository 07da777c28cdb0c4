#include "support/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"

enum { CONNECTIONS_MAX = 64 };

struct connection {
    struct loopback *server;
    pthread_t thread;
    int socket;
    int number;
};

struct loopback {
    loopback_serve *serve;
    void *context;
    int listener;
    int port;
    pthread_t thread;
    atomic_int requests;
    pthread_mutex_t lock; /* guards what follows */
    struct connection *connections[CONNECTIONS_MAX];
    int count;
    bool is_stopping;
};

static void *serve_connection(void *context)
{
    struct connection *connection = context;

    connection->server->serve(connection->server, connection->socket, connection->number);
    shutdown(connection->socket, SHUT_RDWR); /* the number is freed when the server stops */
    return NULL;
}

static bool take_connection(struct loopback *server, int socket)
{
    pthread_mutex_lock(&server->lock);
    bool takes = !server->is_stopping && server->count < CONNECTIONS_MAX;
    if (takes) {
        struct connection *connection = memory_new(sizeof(*connection));
        *connection =
            (struct connection){.server = server, .socket = socket, .number = server->count};
        server->connections[server->count++] = connection;
        int rc = pthread_create(&connection->thread, NULL, serve_connection, connection);
        CHECK(rc == 0);
    }
    pthread_mutex_unlock(&server->lock);
    return takes;
}

static void *accept_all(void *context)
{
    struct loopback *server = context;
    int socket;

    while ((socket = accept(server->listener, NULL, NULL)) >= 0)
        if (!take_connection(server, socket))
            close(socket);
    return NULL;
}

struct loopback *loopback_start(loopback_serve *serve, void *context)
{
    struct loopback *server = memory_new(sizeof(*server));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);

    server->serve = serve;
    server->context = context;
    pthread_mutex_init(&server->lock, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(server->listener, (struct sockaddr *)&address, size) == 0);
    CHECK(listen(server->listener, CONNECTIONS_MAX) == 0);
    CHECK(getsockname(server->listener, (struct sockaddr *)&address, &size) == 0);
    server->port = ntohs(address.sin_port);
    int rc = pthread_create(&server->thread, NULL, accept_all, server);
    CHECK(rc == 0);
    return server;
}

void loopback_stop(struct loopback *server)
{
    pthread_mutex_lock(&server->lock);
    server->is_stopping = true;
    for (int i = 0; i < server->count; i++)
        shutdown(server->connections[i]->socket, SHUT_RDWR);
    pthread_mutex_unlock(&server->lock);
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    for (int i = 0; i < server->count; i++) {
        pthread_join(server->connections[i]->thread, NULL);
        close(server->connections[i]->socket);
        free(server->connections[i]);
    }
    pthread_mutex_destroy(&server->lock);
    free(server);
}

int loopback_port(const struct loopback *server)
{
    return server->port;
}

void *loopback_context(const struct loopback *server)
{
    return server->context;
}

int loopback_connections(struct loopback *server)
{
    pthread_mutex_lock(&server->lock);
    int count = server->count;
    pthread_mutex_unlock(&server->lock);
    return count;
}

int loopback_requests(struct loopback *server)
{
    return atomic_load(&server->requests);
}

static bool read_byte(int socket, struct buffer *ret)
{
    char byte = 0;

    if (recv(socket, &byte, 1, 0) != 1)
        return false;
    buffer_byte(ret, byte);
    return true;
}

static size_t body_length(const struct buffer *head)
{
    const char *header = strcasestr(buffer_string(head), "\r\nContent-Length:");

    return header ? strtoul(header + strlen("\r\nContent-Length:"), NULL, 10) : 0;
}

bool loopback_read(struct loopback *server, int socket, struct buffer *ret)
{
    buffer_clear(ret);
    while (!strstr(buffer_string(ret), "\r\n\r\n"))
        if (!read_byte(socket, ret))
            return false;
    for (size_t left = body_length(ret); left > 0; left--)
        if (!read_byte(socket, ret))
            return false;
    atomic_fetch_add(&server->requests, 1);
    return true;
}

void loopback_write(int socket, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t count = send(socket, text, left, MSG_NOSIGNAL);
        if (count <= 0)
            return; /* the peer has gone, as some tests want */
        text += count;
        left -= (size_t)count;
    }
}

void loopback_answer(int socket, int status, const char *headers, const char *body)
{
    AUTO_FREE char *answer = memory_print("HTTP/1.1 %d Status\r\n%sContent-Length: %zu\r\n\r\n%s",
                                          status, headers, strlen(body), body);

    loopback_write(socket, answer);
}

void loopback_wait_for_end(int socket)
{
    char byte = 0;

    while (recv(socket, &byte, 1, 0) > 0)
        ;
}

void loopback_echo(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)connection;
    while (loopback_read(server, socket, &request))
        loopback_answer(socket, 201, "X-Test: first \r\nX-Test: last\r\n", buffer_string(&request));
}

int loopback_forget_proxies(void **state)
{
    (void)state;
    return setenv("no_proxy", "*", 1);
}
