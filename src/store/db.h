/*
 * db.h: a connection to a database, below the domain functions. Only files in store/ include it.
 *
 * One SQL text for both engines: `$1`, `$2` placeholders, INSERT ... ON CONFLICT, RETURNING.
 * SQL is always a literal; values are always bound. A driver is a table of functions, so that a
 * second engine, or a test that fails at the n-th step, fits in without a change above.
 * A connection belongs to one thread at a time.
 *
 *     struct db_statement *statement = db_prepare(db, "SELECT id FROM lists WHERE list_type = $1");
 *     db_bind_text(statement, 1, type);
 *     while (db_step(statement)) ... db_column_integer(statement, 0) ...
 *     rc = db_finish(statement, error);     // gives it back to the cache; the first failure
 *
 * Failures are sticky: after one, the statement's calls do nothing and db_finish reports it.
 */
#ifndef LISTSYNC_STORE_DB_H
#define LISTSYNC_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct db;
struct db_statement;

/* Asked between the steps of what takes long: false ends it. `keep_going` may be NULL. */
struct db_going {
    bool (*keep_going)(void *context);
    void *context;
};

/* What an engine provides. `handle` is its own. Codes other than ERROR_NONE set `error`. */
struct db_driver {
    const char *name;
    enum error_code (*open)(const char *target, void **ret_handle, struct error *error);
    void (*close)(void *handle);
    enum error_code (*prepare)(void *handle, const char *sql, void **ret, struct error *error);
    void (*bind_integer)(void *statement, int index, int64_t value);
    void (*bind_real)(void *statement, int index, double value);
    void (*bind_text)(void *statement, int index, const char *value); /* NULL: SQL NULL */
    enum error_code (*step)(void *handle, void *statement, bool *ret_row, struct error *error);
    int64_t (*column_integer)(void *statement, int column);
    double (*column_real)(void *statement, int column);
    const char *(*column_text)(void *statement,
                               int column); /* NULL for SQL NULL; until next step */
    void (*reset)(void *statement);
    void (*finalize)(void *statement);
    enum error_code (*execute)(void *handle, const char *sql, struct error *error);
    enum error_code (*copy)(void *handle, const char *path, const struct db_going *going,
                            struct error *error);
    /* Is what was opened no longer at its place? */
    bool (*is_moved)(void *handle);
    /* Texts of the engine's own dialect. */
    const char *begin;         /* takes the write lock at once, so that no later write is refused */
    const char *begin_read;    /* takes none */
    const char *begin_durable; /* the same, and the commit is on disk when it returns */
    const char *end_durable;   /* after such a commit or rollback */
    const char *check;         /* rows of one text: "ok", or what is damaged */
    const char *check_all;     /* the same, with all indexes */
    const char *version;       /* one number that differs after each commit of another connection */
    const char *wide, *narrow; /* how much of the file is kept in memory */
    const char *pages, *unused_pages; /* one number each: of the file */
    const char *give_back;            /* a part of the unused ones, to the system */
    const char *compact;              /* writes the file anew, able to give back */
};

/* What is said of a file whose bytes are not what they should be (store_says_damaged). */
#define DB_IS_DAMAGED "is damaged"
#define DB_IS_NONE    "is no database"
#define DB_IS_EMPTY   "is empty"
/* And of one whose bytes are well, but not where they were. */
#define DB_IS_MOVED "was removed or replaced"

/* In place of a path: a database that goes when it is closed. */
#define DB_IN_MEMORY ":memory:"

extern const struct db_driver db_driver_sqlite; /* target: a file path, or DB_IN_MEMORY */
/*
 * A file that is there and that somebody else made, to be read with suspicion: no statement can
 * change it, nothing of its schema runs, and it ends by itself after two minutes. What a crash
 * left beside the file (-journal, -wal) is moved into it, as its own program would do.
 */
extern const struct db_driver db_driver_foreign;

/*
 * A file of ours, whatever state it is in, to be looked at: nothing is written, not even beside it,
 * so that it works on a disk that cannot be written and tells nothing but what was there before.
 */
