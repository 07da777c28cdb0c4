#include "sync/notice_looks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/cron.h"
#include "providers/provider.h"
#include "store/accounts.h"
#include "store/list_habits.h"
#include "store/lists_trouble.h"
#include "store/notification_deliveries.h"
#include "store/notification_targets.h"
#include "store/runs_newest.h"
#include "store/runs_query.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

enum { USUAL_LEAST = 10, CHANGES_LEAST = 5, FROZEN_TIMES = 4 };

static void add(struct looking *looking, struct wrong wrong)
{
    memory_grow(&looking->items, looking->count, &looking->capacity);
    looking->items[looking->count++] = wrong;
}

static void add_wrong(struct looking *looking, const char *key, const char *sentence,
                      const char *well)
{
    add(looking, (struct wrong){WRONG_IS, key, sentence, well});
}

static void add_unclear(struct looking *looking, const char *key)
{
    add(looking, (struct wrong){WRONG_MAY_BE, key, "", ""});
}

static void add_over(struct looking *looking, const char *key, const char *well)
{
    add(looking, (struct wrong){WRONG_IS_OVER, key, "", well});
}

bool notice_looks_was_told(const struct looking *looking, const char *key)
{
    for (size_t i = 0; i < looking->told->count; i++)
        if (text_equal(looking->told->items[i].key, key))
            return true;
    return false;
}

static const char *key_of(const struct looking *looking, const char *kind, int64_t id)
{
    return arena_print(looking->arena, "%s/%" PRId64, kind, id);
}

/*
 * Of a list or target that is no more nothing is well again. `kinds` are the beginnings of keys,
 * NULL-ended; the ids of those that are there call `is_there`.
 */
static void end_for_the_gone(struct looking *looking, const char *const *kinds,
                             bool (*is_there)(const void *context, int64_t id), const void *context)
{
    for (size_t i = 0; i < looking->told->count; i++) {
        const char *key = looking->told->items[i].key;
        for (const char *const *kind = kinds; *kind; kind++) {
            size_t length = strlen(*kind);
            if (strncmp(key, *kind, length) == 0 && key[length] == '/' &&
                !is_there(context, strtoll(key + length + 1, NULL, 10)))
                add_over(looking, key, "");
        }
    }
}

/* When so many syncs should have come since then; 0: never. */
static int64_t due_after(const struct schedule_state *schedule, int64_t since_ms, int64_t count)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct cron cron;
    int64_t at = since_ms / 1000;

    if (!*schedule->cron)
        return since_ms + (int64_t)((double)count * schedule->interval_hours * HOUR_MS);
    if (cron_parse(schedule->cron, &cron, NULL) || time_zone_open(schedule->zone, &zone, NULL))
        return 0;
    for (int64_t i = 0; i < count && at > 0; i++)
        at = cron_next(&cron, zone, at);
    return at > 0 ? at * 1000 : 0;
}

/* A program that was off for long begins with a sync: it gets an hour for that. */
static enum error_code look_for_silence(struct looking *looking)
{
    const struct notice_alarms_view *view = looking->view;
    const struct schedule_state *schedule = &view->schedule;
    char age[CLOCK_TEXT_SIZE];

    if (!schedule->is_on || schedule->paused_until || !view->intervals) {
        add_over(looking, "silence", "");
        return ERROR_NONE;
    }
    if (!schedule->last_ms && !schedule->next_ms)
        return ERROR_NONE; /* there is nothing to sync yet */
    int64_t since = schedule->last_ms ? schedule->last_ms : view->started_ms;
    int64_t due = due_after(schedule, since, view->intervals);
    if (!due || view->now_ms < due + 10 * MINUTE_MS)
        return ERROR_NONE;
    if (view->now_ms - view->started_ms < HOUR_MS) {
        add_unclear(looking, "silence");
        return ERROR_NONE;
    }
    clock_format_duration(view->now_ms - since, age);
    add_wrong(
        looking, "silence",
        arena_print(looking->arena, "No sync has succeeded for %s (%s)", age, schedule->words),
        "Syncs succeed again");
    return ERROR_NONE;
}

