#include "sync/notice_desk.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/live_settings.h"
#include "sync/notice_ends.h"
#include "sync/notice_queue.h"
#include "sync/notice_sending.h"
#include "sync/notice_straight.h"
#include "sync/run_client.h"
#include "sync/store_trouble.h"

/* LOOK_MS: silence is noticed so soon, and a wall clock that was changed. */
enum { LOOK_MS = 60000, AFTER_TROUBLE_MS = 5000, LEAST_WAIT_MS = 50 };

const struct option notice_desk_options[] = {
    {"OVERSEERR_PUBLIC_URL", OPTION_URL, "", 0, 0,
     "address of Seerr as people reach it, for links in notifications; without it OVERSEERR_URL"},
    {"LISTSYNC_ALARM_INTERVALS", OPTION_NUMBER, "3", 0, 1000,
     "after so many intervals without a sync that succeeds people are told; 0: never"},
    {0},
};

struct notice_desk {
    struct runner_tools tools;
    struct notice_keys keys;
    struct schedule *schedule;
    struct notice_straight *straight; /* of the thread, as the next */
    struct notice_ends *ends;
    int64_t started_ms; /* wall */
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;
    bool stopping, asked;
    struct client *client; /* of what is being sent */
};

/* One notice that was claimed, on its way. */
struct flight {
    struct notification_delivery *delivery;
    struct notice_target target;
    struct notice notice;
    struct notice_sending sending;
};

struct notice_desk *notice_desk_new(const struct runner_tools *tools)
{
    struct notice_desk *desk = memory_new(sizeof(*desk));
    pthread_condattr_t attributes;

    desk->tools = *tools;
    desk->keys = (struct notice_keys){.given = tools->given, .key = tools->key};
    desk->straight = notice_straight_new(&desk->tools, &desk->keys);
    desk->ends = notice_ends_new();
    desk->started_ms = clock_wall_ms();
    pthread_mutex_init(&desk->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&desk->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    return desk;
}

void notice_desk_free(struct notice_desk *desk)
{
    if (!desk)
        return;
    pthread_cond_destroy(&desk->wake);
    pthread_mutex_destroy(&desk->lock);
    notice_straight_free(desk->straight);
    notice_ends_free(desk->ends);
    free(desk);
}

void notice_desk_wake(struct notice_desk *desk)
{
    if (!desk)
        return;
    pthread_mutex_lock(&desk->lock);
    desk->asked = true;
    pthread_cond_signal(&desk->wake);
    pthread_mutex_unlock(&desk->lock);
}

static bool is_stopping(struct notice_desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    bool stopping = desk->stopping;
    pthread_mutex_unlock(&desk->lock);
    return stopping;
}

static void show_client(struct notice_desk *desk, struct client *client)
{
    pthread_mutex_lock(&desk->lock);
    desk->client = client;
    if (client && desk->stopping)
        client_cancel(client);
    pthread_mutex_unlock(&desk->lock);
}

/* NULL: nothing is known of it yet. */
static const char *problem_of(struct health *health, enum health_part part, struct arena *arena)
{
    char problem[HEALTH_TEXT_SIZE];

    if (!health || !health_is_known(health, part))
        return NULL;
    health_problem(health, part, problem);
    return arena_text(arena, problem);
}

static void fill_view(const struct notice_desk *desk, const struct options *options,
                      struct arena *arena, struct notice_alarms_view *ret)
{
    struct health *health = desk->tools.health;

    *ret = (struct notice_alarms_view){
        .seerr_problem = problem_of(health, HEALTH_SEERR, arena),
        .backup_problem = problem_of(health, HEALTH_BACKUP, arena),
        .intervals = options_number(options, "LISTSYNC_ALARM_INTERVALS"),
        .started_ms = desk->started_ms,
        .now_ms = clock_wall_ms(),
    };
    schedule_state(desk->schedule, &ret->schedule);
}

enum error_code notice_desk_look(const struct notice_desk *desk, struct store *store,
                                 struct arena *arena, struct alarms *ret, struct error *error)
{
    struct notice_alarms_view view;
    struct options options;
    enum error_code rc =
        live_settings_load(desk->tools.given, store, desk->tools.key, &options, error);

    if (rc)
        return rc;
    fill_view(desk, &options, arena, &view);
    rc = notice_alarms_now(&view, store, arena, ret, error);
    options_release(&options);
    return rc;
}

static enum error_code queue_all(struct notice_queue *queue, struct error *error)
{
    enum error_code rc =
        notification_targets_load(queue->store, queue->arena, &queue->targets, error);

