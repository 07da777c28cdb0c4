#include "store/accounts.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/rows.h"

static const char admin[] = "admin";

#define ACCOUNT_COLUMNS "id, name, password, role, seerr_user, disabled, created_at, last_login"

static struct account read_account(struct db_statement *row, struct arena *arena)
{
    return (struct account){
        .id = db_column_integer(row, 0),
        .name = rows_text(row, 1, arena),
        .password = rows_text(row, 2, arena),
        .role = rows_text(row, 3, arena),
        .seerr_user = db_column_integer(row, 4),
        .disabled = db_column_integer(row, 5) != 0,
        .created_at = db_column_integer(row, 6),
        .last_login = db_column_integer(row, 7),
    };
}

enum error_code accounts_load(struct store *store, struct arena *arena, struct accounts *ret,
                              struct error *error)
{
    struct account *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT " ACCOUNT_COLUMNS " FROM users ORDER BY name");

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = read_account(row, arena);
    }
    struct account *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct accounts){kept, count};
    return rc;
}

/* Reads the one row; `ret->id` is 0 when there is none. */
static enum error_code read_one(struct db_statement *row, struct arena *arena, struct account *ret,
                                struct error *error)
{
    struct account account = {0};

    if (db_step(row))
        account = read_account(row, arena);
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = account;
    return rc;
}

static enum error_code no_such_account(int64_t id, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no account number %lld", (long long)id);
}

enum error_code accounts_find(struct store *store, struct arena *arena, int64_t id,
                              struct account *ret, struct error *error)
{
    struct account account = {0};
    struct db_statement *row =
        db_prepare(store->db, "SELECT " ACCOUNT_COLUMNS " FROM users WHERE id = $1");

    db_bind_integer(row, 1, id);
    enum error_code rc = read_one(row, arena, &account, error);
    if (rc)
        return rc;
    if (!account.id)
        return no_such_account(id, error);
    *ret = account;
    return ERROR_NONE;
}

enum error_code accounts_find_name(struct store *store, struct arena *arena, const char *name,
                                   struct account *ret, struct error *error)
{
    struct account account = {0};
    struct db_statement *row =
        db_prepare(store->db, "SELECT " ACCOUNT_COLUMNS " FROM users WHERE name = $1");

    db_bind_text(row, 1, name);
    enum error_code rc = read_one(row, arena, &account, error);
    if (rc)
        return rc;
    if (!account.id)
        return error_set(error, ERROR_NOT_FOUND, "there is no account of that name");
    *ret = account;
    return ERROR_NONE;
}

/* Runs an INSERT of `account` that adds no row when it may not; `ret_id` is 0 then. */
static enum error_code insert(struct store *store, const char *sql, const struct account *account,
                              const char *role, int64_t *ret_id, struct error *error)
{
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);

    if (rc)
        return rc;
    struct db_statement *statement = db_prepare(store->db, sql);
    db_bind_text(statement, 1, account->name);
    rows_bind_text_or_empty(statement, 2, account->password);
    db_bind_text(statement, 3, role);
    db_bind_integer(statement, 4, account->seerr_user);
    db_bind_integer(statement, 5, account->disabled);
    db_bind_integer(statement, 6, account->created_at ? account->created_at : clock_wall_ms());
    rc = rows_number(statement, 0, ret_id, error);
    return db_end(store->db, rc, error);
}

static enum error_code name_is_taken(const char *name, struct error *error)
{
    return error_set(error, ERROR_CONFLICT, "there is an account %s already", name);
}

enum error_code accounts_add(struct store *store, const struct account *account, int64_t *ret_id,
                             struct error *error)
{
    static const char sql[] =
        "INSERT INTO users (name, password, role, seerr_user, disabled, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING RETURNING id";
    int64_t id = 0;
    enum error_code rc = insert(store, sql, account, account->role, &id, error);

    if (rc)
        return rc;
    if (!id)
        return name_is_taken(account->name, error);
    *ret_id = id;
    return ERROR_NONE;
}

enum error_code accounts_add_first(struct store *store, const struct account *account,
                                   int64_t *ret_id, struct error *error)
{
    static const char sql[] =
        "INSERT INTO users (name, password, role, seerr_user, disabled, created_at)"
        " SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM users) RETURNING id";
    struct account first = *account;
    int64_t id = 0;

    first.disabled = false;
    enum error_code rc = insert(store, sql, &first, admin, &id, error);
    if (rc)
        return rc;
    if (!id)
        return error_set(error, ERROR_CONFLICT, "the first account was created already");
    *ret_id = id;
    return ERROR_NONE;
}

static bool is_active_admin(const struct account *account)
{
    return !account->disabled && text_equal(account->role, admin);
}

/* Asked after the change, under the write lock: no other connection can take the last one away. */
static enum error_code refuse_without_admin(struct store *store, struct error *error)
{
    int64_t left = 0;
    struct db_statement *statement = db_prepare(
        store->db, "SELECT EXISTS (SELECT 1 FROM users WHERE role = $1 AND disabled = 0)");

