#include "sync/schedule_outlook.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "store/runs_newest.h"
#include "store/stored_settings.h"
#include "sync/live_settings.h"
#include "sync/schedule_plan.h"

/* More failures in a row than this make no longer wait. */
enum { RUNS_LOOKED_AT = 12 };

struct looking {
    const struct runner_tools *tools;
    struct store *store;
    struct arena *arena;
    const struct list_times *ordered;
    struct options options;
    struct time_zone *zone;
    int64_t now_ms;
    int64_t jitter_ms;
    bool at_start;
    bool has_seerr;
    struct schedule_outlook *ret;
    struct error *error;
};

int64_t list_times_find(const struct list_times *times, int64_t list_id)
{
    for (size_t i = 0; i < times->count; i++)
        if (times->items[i].list_id == list_id)
            return times->items[i].ms;
    return 0;
}

/* The first problem is shown. */
static void complain(struct schedule_state *state, const char *setting, const char *why)
{
    if (*state->problem)
        return;
    AUTO_FREE char *text = memory_print("%s: %s", setting, why);
    text_copy(state->problem, sizeof(state->problem), text);
}

enum error_code schedule_check(const struct options *given, struct error *error)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct cron cron;
    const char *text = options_text(given, "SYNC_SCHEDULE");
    struct error why = {0};

    if (*text && cron_parse(text, &cron, &why))
        return error_set(error, ERROR_USAGE, "SYNC_SCHEDULE: %s", why.message);
    if (time_zone_open(options_text(given, "TZ"), &zone, &why))
        return error_set(error, ERROR_USAGE, "TZ: %s", why.message);
    return ERROR_NONE;
}

static enum error_code open_zone(struct looking *looking)
{
    struct schedule_state *state = &looking->ret->state;
    struct error error = {0};

    if (time_zone_open(options_text(&looking->options, "TZ"), &looking->zone, &error)) {
        complain(state, "TZ", error.message);
        if (time_zone_open("", &looking->zone, looking->error))
            return looking->error->code;
    }
    text_copy(state->zone, sizeof(state->zone), time_zone_name(looking->zone));
    return ERROR_NONE;
}

static enum error_code find_interval(struct looking *looking)
{
    struct schedule_state *state = &looking->ret->state;
    const char *updated_at = "";
    enum error_code rc = sync_interval_get(looking->store, &state->interval_hours, &updated_at,
                                           looking->arena, looking->error);

    if (!rc && !*updated_at)
        state->interval_hours = options_decimal(&looking->options, "SYNC_INTERVAL");
    return rc;
}

static void describe_interval(struct schedule_state *state)
{
    double hours = state->interval_hours, minutes = hours * 60;

    if (hours <= 0)
        text_copy(state->words, sizeof(state->words), "never by itself");
    else if (hours == 1)
        text_copy(state->words, sizeof(state->words), "every hour");
    else if (hours < 1 && minutes == (int)minutes)
        snprintf(state->words, sizeof(state->words), "every %d minute%s", (int)minutes,
                 minutes == 1 ? "" : "s");
    else
        snprintf(state->words, sizeof(state->words), "every %g hours", hours);
}

/* When this text was first seen under that name; a text that is new is seen now. */
static enum error_code find_since(struct looking *looking, const char *name, const char *text,
                                  int64_t *ret)
{
    const char *kept = "";
    char *end = NULL;
    enum error_code rc =
        service_state_get(looking->store, looking->arena, name, &kept, looking->error);

    if (rc)
        return rc;
    *ret = strtoll(kept, &end, 10);
    if (*ret > 0 && *end == ' ' && text_equal(end + 1, text))
        return ERROR_NONE;
    *ret = looking->now_ms;
    AUTO_FREE char *value = memory_print("%" PRId64 " %s", *ret, text);
    return service_state_put(looking->store, name, value, looking->error);
}

static int64_t ms_of(const char *utc)
{
    int64_t ms = text_is_empty(utc) ? 0 : clock_parse_utc(utc);

    return ms > 0 ? ms : 0;
}

static bool is_open(const struct stored_run *run)
{
    return run->state == RUN_QUEUED || run->state == RUN_RUNNING;
}

static void count_failures(const struct stored_runs *runs, struct schedule_plan *plan)
{
    for (size_t i = 0; i < runs->count; i++) {
        if (is_open(&runs->items[i]))
            continue;
        if (runs->items[i].state != RUN_FAILED)
            return;
        plan->failures++;
    }
}

