#include "store/retention.h"

#include "base/memory.h"
#include "model/decision.h"
#include "model/run.h"
#include "store/notification_deliveries.h"
#include "store/rows.h"

enum { DAY_MS = 86400000 };

/* Free pages that stay for the next run: of the file, and at least. */
enum { FREE_SHARE = 10, FREE_LEAST = 512 };

static void since(int64_t days, int64_t now_ms, char text[CLOCK_TEXT_SIZE])
{
    if (days > 0)
        clock_format_utc(now_ms - days * DAY_MS, text);
    else
        *text = '\0';
}

struct retention retention_of(const struct retention_days *days, int64_t now_ms)
{
    struct retention retention = {.whole_runs = days->whole_runs};

    since(days->changes, now_ms, retention.changes_since);
    since(days->audit, now_ms, retention.audit_since);
    since(days->deliveries, now_ms, retention.deliveries_since);
    return retention;
}

/* ---- rows of runs ---- */

struct old_run {
    int64_t id;
    bool is_old;    /* by its start */
    bool is_newest; /* of one of its lists */
};

/* The newest run that is not one of the newest few; 0: none. */
static enum error_code find_frontier(struct store *store, int64_t whole_runs, int64_t *ret,
                                     struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "SELECT id FROM sync_history WHERE state <> $2"
                              " ORDER BY id DESC LIMIT 1 OFFSET $1");

    db_bind_integer(statement, 1, whole_runs);
    db_bind_text(statement, 2, run_state_word(RUN_QUEUED));
    return rows_number(statement, 0, ret, error);
}

static enum error_code next_run(struct store *store, const struct retention *retention,
                                int64_t after, int64_t frontier, struct old_run *ret,
                                struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT id, sync_started < $3, EXISTS (SELECT 1 FROM run_lists"
                   "  JOIN lists ON lists.id = run_lists.list_id AND lists.removed_at IS NULL"
                   "  WHERE run_lists.run_id = sync_history.id AND NOT EXISTS (SELECT 1"
                   "   FROM run_lists AS later WHERE later.list_id = run_lists.list_id"
                   "    AND later.run_id > run_lists.run_id))"
                   " FROM sync_history WHERE id > $1 AND id <= $2 AND state NOT IN ($4, $5)"
                   " ORDER BY id LIMIT 1");

    *ret = (struct old_run){0};
    db_bind_integer(row, 1, after);
    db_bind_integer(row, 2, frontier);
    db_bind_text(row, 3, retention->changes_since);
    db_bind_text(row, 4, run_state_word(RUN_QUEUED));
    db_bind_text(row, 5, run_state_word(RUN_RUNNING));
    if (db_step(row))
        *ret = (struct old_run){db_column_integer(row, 0), db_column_integer(row, 1) != 0,
                                db_column_integer(row, 2) != 0};
    return db_finish(row, error);
}

/* The last of the next few titles of the run, and how many these are. */
static enum error_code next_items(struct store *store, int64_t run_id, int64_t after,
                                  int64_t *ret_last, int64_t *ret_count, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT COALESCE(MAX(item_id), 0), COUNT(*) FROM (SELECT item_id"
                              " FROM run_items WHERE run_id = $1 AND item_id > $2"
                              " ORDER BY item_id LIMIT $3)");

    db_bind_integer(row, 1, run_id);
    db_bind_integer(row, 2, after);
    db_bind_integer(row, 3, RETENTION_BITE_ROWS);
    if (db_step(row)) {
        *ret_last = db_column_integer(row, 0);
        *ret_count = db_column_integer(row, 1);
    }
    return db_finish(row, error);
}

/*
 * The last word on a title is what its own row points at, or the newest row there is of it: a dry
 * run can have both behind it.
 */
static enum error_code drop_items(struct store *store, const struct old_run *run, int64_t after,
                                  int64_t last, int64_t *ret_gone, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "DELETE FROM run_items WHERE run_id = $1 AND item_id > $2 AND item_id <= $3"
                   " AND status <> 'requested'"
                   " AND ($4 OR (status = status_before AND decision <> $5))"
                   " AND EXISTS (SELECT 1 FROM run_items AS newer"
                   "  WHERE newer.item_id = run_items.item_id AND newer.run_id > run_items.run_id)"
                   " AND NOT EXISTS (SELECT 1 FROM synced_items"
                   "  WHERE synced_items.id = run_items.item_id AND last_run_id = run_items.run_id)"
                   " RETURNING item_id");

    db_bind_integer(row, 1, run->id);
    db_bind_integer(row, 2, after);
    db_bind_integer(row, 3, last);
    db_bind_integer(row, 4, run->is_old);
    db_bind_text(row, 5, decision_word(DECISION_REQUEST));
    while (db_step(row))
        (*ret_gone)++;
    return db_finish(row, error);
}

static enum error_code note_thinned(struct store *store, int64_t run_id, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE sync_history SET thinned_at = $2 WHERE id = $1 AND thinned_at IS NULL");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_integer(statement, 1, run_id);
    db_bind_text(statement, 2, now);
    return rows_run(statement, error);
}

/* The next few titles of the run; `ret_count` 0: it has no more. */
static enum error_code thin_out(struct store *store, const struct old_run *run,
                                struct retention_round *round, int64_t *ret_count,
                                struct error *error)
{
    int64_t last = 0, gone = 0;
    enum error_code rc = next_items(store, run->id, round->item_id, &last, ret_count, error);