static enum error_code look_at_seerr(struct looking *looking)
{
    const char *problem = looking->view->seerr_problem;
    int64_t waiting = 0;

    if (!problem)
        add_unclear(looking, "seerr");
    if (!problem || !*problem)
        return ERROR_NONE;
    enum error_code rc = runs_count_waiting(looking->store, &waiting, looking->error);
    const char *sentence = text_starts_with(problem, "Seerr")
                               ? problem
                               : arena_print(looking->arena, "Seerr: %s", problem);
    if (waiting)
        sentence = arena_print(looking->arena, "%s (%" PRId64 " %s for it)", sentence, waiting,
                               waiting == 1 ? "title waits" : "titles wait");
    add_wrong(looking, "seerr", sentence, "Seerr can be used again");
    return rc;
}

static int64_t count_of(const struct run_counts *counts, const char *word)
{
    for (size_t i = 0; i < counts->count; i++)
        if (text_equal(counts->items[i].word, word))
            return counts->items[i].count;
    return 0;
}

/* Of what waits on other lists a run of a single one knows nothing. */
static enum error_code look_at_quota(struct looking *looking, const struct stored_run *run)
{
    struct run_tally tally = {0};
    enum error_code rc =
        runs_count(looking->store, looking->arena, run->id, &tally, looking->error);
    int64_t count = rc ? 0 : count_of(&tally.decisions, "skip_limit");

    if (count)
        add_wrong(looking, "quota",
                  arena_print(looking->arena,
                              "%" PRId64 " %s: the requester may not ask Seerr for more now", count,
                              count == 1 ? "title waits" : "titles wait"),
                  "No title waits for a quota any more");
    else if (run->mode != RUN_FULL)
        add_unclear(looking, "quota");
    return rc;
}

/* Seerr's trouble is told as such. After a start it is not known, but what was told of it is. */
static bool is_seerr_trouble(const struct looking *looking, const struct stored_run *run)
{
    const char *seerr = looking->view->seerr_problem;

    if (!seerr)
        return notice_looks_was_told(looking, "seerr");
    return *seerr && text_starts_with(run->message, seerr);
}

static bool tells_nothing(const struct stored_run *run)
{
    return run->dry_run || run->state == RUN_CANCELLED || run->trigger == RUN_BY_CLI ||
           run->is_moved_in;
}

/* A dry run and one that was stopped, or goes on after it was cut off, tell nothing. */
static enum error_code look_at_last_run(struct looking *looking)
{
    struct stored_runs runs = {0};
    enum error_code rc = runs_newest_ended(looking->store, looking->arena, &runs, looking->error);

    if (rc || !runs.count)
        return rc;
    const struct stored_run *run = &runs.items[0];
    if (tells_nothing(run)) {
        add_unclear(looking, "run");
        add_unclear(looking, "quota");
        return ERROR_NONE;
    }
    if (run->state != RUN_FAILED)
        return look_at_quota(looking, run);
    add_unclear(looking, "quota");
    if (is_seerr_trouble(looking, run))
        add_unclear(looking, "run");
    else
        add_wrong(looking, "run",
                  arena_print(looking->arena, "The last sync failed: %s", run->message),
                  "The last sync went well again");
    return ERROR_NONE;
}

/* "Watchlist (Letterboxd)", as the web interface calls it */
static const char *name_of(const struct looking *looking, const struct stored_list *list)
{
    const struct provider *provider = provider_find(list->ref.type);

    return arena_print(looking->arena, "%.80s (%s)",
                       provider_list_name(list->description, list->ref.type, list->ref.id),
                       provider ? provider->title : list->ref.type);
}

/* What a person can do; NULL: nothing, or it is said already. */
static const char *remedy_of(const struct list_trouble *trouble)
{
    const struct provider *provider = provider_find(trouble->list.ref.type);

    if (trouble->outcome == OUTCOME_PRIVATE)
        return "make it public at its source";
    return trouble->outcome == OUTCOME_BLOCKED && provider ? provider->other_ways : NULL;
}

