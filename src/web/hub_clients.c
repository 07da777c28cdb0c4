#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/memory.h"
#include "web/hub_message.h"
#include "web/hub_parts.h"
#include "web/websocket.h"

enum {
    READ_SIZE = 4096,
    READ_PAUSE = 8192,   /* with so much unsent, the client's words can wait */
    FRAME_MS = 100,      /* frames of a client: ten a second */
    FRAMES_AHEAD = 6000, /* and sixty at once */
    LINGER_MS = 2000,    /* after our close frame, for the client to end the connection */
    ANSWER_SIZE = 1024,
};

/* The server's until its connection is handed over, then the hub's own. Times are steady; 0: not
 * set. */
struct hub_client {
    struct hub *hub;
    struct hub_client *next, **place; /* in hub->clients, or only `next` in hub->arrived */
    struct websocket *websocket;
    struct feed feed;
    struct hub_caller caller;
    int socket;
    unsigned awaited; /* what epoll waits for */
    bool is_ending;   /* all is said: waits for the client's end */
    void (*release)(void *handle);
    void *handle;
    int64_t ping_at, pong_by, stalled_by, recheck_at, gone_by;
    int64_t frames_until; /* the pace of its frames is used up until then */
};

static void drop(struct hub_client *client, enum websocket_close code, const char *reason)
{
    if (websocket_is_closing(client->websocket))
        return;
    atomic_fetch_add(&client->hub->dropped, 1);
    websocket_close(client->websocket, code, reason);
}

static void count_frame(void *context)
{
    struct hub_client *client = context;
    int64_t now = clock_steady_ms();

    if (client->frames_until < now)
        client->frames_until = now;
    client->frames_until += FRAME_MS;
    if (client->frames_until > now + FRAMES_AHEAD)
        drop(client, WEBSOCKET_CLOSE_POLICY, "too many messages");
}

static void take_pong(void *context)
{
    struct hub_client *client = context;

    client->pong_by = 0;
}

static void answer(struct hub_client *client, const struct buffer *text)
{
    websocket_put_text(client->websocket, buffer_string(text), text->length);
}

static void answer_problem(struct hub_client *client, const char *code, const char *detail)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(ANSWER_SIZE);
    struct json_writer json = json_writer_to(&text);

    json_begin_object(&json, NULL);
    json_put_text(&json, "type", "error");
    json_put_text(&json, "code", code);
    json_put_text(&json, "detail", detail);
    json_end_object(&json);
    answer(client, &text);
}

static void answer_ping(struct hub_client *client, int64_t number)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(ANSWER_SIZE);
    struct json_writer json = json_writer_to(&text);

    json_begin_object(&json, NULL);
    json_put_text(&json, "type", "pong");
    json_put_number(&json, "ping", number);
    json_end_object(&json);
    answer(client, &text);
}

static void answer_subscribe(struct hub_client *client)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(ANSWER_SIZE);
    struct json_writer json = json_writer_to(&text);
    const struct feed_wish *wish = &client->feed.wish;

    json_begin_object(&json, NULL);
    json_put_text(&json, "type", "subscribed");
    json_begin_array(&json, "types");
    for (int i = 0; i < EVENT_COUNT; i++)
        if (wish->types & (1u << i))
            json_put_text(&json, NULL, event_word((enum event_type)i));
    json_end_array(&json);
    json_put_text(&json, "log_level", wish->wants_log ? log_level_word(wish->least) : NULL);
    json_end_object(&json);
    answer(client, &text);
}

static void subscribe(struct hub_client *client, const struct feed_wish *wish)
{
    if (wish->wants_log && client->caller.caller.access < ACCESS_ADMIN) {
        answer_problem(client, "forbidden", "log lines are for administrators");
        return;
    }
    feed_change(&client->feed, wish);
    answer_subscribe(client);
}

