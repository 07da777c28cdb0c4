#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

const char *rows_text(struct db_statement *statement, int column, struct arena *arena)
{
    const char *text = db_column_text(statement, column);

    return *text ? arena_text(arena, text) : "";
}

enum media_type rows_media_type(struct db_statement *statement, int column)
{
    return media_type_from_word(db_column_text(statement, column));
}

void rows_bind_text_or_empty(struct db_statement *statement, int index, const char *value)
{
    db_bind_text(statement, index, value ? value : "");
}

void rows_bind_text_or_null(struct db_statement *statement, int index, const char *value)
{
    db_bind_text(statement, index, value && *value ? value : NULL);
}

void rows_now(char text[CLOCK_TEXT_SIZE])
{
    clock_format_utc(clock_wall_ms(), text);
}

void *rows_keep(struct arena *arena, void *items, size_t count, size_t size)
{
    void *kept = NULL;

    if (count) {
        kept = arena_take(arena, count * size);
        memcpy(kept, items, count * size);
    }
    free(items);
    return kept;
}

enum error_code rows_run(struct db_statement *statement, struct error *error)
{
    while (db_step(statement))
        ;
    return db_finish(statement, error);
}

enum error_code rows_run_on(struct db *db, const char *sql, int64_t id, struct error *error)
{
    struct db_statement *statement = db_prepare(db, sql);

    db_bind_integer(statement, 1, id);
    return rows_run(statement, error);
}

enum error_code rows_number(struct db_statement *statement, int64_t fallback, int64_t *ret,
                            struct error *error)
{
    int64_t value = db_step(statement) ? db_column_integer(statement, 0) : fallback;
    enum error_code rc = rows_run(statement, error); /* to its end: only then it is written */

    if (!rc)
        *ret = value;
    return rc;
}
