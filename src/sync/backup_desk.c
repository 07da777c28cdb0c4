#include "sync/backup_desk.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "model/cron.h"
#include "store/stored_settings.h"
#include "sync/live_settings.h"

/* UTC text of the time from which on the next one is counted; a row of service_state. */
static const char counted_from[] = "backup_counted_from";

struct verification {
    char name[100];
    int64_t ms;
};

struct backup_desk {
    struct runner_tools tools;
    pthread_t thread;
    atomic_bool stopping;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t wake;
    bool is_changed, is_working;
    int64_t failed_ms; /* wall; 0: the last scheduled one worked */
    char problem[HEALTH_TEXT_SIZE];
    struct verification *proofs;
    size_t proof_count, proof_room;
};

/* When the settings say so. */
struct plan {
    struct backup_folder folder;
    struct backup_desk_state state;
};

static bool keep_going(void *context)
{
    struct backup_desk *desk = context;

    return !atomic_load(&desk->stopping) &&
           !(desk->tools.stopping && atomic_load(desk->tools.stopping));
}

static enum error_code load_options(struct backup_desk *desk, struct store *store,
                                    struct options *ret, struct error *error)
{
    return live_settings_load(desk->tools.given, store, desk->tools.key, ret, error);
}

enum error_code backup_desk_folder(struct backup_desk *desk, struct store *store,
                                   struct backup_folder *ret, struct error *error)
{
    struct options options;
    enum error_code rc = load_options(desk, store, &options, error);

    if (rc)
        return rc;
    backup_folder_init(ret, &options, desk->tools.data_directory);
    options_release(&options);
    return ERROR_NONE;
}

/* The first time a service looks, the count begins. */
static enum error_code load_counted_from(struct store *store, int64_t *ret_ms, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    char now[CLOCK_TEXT_SIZE];
    const char *text = "";
    enum error_code rc = service_state_get(store, arena, counted_from, &text, error);

    if (rc)
        return rc;
    *ret_ms = clock_parse_utc(text);
    if (*text && *ret_ms >= 0 && *ret_ms <= clock_wall_ms())
        return ERROR_NONE;
    *ret_ms = clock_wall_ms();
    clock_format_utc(*ret_ms, now);
    return service_state_put(store, counted_from, now, error);
}

/* What means nothing was refused when it was set, or at the start: then there is no next one. */
static int64_t next_time(const struct options *options, int64_t from_ms, char words[160])
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct cron cron;

    if (cron_parse(options_text(options, "BACKUP_SCHEDULE"), &cron, NULL) ||
        time_zone_open(options_text(options, "TZ"), &zone, NULL))
        return 0;
    cron_describe(&cron, words, 160);
    int64_t next = cron_next(&cron, zone, from_ms / 1000);
    return next < 0 ? 0 : next * 1000;
}

static void add_troubles(struct backup_desk *desk, struct backup_desk_state *state)
{
    pthread_mutex_lock(&desk->lock);
    state->is_working = desk->is_working;
    state->failed_ms = desk->failed_ms;
    text_copy(state->problem, sizeof(state->problem), desk->problem);
    pthread_mutex_unlock(&desk->lock);
    if (state->failed_ms && state->next_ms && state->next_ms <= clock_wall_ms())
        state->next_ms = state->failed_ms + BACKUP_DESK_RETRY_MS;
}

enum error_code backup_desk_state(struct backup_desk *desk, struct store *store,
                                  struct backup_desk_state *ret, struct error *error)
{
    struct options options;
    int64_t from_ms = 0;
    enum error_code rc = load_options(desk, store, &options, error);

    if (rc)
        return rc;
    *ret = (struct backup_desk_state){0};
    text_copy(ret->schedule, sizeof(ret->schedule), options_text(&options, "BACKUP_SCHEDULE"));
    ret->is_on = !text_equal(ret->schedule, BACKUP_FOLDER_SCHEDULE_OFF);
    if (ret->is_on) {
        rc = load_counted_from(store, &from_ms, error);
        ret->next_ms = rc ? 0 : next_time(&options, from_ms, ret->words);
    }
    options_release(&options);
    add_troubles(desk, ret);
    return rc;
}

static void note_proof(struct backup_desk *desk, const char *name, int64_t ms)
{
    size_t at = 0;

    pthread_mutex_lock(&desk->lock);
    while (at < desk->proof_count && !text_equal(desk->proofs[at].name, name))
        at++;
    if (at == desk->proof_count && at < BACKUP_FOLDER_FILES_MOST) {
        memory_grow(&desk->proofs, desk->proof_count, &desk->proof_room);
        text_copy(desk->proofs[desk->proof_count++].name, sizeof(desk->proofs->name), name);
    }
    if (at < desk->proof_count)
        desk->proofs[at].ms = ms;
    pthread_mutex_unlock(&desk->lock);
}

int64_t backup_desk_verified(struct backup_desk *desk, const char *name)
{
    int64_t ms = 0;

    pthread_mutex_lock(&desk->lock);
    for (size_t i = 0; i < desk->proof_count; i++)
        if (text_equal(desk->proofs[i].name, name))
            ms = desk->proofs[i].ms;
    pthread_mutex_unlock(&desk->lock);
    return ms;
}

static enum error_code make(struct backup_desk *desk, const struct backup_folder *folder,
                            enum backup_reason reason, struct arena *arena, struct backup_file *ret,
                            struct error *error)
{
    const struct db_going going = {keep_going, desk};
    enum error_code rc = backup_folder_make(folder, reason, &going, arena, ret, error);

