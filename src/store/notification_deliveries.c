#include "store/notification_deliveries.h"

#include "base/clock.h"
#include "base/memory.h"
#include "store/rows.h"

const char *const delivery_state_words[] = {
#define DELIVERY_WORD(name, word, meaning) word,
    DELIVERY_STATE_TABLE(DELIVERY_WORD)
#undef DELIVERY_WORD
        NULL,
};

#define COLUMNS                                                                                    \
    "d.id, d.target_id, t.name, d.key, d.title, d.severity, d.notice, d.state, d.in_digest,"       \
    " d.is_brief, d.attempts, d.due_at, d.created_at, d.ended_at, d.message"
#define FROM " FROM notification_deliveries d JOIN notification_targets t ON t.id = d.target_id "
/* Of those that wait for a target; the others stand behind it, whenever they are due. */
#define IS_FIRST                                                                                   \
    "d.id IN (SELECT MIN(id) FROM notification_deliveries"                                         \
    "  WHERE state = 0 AND in_digest = 0 GROUP BY target_id)"

static void read_row(struct db_statement *row, struct arena *arena,
                     struct notification_delivery *ret)
{
    *ret = (struct notification_delivery){
        .id = db_column_integer(row, 0),
        .target_id = db_column_integer(row, 1),
        .target = rows_text(row, 2, arena),
        .key = rows_text(row, 3, arena),
        .title = rows_text(row, 4, arena),
        .severity = rows_text(row, 5, arena),
        .notice = rows_text(row, 6, arena),
        .state = (enum delivery_state)db_column_integer(row, 7),
        .in_digest = db_column_integer(row, 8) != 0,
        .is_brief = db_column_integer(row, 9) != 0,
        .attempts = db_column_integer(row, 10),
        .due_ms = db_column_integer(row, 11),
        .created_ms = db_column_integer(row, 12),
        .ended_ms = db_column_integer(row, 13),
        .message = rows_text(row, 14, arena),
    };
}

static enum error_code read_all(struct db_statement *row, struct arena *arena,
                                struct notification_deliveries *ret, struct error *error)
{
    struct notification_delivery *items = NULL;
    size_t count = 0, capacity = 0;

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        read_row(row, arena, &items[count++]);
    }
    struct notification_delivery *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct notification_deliveries){kept, count};
    return rc;
}

static enum error_code make_room(struct store *store, int64_t target_id, bool in_digest,
                                 struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET state = $1, ended_at = $2, notice = '',"
                   "  message = 'too many waited'"
                   " WHERE id IN (SELECT id FROM notification_deliveries"
                   "  WHERE target_id = $3 AND state = 0 AND in_digest = $5"
                   "  ORDER BY id DESC LIMIT -1 OFFSET $4)");

    db_bind_integer(statement, 1, DELIVERY_DROPPED);
    db_bind_integer(statement, 2, clock_wall_ms());
    db_bind_integer(statement, 3, target_id);
    db_bind_integer(statement, 4, in_digest ? DELIVERIES_IN_DIGEST_MOST : DELIVERIES_WAITING_MOST);
    db_bind_integer(statement, 5, in_digest);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_add(struct store *store,
                                            const struct notification_delivery *delivery,
                                            struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO notification_deliveries (target_id, key, title, severity, notice,"
                   "  in_digest, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                   " ON CONFLICT (target_id, key) DO NOTHING");

    db_bind_integer(statement, 1, delivery->target_id);
    db_bind_text(statement, 2, delivery->key);
    db_bind_text(statement, 3, delivery->title);
    db_bind_text(statement, 4, delivery->severity);
    db_bind_text(statement, 5, delivery->notice);
    db_bind_integer(statement, 6, delivery->in_digest);
    db_bind_integer(statement, 7, delivery->due_ms);
    db_bind_integer(statement, 8, clock_wall_ms());
    enum error_code rc = rows_run(statement, error);
    return rc ? rc : make_room(store, delivery->target_id, delivery->in_digest, error);
}

/* The receiver knows them again, if it has them. */
static enum error_code queue_again(struct store *store, const char *kind, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET state = 0 WHERE state = $1 AND target_id IN"
                   " (SELECT id FROM notification_targets WHERE kind = $2)");

    db_bind_integer(statement, 1, DELIVERY_CLAIMED);
    db_bind_text(statement, 2, kind);
    return rows_run(statement, error);
}

static enum error_code give_up(struct store *store, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET state = $1, ended_at = $2, notice = '',"
                   "  message = 'the program ended while it was being sent; it may have arrived'"
                   " WHERE state = $3");

    db_bind_integer(statement, 1, DELIVERY_UNKNOWN);
    db_bind_integer(statement, 2, clock_wall_ms());
    db_bind_integer(statement, 3, DELIVERY_CLAIMED);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_recover(struct store *store, const char *const *again,
                                                struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (; !rc && *again; again++)
        rc = queue_again(store, *again, error);
    return rc ? rc : give_up(store, error);
}

