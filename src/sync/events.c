#include "sync/events.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"

enum { EPOCH_LENGTH = 8 };

struct kept {
    enum event_type type;
    int64_t wall_ms;
    char *json;
    size_t length;
};

struct events {
    char epoch[EPOCH_LENGTH + 1];
    pthread_mutex_t lock;
    struct kept ring[EVENTS_KEPT]; /* event N lies in place N % EVENTS_KEPT */
    uint64_t newest;
    uint64_t newest_of[EVENT_COUNT];
    size_t count; /* how many of the newest are kept */
    size_t bytes; /* of their JSON */

    /* Apart from `lock`: held while the watcher is called, so that none is called after its end. */
    pthread_rwlock_t watching;
    void (*wake)(void *context);
    void *context;
};

static const struct {
    const char *word, *meaning;
} table[] = {
#define EVENT_ROW(name, word, meaning) {word, meaning},
    EVENT_TABLE(EVENT_ROW)
#undef EVENT_ROW
};

const char *event_word(enum event_type type)
{
    return table[type].word;
}

const char *event_meaning(enum event_type type)
{
    return table[type].meaning;
}

bool event_from_word(const char *word, enum event_type *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
        if (strcmp(table[i].word, word) == 0) {
            *ret = (enum event_type)i;
            return true;
        }
    }
    return false;
}

/* Ids of different processes must differ; that nobody can guess them is not needed. */
static void make_epoch(char epoch[EPOCH_LENGTH + 1])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char random[EPOCH_LENGTH];

    CHECK(getrandom(random, sizeof(random), 0) == sizeof(random));
    for (size_t i = 0; i < EPOCH_LENGTH; i++)
        epoch[i] = letters[random[i] % (sizeof(letters) - 1)];
}

struct events *events_new(void)
{
    struct events *events = memory_new(sizeof(*events));

    make_epoch(events->epoch);
    pthread_mutex_init(&events->lock, NULL);
    pthread_rwlock_init(&events->watching, NULL);
    return events;
}

static struct kept *place_of(struct events *events, uint64_t number)
{
    return &events->ring[number % EVENTS_KEPT];
}

static void drop_oldest(struct events *events)
{
    struct kept *oldest = place_of(events, events->newest - events->count + 1);

    events->bytes -= oldest->length;
    events->count--;
    free(oldest->json);
    *oldest = (struct kept){0};
}

void events_free(struct events *events)
{
    if (!events)
        return;
    while (events->count)
        drop_oldest(events);
    pthread_rwlock_destroy(&events->watching);
    pthread_mutex_destroy(&events->lock);
    free(events);
}

static void keep(struct events *events, struct kept *event)
{
    while (events->count == EVENTS_KEPT ||
           (events->count && events->bytes + event->length > EVENTS_BYTES))
        drop_oldest(events);
    events->newest_of[event->type] = ++events->newest;
    *place_of(events, events->newest) = *event;
    events->count++;
    events->bytes += event->length;
}

void events_publish(struct events *events, enum event_type type, const char *json)
{
    CHECK(*json == '{' && !strpbrk(json, "\r\n"));
    if (strlen(json) > EVENT_SIZE)
        json = "{\"omitted\":true}";
    struct kept event = {.type = type, .json = memory_text(json), .length = strlen(json)};

    pthread_mutex_lock(&events->lock);
    event.wall_ms = clock_wall_ms();
    keep(events, &event);
    pthread_mutex_unlock(&events->lock);

    pthread_rwlock_rdlock(&events->watching);
    if (events->wake)
        events->wake(events->context);
    pthread_rwlock_unlock(&events->watching);
}

const char *events_epoch(const struct events *events)
{
    return events->epoch;
}

uint64_t events_newest(struct events *events)
{
    pthread_mutex_lock(&events->lock);
    uint64_t newest = events->newest;
    pthread_mutex_unlock(&events->lock);
    return newest;
}

uint64_t events_newest_of(struct events *events, enum event_type type)
{
    pthread_mutex_lock(&events->lock);
    uint64_t newest = events->newest_of[type];
    pthread_mutex_unlock(&events->lock);
    return newest;
}

static enum events_fate read_after(struct events *events, uint64_t after, struct event *ret,
                                   struct buffer *json)
{
    if (after == events->newest)
        return EVENTS_NONE;
    if (after > events->newest || events->newest - after > events->count)
        return EVENTS_LOST;
    const struct kept *event = place_of(events, after + 1);
    buffer_clear(json);
    buffer_append(json, event->json, event->length);
    *ret = (struct event){.number = after + 1, .type = event->type, .wall_ms = event->wall_ms};
    return EVENTS_READ;
}

enum events_fate events_next(struct events *events, uint64_t after, struct event *ret,
                             struct buffer *json)
{
    pthread_mutex_lock(&events->lock);
    enum events_fate fate = read_after(events, after, ret, json);
    pthread_mutex_unlock(&events->lock);
    return fate;
}

void events_forget(struct events *events, int64_t before_wall_ms)
{
    pthread_mutex_lock(&events->lock);
    while (events->count &&
           place_of(events, events->newest - events->count + 1)->wall_ms < before_wall_ms)
        drop_oldest(events);
    pthread_mutex_unlock(&events->lock);
}

void events_watch(struct events *events, void (*wake)(void *context), void *context)
{
    pthread_rwlock_wrlock(&events->watching);
    CHECK(!wake || !events->wake);
    events->wake = wake;
    events->context = context;
    pthread_rwlock_unlock(&events->watching);
}
