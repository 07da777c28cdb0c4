#include "base/memory.h"
#include "store/accounts.h"
#include "store/rows.h"

#define SESSION_COLUMNS                                                                            \
    "sessions.digest, sessions.user_id, sessions.created_at, sessions.last_seen,"                  \
    " sessions.expires_at, sessions.address, sessions.agent"

enum { ACCOUNT_AT = 7 /* columns of the account, in sessions_find */ };

static struct login_session read_session(struct db_statement *row, struct arena *arena)
{
    return (struct login_session){
        .digest = rows_text(row, 0, arena),
        .user_id = db_column_integer(row, 1),
        .created_at = db_column_integer(row, 2),
        .last_seen = db_column_integer(row, 3),
        .expires_at = db_column_integer(row, 4),
        .address = rows_text(row, 5, arena),
        .agent = rows_text(row, 6, arena),
    };
}

/* The account may have been disabled, deleted or changed while its password was checked. */
static enum error_code insert(struct store *store, const struct login_session *session,
                              struct error *error)
{
    int64_t added = 0;
    struct db_statement *statement = db_prepare(
        store->db,
        "INSERT INTO sessions (digest, user_id, created_at, last_seen, expires_at, address, agent)"
        " SELECT $1, id, $3, $4, $5, $6, $7 FROM users WHERE id = $2 AND disabled = 0"
        "  AND ($8 IS NULL OR password = $8)"
        " RETURNING user_id");

    db_bind_text(statement, 1, session->digest);
    db_bind_integer(statement, 2, session->user_id);
    db_bind_integer(statement, 3, session->created_at);
    db_bind_integer(statement, 4, session->last_seen);
    db_bind_integer(statement, 5, session->expires_at);
    rows_bind_text_or_empty(statement, 6, session->address);
    rows_bind_text_or_empty(statement, 7, session->agent);
    db_bind_text(statement, 8, session->password);
    enum error_code rc = rows_number(statement, 0, &added, error);
    if (rc || added)
        return rc;
    return error_set(error, ERROR_NOT_FOUND, "there is no account that may log in");
}

static enum error_code drop_oldest(struct store *store, int64_t user_id, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions"
                              " WHERE user_id = $1 ORDER BY last_seen DESC LIMIT -1 OFFSET $2)");

    db_bind_integer(statement, 1, user_id);
    db_bind_integer(statement, 2, SESSIONS_KEPT);
    return rows_run(statement, error);
}

enum error_code sessions_add(struct store *store, const struct login_session *session,
                             struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = insert(store, session, error);
    if (!rc)
        rc = drop_oldest(store, session->user_id, error);
    return store_end(store, rc, error);
}

static struct account read_account(struct db_statement *row, struct arena *arena)
{
    return (struct account){
        .id = db_column_integer(row, 1),
        .name = rows_text(row, ACCOUNT_AT, arena),
        .password = rows_text(row, ACCOUNT_AT + 1, arena),
        .role = rows_text(row, ACCOUNT_AT + 2, arena),
        .seerr_user = db_column_integer(row, ACCOUNT_AT + 3),
        .created_at = db_column_integer(row, ACCOUNT_AT + 4),
        .last_login = db_column_integer(row, ACCOUNT_AT + 5),
    };
}

enum error_code sessions_find(struct store *store, struct arena *arena, const char *digest,
                              int64_t now, struct login_session *ret, struct account *ret_account,
                              struct error *error)
{
    struct login_session session = {0};
    struct account account = {0};
    struct db_statement *row =
        db_prepare(store->db, "SELECT " SESSION_COLUMNS ", users.name, users.password, users.role,"
                              "  users.seerr_user, users.created_at, users.last_login"
                              " FROM sessions JOIN users ON users.id = sessions.user_id"
                              " WHERE digest = $1 AND expires_at > $2 AND disabled = 0");

    db_bind_text(row, 1, digest);
    db_bind_integer(row, 2, now);
    bool found = db_step(row);
    if (found) {
        session = read_session(row, arena);
        account = read_account(row, arena);
    }
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "the session has ended");
    *ret = session;
    *ret_account = account;
    return ERROR_NONE;
}

enum error_code sessions_seen(struct store *store, const char *digest, int64_t now,
                              int64_t expires_at, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE sessions SET last_seen = $2, expires_at = $3 WHERE digest = $1");

    db_bind_text(statement, 1, digest);
    db_bind_integer(statement, 2, now);
    db_bind_integer(statement, 3, expires_at);
    return rows_run(statement, error);
}

enum error_code sessions_end(struct store *store, const char *digest, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM sessions WHERE digest = $1");

    db_bind_text(statement, 1, digest);
    return rows_run(statement, error);
}

enum error_code sessions_end_all(struct store *store, int64_t user_id, struct error *error)
{
    return rows_run_on(store->db, "DELETE FROM sessions WHERE user_id = $1", user_id, error);
}

enum error_code sessions_end_everybodys(struct store *store, struct error *error)
{
    return rows_run(db_prepare(store->db, "DELETE FROM sessions"), error);
}

enum error_code sessions_of(struct store *store, struct arena *arena, int64_t user_id,
                            struct login_sessions *ret, struct error *error)
{
    struct login_session *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT " SESSION_COLUMNS
                              " FROM sessions WHERE user_id = $1 ORDER BY last_seen DESC");

    db_bind_integer(row, 1, user_id);
    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = read_session(row, arena);
    }
    struct login_session *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct login_sessions){kept, count};
    return rc;
}

enum error_code sessions_drop_expired(struct store *store, int64_t now, struct error *error)
{
    return rows_run_on(store->db, "DELETE FROM sessions WHERE expires_at <= $1", now, error);
}