    if (!rc && *ret_count)
        rc = drop_items(store, run, round->item_id, last, &gone, error);
    if (!rc && gone)
        rc = note_thinned(store, run->id, error);
    round->item_id = last;
    round->rows += gone;
    return rc;
}

/* Without a number, age alone decides. */
static bool stays_whole(const struct retention *retention, const struct old_run *run)
{
    return run->is_newest || (!retention->whole_runs && !run->is_old);
}

/* The run that was begun with, or the next one. */
static enum error_code take_run(struct store *store, const struct retention *retention,
                                int64_t frontier, struct retention_round *round, int64_t *ret_rows,
                                bool *ret_done, struct error *error)
{
    struct old_run run;
    enum error_code rc = next_run(store, retention, round->run_id, frontier, &run, error);

    *ret_rows = 0;
    *ret_done = !rc && !run.id;
    if (rc || !run.id)
        return rc;
    if (!stays_whole(retention, &run))
        rc = thin_out(store, &run, round, ret_rows, error);
    if (!rc && *ret_rows < RETENTION_BITE_ROWS) {
        round->run_id = run.id;
        round->item_id = 0;
    }
    return rc;
}

static enum error_code bite_runs(struct store *store, const struct retention *retention,
                                 struct retention_round *round, bool *ret_done, struct error *error)
{
    int64_t until = clock_steady_ms() + RETENTION_BITE_MS;
    int64_t frontier = 0, rows = 0, more = 0;
    bool is_wanted = retention->whole_runs || *retention->changes_since;
    enum error_code rc =
        is_wanted ? find_frontier(store, retention->whole_runs, &frontier, error) : ERROR_NONE;

    *ret_done = !is_wanted;
    while (!rc && !*ret_done && rows < RETENTION_BITE_ROWS && clock_steady_ms() < until) {
        rc = take_run(store, retention, frontier, round, &more, ret_done, error);
        rows += more;
    }
    return rc;
}

/* ---- others ---- */

static enum error_code count_gone(struct db_statement *row, struct retention_round *round,
                                  bool *ret_done, struct error *error)
{
    int64_t gone = 0;

    while (db_step(row))
        gone++;
    round->rows += gone;
    *ret_done = gone < RETENTION_BITE_ROWS;
    return db_finish(row, error);
}

/* Only its oldest rows are looked at: they are there in the order of their time. */
static enum error_code bite_audit(struct store *store, const struct retention *retention,
                                  struct retention_round *round, bool *ret_done,
                                  struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "DELETE FROM audit_log WHERE at < $1 AND id IN"
                              " (SELECT id FROM audit_log ORDER BY id LIMIT $2) RETURNING id");

    db_bind_text(row, 1, retention->audit_since);
    db_bind_integer(row, 2, RETENTION_BITE_ROWS);
    return count_gone(row, round, ret_done, error);
}

static enum error_code bite_deliveries(struct store *store, const struct retention *retention,
                                       struct retention_round *round, bool *ret_done,
                                       struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "DELETE FROM notification_deliveries WHERE state > $1 AND ended_at < $2"
                   " AND id IN (SELECT id FROM notification_deliveries ORDER BY id LIMIT $3)"
                   " RETURNING id");
    int64_t since_ms =
        *retention->deliveries_since ? clock_parse_utc(retention->deliveries_since) : 0;

    db_bind_integer(row, 1, DELIVERY_CLAIMED);
    db_bind_integer(row, 2, since_ms);
    db_bind_integer(row, 3, RETENTION_BITE_ROWS);
    return count_gone(row, round, ret_done, error);
}

static enum error_code bite_pages(struct store *store, const struct retention *retention,
                                  struct retention_round *round, bool *ret_done,
                                  struct error *error)
{
    int64_t all = 0, unused = 0, given = 0;
    enum error_code rc = db_pages(store->db, &all, &unused, error);
    int64_t spare = all / FREE_SHARE > FREE_LEAST ? all / FREE_SHARE : FREE_LEAST;

    (void)retention;
    if (!rc && unused > spare)
        rc = db_give_back(store->db, &given, error);
    round->pages += given;
    *ret_done = !given;
    return rc;
}

static enum error_code (*const parts[])(struct store *, const struct retention *,
                                        struct retention_round *, bool *, struct error *) = {
    bite_runs, bite_audit, bite_deliveries, bite_pages};

static enum error_code bite(struct store *store, const struct retention *retention,
                            struct retention_round *round, bool *ret_done, struct error *error)
{
    bool done = false;
    enum error_code rc = parts[round->part](store, retention, round, &done, error);

    if (!rc && done)
        round->part++;
    *ret_done = !rc && (size_t)round->part == ARRAY_LENGTH(parts);
    return rc;
}

enum error_code retention_bite(struct store *store, const struct retention *retention,
                               struct retention_round *round, bool *ret_done, struct error *error)
{
    struct retention_round trial = *round;
    enum error_code rc = store_begin(store, error);

    *ret_done = false;
    if (rc)
        return rc;
    rc = store_end(store, bite(store, retention, &trial, ret_done, error), error);
    if (!rc)
        *round = trial;
    return rc;
}
