#include "sync/runner.h"

#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "sync/live_settings.h"
#include "sync/measures.h"
#include "sync/pushed_list.h"
#include "sync/run_client.h"
#include "sync/run_order.h"
#include "sync/run_report.h"
#include "sync/spans.h"

/* After a failure of the store the queue is looked at again: a full disk may be cleared. */
enum { STORE_WAIT_S = 5 };

enum { ATTEMPTS_MOST = 2 };

struct runner {
    struct runner_tools tools;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct runner_state state; /* all below, and this, under the lock */
    struct client *client;     /* of the run under way */
    bool stopping;
    bool ordered;                    /* the queue may hold something new */
    struct live_lists *lists;        /* has a lock of its own */
    bool held;                       /* no run may begin */
    int64_t cancelled, cancelled_ms; /* the last run that was, and when it ended; steady */

    pthread_mutex_t watching; /* apart from `lock`: held while the listener is called */
    void (*changed)(void *context);
    void *context;
};

/* One run, as the thread carries it out. */
struct performance {
    struct runner *runner;
    struct store *store;
    struct arena *arena;
    struct stored_run row;
    struct options options;
    struct seerr_login login;
    struct stored_lists lists;
};

static void update_queued(struct runner *runner, struct store *store)
{
    int64_t queued = 0;

    if (runs_count_queued(store, &queued, NULL))
        return;
    pthread_mutex_lock(&runner->lock);
    runner->state.queued = queued;
    pthread_mutex_unlock(&runner->lock);
}

static bool keep_going(void *context)
{
    struct runner *runner = context;

    pthread_mutex_lock(&runner->lock);
    bool going = !runner->stopping && !runner->state.cancelling;
    pthread_mutex_unlock(&runner->lock);
    return going;
}

static void keep_progress(void *context, const struct run_progress *now)
{
    struct runner *runner = context;

    pthread_mutex_lock(&runner->lock);
    runner->state.phase = now->phase;
    runner->state.done = now->done;
    runner->state.total = now->total;
    runner->state.per_second = now->per_second;
    runner->state.left_ms = now->left_ms;
    runner->state.requested = now->requested;
    runner->state.errors = now->errors;
    pthread_mutex_unlock(&runner->lock);
}

/* From here on it can be cancelled; before it is taken out of the queue, so that no cancel falls
 * between the two. false: somebody holds the runner. */
static bool show_run(struct runner *runner, const struct stored_run *row)
{
    pthread_mutex_lock(&runner->lock);
    bool held = runner->held;
    if (held) {
        pthread_mutex_unlock(&runner->lock);
        return false;
    }
    runner->state = (struct runner_state){
        .run = row->id,
        .mode = row->mode,
        .trigger = row->trigger,
        .dry_run = row->dry_run,
        .started_ms = clock_wall_ms(),
        .phase = SYNC_CONNECT,
        .left_ms = -1,
        .queued = runner->state.queued,
    };
    pthread_mutex_unlock(&runner->lock);
    return true;
}

static void hide_run(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    if (runner->state.cancelling) {
        runner->cancelled = runner->state.run;
        runner->cancelled_ms = clock_steady_ms();
    }
    runner->state = (struct runner_state){.left_ms = -1, .queued = runner->state.queued};
    pthread_mutex_unlock(&runner->lock);
}

static void show_client(struct runner *runner, struct client *client)
{
    pthread_mutex_lock(&runner->lock);
    runner->client = client;
    if (client && (runner->stopping || runner->state.cancelling))
        client_cancel(client);
    pthread_mutex_unlock(&runner->lock);
}

static enum error_code open_run(struct performance *now, struct error *error)
{
    const struct runner_tools *tools = &now->runner->tools;
    enum error_code rc =
        live_settings_load(tools->given, now->store, tools->key, &now->options, error);

    if (!rc)
        rc = run_order_lists(now->store, now->arena, &now->row,
                             options_switch(&now->options, "OVERSEERR_4K"), &now->lists, error);
    if (!rc && now->lists.count)
        rc = seerr_login_init(&now->login, &now->options, error);
    return rc;
}

static void close_run(struct performance *now)
{
    seerr_login_release(&now->login);
    options_release(&now->options);
}

/* A run that does not come to pass ends in the history all the same. */
static void end_without_sync(struct performance *now, enum run_state state, const char *message)
{
    struct stored_run *row = &now->row;
    struct error error = {0};

    row->state = state;
    row->message = arena_text(now->arena, message);
    if (runs_finish(now->store, row, &error))
        log_error("run", error.message, LOG_NUMBER("run", row->id), LOG_END);
    measures_note_run(now->runner->tools.metrics, row, NULL);
    run_report_finished(now->runner->tools.events, row, NULL);
}