enum error_code notification_deliveries_doubt(struct store *store, int64_t now_ms,
                                              int64_t *ret_count, struct error *error)
{
    int64_t count = 0;
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET state = $1, ended_at = $2, notice = '',"
                   "  message = 'it waited in a backup that was put back; it may have been sent"
                   " since that was made'"
                   " WHERE state IN (0, $3) AND due_at <= $2 RETURNING id");

    db_bind_integer(statement, 1, DELIVERY_UNKNOWN);
    db_bind_integer(statement, 2, now_ms);
    db_bind_integer(statement, 3, DELIVERY_CLAIMED);
    while (db_step(statement))
        count++;
    enum error_code rc = db_finish(statement, error);
    *ret_count = rc ? 0 : count;
    return rc;
}

static enum error_code
mark_claimed(struct store *store, const struct notification_deliveries *found, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < found->count; i++) {
        struct db_statement *statement = db_prepare(
            store->db, "UPDATE notification_deliveries SET state = $1, attempts = attempts + 1"
                       " WHERE id = $2");
        db_bind_integer(statement, 1, DELIVERY_CLAIMED);
        db_bind_integer(statement, 2, found->items[i].id);
        rc = rows_run(statement, error);
        found->items[i].attempts++;
    }
    return rc;
}

static enum error_code claim(struct store *store, struct arena *arena, int64_t now_ms,
                             struct notification_deliveries *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " COLUMNS FROM "WHERE " IS_FIRST " AND d.due_at <= $1"
                              " AND t.is_on = 1 AND t.disabled = '' ORDER BY d.id");

    db_bind_integer(row, 1, now_ms);
    enum error_code rc = read_all(row, arena, ret, error);
    return rc ? rc : mark_claimed(store, ret, error);
}

enum error_code notification_deliveries_claim(struct store *store, struct arena *arena,
                                              int64_t now_ms, struct notification_deliveries *ret,
                                              struct error *error)
{
    enum error_code rc = db_begin_durable(store->db, error);

    return rc ? rc : db_end(store->db, claim(store, arena, now_ms, ret, error), error);
}

enum error_code notification_deliveries_end(struct store *store,
                                            const struct notification_delivery *delivery,
                                            struct error *error)
{
    bool waits = delivery->state == DELIVERY_WAITING;
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET state = $1, due_at = $2, is_brief = $3,"
                   "  message = $4, ended_at = $5,"
                   "  notice = CASE WHEN $1 = 0 THEN notice ELSE '' END WHERE id = $6");

    db_bind_integer(statement, 1, delivery->state);
    db_bind_integer(statement, 2, delivery->due_ms);
    db_bind_integer(statement, 3, delivery->is_brief);
    rows_bind_text_or_empty(statement, 4, delivery->message);
    db_bind_integer(statement, 5, waits ? 0 : clock_wall_ms());
    db_bind_integer(statement, 6, delivery->id);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_digest(struct store *store, struct arena *arena,
                                               int64_t target_id, int64_t now_ms,
                                               struct notification_deliveries *ret,
                                               struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " COLUMNS FROM "WHERE d.target_id = $1 AND d.state = 0"
                              " AND d.in_digest = 1 AND d.due_at <= $2 ORDER BY d.id");

    db_bind_integer(row, 1, target_id);
    db_bind_integer(row, 2, now_ms);
    return read_all(row, arena, ret, error);
}