static void take_text(void *context, const char *text, size_t length)
{
    struct hub_client *client = context;
    struct hub_message message;

    hub_message_read(text, length, &client->feed.wish, &message);
    if (message.kind == HUB_MESSAGE_SUBSCRIBE)
        subscribe(client, &message.wish);
    else if (message.kind == HUB_MESSAGE_PING)
        answer_ping(client, message.ping);
    else
        answer_problem(client, "bad_message", message.problem);
}

static void say_hello(struct hub_client *client, const struct hub_listener *listener)
{
    AUTO_BUFFER struct buffer hello = BUFFER_WITH_LIMIT(FEED_LIMIT);

    feed_begin(&client->feed, &listener->wish, client->hub->settings.events,
               listener->last_event_id, FEED_FRAMES, &hello);
    websocket_put_frames(client->websocket, hello.bytes, hello.length);
}

static struct hub_client *make_client(struct hub *hub, const struct hub_listener *listener)
{
    struct hub_client *client = memory_new(sizeof(*client));
    int64_t now = clock_steady_ms();

    client->hub = hub;
    client->websocket = websocket_new(&(struct websocket_listener){
        .context = client, .frame = count_frame, .text = take_text, .pong = take_pong});
    hub_caller_init(&client->caller, &listener->caller);
    client->ping_at = now + hub->settings.ping_ms;
    say_hello(client, listener);
    return client;
}

static void free_client(struct hub_client *client)
{
    struct hub *hub = client->hub;

    if (client->release)
        client->release(client->handle);
    hub_caller_release(&client->caller);
    websocket_free(client->websocket);
    free(client);
    pthread_mutex_lock(&hub->lock);
    hub->websocket_count--;
    pthread_mutex_unlock(&hub->lock);
}

/* In a thread of the server. */
static void take(void *context, int socket, const char *extra, size_t extra_length,
                 void (*release)(void *handle), void *handle)
{
    struct hub_client *client = context;
    struct hub *hub = client->hub;

    client->socket = socket;
    client->release = release;
    client->handle = handle;
    websocket_take(client->websocket, extra, extra_length);
    pthread_mutex_lock(&hub->lock);
    bool has_arrived = socket >= 0 && !hub->is_closing;
    if (has_arrived) {
        client->next = hub->arrived;
        hub->arrived = client;
    }
    pthread_mutex_unlock(&hub->lock);
    if (has_arrived)
        hub_signal(hub);
    else
        free_client(client);
}

bool hub_take_websocket(struct hub *hub, const struct hub_listener *listener,
                        struct web_takeover *ret)
{
    pthread_mutex_lock(&hub->lock);
    bool has_room = hub_has_room(hub);
    hub->websocket_count += has_room;
    pthread_mutex_unlock(&hub->lock);
    if (has_room)
        *ret = (struct web_takeover){.take = take, .context = make_client(hub, listener)};
    return has_room;
}

static void link_in(struct hub_client *client)
{
    struct hub *hub = client->hub;

    client->next = hub->clients;
    client->place = &hub->clients;
    if (client->next)
        client->next->place = &client->next;
    hub->clients = client;
}

static void remove_client(struct hub_client *client)
{
    *client->place = client->next;
    if (client->next)
        client->next->place = client->place;
    (void)epoll_ctl(client->hub->epoll, EPOLL_CTL_DEL, client->socket, NULL);
    free_client(client);
}

static size_t waiting_length(const struct hub_client *client)
{
    size_t length;

    (void)websocket_waiting(client->websocket, &length);
    return length;
}

static void note_due(struct hub *hub, int64_t at)
{
    if (at && at < hub->due_at)
        hub->due_at = at;
}

