#include "sync/notice_alarms.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/cron.h"
#include "store/accounts.h"
#include "store/alarms.h"
#include "store/list_habits.h"
#include "store/lists_trouble.h"
#include "store/notification_targets.h"
#include "store/runs_newest.h"
#include "store/runs_query.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

enum { WRONG_MOST = 200, USUAL_LEAST = 10, CHANGES_LEAST = 5, FROZEN_TIMES = 4 };

/* Which part tells of which alarms: by the beginning of their keys. */
static const struct {
    const char *prefix;
    enum notice_part_kind kind;
} kinds[] = {
    {"run", NOTICE_PART_RUN_TROUBLE},      {"seerr", NOTICE_PART_SEERR_TROUBLE},
    {"silence", NOTICE_PART_NO_SYNC},      {"quota", NOTICE_PART_QUOTA},
    {"list/", NOTICE_PART_LIST_TROUBLE},   {"frozen/", NOTICE_PART_LIST_TROUBLE},
    {"shrunk/", NOTICE_PART_LIST_TROUBLE}, {"", NOTICE_PART_SERVICE_TROUBLE},
};

struct wrong {
    const char *key;
    const char *sentence, *well;
    bool is_unclear; /* it stays as it is */
};

struct looking {
    const struct notice_alarms_view *view;
    struct store *store;
    struct arena *arena;
    struct wrong *items;
    size_t count;
    struct error *error;
};

static void add(struct looking *looking, struct wrong wrong)
{
    if (looking->count < WRONG_MOST)
        looking->items[looking->count++] = wrong;
}

static void add_wrong(struct looking *looking, const char *key, const char *sentence,
                      const char *well)
{
    add(looking, (struct wrong){.key = key, .sentence = sentence, .well = well});
}

static void add_unclear(struct looking *looking, const char *key)
{
    add(looking, (struct wrong){.key = key, .is_unclear = true});
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

    if (!schedule->is_on || schedule->paused_until || !schedule->last_ms || !view->intervals)
        return ERROR_NONE;
    int64_t due = due_after(schedule, schedule->last_ms, view->intervals);
    if (!due || view->now_ms < due + 10 * MINUTE_MS)
        return ERROR_NONE;
    if (view->now_ms - view->started_ms < HOUR_MS) {
        add_unclear(looking, "silence");
        return ERROR_NONE;
    }
    clock_format_duration(view->now_ms - schedule->last_ms, age);
    add_wrong(
        looking, "silence",
        arena_print(looking->arena, "No sync has succeeded for %s (%s)", age, schedule->words),
        "Syncs succeed again");
    return ERROR_NONE;
}

static enum error_code look_at_seerr(struct looking *looking)
{
    const char *problem = looking->view->seerr_problem;

    if (!problem)
        add_unclear(looking, "seerr");
    else if (*problem)
        add_wrong(looking, "seerr", arena_print(looking->arena, "Seerr: %s", problem),
                  "Seerr can be used again");
    return ERROR_NONE;
}

static enum error_code look_at_quota(struct looking *looking, const struct stored_run *run)
{
    struct run_tally tally = {0};
    enum error_code rc =
        runs_count(looking->store, looking->arena, run->id, &tally, looking->error);

    for (size_t i = 0; !rc && i < tally.decisions.count; i++)
        if (text_equal(tally.decisions.items[i].word, "skip_limit"))
            add_wrong(
                looking, "quota",
                arena_print(looking->arena,
                            "%" PRId64 " %s: the requester may not ask Seerr for more now",
                            tally.decisions.items[i].count,
                            tally.decisions.items[i].count == 1 ? "title waits" : "titles wait"),
                "No title waits for a quota any more");
    return rc;
}

/* A dry run and one that was stopped tell nothing. */
static enum error_code look_at_last_run(struct looking *looking)
{
    struct stored_runs runs = {0};
    const char *seerr = looking->view->seerr_problem;
    enum error_code rc = runs_newest_ended(looking->store, looking->arena, &runs, looking->error);

    if (rc || !runs.count)
        return rc;
    const struct stored_run *run = &runs.items[0];
    if (run->dry_run || run->state == RUN_CANCELLED || run->trigger == RUN_BY_CLI) {
        add_unclear(looking, "run");
        add_unclear(looking, "quota");
        return ERROR_NONE;
    }
    if (run->state != RUN_FAILED)
        return look_at_quota(looking, run);
    add_unclear(looking, "quota");
    if (seerr && *seerr && text_starts_with(run->message, seerr))
        add_unclear(looking, "run");
    else
        add_wrong(looking, "run",
                  arena_print(looking->arena, "The last sync failed: %s", run->message),
                  "The last sync went well again");
    return ERROR_NONE;
}

static const char *name_of(const struct looking *looking, const struct stored_list *list)
{
    return *list->description ? arena_print(looking->arena, "%.80s (%s:%s)", list->description,
                                            list->ref.type, list->ref.id)
                              : arena_print(looking->arena, "%s:%s", list->ref.type, list->ref.id);
}

/* These may pass by themselves, and are told when they last. */
static bool may_pass(enum outcome outcome)
{
    return outcome == OUTCOME_UNREACHABLE || outcome == OUTCOME_RATE_LIMITED ||
           outcome == OUTCOME_PARTIAL;
}

