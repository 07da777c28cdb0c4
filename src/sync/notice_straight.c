#include "sync/notice_straight.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/notice_sending.h"
#include "sync/run_client.h"

struct notice_straight {
    const struct runner_tools *tools;
    const struct notice_keys *keys;
    struct arena *arena; /* of the targets */
    struct notification_targets targets;
    int64_t told[NOTIFICATION_TARGETS_MOST]; /* numbers of targets */
    size_t told_count;
};

struct flight {
    struct notice_target target;
    struct notice notice;
    struct notice_sending sending;
};

struct notice_straight *notice_straight_new(const struct runner_tools *tools,
                                            const struct notice_keys *keys)
{
    struct notice_straight *straight = memory_new(sizeof(*straight));

    straight->tools = tools;
    straight->keys = keys;
    straight->arena = arena_new();
    return straight;
}

void notice_straight_free(struct notice_straight *straight)
{
    if (!straight)
        return;
    arena_free(straight->arena);
    free(straight);
}

void notice_straight_remember(struct notice_straight *straight, struct store *store)
{
    struct arena *arena = arena_new();
    struct notification_targets targets = {0};

    if (notification_targets_load(store, arena, &targets, NULL)) {
        arena_free(arena);
        return;
    }
    arena_free(straight->arena);
    straight->arena = arena;
    straight->targets = targets;
}

static bool was_told(const struct notice_straight *straight, int64_t target)
{
    for (size_t i = 0; i < straight->told_count; i++)
        if (straight->told[i] == target)
            return true;
    return false;
}

/* False: it does not want it, not now, or cannot be asked. */
static bool open_flight(const struct notice_straight *straight,
                        const struct notification_target *row, const struct notice *notice,
                        const struct time_zone *zone, struct arena *arena, struct flight *flight)
{
    struct notice_choice choice = notice_target_choice(row);
    char token[CRYPTO_TOKEN_SIZE];

    if (!row->is_on || *row->disabled ||
        !notice_choose(&choice, &(struct notice_news){.alarms = notice}, arena, &flight->notice) ||
        notice_after_quiet(&choice, zone, notice->at_ms) > notice->at_ms ||
        notice_target_open(straight->keys, row, &flight->target, NULL))
        return false;
    crypto_token(token);
    flight->notice.id = arena_text(arena, token);
    flight->sending = (struct notice_sending){.notifier = flight->target.notifier,
                                              .settings = &flight->target.settings,
                                              .notice = &flight->notice,
                                              .arena = arena};
    return true;
}

static void say(const struct flight *flight)
{
    struct notification_delivery delivery = {.state = DELIVERY_CLAIMED, .message = ""};
    bool is_gone = false;

    if (flight->sending.was_asked)
        notice_sending_conclude(&flight->sending, clock_wall_ms(), &delivery, &is_gone);
    log_info("notify", "a notification went out without the queue",
             LOG_TEXT("target", flight->target.row.name), LOG_TEXT("title", flight->notice.title),
             LOG_TEXT("state", delivery_state_words[delivery.state]),
             LOG_TEXT("why", delivery.message), LOG_END);
}

static void fly(const struct notice_straight *straight, struct flight *flights, size_t count,
                void (*hold)(void *context, struct client *client), void *context)
{
    struct client *client = run_client_new(straight->tools);

    for (size_t i = 0; i < count; i++) {
        struct exchange exchange = notice_sending_exchange(&flights[i].sending);
        client_add(client, &exchange);
    }
    hold(context, client);
    client_run(client, NULL, NULL);
    hold(context, NULL);
    client_free(client);
    for (size_t i = 0; i < count; i++) {
        say(&flights[i]);
        notice_target_release(&flights[i].target);
    }
}

/* Is it time to tell of the trouble, or of its end? */
static bool is_due(const struct notice_straight *straight)
{
    int64_t since_ms = health_since(straight->tools->health, HEALTH_DATABASE);

    return since_ms ? clock_steady_ms() - since_ms >= NOTICE_STRAIGHT_AFTER_MS
                    : straight->told_count > 0;
}

/* Who was told of the trouble is told of its end; who was not yet is told of the trouble. */
static size_t open_flights(struct notice_straight *straight, const struct notice *notice,
                           bool is_well, const struct time_zone *zone, struct arena *arena,
                           struct flight *flights)
{
    size_t count = 0;

    for (size_t i = 0; i < straight->targets.count; i++) {
        const struct notification_target *row = &straight->targets.items[i];
        if (was_told(straight, row->id) != is_well ||
            !open_flight(straight, row, notice, zone, arena, &flights[count]))
            continue;
        count++;
        if (!is_well && straight->told_count < ARRAY_LENGTH(straight->told))
            straight->told[straight->told_count++] = row->id;
    }
    if (is_well)
        straight->told_count = 0;
    return count;
}

void notice_straight_look(struct notice_straight *straight, const struct time_zone *zone,
                          void (*hold)(void *context, struct client *client), void *context)
{
    AUTO_ARENA struct arena *arena = arena_new();
    char problem[HEALTH_TEXT_SIZE] = "";
    struct notice notice;

    if (!straight->tools->health || !is_due(straight))
        return;
    health_problem(straight->tools->health, HEALTH_DATABASE, problem);
    notice_init(&notice, arena, clock_wall_ms());
    notice_say(&notice, arena, NOTICE_PART_NO_DATABASE, !*problem,
               *problem ? arena_print(arena, "ListSync cannot work: %s", problem)
                        : "The database can be used again");
    struct flight *flights = arena_take(arena, (straight->targets.count + 1) * sizeof(*flights));
    size_t count = open_flights(straight, &notice, !*problem, zone, arena, flights);
    if (count)
        fly(straight, flights, count, hold, context);
}
