#include "server.h"

#include "call.h"
#include "control.h"
#include "memory.h"
#include "route.h"
#include "seerr.h"
#include "sources.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { HANG_MS = 60000, HANG_STEP_MS = 50, MOST_CONNECTIONS = 1024 };

/* An idle connection is closed after 6 s, as Node does; while an answer is due nothing may end it.
 */
enum { IDLE_SECONDS = 6, BUSY_SECONDS = 600 };

static const char not_found_page[] =
    "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>404: This page could not be found"
    "</title></head><body><div id=\"__next\"><h1>404</h1></div></body></html>";

enum area {
    AREA_SEERR,
    AREA_SOURCE,
    AREA_CONTROL,
    AREA_NONE,
};

static bool take_prefix(char *path, const char *prefix)
{
    size_t length = strlen(prefix);
    if (strncmp(path, prefix, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return false;
    memmove(path, path + length, strlen(path + length) + 1);
    return true;
}

/* Decides who answers, and shortens the path to what the routes of that side know. */
static enum area enter_area(struct sim *sim, struct call *call)
{
    if (take_prefix(call->path, "/sim"))
        return AREA_CONTROL;
    if (take_prefix(call->path, "/host"))
        return AREA_SOURCE;
    bool based = take_prefix(call->path, sim->settings.base_path);
    return based && take_prefix(call->path, "/api/v1") ? AREA_SEERR : AREA_NONE;
}

static void answer_control(struct sim *sim, struct call *call)
{
    pthread_mutex_lock(&sim->lock);
    control_answer(call);
    pthread_mutex_unlock(&sim->lock);
}

static void spend_latency(struct sim *sim, const struct call *call)
{
    if (call->route == NULL || (call->route->traits & ROUTE_WAITS) == 0)
        sim_wait_unlocked(sim, sim->settings.latency_ms);
}

static void answer_with_faults(struct sim *sim, struct call *call, const char *path,
                               void (*answer)(struct call *))
{
    struct fault_rule fault = faults_hit(&sim->faults, call->method, path);
    if (fault.action == FAULT_SLOW)
        sim_wait_unlocked(sim, fault.ms);
    if (fault_needs_effect(&fault)) {
        spend_latency(sim, call);
        answer(call);
    } else {
        sim_wait_unlocked(sim, sim->settings.latency_ms);
    }
    fault_reply(&fault, call);
    fault_free(&fault);
}

static void answer_seerr(struct sim *sim, struct call *call)
{
    pthread_mutex_lock(&sim->lock);
    seerr_find_route(call);
    bool post_request = call->route != NULL && (call->route->traits & ROUTE_WAITS) != 0;
    counters_add_seerr(&sim->counters, call->method,
                       call->route != NULL ? call->route->path : call->path);
    counters_enter_seerr(&sim->counters, post_request);
    char *path = sim_format("/api/v1%s", call->path);
    answer_with_faults(sim, call, path, seerr_answer);
    free(path);
    counters_leave_seerr(&sim->counters, post_request);
    pthread_mutex_unlock(&sim->lock);
}

static void answer_source(struct sim *sim, struct call *call)
{
    pthread_mutex_lock(&sim->lock);
    char *path = sim_format("/host%s", call->path);
    const char *host = sources_find_route(call);
    if (host != NULL) {
        counters_add_source(&sim->counters, host);
        answer_with_faults(sim, call, path, sources_answer);
    } else {
        reply_text(call, 404, "text/plain", "no such host is simulated\n");
    }
    free(path);
    pthread_mutex_unlock(&sim->lock);
}

static void answer(struct sim *sim, struct call *call)
{
    switch (enter_area(sim, call)) {
    case AREA_CONTROL:
        answer_control(sim, call);
        break;
    case AREA_SEERR:
        answer_seerr(sim, call);
        break;
    case AREA_SOURCE:
        answer_source(sim, call);
        break;
    case AREA_NONE:
        reply_text(call, 404, "text/html; charset=utf-8", not_found_page);
        break;
    }
}

static bool client_left(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    char byte;
    return info == NULL || recv(info->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void hang(struct call *call)
{
    for (int waited = 0; waited < HANG_MS; waited += HANG_STEP_MS) {
        if (atomic_load(&call->sim->stopping) || client_left(call->connection))
            return;
        sim_wait(call->sim, HANG_STEP_MS);
    }
}

/* Gives the first half of the body, then breaks off. */
static ssize_t read_half(void *data, uint64_t position, char *buffer, size_t most)
{
    const struct reply *reply = data;
    size_t half = reply->length / 2;
    if (position >= half)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t piece = half - (size_t)position;
    if (piece > most)
        piece = most;
    memcpy(buffer, reply->body + position, piece);
    return (ssize_t)piece;
}

static struct MHD_Response *build_response(struct reply *reply)
{
    if (reply->fate == REPLY_TRUNCATE && reply->length > 1)
        return MHD_create_response_from_callback(reply->length, 4096, read_half, reply, NULL);
    return MHD_create_response_from_buffer(reply->length, reply->body, MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result send_reply(struct call *call)
{
    struct reply *reply = &call->reply;
    if (!call->sim->settings.quiet)
        fprintf(stderr, "%s %s -> %u\n", call->method, call->target, reply->status);
    if (reply->fate == REPLY_HANG)
        hang(call);
    if (reply->fate == REPLY_HANG || reply->fate == REPLY_CLOSE)
        return MHD_NO;
    struct MHD_Response *response = build_response(reply);
    for (size_t i = 0; i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    enum MHD_Result result = MHD_queue_response(call->connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

static void *on_target(void *data, const char *target, struct MHD_Connection *connection)
{
    (void)connection;
    return call_new(data, target);
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    (void)url;
    (void)version;
    struct call *call = *context;
    if (call->method == NULL) {
        call->method = sim_copy(method);
        call->connection = connection;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        call_append(call, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)BUSY_SECONDS);
    answer(data, call);
    return send_reply(call);
}

static void on_done(void *data, struct MHD_Connection *connection, void **context,
                    enum MHD_RequestTerminationCode code)
{
    (void)data;
    (void)code;
    if (*context != NULL)
        call_free(*context);
    *context = NULL;
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)IDLE_SECONDS);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    (void)connection;
    (void)context;
    struct sim *sim = data;
    if (code != MHD_CONNECTION_NOTIFY_STARTED)
        return;
    pthread_mutex_lock(&sim->lock);
    sim->counters.connections++;
    pthread_mutex_unlock(&sim->lock);
}

struct MHD_Daemon *server_start(struct sim *sim, unsigned short *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, *port, NULL,
        NULL, on_request, sim, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, sim, MHD_OPTION_NOTIFY_COMPLETED, on_done, sim,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, sim, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_END);
    if (daemon == NULL)
        return NULL;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    *port = info->port;
    return daemon;
}

void server_stop(struct sim *sim, struct MHD_Daemon *daemon)
{
    atomic_store(&sim->stopping, true);
    MHD_stop_daemon(daemon);
}
