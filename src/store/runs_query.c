#include "store/runs_query.h"

#include "base/memory.h"
#include "store/rows.h"
#include "store/run_rows.h"
#include "store/runs_query_sql.h"

enum { LIMIT_MOST = 500 };

/* The narrowest way that the filters allow. */
static enum runs_way choose(const struct runs_query *query)
{
    if (query->since || query->until)
        return RUNS_BY_START;
    if (query->list_id)
        return RUNS_BY_LIST;
    if (query->state)
        return RUNS_BY_STATE;
    return query->mode ? RUNS_BY_MODE : RUNS_BY_NUMBER;
}

static void bind_filters(struct db_statement *statement, const struct runs_query *query)
{
    db_bind_text(statement, 1, query->mode);
    db_bind_text(statement, 2, query->state);
    db_bind_text(statement, 3, query->since);
    db_bind_text(statement, 4, query->until);
    db_bind_integer(statement, 5, query->dry_run);
    db_bind_integer(statement, 6, query->list_id);
}

static enum error_code load_page(struct store *store, struct arena *arena,
                                 const struct runs_query *query, struct stored_runs *ret,
                                 struct error *error)
{
    int limit = query->limit < 1 ? 1 : query->limit > LIMIT_MOST ? LIMIT_MOST : query->limit;
    struct db_statement *row = db_prepare(store->db, runs_ways[choose(query)].page);

    bind_filters(row, query);
    db_bind_integer(row, 7, query->before ? query->before : INT64_MAX);
    db_bind_integer(row, 8, limit);
    db_bind_integer(row, 9, query->offset);
    return run_rows_load(store, row, arena, ret, error);
}

static enum error_code count(struct store *store, const struct runs_query *query, int64_t *ret,
                             struct error *error)
{
    enum runs_way way = choose(query);
    bool filtered = query->state || query->mode || query->dry_run >= 0;
    struct db_statement *row = NULL;

    if (way == RUNS_BY_NUMBER && !filtered) {
        row = db_prepare(store->db, "SELECT COUNT(*) FROM sync_history");
    } else if (way == RUNS_BY_LIST && !filtered) {
        row = db_prepare(store->db, "SELECT COUNT(*) FROM run_lists WHERE list_id = $1");
        db_bind_integer(row, 1, query->list_id);
    } else {
        row = db_prepare(store->db, runs_ways[way].count);
        bind_filters(row, query);
    }
    return rows_number(row, 0, ret, error);
}

enum error_code runs_query(struct store *store, struct arena *arena, const struct runs_query *query,
                           struct stored_runs *ret, int64_t *ret_total, struct error *error)
{
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = load_page(store, arena, query, ret, error);
    if (!rc)
        rc = count(store, query, ret_total, error);
    return store_end(store, rc, error);
}

enum error_code runs_lists(struct store *store, struct arena *arena, int64_t run_id,
                           struct run_lists *ret, struct error *error)
{
    struct run_list *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT lists.id, lists.list_type, lists.list_id, lists.description,"
                              "  run_lists.outcome, run_lists.message, run_lists.items"
                              " FROM run_lists CROSS JOIN lists ON lists.id = run_lists.list_id"
                              " WHERE run_lists.run_id = $1 ORDER BY lists.priority, lists.id");

    db_bind_integer(row, 1, run_id);
    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = (struct run_list){
            .list_id = db_column_integer(row, 0),
            .type = rows_text(row, 1, arena),
            .id = rows_text(row, 2, arena),
            .description = rows_text(row, 3, arena),
            .outcome = rows_text(row, 4, arena),
            .message = rows_text(row, 5, arena),
            .items = db_column_integer(row, 6),
        };
    }
    *ret = (struct run_lists){rows_keep(arena, items, count, sizeof(*items)), count};
    return db_finish(row, error);
}
