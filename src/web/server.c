#include "web/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/server_parts.h"

/*
 * Stacks are address space, not memory, until they are used. 256 KiB would do but for JSON nested
 * as deeply as jansson allows, which takes 192 of them. What MHD keeps for a connection is memory
 * from its second request on, all of it; it must hold the largest head and the headers of the
 * answer, or a Cookie header of 11 KiB twice: more of that one is refused, as by most proxies.
 */
enum {
    THREADS = 2,
    ERRAND_THREADS = 4, /* two silent services must not keep everybody else waiting */
    CROWD_THREADS = 3,
    STACK_SIZE = 1 << 20,
    CONNECTION_MEMORY = 24 << 10
};
enum { BACKLOG = 511, PEM_LIMIT = 1 << 20, LAST_ANSWERS_MS = 200 };

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    return server_exchange_new(context, connection, target ? target : "");
}

static enum MHD_Result begin(struct server_exchange *exchange, const char *method,
                             const char *version)
{
    bool is_over = false;

    exchange->stage = SERVER_BODY;
    if (server_head_read(exchange, method, version, &is_over) || !is_over)
        return MHD_YES;
    return server_answer(exchange);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *bytes, size_t *length, void **request_context)
{
    struct server_exchange *exchange = *request_context;

    (void)context;
    (void)connection;
    (void)path;
    if (exchange->stage == SERVER_HEAD)
        return begin(exchange, method, version);
    if (exchange->stage == SERVER_BODY && *length > 0) {
        bool goes_on = server_exchange_body(exchange, bytes, *length);
        *length = 0;
        return goes_on ? MHD_YES : MHD_NO;
    }
    if (exchange->stage == SERVER_BODY && !server_exchange_ask(exchange))
        return MHD_YES;
    return exchange->stage == SERVER_ANSWERED ? server_answer(exchange) : MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_context,
                         enum MHD_RequestTerminationCode how)
{
    struct server_exchange *exchange = *request_context;
    struct server_door *door = context;

    (void)connection;
    (void)how;
    if (!exchange)
        return;
    server_limits_idle(&door->server->limits, exchange->link);
    server_exchange_free(exchange);
    *request_context = NULL;
}

static void add_connection(struct web_server *server, struct MHD_Connection *connection,
                           void **link)
{
    const union MHD_ConnectionInfo *socket =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *name =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct address peer = {0};

    address_of_socket(name->client_addr, &peer);
    *link = server_limits_add(&server->limits, socket->connect_fd, &peer);
}

/* MHD tells no end of a request when it gives up within its first line: too many parameters. */
static void remove_connection(struct web_server *server, struct server_link *link)
{
    if (link->exchange)
        server_exchange_free(link->exchange);
    server_limits_remove(&server->limits, link);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **link,
                          enum MHD_ConnectionNotificationCode what)
{
    struct server_door *door = context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        add_connection(door->server, connection, link);
    else
        remove_connection(door->server, *link);
}

static enum MHD_Result on_accept(void *context, const struct sockaddr *name, socklen_t size)
{
    struct server_door *door = context;
    struct web_server *server = door->server;
    struct address peer = {0};

    (void)size;
    address_of_socket(name, &peer);
    if (!atomic_load(&server->is_stopping) && server_limits_admit(&server->limits, &peer))
        return MHD_YES;
    server->refused++;
    return MHD_NO;
}

__attribute__((format(printf, 2, 0))) static void on_trouble(void *context, const char *format,
                                                             va_list arguments)
{
    struct server_door *door = context;
    AUTO_FREE char *text = memory_print_list(format, arguments);

    text_cut_at(text, "\n");
    log_debug("web", text, LOG_END);
    if (pthread_equal(pthread_self(), door->server->starter))
        text_copy(door->server->trouble, sizeof(door->server->trouble), text);
}

/* An address to listen on, of either kind. */
union name {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool parse_name(const struct web_door_settings *settings, union name *ret)
{
    in_port_t port = htons((uint16_t)settings->port);
    struct in6_addr v6;
    struct in_addr v4;

    if (inet_pton(AF_INET, settings->address, &v4) == 1)
        ret->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port, .sin_addr = v4};
    else if (inet_pton(AF_INET6, settings->address, &v6) == 1)
        ret->v6 =
            (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = v6};
    else
        return false;
    return true;
}