enum error_code notification_deliveries_collect(struct store *store, int64_t target_id,
                                                int64_t now_ms, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET state = $1, ended_at = $2, notice = ''"
                   " WHERE target_id = $3 AND state = 0 AND in_digest = 1 AND due_at <= $4");

    db_bind_integer(statement, 1, DELIVERY_COLLECTED);
    db_bind_integer(statement, 2, clock_wall_ms());
    db_bind_integer(statement, 3, target_id);
    db_bind_integer(statement, 4, now_ms);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_drop(struct store *store, int64_t target_id,
                                             const char *why, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET state = $1, ended_at = $2, message = $3,"
                   "  notice = '' WHERE target_id = $4 AND state = 0");

    db_bind_integer(statement, 1, DELIVERY_DROPPED);
    db_bind_integer(statement, 2, clock_wall_ms());
    db_bind_text(statement, 3, why);
    db_bind_integer(statement, 4, target_id);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_hurry(struct store *store, int64_t target_id,
                                              int64_t now_ms, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET due_at = $1"
                   " WHERE target_id = $2 AND state = 0 AND in_digest = 0 AND due_at > $1");

    db_bind_integer(statement, 1, now_ms);
    db_bind_integer(statement, 2, target_id);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_move_digest(struct store *store, int64_t target_id,
                                                    int64_t due_ms, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE notification_deliveries SET due_at = $1"
                              " WHERE target_id = $2 AND state = 0 AND in_digest = 1");

    db_bind_integer(statement, 1, due_ms);
    db_bind_integer(statement, 2, target_id);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_postpone(struct store *store, int64_t target_id,
                                                 int64_t until_ms, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "UPDATE notification_deliveries SET due_at = $1"
                   " WHERE target_id = $2 AND state = 0 AND in_digest = 0 AND due_at < $1");

    db_bind_integer(statement, 1, until_ms);
    db_bind_integer(statement, 2, target_id);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_set_back(struct store *store, int64_t target_id,
                                                 int64_t now_ms, int64_t digest_ms,
                                                 struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE notification_deliveries SET created_at = $1,"
                              "  due_at = CASE in_digest WHEN 0 THEN $1 ELSE $2 END"
                              " WHERE target_id = $3 AND state = 0 AND created_at > $1");

    db_bind_integer(statement, 1, now_ms);
    db_bind_integer(statement, 2, digest_ms);
    db_bind_integer(statement, 3, target_id);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_trouble(struct store *store, struct arena *arena,
                                                int64_t target_id, int64_t before_ms,
                                                const char **ret, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT CASE WHEN state IN ($2, 0) THEN message ELSE '' END"
                   " FROM notification_deliveries WHERE target_id = $1 AND"
                   " ((state = 0 AND attempts >= $5 AND created_at < $6) OR (state IN ($2, $3, $4)"
                   "  AND ended_at > (SELECT disabled_at FROM notification_targets WHERE id = $1)))"
                   " ORDER BY state = 0 DESC, id DESC LIMIT 1");

    *ret = NULL;
    db_bind_integer(row, 1, target_id);
    db_bind_integer(row, 2, DELIVERY_FAILED);
    db_bind_integer(row, 3, DELIVERY_DELIVERED);
    db_bind_integer(row, 4, DELIVERY_UNKNOWN);
    db_bind_integer(row, 5, DELIVERY_ATTEMPTS_MANY);
    db_bind_integer(row, 6, before_ms);
    if (db_step(row))
        *ret = rows_text(row, 0, arena);
    return db_finish(row, error);
}

enum error_code notification_deliveries_held_up(struct store *store, struct arena *arena,
                                                int64_t target_id, struct delivery_held_up *ret,
                                                struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT message, due_at FROM notification_deliveries"
                              " WHERE target_id = $1 AND state IN (0, $2) AND in_digest = 0"
                              "  AND attempts > 0 AND message <> '' ORDER BY id LIMIT 1");

    *ret = (struct delivery_held_up){0};
    db_bind_integer(row, 1, target_id);
    db_bind_integer(row, 2, DELIVERY_CLAIMED);
    if (db_step(row))
        *ret = (struct delivery_held_up){rows_text(row, 0, arena), db_column_integer(row, 1)};
    return db_finish(row, error);
}

enum error_code notification_deliveries_next(struct store *store, int64_t *ret_ms,
                                             struct error *error)
{
    return rows_number(db_prepare(store->db,
                                  "SELECT COALESCE(MIN(d.due_at), 0)" FROM
                                  "WHERE d.state = 0 AND (d.in_digest = 1 OR " IS_FIRST ")"
                                  " AND t.is_on = 1 AND t.disabled = ''"),
                       0, ret_ms, error);
}

enum error_code notification_deliveries_load(struct store *store, struct arena *arena,
                                             int64_t target_id, int64_t before, int limit,
                                             struct notification_deliveries *ret,
                                             struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " COLUMNS FROM "WHERE ($1 = 0 OR d.target_id = $1)"
                              " AND ($2 = 0 OR d.id < $2) ORDER BY d.id DESC LIMIT $3");

    db_bind_integer(row, 1, target_id);
    db_bind_integer(row, 2, before);
    db_bind_integer(row, 3, limit);
    return read_all(row, arena, ret, error);
}

enum error_code notification_deliveries_thin_out(struct store *store, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "DELETE FROM notification_deliveries WHERE state > $1 AND id <="
                   " (SELECT id FROM notification_deliveries ORDER BY id DESC LIMIT 1 OFFSET $2)");

    db_bind_integer(statement, 1, DELIVERY_CLAIMED);
    db_bind_integer(statement, 2, DELIVERIES_KEPT);
    return rows_run(statement, error);
}

enum error_code notification_deliveries_counts(struct store *store, int64_t ret[DELIVERY_STATES],
                                               struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT state, COUNT(*) FROM notification_deliveries GROUP BY state");

    for (int state = 0; state < DELIVERY_STATES; state++)
        ret[state] = 0;
    while (db_step(row)) {
        int64_t state = db_column_integer(row, 0);
        if (state >= 0 && state < DELIVERY_STATES)
            ret[state] = db_column_integer(row, 1);
    }
    return db_finish(row, error);
}
