#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "web/server_parts.h"

enum { BLOCK_SIZE = 4096, LAST_BYTES_MS = 5000 };

static void wake(void *handle)
{
    struct server_exchange *exchange = handle;
    struct server_stream *stream = exchange->stream;

    pthread_mutex_lock(&stream->lock);
    stream->is_woken = true;
    if (stream->is_suspended) {
        stream->is_suspended = false;
        MHD_resume_connection(exchange->connection);
    }
    pthread_mutex_unlock(&stream->lock);
}

/* Sets the connection aside unless there was a call since the last reading. */
static bool suspend(struct server_exchange *exchange)
{
    struct server_stream *stream = exchange->stream;

    pthread_mutex_lock(&stream->lock);
    if (!stream->is_woken) {
        stream->is_suspended = true;
        MHD_suspend_connection(exchange->connection);
    }
    bool is_suspended = stream->is_suspended;
    pthread_mutex_unlock(&stream->lock);
    return is_suspended;
}

static void forget_calls(struct server_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->is_woken = false;
    pthread_mutex_unlock(&stream->lock);
}

static ssize_t read_stream(void *context, uint64_t position, char *bytes, size_t size)
{
    struct server_exchange *exchange = context;
    const struct web_stream *stream = &exchange->response.stream;

    (void)position;
    do {
        forget_calls(exchange->stream);
        if (atomic_load(&exchange->server->is_stopping))
            return MHD_CONTENT_READER_END_OF_STREAM;
        int64_t length = stream->read(stream->context, bytes, size);
        if (length < 0)
            return MHD_CONTENT_READER_END_OF_STREAM;
        exchange->bytes += length;
        if (length > 0)
            return (ssize_t)length;
    } while (!suspend(exchange));
    return 0;
}

static void add_to_list(struct server_exchange *exchange)
{
    struct web_server *server = exchange->server;

    pthread_mutex_lock(&server->lock);
    exchange->stream->after = server->streams;
    if (server->streams)
        server->streams->stream->before = exchange;
    server->streams = exchange;
    pthread_mutex_unlock(&server->lock);
}

static void remove_from_list(struct server_exchange *exchange)
{
    struct web_server *server = exchange->server;
    struct server_stream *stream = exchange->stream;

    pthread_mutex_lock(&server->lock);
    if (stream->before)
        stream->before->stream->after = stream->after;
    else
        server->streams = stream->after;
    if (stream->after)
        stream->after->stream->before = stream->before;
    pthread_mutex_unlock(&server->lock);
}

struct MHD_Response *server_stream_response(struct server_exchange *exchange)
{
    const struct web_stream *stream = &exchange->response.stream;

    exchange->stream = memory_new(sizeof(*exchange->stream));
    pthread_mutex_init(&exchange->stream->lock, NULL);
    add_to_list(exchange);
    if (stream->begin)
        stream->begin(stream->context, wake, exchange);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_stream, exchange,
                                             NULL);
}

void server_stream_close(struct server_exchange *exchange)
{
    const struct web_stream *stream = &exchange->response.stream;

    if (exchange->stream)
        remove_from_list(exchange);
    if (stream->read && stream->end)
        stream->end(stream->context);
    if (exchange->stream)
        pthread_mutex_destroy(&exchange->stream->lock);
    free(TAKE(exchange->stream));
}

void server_stream_wake_all(struct web_server *server)
{
    pthread_mutex_lock(&server->lock);
    for (struct server_exchange *at = server->streams; at; at = at->stream->after)
        wake(at);
    pthread_mutex_unlock(&server->lock);
}

/*
 * With TLS MHD forwards the bytes itself, and may not notice that we are done as long as the
 * client neither sends nor closes: so it reads the end from there now, and whoever does not take
 * the last bytes is cut off.
 */
static void release_takeover(void *handle)
{
    struct server_exchange *exchange = handle;

    server_limits_allow(&exchange->server->limits, exchange->link, LAST_BYTES_MS);
    shutdown(exchange->link->socket, SHUT_RD);
    MHD_upgrade_action(exchange->upgraded, MHD_UPGRADE_ACTION_CLOSE);
}

/* MHD has sent the 101. The request ends here; its shell lives on until MHD is done with it. */
static void hand_over(void *context, struct MHD_Connection *connection, void *request_context,
                      const char *extra, size_t extra_length, MHD_socket socket,
                      struct MHD_UpgradeResponseHandle *upgraded)
{
    struct server_exchange *exchange = request_context;
    struct web_takeover takeover = exchange->response.takeover;
    int on = 1;

    (void)context;
    (void)connection;
    setsockopt(exchange->link->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    exchange->upgraded = upgraded;
    server_exchange_close(exchange);
    takeover.take(takeover.context, socket, extra, extra_length, release_takeover, exchange);
}

struct MHD_Response *server_takeover_response(struct server_exchange *exchange)
{
    (void)exchange;
    return MHD_create_response_for_upgrade(hand_over, NULL);
}