static enum error_code bind_trouble(const struct web_door_settings *settings, struct error *error)
{
    if (errno == EADDRINUSE)
        return error_set(error, ERROR_CONFLICT,
                         "port %d on %s is taken already; %s chooses another", settings->port,
                         settings->address,
                         settings->door == WEB_DOOR_API ? "LISTSYNC_API_PORT" : "LISTSYNC_UI_PORT");
    return error_set(error, ERROR_USAGE, "port %d on %s cannot be opened: %s", settings->port,
                     settings->address, strerror(errno));
}

static bool listen_on(int listener, const union name *name)
{
    int on = 1, off = 0;
    bool is_v6 = name->any.sa_family == AF_INET6;

    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (is_v6)
        setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    return bind(listener, &name->any, is_v6 ? sizeof(name->v6) : sizeof(name->v4)) == 0 &&
           listen(listener, BACKLOG) == 0;
}

static int port_of(int listener)
{
    union name name = {.v6 = {.sin6_port = 0}};
    socklen_t size = sizeof(name);

    getsockname(listener, &name.any, &size);
    return ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port : name.v4.sin_port);
}

static enum error_code open_port(const struct web_door_settings *settings, int *ret,
                                 struct error *error)
{
    union name name = {.v6 = {.sin6_port = 0}};

    if (!parse_name(settings, &name))
        return error_set(error, ERROR_USAGE, "\"%s\" is no IP address to listen on",
                         settings->address);
    int listener = socket(name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || !listen_on(listener, &name)) {
        enum error_code rc = bind_trouble(settings, error);
        if (listener >= 0)
            close(listener);
        return rc;
    }
    *ret = listener;
    return ERROR_NONE;
}

/* What all doors are started with. */
struct start {
    struct MHD_OptionItem options[16];
    size_t count;
    unsigned flags;
    struct buffer certificate, key;
};

static void add_option(struct start *start, enum MHD_OPTION option, intptr_t value, void *pointer)
{
    start->options[start->count++] =
        (struct MHD_OptionItem){.option = option, .value = value, .ptr_value = pointer};
    start->options[start->count].option = MHD_OPTION_END;
}

static enum error_code read_pem(const char *path, const char *what, struct buffer *ret,
                                struct error *error)
{
    buffer_init(ret, PEM_LIMIT);
    if (!path)
        return error_set(error, ERROR_USAGE,
                         "TLS wants both a certificate and a key; there is no "
                         "%s",
                         what);
    if (files_check_plain(path, error) || files_read(path, ret, error)) {
        error_prefix(error, "the TLS %s", what);
        if (error)
            error->code = ERROR_USAGE;
        return ERROR_USAGE;
    }
    if (!strstr(buffer_string(ret), "-----BEGIN "))
        return error_set(error, ERROR_USAGE, "the TLS %s %s is no PEM file", what, path);
    return ERROR_NONE;
}

static enum error_code add_tls(const struct web_server_settings *settings, struct start *start,
                               struct error *error)
{
    static char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    enum error_code rc =
        read_pem(settings->tls_certificate, "certificate", &start->certificate, error);

    if (!rc)
        rc = read_pem(settings->tls_key, "key", &start->key, error);
    if (rc)
        return rc;
    start->flags |= MHD_USE_TLS;
    add_option(start, MHD_OPTION_HTTPS_MEM_CERT, 0, start->certificate.bytes);
    add_option(start, MHD_OPTION_HTTPS_MEM_KEY, 0, start->key.bytes);
    add_option(start, MHD_OPTION_HTTPS_PRIORITIES, 0, priorities);
    return ERROR_NONE;
}

/* MHD shares its limit out among the threads; ours counts, so its own must never be met. */
static void add_options(const struct web_server *server, const struct web_server_settings *settings,
                        struct start *start)
{
    int threads = settings->threads > 0 ? settings->threads : THREADS;

    start->flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE |
                   MHD_USE_ERROR_LOG;
    if (threads > 1)
        add_option(start, MHD_OPTION_THREAD_POOL_SIZE, threads, NULL);
    add_option(start, MHD_OPTION_THREAD_STACK_SIZE, STACK_SIZE, NULL);
    add_option(start, MHD_OPTION_CONNECTION_LIMIT, 4L * threads * server->limits.most, NULL);
    add_option(start, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL);
    add_option(start, MHD_OPTION_CONNECTION_TIMEOUT, server->limits.idle_ms / 1000 + 1, NULL);
}

