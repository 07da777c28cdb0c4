#include "store/item_rows.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "store/query_schema.h"
#include "store/rows.h"

/* More rows than this cannot share an id with one item and still be the same title. */
enum { CANDIDATES = 16 };

/* A row that shares a key or an id with the item. */
struct candidate_row {
    int64_t id;
    bool has_key; /* it is found by the item's own key, or a person said that it is the item */
    enum media_type media_type;
    char imdb[16];
    int64_t tmdb;
};

/* The usual case, one look-up: the row is there and has nothing to learn. */
static enum error_code find_settled(struct store *store, const struct item *item,
                                    const char *item_key, int64_t *ret_id, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT id FROM synced_items WHERE item_key = $1 AND title = $2"
                              " AND ($3 = 0 OR COALESCE(year, 0) = $3)"
                              " AND ($4 = '' OR COALESCE(imdb_id, '') = $4)"
                              " AND ($5 = 0 OR COALESCE(overseerr_id, 0) = $5)"
                              " AND ($6 = 0 OR COALESCE(tvdb_id, 0) = $6)"
                              " AND ($7 = '' OR COALESCE(source_id, '') = $7)"
                              " AND ($8 = 'unknown' OR media_type = $8)"
                              " AND ($9 = 0 OR id = $9)");

    db_bind_text(row, 1, item_key);
    rows_bind_text_or_empty(row, 2, item->title);
    db_bind_integer(row, 3, item->year);
    db_bind_text(row, 4, item->ids.imdb);
    db_bind_integer(row, 5, item->ids.tmdb);
    db_bind_integer(row, 6, item->ids.tvdb);
    rows_bind_text_or_empty(row, 7, item->ids.source_id);
    db_bind_text(row, 8, media_type_word(item->media_type));
    db_bind_integer(row, 9, item->row);
    return rows_number(row, 0, ret_id, error);
}

/* The key that the item had while nothing but its title was known; a title proved it since. */
static const char *key_by_title(const struct item *item, struct arena *arena)
{
    struct item nameless = *item;

    if (item->proof != PROOF_TITLE)
        return NULL;
    nameless.ids = (struct ids){.imdb = ""};
    return item_key(&nameless, arena);
}

/* Ids speak against each other, or do not. A kind that is not known fits both. */
static bool is_same(const struct candidate_row *row, const struct item *item)
{
    bool same_imdb = strcmp(row->imdb, item->ids.imdb) == 0;

    if (row->has_key)
        return true;
    if (row->media_type != item->media_type && row->media_type != MEDIA_UNKNOWN &&
        item->media_type != MEDIA_UNKNOWN)
        return false;
    if (!same_imdb && *row->imdb && *item->ids.imdb)
        return false;
    return row->tmdb == item->ids.tmdb || !row->tmdb || !item->ids.tmdb;
}

/* TMDB numbers get merged and corrected: the same IMDb id under another number is the same title,
 * unless a row has that other number already. */
static bool is_renumbered(const struct candidate_row *row, const struct item *item)
{
    return row->media_type == item->media_type && *row->imdb &&
           strcmp(row->imdb, item->ids.imdb) == 0;
}

static const char find_candidates[] =
    "SELECT id, item_key = $1 OR id = $9, media_type, imdb_id, overseerr_id FROM synced_items"
    " WHERE item_key = $1 OR item_key = $2 OR imdb_id = $3 OR id = $9"
    "  OR (overseerr_id = $4 AND media_type IN ($6, 'unknown'))"
    "  OR (tvdb_id = $5 AND media_type IN ($6, 'unknown')) OR source_id = $7"
    " ORDER BY item_key = $1 DESC, id = $9 DESC, id LIMIT $8";

static enum error_code load_candidates(struct store *store, const struct item *item,
                                       const char *item_key, struct candidate_row *rows,
                                       size_t *ret_count, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct db_statement *row = db_prepare(store->db, find_candidates);
    size_t count = 0;

    db_bind_text(row, 1, item_key);
    db_bind_text(row, 2, key_by_title(item, arena));
    rows_bind_text_or_null(row, 3, item->ids.imdb);
    db_bind_integer_or_null(row, 4, item->ids.tmdb);
    db_bind_integer_or_null(row, 5, item->ids.tvdb);
    db_bind_text(row, 6, media_type_word(item->media_type));
    rows_bind_text_or_null(row, 7, item->ids.source_id);
    db_bind_integer(row, 8, CANDIDATES);
    db_bind_integer(row, 9, item->row);
    while (db_step(row) && count < CANDIDATES) {
        struct candidate_row *at = &rows[count++];
        at->id = db_column_integer(row, 0);
        at->has_key = db_column_integer(row, 1) != 0;
        at->media_type = rows_media_type(row, 2);
        text_copy(at->imdb, sizeof(at->imdb), db_column_text(row, 3));
        at->tmdb = db_column_integer(row, 4);
    }
    *ret_count = count;
    return db_finish(row, error);
}

static const struct candidate_row *choose(const struct candidate_row *rows, size_t count,
                                          const struct item *item)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same(&rows[i], item))
            return &rows[i];
    }
    for (size_t i = 0; i < count; i++) {
        if (is_renumbered(&rows[i], item))
            return &rows[i];
    }
    return NULL;
}

