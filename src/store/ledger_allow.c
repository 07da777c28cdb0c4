#include "base/memory.h"
#include "store/ledger.h"
#include "store/rows.h"

/*
 * What a person allows. An allowance is a row of its own beside the requests of the title: no
 * request can have its season set, so that a request that fails does not use it up.
 */
#define ALLOWANCE "*"

static enum error_code drop_refusals(struct store *store, enum media_type media_type, int64_t tmdb,
                                     int64_t *ret_count, struct error *error)
{
    static const enum ledger_state forgiven[] = {LEDGER_DECLINED, LEDGER_DELETED,
                                                 LEDGER_BLOCKLISTED, LEDGER_WITHDRAWN};
    int64_t count = 0;
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM request_ledger WHERE media_type = $1 AND tmdb_id = $2"
                              " AND state IN ($3, $4, $5, $6) RETURNING id");

    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    for (size_t i = 0; i < ARRAY_LENGTH(forgiven); i++)
        db_bind_text(statement, 3 + (int)i, ledger_state_word(forgiven[i]));
    while (db_step(statement))
        count++;
    enum error_code rc = db_finish(statement, error);
    if (!rc)
        *ret_count = count;
    return rc;
}

static enum error_code write_allowance(struct store *store, enum media_type media_type,
                                       int64_t tmdb, bool is_4k, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO request_ledger (media_type, tmdb_id, is_4k, seasons, state,"
                   "  requester, run_id, request_id, asked_at, message)"
                   " VALUES ($1, $2, $3, '" ALLOWANCE "', $4, 0, 0, 0, $5, 'allowed by you')"
                   " ON CONFLICT (media_type, tmdb_id, is_4k, seasons) DO UPDATE SET"
                   "  asked_at = excluded.asked_at");

    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    db_bind_integer(statement, 3, is_4k);
    db_bind_text(statement, 4, ledger_state_word(LEDGER_ALLOWED));
    db_bind_integer(statement, 5, clock_wall_ms());
    return rows_run(statement, error);
}

static enum error_code forgive(struct store *store, enum media_type media_type, int64_t tmdb,
                               int64_t *ret_count, struct error *error)
{
    enum error_code rc = drop_refusals(store, media_type, tmdb, ret_count, error);

    if (!rc)
        rc = write_allowance(store, media_type, tmdb, false, error);
    if (!rc)
        rc = write_allowance(store, media_type, tmdb, true, error);
    return rc ? rc : looks_forget(store, media_type, tmdb, error);
}

enum error_code ledger_forgive(struct store *store, enum media_type media_type, int64_t tmdb,
                               int64_t *ret_count, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = forgive(store, media_type, tmdb, ret_count, error);
    return store_end(store, rc, error);
}

struct title {
    enum media_type media_type;
    int64_t tmdb;
};

/* Collected first: rows are not changed from under the statement that reads them. */
static enum error_code all_titles(struct store *store, struct title **ret, size_t *ret_count,
                                  struct error *error)
{
    AUTO_FREE struct title *titles = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT DISTINCT media_type, tmdb_id FROM request_ledger");

    while (db_step(row)) {
        memory_grow(&titles, count, &capacity);
        titles[count++] = (struct title){rows_media_type(row, 0), db_column_integer(row, 1)};
    }
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    *ret = TAKE(titles);
    *ret_count = count;
    return ERROR_NONE;
}

enum error_code ledger_forgive_all(struct store *store, int64_t *ret_count, struct error *error)
{
    AUTO_FREE struct title *titles = NULL;
    size_t count = 0;
    int64_t dropped;
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = all_titles(store, &titles, &count, error);
    for (size_t i = 0; i < count && !rc; i++)
        rc = forgive(store, titles[i].media_type, titles[i].tmdb, &dropped, error);
    rc = store_end(store, rc, error);
    if (!rc)
        *ret_count = (int64_t)count;
    return rc;
}

enum error_code ledger_use_allowance(struct store *store, enum media_type media_type, int64_t tmdb,
                                     struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM request_ledger WHERE media_type = $1 AND tmdb_id = $2"
                              " AND seasons = '" ALLOWANCE "'");

    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    return rows_run(statement, error);
}
