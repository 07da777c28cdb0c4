#include "support/tiny_server.h"
#include "support/patience.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
#include "support/raw_http.h"

static void put_echo(struct web_request *request, struct web_response *response)
{
    struct buffer *body = &response->body;
    char client[ADDRESS_TEXT_SIZE];

    address_format(&request->client, client);
    buffer_print(body, "method %s\npath %s\n", web_method_word(request->method), request->path);
    for (size_t i = 0; i < request->query.count; i++)
        buffer_print(body, "query %s=%s\n", request->query.items[i].name,
                     request->query.items[i].value);
    buffer_print(body, "host %s\nbase %s\nclient %s\ntls %d\ndoor %d\n", request->host,
                 request->base_path, client, request->is_tls, (int)request->door);
    buffer_text(body, "body ");
    buffer_append(body, request->body, request->body_length);
    response->content_type = "text/plain";
    response->status = 200;
}

static void put_bytes(struct web_request *request, struct web_response *response)
{
    const char *size = web_pairs_find(&request->query, "size");
    size_t length = size ? strtoul(size, NULL, 10) : 5;

    for (unsigned i = 0; response->body.length < length; i++)
        buffer_print(&response->body, "%x,", i * 2654435761u);
    response->body.length = length;
    response->content_type = "text/plain; charset=utf-8";
    response->status = 200;
}

static void put_text(struct web_request *request, struct web_response *response)
{
    put_bytes(request, response);
    web_response_header(response, "Cache-Control", "private");
}

static void put_secret(struct web_request *request, struct web_response *response)
{
    put_bytes(request, response);
    response->no_compression = true;
}

static void put_image(struct web_request *request, struct web_response *response)
{
    put_bytes(request, response);
    response->content_type = "image/png";
}

static void put_unstored(struct web_request *request, struct web_response *response)
{
    put_bytes(request, response);
    web_response_header(response, "Cache-Control", "no-store");
}

static void put_fixed(struct web_request *request, struct web_response *response)
{
    (void)request;
    response->fixed = "fixed bytes";
    response->fixed_length = strlen(response->fixed);
    response->content_type = "text/css";
    response->etag = "\"v1\"";
    response->status = 200;
}

static void put_header(struct web_request *request, struct web_response *response)
{
    web_response_header(response, "X-Value", "%s", web_pairs_find(&request->query, "value"));
    response->status = 204;
}

static int64_t read_feed(void *context, char *bytes, size_t size)
{
    struct tiny_server *tiny = context;

    pthread_mutex_lock(&tiny->lock);
    size_t length = tiny->feed.length < size ? tiny->feed.length : size;
    if (length > 0) {
        memcpy(bytes, tiny->feed.bytes, length);
        memmove(tiny->feed.bytes, tiny->feed.bytes + length, tiny->feed.length - length);
        tiny->feed.length -= length;
    }
    bool ended = length == 0 && tiny->feed_ended;
    pthread_mutex_unlock(&tiny->lock);
    return ended ? -1 : (int64_t)length;
}

static void begin_feed(void *context, void (*wake)(void *handle), void *handle)
{
    struct tiny_server *tiny = context;

    pthread_mutex_lock(&tiny->lock);
    tiny->wake = wake;
    tiny->wake_handle = handle;
    tiny->streams_begun++;
    pthread_cond_broadcast(&tiny->changed);
    pthread_mutex_unlock(&tiny->lock);
}

static void end_feed(void *context)
{
    struct tiny_server *tiny = context;

    pthread_mutex_lock(&tiny->lock);
    tiny->wake = NULL;
    tiny->streams_ended++;
    pthread_cond_broadcast(&tiny->changed);
    pthread_mutex_unlock(&tiny->lock);
}

static void take(void *context, int socket, const char *extra, size_t extra_length,
                 void (*release)(void *handle), void *handle)
{
    struct tiny_server *tiny = context;

    pthread_mutex_lock(&tiny->lock);
    tiny->taken += socket >= 0;
    tiny->takes_missed += socket < 0;
    tiny->socket = socket;
    buffer_append(&tiny->extra, extra, extra_length);
    tiny->release = release;
    tiny->release_handle = handle;
    pthread_cond_broadcast(&tiny->changed);
    pthread_mutex_unlock(&tiny->lock);
}

static void put_stream(struct tiny_server *tiny, struct web_response *response)
{
    response->status = 200;
    response->content_type = "text/event-stream";
    response->stream = (struct web_stream){read_feed, begin_feed, end_feed, tiny};
}

static void put_takeover(struct tiny_server *tiny, struct web_response *response)
{
    response->status = 101;
    web_response_header(response, "Upgrade", "test");
    response->takeover = (struct web_takeover){take, tiny};
}

static const struct {
    const char *path;
    void (*put)(struct web_request *request, struct web_response *response);
    void (*put_live)(struct tiny_server *tiny, struct web_response *response);
} routes[] = {
    {"/echo", put_echo, NULL},         {"/text", put_text, NULL},     {"/secret", put_secret, NULL},
    {"/image", put_image, NULL},       {"/fixed", put_fixed, NULL},   {"/header", put_header, NULL},
    {"/unstored", put_unstored, NULL}, {"/stream", NULL, put_stream}, {"/take", NULL, put_takeover},
};