static void add_trouble(struct looking *looking, const struct list_trouble *trouble)
{
    const char *key = arena_print(looking->arena, "list/%" PRId64, trouble->list.id);
    const char *name = name_of(looking, &trouble->list);
    int64_t since = clock_parse_utc(trouble->since);

    if (may_pass(trouble->outcome) && (since < 0 || looking->view->now_ms - since < DAY_MS))
        add_unclear(looking, key);
    else
        add_wrong(looking, key,
                  arena_print(looking->arena, "%s: %s", name, outcome_meaning(trouble->outcome)),
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

static bool is_frozen(const struct list_habit *habit, int64_t now_ms)
{
    int64_t patience = FROZEN_TIMES * habit->longest_pause;

    if (patience < 14 * DAY_MS)
        patience = 14 * DAY_MS;
    return habit->changes >= CHANGES_LEAST && now_ms - habit->last_change > patience;
}

static void add_habit(struct looking *looking, const struct stored_list *list,
                      const struct list_habit *habit)
{
    const char *name = name_of(looking, list);
    char age[CLOCK_TEXT_SIZE];

    if (has_shrunk(habit))
        add_wrong(looking, arena_print(looking->arena, "shrunk/%" PRId64, list->id),
                  arena_print(looking->arena,
                              "%s holds %" PRId64 " titles, and held %" PRId64 " a short while ago",
                              name, habit->size, habit->usual_size),
                  arena_print(looking->arena, "The size of %s is as usual again", name));
    if (!is_frozen(habit, looking->view->now_ms))
        return;
    clock_format_duration(looking->view->now_ms - habit->last_change, age);
    add_wrong(
        looking, arena_print(looking->arena, "frozen/%" PRId64, list->id),
        arena_print(looking->arena, "%s seems frozen: nothing has come to it for %s", name, age),
        arena_print(looking->arena, "%s changes again", name));
}

static enum error_code look_at_habits(struct looking *looking)
{
    struct stored_lists lists = {0};
    enum error_code rc = lists_load(looking->store, looking->arena, false, &lists, looking->error);

    for (size_t i = 0; !rc && i < lists.count; i++) {
        struct list_habit habit;
        rc = list_habits_of(looking->store, lists.items[i].id, &habit, looking->error);
        if (!rc)
            add_habit(looking, &lists.items[i], &habit);
    }
    return rc;
}

static enum error_code look_at_keys(struct looking *looking)
{
    struct api_keys keys = {0};
    int64_t now_ms = looking->view->now_ms;
    enum error_code rc = api_keys_load(looking->store, looking->arena, &keys, looking->error);

    for (size_t i = 0; !rc && i < keys.count; i++) {
        const struct api_key *key = &keys.items[i];
        char until[CLOCK_TEXT_SIZE];
        if (!key->expires_at || key->expires_at < now_ms || key->expires_at - now_ms > 7 * DAY_MS)
            continue;
        clock_format_utc(key->expires_at, until);
        add_wrong(looking, arena_print(looking->arena, "token/%" PRId64, key->id),
                  arena_print(looking->arena, "The API key %s of %s ends on %.10s", key->name,
                              key->user, until),
                  "");
    }
    return rc;
}

static enum error_code look_at_targets(struct looking *looking)
{
    struct notification_targets targets = {0};
    enum error_code rc =
        notification_targets_load(looking->store, looking->arena, &targets, looking->error);

    for (size_t i = 0; !rc && i < targets.count; i++)
        if (*targets.items[i].disabled)
            add_wrong(looking, arena_print(looking->arena, "target/%" PRId64, targets.items[i].id),
                      arena_print(looking->arena, "Notifications to %s are switched off: %s",
                                  targets.items[i].name, targets.items[i].disabled),
                      arena_print(looking->arena, "Notifications to %s are on again",
                                  targets.items[i].name));
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

static enum notice_part_kind kind_of(const char *key)
{
    size_t i = 0;

    while (!text_starts_with(key, kinds[i].prefix))
        i++;
    return kinds[i].kind;
}

static const struct wrong *find_wrong(const struct looking *looking, const char *key)
{
    for (size_t i = 0; i < looking->count; i++)
        if (text_equal(looking->items[i].key, key))
            return &looking->items[i];
    return NULL;
}

static bool is_told(const struct alarms *told, const char *key)
{
    for (size_t i = 0; i < told->count; i++)
        if (text_equal(told->items[i].key, key))
            return true;
    return false;
}

static enum error_code raise_new(const struct looking *looking, const struct alarms *told,
                                 struct notice *notice)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < looking->count; i++) {
        const struct wrong *wrong = &looking->items[i];
        struct alarm alarm = {wrong->key, wrong->sentence, wrong->well, looking->view->now_ms};
        if (wrong->is_unclear || is_told(told, wrong->key))
            continue;
        rc = alarms_raise(looking->store, &alarm, looking->error);
        notice_say(notice, looking->arena, kind_of(wrong->key), false, wrong->sentence);
    }
    return rc;
}

static enum error_code end_old(const struct looking *looking, const struct alarms *told,
                               struct notice *notice)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < told->count; i++) {
        const struct alarm *alarm = &told->items[i];
        if (find_wrong(looking, alarm->key))
            continue;
        rc = alarms_end(looking->store, alarm->key, looking->error);
        if (*alarm->well)
            notice_say(notice, looking->arena, kind_of(alarm->key), true, alarm->well);
    }
    return rc;
}

enum error_code notice_alarms_look(const struct notice_alarms_view *view, struct store *store,
                                   struct arena *arena, struct notice *ret, struct error *error)
{
    struct looking looking = {
        .view = view,
        .store = store,
        .arena = arena,
        .items = arena_take(arena, WRONG_MOST * sizeof(struct wrong)),
        .error = error,
    };
    struct alarms told = {0};
    enum error_code rc = alarms_load(store, arena, &told, error);

    notice_init(ret, arena, view->now_ms);
    for (size_t i = 0; !rc && i < ARRAY_LENGTH(looks); i++)
        rc = looks[i](&looking);
    if (!rc)
        rc = raise_new(&looking, &told, ret);
    return rc ? rc : end_old(&looking, &told, ret);
}
