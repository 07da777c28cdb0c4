#include "store/ledger.h"
#include "store/rows.h"

enum error_code looks_find(struct store *store, enum media_type media_type, int64_t tmdb,
                           bool is_4k, struct title_look *ret, struct error *error)
{
    struct title_look look = {0};
    struct db_statement *row = db_prepare(
        store->db, "SELECT status, seasons, covered, has_open_request, has_declined_request, "
                   "looked_at, refused"
                   " FROM title_looks WHERE media_type = $1 AND tmdb_id = $2 AND is_4k = $3");

    db_bind_text(row, 1, media_type_word(media_type));
    db_bind_integer(row, 2, tmdb);
    db_bind_integer(row, 3, is_4k);
    bool found = db_step(row);
    if (found) {
        look.status = (enum media_status)db_column_integer(row, 0);
        look.seasons = season_set_parse(db_column_text(row, 1));
        look.covered = season_set_parse(db_column_text(row, 2));
        look.has_open_request = db_column_integer(row, 3) != 0;
        look.has_declined_request = db_column_integer(row, 4) != 0;
        look.looked_at = db_column_integer(row, 5);
        look.refused = season_set_parse(db_column_text(row, 6));
    }
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "%s %lld was never looked at",
                         media_type_noun(media_type), (long long)tmdb);
    *ret = look;
    return ERROR_NONE;
}

enum error_code looks_save(struct store *store, enum media_type media_type, int64_t tmdb,
                           bool is_4k, const struct title_look *look, struct error *error)
{
    char seasons[SEASON_SET_TEXT];
    char covered[SEASON_SET_TEXT];
    char refused[SEASON_SET_TEXT];
    struct db_statement *statement = db_prepare(
        store->db,
        "INSERT INTO title_looks (media_type, tmdb_id, is_4k, status, seasons, covered,"
        "  has_open_request, has_declined_request, looked_at, refused)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (media_type, tmdb_id, is_4k) DO UPDATE SET status = excluded.status,"
        "  seasons = excluded.seasons, covered = excluded.covered,"
        "  has_open_request = excluded.has_open_request,"
        "  has_declined_request = excluded.has_declined_request, looked_at = excluded.looked_at,"
        "  refused = excluded.refused");

    season_set_format(&look->seasons, seasons);
    season_set_format(&look->covered, covered);
    season_set_format(&look->refused, refused);
    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    db_bind_integer(statement, 3, is_4k);
    db_bind_integer(statement, 4, look->status);
    db_bind_text(statement, 5, seasons);
    db_bind_text(statement, 6, covered);
    db_bind_integer(statement, 7, look->has_open_request);
    db_bind_integer(statement, 8, look->has_declined_request);
    db_bind_integer(statement, 9, look->looked_at);
    db_bind_text(statement, 10, refused);
    return rows_run(statement, error);
}

enum error_code looks_forget(struct store *store, enum media_type media_type, int64_t tmdb,
                             struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM title_looks WHERE media_type = $1 AND tmdb_id = $2");

    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    return rows_run(statement, error);
}
