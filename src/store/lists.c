#include "store/lists.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/rows.h"

static const char *const origins[] = {
    [LIST_ADDED] = "added",
    [LIST_FROM_ENVIRONMENT] = "environment",
    [LIST_ONE_TIME] = "one_time",
};

static enum list_origin origin_from_word(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(origins); i++) {
        if (strcmp(origins[i], word) == 0)
            return (enum list_origin)i;
    }
    return LIST_ADDED;
}

#define LIST_COLUMNS                                                                               \
    "id, list_type, list_id, list_url, description, item_count, last_synced, status, message,"     \
    " last_tried, auto_sync, priority, item_limit, user_id, origin"

static struct stored_list read_list(struct db_statement *row, struct arena *arena)
{
    struct stored_list list = {
        .id = db_column_integer(row, 0),
        .description = rows_text(row, 4, arena),
        .item_count = db_column_integer(row, 5),
        .last_synced = rows_text(row, 6, arena),
        .status = rows_text(row, 7, arena),
        .message = rows_text(row, 8, arena),
        .last_tried = rows_text(row, 9, arena),
        .auto_sync = db_column_integer(row, 10) != 0,
        .priority = db_column_integer(row, 11),
        .item_limit = db_column_integer(row, 12),
        .requester = db_column_integer(row, 13),
        .origin = origin_from_word(db_column_text(row, 14)),
    };

    text_copy(list.ref.type, sizeof(list.ref.type), db_column_text(row, 1));
    text_copy(list.ref.id, sizeof(list.ref.id), db_column_text(row, 2));
    text_copy(list.ref.url, sizeof(list.ref.url), db_column_text(row, 3));
    return list;
}

enum error_code lists_load(struct store *store, struct arena *arena, bool all,
                           struct stored_lists *ret, struct error *error)
{
    struct stored_list *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT " LIST_COLUMNS
                              " FROM lists WHERE removed_at IS NULL AND ($1 = 1 OR origin <> $2)"
                              " ORDER BY priority, id");

    db_bind_integer(row, 1, all);
    db_bind_text(row, 2, origins[LIST_ONE_TIME]);
    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = read_list(row, arena);
    }
    struct stored_list *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct stored_lists){kept, count};
    return rc;
}

static enum error_code no_such_list(const struct list_ref *ref, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no list %s:%s", ref->type, ref->id);
}

enum error_code lists_find(struct store *store, struct arena *arena, const struct list_ref *ref,
                           struct stored_list *ret, struct error *error)
{
    struct stored_list list;
    struct db_statement *row = db_prepare(
        store->db, "SELECT " LIST_COLUMNS
                   " FROM lists WHERE list_type = $1 AND list_id = $2 AND removed_at IS NULL");

    db_bind_text(row, 1, ref->type);
    db_bind_text(row, 2, ref->id);
    bool found = db_step(row);
    if (found)
        list = read_list(row, arena);
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!found)
        return no_such_list(ref, error);
    *ret = list;
    return ERROR_NONE;
}

/*
 * A list that is there keeps the origin that ties it strongest: added by hand, then environment,
 * then one time. `kept_out` outlives a removal: only adding by hand takes it back.
 */
static const char add_list[] =
    "INSERT INTO lists (list_type, list_id, list_url, user_id, origin, created_at, updated_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $6)"
    " ON CONFLICT (list_type, list_id) DO UPDATE SET"
    "  list_url = CASE WHEN excluded.list_url = '' THEN lists.list_url ELSE excluded.list_url END,"
    "  user_id = CASE WHEN excluded.user_id = 0 THEN lists.user_id ELSE excluded.user_id END,"
    "  origin = CASE WHEN lists.removed_at IS NOT NULL OR lists.origin = 'one_time'"
    "   OR excluded.origin = 'added' THEN excluded.origin ELSE lists.origin END,"
    "  kept_out = CASE WHEN excluded.origin = 'added' THEN 0 ELSE lists.kept_out END,"
    "  removed_at = NULL, updated_at = excluded.updated_at"
    " WHERE excluded.origin <> 'environment' OR lists.kept_out = 0"
    " RETURNING id";

enum error_code lists_add(struct store *store, const struct list_ref *ref, enum list_origin origin,
                          int64_t requester, int64_t *ret_id, struct error *error)
{
    struct db_statement *statement = db_prepare(store->db, add_list);
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_text(statement, 1, ref->type);
    db_bind_text(statement, 2, ref->id);
    db_bind_text(statement, 3, ref->url);
    db_bind_integer(statement, 4, requester);
    db_bind_text(statement, 5, origins[origin]);
    db_bind_text(statement, 6, now);
    return rows_number(statement, 0, ret_id, error);
}

static enum error_code mark_removed(struct store *store, int64_t list_id, bool keep_out,
                                    struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE lists SET removed_at = $2, updated_at = $2, kept_out = $3,"
                              " item_count = 0, last_synced = NULL, status = '', message = ''"
                              " WHERE id = $1");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_integer(statement, 1, list_id);
    db_bind_text(statement, 2, now);
    db_bind_integer(statement, 3, keep_out);
    return rows_run(statement, error);
}

static enum error_code remove_parts(struct store *store, int64_t list_id, bool keep_out,
                                    struct error *error)
{
    enum error_code rc = mark_removed(store, list_id, keep_out, error);

    if (!rc)
        rc = rows_run_on(store->db, "DELETE FROM list_items WHERE list_id = $1", list_id, error);
    if (!rc)
        rc =
            rows_run_on(store->db, "DELETE FROM list_snapshots WHERE list_id = $1", list_id, error);
    return rc;
}

static enum error_code remove_list(struct store *store, int64_t list_id, bool keep_out,
                                   struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = remove_parts(store, list_id, keep_out, error);
    return store_end(store, rc, error);
}

enum error_code lists_remove(struct store *store, const struct list_ref *ref, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_list list = {0};
    enum error_code rc = lists_find(store, arena, ref, &list, error);

    return rc ? rc : remove_list(store, list.id, true, error);
}

enum error_code lists_drop(struct store *store, int64_t list_id, struct error *error)
{
    return remove_list(store, list_id, false, error);
}