/* These may pass by themselves, and are told when they last. */
static bool may_pass(enum outcome outcome)
{
    return outcome == OUTCOME_UNREACHABLE || outcome == OUTCOME_RATE_LIMITED ||
           outcome == OUTCOME_PARTIAL;
}

static void add_trouble(struct looking *looking, const struct list_trouble *trouble)
{
    const char *key = key_of(looking, "list", trouble->list.id);
    const char *name = name_of(looking, &trouble->list);
    const char *remedy = remedy_of(trouble);
    int64_t since = clock_parse_utc(trouble->since);

    if (may_pass(trouble->outcome) && (since < 0 || looking->view->now_ms - since < DAY_MS))
        add_unclear(looking, key);
    else
        add_wrong(looking, key,
                  arena_print(looking->arena, "%s: %s%s%s", name, outcome_meaning(trouble->outcome),
                              remedy ? "; " : "", remedy ? remedy : ""),
                  arena_print(looking->arena, "%s can be read again", name));
}

static enum error_code look_at_troubles(struct looking *looking)
{
    struct list_troubles troubles = {0};
    enum error_code rc =
        lists_in_trouble(looking->store, looking->arena, &troubles, looking->error);

    for (size_t i = 0; !rc && i < troubles.count; i++)
        add_trouble(looking, &troubles.items[i]);
    return rc;
}

static bool has_shrunk(const struct list_habit *habit)
{
    return habit->size >= 0 && habit->usual_size >= USUAL_LEAST &&
           habit->size * 2 < habit->usual_size;
}

/* By what its readings show: time without any says nothing of the list. */
static bool is_frozen(const struct list_habit *habit)
{
    int64_t patience = FROZEN_TIMES * habit->longest_pause;

    if (patience < 14 * DAY_MS)
        patience = 14 * DAY_MS;
    return habit->changes >= CHANGES_LEAST && habit->last_read - habit->last_change > patience;
}

static void add_size(struct looking *looking, const struct stored_list *list,
                     const struct list_habit *habit)
{
    const char *key = key_of(looking, "shrunk", list->id);
    const char *name = name_of(looking, list);

    if (has_shrunk(habit))
        add_wrong(looking, key,
                  arena_print(looking->arena,
                              "%s holds %" PRId64 " titles, and held %" PRId64 " a short while ago",
                              name, habit->size, habit->usual_size),
                  "");
    else if (habit->size < 0)
        add_unclear(looking, key);
    else if (notice_looks_was_told(looking, key))
        add_over(looking, key,
                 arena_print(looking->arena,
                             "%s holds %" PRId64 " titles, which is usual for it now", name,
                             habit->size));
}

static void add_pause(struct looking *looking, const struct stored_list *list,
                      const struct list_habit *habit)
{
    const char *name = name_of(looking, list);
    char age[CLOCK_TEXT_SIZE];

    if (!is_frozen(habit))
        return;
    clock_format_duration(looking->view->now_ms - habit->last_change, age);
    add_wrong(
        looking, key_of(looking, "frozen", list->id),
        arena_print(looking->arena, "%s seems frozen: nothing has come to it for %s", name, age),
        arena_print(looking->arena, "%s changes again", name));
}

static bool is_list(const void *context, int64_t id)
{
    const struct stored_lists *lists = context;

    for (size_t i = 0; i < lists->count; i++)
        if (lists->items[i].id == id)
            return true;
    return false;
}

static enum error_code look_at_habits(struct looking *looking)
{
    static const char *const kinds[] = {"list", "frozen", "shrunk", NULL};
    struct stored_lists lists = {0};
    enum error_code rc = lists_load(looking->store, looking->arena, false, &lists, looking->error);

    for (size_t i = 0; !rc && i < lists.count; i++) {
        struct list_habit habit;
        rc = list_habits_of(looking->store, lists.items[i].id, &habit, looking->error);
        if (rc)
            break;
        add_size(looking, &lists.items[i], &habit);
        add_pause(looking, &lists.items[i], &habit);
    }
    if (!rc)
        end_for_the_gone(looking, kinds, is_list, &lists);
    return rc;
}

