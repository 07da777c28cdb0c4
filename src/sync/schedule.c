#include "sync/schedule.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "model/cron.h"
#include "store/stored_settings.h"
#include "sync/schedule_outlook.h"
#include "sync/store_trouble.h"

/* LOOK_MS: a wall clock that was changed is noticed so soon. */
enum { LOOK_MS = 30000, CHANGE_WAIT_S = 2, OVERDUE_MS = 10 * 60 * 1000 };

const struct option schedule_options[] = {
    {"SYNC_INTERVAL", OPTION_DECIMAL, "12", 0, 8760,
     "hours from the end of a sync to the next, as long as none was chosen in the program; 0: none "
     "by itself"},
    {"SYNC_SCHEDULE", OPTION_TEXT, "", 0, 0,
     "when to sync, instead of an interval: five cron fields, @daily, every 6h"},
    {"SYNC_JITTER", OPTION_NUMBER, "0", 0, 86400,
     "seconds: each sync begins up to so much later, each instance by a share of its own"},
    {"AUTOMATED_MODE", OPTION_SWITCH, "true", 0, 0, "sync by schedule"},
    {"AUTO_SYNC", OPTION_SWITCH, "true", 0, 0,
     "sync by schedule; unlike AUTOMATED_MODE it can be changed while the program runs"},
    {"TZ", OPTION_TEXT, "UTC", 0, 0, "time zone of the schedule: Europe/Berlin, UTC+2"},
    {0},
};

struct schedule {
    struct runner_tools tools;
    struct runner *runner;
    double jitter_share;
    pthread_t thread;

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;  /* the thread: look again, or end */
    pthread_cond_t seen;  /* others: a look is done */
    bool stopping;
    uint64_t asked, looked; /* counts of looks: wanted, and begun after that wish and done */
    struct schedule_state state;
    struct list_times lists; /* next of each list with a schedule; owned */

    struct list_times ordered; /* the thread's alone; owned */
    bool has_looked;           /* the thread's alone */
    char told[1024];           /* the thread's alone: the last event */
};

const char *schedule_status_word(const struct schedule_state *state, int64_t now_ms)
{
    if (!state->last_ms || !state->next_ms)
        return "unknown";
    if (now_ms < state->next_ms)
        return "scheduled";
    return now_ms - state->next_ms > OVERDUE_MS ? "overdue" : "due";
}

static void note_ordered(struct list_times *times, int64_t list_id, int64_t now_ms)
{
    for (size_t i = 0; i < times->count; i++) {
        if (times->items[i].list_id != list_id)
            continue;
        times->items[i].ms = now_ms;
        return;
    }
    times->items = memory_resize(times->items, times->count + 1, sizeof(*times->items));
    times->items[times->count++] = (struct list_time){list_id, now_ms};
}

/* False: it is due as before, and ordered at a later look. */
static bool order(struct schedule *schedule, struct store *store, const struct run_order *wanted)
{
    struct run_ordered ordered;
    struct error error = {0};
    enum error_code rc = runner_order(schedule->runner, store, wanted, &ordered, &error);

    if (rc && store_trouble_note(&schedule->tools, &error))
        log_error("schedule", error.message, LOG_END);
    return !rc;
}

/* Lists with schedules of their own are left to them: then the others are named. */
static void order_full(struct schedule *schedule, struct store *store,
                       const struct schedule_outlook *outlook)
{
    struct run_order wanted = {
        .mode = RUN_FULL, .trigger = RUN_BY_SCHEDULE, .requested_by = "schedule"};

    if (outlook->lists.count) {
        wanted.lists = outlook->plain_lists;
        wanted.list_count = outlook->plain_count;
    }
    (void)order(schedule, store, &wanted);
}

static bool is_due(int64_t next_ms, int64_t now_ms)
{
    return next_ms && next_ms <= now_ms;
}

/* Those that are due at once are one run. */
static void order_lists(struct schedule *schedule, struct store *store,
                        const struct schedule_outlook *outlook, int64_t now_ms)
{
    AUTO_FREE int64_t *due = memory_array(outlook->lists.count + 1, sizeof(*due));
    struct run_order wanted = {
        .trigger = RUN_BY_SCHEDULE, .requested_by = "schedule", .lists = due};

    for (size_t i = 0; i < outlook->lists.count; i++) {
        const struct list_time *list = &outlook->lists.items[i];
        if (is_due(list->ms, now_ms))
            due[wanted.list_count++] = list->list_id;
    }
    wanted.mode = wanted.list_count == 1 ? RUN_SINGLE : RUN_CUSTOM;
    if (!wanted.list_count || !order(schedule, store, &wanted))
        return;
    for (size_t i = 0; i < wanted.list_count; i++)
        note_ordered(&schedule->ordered, due[i], now_ms);
}

