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
    " last_tried, auto_sync, priority, item_limit, user_id, origin, quality, seasons, schedule,"   \
    " created_at"

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
        .quality = (int)db_column_integer(row, 15),
        .seasons = rows_text(row, 16, arena),
        .schedule = rows_text(row, 17, arena),
        .created_at = rows_text(row, 18, arena),
    };

    text_copy(list.ref.type, sizeof(list.ref.type), db_column_text(row, 1));
    text_copy(list.ref.id, sizeof(list.ref.id), db_column_text(row, 2));
    text_copy(list.ref.url, sizeof(list.ref.url), db_column_text(row, 3));
    return list;
}

static enum error_code read_lists(struct db_statement *row, struct arena *arena,
                                  struct stored_lists *ret, struct error *error)
{
    struct stored_list *items = NULL;
    size_t count = 0, capacity = 0;

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

enum error_code lists_load(struct store *store, struct arena *arena, bool all,
                           struct stored_lists *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " LIST_COLUMNS
                              " FROM lists WHERE removed_at IS NULL AND ($1 = 1 OR origin <> $2)"
                              " ORDER BY priority, id");

    db_bind_integer(row, 1, all);
    db_bind_text(row, 2, origins[LIST_ONE_TIME]);
    return read_lists(row, arena, ret, error);
}

/* Lists are few, so that no order and no filter has an index. */
#define WHERE_IT_FITS                                                                              \
    " FROM lists WHERE removed_at IS NULL AND ($1 = 1 OR origin <> $2)"                            \
    " AND ($3 IS NULL OR list_type = $3) AND ($4 IS NULL OR status = $4)"                          \
    " AND ($5 < 0 OR auto_sync = $5) AND ($6 IS NULL OR instr(lower(list_id), lower($6)) > 0"      \
    "  OR instr(lower(description), lower($6)) > 0)"
#define PAGE_BY(order) "SELECT " LIST_COLUMNS WHERE_IT_FITS " ORDER BY " order " LIMIT $7 OFFSET $8"
#define SHOWN_NAME     "lower(CASE description WHEN '' THEN list_id ELSE description END)"

/* By order; the second of each is the reverse. */
static const char *const pages[][2] = {
    [LISTS_BY_PRIORITY] = {PAGE_BY("priority, id"), PAGE_BY("priority DESC, id DESC")},
    [LISTS_BY_NAME] = {PAGE_BY(SHOWN_NAME ", id"), PAGE_BY(SHOWN_NAME " DESC, id DESC")},
    [LISTS_BY_SYNCED] = {PAGE_BY("COALESCE(last_synced, '') DESC, id"),
                         PAGE_BY("COALESCE(last_synced, ''), id DESC")},
};

static void bind_filter(struct db_statement *statement, const struct lists_query *query)
{
    db_bind_integer(statement, 1, query->all);
    db_bind_text(statement, 2, origins[LIST_ONE_TIME]);
    db_bind_text(statement, 3, query->type);
    db_bind_text(statement, 4, query->status);
    db_bind_integer(statement, 5, query->auto_sync);
    rows_bind_text_or_null(statement, 6, query->search);
}

enum error_code lists_query(struct store *store, struct arena *arena,
                            const struct lists_query *query, struct stored_lists *ret,
                            int64_t *ret_total, struct error *error)
{
    struct db_statement *statement = db_prepare(store->db, "SELECT COUNT(*)" WHERE_IT_FITS);
    int64_t total = 0;

    bind_filter(statement, query);
    enum error_code rc = rows_number(statement, 0, &total, error);
    if (rc)
        return rc;
    statement = db_prepare(store->db, pages[query->order][query->reversed]);
    bind_filter(statement, query);
    db_bind_integer(statement, 7, query->limit ? query->limit : INT64_MAX);
    db_bind_integer(statement, 8, query->offset);
    rc = read_lists(statement, arena, ret, error);
    if (!rc)
        *ret_total = total;
    return rc;
}

static enum error_code no_such_list(const struct list_ref *ref, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no list %s:%s", ref->type, ref->id);
}

/* Reads the one row; the list's id is 0 when there is none. */
static enum error_code read_one(struct db_statement *row, struct arena *arena,
                                struct stored_list *ret, struct error *error)
{
    struct stored_list list = {0};

    if (db_step(row))
        list = read_list(row, arena);
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = list;
    return rc;
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
    enum error_code rc = read_one(row, arena, &list, error);
    if (rc)
        return rc;
    if (!list.id)
        return no_such_list(ref, error);
    *ret = list;
    return ERROR_NONE;
}

static enum error_code no_such_number(int64_t list_id, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no list number %lld", (long long)list_id);
}

enum error_code lists_find_id(struct store *store, struct arena *arena, int64_t list_id,
                              struct stored_list *ret, struct error *error)
{
    struct stored_list list;
    struct db_statement *row = db_prepare(
        store->db, "SELECT " LIST_COLUMNS " FROM lists WHERE id = $1 AND removed_at IS NULL");

    db_bind_integer(row, 1, list_id);
    enum error_code rc = read_one(row, arena, &list, error);
    if (rc)
        return rc;
    if (!list.id)
        return no_such_number(list_id, error);
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

enum error_code lists_change(struct store *store, const struct stored_list *list,
                             struct error *error)
{
    int64_t found = 0;
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE lists SET description = $2, auto_sync = $3, priority = $4,"
                              "  item_limit = $5, user_id = $6, quality = $7, seasons = $8,"
                              "  schedule = $9, updated_at = $10"
                              " WHERE id = $1 AND removed_at IS NULL RETURNING id");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_integer(statement, 1, list->id);
    rows_bind_text_or_empty(statement, 2, list->description);
    db_bind_integer(statement, 3, list->auto_sync);
    db_bind_integer(statement, 4, list->priority);
    db_bind_integer(statement, 5, list->item_limit);
    db_bind_integer(statement, 6, list->requester);
    db_bind_integer(statement, 7, list->quality);
    db_bind_text(statement, 8, text_is_empty(list->seasons) ? "all" : list->seasons);
    rows_bind_text_or_empty(statement, 9, list->schedule);
    db_bind_text(statement, 10, now);
    enum error_code rc = rows_number(statement, 0, &found, error);
    return rc || found ? rc : no_such_number(list->id, error);
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

/* Whoever adds it again starts afresh. */
static const char forget_choices[] =
    "UPDATE lists SET description = '', auto_sync = 1, priority = 100, item_limit = 0, user_id = 0,"
    "  quality = -1, seasons = 'all', schedule = '' WHERE id = $1";

static enum error_code remove_parts(struct store *store, int64_t list_id, bool keep_out,
                                    struct error *error)
{
    enum error_code rc = mark_removed(store, list_id, keep_out, error);

    if (!rc && keep_out)
        rc = rows_run_on(store->db, forget_choices, list_id, error);
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

enum error_code lists_remove_id(struct store *store, int64_t list_id, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_list list = {0};
    enum error_code rc = lists_find_id(store, arena, list_id, &list, error);

    return rc ? rc : remove_list(store, list.id, true, error);
}

enum error_code lists_drop(struct store *store, int64_t list_id, struct error *error)
{
    return remove_list(store, list_id, false, error);
}
