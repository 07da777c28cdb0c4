#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/rows.h"
#include "store/runs_query.h"
#include "store/runs_query_sql.h"

enum { LIMIT_MOST = 500, PAIRS_MOST = DECISION_COUNT * ITEM_STATUS_COUNT };

/* One call of runs_items. */
struct asking {
    struct store *store;
    int64_t run_id;
    const char *status, *decision;
    bool changed_only;
};

static void bind_filters(const struct asking *asking, struct db_statement *statement)
{
    db_bind_integer(statement, 1, asking->run_id);
    db_bind_text(statement, 2, asking->status);
    db_bind_text(statement, 3, asking->decision);
}

static enum run_items_way choose(const struct asking *asking)
{
    if (asking->changed_only)
        return RUN_ITEMS_CHANGED;
    return asking->status ? RUN_ITEMS_BY_STATUS : RUN_ITEMS_ALL;
}

static struct run_item read_item(struct db_statement *row, struct arena *arena)
{
    return (struct run_item){
        .item_id = db_column_integer(row, 0),
        .title = rows_text(row, 1, arena),
        .year = db_column_integer(row, 2),
        .media_type = rows_media_type(row, 3),
        .tmdb = db_column_integer(row, 4),
        .imdb = rows_text(row, 5, arena),
        .decision = rows_text(row, 6, arena),
        .rule = rows_text(row, 7, arena),
        .reason = rows_text(row, 8, arena),
        .status = rows_text(row, 9, arena),
        .answer = rows_text(row, 10, arena),
        .request_id = db_column_integer(row, 11),
        .status_before = rows_text(row, 12, arena),
    };
}

/* One more than the page holds says that there is a next one. */
static enum error_code load_page(const struct asking *asking, struct arena *arena, int64_t after,
                                 int limit, struct run_items *ret, struct error *error)
{
    size_t most = (size_t)(limit < 1 ? 1 : limit > LIMIT_MOST ? LIMIT_MOST : limit);
    struct run_items page = {arena_take(arena, (most + 1) * sizeof(*page.items)), 0, 0, 0};
    struct db_statement *row = db_prepare(asking->store->db, run_items_ways[choose(asking)].page);

    bind_filters(asking, row);
    db_bind_integer(row, 4, after);
    db_bind_integer(row, 5, (int64_t)most + 1);
    while (page.count <= most && db_step(row))
        page.items[page.count++] = read_item(row, arena);
    if (page.count > most) {
        page.count = most;
        page.next_after = page.items[most - 1].item_id;
    }
    *ret = page;
    return db_finish(row, error);
}

/* Nothing was thinned out: it is among the newest, whose rows are all there; and it has ended. */
static enum error_code is_whole(struct store *store, int64_t run_id, bool *ret, struct error *error)
{
    int64_t whole = 0;
    struct db_statement *statement =
        db_prepare(store->db, "SELECT EXISTS (SELECT 1 FROM run_counts WHERE run_id = $1)"
                              " AND (SELECT COUNT(*) FROM (SELECT 1 FROM sync_history"
                              "  WHERE id > $1 LIMIT $2)) < $2");

    db_bind_integer(statement, 1, run_id);
    db_bind_integer(statement, 2, RUNS_KEPT);
    enum error_code rc = rows_number(statement, 0, &whole, error);
    *ret = whole != 0;
    return rc;
}

static enum error_code sum_counts(const struct asking *asking, int64_t *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(asking->store->db, "SELECT SUM(items) FROM run_counts WHERE run_id = $1"
                                      " AND ($2 IS NULL OR status = $2)"
                                      " AND ($3 IS NULL OR decision = $3)");

    bind_filters(asking, statement);
    return rows_number(statement, 0, ret, error);
}

static enum error_code count_rows(const struct asking *asking, int64_t *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(asking->store->db, run_items_ways[choose(asking)].count);

    bind_filters(asking, statement);
    return rows_number(statement, 0, ret, error);
}