static bool order_due(struct schedule *schedule, struct store *store,
                      const struct schedule_outlook *outlook)
{
    int64_t now_ms = clock_wall_ms();
    bool full = is_due(outlook->state.next_ms, now_ms) && !outlook->full_is_open;
    bool some = false;

    for (size_t i = 0; i < outlook->lists.count; i++)
        some |= is_due(outlook->lists.items[i].ms, now_ms);
    if (full)
        order_full(schedule, store, outlook);
    if (some)
        order_lists(schedule, store, outlook, now_ms);
    return full || some;
}

static void put_time(struct json_writer *json, const char *key, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];
    char iso[CLOCK_TEXT_SIZE];

    clock_format_utc(ms, text);
    snprintf(iso, sizeof(iso), "%.10sT%.8sZ", text, text + strlen("2026-11-22 "));
    json_put_text(json, key, ms > 0 ? iso : NULL);
}

static void tell(struct schedule *schedule, const struct schedule_state *state)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text);

    json_begin_object(&json, NULL);
    json_put_bool(&json, "is_on", state->is_on);
    put_time(&json, "last_sync", state->last_ms);
    put_time(&json, "next_sync", state->next_ms);
    json_put_decimal(&json, "interval_hours", state->interval_hours);
    json_put_text(&json, "schedule", *state->cron ? state->cron : NULL);
    json_put_text(&json, "words", state->words);
    json_put_text(&json, "zone", state->zone);
    json_put_bool(&json, "paused", state->paused_until != 0);
    put_time(&json, "paused_until", state->paused_until);
    json_put_text(&json, "problem", *state->problem ? state->problem : NULL);
    json_end_object(&json);
    if (strncmp(schedule->told, buffer_string(&text), sizeof(schedule->told) - 1) == 0)
        return;
    text_copy(schedule->told, sizeof(schedule->told), buffer_string(&text));
    events_publish(schedule->tools.events, EVENT_SCHEDULE_CHANGED, buffer_string(&text));
}

static void keep_outlook(struct schedule *schedule, const struct schedule_outlook *outlook)
{
    size_t count = outlook->lists.count;

    pthread_mutex_lock(&schedule->lock);
    schedule->state = outlook->state;
    free(schedule->lists.items);
    schedule->lists = (struct list_times){memory_array(count + 1, sizeof(struct list_time)), count};
    if (count)
        memcpy(schedule->lists.items, outlook->lists.items, count * sizeof(struct list_time));
    pthread_mutex_unlock(&schedule->lock);
    tell(schedule, &outlook->state);
}

static enum error_code look_with(struct schedule *schedule, struct store *store,
                                 struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct schedule_outlook outlook;
    enum error_code rc = ERROR_NONE;
    bool ordered = false;

    /* What was ordered moves the next time on, which is then shown. */
    for (int round = 0; !rc && round < 2 && (round == 0 || ordered); round++) {
        rc = schedule_outlook_load(&schedule->tools, store, arena, schedule->jitter_share,
                                   &schedule->ordered, !schedule->has_looked, &outlook, error);
        if (!rc && round == 0)
            ordered = order_due(schedule, store, &outlook);
    }
    if (!rc)
        keep_outlook(schedule, &outlook);
    schedule->has_looked |= !rc;
    return rc;
}

static void look(struct schedule *schedule)
{
    struct store *store = NULL;
    struct error error = {0};
    enum error_code rc = store_pool_take(schedule->tools.stores, &store, &error);

    if (!rc) {
        rc = look_with(schedule, store, &error);
        if (!rc)
            rc = store_trouble_look(&schedule->tools, store, &error);
        store_pool_give(schedule->tools.stores, store);
    }
    if (rc && store_trouble_note(&schedule->tools, &error))
        log_error("schedule", error.message, LOG_END);
}

static int64_t sooner(int64_t wait_ms, int64_t next_ms, int64_t now_ms)
{
    int64_t left = next_ms - now_ms;

    return next_ms && left > 0 && left < wait_ms ? left : wait_ms;
}

/* Under the lock: until the next time, but not for so long that a changed clock goes unseen. */
static void wait_for_next(struct schedule *schedule)
{
    int64_t now_ms = clock_wall_ms();
    int64_t wait_ms = sooner(LOOK_MS, schedule->state.next_ms, now_ms);
    struct timespec until;

    for (size_t i = 0; i < schedule->lists.count; i++)
        wait_ms = sooner(wait_ms, schedule->lists.items[i].ms, now_ms);
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (!schedule->stopping && schedule->asked == schedule->looked)
        if (pthread_cond_timedwait(&schedule->wake, &schedule->lock, &until))
            return;
}