/* What other tables and the status know of row $2 becomes row $1's; then row $2 goes. */
static const char *const fold_steps[] = {
    "UPDATE run_items SET item_id = $1 WHERE item_id = $2 AND NOT EXISTS"
    " (SELECT 1 FROM run_items AS mine WHERE mine.item_id = $1 AND mine.run_id = run_items.run_id)",
    "DELETE FROM run_items WHERE item_id = $2 AND item_id <> $1",
    "UPDATE list_items SET item_id = $1 WHERE item_id = $2",
    "UPDATE item_matches SET item_id = $1 WHERE item_id = $2",
    "UPDATE synced_items SET ignored = 1 WHERE id = $1"
    " AND EXISTS (SELECT 1 FROM synced_items AS other WHERE other.id = $2 AND other.ignored = 1)",
    "UPDATE synced_items SET (status, decision, last_synced, last_run_id) ="
    "  (SELECT other.status, other.decision, other.last_synced, other.last_run_id"
    "   FROM synced_items AS other WHERE other.id = $2)"
    " WHERE id = $1 AND status = '' AND $2 <> id",
    "UPDATE synced_items SET first_seen = (SELECT MIN(both.first_seen) FROM synced_items AS both"
    " WHERE both.id IN ($1, $2)) WHERE id = $1 AND $2 <> id",
    "DELETE FROM synced_items WHERE id = $2 AND id <> $1",
};

static enum error_code fold_into(struct store *store, int64_t id, int64_t other,
                                 struct error *error)
{
    for (size_t i = 0; i < ARRAY_LENGTH(fold_steps); i++) {
        struct db_statement *statement = db_prepare(store->db, fold_steps[i]);
        db_bind_integer(statement, 1, id);
        db_bind_integer(statement, 2, other);
        enum error_code rc = rows_run(statement, error);
        if (rc)
            return rc;
    }
    return ERROR_NONE;
}

static void bind_identity(struct db_statement *statement, const struct item *item,
                          const char *item_key)
{
    AUTO_FREE char *folded = title_fold(item->title);

    db_bind_text(statement, 1, item_key);
    rows_bind_text_or_empty(statement, 2, item->title);
    db_bind_text(statement, 3, folded);
    db_bind_integer_or_null(statement, 4, item->year);
    db_bind_text(statement, 5, media_type_word(item->media_type));
    rows_bind_text_or_null(statement, 6, item->ids.imdb);
    db_bind_integer_or_null(statement, 7, item->ids.tmdb);
    db_bind_integer_or_null(statement, 8, item->ids.tvdb);
    rows_bind_text_or_null(statement, 9, item->ids.source_id);
}

/* What is known is never forgotten: an item that lost an id for a run keeps the stronger key. */
static enum error_code update_row(struct store *store, const struct item *item,
                                  const char *item_key, int64_t id, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db,
        "UPDATE synced_items SET"
        "  item_key = CASE WHEN $7 IS NULL AND overseerr_id IS NOT NULL THEN item_key ELSE $1 END,"
        "  title = CASE WHEN $2 = '' THEN title ELSE $2 END,"
        "  folded_title = CASE WHEN $2 = '' THEN folded_title ELSE $3 END,"
        "  year = COALESCE($4, year),"
        "  media_type = CASE WHEN $5 = 'unknown' THEN media_type ELSE $5 END,"
        "  imdb_id = COALESCE($6, imdb_id), overseerr_id = COALESCE($7, overseerr_id),"
        "  tvdb_id = COALESCE($8, tvdb_id), source_id = COALESCE($9, source_id)"
        " WHERE id = $10");

    bind_identity(statement, item, item_key);
    db_bind_integer(statement, 10, id);
    return rows_run(statement, error);
}

static enum error_code insert_row(struct store *store, const struct item *item,
                                  const char *item_key, int64_t *ret_id, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO synced_items (item_key, title, folded_title, year, media_type,"
                   "  imdb_id, overseerr_id, tvdb_id, source_id, first_seen, group_id)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, " ITEM_GROUP(
                       "''", "$5", "''", "''", "0") ") RETURNING id");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    bind_identity(statement, item, item_key);
    db_bind_text(statement, 10, now);
    return rows_number(statement, 0, ret_id, error);
}

static enum error_code fold_others(struct store *store, const struct candidate_row *rows,
                                   size_t count, const struct candidate_row *chosen,
                                   const struct item *item, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < count; i++) {
        if (&rows[i] != chosen && is_same(&rows[i], item))
            rc = fold_into(store, chosen->id, rows[i].id, error);
    }
    return rc;
}

static enum error_code settle_changed(struct store *store, const struct item *item,
                                      const char *item_key, int64_t *ret_id, struct error *error)
{
    struct candidate_row rows[CANDIDATES];
    size_t count = 0;
    enum error_code rc = load_candidates(store, item, item_key, rows, &count, error);

    if (rc)
        return rc;
    const struct candidate_row *chosen = choose(rows, count, item);
    if (!chosen)
        return insert_row(store, item, item_key, ret_id, error);
    rc = fold_others(store, rows, count, chosen, item, error);
    if (!rc)
        rc = update_row(store, item, item_key, chosen->id, error);
    if (!rc)
        *ret_id = chosen->id;
    return rc;
}

enum error_code item_rows_find(struct store *store, const struct item *item, const char *item_key,
                               int64_t *ret_id, struct error *error)
{
    struct candidate_row rows[CANDIDATES];
    size_t count = 0;
    enum error_code rc = load_candidates(store, item, item_key, rows, &count, error);

    if (rc)
        return rc;
    const struct candidate_row *chosen = choose(rows, count, item);
    *ret_id = chosen ? chosen->id : 0;
    return ERROR_NONE;
}

enum error_code item_rows_settle(struct store *store, const struct item *item, const char *item_key,
                                 int64_t *ret_id, struct error *error)
{
    int64_t id = 0;
    enum error_code rc = find_settled(store, item, item_key, &id, error);

    if (rc)
        return rc;
    if (!id)
        return settle_changed(store, item, item_key, ret_id, error);
    *ret_id = id;
    return ERROR_NONE;
}