    db_bind_text(statement, 1, admin);
    enum error_code rc = rows_number(statement, 0, &left, error);
    if (rc || left)
        return rc;
    return error_set(error, ERROR_CONFLICT,
                     "this is the last admin: there must always be one who is not disabled");
}

static enum error_code refuse_taken_name(struct store *store, const struct account *account,
                                         struct error *error)
{
    int64_t other = 0;
    struct db_statement *statement =
        db_prepare(store->db, "SELECT id FROM users WHERE name = $1 AND id <> $2");

    db_bind_text(statement, 1, account->name);
    db_bind_integer(statement, 2, account->id);
    enum error_code rc = rows_number(statement, 0, &other, error);
    return rc || !other ? rc : name_is_taken(account->name, error);
}

static enum error_code write_account(struct store *store, const struct account *account,
                                     struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE users SET name = $2, role = $3, seerr_user = $4,"
                              "  disabled = $5, password = CASE WHEN $6 = '' THEN password"
                              "   ELSE $6 END WHERE id = $1");

    db_bind_integer(statement, 1, account->id);
    db_bind_text(statement, 2, account->name);
    db_bind_text(statement, 3, account->role);
    db_bind_integer(statement, 4, account->seerr_user);
    db_bind_integer(statement, 5, account->disabled);
    rows_bind_text_or_empty(statement, 6, account->password);
    return rows_run(statement, error);
}

static enum error_code end_other_sessions(struct store *store, int64_t id, const char *keep,
                                          struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM sessions WHERE user_id = $1 AND digest <> $2");

    db_bind_integer(statement, 1, id);
    rows_bind_text_or_empty(statement, 2, keep);
    return rows_run(statement, error);
}

static enum error_code end_logins(struct store *store, const struct account *account,
                                  const char *keep_session, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    if (account->disabled || !text_is_empty(account->password))
        rc = end_other_sessions(store, account->id, account->disabled ? NULL : keep_session, error);
    if (!rc && account->disabled)
        rc = rows_run_on(store->db, "DELETE FROM api_keys WHERE user_id = $1", account->id, error);
    return rc;
}

static enum error_code change(struct store *store, const struct account *account,
                              const char *keep_session, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct account before = {0};
    enum error_code rc = accounts_find(store, arena, account->id, &before, error);

    if (!rc)
        rc = refuse_taken_name(store, account, error);
    if (!rc)
        rc = write_account(store, account, error);
    if (!rc && is_active_admin(&before) && !is_active_admin(account))
        rc = refuse_without_admin(store, error);
    return rc ? rc : end_logins(store, account, keep_session, error);
}

enum error_code accounts_change(struct store *store, const struct account *account,
                                const char *keep_session, struct error *error)
{
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);

    if (rc)
        return rc;
    return db_end(store->db, change(store, account, keep_session, error), error);
}

static enum error_code swap_password(struct store *store, int64_t id, const char *before,
                                     const char *password, struct error *error)
{
    int64_t found = 0;
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE users SET password = $3"
                              " WHERE id = $1 AND password = $2 AND disabled = 0 RETURNING id");

    db_bind_integer(statement, 1, id);
    db_bind_text(statement, 2, before);
    db_bind_text(statement, 3, password);
    enum error_code rc = rows_number(statement, 0, &found, error);
    if (rc || found)
        return rc;
    return error_set(error, ERROR_CONFLICT, "the account was changed at the same time");
}

enum error_code accounts_set_password(struct store *store, int64_t id, const char *before,
                                      const char *password, const char *keep_session,
                                      struct error *error)
{
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);

    if (rc)
        return rc;
    rc = swap_password(store, id, before, password, error);
    if (!rc)
        rc = end_other_sessions(store, id, keep_session, error);
    return db_end(store->db, rc, error);
}

static enum error_code erase(struct store *store, int64_t id, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct account before = {0};
    enum error_code rc = accounts_find(store, arena, id, &before, error);

    if (!rc)
        rc = rows_run_on(store->db, "DELETE FROM users WHERE id = $1", id, error);
    if (!rc && is_active_admin(&before))
        rc = refuse_without_admin(store, error);
    return rc;
}

enum error_code accounts_delete(struct store *store, int64_t id, struct error *error)
{
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);

    if (rc)
        return rc;
    return db_end(store->db, erase(store, id, error), error);
}

enum error_code accounts_exist(struct store *store, bool *ret, struct error *error)
{
    int64_t any = 0;
    struct db_statement *statement = db_prepare(store->db, "SELECT EXISTS (SELECT 1 FROM users)");
    enum error_code rc = rows_number(statement, 0, &any, error);

    if (!rc)
        *ret = any != 0;
    return rc;
}

enum error_code accounts_note_login(struct store *store, int64_t id, int64_t at,
                                    struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE users SET last_login = $2 WHERE id = $1");

    db_bind_integer(statement, 1, id);
    db_bind_integer(statement, 2, at);
    return rows_run(statement, error);
}
