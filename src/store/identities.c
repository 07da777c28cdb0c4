#include "store/identities.h"

#include "base/text.h"
#include "store/rows.h"

enum error_code identities_find(struct store *store, const char *key, struct known_identity *ret,
                                struct error *error)
{
    struct known_identity found = {0};
    struct db_statement *row =
        db_prepare(store->db, "SELECT is_miss, looked_at, media_type, tmdb_id, imdb_id, note"
                              " FROM item_ids WHERE key = $1");

    db_bind_text(row, 1, key);
    bool known = db_step(row);
    if (known) {
        found.is_miss = db_column_integer(row, 0) != 0;
        found.looked_at = db_column_integer(row, 1);
        found.media_type = rows_media_type(row, 2);
        found.tmdb = db_column_integer(row, 3);
        text_copy(found.imdb, sizeof(found.imdb), db_column_text(row, 4));
        text_copy(found.note, sizeof(found.note), db_column_text(row, 5));
    }
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!known)
        return error_set(error, ERROR_NOT_FOUND, "%s was never looked for", key);
    *ret = found;
    return ERROR_NONE;
}

/* What is known is only added to: a hit without a TMDB id keeps the one from before. */
static const char learn[] =
    "INSERT INTO item_ids (key, is_miss, looked_at, media_type, tmdb_id, imdb_id, note)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (key) DO UPDATE SET is_miss = excluded.is_miss,"
    "  looked_at = excluded.looked_at, note = excluded.note,"
    "  media_type = CASE WHEN excluded.tmdb_id = 0 AND item_ids.tmdb_id <> 0"
    "   THEN item_ids.media_type ELSE excluded.media_type END,"
    "  tmdb_id = CASE WHEN excluded.tmdb_id = 0 THEN item_ids.tmdb_id ELSE excluded.tmdb_id END,"
    "  imdb_id = CASE WHEN excluded.imdb_id = '' THEN item_ids.imdb_id ELSE excluded.imdb_id END"
    " WHERE excluded.is_miss = 0 OR item_ids.is_miss = 1";

enum error_code identities_learn(struct store *store, const char *key,
                                 const struct known_identity *identity, struct error *error)
{
    struct db_statement *statement = db_prepare(store->db, learn);

    db_bind_text(statement, 1, key);
    db_bind_integer(statement, 2, identity->tmdb == 0 && !identity->imdb[0]);
    db_bind_integer(statement, 3, identity->looked_at ? identity->looked_at : clock_wall_ms());
    db_bind_text(statement, 4, media_type_word(identity->media_type));
    db_bind_integer(statement, 5, identity->tmdb);
    db_bind_text(statement, 6, identity->imdb);
    db_bind_text(statement, 7, identity->note);
    return rows_run(statement, error);
}