/* Items that were decided alike have nearly always one status, and that has an index. */
static enum error_code narrow_to_status(struct asking *asking, struct arena *arena,
                                        struct error *error)
{
    const char *status = NULL;
    int found = 0;
    struct db_statement *row = db_prepare(
        asking->store->db, "SELECT status FROM run_counts WHERE run_id = $1 AND decision = $2");

    db_bind_integer(row, 1, asking->run_id);
    db_bind_text(row, 2, asking->decision);
    for (; db_step(row); found++)
        status = rows_text(row, 0, arena);
    if (found == 1)
        asking->status = status;
    return db_finish(row, error);
}

static enum error_code read_items(struct asking *asking, struct arena *arena, int64_t after,
                                  int limit, struct run_items *ret, struct error *error)
{
    bool whole = false;
    int64_t total = 0;
    enum error_code rc = is_whole(asking->store, asking->run_id, &whole, error);

    if (!rc && whole && asking->decision && !asking->status)
        rc = narrow_to_status(asking, arena, error);
    if (!rc && whole && !asking->changed_only)
        rc = sum_counts(asking, &total, error);
    else if (!rc)
        rc = count_rows(asking, &total, error);
    if (!rc && total)
        rc = load_page(asking, arena, after, limit, ret, error);
    if (!rc)
        ret->total = total;
    return rc;
}

enum error_code runs_items(struct store *store, struct arena *arena, int64_t run_id,
                           const char *status, const char *decision, bool changed_only,
                           int64_t after, int limit, struct run_items *ret, struct error *error)
{
    struct asking asking = {store, run_id, status, decision, changed_only};
    struct run_items items = {0};
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = store_end(store, read_items(&asking, arena, after, limit, &items, error), error);
    if (!rc)
        *ret = items;
    return rc;
}

static void add_count(struct run_counts *counts, const char *word, int64_t count,
                      struct arena *arena)
{
    for (size_t i = 0; i < counts->count; i++) {
        if (strcmp(counts->items[i].word, word) == 0) {
            counts->items[i].count += count;
            return;
        }
    }
    counts->items[counts->count++] = (struct run_count){arena_text(arena, word), count};
}

/* Sums them up by each word. The words are ours: there are no more pairs of them. */
static enum error_code read_counts(struct db_statement *row, struct arena *arena,
                                   struct run_counts *decisions, struct run_counts *statuses,
                                   struct error *error)
{
    decisions->items = arena_take(arena, PAIRS_MOST * sizeof(*decisions->items));
    statuses->items = arena_take(arena, PAIRS_MOST * sizeof(*statuses->items));
    for (int i = 0; i < PAIRS_MOST && db_step(row); i++) {
        int64_t count = db_column_integer(row, 2);
        add_count(decisions, db_column_text(row, 0), count, arena);
        add_count(statuses, db_column_text(row, 1), count, arena);
    }
    return db_finish(row, error);
}

/* Of a run that goes on, its rows are counted. */
static enum error_code count_run(struct store *store, struct arena *arena, int64_t run_id,
                                 struct run_counts *decisions, struct run_counts *statuses,
                                 struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT decision, status, items FROM run_counts WHERE run_id = $1");

    db_bind_integer(row, 1, run_id);
    enum error_code rc = read_counts(row, arena, decisions, statuses, error);
    if (rc || decisions->count)
        return rc;
    row = db_prepare(store->db, "SELECT decision, status, COUNT(*) FROM run_items"
                                " WHERE run_id = $1 GROUP BY decision, status");
    db_bind_integer(row, 1, run_id);
    return read_counts(row, arena, decisions, statuses, error);
}

enum error_code runs_count(struct store *store, struct arena *arena, int64_t run_id,
                           struct run_counts *ret_decisions, struct run_counts *ret_statuses,
                           struct error *error)
{
    struct run_counts decisions = {0}, statuses = {0};
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = store_end(store, count_run(store, arena, run_id, &decisions, &statuses, error), error);
    if (rc)
        return rc;
    *ret_decisions = decisions;
    *ret_statuses = statuses;
    return ERROR_NONE;
}
