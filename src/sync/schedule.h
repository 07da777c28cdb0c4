/*
 * schedule.h: when runs begin by themselves. One thread of its own; any thread may call.
 *
 * Globally either an interval in hours (sync_interval, SYNC_INTERVAL) or a cron text
 * (SYNC_SCHEDULE), and a text of its own for a list (lists.schedule), which then takes no part in
 * the global one. Times are those of the configured zone (TZ). Missed times (the program was off,
 * a run took longer) make one run, not many. Jitter (SYNC_JITTER, seconds) spreads instances.
 * Nothing begins while no Seerr is set up, and nothing begins at once because it was set up. When
 * exactly is the business of schedule_plan.h. Changes take effect at once: call schedule_changed.
 */
#ifndef LISTSYNC_SYNC_SCHEDULE_H
#define LISTSYNC_SYNC_SCHEDULE_H

#include "sync/runner.h"

struct schedule;

extern const struct option schedule_options[];

/* The runner must outlive it. Its state is known when this returns. */
enum error_code schedule_start(const struct runner_tools *tools, struct runner *runner,
                               struct schedule **ret, struct error *error);
void schedule_stop(struct schedule *schedule); /* NULL is fine */

/*
 * Settings, interval, lists or the pause were changed: look again. The new state holds when this
 * returns (or in a moment, if the store is slow). Not inside a transaction.
 */
void schedule_changed(struct schedule *schedule);
/* Until then nothing begins by itself; -1: until resumed; 0: resume. Survives a restart. */
enum error_code schedule_pause(struct schedule *schedule, struct store *store, int64_t until_ms,
                               struct error *error);

/*
 * In a new database, before schedule_start: the first sync waits as if one had just ended. Without
 * that it begins at once.
 */
enum error_code schedule_begin_later(struct store *store, struct error *error);

struct schedule_state {
    bool is_on;           /* AUTOMATED_MODE, and an interval or a cron text */
    int64_t paused_until; /* 0: not paused; -1: for good */
    int64_t last_ms;      /* end of the last full run that succeeded at all, wall; 0: never */
    int64_t next_ms;      /* wall, past: due; 0: never, or nothing to sync yet */
    double interval_hours;
    char cron[128];  /* "" when it goes by the interval */
    char words[160]; /* "every 12 hours", "every day at 04:00" */
    char zone[64];
    char problem[256]; /* a schedule or zone that means nothing, a missing setting; "" */
};

void schedule_state(struct schedule *schedule, struct schedule_state *ret);
/* Of one list with a schedule of its own; 0: it has none. */
int64_t schedule_next_of_list(struct schedule *schedule, int64_t list_id);
/*
 * Whether the texts that the environment sets mean anything. ERROR_USAGE with the setting's name: a
 * misspelt schedule must not become an interval, which may begin at once.
 */
enum error_code schedule_check(const struct options *given, struct error *error);
/* The next `count` times of a text, for people who are about to set it. ERROR_USAGE. */
enum error_code schedule_preview(struct schedule *schedule, const char *text, int64_t *ret_ms,
                                 size_t count, size_t *ret_count, char words[160],
                                 struct error *error);

/* "unknown" (no sync yet, or none to come), "scheduled", "due" (past its time), "overdue" (more
 * than ten minutes past). */
const char *schedule_status_word(const struct schedule_state *state, int64_t now_ms);

#endif
