#include "store/alarms.h"

#include "base/memory.h"
#include "store/rows.h"

enum error_code alarms_load(struct store *store, struct arena *arena, struct alarms *ret,
                            struct error *error)
{
    struct alarm *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT key, sentence, well, raised_at FROM alarms ORDER BY key");

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = (struct alarm){
            .key = rows_text(row, 0, arena),
            .sentence = rows_text(row, 1, arena),
            .well = rows_text(row, 2, arena),
            .raised_ms = db_column_integer(row, 3),
        };
    }
    struct alarm *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct alarms){kept, count};
    return rc;
}

enum error_code alarms_raise(struct store *store, const struct alarm *alarm, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "INSERT INTO alarms (key, sentence, well, raised_at)"
                              " VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO NOTHING");

    db_bind_text(statement, 1, alarm->key);
    db_bind_text(statement, 2, alarm->sentence);
    db_bind_text(statement, 3, alarm->well);
    db_bind_integer(statement, 4, alarm->raised_ms);
    return rows_run(statement, error);
}

enum error_code alarms_end(struct store *store, const char *key, struct error *error)
{
    struct db_statement *statement = db_prepare(store->db, "DELETE FROM alarms WHERE key = $1");

    db_bind_text(statement, 1, key);
    return rows_run(statement, error);
}