static enum web_verdict answer(void *context, struct web_request *request,
                               struct web_response *response)
{
    struct tiny_server *tiny = context;

    if (strcmp(request->path, "/later") == 0)
        return WEB_LATER;
    for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
        if (strcmp(request->path, routes[i].path) != 0)
            continue;
        if (routes[i].put)
            routes[i].put(request, response);
        else
            routes[i].put_live(tiny, response);
        return WEB_ANSWERED;
    }
    if (strcmp(request->path, "/none") != 0)
        put_echo(request, response);
    return WEB_ANSWERED;
}

static void later(void *context, struct web_request *request, struct web_response *response)
{
    struct tiny_server *tiny = context;

    pthread_mutex_lock(&tiny->lock);
    tiny->waiting++;
    pthread_cond_broadcast(&tiny->changed);
    while (!tiny->may_go)
        pthread_cond_wait(&tiny->changed, &tiny->lock);
    tiny->waited++;
    pthread_cond_broadcast(&tiny->changed);
    pthread_mutex_unlock(&tiny->lock);
    put_echo(request, response);
}

static void sent(void *context, const struct web_request *request, int status, int64_t bytes,
                 int64_t duration_us)
{
    struct tiny_server *tiny = context;

    CHECK(request->number > 0 && duration_us >= 0);
    pthread_mutex_lock(&tiny->lock);
    tiny->last_status = status;
    tiny->last_bytes = bytes;
    tiny->sent++;
    pthread_cond_broadcast(&tiny->changed);
    pthread_mutex_unlock(&tiny->lock);
}

enum error_code tiny_server_try(struct tiny_server *tiny,
                                const struct web_server_settings *settings, struct error *error)
{
    struct web_server_settings copy = *settings;
    struct web_handler handler = {.context = tiny, .answer = answer, .later = later, .sent = sent};

    memset(tiny, 0, sizeof(*tiny));
    pthread_mutex_init(&tiny->lock, NULL);
    pthread_cond_init(&tiny->changed, NULL);
    buffer_init(&tiny->feed, BUFFER_LIMIT_FILE);
    buffer_init(&tiny->extra, BUFFER_LIMIT_TEXT);
    if (copy.door_count == 0)
        copy.doors[copy.door_count++] =
            (struct web_door_settings){.door = WEB_DOOR_API, .address = "127.0.0.1"};
    enum error_code rc = web_server_start(&copy, &handler, &tiny->server, error);
    if (rc)
        return rc;
    tiny->port = web_server_port(tiny->server, WEB_DOOR_API);
    tiny->ui_port = web_server_port(tiny->server, WEB_DOOR_UI);
    return rc;
}

void tiny_server_start(struct tiny_server *tiny, const struct web_server_settings *settings)
{
    struct error error;

    if (tiny_server_try(tiny, settings, &error))
        check_failed(error.message, __FILE__, __LINE__, __func__);
}

void tiny_server_stop(struct tiny_server *tiny, int grace_ms)
{
    web_server_stop(tiny->server, grace_ms);
    tiny->server = NULL;
    buffer_release(&tiny->feed);
    buffer_release(&tiny->extra);
    pthread_mutex_destroy(&tiny->lock);
    pthread_cond_destroy(&tiny->changed);
}

void tiny_server_let_go(struct tiny_server *tiny)
{
    pthread_mutex_lock(&tiny->lock);
    tiny->may_go = true;
    pthread_cond_broadcast(&tiny->changed);
    pthread_mutex_unlock(&tiny->lock);
}

void tiny_server_feed(struct tiny_server *tiny, const char *text)
{
    pthread_mutex_lock(&tiny->lock);
    if (text)
        buffer_text(&tiny->feed, text);
    else
        tiny->feed_ended = true;
    if (tiny->wake)
        tiny->wake(tiny->wake_handle);
    pthread_mutex_unlock(&tiny->lock);
}

bool tiny_server_wait(struct tiny_server *tiny, const int *number, int value)
{
    struct timespec until;
    int rc = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RAW_HTTP_MS / 1000;
    pthread_mutex_lock(&tiny->lock);
    while (*number < value && rc == 0)
        rc = pthread_cond_timedwait(&tiny->changed, &tiny->lock, &until);
    bool reached = *number >= value;
    pthread_mutex_unlock(&tiny->lock);
    return reached;
}

static bool wait_for_figure(struct tiny_server *tiny, size_t offset, int64_t value)
{
    struct web_server_figures figures;
    const int64_t *figure = (const int64_t *)((const char *)&figures + offset);
    struct patience patience = {0};

    do
        web_server_figures(tiny->server, &figures);
    while (*figure != value && patience_wait(&patience));
    return *figure == value;
}

bool tiny_server_wait_for_connections(struct tiny_server *tiny, int64_t count)
{
    return wait_for_figure(tiny, offsetof(struct web_server_figures, connections), count);
}

bool tiny_server_wait_for_errands(struct tiny_server *tiny, int64_t count)
{
    return wait_for_figure(tiny, offsetof(struct web_server_figures, errands), count);
}

bool tiny_server_wait_for_refusals(struct tiny_server *tiny, int64_t count)
{
    return wait_for_figure(tiny, offsetof(struct web_server_figures, refused), count);
}