    if (rc)
        return rc;
    note_proof(desk, ret->name, ret->made_ms);
    log_info("backup", "a backup was made", LOG_TEXT("file", ret->name),
             LOG_NUMBER("bytes", ret->bytes),
             LOG_TEXT("encrypted", ret->head.is_encrypted ? "yes" : "no"), LOG_END);
    return ERROR_NONE;
}

enum error_code backup_desk_make(struct backup_desk *desk, const struct backup_folder *folder,
                                 struct arena *arena, struct backup_file *ret, struct error *error)
{
    enum error_code rc = make(desk, folder, BACKUP_BY_HAND, arena, ret, error);

    if (rc)
        return rc;
    pthread_mutex_lock(&desk->lock);
    desk->failed_ms = 0; /* a scheduled one that failed may work now */
    pthread_mutex_unlock(&desk->lock);
    backup_desk_changed(desk);
    return ERROR_NONE;
}

enum error_code backup_desk_verify(struct backup_desk *desk, const struct backup_folder *folder,
                                   const char *name, struct error *error)
{
    enum error_code rc = backup_folder_verify(folder, name, error);

    if (!rc || rc == ERROR_FORMAT || rc == ERROR_STORE)
        note_proof(desk, name, rc ? 0 : clock_wall_ms());
    return rc;
}

/* ---- by schedule ---- */

static void note_outcome(struct backup_desk *desk, const char *problem)
{
    pthread_mutex_lock(&desk->lock);
    desk->failed_ms = *problem ? clock_wall_ms() : 0;
    text_copy(desk->problem, sizeof(desk->problem), problem);
    pthread_mutex_unlock(&desk->lock);
    health_note(desk->tools.health, HEALTH_BACKUP, problem);
    if (*problem)
        log_error("backup", problem, LOG_END);
}

static enum error_code with_store(struct backup_desk *desk,
                                  enum error_code (*work)(struct backup_desk *, struct store *,
                                                          void *, struct error *),
                                  void *context, struct error *error)
{
    struct store *store = NULL;
    enum error_code rc = store_pool_take(desk->tools.stores, &store, error);

    if (rc)
        return rc;
    rc = work(desk, store, context, error);
    store_pool_give(desk->tools.stores, store);
    return rc;
}

static enum error_code look(struct backup_desk *desk, struct store *store, void *context,
                            struct error *error)
{
    struct plan *plan = context;
    enum error_code rc = backup_desk_folder(desk, store, &plan->folder, error);

    return rc ? rc : backup_desk_state(desk, store, &plan->state, error);
}

static enum error_code count_on(struct backup_desk *desk, struct store *store, void *context,
                                struct error *error)
{
    char now[CLOCK_TEXT_SIZE];

    (void)desk;
    clock_format_utc(*(const int64_t *)context, now);
    return service_state_put(store, counted_from, now, error);
}

static void set_working(struct backup_desk *desk, bool is_working)
{
    pthread_mutex_lock(&desk->lock);
    desk->is_working = is_working;
    pthread_mutex_unlock(&desk->lock);
}

/*
 * Holds no store while it works: nobody waits for one because of this. While somebody else makes or
 * verifies one it stays due.
 */
static void make_scheduled(struct backup_desk *desk, const struct backup_folder *folder)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct backup_file made;
    struct error error = {0};
    int64_t now_ms = clock_wall_ms();

    set_working(desk, true);
    enum error_code rc = make(desk, folder, BACKUP_BY_SCHEDULE, arena, &made, &error);
    if (!rc)
        rc = with_store(desk, count_on, &now_ms, &error);
    set_working(desk, false);
    if (rc != ERROR_CONFLICT)
        note_outcome(desk, rc && rc != ERROR_CANCELLED ? error.message : "");
}

/* Whether the settings can be read is the schedule's to tell. */
static void do_what_is_due(struct backup_desk *desk)
{
    struct plan plan = {0};

    if (with_store(desk, look, &plan, NULL) == ERROR_NONE) {
        if (!plan.state.is_on && *plan.state.problem)
            note_outcome(desk, ""); /* nobody wants it any more */
        if (plan.state.next_ms && plan.state.next_ms <= clock_wall_ms())
            make_scheduled(desk, &plan.folder);
    }
    backup_folder_release(&plan.folder);
}

/* Under the lock. Not for longer, so that a changed clock does not go unseen. */
static void wait_a_while(struct backup_desk *desk)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += BACKUP_DESK_LOOK_MS / 1000;
    while (!atomic_load(&desk->stopping) && !desk->is_changed)
        if (pthread_cond_timedwait(&desk->wake, &desk->lock, &until))
            return;
}

static void *thread_main(void *context)
{
    struct backup_desk *desk = context;

    pthread_mutex_lock(&desk->lock);
    while (!atomic_load(&desk->stopping)) {
        desk->is_changed = false;
        pthread_mutex_unlock(&desk->lock);
        do_what_is_due(desk);
        pthread_mutex_lock(&desk->lock);
        wait_a_while(desk);
    }
    pthread_mutex_unlock(&desk->lock);
    return NULL;
}

struct backup_desk *backup_desk_start(const struct runner_tools *tools)
{
    struct backup_desk *desk = memory_new(sizeof(*desk));
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

void backup_desk_changed(struct backup_desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    desk->is_changed = true;
    pthread_cond_signal(&desk->wake);
    pthread_mutex_unlock(&desk->lock);
}

void backup_desk_stop(struct backup_desk *desk)
{
    if (!desk)
        return;
    atomic_store(&desk->stopping, true);
    backup_desk_changed(desk);
    pthread_join(desk->thread, NULL);
    pthread_cond_destroy(&desk->wake);
    pthread_mutex_destroy(&desk->lock);
    free(desk->proofs);
    free(desk);
}
