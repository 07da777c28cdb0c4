#include "store/items_query.h"
#include "store/rows.h"

/* What was said of the item before and is something else is said no more. */
static enum error_code forget_others(struct store *store, int64_t item_id,
                                     const struct item_match *match, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM item_matches WHERE item_id = $1"
                              " AND (media_type <> $2 OR tmdb_id <> $3)");

    db_bind_integer(statement, 1, item_id);
    db_bind_text(statement, 2, media_type_word(match->media_type));
    db_bind_integer(statement, 3, match->tmdb);
    return rows_run(statement, error);
}

static enum error_code write_match(struct store *store, int64_t item_id,
                                   const struct item_match *match, struct error *error)
{
    int64_t found = 0;
    char now[CLOCK_TEXT_SIZE];
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO item_matches (item_key, item_id, media_type, tmdb_id, title, who,"
                   "  at) SELECT $2, id, $3, $4, $5, $6, $7 FROM synced_items WHERE id = $1"
                   " ON CONFLICT (item_key) DO UPDATE SET item_id = excluded.item_id,"
                   "  media_type = excluded.media_type, tmdb_id = excluded.tmdb_id,"
                   "  title = excluded.title, who = excluded.who, at = excluded.at"
                   " RETURNING item_id");

    rows_now(now);
    db_bind_integer(statement, 1, item_id);
    db_bind_text(statement, 2, match->item_key);
    db_bind_text(statement, 3, media_type_word(match->media_type));
    db_bind_integer(statement, 4, match->tmdb);
    rows_bind_text_or_empty(statement, 5, match->title);
    rows_bind_text_or_empty(statement, 6, match->who);
    db_bind_text(statement, 7, now);
    enum error_code rc = rows_number(statement, 0, &found, error);
    if (rc || found)
        return rc;
    return error_set(error, ERROR_NOT_FOUND, "there is no item %lld", (long long)item_id);
}

enum error_code item_matches_put(struct store *store, int64_t item_id,
                                 const struct item_match *match, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = forget_others(store, item_id, match, error);
    if (!rc)
        rc = write_match(store, item_id, match, error);
    return store_end(store, rc, error);
}

enum error_code item_matches_drop(struct store *store, int64_t item_id, struct error *error)
{
    return rows_run_on(store->db, "DELETE FROM item_matches WHERE item_id = $1", item_id, error);
}

enum error_code item_matches_find(struct store *store, struct arena *arena, const char *item_key,
                                  struct item_match *ret, struct error *error)
{
    struct item_match match = {0};
    struct db_statement *row = db_prepare(
        store->db, "SELECT item_key, media_type, tmdb_id, title, who, item_id FROM item_matches"
                   " WHERE item_key = $1");

    db_bind_text(row, 1, item_key);
    bool found = db_step(row);
    if (found)
        match = (struct item_match){
            .item_key = rows_text(row, 0, arena),
            .media_type = rows_media_type(row, 1),
            .tmdb = db_column_integer(row, 2),
            .title = rows_text(row, 3, arena),
            .who = rows_text(row, 4, arena),
            .item_id = db_column_integer(row, 5),
        };
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "nobody said what %s is", item_key);
    *ret = match;
    return ERROR_NONE;
}
