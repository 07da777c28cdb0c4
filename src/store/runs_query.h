/*
 * runs_query.h: runs as a person looks at them: pages, filters, their lists and items, and what
 * one run changed against the one before.
 *
 * Of old runs not all rows are kept (retention.h): runs_items tells what is left, runs_count what
 * there was.
 */
#ifndef LISTSYNC_STORE_RUNS_QUERY_H
#define LISTSYNC_STORE_RUNS_QUERY_H

#include "store/items_query.h"
#include "store/runs.h"

struct runs_query {
    const char *mode;          /* "full", "single", "custom"; NULL: all */
    const char *state;         /* run state word; NULL */
    const char *since, *until; /* UTC text of the start, both included; NULL */
    int dry_run;               /* -1: both; 0, 1 */
    int64_t list_id;           /* runs that read this list; 0: all */
    int limit;                 /* 1..500 */
    int64_t offset;
    int64_t before; /* only runs with a smaller number; 0: all. They count for the total. */
};

/* Newest first: by number; with `since` or `until` by start. */

enum error_code runs_query(struct store *store, struct arena *arena, const struct runs_query *query,
                           struct stored_runs *ret, int64_t *ret_total, struct error *error);

struct run_list {
    int64_t list_id;
    const char *type, *id, *description;
    const char *outcome, *message;
    int64_t items;
};

struct run_lists {
    struct run_list *items;
    size_t count;
};

/* By priority of the lists; those that are removed by now too. */
enum error_code runs_lists(struct store *store, struct arena *arena, int64_t run_id,
                           struct run_lists *ret, struct error *error);

/* One reading of a list. */
struct list_run {
    int64_t run_id;
    const char *at; /* UTC text: when the run began */
    enum run_state state;
    bool dry_run;
    const char *outcome, *message;
    int64_t items;     /* entries that took part */
    int64_t requested; /* of the items that it holds now, by that run */
};

struct list_runs {
    struct list_run *items;
    size_t count;
    int64_t total;
    int64_t next_before; /* 0 at the end */
};

/* The runs that read the list, newest first, below `before` (0: all); `limit` 1..500. */
enum error_code runs_of_list(struct store *store, struct arena *arena, int64_t list_id,
                             int64_t before, int limit, struct list_runs *ret, struct error *error);

struct run_item {
    int64_t item_id;
    const char *title;
    int64_t year;
    enum media_type media_type;
    int64_t tmdb;
    const char *imdb;
    const char *decision, *rule, *reason, *status, *answer;
    int64_t request_id;
    const char *status_before;    /* that it had when the run came to it; "" when new */
    struct item_list_name *lists; /* that hold it now; of a query that asks for them */
    size_t list_count;
};

struct run_items_query {
    int64_t run_id;
    const char *status, *decision; /* words; NULL: all */
    const char *group;             /* word of model/run_group.h; NULL: all */
    const char *search;            /* part of the title, as title_same compares; NULL, blank: all */
    bool changed_only;             /* those whose status differs from the one before */
    const char *unless_before;     /* and was none of these before: "|error|"; NULL: any */
    bool with_lists;
    int64_t after; /* only items with a larger number */
    int limit;     /* 1..500 */
};

struct run_items {
    struct run_item *items;
    size_t count;
    int64_t total;
    int64_t next_after;     /* 0 at the end */
    const char *thinned_at; /* UTC text since when rows of it are gone; "": all are there */
};

/* Items of a run by number. */
enum error_code runs_items(struct store *store, struct arena *arena,
                           const struct run_items_query *query, struct run_items *ret,
                           struct error *error);

struct run_count {
    const char *word; /* of a decision or a status */
    int64_t count;
};

struct run_counts {
    struct run_count *items;
    size_t count;
};

/* Items of a run by decision, by status and by group. */
struct run_tally {
    struct run_counts decisions, statuses;
    int64_t groups[RUN_GROUP_COUNT];
};

enum error_code runs_count(struct store *store, struct arena *arena, int64_t run_id,
                           struct run_tally *ret, struct error *error);

#endif
