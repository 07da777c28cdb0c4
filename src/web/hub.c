#include "web/hub.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/hub_parts.h"

enum {
    LISTENERS = 1000,
    PING_MS = 30000,
    PONG_MS = 30000,
    STALL_MS = 30000,
    RECHECK_MS = 60000,
    HEARTBEAT_MS = 15000,
    GATHER_MS = 20,
    GOODBYE_MS = 500,
    READY_AT_ONCE = 64,
    WAIT_MOST_MS = 60000,
};

const struct option hub_options[] = {
    {"LISTSYNC_WEBSOCKET_CLIENTS", OPTION_NUMBER, "1000", 1, 100000,
     "how many may listen at once over /api/ws and /api/events"},
    {0},
};

void hub_caller_init(struct hub_caller *copy, const struct caller *caller)
{
    *copy = (struct hub_caller){
        .caller = *caller,
        .name = memory_text(caller->name),
        .how = memory_text(caller->how),
        .session = memory_text(caller->session),
    };
    copy->caller.name = copy->name;
    copy->caller.how = copy->how;
    copy->caller.session = copy->session;
}

void hub_caller_release(struct hub_caller *copy)
{
    free(copy->name);
    free(copy->how);
    free(copy->session);
}

bool hub_ending_means(const struct hub_ending *ending, const struct caller *caller)
{
    if (*ending->session)
        return text_equal(ending->session, caller->session);
    return ending->key_id && caller->key_id == ending->key_id;
}

bool hub_has_room(const struct hub *hub)
{
    return !hub->is_closing && hub->websocket_count + hub->stream_count < hub->settings.listeners;
}

void hub_signal(struct hub *hub)
{
    uint64_t one = 1;

    /* It fails only when the counter is full: then the thread will wake up anyway. */
    if (write(hub->signal, &one, sizeof(one)) < 0)
        CHECK(errno == EAGAIN);
}

/* The first news since the thread last looked wakes it; a burst of events costs one signal. */
static void take_news(struct hub *hub, enum hub_news news)
{
    if (!(atomic_fetch_or(&hub->news, news) & news))
        hub_signal(hub);
}

static void take_event(void *hub)
{
    take_news(hub, HUB_EVENT);
}

static void take_log_line(void *hub)
{
    take_news(hub, HUB_LOG_LINE);
}

static int wait_ms(const struct hub *hub)
{
    int64_t now = clock_steady_ms(), until = now + WAIT_MOST_MS;

    if (hub->due_at < until)
        until = hub->due_at;
    if (hub->beat_at < until)
        until = hub->beat_at;
    if (atomic_load(&hub->news) && hub->spread_at < until)
        until = hub->spread_at;
    if (hub->over_at && hub->over_at < until)
        until = hub->over_at;
    return until > now ? (int)(until - now) : 0;
}

static void take_signal(struct hub *hub)
{
    uint64_t count;

    if (read(hub->signal, &count, sizeof(count)) < 0)
        CHECK(errno == EAGAIN);
}

/* What was made before may lack what has come since. */
static void forget_pieces(struct hub *hub)
{
    for (size_t i = 0; i < HUB_PIECES; i++)
        hub->pieces[i].is_made = false;
}

static void serve_ready(struct hub *hub)
{
    struct epoll_event ready[READY_AT_ONCE];
    int count = epoll_wait(hub->epoll, ready, READY_AT_ONCE, wait_ms(hub));

    forget_pieces(hub);
    for (int i = 0; i < count; i++) {
        if (ready[i].data.ptr)
            hub_clients_ready(ready[i].data.ptr, ready[i].events);
        else
            take_signal(hub);
    }
}

static void carry_out_orders(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    struct hub_ending *ending = TAKE(hub->endings);
    bool wants_recheck = hub->wants_recheck;
    hub->wants_recheck = false;
    pthread_mutex_unlock(&hub->lock);
    if (wants_recheck) {
        hub_clients_hurry_recheck(hub);
        hub_streams_hurry_recheck(hub);
    }
    while (ending) {
        struct hub_ending *next = ending->next;
        hub_clients_end(hub, ending);
        hub_streams_end(hub, ending);
        free(ending);
        ending = next;
    }
}

/* Bursts are gathered: whatever the number of events, each listener gets at most 50 pieces a
 * second, and of progress only the newest. */
static void spread_news(struct hub *hub, int64_t now)
{
    if (now < hub->spread_at)
        return;
    unsigned news = atomic_exchange(&hub->news, 0);
    if (!news)
        return;
    hub->spread_at = now + hub->settings.gather_ms;
    forget_pieces(
        hub); /* one of just now, for a client that was ready, may be older than the news */
    hub_clients_spread(hub);
    hub_streams_wake(hub, news);
}

static void keep_time(struct hub *hub, int64_t now)
{
    if (now >= hub->due_at)
        hub_clients_tick(hub, now);
    if (now < hub->beat_at)
        return;
    hub->beat_at = now + hub->settings.heartbeat_ms;
    hub_streams_beat(hub);
}

