/*
 * newest_requests.h: what was asked for last, whatever became of it in later runs. An item's
 * status is that of the last run, which finds "already requested"; the ledger remembers.
 *
 * Any thread, with a store of its own; texts live as long as the arena.
 */
#ifndef LISTSYNC_STORE_NEWEST_REQUESTS_H
#define LISTSYNC_STORE_NEWEST_REQUESTS_H

#include "base/arena.h"
#include "model/item.h"
#include "store/store.h"

enum { NEWEST_REQUESTS_MOST = 100 };

struct newest_request {
    int64_t item_id;
    const char *title;
    int64_t year; /* 0: unknown */
    enum media_type media_type;
    int64_t tmdb;
    bool is_4k;
    int64_t asked_ms; /* wall */
    int64_t run_id;
};

struct newest_requests {
    struct newest_request *items; /* newest first */
    size_t count;
};

/* Those that Seerr took and that nobody has taken back; `limit` 1..NEWEST_REQUESTS_MOST. */
enum error_code newest_requests_load(struct store *store, struct arena *arena, int limit,
                                     struct newest_requests *ret, struct error *error);

#endif
