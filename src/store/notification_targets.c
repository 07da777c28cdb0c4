#include "store/notification_targets.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "store/rows.h"

void notification_target_seal_name(int64_t id, char ret[NOTIFICATION_SEAL_NAME_SIZE])
{
    snprintf(ret, NOTIFICATION_SEAL_NAME_SIZE, "notification_target/%" PRId64, id);
}

static void read_row(struct db_statement *row, struct arena *arena, struct notification_target *ret)
{
    *ret = (struct notification_target){
        .id = db_column_integer(row, 0),
        .name = rows_text(row, 1, arena),
        .kind = rows_text(row, 2, arena),
        .from_environment = db_column_integer(row, 3) != 0,
        .is_on = db_column_integer(row, 4) != 0,
        .form = rows_text(row, 5, arena),
        .events = rows_text(row, 6, arena),
        .digest_minute = (int)db_column_integer(row, 7),
        .digest_weekday = (int)db_column_integer(row, 8),
        .quiet_from = (int)db_column_integer(row, 9),
        .quiet_until = (int)db_column_integer(row, 10),
        .sealed = rows_text(row, 11, arena),
        .disabled = rows_text(row, 12, arena),
        .disabled_ms = db_column_integer(row, 13),
        .created_ms = db_column_integer(row, 14),
    };
}

#define COLUMNS                                                                                    \
    "id, name, kind, from_environment, is_on, form, events, digest_minute, digest_weekday,"        \
    " quiet_from, quiet_until, sealed, disabled, disabled_at, created_at"

enum error_code notification_targets_load(struct store *store, struct arena *arena,
                                          struct notification_targets *ret, struct error *error)
{
    struct notification_target *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT " COLUMNS " FROM notification_targets ORDER BY id");

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        read_row(row, arena, &items[count++]);
    }
    struct notification_target *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct notification_targets){kept, count};
    return rc;
}

static enum error_code not_there(int64_t id, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no notification target number %" PRId64, id);
}

enum error_code notification_targets_find(struct store *store, struct arena *arena, int64_t id,
                                          struct notification_target *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " COLUMNS " FROM notification_targets WHERE id = $1");

    db_bind_integer(row, 1, id);
    bool found = db_step(row);
    if (found)
        read_row(row, arena, ret);
    enum error_code rc = db_finish(row, error);
    return rc || found ? rc : not_there(id, error);
}

/* Is the name another one's, or are there too many? */
static enum error_code check_room(struct store *store, const struct notification_target *target,
                                  struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT COUNT(*), COALESCE(SUM(name = $1 AND id <> $2), 0)"
                              " FROM notification_targets");

    db_bind_text(row, 1, target->name);
    db_bind_integer(row, 2, target->id);
    db_step(row);
    int64_t count = db_column_integer(row, 0);
    int64_t taken = db_column_integer(row, 1);
    enum error_code rc = db_finish(row, error);
    if (rc)
        return rc;
    if (taken)
        return error_set(error, ERROR_CONFLICT, "there is a notification target \"%s\" already",
                         target->name);
    if (!target->id && count >= NOTIFICATION_TARGETS_MOST)
        return error_set(error, ERROR_LIMIT, "there are %d notification targets already",
                         NOTIFICATION_TARGETS_MOST);
    return ERROR_NONE;
}

static void bind_choices(struct db_statement *statement, const struct notification_target *target)
{
    db_bind_text(statement, 1, target->name);
    db_bind_integer(statement, 2, target->is_on);
    db_bind_text(statement, 3, target->form);
    db_bind_text(statement, 4, target->events);
    db_bind_integer(statement, 5, target->digest_minute);
    db_bind_integer(statement, 6, target->digest_weekday);
    db_bind_integer(statement, 7, target->quiet_from);
    db_bind_integer(statement, 8, target->quiet_until);
    rows_bind_text_or_empty(statement, 9, target->sealed);
}

static enum error_code add(struct store *store, const struct notification_target *target,
                           int64_t *ret_id, struct error *error)
{
    enum error_code rc = check_room(store, target, error);

    if (rc)
        return rc;
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO notification_targets (name, is_on, form, events, digest_minute,"
                   "  digest_weekday, quiet_from, quiet_until, sealed, kind, from_environment,"
                   "  created_at)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id");
    bind_choices(statement, target);
    db_bind_text(statement, 10, target->kind);
    db_bind_integer(statement, 11, target->from_environment);
    db_bind_integer(statement, 12, clock_wall_ms());
    return rows_number(statement, 0, ret_id, error);
}

enum error_code notification_targets_add(struct store *store,
                                         const struct notification_target *target, int64_t *ret_id,
                                         struct error *error)
{
    enum error_code rc = store_begin(store, error);

    return rc ? rc : store_end(store, add(store, target, ret_id, error), error);
}

static enum error_code change(struct store *store, const struct notification_target *target,
                              struct error *error)
{
    int64_t found = 0;
    enum error_code rc = check_room(store, target, error);

    if (rc)
        return rc;
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_targets SET name = $1, is_on = $2, form = $3, events = $4,"
                   "  digest_minute = $5, digest_weekday = $6, quiet_from = $7, quiet_until = $8,"
                   "  sealed = $9 WHERE id = $10 RETURNING id");
    bind_choices(statement, target);
    db_bind_integer(statement, 10, target->id);
    rc = rows_number(statement, 0, &found, error);
    return rc || found ? rc : not_there(target->id, error);
}

enum error_code notification_targets_change(struct store *store,
                                            const struct notification_target *target,
                                            struct error *error)
{
    enum error_code rc = store_begin(store, error);

    return rc ? rc : store_end(store, change(store, target, error), error);
}

static enum error_code take_away(struct store *store, int64_t id, struct error *error)
{
    int64_t found = 0;
    enum error_code rc = rows_run_on(
        store->db, "DELETE FROM notification_deliveries WHERE target_id = $1", id, error);

    if (rc)
        return rc;
    struct db_statement *statement =
        db_prepare(store->db, "DELETE FROM notification_targets WHERE id = $1 RETURNING id");
    db_bind_integer(statement, 1, id);
    rc = rows_number(statement, 0, &found, error);
    return rc || found ? rc : not_there(id, error);
}

enum error_code notification_targets_remove(struct store *store, int64_t id, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    return rc ? rc : store_end(store, take_away(store, id, error), error);
}

enum error_code notification_targets_disable(struct store *store, int64_t id, const char *why,
                                             struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE notification_targets SET disabled = $1, disabled_at = $2"
                              " WHERE id = $3");

    db_bind_text(statement, 1, why);
    db_bind_integer(statement, 2, clock_wall_ms());
    db_bind_integer(statement, 3, id);
    return rows_run(statement, error);
}
