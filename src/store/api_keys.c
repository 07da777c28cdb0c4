#include "base/memory.h"
#include "store/accounts.h"
#include "store/rows.h"

#define KEY_COLUMNS                                                                                \
    "api_keys.id, api_keys.user_id, users.name, users.role, api_keys.name, api_keys.digest,"       \
    " api_keys.hint, api_keys.scope, api_keys.created_at, api_keys.last_used, api_keys.expires_at"

static struct api_key read_key(struct db_statement *row, struct arena *arena)
{
    return (struct api_key){
        .id = db_column_integer(row, 0),
        .user_id = db_column_integer(row, 1),
        .user = rows_text(row, 2, arena),
        .role = rows_text(row, 3, arena),
        .name = rows_text(row, 4, arena),
        .digest = rows_text(row, 5, arena),
        .hint = rows_text(row, 6, arena),
        .scope = rows_text(row, 7, arena),
        .created_at = db_column_integer(row, 8),
        .last_used = db_column_integer(row, 9),
        .expires_at = db_column_integer(row, 10),
    };
}

static enum error_code refuse_too_many(struct store *store, int64_t user_id, struct error *error)
{
    int64_t count = 0;
    struct db_statement *statement =
        db_prepare(store->db, "SELECT COUNT(*) FROM api_keys WHERE user_id = $1");

    db_bind_integer(statement, 1, user_id);
    enum error_code rc = rows_number(statement, 0, &count, error);
    if (rc || count < API_KEYS_MOST)
        return rc;
    return error_set(error, ERROR_LIMIT, "an account may have %d keys: revoke one first",
                     API_KEYS_MOST);
}

static enum error_code insert(struct store *store, const struct api_key *key, int64_t *ret_id,
                              struct error *error)
{
    int64_t id = 0;
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO api_keys (user_id, name, digest, hint, scope, created_at,"
                   "  expires_at) SELECT id, $2, $3, $4, $5, $6, $7 FROM users"
                   " WHERE id = $1 AND disabled = 0 RETURNING id");

    db_bind_integer(statement, 1, key->user_id);
    db_bind_text(statement, 2, key->name);
    db_bind_text(statement, 3, key->digest);
    db_bind_text(statement, 4, key->hint);
    db_bind_text(statement, 5, key->scope);
    db_bind_integer(statement, 6, key->created_at ? key->created_at : clock_wall_ms());
    db_bind_integer(statement, 7, key->expires_at);
    enum error_code rc = rows_number(statement, 0, &id, error);
    if (rc)
        return rc;
    if (!id)
        return error_set(error, ERROR_NOT_FOUND, "there is no account that may have a key");
    *ret_id = id;
    return ERROR_NONE;
}

enum error_code api_keys_add(struct store *store, const struct api_key *key, int64_t *ret_id,
                             struct error *error)
{
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);

    if (rc)
        return rc;
    rc = refuse_too_many(store, key->user_id, error);
    if (!rc)
        rc = insert(store, key, ret_id, error);
    return db_end(store->db, rc, error);
}

static enum error_code no_such_key(struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no such key");
}

enum error_code api_keys_find(struct store *store, struct arena *arena, const char *digest,
                              int64_t now, struct api_key *ret, struct error *error)
{
    struct api_key key = {0};
    struct db_statement *row = db_prepare(
        store->db, "SELECT " KEY_COLUMNS " FROM api_keys JOIN users ON users.id = api_keys.user_id"
                   " WHERE api_keys.digest = $1 AND users.disabled = 0"
                   "  AND (api_keys.expires_at = 0 OR api_keys.expires_at > $2)");

    db_bind_text(row, 1, digest);
    db_bind_integer(row, 2, now);
    if (db_step(row))
        key = read_key(row, arena);
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (!key.id)
        return no_such_key(error);
    *ret = key;
    return ERROR_NONE;
}

enum error_code api_keys_load(struct store *store, struct arena *arena, struct api_keys *ret,
                              struct error *error)
{
    struct api_key *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row = db_prepare(
        store->db, "SELECT " KEY_COLUMNS " FROM api_keys JOIN users ON users.id = api_keys.user_id"
                   " ORDER BY users.name, api_keys.id");

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = read_key(row, arena);
    }
    struct api_key *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct api_keys){kept, count};
    return rc;
}

static enum error_code erase(struct store *store, int64_t id, struct error *error)
{
    int64_t found = 0;
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM api_keys WHERE id = $1 RETURNING id");

    db_bind_integer(statement, 1, id);
    enum error_code rc = rows_number(statement, 0, &found, error);
    return rc || found ? rc : no_such_key(error);
}

enum error_code api_keys_revoke(struct store *store, int64_t id, struct error *error)
{
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);

    if (rc)
        return rc;
    return db_end(store->db, erase(store, id, error), error);
}

enum error_code api_keys_used(struct store *store, int64_t id, int64_t at, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE api_keys SET last_used = $2 WHERE id = $1");

    db_bind_integer(statement, 1, id);
    db_bind_integer(statement, 2, at);
    return rows_run(statement, error);
}
