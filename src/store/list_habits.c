#include "store/list_habits.h"

#include "base/clock.h"
#include "store/rows.h"

static enum error_code load_sizes(struct store *store, int64_t list_id, struct list_habit *ret,
                                  struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT items, (SELECT sync_started FROM sync_history WHERE id = run_id)"
                   " FROM run_lists WHERE list_id = $1"
                   " AND outcome IN ('ok', 'unchanged', 'empty') ORDER BY run_id DESC LIMIT 6");

    ret->size = -1;
    db_bind_integer(row, 1, list_id);
    while (db_step(row)) {
        int64_t items = db_column_integer(row, 0);
        if (ret->size < 0) {
            ret->size = items;
            ret->last_read = clock_parse_utc(db_column_text(row, 1));
        } else if (items > ret->usual_size)
            ret->usual_size = items;
    }
    return db_finish(row, error);
}

static enum error_code load_changes(struct store *store, int64_t list_id, struct list_habit *ret,
                                    struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT DISTINCT first_seen FROM list_items WHERE list_id = $1"
                              " ORDER BY first_seen DESC LIMIT 60");
    int64_t later = 0;

    db_bind_integer(row, 1, list_id);
    while (db_step(row)) {
        int64_t at = clock_parse_utc(db_column_text(row, 0));
        if (at < 0)
            continue;
        if (!ret->changes++)
            ret->last_change = at;
        else if (later - at > ret->longest_pause)
            ret->longest_pause = later - at;
        later = at;
    }
    return db_finish(row, error);
}

enum error_code list_habits_of(struct store *store, int64_t list_id, struct list_habit *ret,
                               struct error *error)
{
    *ret = (struct list_habit){0};
    enum error_code rc = load_sizes(store, list_id, ret, error);

    return rc ? rc : load_changes(store, list_id, ret, error);
}
