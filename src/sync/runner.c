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
#include "base/text.h"
#include "sync/live_settings.h"
#include "sync/pushed_list.h"
#include "sync/run_again.h"
#include "sync/run_order.h"
#include "sync/run_perform.h"
#include "sync/store_trouble.h"

/* After a failure of the store the queue is looked at again: a full disk may be cleared. */
enum { STORE_WAIT_S = 5 };

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
    int64_t unwritten;               /* the thread's: a run whose end could not be written; 0 */
    char failure[sizeof(((struct error *)0)->message)]; /* the thread's: why that one failed */

    pthread_mutex_t watching; /* apart from `lock`: held while the listener is called */
    void (*changed)(void *context);
    void *context;
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

static void use_client(void *context, struct client *client)
{
    struct runner *runner = context;

    pthread_mutex_lock(&runner->lock);
    runner->client = client;
    if (client && (runner->stopping || runner->state.cancelling))
        client_cancel(client);
    pthread_mutex_unlock(&runner->lock);
}

/* What a person has cancelled does not go on when the program starts again. */
static bool stops_with_program(void *context)
{
    struct runner *runner = context;

    pthread_mutex_lock(&runner->lock);
    bool stops = runner->stopping && !runner->state.cancelling;
    pthread_mutex_unlock(&runner->lock);
    return stops;
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
static enum error_code see_end(const struct run_perform *now, struct error *error)
{
    const struct runner_tools *tools = now->tools;
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

static void carry_out(struct runner *runner, struct run_perform *now)
{
    now->tools = &runner->tools;
    now->live = runner->lists;
    now->context = runner;
    now->progress = keep_progress;
    now->keep_going = keep_going;
    now->stops_with_program = stops_with_program;
    now->use_client = use_client;
    log_carry("run", now->row.id);
    run_perform(now);
    clean_up(runner, now->store);
    log_carry("run", 0);
}

/* Out of the queue and through. */
static enum error_code run_next(struct runner *runner, struct store *store, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct run_perform now = {.store = store, .arena = arena};
    enum error_code rc = runs_next_queued(store, arena, &now.row, error);

    if (rc)
        return rc;
    if (!show_run(runner, &now.row))
        return ERROR_NOT_FOUND;
    rc = runs_start(store, now.row.id, error);
    update_queued(runner, store);
    bool began = !rc;
    if (began)
        carry_out(runner, &now);
    hide_run(runner);
    if (began)
        rc = see_end(&now, error);
    if (began && rc) {
        runner->unwritten = now.row.id;
        text_copy(runner->failure, sizeof(runner->failure), now.row.message);
    }
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

/* It ends as one that was cut off; what it failed for is known here, as long as the program runs.
 */
static enum error_code end_unwritten(struct runner *runner, struct store *store,
                                     struct error *error)
{
    enum error_code rc = runs_end_interrupted(store, error);

    if (!rc && runner->unwritten && *runner->failure)
        rc = runs_set_failure(store, runner->unwritten, runner->failure, error);
    if (!rc)
        runner->unwritten = 0;
    return rc;
}

/* ERROR_NONE: the queue is empty. What a failing store left running is ended before all else. */
static enum error_code work_off(struct runner *runner, struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = store_pool_take(runner->tools.stores, &store, error);

    if (rc)
        return rc;
    store_set_wide(store, true);
    rc = end_unwritten(runner, store, error);
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
        if (rc && store_trouble_note(&runner->tools, &error))
            log_error("run", error.message, LOG_END);
        pthread_mutex_lock(&runner->lock);
        wait_for_order(runner, rc != ERROR_NONE);
        pthread_mutex_unlock(&runner->lock);
    }
    return NULL;
}

static enum error_code take_up_old_runs(struct runner *runner, struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = store_pool_take(runner->tools.stores, &store, error);

    if (rc)
        return rc;
    rc = run_again_cut_off(store, error);
    update_queued(runner, store);
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
