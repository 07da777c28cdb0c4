#include "store/stored_settings.h"

#include "base/memory.h"
#include "store/rows.h"

enum error_code stored_settings_load(struct store *store, struct arena *arena,
                                     struct stored_settings *ret, struct error *error)
{
    struct stored_setting *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row = db_prepare(
        store->db, "SELECT name, value, is_sealed, updated_at FROM settings ORDER BY name");

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = (struct stored_setting){
            .name = rows_text(row, 0, arena),
            .value = rows_text(row, 1, arena),
            .is_sealed = db_column_integer(row, 2) != 0,
            .updated_at = rows_text(row, 3, arena),
        };
    }
    struct stored_setting *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct stored_settings){kept, count};
    return rc;
}

enum error_code stored_settings_put(struct store *store, const char *name, const char *value,
                                    bool is_sealed, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "INSERT INTO settings (name, value, is_sealed, updated_at)"
                              " VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET"
                              "  value = excluded.value, is_sealed = excluded.is_sealed,"
                              "  updated_at = excluded.updated_at");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_text(statement, 1, name);
    db_bind_text(statement, 2, value);
    db_bind_integer(statement, 3, is_sealed);
    db_bind_text(statement, 4, now);
    return rows_run(statement, error);
}

enum error_code stored_settings_drop(struct store *store, const char *name, struct error *error)
{
    struct db_statement *statement = db_prepare(store->db, "DELETE FROM settings WHERE name = $1");

    db_bind_text(statement, 1, name);
    return rows_run(statement, error);
}

enum error_code service_state_get(struct store *store, struct arena *arena, const char *name,
                                  const char **ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT value FROM service_state WHERE name = $1");

    db_bind_text(row, 1, name);
    const char *value = db_step(row) ? rows_text(row, 0, arena) : "";
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = value;
    return rc;
}

enum error_code service_state_put(struct store *store, const char *name, const char *value,
                                  struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "INSERT INTO service_state (name, value) VALUES ($1, $2)"
                              " ON CONFLICT (name) DO UPDATE SET value = excluded.value");

    db_bind_text(statement, 1, name);
    db_bind_text(statement, 2, value);
    return rows_run(statement, error);
}

enum error_code sync_interval_get(struct store *store, double *ret_hours,
                                  const char **ret_updated_at, struct arena *arena,
                                  struct error *error)
{
    double hours = 0;
    const char *updated_at = "";
    struct db_statement *row = db_prepare(
        store->db, "SELECT interval_hours, updated_at FROM sync_interval ORDER BY id DESC LIMIT 1");

    if (db_step(row)) {
        hours = db_column_real(row, 0);
        updated_at = rows_text(row, 1, arena);
    }
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    *ret_hours = hours;
    *ret_updated_at = updated_at;
    return ERROR_NONE;
}

/* The row that the original left keeps its number. */
enum error_code sync_interval_put(struct store *store, double hours, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "INSERT INTO sync_interval (id, interval_hours, updated_at)"
                              " VALUES ((SELECT COALESCE(MAX(id), 1) FROM sync_interval), $1, $2)"
                              " ON CONFLICT (id) DO UPDATE SET"
                              "  interval_hours = excluded.interval_hours,"
                              "  updated_at = excluded.updated_at");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_real(statement, 1, hours);
    db_bind_text(statement, 2, now);
    return rows_run(statement, error);
}
