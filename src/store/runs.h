/*
 * runs.h: runs (`sync_history`), those that wait included, what each decided per item and why
 * (`run_items`), and the items themselves (`synced_items`).
 */
#ifndef LISTSYNC_STORE_RUNS_H
#define LISTSYNC_STORE_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/decision.h"
#include "model/merge.h"
#include "model/outcome.h"
#include "model/run.h"
#include "model/run_group.h"
#include "store/store.h"

struct stored_run {
    int64_t id;
    enum run_mode mode;
    enum run_trigger trigger;
    enum run_state state;
    bool dry_run;
    const char *started;   /* UTC text; as long as it waits, when it was queued */
    const char *completed; /* "" while it waits or runs */
    int64_t duration_ms;
    int64_t processed, requested, skipped, errored, unmatched;
    const char *message; /* why it failed or what it left; "" */
    int64_t seerr_calls, source_calls;
    int64_t unread_lists;            /* of runs_load: lists that could not be read */
    int64_t groups[RUN_GROUP_COUNT]; /* of a run that was loaded and has ended: its items */
    const char *queued_at;           /* UTC text; "" if it began at once */
    const char *lists;               /* numbers of the lists it was asked for: "3,7"; "": all */
    const char *items;               /* of the items, likewise */
    const char *requested_by;        /* who asked for it; "" */
    bool joins;      /* of runs_queue: what runs already for the same will do as well */
    int64_t attempt; /* 2: again, since the first was cut off */
    bool is_4k;
    const char *undone_at;  /* UTC text, "" */
    const char *thinned_at; /* UTC text since when rows of it are gone (retention.h); "" */
    bool is_moved_in;       /* of an earlier ListSync: its row is all there is, and it is no news */
};

struct stored_runs {
    struct stored_run *items;
    size_t count;
};

/*
 * Rows still `running` were cut off: they become `failed` with that sentence, what they did so far
 * is counted, and what they did not reach is `cancelled`. First of all, before any run begins.
 * Those that wait go on waiting.
 */
enum error_code runs_end_interrupted(struct store *store, struct error *error);
/* The same, and tells which they were, as they were, oldest first. */
enum error_code runs_take_interrupted(struct store *store, struct arena *arena,
                                      struct stored_runs *ret, struct error *error);

/* One that ended so goes on: it is `cancelled`, and says by which run. */
enum error_code runs_set_goes_on(struct store *store, int64_t run_id, int64_t next_id,
                                 struct error *error);
/* Fills in `processed` and `requested` of one that has not ended: its row does not know them yet.
 */
enum error_code runs_count_so_far(struct store *store, struct stored_run *run, struct error *error);

/* Why one that ended so had failed, if it did. */
enum error_code runs_set_failure(struct store *store, int64_t run_id, const char *message,
                                 struct error *error);

enum { RUNS_QUEUED_MOST = 500 };

/*
 * Puts a run into the queue: mode, trigger, dry_run, lists, items (both in a fixed order),
 * requested_by, is_4k and attempt (0 is 1) of `order`. One that waits already for the same is
 * found again, whoever asked for it. It is on disk when this returns (inside a transaction: when
 * that is committed). ERROR_LIMIT: RUNS_QUEUED_MOST wait; what was cut off may wait again all the
 * same.
 */
enum error_code runs_queue(struct store *store, const struct stored_run *order, int64_t *ret_id,
                           bool *ret_again, struct error *error);
enum error_code runs_count_queued(struct store *store, int64_t *ret, struct error *error);
/* The one that waits longest; ERROR_NOT_FOUND when none does. */
enum error_code runs_next_queued(struct store *store, struct arena *arena, struct stored_run *ret,
                                 struct error *error);
/* Takes it out of the queue, to run now or never; ERROR_NOT_FOUND if it does not wait (any more).
 */
enum error_code runs_start(struct store *store, int64_t run_id, struct error *error);
enum error_code runs_cancel_queued(struct store *store, int64_t run_id, struct error *error);
/* A run that begins at once, without having waited. */
enum error_code runs_begin(struct store *store, enum run_mode mode, enum run_trigger trigger,
                           bool dry_run, int64_t *ret_id, struct error *error);
/* How one list fared in a run. */
enum error_code runs_record_list(struct store *store, int64_t run_id, int64_t list_id,
                                 enum outcome outcome, int64_t items, const char *message,
                                 struct error *error);
/*
 * Writes the item (synced_items, by item_key) and its decision in this run; calling it again for
 * the same run and item overwrites. A dry run leaves the item's own status and decision alone.
 */
enum error_code runs_record_item(struct store *store, int64_t run_id, const struct item *item,
                                 const char *item_key, bool dry_run, struct error *error);
/* The row (synced_items) that the item would be recorded in; 0: it is new. */
enum error_code runs_find_item(struct store *store, const struct item *item, const char *item_key,
                               int64_t *ret_id, struct error *error);
/* Ends the run run->id; `completed` NULL or "" is now. retention.h says what stays of it. */
enum error_code runs_finish(struct store *store, const struct stored_run *run, struct error *error);

/* Requests of it were taken back: now. */
enum error_code runs_set_undone(struct store *store, int64_t run_id, struct error *error);

enum error_code runs_load(struct store *store, struct arena *arena, int limit,
                          struct stored_runs *ret, struct error *error); /* newest first */
enum error_code runs_find(struct store *store, struct arena *arena, int64_t id,
                          struct stored_run *ret, struct error *error);

/* One line of the story of an item, for `why`. */
struct item_history {
    int64_t run_id;
    const char *at; /* UTC text */
    bool dry_run;
    enum decision decision;
    enum item_status status;
    const char *rule, *reason, *answer;
};

struct item_story {
    int64_t item_id;
    const char *title;
    int64_t year;
    enum media_type media_type;
    struct ids ids;
    const char *status; /* word of the last real run, "" when none */
    const char *note;   /* why that is no success; "" */
    const char *proof, *evidence;
    const char *last_synced; /* UTC text */
    struct {
        const char *type, *id, *first_seen, *last_seen;
        int64_t rank;
    } * sources; /* by the newest run */
    size_t source_count;
    struct item_history *history; /* newest first, at most 20 */
    size_t history_count;
};

struct item_stories {
    struct item_story *items;
    size_t count;
    size_t exact; /* the first ones: the query is their id, or their title and year */
    size_t more;  /* that fit as well, and are beyond the limit */
};

/*
 * Items whose title folds to or contains the query, or one of whose ids it is (tt..., tmdb:603,
 * movie:603, tv:1399, tvdb:..., a bare number). "Heat (1995)" and "heat 1995" ask for that year
 * only, if there is such a title. Best matches first; at most `limit`.
 */
enum error_code runs_explain(struct store *store, struct arena *arena, const char *query, int limit,
                             struct item_stories *ret, struct error *error);

/* A person's "leave it alone" / "may come again"; item by synced_items id. */
enum error_code items_set_ignored(struct store *store, int64_t item_id, bool ignored,
                                  struct error *error);
/* After an undo: the items with this TMDB id are not requested any more, and say why. */
enum error_code items_withdraw(struct store *store, enum media_type media_type, int64_t tmdb,
                               struct error *error);
/* Calls back with what is known of each ignored item: its TMDB id, its IMDb id, or both. */
enum error_code items_each_ignored(struct store *store,
                                   void (*visit)(void *context, enum media_type media_type,
                                                 const struct ids *ids),
                                   void *context, struct error *error);

#endif
