/*
 * schedule_outlook.h: what the settings, the lists and the history say of the next runs. Reads the
 * store, orders nothing. Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_SCHEDULE_OUTLOOK_H
#define LISTSYNC_SYNC_SCHEDULE_OUTLOOK_H

#include "sync/schedule.h"

struct list_time {
    int64_t list_id;
    int64_t ms;
};

struct list_times {
    struct list_time *items;
    size_t count;
};

int64_t list_times_find(const struct list_times *times, int64_t list_id); /* 0 */

struct schedule_outlook {
    struct schedule_state state;
    bool full_is_open;       /* a full run waits or runs already: none is ordered beside it */
    struct list_times lists; /* next of each list with a schedule of its own; in the arena */
    int64_t *plain_lists;    /* those that go with the global one; in the arena */
    size_t plain_count;
};

/*
 * `jitter_share`: of SYNC_JITTER, from 0 to 1. `ordered`: when lists with schedules of their own
 * were last ordered by this process, whatever became of it. `at_start`: this is its first look.
 * Remembers when a cron text is seen for the first time, and since when there is something to sync.
 */
enum error_code schedule_outlook_load(const struct runner_tools *tools, struct store *store,
                                      struct arena *arena, double jitter_share,
                                      const struct list_times *ordered, bool at_start,
                                      struct schedule_outlook *ret, struct error *error);

#endif