static enum error_code find_last_run(struct looking *looking, struct schedule_plan *plan)
{
    struct stored_runs runs = {0};
    enum error_code rc =
        runs_newest_full(looking->store, looking->arena, RUNS_LOOKED_AT, &runs, looking->error);

    if (rc || !runs.count)
        return rc;
    looking->ret->full_is_open = is_open(&runs.items[0]);
    plan->last_began_ms = ms_of(runs.items[0].started);
    plan->last_ended_ms = looking->ret->full_is_open ? 0 : ms_of(runs.items[0].completed);
    count_failures(&runs, plan);
    return ERROR_NONE;
}

static enum error_code find_last_success(struct looking *looking)
{
    struct stored_runs runs = {0};
    enum error_code rc =
        runs_newest_complete(looking->store, looking->arena, &runs, looking->error);

    if (!rc && runs.count)
        looking->ret->state.last_ms = ms_of(runs.items[0].completed);
    return rc;
}

static enum error_code find_pause(struct looking *looking)
{
    struct schedule_state *state = &looking->ret->state;
    const char *kept = "";
    enum error_code rc =
        service_state_get(looking->store, looking->arena, "paused_until", &kept, looking->error);

    if (rc)
        return rc;
    state->paused_until = strtoll(kept, NULL, 10);
    if (state->paused_until > 0 && state->paused_until <= looking->now_ms)
        state->paused_until = 0;
    return ERROR_NONE;
}

/* Without an address to ask there is nothing to begin. */
static bool is_set_up(struct looking *looking)
{
    struct seerr_login login;
    struct error error = {0};
    enum error_code rc = seerr_login_init(&login, &looking->options, &error);

    seerr_login_release(&login);
    if (rc && !*looking->ret->state.problem)
        text_copy(looking->ret->state.problem, sizeof(looking->ret->state.problem), error.message);
    return rc == ERROR_NONE;
}

static int64_t next_of(const struct looking *looking, const struct schedule_plan *plan)
{
    const struct schedule_state *state = &looking->ret->state;

    if (!looking->has_seerr || !state->is_on)
        return 0;
    return schedule_plan_after_pause(schedule_plan_next(plan, looking->now_ms),
                                     state->paused_until);
}

/* By the cron text if there is one that means something, else by the interval. */
static enum error_code read_global_text(struct looking *looking, struct schedule_plan *plan,
                                        struct cron *cron)
{
    struct schedule_state *state = &looking->ret->state;
    const char *text = options_text(&looking->options, "SYNC_SCHEDULE");
    struct error error = {0};

    if (!*text)
        return ERROR_NONE;
    if (cron_parse(text, cron, &error)) {
        complain(state, "SYNC_SCHEDULE", error.message);
        return ERROR_NONE;
    }
    plan->cron = cron;
    text_copy(state->cron, sizeof(state->cron), text);
    cron_describe(cron, state->words, sizeof(state->words));
    return find_since(looking, "schedule_since", text, &plan->since_ms);
}

/*
 * Lists and a Seerr. Until the first sync it must be switched on too: switched on by hand it begins
 * nothing at once either. Later that must not count, or what is switched off and on each night
 * would be put off each night.
 */
static bool is_ready(const struct looking *looking, const struct schedule_plan *plan)
{
    const struct schedule_state *state = &looking->ret->state;
    bool is_on = state->is_on && (plan->cron || plan->interval_hours > 0);

    return looking->ret->plain_count && looking->has_seerr && (is_on || plan->last_began_ms);
}

/* A row of service_state. */
static const char ready_since[] = "ready_since";

enum error_code schedule_begin_later(struct store *store, struct error *error)
{
    AUTO_FREE char *now = memory_print("%" PRId64, clock_wall_ms());

    return service_state_put(store, ready_since, now, error);
}

/* Kept as text: "" as long as there is nothing to sync; "0" when the program started with it. */
static enum error_code find_ready(struct looking *looking, struct schedule_plan *plan)
{
    bool ready = is_ready(looking, plan);
    const char *kept = "", *now = "";
    enum error_code rc =
        service_state_get(looking->store, looking->arena, ready_since, &kept, looking->error);

    if (rc)
        return rc;
    plan->ready_ms = *kept || looking->at_start ? strtoll(kept, NULL, 10) : looking->now_ms;
    if (plan->ready_ms > looking->now_ms)
        plan->ready_ms = looking->now_ms; /* the clock was set back */
    if (ready)
        now = arena_print(looking->arena, "%" PRId64, plan->ready_ms);
    return text_equal(now, kept)
               ? ERROR_NONE
               : service_state_put(looking->store, ready_since, now, looking->error);
}

