#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "store/lists.h"
#include "support/running.h"

enum { PATIENCE_S = 60, STORES = 8 };

static void note_end(void *context, const struct stored_run *run)
{
    struct running *running = context;

    pthread_mutex_lock(&running->lock);
    if (running->ended_count < ARRAY_LENGTH(running->ended))
        running->ended[running->ended_count++] = run->id;
    pthread_cond_broadcast(&running->told);
    pthread_mutex_unlock(&running->lock);
}

static void note_event(void *context)
{
    struct running *running = context;

    pthread_mutex_lock(&running->lock);
    pthread_cond_broadcast(&running->told);
    pthread_mutex_unlock(&running->lock);
}

static void open_stores(struct running *running)
{
    AUTO_FREE char *path = world_path(running->world, "list_sync.db");

    running_must(running, store_pool_open(&db_driver_sqlite, path, STORES, &running->tools.stores,
                                          &running->error));
    running_must(running, store_open(&db_driver_sqlite, path, &running->store, &running->error));
}

void running_prepare(struct running *running, struct world *world)
{
    *running = (struct running){.world = world, .arena = arena_new()};
    pthread_mutex_init(&running->lock, NULL);
    pthread_cond_init(&running->told, NULL);
    crypto_begin();
    running_must(running, settings_load(&running->settings, world->environment, "no such file",
                                        &running->error));
    running_must(running, origins_add(&running->origins, world_get(world, "LISTSYNC_ORIGINS"),
                                      &running->error));
    running->tools = (struct runner_tools){
        .given = &running->settings.options,
        .data_directory = world->folder,
        .key = &running->key,
        .events = events_new(),
        .origins = &running->origins,
        .pacer = pacer_new(),
        .user_agent = "ListSync/test",
        .finished = note_end,
        .context = running,
    };
    running->tools.health = health_new(running->tools.events);
    events_watch(running->tools.events, note_event, running);
    open_stores(running);
}

void running_begin(struct running *running)
{
    running_must(running, runner_start(&running->tools, &running->runner, &running->error));
}

void running_open(struct running *running, struct world *world)
{
    running_prepare(running, world);
    running_begin(running);
}

void running_close(struct running *running)
{
    runner_stop(running->runner);
    events_watch(running->tools.events, NULL, NULL);
    health_free(running->tools.health);
    events_free(running->tools.events);
    store_close(running->store);
    store_pool_close(running->tools.stores);
    pacer_free(running->tools.pacer);
    origins_release(&running->origins);
    settings_release(&running->settings);
    arena_free(running->arena);
    pthread_cond_destroy(&running->told);
    pthread_mutex_destroy(&running->lock);
}

int64_t running_add_list(struct running *running, const char *list,
                         void (*change)(struct stored_list *list))
{
    struct list_ref ref;
    struct stored_list stored;
    int64_t id = 0;

    running_must(running, provider_parse(NULL, list, &ref, &running->error));
    running_must(running, lists_add(running->store, &ref, LIST_ADDED, 0, &id, &running->error));
    if (!change)
        return id;
    running_must(running,
                 lists_find_id(running->store, running->arena, id, &stored, &running->error));
    change(&stored);
    running_must(running, lists_change(running->store, &stored, &running->error));
    return id;
}

int64_t running_add_file(struct running *running, const char *name, const char *text,
                         void (*change)(struct stored_list *list))
{
    AUTO_FREE char *list = memory_print("custom:file:%s/%s", running->world->folder, name);

    world_write(running->world, name, text);
    return running_add_list(running, list, change);
}

int64_t running_order(struct running *running, const struct run_order *order)
{
    struct run_ordered ordered = {0};

    running_must(running,
                 runner_order(running->runner, running->store, order, &ordered, &running->error));
    return ordered.runs[0].id;
}

struct stored_run running_find(struct running *running, int64_t run)
{
    struct stored_run found = {0};

    running_must(running, runs_find(running->store, running->arena, run, &found, &running->error));
    return found;
}

static bool has_ended(const struct running *running, int64_t run)
{
    for (size_t i = 0; i < running->ended_count; i++)
        if (running->ended[i] == run)
            return true;
    return false;
}

static void wait_a_while(struct running *running, const struct timespec *until, const char *what)
{
    if (pthread_cond_timedwait(&running->told, &running->lock, until)) {
        pthread_mutex_unlock(&running->lock);
        fail_msg("waited in vain for %s", what);
    }
}

struct stored_run running_wait(struct running *running, int64_t run)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&running->lock);
    while (!has_ended(running, run))
        wait_a_while(running, &until, "the end of a run");
    pthread_mutex_unlock(&running->lock);
    return running_find(running, run);
}

size_t running_events(struct running *running, enum event_type type, const char *part)
{
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct event event = {0};
    size_t count = 0;

    while (events_next(running->tools.events, event.number, &event, &json) == EVENTS_READ)
        count += event.type == type && (!part || strstr(buffer_string(&json), part));
    return count;
}

void running_wait_for_event(struct running *running, enum event_type type, const char *part)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&running->lock);
    while (!running_events(running, type, part))
        wait_a_while(running, &until, part ? part : event_word(type));
    pthread_mutex_unlock(&running->lock);
}