    if (!rc)
        rc = notice_queue_clock(queue, error);
    if (!rc)
        rc = notice_queue_news(queue, error);
    if (!rc)
        rc = notice_queue_digests(queue, error);
    if (!rc)
        rc = notice_queue_quiet(queue, error);
    return rc ? rc : notification_deliveries_thin_out(queue->store, error);
}

static enum error_code look_for_news(struct notice_desk *desk, struct store *store,
                                     struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct options options;
    enum error_code rc =
        live_settings_load(desk->tools.given, store, desk->tools.key, &options, error);

    if (rc)
        return rc;
    struct notice_queue queue = {.store = store, .arena = arena, .options = &options};
    fill_view(desk, &options, arena, &queue.view);
    if (time_zone_open(queue.view.schedule.zone, &zone, NULL))
        rc = time_zone_open("UTC", &zone, error);
    queue.zone = zone;
    if (!rc)
        rc = queue_all(&queue, error);
    options_release(&options);
    return rc;
}

static enum error_code open_flight(struct notice_desk *desk, struct store *store,
                                   struct arena *arena, struct notification_delivery *delivery,
                                   struct flight *flight, struct error *error)
{
    AUTO_JSON struct json_value *document = NULL;
    struct notification_target row;
    enum error_code rc = notification_targets_find(store, arena, delivery->target_id, &row, error);

    flight->delivery = delivery;
    if (!rc)
        rc = notice_target_open(&desk->keys, &row, &flight->target, error);
    if (!rc)
        rc = json_value_parse(delivery->notice, strlen(delivery->notice), &document, error);
    if (!rc)
        rc = notice_read(document, arena, &flight->notice, error);
    flight->sending = (struct notice_sending){
        .notifier = flight->target.notifier,
        .settings = &flight->target.settings,
        .notice = &flight->notice,
        .is_brief = delivery->is_brief,
        .arena = arena,
    };
    return rc;
}

static void say(const struct flight *flight)
{
    const struct notification_delivery *delivery = flight->delivery;

    if (delivery->state == DELIVERY_DELIVERED)
        log_info("notify", "a notification was delivered", LOG_TEXT("target", delivery->target),
                 LOG_TEXT("title", delivery->title), LOG_END);
    else
        log_warning(
            "notify", "a notification was not delivered", LOG_TEXT("target", delivery->target),
            LOG_TEXT("state", delivery_state_words[delivery->state]),
            LOG_TEXT("why", delivery->message), LOG_NUMBER("attempt", delivery->attempts), LOG_END);
}

static void conclude(struct notice_desk *desk, struct flight *flight)
{
    bool is_gone = false;

    if (flight->sending.was_asked)
        notice_sending_conclude(&flight->sending, clock_wall_ms(), flight->delivery, &is_gone);
    else if (flight->delivery->state == DELIVERY_CLAIMED)
        flight->delivery->state = DELIVERY_WAITING; /* the program is ending */
    say(flight);
    notice_ends_keep(desk->ends, flight->delivery, is_gone);
}

/* Nothing of the store is held meanwhile. */
static void fly(struct notice_desk *desk, struct flight *flights, size_t count)
{
    struct client *client = run_client_new(&desk->tools);

    for (size_t i = 0; i < count; i++) {
        struct exchange exchange = notice_sending_exchange(&flights[i].sending);
        if (flights[i].delivery->state == DELIVERY_CLAIMED)
            client_add(client, &exchange);
    }
    show_client(desk, client);
    client_run(client, NULL, NULL);
    show_client(desk, NULL);
    client_free(client);
}

/* Claims what is due, and opens it; what cannot be opened has failed. */
static enum error_code claim(struct notice_desk *desk, struct store *store, struct arena *arena,
                             struct notification_deliveries *ret, struct flight **ret_flights,
                             struct error *error)
{
    enum error_code rc = notification_deliveries_claim(store, arena, clock_wall_ms(), ret, error);

    if (rc)
        return rc;
    *ret_flights = arena_take(arena, (ret->count + 1) * sizeof(struct flight));
    for (size_t i = 0; i < ret->count; i++) {
        struct error why = {0};
        ret->items[i].state = DELIVERY_CLAIMED;
        if (!open_flight(desk, store, arena, &ret->items[i], &(*ret_flights)[i], &why))
            continue;
        ret->items[i].state = DELIVERY_FAILED;
        ret->items[i].message = arena_text(arena, why.message);
    }
    return ERROR_NONE;
}

static enum error_code take_store(struct notice_desk *desk, struct store **ret, struct error *error)
{
    return store_pool_take(desk->tools.stores, ret, error);
}

static enum error_code write_ends(struct notice_desk *desk, struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = take_store(desk, &store, error);

    if (rc)
        return rc;
    rc = notice_ends_write(desk->ends, store, error);
    store_pool_give(desk->tools.stores, store);
    return rc;
}

/* One round: `ret` says how many were sent. */
static enum error_code send_due(struct notice_desk *desk, size_t *ret, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct notification_deliveries claimed = {0};
    struct flight *flights = NULL;
    struct store *store = NULL;
    enum error_code rc = take_store(desk, &store, error);

    *ret = 0;
    if (rc)
        return rc;
    rc = claim(desk, store, arena, &claimed, &flights, error);
    store_pool_give(desk->tools.stores, store);
    if (rc || !claimed.count)
        return rc;
    fly(desk, flights, claimed.count);
    for (size_t i = 0; i < claimed.count; i++) {
        conclude(desk, &flights[i]);
        notice_target_release(&flights[i].target);
    }
    *ret = claimed.count;
    return write_ends(desk, error);
}

static enum error_code find_news(struct notice_desk *desk, int64_t *ret_next_ms,
                                 struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = take_store(desk, &store, error);

    if (rc)
        return rc;
    notice_straight_remember(desk->straight, store);
    rc = notice_ends_write(desk->ends, store, error);
    if (!rc)
        rc = look_for_news(desk, store, error);
    if (!rc)
        rc = notification_deliveries_next(store, ret_next_ms, error);
    store_pool_give(desk->tools.stores, store);
    return rc;
}

/* News come first between any two rounds: a service that hangs may make one long. */
static enum error_code look(struct notice_desk *desk, int64_t *ret_next_ms, struct error *error)
{
    size_t sent = 1;
    enum error_code rc = ERROR_NONE;