static enum error_code look_at_global(struct looking *looking)
{
    struct cron cron;
    struct schedule_state *state = &looking->ret->state;
    struct schedule_plan plan = {.zone = looking->zone, .jitter_ms = looking->jitter_ms};
    enum error_code rc = find_interval(looking);

    if (rc)
        return rc;
    plan.interval_hours = state->interval_hours;
    describe_interval(state);
    rc = read_global_text(looking, &plan, &cron);
    if (!rc)
        rc = find_last_run(looking, &plan);
    if (!rc)
        rc = find_ready(looking, &plan);
    if (!rc)
        rc = find_last_success(looking);
    if (rc)
        return rc;
    state->next_ms = looking->ret->plain_count ? next_of(looking, &plan) : 0;
    state->is_on = state->is_on && (plan.cron || plan.interval_hours > 0);
    return ERROR_NONE;
}

static enum error_code look_at_list(struct looking *looking, const struct stored_list *list)
{
    struct cron cron;
    struct error error = {0};
    struct schedule_plan plan = {
        .cron = &cron, .zone = looking->zone, .jitter_ms = looking->jitter_ms};
    struct list_times *lists = &looking->ret->lists;
    AUTO_FREE char *name = memory_print("schedule_since:%" PRId64, list->id);

    if (cron_parse(list->schedule, &cron, &error)) {
        AUTO_FREE char *subject = memory_print("%s:%s", list->ref.type, list->ref.id);
        complain(&looking->ret->state, subject, error.message);
        return ERROR_NONE;
    }
    if (find_since(looking, name, list->schedule, &plan.since_ms))
        return looking->error->code;
    int64_t ordered = list_times_find(looking->ordered, list->id);
    plan.last_began_ms = ms_of(list->last_tried);
    if (ordered > plan.last_began_ms)
        plan.last_began_ms = ordered;
    plan.last_ended_ms = plan.last_began_ms;
    lists->items[lists->count++] = (struct list_time){list->id, next_of(looking, &plan)};
    return ERROR_NONE;
}

static enum error_code look_at_lists(struct looking *looking)
{
    struct stored_lists all = {0};
    struct schedule_outlook *ret = looking->ret;
    enum error_code rc = lists_load(looking->store, looking->arena, false, &all, looking->error);

    ret->lists.items = arena_take(looking->arena, all.count * sizeof(*ret->lists.items));
    ret->plain_lists = arena_take(looking->arena, all.count * sizeof(*ret->plain_lists));
    for (size_t i = 0; !rc && i < all.count; i++) {
        const struct stored_list *list = &all.items[i];
        if (!list->auto_sync || !provider_find(list->ref.type))
            continue;
        if (text_is_empty(list->schedule))
            ret->plain_lists[ret->plain_count++] = list->id;
        else
            rc = look_at_list(looking, list);
    }
    return rc;
}

static enum error_code look_around(struct looking *looking, double jitter_share)
{
    const struct options *options = &looking->options;
    enum error_code rc = open_zone(looking);

    looking->ret->state.is_on =
        options_switch(options, "AUTOMATED_MODE") && options_switch(options, "AUTO_SYNC");
    looking->has_seerr = is_set_up(looking);
    looking->jitter_ms =
        (int64_t)(jitter_share * (double)options_number(options, "SYNC_JITTER") * 1000);
    if (!rc)
        rc = find_pause(looking);
    if (!rc)
        rc = look_at_lists(looking);
    return rc ? rc : look_at_global(looking);
}

enum error_code schedule_outlook_load(const struct runner_tools *tools, struct store *store,
                                      struct arena *arena, double jitter_share,
                                      const struct list_times *ordered, bool at_start,
                                      struct schedule_outlook *ret, struct error *error)
{
    struct looking looking = {
        .at_start = at_start,
        .tools = tools,
        .store = store,
        .arena = arena,
        .ordered = ordered,
        .now_ms = clock_wall_ms(),
        .ret = ret,
        .error = error,
    };

    *ret = (struct schedule_outlook){0};
    enum error_code rc =
        live_settings_load(tools->given, store, tools->key, &looking.options, error);
    if (rc)
        return rc;
    rc = look_around(&looking, jitter_share);
    time_zone_close(looking.zone);
    options_release(&looking.options);
    return rc;
}
