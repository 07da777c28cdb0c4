#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/compression.h"
#include "web/server_parts.h"

/* What is read and dropped of a body that is too large, so that the client gets to the answer. */
enum { BODY_DROPPED_MOST = 8 * WEB_BODY_LIMIT };

static int64_t steady_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct server_link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info->socket_context;
}

static void count_busy(struct web_server *server, int change)
{
    pthread_mutex_lock(&server->lock);
    server->busy += change;
    pthread_cond_signal(&server->quieter);
    pthread_mutex_unlock(&server->lock);
}

struct server_exchange *server_exchange_new(struct server_door *door,
                                            struct MHD_Connection *connection, const char *target)
{
    struct server_exchange *exchange = memory_new(sizeof(*exchange));
    struct web_server *server = door->server;

    exchange->server = server;
    exchange->door = door;
    exchange->connection = connection;
    exchange->link = link_of(connection);
    exchange->link->exchange = exchange;
    exchange->arena = arena_new();
    if (strlen(target) <= WEB_PATH_SIZE)
        exchange->target = arena_text(exchange->arena, target);
    exchange->started_us = steady_us();
    buffer_init(&exchange->body, WEB_BODY_LIMIT);
    web_response_init(&exchange->response, exchange->arena);
    exchange->request = (struct web_request){.arena = exchange->arena,
                                             .door = door->door,
                                             .peer = exchange->link->peer,
                                             .number = ++server->requests};
    exchange->is_busy = true;
    count_busy(server, 1);
    server_limits_await(&server->limits, exchange->link);
    return exchange;
}

void server_exchange_calm(struct server_exchange *exchange)
{
    if (!exchange->is_busy)
        return;
    exchange->is_busy = false;
    count_busy(exchange->server, -1);
}

static void tell_sent(struct server_exchange *exchange)
{
    const struct web_handler *handler = &exchange->server->handler;

    if (handler->sent && exchange->status)
        handler->sent(handler->context, &exchange->request, exchange->status, exchange->bytes,
                      steady_us() - exchange->started_us);
}

static void give_up_takeover(const struct web_takeover *takeover)
{
    if (takeover->take)
        takeover->take(takeover->context, -1, NULL, 0, NULL, NULL);
}

static void drop_body(struct server_exchange *exchange)
{
    atomic_fetch_sub(&exchange->server->body_bytes, (long long)exchange->body.length);
    buffer_release(&exchange->body);
    exchange->body.length = 0;
}

void server_exchange_close(struct server_exchange *exchange)
{
    if (!exchange->arena)
        return;
    server_stream_close(exchange);
    if (!exchange->upgraded)
        give_up_takeover(&exchange->response.takeover);
    tell_sent(exchange);
    drop_body(exchange);
    web_response_release(&exchange->response);
    arena_free(TAKE(exchange->arena));
    server_exchange_calm(exchange);
}

void server_exchange_free(struct server_exchange *exchange)
{
    server_exchange_close(exchange);
    exchange->link->exchange = NULL;
    free(exchange);
}

static void refuse(struct server_exchange *exchange, int status, const char *code,
                   const char *sentence)
{
    exchange->is_refused = true;
    drop_body(exchange);
    web_response_fail(&exchange->response, status, code, sentence);
}

bool server_exchange_body(struct server_exchange *exchange, const char *bytes, size_t length)
{
    exchange->body_bytes += (int64_t)length;
    if (exchange->is_refused)
        return exchange->body_bytes <= BODY_DROPPED_MOST;
    buffer_append(&exchange->body, bytes, length);
    if (exchange->body.overflowed) {
        refuse(exchange, 413, "body_too_large", "the body is larger than 1 MiB");
        return true;
    }
    long long all = atomic_fetch_add(&exchange->server->body_bytes, (long long)length);
    if (all + (long long)length > WEB_BODIES_LIMIT) {
        exchange->server->refused++;
        refuse(exchange, 503, "busy", "too many large requests are under way, try again later");
        web_response_header(&exchange->response, "Retry-After", "5");
    }
    return true;
}

static void unpack_body(struct server_exchange *exchange)
{
    AUTO_BUFFER struct buffer plain = BUFFER_WITH_LIMIT(WEB_BODY_LIMIT);
    struct error error;
    enum error_code rc = compression_unpack_gzip(buffer_string(&exchange->body),
                                                 exchange->body.length, &plain, &error);
    if (rc) {
        bool is_large = rc == ERROR_LIMIT;
        refuse(exchange, is_large ? 413 : 400, is_large ? "body_too_large" : "bad_body",
               error.message);
        return;
    }
    exchange->request.body = arena_text_n(exchange->arena, buffer_string(&plain), plain.length);
    exchange->request.body_length = plain.length;
}

static void settle_body(struct server_exchange *exchange)
{
    const char *coding = web_request_header(&exchange->request, "Content-Encoding");

    exchange->request.body = buffer_string(&exchange->body);
    exchange->request.body_length = exchange->body.length;
    if (!coding || text_equal_ignoring_case(coding, "identity"))
        return;
    if (text_equal_ignoring_case(coding, "gzip") || text_equal_ignoring_case(coding, "x-gzip"))
        unpack_body(exchange);
    else
        refuse(exchange, 415, "unknown_encoding", "a body may be encoded as gzip only");
}

static void run_errand(void *context, bool dropped)
{
    struct server_exchange *exchange = context;
    const struct web_handler *handler = &exchange->server->handler;

    if (dropped)
        web_response_fail(&exchange->response, 503, "stopping", "the server stops");
    else
        handler->later(handler->context, &exchange->request, &exchange->response);
    MHD_resume_connection(exchange->connection);
}

/* The connection is set aside first, for the errand may be done before this returns. */
static void begin_errand(struct server_exchange *exchange, struct errands *errands)
{
    MHD_suspend_connection(exchange->connection);
    if (errands_add(errands, run_errand, exchange))
        return;
    exchange->server->refused++;
    web_response_fail(&exchange->response, 503, "busy", "too much is going on, try again later");
    web_response_header(&exchange->response, "Retry-After", "5");
    MHD_resume_connection(exchange->connection);
}

bool server_exchange_ask(struct server_exchange *exchange)
{
    const struct web_handler *handler = &exchange->server->handler;

    exchange->stage = SERVER_ANSWERED;
    server_limits_allow(&exchange->server->limits, exchange->link, 0);
    if (!exchange->is_refused)
        settle_body(exchange);
    if (exchange->is_refused)
        return true;
    enum web_verdict verdict =
        handler->answer(handler->context, &exchange->request, &exchange->response);
    if (verdict == WEB_ANSWERED)
        return true;
    begin_errand(exchange,
                 verdict == WEB_LATER ? exchange->server->errands : exchange->server->crowd);
    return false;
}