static void *thread_main(void *context)
{
    struct schedule *schedule = context;

    pthread_mutex_lock(&schedule->lock);
    while (!schedule->stopping) {
        uint64_t asked = schedule->asked;
        pthread_mutex_unlock(&schedule->lock);
        look(schedule);
        pthread_mutex_lock(&schedule->lock);
        schedule->looked = asked;
        pthread_cond_broadcast(&schedule->seen);
        wait_for_next(schedule);
    }
    pthread_mutex_unlock(&schedule->lock);
    return NULL;
}

/* Does not wait: the runner's thread calls it. */
static void ask_for_look(void *context)
{
    struct schedule *schedule = context;

    pthread_mutex_lock(&schedule->lock);
    schedule->asked++;
    pthread_cond_signal(&schedule->wake);
    pthread_mutex_unlock(&schedule->lock);
}

void schedule_changed(struct schedule *schedule)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += CHANGE_WAIT_S;
    pthread_mutex_lock(&schedule->lock);
    uint64_t wish = ++schedule->asked;
    pthread_cond_signal(&schedule->wake);
    while (!schedule->stopping && schedule->looked < wish)
        if (pthread_cond_timedwait(&schedule->seen, &schedule->lock, &until))
            break;
    pthread_mutex_unlock(&schedule->lock);
}

static struct schedule *schedule_new(const struct runner_tools *tools, struct runner *runner)
{
    struct schedule *schedule = memory_new(sizeof(*schedule));
    pthread_condattr_t attributes;
    uint32_t lot = 0;

    crypto_random(&lot, sizeof(lot));
    schedule->jitter_share = (double)lot / (double)UINT32_MAX;
    schedule->tools = *tools;
    schedule->runner = runner;
    pthread_mutex_init(&schedule->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&schedule->wake, &attributes);
    pthread_cond_init(&schedule->seen, &attributes);
    pthread_condattr_destroy(&attributes);
    return schedule;
}

static void schedule_free(struct schedule *schedule)
{
    pthread_cond_destroy(&schedule->wake);
    pthread_cond_destroy(&schedule->seen);
    pthread_mutex_destroy(&schedule->lock);
    free(schedule->lists.items);
    free(schedule->ordered.items);
    free(schedule);
}

enum error_code schedule_start(const struct runner_tools *tools, struct runner *runner,
                               struct schedule **ret, struct error *error)
{
    struct schedule *schedule = schedule_new(tools, runner);

    if (pthread_create(&schedule->thread, NULL, thread_main, schedule)) {
        schedule_free(schedule);
        return error_set(error, ERROR_STORE, "the thread of the schedule cannot be started");
    }
    runner_watch(runner, ask_for_look, schedule);
    schedule_changed(schedule);
    *ret = schedule;
    return ERROR_NONE;
}

void schedule_stop(struct schedule *schedule)
{
    if (!schedule)
        return;
    runner_watch(schedule->runner, NULL, NULL);
    pthread_mutex_lock(&schedule->lock);
    schedule->stopping = true;
    pthread_cond_broadcast(&schedule->wake);
    pthread_cond_broadcast(&schedule->seen);
    pthread_mutex_unlock(&schedule->lock);
    pthread_join(schedule->thread, NULL);
    schedule_free(schedule);
}

enum error_code schedule_pause(struct schedule *schedule, struct store *store, int64_t until_ms,
                               struct error *error)
{
    AUTO_FREE char *text = memory_print("%" PRId64, until_ms);
    enum error_code rc = service_state_put(store, "paused_until", text, error);

    if (rc)
        return rc;
    schedule_changed(schedule);
    return ERROR_NONE;
}

void schedule_state(struct schedule *schedule, struct schedule_state *ret)
{
    pthread_mutex_lock(&schedule->lock);
    *ret = schedule->state;
    pthread_mutex_unlock(&schedule->lock);
}

int64_t schedule_next_of_list(struct schedule *schedule, int64_t list_id)
{
    pthread_mutex_lock(&schedule->lock);
    int64_t next = list_times_find(&schedule->lists, list_id);
    pthread_mutex_unlock(&schedule->lock);
    return next;
}

enum error_code schedule_preview(struct schedule *schedule, const char *text, int64_t *ret_ms,
                                 size_t count, size_t *ret_count, char words[160],
                                 struct error *error)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct schedule_state state;
    struct cron cron;
    enum error_code rc = cron_parse(text, &cron, error);

    schedule_state(schedule, &state);
    if (!rc)
        rc = time_zone_open(state.zone, &zone, error);
    if (rc)
        return rc;
    int64_t at = clock_wall_ms() / 1000;
    *ret_count = 0;
    while (*ret_count < count && (at = cron_next(&cron, zone, at)) >= 0)
        ret_ms[(*ret_count)++] = at * 1000;
    cron_describe(&cron, words, 160);
    return ERROR_NONE;
}