/* True once everybody has gone or had the time to. */
static bool is_over(struct hub *hub, int64_t now)
{
    pthread_mutex_lock(&hub->lock);
    bool is_closing = hub->is_closing;
    pthread_mutex_unlock(&hub->lock);
    if (is_closing && !hub->over_at) {
        hub->over_at = now + GOODBYE_MS;
        hub_clients_say_goodbye(hub);
        hub_streams_end(hub, NULL);
    }
    return hub->over_at && (!hub->clients || now >= hub->over_at);
}

static void *work(void *context)
{
    struct hub *hub = context;

    for (;;) {
        serve_ready(hub);
        int64_t now = clock_steady_ms();
        hub_clients_arrive(hub);
        carry_out_orders(hub);
        spread_news(hub, now);
        keep_time(hub, now);
        hub_streams_recheck(hub, now);
        if (is_over(hub, now))
            break;
    }
    hub_clients_drop_all(hub);
    return NULL;
}

static void fill_in(int *value, int fallback)
{
    if (!*value)
        *value = fallback;
}

static struct hub *make(const struct hub_settings *settings)
{
    struct hub *hub = memory_new(sizeof(*hub));

    hub->settings = *settings;
    fill_in(&hub->settings.listeners, LISTENERS);
    fill_in(&hub->settings.ping_ms, PING_MS);
    fill_in(&hub->settings.pong_ms, PONG_MS);
    fill_in(&hub->settings.stall_ms, STALL_MS);
    fill_in(&hub->settings.recheck_ms, RECHECK_MS);
    fill_in(&hub->settings.heartbeat_ms, HEARTBEAT_MS);
    fill_in(&hub->settings.gather_ms, GATHER_MS);
    hub->beat_at = clock_steady_ms() + hub->settings.heartbeat_ms;
    hub->due_at = INT64_MAX;
    for (size_t i = 0; i < HUB_PIECES; i++)
        buffer_init(&hub->pieces[i].bytes, FEED_LIMIT);
    pthread_mutex_init(&hub->lock, NULL);
    return hub;
}

static bool open_files(struct hub *hub)
{
    struct epoll_event event = {.events = EPOLLIN};

    hub->signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    hub->epoll = epoll_create1(EPOLL_CLOEXEC);
    return hub->signal >= 0 && hub->epoll >= 0 &&
           epoll_ctl(hub->epoll, EPOLL_CTL_ADD, hub->signal, &event) == 0;
}

enum error_code hub_new(const struct hub_settings *settings, struct hub **ret, struct error *error)
{
    struct hub *hub = make(settings);

    if (!open_files(hub) || pthread_create(&hub->thread, NULL, work, hub)) {
        enum error_code rc = error_set(error, ERROR_LIMIT,
                                       "no thread or file handle is free for "
                                       "the listeners");
        hub->is_closing = true;
        hub_free(hub);
        return rc;
    }
    events_watch(settings->events, take_event, hub);
    log_watch(take_log_line, hub);
    *ret = hub;
    return ERROR_NONE;
}

void hub_close(struct hub *hub)
{
    if (!hub || hub->is_closing)
        return;
    events_watch(hub->settings.events, NULL, NULL);
    log_watch(NULL, NULL);
    pthread_mutex_lock(&hub->lock);
    hub->is_closing = true;
    pthread_mutex_unlock(&hub->lock);
    hub_signal(hub);
    pthread_join(hub->thread, NULL);
}

void hub_free(struct hub *hub)
{
    if (!hub)
        return;
    hub_close(hub);
    CHECK(!hub->stream_count && !hub->websocket_count);
    while (hub->endings) {
        struct hub_ending *next = hub->endings->next;
        free(hub->endings);
        hub->endings = next;
    }
    for (size_t i = 0; i < HUB_PIECES; i++)
        buffer_release(&hub->pieces[i].bytes);
    if (hub->signal >= 0)
        close(hub->signal);
    if (hub->epoll >= 0)
        close(hub->epoll);
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

static void end(struct hub *hub, const char *session, int64_t key_id)
{
    if (!hub)
        return;
    struct hub_ending *ending = memory_new(sizeof(*ending));
    text_copy(ending->session, sizeof(ending->session), session);
    ending->key_id = key_id;
    pthread_mutex_lock(&hub->lock);
    ending->next = hub->endings;
    hub->endings = ending;
    pthread_mutex_unlock(&hub->lock);
    hub_signal(hub);
}

void hub_end_session(struct hub *hub, const char *digest)
{
    end(hub, digest, 0);
}

void hub_end_key(struct hub *hub, int64_t key_id)
{
    end(hub, "", key_id);
}

void hub_recheck(struct hub *hub)
{
    if (!hub)
        return;
    pthread_mutex_lock(&hub->lock);
    hub->wants_recheck = true;
    pthread_mutex_unlock(&hub->lock);
    hub_signal(hub);
}

void hub_figures(struct hub *hub, struct hub_figures *ret)
{
    pthread_mutex_lock(&hub->lock);
    ret->websockets = hub->websocket_count;
    ret->streams = hub->stream_count;
    pthread_mutex_unlock(&hub->lock);
    ret->dropped = atomic_load(&hub->dropped);
}
