#include "store/audit.h"

#include "base/memory.h"
#include "base/text.h"
#include "store/rows.h"

/* Part of a row may come from a stranger (a name that failed to log in): it is cut. */
enum { TEXT_SIZE = 256, DETAIL_SIZE = 1024 };

static void bind_cut(struct db_statement *statement, int index, const char *text, size_t size)
{
    char cut[DETAIL_SIZE];

    text_copy(cut, size, text ? text : "");
    db_bind_text(statement, index, cut);
}

static void bind_area(struct db_statement *statement, int index, const char *action)
{
    char area[TEXT_SIZE];

    text_copy(area, sizeof(area), action);
    text_cut_at(area, ".");
    db_bind_text(statement, index, area);
}

static enum error_code insert(struct store *store, const struct audit_row *row, int64_t *ret_id,
                              struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO audit_log (at, who, how, address, area, action, subject, detail)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_text(statement, 1, text_is_empty(row->at) ? now : row->at);
    bind_cut(statement, 2, row->who, TEXT_SIZE);
    bind_cut(statement, 3, row->how, TEXT_SIZE);
    bind_cut(statement, 4, row->address, TEXT_SIZE);
    bind_area(statement, 5, row->action);
    bind_cut(statement, 6, row->action, TEXT_SIZE);
    bind_cut(statement, 7, row->subject, TEXT_SIZE);
    bind_cut(statement, 8, row->detail, DETAIL_SIZE);
    return rows_number(statement, 0, ret_id, error);
}

enum error_code audit_add(struct store *store, const struct audit_row *row, struct error *error)
{
    int64_t id = 0;
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = insert(store, row, &id, error);
    if (!rc)
        rc = rows_run_on(store->db, "DELETE FROM audit_log WHERE id <= $1", id - AUDIT_KEPT, error);
    return store_end(store, rc, error);
}

static struct audit_row read_row(struct db_statement *row, struct arena *arena)
{
    return (struct audit_row){
        .id = db_column_integer(row, 0),
        .at = rows_text(row, 1, arena),
        .who = rows_text(row, 2, arena),
        .how = rows_text(row, 3, arena),
        .address = rows_text(row, 4, arena),
        .action = rows_text(row, 5, arena),
        .subject = rows_text(row, 6, arena),
        .detail = rows_text(row, 7, arena),
    };
}

#define SELECT_ROWS                                                                                \
    "SELECT id, at, who, how, address, action, subject, detail FROM audit_log WHERE id < $1"

static struct db_statement *ask(struct store *store, int64_t before, const char *area, int limit)
{
    struct db_statement *row =
        area ? db_prepare(store->db, SELECT_ROWS " AND area = $3 ORDER BY id DESC LIMIT $2")
             : db_prepare(store->db, SELECT_ROWS " ORDER BY id DESC LIMIT $2");

    db_bind_integer(row, 1, before ? before : INT64_MAX);
    db_bind_integer(row, 2, limit);
    if (area)
        db_bind_text(row, 3, area);
    return row;
}

enum error_code audit_load(struct store *store, struct arena *arena, int64_t before,
                           const char *action, int limit, struct audit_rows *ret,
                           struct error *error)
{
    struct audit_row *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row = ask(store, before, action, limit);

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = read_row(row, arena);
    }
    struct audit_row *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct audit_rows){kept, count};
    return rc;
}
