#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
#include "web/server_parts.h"

enum { CONNECTIONS = 1024, REQUEST_MS = 10000, IDLE_MS = 60000, STACK_SIZE = 64 << 10 };
enum { LEFT_MS = 200 };       /* for what a client still gets that sends no more */
enum { FIRST_LOOK_MS = 500 }; /* then after twice that, and so on */

/* Both ways, so that neither side waits any more; MHD notices and closes the socket itself, which
 * it does not before server_limits_remove. */
static void cut_off(struct server_link *link)
{
    shutdown(link->socket, SHUT_RDWR);
    link->due_ms = 0;
    link->look_ms = 0;
    link->idle_since = 0;
}

/* MHD does not see an end that came together with the last bytes. Requests that it has read already
 * are still answered, and begin at once, so this may only shorten the wait. */
static bool peer_has_left(int socket)
{
    char byte;

    return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Whoever has left will never send the rest of the request. */
static void look_at(struct server_link *link, int64_t now)
{
    link->pause_ms *= 2;
    link->look_ms = now + link->pause_ms;
    if (peer_has_left(link->socket))
        cut_off(link);
}

static int64_t sooner_of(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Cuts off what is due; returns when to look again, 0: never. */
static int64_t cut_off_due(struct server_limits *limits, int64_t now)
{
    int64_t next = 0;

    for (struct server_link *link = limits->first; link; link = link->after) {
        if (link->due_ms != 0 && link->due_ms <= now)
            cut_off(link);
        if (link->look_ms != 0 && link->look_ms <= now)
            look_at(link, now);
        next = sooner_of(next, sooner_of(link->due_ms, link->look_ms));
    }
    return next;
}

void server_wait_begin(pthread_cond_t *condition)
{
    pthread_condattr_t clock;

    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &clock);
    pthread_condattr_destroy(&clock);
}

void server_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(condition, lock, &until);
}

static void *watch(void *context)
{
    struct server_limits *limits = context;

    pthread_mutex_lock(&limits->lock);
    while (!limits->is_stopping) {
        int64_t now = clock_steady_ms();
        limits->next_ms = cut_off_due(limits, now);
        if (limits->next_ms == 0)
            pthread_cond_wait(&limits->sooner, &limits->lock);
        else
            server_wait(&limits->sooner, &limits->lock, limits->next_ms - now);
    }
    pthread_mutex_unlock(&limits->lock);
    return NULL;
}

static int or_else(int value, int fallback)
{
    return value > 0 ? value : fallback;
}

void server_limits_begin(struct server_limits *limits, const struct web_server_settings *settings)
{
    pthread_attr_t attributes;

    limits->most = or_else(settings->connections, CONNECTIONS);
    limits->most_per_address = or_else(settings->connections_per_address, limits->most);
    limits->request_ms = or_else(settings->request_ms, REQUEST_MS);
    limits->idle_ms = or_else(settings->idle_ms, IDLE_MS);
    limits->trusted = settings->trusted_proxies;
    pthread_mutex_init(&limits->lock, NULL);
    server_wait_begin(&limits->sooner);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    int rc = pthread_create(&limits->thread, &attributes, watch, limits);
    CHECK(rc == 0);
    pthread_attr_destroy(&attributes);
}

void server_limits_end(struct server_limits *limits)
{
    pthread_mutex_lock(&limits->lock);
    limits->is_stopping = true;
    pthread_cond_signal(&limits->sooner);
    pthread_mutex_unlock(&limits->lock);
    pthread_join(limits->thread, NULL);
    CHECK(limits->count == 0);
    pthread_mutex_destroy(&limits->lock);
    pthread_cond_destroy(&limits->sooner);
}

static bool make_room(struct server_limits *limits)
{
    struct server_link *longest = NULL;

    for (struct server_link *link = limits->first; link; link = link->after)
        if (link->idle_since > 0 && (!longest || link->idle_since < longest->idle_since))
            longest = link;
    if (longest)
        cut_off(longest);
    return longest != NULL;
}

/* Behind a proxy all come from one address, so trusted ones are not counted. */
static bool address_is_full(const struct server_limits *limits, const struct address *peer)
{
    int count = 0;

    if (limits->most_per_address >= limits->most)
        return false;
    if (limits->trusted && address_ranges_hold(limits->trusted, peer))
        return false;
    for (const struct server_link *link = limits->first; link; link = link->after)
        count += memcmp(&link->peer, peer, sizeof(*peer)) == 0;
    return count >= limits->most_per_address;
}

bool server_limits_admit(struct server_limits *limits, const struct address *peer)
{
    pthread_mutex_lock(&limits->lock);
    bool fits = !address_is_full(limits, peer);
    if (fits && limits->count >= limits->most)
        fits = make_room(limits);
    pthread_mutex_unlock(&limits->lock);
    return fits;
}

/* The lock is held. */
static void set_due(struct server_limits *limits, struct server_link *link, int64_t due_ms)
{
    link->due_ms = due_ms;
    int64_t next = sooner_of(due_ms, link->look_ms);
    if (next == 0 || (limits->next_ms != 0 && limits->next_ms <= next))
        return;
    limits->next_ms = next;
    pthread_cond_signal(&limits->sooner);
}

/* The lock is held. */
static void await_request(struct server_limits *limits, struct server_link *link)
{
    int64_t now = clock_steady_ms();

    link->pause_ms = FIRST_LOOK_MS;
    link->look_ms = now + FIRST_LOOK_MS;
    set_due(limits, link, now + limits->request_ms);
}

struct server_link *server_limits_add(struct server_limits *limits, int socket,
                                      const struct address *peer)
{
    struct server_link *link = memory_new(sizeof(*link));

    link->socket = socket;
    link->peer = *peer;
    pthread_mutex_lock(&limits->lock);
    link->after = limits->first;
    if (link->after)
        link->after->before = link;
    limits->first = link;
    limits->count++;
    await_request(limits, link);
    pthread_mutex_unlock(&limits->lock);
    return link;
}

void server_limits_await(struct server_limits *limits, struct server_link *link)
{
    pthread_mutex_lock(&limits->lock);
    link->idle_since = 0;
    await_request(limits, link);
    pthread_mutex_unlock(&limits->lock);
}

void server_limits_remove(struct server_limits *limits, struct server_link *link)
{
    pthread_mutex_lock(&limits->lock);
    if (link->before)
        link->before->after = link->after;
    else
        limits->first = link->after;
    if (link->after)
        link->after->before = link->before;
    limits->count--;
    pthread_mutex_unlock(&limits->lock);
    free(link);
}

void server_limits_allow(struct server_limits *limits, struct server_link *link, int64_t ms)
{
    pthread_mutex_lock(&limits->lock);
    link->idle_since = 0;
    link->look_ms = 0;
    set_due(limits, link, ms ? clock_steady_ms() + ms : 0);
    pthread_mutex_unlock(&limits->lock);
}

void server_limits_idle(struct server_limits *limits, struct server_link *link)
{
    pthread_mutex_lock(&limits->lock);
    link->idle_since = clock_steady_ms();
    link->look_ms = 0;
    int64_t ms = peer_has_left(link->socket) ? LEFT_MS : limits->idle_ms;
    set_due(limits, link, link->idle_since + ms);
    pthread_mutex_unlock(&limits->lock);
}

int server_limits_count(struct server_limits *limits)
{
    pthread_mutex_lock(&limits->lock);
    int count = limits->count;
    pthread_mutex_unlock(&limits->lock);
    return count;
}
