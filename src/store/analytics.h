/*
 * analytics.h: figures over time, from the database alone. Ranges are UTC text; `since` is
 * included, "" or NULL is ever. A run counts where it began; dry runs count nowhere.
 *
 * What a run changed is summed up when it ends (`run_changes`), so that a run that goes on is not
 * in these figures yet. Items that were taken over from an earlier ListSync are known as they were
 * left, not since when: they are in analytics_statuses, all_items and analytics_sources.
 */
#ifndef LISTSYNC_STORE_ANALYTICS_H
#define LISTSYNC_STORE_ANALYTICS_H

#include "base/arena.h"
#include "store/store.h"

struct analytics_overview {
    int64_t items; /* decided by the runs of the range: an item counts in each */
    int64_t requested, skipped, errored, unmatched;
    int64_t runs, failed_runs;
    double success_rate;     /* percent of decided items that are no error and not unmatched */
    double seconds_per_item; /* of the runs in the range */
    const char *last_run;    /* UTC text of the newest real run's end, "" */
    int64_t all_items, all_requested; /* that are known; requests ever made */
};

enum error_code analytics_overview(struct store *store, struct arena *arena, const char *since,
                                   struct analytics_overview *ret, struct error *error);

struct analytics_point {
    const char *at;     /* start of the step, UTC text */
    const char *source; /* list type: of the first list that held the title in that run */
    const char *media_type;
    int64_t requested, available, failed;
};

struct analytics_points {
    struct analytics_point *items;
    size_t count;
};

/*
 * Titles whose status became requested, available (as a run saw it first) or failed, in steps of
 * `step_minutes` (1 to a year's), newest first, then by source and kind; at most `limit`, and none
 * for a step in which nothing changed.
 */
enum error_code analytics_additions(struct store *store, struct arena *arena, const char *since,
                                    int step_minutes, int limit, struct analytics_points *ret,
                                    struct error *error);

/* Lists and items as they are now; fetches of the range. An item counts for its first list. */
struct analytics_source {
    const char *source; /* list type */
    int64_t lists, items, requested, available, errored, fetches, failed_fetches;
};

struct analytics_sources {
    struct analytics_source *items;
    size_t count;
};

enum error_code analytics_sources(struct store *store, struct arena *arena, const char *since,
                                  struct analytics_sources *ret, struct error *error);

/* How many items have each status, kind and decision now: what the dashboard shows. */
struct status_count {
    const char *status, *media_type;
    int64_t count;
};

struct status_counts {
    struct status_count *items;
    size_t count;
};

enum error_code analytics_statuses(struct store *store, struct arena *arena,
                                   struct status_counts *ret, struct error *error);

#endif
