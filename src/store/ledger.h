/*
 * ledger.h: what we asked Seerr for and what became of it (table `request_ledger`).
 *
 * The intent is written, and on disk, before the POST; the answer after it. A row is unique per
 * kind, TMDB id, quality and season set. It outlives Seerr's own memory: it is how nothing is
 * asked twice and no refusal is forgotten.
 */
#ifndef LISTSYNC_STORE_LEDGER_H
#define LISTSYNC_STORE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/media_state.h"
#include "store/store.h"

struct ledger_row {
    int64_t id;
    enum media_type media_type;
    int64_t tmdb;
    bool is_4k;
    struct season_set seasons; /* empty for films */
    enum ledger_state state;
    int64_t requester;
    int64_t run_id;      /* the run that wrote the intent */
    int64_t request_id;  /* Seerr's; 0 when not known */
    int64_t asked_at;    /* wall ms */
    const char *message; /* Seerr's words or ours; "" */
};

struct ledger_rows {
    struct ledger_row *items;
    size_t count;
};

/* Calls back for every row of a quality, for one run's plan: thousands, so none is kept. The row
 * and its texts are gone after the call. Ordered by kind, tmdb, id. */
enum error_code ledger_each(struct store *store, bool is_4k,
                            void (*visit)(void *context, const struct ledger_row *row),
                            void *context, struct error *error);
/* The same rows at once; texts in the arena. */
enum error_code ledger_load(struct store *store, struct arena *arena, bool is_4k,
                            struct ledger_rows *ret, struct error *error);
enum error_code ledger_of_title(struct store *store, struct arena *arena,
                                enum media_type media_type, int64_t tmdb, struct ledger_rows *ret,
                                struct error *error);
enum error_code ledger_of_run(struct store *store, struct arena *arena, int64_t run_id,
                              struct ledger_rows *ret, struct error *error);

/* How many rows each state has; kept, not counted. */
enum error_code ledger_counts(struct store *store, int64_t ret[LEDGER_STATES], struct error *error);

/* Durable when it returns, so never inside a transaction of the caller (our mistake, it stops the
 * program). A row that is there already goes back to intent under this run. */
enum error_code ledger_intend(struct store *store, const struct ledger_row *row, int64_t *ret_id,
                              struct error *error);
enum error_code ledger_answer(struct store *store, int64_t id, enum ledger_state state,
                              int64_t request_id, const char *message, struct error *error);
/* Remembers a refusal seen in Seerr (declined, deleted, blocklisted), with or without a row of
 * ours. */
enum error_code ledger_remember(struct store *store, enum media_type media_type, int64_t tmdb,
                                bool is_4k, enum ledger_state state, const char *message,
                                struct error *error);
/*
 * A person says that it may be asked for again, in both qualities: refusals and withdrawals of the
 * title are dropped, what was seen of it is forgotten, and LEDGER_ALLOWED outweighs what Seerr
 * still shows of them, until ledger_use_allowance.
 */
enum error_code ledger_forgive(struct store *store, enum media_type media_type, int64_t tmdb,
                               int64_t *ret_count, struct error *error);
/* Every title with a refusal, or that we once asked for: for a Seerr that was set up anew. */
enum error_code ledger_forgive_all(struct store *store, int64_t *ret_count, struct error *error);
/* It was asked for again, in one quality or the other: from now on refusals count once more. */
enum error_code ledger_use_allowance(struct store *store, enum media_type media_type, int64_t tmdb,
                                     struct error *error);

/* What was seen in a closer look at a series, so that the next sync need not look again. */
enum error_code looks_find(struct store *store, enum media_type media_type, int64_t tmdb,
                           bool is_4k, struct title_look *ret, struct error *error);
enum error_code looks_save(struct store *store, enum media_type media_type, int64_t tmdb,
                           bool is_4k, const struct title_look *look, struct error *error);
enum error_code looks_forget(struct store *store, enum media_type media_type, int64_t tmdb,
                             struct error *error);

#endif
