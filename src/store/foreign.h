/*
 * foreign.h: rows of a database that another program made, by the names of their columns.
 *
 * Which columns there are depends on the version that wrote it: one that is missing reads as ""
 * and 0. Values may be of any type and length; texts come as valid UTF-8 without control
 * characters, cut to FOREIGN_TEXT_MOST bytes. Only true tables count, no views, no virtual ones.
 * Inside store/ only. One reading at a time.
 */
#ifndef LISTSYNC_STORE_FOREIGN_H
#define LISTSYNC_STORE_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "store/db.h"

enum { FOREIGN_TEXT_MOST = 2000, FOREIGN_COLUMNS_MOST = 100 };

struct foreign_rows {
    struct db_statement *statement; /* NULL: there is no such table */
    struct map columns;             /* name -> its place, from 1 */
};

enum error_code foreign_has_table(struct db *db, const char *name, bool *ret, struct error *error);
/*
 * Columns that are worked out are a stranger's program: one step of it (instr of long texts) can
 * take hours, and is not interrupted. Before anything else is read; ERROR_FORMAT.
 */
enum error_code foreign_refuse_formulas(struct db *db, struct error *error);
/*
 * Begins to read all rows of a table; one that is not there has none. `sql`: the literal "SELECT *
 * FROM table", with an order if one matters. End it in any case.
 */
enum error_code foreign_begin(struct db *db, const char *table, const char *sql,
                              struct foreign_rows *ret, struct error *error);
bool foreign_next(struct foreign_rows *rows);
enum error_code foreign_end(struct foreign_rows *rows, enum error_code rc, struct error *error);

const char *foreign_text(const struct foreign_rows *rows, const char *column, struct arena *arena);
/* As it stands there, up to `most` bytes; "" when it is longer or no text. For secrets. */
const char *foreign_exact(const struct foreign_rows *rows, const char *column, size_t most,
                          struct arena *arena);
int64_t foreign_number(const struct foreign_rows *rows, const char *column);
double foreign_decimal(const struct foreign_rows *rows, const char *column);
bool foreign_is_null(const struct foreign_rows *rows, const char *column);

#endif
