#include "net/pacer.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"

/* How soon to ask again when all places of a host are taken. */
enum { PLACE_RECHECK_MS = 20, WINDOW_MAX = 10000 };

struct host {
    struct pace pace;
    int active;
    bool was_started;
    int64_t started_at;
    int64_t held_until;
    int64_t *starts; /* ring of the last pace.window_requests starts */
    size_t next_start;
    size_t start_count;
};

struct pacer {
    pthread_mutex_t lock;
    struct map hosts; /* host_name -> struct host */
};

struct pacer *pacer_new(void)
{
    struct pacer *pacer = memory_new(sizeof(*pacer));

    pthread_mutex_init(&pacer->lock, NULL);
    return pacer;
}

void pacer_free(struct pacer *pacer)
{
    if (!pacer)
        return;
    for (size_t i = 0; i < pacer->hosts.capacity; i++) {
        struct host *host = pacer->hosts.entries[i].value;
        if (host)
            free(host->starts);
        free(host);
    }
    map_release(&pacer->hosts);
    pthread_mutex_destroy(&pacer->lock);
    free(pacer);
}

/* With the lock held. */
static struct host *find_or_add(struct pacer *pacer, const char *host_name)
{
    struct host *host = map_get(&pacer->hosts, host_name);

    if (!host) {
        host = memory_new(sizeof(*host));
        map_set(&pacer->hosts, host_name, host);
    }
    return host;
}

static size_t window_size(const struct pace *pace)
{
    if (pace->window_seconds <= 0 || pace->window_requests <= 0)
        return 0;
    return pace->window_requests < WINDOW_MAX ? (size_t)pace->window_requests : WINDOW_MAX;
}

void pacer_set(struct pacer *pacer, const char *host_name, const struct pace *pace)
{
    pthread_mutex_lock(&pacer->lock);
    struct host *host = find_or_add(pacer, host_name);
    if (window_size(pace) != window_size(&host->pace)) {
        free(host->starts);
        host->starts = window_size(pace) ? memory_array(window_size(pace), sizeof(int64_t)) : NULL;
        host->next_start = host->start_count = 0;
    }
    host->pace = *pace;
    pthread_mutex_unlock(&pacer->lock);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The earliest time at which gap, window and hold all allow a start. */
static int64_t allowed_at(const struct host *host)
{
    int64_t at = host->held_until;
    size_t window = window_size(&host->pace);

    if (host->was_started)
        at = later(at, host->started_at + host->pace.gap_ms);
    if (window && host->start_count == window)
        at = later(at, host->starts[host->next_start] + host->pace.window_seconds * INT64_C(1000));
    return at;
}

static void note_start(struct host *host, int64_t now)
{
    size_t window = window_size(&host->pace);

    host->active++;
    host->was_started = true;
    host->started_at = now;
    if (!window)
        return;
    host->starts[host->next_start] = now;
    host->next_start = (host->next_start + 1) % window;
    if (host->start_count < window)
        host->start_count++;
}

static int64_t start(struct host *host, int64_t now)
{
    int64_t wait = allowed_at(host) - now;

    if (wait > 0)
        return wait;
    if (host->pace.parallel > 0 && host->active >= host->pace.parallel)
        return PLACE_RECHECK_MS;
    note_start(host, now);
    return 0;
}

int64_t pacer_start(struct pacer *pacer, const char *host_name, int64_t steady_now_ms)
{
    pthread_mutex_lock(&pacer->lock);
    int64_t wait = start(find_or_add(pacer, host_name), steady_now_ms);
    pthread_mutex_unlock(&pacer->lock);
    return wait;
}

void pacer_done(struct pacer *pacer, const char *host_name)
{
    pthread_mutex_lock(&pacer->lock);
    struct host *host = find_or_add(pacer, host_name);
    if (host->active > 0)
        host->active--;
    pthread_mutex_unlock(&pacer->lock);
}

void pacer_hold(struct pacer *pacer, const char *host_name, int64_t steady_until_ms)
{
    pthread_mutex_lock(&pacer->lock);
    struct host *host = find_or_add(pacer, host_name);
    host->held_until = later(host->held_until, steady_until_ms);
    pthread_mutex_unlock(&pacer->lock);
}

void pacer_each(struct pacer *pacer, int64_t steady_now_ms,
                void (*visit)(void *context, const struct pacer_host *host), void *context)
{
    pthread_mutex_lock(&pacer->lock);
    for (size_t i = 0; i < pacer->hosts.capacity; i++) {
        const struct host *host = pacer->hosts.entries[i].value;
        if (!host)
            continue;
        visit(context, &(struct pacer_host){
                           .name = pacer->hosts.entries[i].key,
                           .pace = host->pace,
                           .active = host->active,
                           .wait_ms = later(allowed_at(host) - steady_now_ms, 0),
                       });
    }
    pthread_mutex_unlock(&pacer->lock);
}
