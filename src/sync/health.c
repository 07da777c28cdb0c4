#include "sync/health.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const part_words[] = {
    [HEALTH_SEERR] = "seerr",
    [HEALTH_DATABASE] = "database",
    [HEALTH_BACKUP] = "backup",
};

struct health {
    struct events *events;
    pthread_mutex_t lock;
    char problems[HEALTH_PARTS][HEALTH_TEXT_SIZE]; /* under the lock, as what follows */
    bool is_known[HEALTH_PARTS];
    int64_t since_ms[HEALTH_PARTS];
};

struct health *health_new(struct events *events)
{
    struct health *health = memory_new(sizeof(*health));

    health->events = events;
    pthread_mutex_init(&health->lock, NULL);
    return health;
}

void health_free(struct health *health)
{
    if (!health)
        return;
    pthread_mutex_destroy(&health->lock);
    free(health);
}

static void tell(const struct health *health, enum health_part part, const char *problem)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(EVENT_SIZE);
    struct json_writer json = json_writer_to(&text);

    json_begin_object(&json, NULL);
    json_put_text(&json, "part", part_words[part]);
    json_put_bool(&json, "is_well", !*problem);
    json_put_text(&json, "message", problem);
    json_end_object(&json);
    events_publish(health->events, EVENT_HEALTH_CHANGED, buffer_string(&text));
}

bool health_note(struct health *health, enum health_part part, const char *problem)
{
    char now[HEALTH_TEXT_SIZE];

    if (!health)
        return true;
    text_copy(now, sizeof(now), problem ? problem : "");
    text_tame(now);
    pthread_mutex_lock(&health->lock);
    bool changed = !*now != !*health->problems[part];
    text_copy(health->problems[part], HEALTH_TEXT_SIZE, now);
    health->is_known[part] = true;
    if (changed)
        health->since_ms[part] = *now ? clock_steady_ms() : 0;
    pthread_mutex_unlock(&health->lock);
    if (changed)
        tell(health, part, now);
    return changed;
}

void health_problem(struct health *health, enum health_part part, char ret[HEALTH_TEXT_SIZE])
{
    pthread_mutex_lock(&health->lock);
    text_copy(ret, HEALTH_TEXT_SIZE, health->problems[part]);
    pthread_mutex_unlock(&health->lock);
}

int64_t health_since(struct health *health, enum health_part part)
{
    pthread_mutex_lock(&health->lock);
    int64_t since_ms = health->since_ms[part];
    pthread_mutex_unlock(&health->lock);
    return since_ms;
}

bool health_is_known(struct health *health, enum health_part part)
{
    pthread_mutex_lock(&health->lock);
    bool is_known = health->is_known[part];
    pthread_mutex_unlock(&health->lock);
    return is_known;
}
