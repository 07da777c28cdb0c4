#include "store/foreign.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/rows.h"

enum error_code foreign_has_table(struct db *db, const char *name, bool *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(db, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1"
                       " AND sql LIKE 'CREATE TABLE%'");
    int64_t count = 0;

    db_bind_text(statement, 1, name);
    enum error_code rc = rows_number(statement, 0, &count, error);
    *ret = count > 0;
    return rc;
}

/* 2 and 3: those that are worked out, when read or when written. */
enum error_code foreign_refuse_formulas(struct db *db, struct error *error)
{
    struct db_statement *statement = db_prepare(
        db, "SELECT COUNT(*) FROM sqlite_master AS made, pragma_table_xinfo(made.name)"
            " WHERE made.type = 'table' AND made.sql LIKE 'CREATE TABLE%' AND hidden IN (2, 3)");
    int64_t count = 0;
    enum error_code rc = rows_number(statement, 0, &count, error);

    return rc || !count ? rc
                        : error_set(error, ERROR_FORMAT,
                                    "the database has columns that are worked out: neither the "
                                    "original nor listseerr has any");
}

/* Hidden ones (1) are no columns of "*". */
static enum error_code read_columns(struct db *db, const char *table, struct map *ret,
                                    struct error *error)
{
    struct db_statement *row =
        db_prepare(db, "SELECT name FROM pragma_table_xinfo($1) WHERE hidden <> 1 ORDER BY cid");
    uintptr_t place = 0;

    db_bind_text(row, 1, table);
    while (place < FOREIGN_COLUMNS_MOST && db_step(row))
        map_set(ret, db_column_text(row, 0), (void *)++place);
    return db_finish(row, error);
}

enum error_code foreign_begin(struct db *db, const char *table, const char *sql,
                              struct foreign_rows *ret, struct error *error)
{
    bool is_there = false;

    *ret = (struct foreign_rows){0};
    enum error_code rc = foreign_has_table(db, table, &is_there, error);
    if (rc || !is_there)
        return rc;
    rc = read_columns(db, table, &ret->columns, error);
    if (!rc)
        ret->statement = db_prepare(db, sql);
    return rc;
}

bool foreign_next(struct foreign_rows *rows)
{
    return rows->statement && db_step(rows->statement);
}

enum error_code foreign_end(struct foreign_rows *rows, enum error_code rc, struct error *error)
{
    enum error_code read =
        rows->statement ? db_finish(rows->statement, rc ? NULL : error) : ERROR_NONE;

    map_release(&rows->columns);
    *rows = (struct foreign_rows){0};
    return rc ? rc : read;
}

/* -1: there is none. */
static int place(const struct foreign_rows *rows, const char *column)
{
    return (int)(uintptr_t)map_get(&rows->columns, column) - 1;
}

/* Bytes that are no text end at their first NUL. */
const char *foreign_text(const struct foreign_rows *rows, const char *column, struct arena *arena)
{
    char text[FOREIGN_TEXT_MOST + 1];
    int at = place(rows, column);

    if (at < 0)
        return "";
    const char *raw = db_column_text(rows->statement, at);
    AUTO_FREE char *valid = text_valid_utf8(raw, strnlen(raw, FOREIGN_TEXT_MOST), NULL);
    text_tame(valid);
    text_copy(text, sizeof(text), valid);
    return arena_text(arena, text_trim(text));
}

const char *foreign_exact(const struct foreign_rows *rows, const char *column, size_t most,
                          struct arena *arena)
{
    int at = place(rows, column);
    const char *raw = at < 0 ? "" : db_column_text(rows->statement, at);
    size_t length = strnlen(raw, most + 1);

    return length <= most && text_is_valid_utf8(raw, length) ? arena_text(arena, raw) : "";
}

int64_t foreign_number(const struct foreign_rows *rows, const char *column)
{
    int at = place(rows, column);

    return at < 0 ? 0 : db_column_integer(rows->statement, at);
}

double foreign_decimal(const struct foreign_rows *rows, const char *column)
{
    int at = place(rows, column);

    return at < 0 ? 0 : db_column_real(rows->statement, at);
}

bool foreign_is_null(const struct foreign_rows *rows, const char *column)
{
    int at = place(rows, column);

    return at < 0 || db_column_is_null(rows->statement, at);
}
