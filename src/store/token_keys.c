#include "base/memory.h"
#include "store/accounts.h"
#include "store/rows.h"

enum error_code token_keys_load(struct store *store, struct arena *arena, struct token_keys *ret,
                                struct error *error)
{
    struct token_key *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row = db_prepare(
        store->db, "SELECT id, sealed, created_at, retired_at FROM token_keys ORDER BY id DESC");

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = (struct token_key){
            .id = db_column_integer(row, 0),
            .sealed = rows_text(row, 1, arena),
            .created_at = db_column_integer(row, 2),
            .retired_at = db_column_integer(row, 3),
        };
    }
    struct token_key *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct token_keys){kept, count};
    return rc;
}

static enum error_code insert(struct store *store, const char *sealed, int64_t now, int64_t *ret_id,
                              struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO token_keys (sealed, created_at) VALUES ($1, $2) RETURNING id");

    db_bind_text(statement, 1, sealed);
    db_bind_integer(statement, 2, now);
    return rows_number(statement, 0, ret_id, error);
}

static enum error_code rotate(struct store *store, const char *sealed, int64_t now,
                              int64_t drop_before, int64_t *ret_id, struct error *error)
{
    enum error_code rc =
        rows_run_on(store->db, "DELETE FROM token_keys WHERE retired_at <> 0 AND retired_at < $1",
                    drop_before, error);

    if (!rc)
        rc = rows_run_on(store->db, "UPDATE token_keys SET retired_at = $1 WHERE retired_at = 0",
                         now, error);
    return rc ? rc : insert(store, sealed, now, ret_id, error);
}

enum error_code token_keys_rotate(struct store *store, const char *sealed, int64_t now,
                                  int64_t drop_before, int64_t *ret_id, struct error *error)
{
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);

    if (rc)
        return rc;
    rc = rotate(store, sealed, now, drop_before, ret_id, error);
    return db_end(store->db, rc, error);
}