extern const struct db_driver db_driver_look;

const char *db_sqlite_version(void); /* the library's */

enum error_code db_open(const struct db_driver *driver, const char *target, struct db **ret,
                        struct error *error);
void db_close(struct db *db); /* NULL is fine */

/* `sql` must be a literal: prepared statements are cached by its address. */
struct db_statement *db_prepare(struct db *db, const char *sql);
void db_bind_integer(struct db_statement *statement, int index, int64_t value);
void db_bind_integer_or_null(struct db_statement *statement, int index,
                             int64_t value); /* 0: NULL */
void db_bind_real(struct db_statement *statement, int index, double value);
void db_bind_text(struct db_statement *statement, int index, const char *value);
bool db_step(struct db_statement *statement); /* true: a row is there */
int64_t db_column_integer(struct db_statement *statement, int column);
double db_column_real(struct db_statement *statement, int column);
const char *db_column_text(struct db_statement *statement, int column); /* "" for NULL */
bool db_column_is_null(struct db_statement *statement, int column);
enum error_code db_finish(struct db_statement *statement, struct error *error);

enum error_code db_execute(struct db *db, const char *sql, struct error *error);
/*
 * Transactions nest by counting: only the outermost begins and commits. Once a step inside has
 * failed, or an inner part was rolled back, every later step and commit fails with that first
 * failure, so that nothing half-done can be committed. db_commit and db_rollback each end one
 * level, whatever they return; a commit that fails has rolled back. db_rollback outside of a
 * transaction does nothing.
 */
enum error_code db_begin(struct db *db, struct error *error);
/* The same for reading alone: all statements see one moment, and nobody is kept from writing. */
enum error_code db_begin_read(struct db *db, struct error *error);
/* Outermost only (asking inside a transaction is our mistake): the commit survives a power cut. */
enum error_code db_begin_durable(struct db *db, struct error *error);
/* Durable if it is the outermost; inside another transaction, that one's promise holds. */
enum error_code db_begin_durable_if_outermost(struct db *db, struct error *error);
bool db_in_transaction(const struct db *db);
enum error_code db_commit(struct db *db, struct error *error);
void db_rollback(struct db *db);
/* Commits what went well, rolls back what did not; the first trouble of both, `rc` or the commit's.
 */
enum error_code db_end(struct db *db, enum error_code rc, struct error *error);
/* Rows of the engine's own check of the file: ERROR_STORE with what is damaged. */
enum error_code db_check(struct db *db, struct error *error);
enum error_code db_check_all(struct db *db, struct error *error); /* slower: indexes too */
/*
 * Copies the whole of it, as it is at this moment, into a new file (mode 0600), while others read
 * and write. Outside of transactions. ERROR_CANCELLED; a file that is not whole is the caller's to
 * remove.
 */
enum error_code db_copy(struct db *db, const char *path, const struct db_going *going,
                        struct error *error);
/*
 * How much of the file it keeps in memory: 1 MB when wide, as it is at first, else 256 kB. Reading
 * is as fast either way; writing thousands of rows is not.
 */
void db_set_wide(struct db *db, bool wide);
/* Pages of the file, and how many of them hold nothing. */
enum error_code db_pages(struct db *db, int64_t *ret_all, int64_t *ret_unused, struct error *error);
/* Makes the file shorter by some 128 unused pages; 0: it has none, or was not made for that. */
enum error_code db_give_back(struct db *db, int64_t *ret_pages, struct error *error);
/*
 * Writes the file anew, so that it can give back pages from now on. Outside of transactions; all
 * others wait meanwhile (a second for 100 MB). A failure leaves it as it was.
 */
enum error_code db_compact(struct db *db, struct error *error);
/* The file was removed, renamed or replaced since it was opened. */
bool db_is_moved(struct db *db);
/* A number that stays the same as long as no other connection, of any program, commits. */
enum error_code db_version(struct db *db, int64_t *ret, struct error *error);

#endif
