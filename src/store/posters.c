#include "store/posters.h"

#include "base/text.h"
#include "store/rows.h"

enum error_code posters_find(struct store *store, enum media_type media_type, int64_t tmdb,
                             char ret[POSTER_PATH_SIZE], struct error *error)
{
    char path[POSTER_PATH_SIZE] = "";
    struct db_statement *row =
        db_prepare(store->db, "SELECT path FROM posters WHERE media_type = $1 AND tmdb_id = $2"
                              " AND (path <> '' OR learned_at > $3)");

    db_bind_text(row, 1, media_type_word(media_type));
    db_bind_integer(row, 2, tmdb);
    db_bind_integer(row, 3, clock_wall_ms() - POSTERS_NONE_VALID_MS);
    bool found = db_step(row);
    if (found)
        text_copy(path, sizeof(path), db_column_text(row, 0));
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "nobody told of the poster of %s %lld",
                         media_type_noun(media_type), (long long)tmdb);
    text_copy(ret, POSTER_PATH_SIZE, poster_path_is_valid(path) ? path : "");
    return ERROR_NONE;
}

enum error_code posters_learn(struct store *store, enum media_type media_type, int64_t tmdb,
                              const char *path, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO posters (media_type, tmdb_id, path, learned_at)"
                   " VALUES ($1, $2, $3, $4)"
                   " ON CONFLICT (media_type, tmdb_id) DO UPDATE SET path = excluded.path,"
                   "  learned_at = excluded.learned_at"
                   " WHERE path <> excluded.path OR (path = '' AND learned_at <= $5)");
    int64_t now = clock_wall_ms();

    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    db_bind_text(statement, 3, poster_path_is_valid(path) ? path : "");
    db_bind_integer(statement, 4, now);
    db_bind_integer(statement, 5, now - POSTERS_NONE_VALID_MS);
    return rows_run(statement, error);
}

enum error_code posters_forget(struct store *store, enum media_type media_type, int64_t tmdb,
                               struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM posters WHERE media_type = $1 AND tmdb_id = $2");

    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    return rows_run(statement, error);
}