/* Stopped with the program, not by a person: it goes on when the program starts again. */
static void order_again(struct performance *now, struct stored_run *ended)
{
    struct error error = {0};
    int64_t id = 0;
    bool again = false;

    ended->message = "stopped with the program; it is queued again";
    if (runs_queue(now->store, &now->row, &id, &again, &error) ||
        runs_finish(now->store, ended, &error))
        log_error("run", error.message, LOG_NUMBER("run", ended->id), LOG_END);
}

/* What the history tells of a row beside what the sync itself knows of it. */
static void keep_order(struct stored_run *ended, const struct stored_run *row)
{
    ended->is_4k = row->is_4k;
    ended->attempt = row->attempt;
    ended->lists = row->lists;
    ended->items = row->items;
    ended->requested_by = row->requested_by;
    ended->queued_at = row->queued_at;
}

/* The database, and who stops a run, say nothing about Seerr. */
static void judge_seerr(struct runner *runner, const struct sync_result *result)
{
    if (result->failure != ERROR_STORE && result->failure != ERROR_CANCELLED)
        health_note(runner->tools.health, HEALTH_SEERR, result->failure ? result->run.message : "");
}

static void perform_sync(struct performance *now, struct client *client)
{
    struct runner *runner = now->runner;
    struct run_report report = {
        .events = runner->tools.events,
        .tracer = runner->tools.tracer,
        .store = now->store,
        .run = &now->row,
        .lists = runner->lists,
        .context = runner,
        .progress = keep_progress,
        .keep_going = keep_going,
    };
    struct sync_observer observer = run_report_observer(&report);
    struct number_list items = run_order_numbers(now->row.items, now->arena);
    struct sync_tools tools = {
        .store = now->store,
        .client = client,
        .seerr = &now->login.seerr,
        .options = &now->options,
        .observer = &observer,
    };
    struct sync_settings settings = {
        .mode = now->row.mode,
        .trigger = now->row.trigger,
        .dry_run = now->row.dry_run,
        .is_4k = now->row.is_4k,
        .default_requester = options_number(&now->options, "OVERSEERR_USER_ID"),
        .lists = now->lists.items,
        .list_count = now->lists.count,
        .run_id = now->row.id,
        .only_items = items.items,
        .only_item_count = items.count,
        .settle_ms = SYNC_SETTLE_MS,
    };
    struct sync_result result;
    struct error error = {0};

    struct run_span span = spans_begin_run(runner->tools.tracer);
    if (sync_run(&tools, &settings, &result, &error))
        log_error("run", error.message, LOG_NUMBER("run", now->row.id), LOG_END);
    judge_seerr(runner, &result);
    keep_order(&result.run, &now->row);
    pthread_mutex_lock(&runner->lock);
    bool stopped = runner->stopping && !runner->state.cancelling;
    pthread_mutex_unlock(&runner->lock);
    if (stopped && result.run.state == RUN_CANCELLED)
        order_again(now, &result.run);
    spans_end_run(runner->tools.tracer, &span, &result.run);
    measures_note_run(runner->tools.metrics, &result.run, &result);
    run_report_finished(runner->tools.events, &result.run, &result.counts);
    sync_result_release(&result);
}

static void perform(struct performance *now)
{
    struct runner *runner = now->runner;
    struct error error = {0};

    if (open_run(now, &error)) {
        end_without_sync(now, RUN_FAILED, error.message);
    } else if (!now->lists.count) {
        end_without_sync(now, RUN_COMPLETED,
                         *now->row.lists ? "none of its lists is there any more, or can be read"
                                         : "there are no lists to sync");
    } else {
        struct client *client = run_client_new(&runner->tools);
        show_client(runner, client);
        live_lists_begin(runner->lists, &now->lists);
        run_report_started(runner->tools.events, &now->row, now->lists.count);
        perform_sync(now, client);
        show_client(runner, NULL);
        live_lists_end(runner->lists);
        client_free(client);
    }
    close_run(now);
}

static void tell_watcher(struct runner *runner)
{
    pthread_mutex_lock(&runner->watching);
    if (runner->changed)
        runner->changed(runner->context);
    pthread_mutex_unlock(&runner->watching);
}

void runner_watch(struct runner *runner, void (*changed)(void *context), void *context)
{
    pthread_mutex_lock(&runner->watching);
    runner->changed = changed;
    runner->context = context;
    pthread_mutex_unlock(&runner->watching);
}

/* Was its end written down? If not, it is in a while: see work_off. */
static enum error_code see_end(struct performance *now, struct error *error)
{
    const struct runner_tools *tools = &now->runner->tools;
    struct stored_run ended;
    enum error_code rc = runs_find(now->store, now->arena, now->row.id, &ended, error);

