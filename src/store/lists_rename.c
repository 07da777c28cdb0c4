#include "base/memory.h"
#include "store/lists.h"
#include "store/rows.h"

static enum error_code find_any(struct store *store, const struct list_ref *ref, int64_t *ret,
                                struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "SELECT id FROM lists WHERE list_type = $1 AND list_id = $2");

    db_bind_text(statement, 1, ref->type);
    db_bind_text(statement, 2, ref->id);
    return rows_number(statement, 0, ret, error);
}

static enum error_code set_name(struct store *store, int64_t list_id, const struct list_ref *ref,
                                struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE lists SET list_type = $2, list_id = $3, list_url ="
                              "  CASE WHEN $4 = '' THEN list_url ELSE $4 END WHERE id = $1");

    db_bind_integer(statement, 1, list_id);
    db_bind_text(statement, 2, ref->type);
    db_bind_text(statement, 3, ref->id);
    db_bind_text(statement, 4, ref->url);
    return rows_run(statement, error);
}

/* The runs that read it read the other one from now on; a run may have read both. */
static enum error_code hand_over_runs(struct store *store, int64_t from, int64_t to,
                                      struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "INSERT INTO run_lists (run_id, list_id, outcome, items, message)"
                              " SELECT run_id, $2, outcome, items, message FROM run_lists"
                              " WHERE list_id = $1 ON CONFLICT (run_id, list_id) DO NOTHING");

    db_bind_integer(statement, 1, from);
    db_bind_integer(statement, 2, to);
    return rows_run(statement, error);
}

static enum error_code erase(struct store *store, int64_t list_id, struct error *error)
{
    static const char *const steps[] = {
        "DELETE FROM run_lists WHERE list_id = $1",
        "DELETE FROM list_items WHERE list_id = $1",
        "DELETE FROM list_snapshots WHERE list_id = $1",
        "DELETE FROM lists WHERE id = $1",
    };
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(steps); i++)
        rc = rows_run_on(store->db, steps[i], list_id, error);
    return rc;
}

static enum error_code join(struct store *store, const struct stored_list *list, int64_t other,
                            const struct list_ref *ref, struct error *error)
{
    int64_t ignored;
    enum error_code rc = lists_add(store, ref, list->origin, list->requester, &ignored, error);

    if (!rc)
        rc = hand_over_runs(store, list->id, other, error);
    return rc ? rc : erase(store, list->id, error);
}

static enum error_code rename_or_join(struct store *store, const struct stored_list *list,
                                      const struct list_ref *ref, struct error *error)
{
    int64_t other = 0;
    enum error_code rc = find_any(store, ref, &other, error);

    if (rc || other == list->id)
        return rc;
    return other ? join(store, list, other, ref, error) : set_name(store, list->id, ref, error);
}

enum error_code lists_rename(struct store *store, const struct stored_list *list,
                             const struct list_ref *ref, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = rename_or_join(store, list, ref, error);
    return store_end(store, rc, error);
}