/* How many bytes the socket took; -1: there is nobody any more. */
static ssize_t send_bytes(const struct hub_client *client, const char *bytes, size_t length)
{
    ssize_t sent = send(client->socket, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return 0;
    return sent;
}

static bool send_waiting(struct hub_client *client)
{
    size_t length;
    const char *bytes = websocket_waiting(client->websocket, &length);

    if (!length)
        return true;
    ssize_t sent = send_bytes(client, bytes, length);
    if (sent < 0)
        return false;
    if (sent > 0) {
        websocket_sent(client->websocket, (size_t)sent);
        client->stalled_by = 0;
    }
    return true;
}

/* Straight from the bytes that all share; what the socket does not take is copied. */
static bool send_piece(struct hub_client *client, const struct buffer *bytes)
{
    if (!bytes->length)
        return true;
    ssize_t sent = send_bytes(client, bytes->bytes, bytes->length);
    if (sent < 0)
        return false;
    websocket_put_frames(client->websocket, bytes->bytes + sent, bytes->length - (size_t)sent);
    return true;
}

static const struct hub_piece *piece_for(struct hub *hub, const struct feed *feed)
{
    for (size_t i = 0; i < HUB_PIECES; i++)
        if (hub->pieces[i].is_made && feed_equal(&hub->pieces[i].before, feed))
            return &hub->pieces[i];
    struct hub_piece *piece = &hub->pieces[hub->next_piece++ % HUB_PIECES];
    piece->before = piece->after = *feed;
    buffer_clear(&piece->bytes);
    feed_next(&piece->after, hub->settings.events, FEED_FRAMES, &piece->bytes);
    piece->is_made = true;
    return piece;
}

/* All that is new, as long as the socket takes it. */
static bool send_feed(struct hub_client *client)
{
    while (!websocket_is_closing(client->websocket) && !waiting_length(client)) {
        const struct hub_piece *piece = piece_for(client->hub, &client->feed);
        if (feed_equal(&piece->after, &client->feed))
            return true;
        client->feed = piece->after;
        if (!send_piece(client, &piece->bytes))
            return false;
    }
    return true;
}

static void await(struct hub_client *client)
{
    size_t waiting = waiting_length(client);
    unsigned wanted = (waiting ? EPOLLOUT : 0) | (waiting > READ_PAUSE ? 0 : EPOLLIN);
    struct epoll_event event = {.events = wanted, .data.ptr = client};

    if (wanted != client->awaited)
        (void)epoll_ctl(client->hub->epoll, EPOLL_CTL_MOD, client->socket, &event);
    client->awaited = wanted;
    if (!waiting)
        client->stalled_by = 0;
    else if (!client->stalled_by)
        client->stalled_by = clock_steady_ms() + client->hub->settings.stall_ms;
    note_due(client->hub, client->stalled_by);
}

/*
 * After the close frame the connection is ended for writing only, and read until the client ends
 * it: closed at once, unread bytes would make a reset that could overtake the close frame.
 */
static void end_if_all_is_said(struct hub_client *client)
{
    if (client->is_ending || !websocket_is_closing(client->websocket) || waiting_length(client))
        return;
    client->is_ending = true;
    client->gone_by = clock_steady_ms() + LINGER_MS;
    note_due(client->hub, client->gone_by);
    (void)shutdown(client->socket, SHUT_WR);
}

/* Sends what can be sent; may free the client. */
static void serve(struct hub_client *client)
{
    if (client->is_ending)
        return;
    if (!send_waiting(client) || !send_feed(client)) {
        remove_client(client);
        return;
    }
    end_if_all_is_said(client);
    await(client);
}

/* False when the client has gone. */
static bool receive(struct hub_client *client)
{
    char bytes[READ_SIZE];
    ssize_t length = recv(client->socket, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (length < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (length > 0 && !client->is_ending)
        websocket_take(client->websocket, bytes, (size_t)length);
    return length > 0;
}

void hub_clients_ready(struct hub_client *client, unsigned events)
{
    if (events & ~(unsigned)EPOLLOUT && !receive(client))
        remove_client(client);
    else
        serve(client);
}

static bool is_admitted(const struct hub_client *client)
{
    const struct hub_settings *settings = &client->hub->settings;
    enum access access = client->feed.wish.wants_log ? ACCESS_ADMIN : ACCESS_READ;

    return settings->still_admitted(settings->context, &client->caller.caller, access);
}

static void recheck(struct hub_client *client, int64_t now)
{
    if (now < client->recheck_at)
        return;
    client->recheck_at = now + client->hub->settings.recheck_ms;
    if (!is_admitted(client))
        drop(client, WEBSOCKET_CLOSE_POLICY, "no longer allowed");
}

/* What ended since the guard let it in was not told to us: so it is asked about once more, now that
 * it would be. */
static void watch_socket(struct hub_client *client)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};

    link_in(client);
    client->awaited = EPOLLIN;
    recheck(client, clock_steady_ms());
    note_due(client->hub, client->ping_at);
    note_due(client->hub, client->recheck_at);
    if (epoll_ctl(client->hub->epoll, EPOLL_CTL_ADD, client->socket, &event))
        remove_client(client);
    else
        serve(client);
}

void hub_clients_arrive(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    struct hub_client *client = TAKE(hub->arrived);
    pthread_mutex_unlock(&hub->lock);
    while (client) {
        struct hub_client *next = client->next;
        watch_socket(client);
        client = next;
    }
}

void hub_clients_spread(struct hub *hub)
{
    for (struct hub_client *client = hub->clients, *next; client; client = next) {
        next = client->next;
        serve(client);
    }
}

static void ping(struct hub_client *client, int64_t now)
{
    if (client->pong_by && now >= client->pong_by) {
        drop(client, WEBSOCKET_CLOSE_POLICY, "no answer to a ping");
        return;
    }
    if (now < client->ping_at)
        return;
    client->ping_at = now + client->hub->settings.ping_ms;
    if (client->pong_by)
        return;
    client->pong_by = now + client->hub->settings.pong_ms;
    websocket_put_ping(client->websocket);
}

static bool is_time_up(const struct hub_client *client, int64_t now)
{
    if (client->is_ending)
        return now >= client->gone_by;
    return client->stalled_by && now >= client->stalled_by;
}

static void tick(struct hub_client *client, int64_t now)
{
    struct hub *hub = client->hub;

    if (is_time_up(client, now)) {
        if (!client->is_ending)
            atomic_fetch_add(&hub->dropped, 1);
        remove_client(client);
        return;
    }
    if (client->is_ending) {
        note_due(hub, client->gone_by);
        return;
    }
    ping(client, now);
    recheck(client, now);
    note_due(hub, client->ping_at);
    note_due(hub, client->pong_by);
    note_due(hub, client->recheck_at);
    serve(client);
}

void hub_clients_tick(struct hub *hub, int64_t now)
{
    hub->due_at = INT64_MAX;
    for (struct hub_client *client = hub->clients, *next; client; client = next) {
        next = client->next;
        tick(client, now);
    }
}

static void end_client(struct hub_client *client, enum websocket_close code, const char *reason)
{
    websocket_close(client->websocket, code, reason);
    serve(client);
}

void hub_clients_end(struct hub *hub, const struct hub_ending *ending)
{
    for (struct hub_client *client = hub->clients, *next; client; client = next) {
        next = client->next;
        if (hub_ending_means(ending, &client->caller.caller))
            end_client(client, WEBSOCKET_CLOSE_POLICY, "signed out");
    }
}

void hub_clients_hurry_recheck(struct hub *hub)
{
    for (struct hub_client *client = hub->clients; client; client = client->next)
        client->recheck_at = 0;
    hub->due_at = 0;
}

void hub_clients_say_goodbye(struct hub *hub)
{
    hub_clients_arrive(hub);
    for (struct hub_client *client = hub->clients, *next; client; client = next) {
        next = client->next;
        end_client(client, WEBSOCKET_CLOSE_GOING_AWAY, "ListSync is stopping");
    }
}

void hub_clients_drop_all(struct hub *hub)
{
    for (struct hub_client *client = hub->clients, *next; client; client = next) {
        next = client->next;
        remove_client(client);
    }
}