static void add_key(struct looking *looking, const struct api_key *key)
{
    const char *name = key_of(looking, "token", key->id);
    int64_t left_ms = key->expires_at - looking->view->now_ms;
    char until[CLOCK_TEXT_SIZE];

    clock_format_utc(key->expires_at, until);
    if (left_ms >= 0 && left_ms <= 7 * DAY_MS)
        add_wrong(looking, name,
                  arena_print(looking->arena, "The API key %s of %s ends on %.10s", key->name,
                              key->user, until),
                  "");
    else if (left_ms < 0)
        add_over(looking, name,
                 arena_print(looking->arena, "The API key %s of %s ended on %.10s", key->name,
                             key->user, until));
}

static enum error_code look_at_keys(struct looking *looking)
{
    struct api_keys keys = {0};
    enum error_code rc = api_keys_load(looking->store, looking->arena, &keys, looking->error);

    for (size_t i = 0; !rc && i < keys.count; i++)
        if (keys.items[i].expires_at)
            add_key(looking, &keys.items[i]);
    return rc;
}

static bool is_target(const void *context, int64_t id)
{
    const struct notification_targets *targets = context;

    for (size_t i = 0; i < targets->count; i++)
        if (targets->items[i].id == id && targets->items[i].is_on)
            return true;
    return false;
}

/* A message that was given up, or waits for long, while the target counts as fine. */
static enum error_code look_at_deliveries(struct looking *looking,
                                          const struct notification_target *target)
{
    const char *key = key_of(looking, "undelivered", target->id);
    const char *why = NULL;
    enum error_code rc =
        notification_deliveries_trouble(looking->store, looking->arena, target->id,
                                        looking->view->now_ms - HOUR_MS, &why, looking->error);

    if (!rc && !why)
        add_unclear(looking, key);
    else if (!rc && *why)
        add_wrong(
            looking, key,
            arena_print(looking->arena, "Messages to %s do not arrive: %s", target->name, why),
            arena_print(looking->arena, "Messages to %s arrive again", target->name));
    return rc;
}

static enum error_code look_at_target(struct looking *looking,
                                      const struct notification_target *target)
{
    if (!*target->disabled)
        return look_at_deliveries(looking, target);
    add_unclear(looking, key_of(looking, "undelivered", target->id));
    add_wrong(looking, key_of(looking, "target", target->id),
              arena_print(looking->arena, "Notifications to %s are switched off: %s", target->name,
                          target->disabled),
              arena_print(looking->arena, "Notifications to %s are on again", target->name));
    return ERROR_NONE;
}

static enum error_code look_at_targets(struct looking *looking)
{
    static const char *const kinds[] = {"target", "undelivered", NULL};
    struct notification_targets targets = {0};
    enum error_code rc =
        notification_targets_load(looking->store, looking->arena, &targets, looking->error);

    for (size_t i = 0; !rc && i < targets.count; i++)
        if (targets.items[i].is_on)
            rc = look_at_target(looking, &targets.items[i]);
    if (!rc)
        end_for_the_gone(looking, kinds, is_target, &targets);
    return rc;
}

static enum error_code look_at_backups(struct looking *looking)
{
    const char *problem = looking->view->backup_problem;

    if (!problem)
        add_unclear(looking, "backup");
    else if (*problem)
        add_wrong(looking, "backup",
                  arena_print(looking->arena, "The last backup failed: %s", problem),
                  "Backups are made again");
    return ERROR_NONE;
}

static enum error_code (*const looks[])(struct looking *looking) = {
    look_at_seerr,  look_for_silence, look_at_last_run, look_at_troubles,
    look_at_habits, look_at_keys,     look_at_targets,  look_at_backups,
};

enum error_code notice_looks(struct looking *looking)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(looks); i++)
        rc = looks[i](looking);
    return rc;
}