    if (!rc && ended.state == RUN_RUNNING)
        rc = error_set(error, ERROR_STORE, "the end of run %" PRId64 " could not be written",
                       ended.id);
    if (!rc && tools->finished)
        tools->finished(tools->context, &ended);
    return rc;
}

static void clean_up(struct runner *runner, struct store *store)
{
    struct error error = {0};

    if (pushed_list_clean(store, runner->tools.data_directory, &error))
        log_warning("run", error.message, LOG_END);
    malloc_trim(0); /* a large sync leaves nothing behind in an idle program */
}

/* Out of the queue and through. */
static enum error_code run_next(struct runner *runner, struct store *store, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct performance now = {.runner = runner, .store = store, .arena = arena};
    enum error_code rc = runs_next_queued(store, arena, &now.row, error);

    if (rc)
        return rc;
    if (!show_run(runner, &now.row))
        return ERROR_NOT_FOUND;
    rc = runs_start(store, now.row.id, error);
    update_queued(runner, store);
    bool began = !rc;
    if (began) {
        log_carry("run", now.row.id);
        perform(&now);
        clean_up(runner, store);
        log_carry("run", 0);
    }
    hide_run(runner);
    if (began)
        rc = see_end(&now, error);
    tell_watcher(runner);
    return rc == ERROR_NOT_FOUND ? ERROR_NONE : rc; /* cancelled just now */
}

static bool is_stopping(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool stopping = runner->stopping;
    pthread_mutex_unlock(&runner->lock);
    return stopping;
}

/* ERROR_NONE: the queue is empty. What a failing store left running is ended before all else. */
static enum error_code work_off(struct runner *runner, struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = store_pool_take(runner->tools.stores, &store, error);

    if (rc)
        return rc;
    store_set_wide(store, true);
    rc = runs_end_interrupted(store, error);
    while (!rc && !is_stopping(runner))
        rc = run_next(runner, store, error);
    store_pool_give(runner->tools.stores, store);
    return rc == ERROR_NOT_FOUND ? ERROR_NONE : rc;
}

enum error_code runner_hold(struct runner *runner, struct error *error)
{
    pthread_mutex_lock(&runner->lock);
    bool busy = runner->held || runner->state.run;
    if (!busy)
        runner->held = true;
    pthread_mutex_unlock(&runner->lock);
    return busy ? error_set(error, ERROR_CONFLICT,
                            "a sync is under way; wait for its end, or cancel it first")
                : ERROR_NONE;
}

void runner_release(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->held = false;
    runner->ordered = true;
    pthread_cond_signal(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
}

static void wait_for_order(struct runner *runner, bool after_failure)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += STORE_WAIT_S;
    while (!runner->stopping && (after_failure || !runner->ordered)) {
        if (!after_failure)
            pthread_cond_wait(&runner->wake, &runner->lock);
        else if (pthread_cond_timedwait(&runner->wake, &runner->lock, &until))
            break;
    }
    runner->ordered = false;
}

static void *thread_main(void *context)
{
    struct runner *runner = context;

    while (!is_stopping(runner)) {
        struct error error = {0};
        enum error_code rc = work_off(runner, &error);
        if (rc)
            log_error("run", error.message, LOG_END);
        pthread_mutex_lock(&runner->lock);
        wait_for_order(runner, rc != ERROR_NONE);
        pthread_mutex_unlock(&runner->lock);
    }
    return NULL;
}

static enum error_code queue_again(struct store *store, const struct stored_run *cut,
                                   struct error *error)
{
    struct stored_run row = *cut;
    int64_t id = 0;
    bool again = false;

    row.attempt = cut->attempt + 1;
    /* What the command line began was ordered by somebody who saw it end. */
    if (cut->trigger == RUN_BY_CLI || row.attempt > ATTEMPTS_MOST) {
        log_warning("run", "a run was cut off when the program ended; it is not begun again",
                    LOG_NUMBER("run", cut->id), LOG_END);
        return ERROR_NONE;
    }
    log_warning("run", "a run was cut off when the program ended; it is queued again",
                LOG_NUMBER("run", cut->id), LOG_END);
    return runs_queue(store, &row, &id, &again, error);
}

static enum error_code queue_all_again(struct store *store, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_runs cut = {0};
    enum error_code rc = runs_take_interrupted(store, arena, &cut, error);

    for (size_t i = 0; !rc && i < cut.count; i++)
        rc = queue_again(store, &cut.items[i], error);
    return rc;
}

/* Ended and queued in one: else a second sudden end between the two would lose the order. */
static enum error_code take_up(struct runner *runner, struct store *store, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = store_end(store, queue_all_again(store, error), error);
    update_queued(runner, store);
    return rc;
}

static enum error_code take_up_old_runs(struct runner *runner, struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = store_pool_take(runner->tools.stores, &store, error);

    if (rc)
        return rc;
    rc = take_up(runner, store, error);
    store_pool_give(runner->tools.stores, store);
    return rc;
}

