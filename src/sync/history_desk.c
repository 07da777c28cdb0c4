#include "sync/history_desk.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "sync/live_settings.h"
#include "sync/store_trouble.h"

/* Between two bites: whoever waited to write has done so by then. */
enum { PAUSE_MS = 40 };

const struct option history_desk_options[] = {
    {"HISTORY_RUNS", OPTION_NUMBER, "20", 0, 100000,
     "how many of the newest runs keep every title they decided on; 0: all younger than "
     "HISTORY_DAYS"},
    {"HISTORY_DAYS", OPTION_NUMBER, "90", 0, 36500,
     "for how many days older runs keep the titles they changed; 0: for ever"},
    {"AUDIT_DAYS", OPTION_NUMBER, "365", 0, 36500,
     "for how many days it is kept who changed what; 0: for ever"},
    {"NOTIFICATION_DAYS", OPTION_NUMBER, "90", 0, 36500,
     "for how many days it is kept what became of each notification; 0: for ever"},
    {0},
};

struct history_desk {
    struct runner_tools tools;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t wake;
    bool stopping;
    bool is_woken, is_changed;
    /* Of the thread alone. */
    int64_t seen_run;   /* runs up to it were looked at */
    int64_t all_due_ms; /* steady: when everything is looked at again */
};

struct retention history_retention(const struct options *options)
{
    return retention_of(
        &(struct retention_days){.whole_runs = options_number(options, "HISTORY_RUNS"),
                                 .changes = options_number(options, "HISTORY_DAYS"),
                                 .audit = options_number(options, "AUDIT_DAYS"),
                                 .deliveries = options_number(options, "NOTIFICATION_DAYS")},
        clock_wall_ms());
}

void history_tidy(struct store *store, const struct options *options, const struct db_going *going)
{
    struct retention retention = history_retention(options);
    struct retention_round round = {0};
    int64_t until = clock_steady_ms() + HISTORY_COMMAND_MS;
    bool done = false;

    while (!done && clock_steady_ms() < until &&
           (!going || !going->keep_going || going->keep_going(going->context)))
        if (retention_bite(store, &retention, &round, &done, NULL))
            return;
}

static enum error_code load_retention(struct history_desk *desk, struct store *store,
                                      struct retention *ret, struct error *error)
{
    struct options options;
    enum error_code rc =
        live_settings_load(desk->tools.given, store, desk->tools.key, &options, error);

    if (rc)
        return rc;
    *ret = history_retention(&options);
    options_release(&options);
    return ERROR_NONE;
}

/* One bite, with a store that is given back after it. */
static enum error_code bite(struct history_desk *desk, struct retention_round *round,
                            bool *ret_done, struct error *error)
{
    struct store *store = NULL;
    struct retention retention;
    enum error_code rc = store_pool_take(desk->tools.stores, &store, error);

    if (rc)
        return rc;
    rc = load_retention(desk, store, &retention, error);
    if (!rc)
        rc = retention_bite(store, &retention, round, ret_done, error);
    store_pool_give(desk->tools.stores, store);
    return rc;
}

static struct timespec in_ms(int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return until;
}

/* False: it is to stop. */
static bool pause_between(struct history_desk *desk)
{
    struct timespec until = in_ms(PAUSE_MS);

    pthread_mutex_lock(&desk->lock);
    while (!desk->stopping)
        if (pthread_cond_timedwait(&desk->wake, &desk->lock, &until))
            break;
    bool goes_on = !desk->stopping;
    pthread_mutex_unlock(&desk->lock);
    return goes_on;
}

static enum error_code go_round(struct history_desk *desk, struct retention_round *round,
                                struct error *error)
{
    bool done = false;
    enum error_code rc = bite(desk, round, &done, error);

    while (!rc && !done && pause_between(desk))
        rc = bite(desk, round, &done, error);
    return rc;
}

static void tell(const struct history_desk *desk, const struct retention_round *round,
                 enum error_code rc, struct error *error)
{
    if (rc && store_trouble_note(&desk->tools, error))
        log_error("history", error->message, LOG_END);
    if (round->rows || round->pages)
        log_info("history", "old history was summarised", LOG_NUMBER("rows", round->rows),
                 LOG_NUMBER("pages", round->pages), LOG_END);
}

/* A full disk is no reason to hurry: an hour later it is tried again. */
static void work(struct history_desk *desk, bool everything)
{
    struct retention_round round = {.run_id = everything ? 0 : desk->seen_run};
    struct error error = {0};
    enum error_code rc = go_round(desk, &round, &error);

    tell(desk, &round, rc, &error);
    desk->seen_run = rc ? desk->seen_run : round.run_id;
    if (rc)
        desk->all_due_ms = clock_steady_ms() + HISTORY_DESK_RETRY_MS;
    else if (everything)
        desk->all_due_ms = clock_steady_ms() + HISTORY_DESK_ROUND_MS;
}

/* Under the lock, until there is something to do: then whether that is everything. */
static bool wait_for_work(struct history_desk *desk)
{
    int64_t left = desk->all_due_ms - clock_steady_ms();
    struct timespec until = in_ms(left > 0 ? left : 0);
    bool everything = left <= 0;

    while (!desk->stopping && !desk->is_woken && !desk->is_changed && !everything)
        everything = pthread_cond_timedwait(&desk->wake, &desk->lock, &until) != 0;
    everything |= desk->is_changed;
    desk->is_woken = desk->is_changed = false;
    return everything;
}

static void *thread_main(void *context)
{
    struct history_desk *desk = context;

    pthread_mutex_lock(&desk->lock);
    while (!desk->stopping) {
        bool everything = wait_for_work(desk);
        if (desk->stopping)
            break;
        pthread_mutex_unlock(&desk->lock);
        work(desk, everything);
        pthread_mutex_lock(&desk->lock);
    }
    pthread_mutex_unlock(&desk->lock);
    return NULL;
}

struct history_desk *history_desk_start(const struct runner_tools *tools)
{
    struct history_desk *desk = memory_new(sizeof(*desk));
    pthread_condattr_t attributes;

    desk->tools = *tools;
    pthread_mutex_init(&desk->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&desk->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    CHECK(pthread_create(&desk->thread, NULL, thread_main, desk) == 0);
    return desk;
}

static void set(struct history_desk *desk, bool *flag)
{
    pthread_mutex_lock(&desk->lock);
    *flag = true;
    pthread_cond_signal(&desk->wake);
    pthread_mutex_unlock(&desk->lock);
}

void history_desk_wake(struct history_desk *desk)
{
    if (desk)
        set(desk, &desk->is_woken);
}

void history_desk_changed(struct history_desk *desk)
{
    if (desk)
        set(desk, &desk->is_changed);
}

void history_desk_stop(struct history_desk *desk)
{
    if (!desk)
        return;
    set(desk, &desk->stopping);
    pthread_join(desk->thread, NULL);
    pthread_cond_destroy(&desk->wake);
    pthread_mutex_destroy(&desk->lock);
    free(desk);
}
