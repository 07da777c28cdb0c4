/*
 * runs_query_sql.h: the statements of runs_query.h, one for each way to read. Inside store/ only.
 */
#ifndef LISTSYNC_STORE_RUNS_QUERY_SQL_H
#define LISTSYNC_STORE_RUNS_QUERY_SQL_H

enum runs_way {
    RUNS_BY_NUMBER,
    RUNS_BY_START,
    RUNS_BY_STATE,
    RUNS_BY_MODE,
    RUNS_BY_LIST,
    RUNS_WAYS
};

/* $1 mode, $2 state, $3 and $4 start, $5 dry run, $6 list; of a page: $7 the number that all are
 * below, $8 limit, $9 offset. */
extern const struct runs_way_sql {
    const char *page, *count;
} runs_ways[RUNS_WAYS];

enum run_items_way { RUN_ITEMS_ALL, RUN_ITEMS_BY_STATUS, RUN_ITEMS_CHANGED, RUN_ITEMS_WAYS };

/*
 * $1 run, $2 status, $3 decision; of a page: $4 the item that all come behind, $5 limit. Of a
 * group: $6 its statuses, "|requested|"; $7 decisions of what was skipped, likewise; $8 folded
 * search; $9 statuses before that are left out, likewise.
 */
extern const struct run_items_way_sql {
    const char *page, *count;
} run_items_ways[RUN_ITEMS_WAYS];

#endif