static struct runner *runner_new(const struct runner_tools *tools)
{
    struct runner *runner = memory_new(sizeof(*runner));
    pthread_condattr_t attributes;

    runner->tools = *tools;
    runner->lists = live_lists_new();
    runner->state.left_ms = -1;
    pthread_mutex_init(&runner->lock, NULL);
    pthread_mutex_init(&runner->watching, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&runner->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    return runner;
}

static void runner_free(struct runner *runner)
{
    live_lists_free(runner->lists);
    pthread_cond_destroy(&runner->wake);
    pthread_mutex_destroy(&runner->watching);
    pthread_mutex_destroy(&runner->lock);
    free(runner);
}

enum error_code runner_start(const struct runner_tools *tools, struct runner **ret,
                             struct error *error)
{
    struct runner *runner = runner_new(tools);
    enum error_code rc = take_up_old_runs(runner, error);

    if (!rc && pthread_create(&runner->thread, NULL, thread_main, runner))
        rc = error_set(error, ERROR_STORE, "the thread of the runs cannot be started");
    if (rc) {
        runner_free(runner);
        return rc;
    }
    *ret = runner;
    return ERROR_NONE;
}

void runner_stop(struct runner *runner)
{
    if (!runner)
        return;
    pthread_mutex_lock(&runner->lock);
    runner->stopping = true;
    if (runner->client)
        client_cancel(runner->client);
    pthread_cond_broadcast(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
    pthread_join(runner->thread, NULL);
    runner_free(runner);
}

const struct runner_tools *runner_tools_of(const struct runner *runner)
{
    return &runner->tools;
}

static void tell_queued(struct runner *runner, struct store *store, int64_t run)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_run row;
    struct runner_state state;

    runner_state(runner, &state);
    if (runs_find(store, arena, run, &row, NULL) == ERROR_NONE)
        run_report_queued(runner->tools.events, &row, state.queued);
}

static enum error_code find_default_quality(const struct runner *runner, struct store *store,
                                            bool *ret, struct error *error)
{
    struct options options;
    enum error_code rc =
        live_settings_load(runner->tools.given, store, runner->tools.key, &options, error);

    if (rc)
        return rc;
    *ret = options_switch(&options, "OVERSEERR_4K");
    options_release(&options);
    return ERROR_NONE;
}

enum error_code runner_order(struct runner *runner, struct store *store,
                             const struct run_order *order, struct run_ordered *ret,
                             struct error *error)
{
    bool default_4k = false;
    enum error_code rc = find_default_quality(runner, store, &default_4k, error);

    if (!rc)
        rc = run_order_queue(store, default_4k, order, ret, error);
    if (rc)
        return rc;
    update_queued(runner, store);
    for (size_t i = 0; i < ret->count; i++)
        if (!ret->runs[i].again)
            tell_queued(runner, store, ret->runs[i].id);
    pthread_mutex_lock(&runner->lock);
    runner->ordered = true;
    pthread_cond_broadcast(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
    return ERROR_NONE;
}

/* True when it is the one under way. */
static bool cancel_running(struct runner *runner, int64_t run)
{
    pthread_mutex_lock(&runner->lock);
    bool is_it = runner->state.run && (!run || runner->state.run == run);
    if (is_it) {
        runner->state.cancelling = true;
        if (runner->client)
            client_cancel(runner->client);
    }
    pthread_mutex_unlock(&runner->lock);
    return is_it;
}

static enum error_code cancel_waiting(struct runner *runner, struct store *store, int64_t run,
                                      struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_run row;
    enum error_code rc = runs_cancel_queued(store, run, error);

    if (rc)
        return rc;
    update_queued(runner, store);
    if (runs_find(store, arena, run, &row, NULL) == ERROR_NONE)
        run_report_finished(runner->tools.events, &row, NULL);
    return ERROR_NONE;
}

enum error_code runner_cancel(struct runner *runner, struct store *store, int64_t run,
                              struct error *error)
{
    if (cancel_running(runner, run))
        return ERROR_NONE;
    if (!run)
        return error_set(error, ERROR_NOT_FOUND, "no sync is running");
    return cancel_waiting(runner, store, run, error);
}

size_t runner_lists(struct runner *runner, struct arena *arena, struct live_list **ret)
{
    return live_lists_copy(runner->lists, arena, ret);
}

void runner_state(struct runner *runner, struct runner_state *ret)
{
    pthread_mutex_lock(&runner->lock);
    *ret = runner->state;
    if (runner->cancelled && clock_steady_ms() - runner->cancelled_ms < RUNNER_ECHO_MS)
        ret->just_cancelled = runner->cancelled;
    pthread_mutex_unlock(&runner->lock);
}