    while (!rc && sent && !is_stopping(desk)) {
        rc = find_news(desk, ret_next_ms, error);
        if (!rc)
            rc = send_due(desk, &sent, error);
    }
    return rc;
}

static struct timespec time_after(int64_t wait_ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return until;
}

static int64_t wait_of(int64_t next_ms, bool after_trouble)
{
    int64_t left = next_ms - clock_wall_ms();

    if (after_trouble)
        return AFTER_TROUBLE_MS;
    if (!next_ms || left > LOOK_MS)
        return LOOK_MS;
    return left < LEAST_WAIT_MS ? LEAST_WAIT_MS : left;
}

static void show_straight_client(void *context, struct client *client)
{
    show_client(context, client);
}

static void tell_of_database(struct notice_desk *desk)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct schedule_state state;

    schedule_state(desk->schedule, &state);
    if (time_zone_open(state.zone, &zone, NULL) == ERROR_NONE ||
        time_zone_open("UTC", &zone, NULL) == ERROR_NONE)
        notice_straight_look(desk->straight, zone, show_straight_client, desk);
}

static void *thread_main(void *context)
{
    struct notice_desk *desk = context;

    while (!is_stopping(desk)) {
        struct error error = {0};
        int64_t next_ms = 0;
        pthread_mutex_lock(&desk->lock);
        desk->asked = false;
        pthread_mutex_unlock(&desk->lock);
        bool failed = look(desk, &next_ms, &error) != ERROR_NONE;
        if (failed && store_trouble_note(&desk->tools, &error))
            log_error("notify", error.message, LOG_END);
        tell_of_database(desk);
        failed |= store_trouble_is_known(&desk->tools);
        struct timespec until = time_after(wait_of(next_ms, failed));
        pthread_mutex_lock(&desk->lock);
        while (!desk->stopping && !desk->asked)
            if (pthread_cond_timedwait(&desk->wake, &desk->lock, &until))
                break;
        pthread_mutex_unlock(&desk->lock);
    }
    return NULL;
}

/* Kinds whose receivers know a notice again. */
static const char *const *kinds_to_repeat(struct arena *arena)
{
    size_t count = 0;
    const struct notifier *const *all = notifier_all();

    while (all[count])
        count++;
    const char **kinds = arena_take(arena, (count + 1) * sizeof(*kinds));
    const char **end = kinds;
    for (; *all; all++)
        if ((*all)->knows_again)
            *end++ = (*all)->name;
    return kinds;
}

static enum error_code take_up(struct notice_desk *desk, struct store *store, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    enum error_code rc = notice_targets_follow(&desk->keys, store, error);

    return rc ? rc : notification_deliveries_recover(store, kinds_to_repeat(arena), error);
}

enum error_code notice_desk_begin(struct notice_desk *desk, struct schedule *schedule,
                                  struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = take_store(desk, &store, error);

    if (rc)
        return rc;
    desk->schedule = schedule;
    rc = take_up(desk, store, error);
    store_pool_give(desk->tools.stores, store);
    if (!rc && pthread_create(&desk->thread, NULL, thread_main, desk))
        rc = error_set(error, ERROR_STORE, "the thread of notifications cannot be started");
    desk->has_thread = !rc;
    return rc;
}

void notice_desk_stop(struct notice_desk *desk)
{
    if (!desk || !desk->has_thread)
        return;
    pthread_mutex_lock(&desk->lock);
    desk->stopping = true;
    if (desk->client)
        client_cancel(desk->client);
    pthread_cond_broadcast(&desk->wake);
    pthread_mutex_unlock(&desk->lock);
    pthread_join(desk->thread, NULL);
    desk->has_thread = false;
}

static bool go_on(void *context)
{
    const struct runner_tools *tools = context;

    return run_client_may_go_on(tools);
}

void notice_desk_test(const struct runner_tools *tools, const struct notifier *notifier,
                      const struct notifier_settings *settings, struct notifier_outcome *ret)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct client *client = run_client_new(tools);
    struct runner_tools own = *tools;
    struct notice notice;

    notice_sending_test(&notice, arena);
    struct notice_sending sending = {
        .notifier = notifier, .settings = settings, .notice = &notice, .arena = arena};
    struct exchange exchange = notice_sending_exchange(&sending);
    client_add(client, &exchange);
    client_run(client, go_on, &own);
    client_free(client);
    *ret = sending.outcome;
}