/* Leaves escapes as they are: the router decodes each segment. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static enum error_code start_door(struct server_door *door, int listener, struct start *start,
                                  struct error *error)
{
    struct web_server *server = door->server;

    door->port = port_of(listener);
    door->daemon = MHD_start_daemon(
        start->flags, 0, on_accept, door, on_request, door, MHD_OPTION_EXTERNAL_LOGGER, on_trouble,
        door, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_URI_LOG_CALLBACK, on_target, door,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, door, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, door, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_ARRAY,
        start->options, MHD_OPTION_END);
    if (door->daemon)
        return ERROR_NONE;
    if (server->has_tls)
        return error_set(error, ERROR_USAGE,
                         "the TLS certificate and key cannot be used together: %s",
                         server->trouble);
    return error_set(error, ERROR_STORE, "the server cannot be started: %s", server->trouble);
}

static enum error_code open_door(struct web_server *server,
                                 const struct web_door_settings *settings, struct start *start,
                                 struct error *error)
{
    struct server_door *door = &server->doors[server->door_count];
    int listener = -1;
    enum error_code rc = open_port(settings, &listener, error);

    if (rc)
        return rc;
    *door = (struct server_door){.server = server, .door = settings->door};
    rc = start_door(door, listener, start, error);
    if (rc)
        close(listener);
    else
        server->door_count++;
    return rc;
}

static enum error_code open_doors(struct web_server *server,
                                  const struct web_server_settings *settings, struct error *error)
{
    struct start start = {0};
    enum error_code rc = ERROR_NONE;

    add_options(server, settings, &start);
    server->has_tls = settings->tls_certificate || settings->tls_key;
    if (server->has_tls)
        rc = add_tls(settings, &start, error);
    for (size_t i = 0; i < settings->door_count && !rc; i++)
        rc = open_door(server, &settings->doors[i], &start, error);
    if (start.key.bytes)
        explicit_bzero(start.key.bytes, start.key.length);
    buffer_release(&start.key);
    buffer_release(&start.certificate);
    return rc;
}

enum error_code web_server_start(const struct web_server_settings *settings,
                                 const struct web_handler *handler, struct web_server **ret,
                                 struct error *error)
{
    struct web_server *server = memory_new(sizeof(*server));
    int errand_threads = settings->errand_threads > 0 ? settings->errand_threads : ERRAND_THREADS;
    enum error_code rc;

    server->handler = *handler;
    server->base_path = memory_text(settings->base_path ? settings->base_path : "");
    server->trusted = settings->trusted_proxies;
    pthread_mutex_init(&server->lock, NULL);
    server_wait_begin(&server->quieter);
    server->starter = pthread_self();
    server_limits_begin(&server->limits, settings);
    server->packed = answer_cache_new();
    server->errands = errands_start(errand_threads, WEB_ERRANDS_WAITING);
    server->crowd = errands_start(CROWD_THREADS, WEB_CROWD_WAITING);
    rc = open_doors(server, settings, error);
    if (rc)
        web_server_stop(server, 0);
    else
        *ret = server;
    return rc;
}

int web_server_port(const struct web_server *server, enum web_door door)
{
    for (size_t i = 0; i < server->door_count; i++)
        if (server->doors[i].door == door)
            return server->doors[i].port;
    return 0;
}

static void wait_until_quiet(struct web_server *server, int64_t ms)
{
    int64_t until = clock_steady_ms() + ms, left;

    pthread_mutex_lock(&server->lock);
    while (server->busy > 0 && (left = until - clock_steady_ms()) > 0)
        server_wait(&server->quieter, &server->lock, left);
    pthread_mutex_unlock(&server->lock);
}

/* MHD must not be stopped while a connection is suspended: streams and errands come first. */
void web_server_stop(struct web_server *server, int grace_ms)
{
    if (!server)
        return;
    atomic_store(&server->is_stopping, true);
    server_stream_wake_all(server);
    wait_until_quiet(server, grace_ms);
    errands_stop(server->errands);
    errands_stop(server->crowd);
    wait_until_quiet(server, LAST_ANSWERS_MS);
    for (size_t i = 0; i < server->door_count; i++)
        MHD_stop_daemon(server->doors[i].daemon);
    server_limits_end(&server->limits);
    errands_free(server->errands);
    errands_free(server->crowd);
    answer_cache_free(server->packed);
    pthread_mutex_destroy(&server->lock);
    pthread_cond_destroy(&server->quieter);
    free(server->base_path);
    free(server);
}

void web_server_tidy(struct web_server *server)
{
    answer_cache_tidy(server->packed);
}

void web_server_figures(struct web_server *server, struct web_server_figures *ret)
{
    ret->connections = server_limits_count(&server->limits);
    ret->requests = (int64_t)atomic_load(&server->requests);
    ret->errands = (int64_t)(errands_count(server->errands) + errands_count(server->crowd));
    ret->refused = atomic_load(&server->refused);
}

const char *web_server_library_version(void)
{
    return MHD_get_version();
}
