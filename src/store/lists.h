/*
 * lists.h: the lists that are synced (table `lists`) and the last good reading of each
 * (`list_snapshots`, `list_items`).
 */
#ifndef LISTSYNC_STORE_LISTS_H
#define LISTSYNC_STORE_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/item.h"
#include "model/list_ref.h"
#include "model/outcome.h"
#include "store/store.h"

/* Where a list came from: one of the environment goes when it is named there no more, and is not
 * added again once a person removed it. */
enum list_origin { LIST_ADDED, LIST_FROM_ENVIRONMENT, LIST_ONE_TIME };

struct stored_list {
    int64_t id;
    struct list_ref ref;
    const char *description; /* the list's own name, or what the user wrote; "" */
    int64_t item_count;
    const char *last_synced; /* UTC text, "" when never: last complete reading */
    const char *status;      /* outcome word of the last fetch, "" when never fetched */
    const char *message;     /* its sentence */
    const char *last_tried;  /* UTC text of the last fetch of any outcome, "" */
    bool auto_sync;
    int64_t priority;       /* lower comes first; default 100 */
    int64_t item_limit;     /* 0: none */
    int64_t requester;      /* Seerr user id (column user_id), 0: the default */
    int quality;            /* -1: as OVERSEERR_4K says; 0: HD; 1: 4K */
    const char *seasons;    /* of its series: "all", "first", or a set such as "1-3,5" */
    const char *schedule;   /* a cron text of its own; "" when the global one holds */
    const char *created_at; /* UTC text */
    enum list_origin origin;
};

struct stored_lists {
    struct stored_list *items;
    size_t count;
};

/* Texts live in the arena. Order: priority, then id. `all` adds one-time lists; removed ones never.
 */
enum error_code lists_load(struct store *store, struct arena *arena, bool all,
                           struct stored_lists *ret, struct error *error);
/* ERROR_NOT_FOUND when there is none (or it was removed). */
enum error_code lists_find(struct store *store, struct arena *arena, const struct list_ref *ref,
                           struct stored_list *ret, struct error *error);
enum error_code lists_find_id(struct store *store, struct arena *arena, int64_t list_id,
                              struct stored_list *ret, struct error *error);

enum lists_order {
    LISTS_BY_PRIORITY,
    LISTS_BY_NAME,   /* its description, or else its id; in any case */
    LISTS_BY_SYNCED, /* last synced first, never synced last */
};

/* Lists as a person looks for them. */
struct lists_query {
    const char *type;   /* NULL: all */
    const char *status; /* outcome word, "" for those never fetched; NULL: all */
    const char *search; /* part of id or description, ASCII case ignored; NULL or "": all */
    int auto_sync;      /* -1: both; 0, 1 */
    bool all;           /* one-time lists too */
    enum lists_order order;
    bool reversed;
    int limit; /* 0: none */
    int64_t offset;
};

/* `ret_total`: how many fit, on all pages. */
enum error_code lists_query(struct store *store, struct arena *arena,
                            const struct lists_query *query, struct stored_lists *ret,
                            int64_t *ret_total, struct error *error);
/*
 * Adds it, or finds it again; a removed list comes back only when added by hand. `requester` 0
 * keeps what is there. ret_id is 0 when the environment names a list that a person removed.
 */
enum error_code lists_add(struct store *store, const struct list_ref *ref, enum list_origin origin,
                          int64_t requester, int64_t *ret_id, struct error *error);
/*
 * Writes what a person may choose of list->id: description, auto_sync, priority, item_limit,
 * requester, quality, seasons and schedule; all of them, as they are. ERROR_NOT_FOUND.
 */
enum error_code lists_change(struct store *store, const struct stored_list *list,
                             struct error *error);
/* Forgets its contents and what was chosen for it, keeps what was requested. ERROR_NOT_FOUND. */
enum error_code lists_remove(struct store *store, const struct list_ref *ref, struct error *error);
enum error_code lists_remove_id(struct store *store, int64_t list_id, struct error *error);

/* Forgets a list that the environment names no more; it comes back when it is named again. */
enum error_code lists_drop(struct store *store, int64_t list_id, struct error *error);
/*
 * Calls a list by another id. If one of that id is known already, the two become one, which keeps
 * its own reading and stays out if a person removed it.
 */
enum error_code lists_rename(struct store *store, const struct stored_list *list,
                             const struct list_ref *ref, struct error *error);

/* What is kept to ask "has it changed?". Texts "" when the source gave none. */
struct list_validators {
    const char *etag;
    const char *last_modified;
};

struct list_reading {
    enum outcome outcome;
    const char *message;
    const char *name;                  /* the list's own name or "" */
    int64_t total;                     /* as the source said; -1 */
    const struct entry_list *entries;  /* NULL for outcomes without any */
    struct list_validators validators; /* of a reading that was one answer; else "" */
};

/*
 * Records one fetch. Complete outcomes replace the snapshot (except unchanged, which keeps it and
 * only renews its age); `partial` adds entries that the snapshot lacks and keeps the others; every
 * other outcome leaves it alone. Times first and last seen are kept per entry. After a partial
 * reading lists_entries has what to go on with: entries that it added rank behind all others.
 * A list that was removed meanwhile stays forgotten: nothing is recorded, and that is no error.
 */
enum error_code lists_record(struct store *store, int64_t list_id,
                             const struct list_reading *reading, struct error *error);
/* The last good entries, by rank. */
enum error_code lists_entries(struct store *store, int64_t list_id, struct entry_list *ret,
                              struct error *error);
/* The validators of the last good snapshot; both "" when there is none. */
enum error_code lists_validators(struct store *store, int64_t list_id, struct arena *arena,
                                 struct list_validators *ret, struct error *error);

#endif
