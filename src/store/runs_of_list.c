#include "base/memory.h"
#include "store/rows.h"
#include "store/runs_query.h"

enum { LIMIT_MOST = 500 };

static struct list_run read_run(struct db_statement *row, struct arena *arena)
{
    struct list_run run = {
        .run_id = db_column_integer(row, 0),
        .at = rows_text(row, 1, arena),
        .state = RUN_COMPLETED,
        .dry_run = db_column_integer(row, 3) != 0,
        .outcome = rows_text(row, 4, arena),
        .message = rows_text(row, 5, arena),
        .items = db_column_integer(row, 6),
        .requested = db_column_integer(row, 7),
    };

    run_state_from_word(db_column_text(row, 2), &run.state);
    return run;
}

/* A run requests little, so that its requests are looked up in the list, not the other way. */
static enum error_code load_page(struct store *store, struct arena *arena, int64_t list_id,
                                 int64_t before, int limit, struct list_runs *ret,
                                 struct error *error)
{
    size_t most = (size_t)(limit < 1 ? 1 : limit > LIMIT_MOST ? LIMIT_MOST : limit);
    struct list_runs page = {.items = arena_take(arena, (most + 1) * sizeof(*page.items))};
    struct db_statement *row = db_prepare(
        store->db,
        "SELECT id, sync_started, state, dry_run, outcome, run_lists.message, run_lists.items,"
        "  (SELECT COUNT(*) FROM run_items INDEXED BY run_items_by_status"
        "   WHERE run_id = id AND status = 'requested' AND EXISTS (SELECT 1 FROM list_items"
        "    WHERE list_items.item_id = run_items.item_id AND list_items.list_id = $1))"
        " FROM run_lists INDEXED BY run_lists_by_list"
        " CROSS JOIN sync_history ON sync_history.id = run_lists.run_id"
        " WHERE run_lists.list_id = $1 AND run_lists.run_id < $2"
        " ORDER BY run_lists.run_id DESC LIMIT $3");

    db_bind_integer(row, 1, list_id);
    db_bind_integer(row, 2, before ? before : INT64_MAX);
    db_bind_integer(row, 3, (int64_t)most + 1);
    while (page.count <= most && db_step(row))
        page.items[page.count++] = read_run(row, arena);
    if (page.count > most) {
        page.count = most;
        page.next_before = page.items[most - 1].run_id;
    }
    *ret = page;
    return db_finish(row, error);
}

static enum error_code count(struct store *store, int64_t list_id, int64_t *ret,
                             struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "SELECT COUNT(*) FROM run_lists WHERE list_id = $1");

    db_bind_integer(statement, 1, list_id);
    return rows_number(statement, 0, ret, error);
}

enum error_code runs_of_list(struct store *store, struct arena *arena, int64_t list_id,
                             int64_t before, int limit, struct list_runs *ret, struct error *error)
{
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = load_page(store, arena, list_id, before, limit, ret, error);
    if (!rc)
        rc = count(store, list_id, &ret->total, error);
    return store_end(store, rc, error);
}
