#include "store/lists_trouble.h"

#include "store/rows.h"

/* A reading that was cancelled says nothing of the list. */
static bool is_trouble(const struct stored_list *list, enum outcome *ret)
{
    return outcome_from_word(list->status, ret) && !outcome_is_complete(*ret) &&
           *ret != OUTCOME_CANCELLED;
}

static enum error_code find_since(struct store *store, struct arena *arena,
                                  struct list_trouble *trouble, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db,
        "SELECT sync_started FROM sync_history WHERE id = (SELECT MIN(run_id) FROM run_lists"
        "  WHERE list_id = $1 AND outcome <> 'cancelled' AND run_id > COALESCE("
        "   (SELECT MAX(run_id) FROM run_lists"
        "    WHERE list_id = $1 AND outcome IN ('ok', 'unchanged', 'empty')), 0))");

    db_bind_integer(row, 1, trouble->list.id);
    trouble->since = db_step(row) ? rows_text(row, 0, arena) : "";
    return db_finish(row, error);
}

/* Appends those that a key would heal, or all others. */
static enum error_code add(struct store *store, struct arena *arena,
                           const struct stored_lists *lists, bool by_key, struct list_troubles *ret,
                           struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < lists->count; i++) {
        struct list_trouble trouble = {.list = lists->items[i]};
        if (!is_trouble(&trouble.list, &trouble.outcome) ||
            (trouble.outcome == OUTCOME_AUTH_FAILED) != by_key)
            continue;
        rc = find_since(store, arena, &trouble, error);
        ret->items[ret->count++] = trouble;
    }
    return rc;
}

enum error_code lists_in_trouble(struct store *store, struct arena *arena,
                                 struct list_troubles *ret, struct error *error)
{
    struct stored_lists lists = {0};
    enum error_code rc = lists_load(store, arena, false, &lists, error);

    if (rc)
        return rc;
    *ret = (struct list_troubles){arena_take(arena, (lists.count + 1) * sizeof(*ret->items)), 0};
    rc = add(store, arena, &lists, true, ret, error);
    return rc ? rc : add(store, arena, &lists, false, ret, error);
}
