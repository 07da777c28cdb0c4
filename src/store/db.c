#include "store/db.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

enum { BUCKETS = 128 };

struct db_statement {
    struct db *db;
    const char *sql;
    void *prepared; /* the driver's; NULL when preparing failed */
    bool in_use;
    bool is_done; /* no row left: a further step would start it again */
    enum error_code failed;
    char *failure; /* the message of the first failure */
    struct db_statement *next;
};

struct db {
    const struct db_driver *driver;
    void *handle;
    struct db_statement *buckets[BUCKETS];
    int depth;           /* of nested transactions */
    bool is_durable;     /* the outermost one */
    bool is_broken;      /* it can only be rolled back */
    struct error broken; /* by what */
};

enum error_code db_open(const struct db_driver *driver, const char *target, struct db **ret,
                        struct error *error)
{
    void *handle = NULL;
    enum error_code rc = driver->open(target, &handle, error);

    if (rc)
        return rc;
    struct db *db = memory_new(sizeof(*db));
    db->driver = driver;
    db->handle = handle;
    *ret = db;
    return ERROR_NONE;
}

static void free_statement(struct db_statement *statement)
{
    if (statement->prepared)
        statement->db->driver->finalize(statement->prepared);
    free(statement->failure);
    free(statement);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (int i = 0; i < BUCKETS; i++) {
        for (struct db_statement *at = db->buckets[i], *next; at; at = next) {
            next = at->next;
            free_statement(at);
        }
    }
    db->driver->close(db->handle);
    free(db);
}

static void break_transaction(struct db *db, enum error_code code, const char *message)
{
    if (db->depth == 0 || db->is_broken)
        return;
    db->is_broken = true;
    error_set(&db->broken, code, "%s", message);
}

static enum error_code report_broken(const struct db *db, struct error *error)
{
    return error_set(error, db->broken.code, "%s", db->broken.message);
}

static void fail(struct db_statement *statement, const struct error *failure)
{
    if (statement->failed)
        return;
    statement->failed = failure->code;
    statement->failure = memory_text(failure->message);
    break_transaction(statement->db, failure->code, failure->message);
}

static struct db_statement *cached(struct db *db, const char *sql)
{
    struct db_statement **bucket = &db->buckets[((uintptr_t)sql >> 4) % BUCKETS];

    for (struct db_statement *at = *bucket; at; at = at->next) {
        if (at->sql == sql && !at->in_use)
            return at;
    }
    struct db_statement *statement = memory_new(sizeof(*statement));
    statement->db = db;
    statement->sql = sql;
    statement->next = *bucket;
    *bucket = statement;
    return statement;
}

struct db_statement *db_prepare(struct db *db, const char *sql)
{
    struct db_statement *statement = cached(db, sql);
    struct error failure = {0};

    statement->in_use = true;
    statement->is_done = false;
    if (db->is_broken)
        fail(statement, &db->broken);
    else if (!statement->prepared &&
             db->driver->prepare(db->handle, sql, &statement->prepared, &failure))
        fail(statement, &failure);
    return statement;
}

void db_bind_integer(struct db_statement *statement, int index, int64_t value)
{
    if (!statement->failed)
        statement->db->driver->bind_integer(statement->prepared, index, value);
}

void db_bind_integer_or_null(struct db_statement *statement, int index, int64_t value)
{
    if (value)
        db_bind_integer(statement, index, value);
    else
        db_bind_text(statement, index, NULL);
}

void db_bind_real(struct db_statement *statement, int index, double value)
{
    if (!statement->failed)
        statement->db->driver->bind_real(statement->prepared, index, value);
}

void db_bind_text(struct db_statement *statement, int index, const char *value)
{
    if (!statement->failed)
        statement->db->driver->bind_text(statement->prepared, index, value);
}

bool db_step(struct db_statement *statement)
{
    struct db *db = statement->db;
    struct error failure = {0};
    bool row = false;

    if (statement->failed || statement->is_done)
        return false;
    if (db->is_broken)
        fail(statement, &db->broken);
    else if (db->driver->step(db->handle, statement->prepared, &row, &failure))
        fail(statement, &failure);
    statement->is_done = !row;
    return row && !statement->failed;
}

int64_t db_column_integer(struct db_statement *statement, int column)
{
    return statement->failed ? 0
                             : statement->db->driver->column_integer(statement->prepared, column);
}

double db_column_real(struct db_statement *statement, int column)
{
    return statement->failed ? 0 : statement->db->driver->column_real(statement->prepared, column);
}

const char *db_column_text(struct db_statement *statement, int column)
{
    const char *text =
        statement->failed ? NULL : statement->db->driver->column_text(statement->prepared, column);

    return text ? text : "";
}

bool db_column_is_null(struct db_statement *statement, int column)
{
    return statement->failed || !statement->db->driver->column_text(statement->prepared, column);
}

enum error_code db_finish(struct db_statement *statement, struct error *error)
{
    enum error_code rc = statement->failed;

    if (rc)
        error_set(error, rc, "%s", statement->failure);
    if (statement->prepared)
        statement->db->driver->reset(statement->prepared);
    free(TAKE(statement->failure));
    statement->failed = ERROR_NONE;
    statement->in_use = false;
    return rc;
}

enum error_code db_execute(struct db *db, const char *sql, struct error *error)
{
    struct error failure = {0};

    if (db->is_broken)
        return report_broken(db, error);
    if (!db->driver->execute(db->handle, sql, &failure))
        return ERROR_NONE;
    break_transaction(db, failure.code, failure.message);
    return error_set(error, failure.code, "%s", failure.message);
}

static enum error_code begin(struct db *db, const char *sql, struct error *error)
{
    if (db->is_broken)
        return report_broken(db, error);
    enum error_code rc = db->depth ? ERROR_NONE : db->driver->execute(db->handle, sql, error);
    if (!rc)
        db->depth++;
    return rc;
}

enum error_code db_begin(struct db *db, struct error *error)
{
    return begin(db, db->driver->begin, error);
}

enum error_code db_begin_read(struct db *db, struct error *error)
{
    return begin(db, db->driver->begin_read, error);
}

enum error_code db_begin_durable(struct db *db, struct error *error)
{
    CHECK(db->depth == 0);
    enum error_code rc = begin(db, db->driver->begin_durable, error);
    if (rc)
        (void)db->driver->execute(db->handle, db->driver->end_durable, NULL);
    db->is_durable = rc == ERROR_NONE;
    return rc;
}

bool db_in_transaction(const struct db *db)
{
    return db->depth > 0;
}

enum error_code db_begin_durable_if_outermost(struct db *db, struct error *error)
{
    return db_in_transaction(db) ? db_begin(db, error) : db_begin_durable(db, error);
}

/* The transaction is over in any case: what the engine could not undo, closing it will. */
static void end_outermost(struct db *db, bool undo)
{
    if (undo)
        (void)db->driver->execute(db->handle, "ROLLBACK", NULL);
    if (db->is_durable)
        (void)db->driver->execute(db->handle, db->driver->end_durable, NULL);
    db->depth = 0;
    db->is_broken = false;
    db->is_durable = false;
}

enum error_code db_commit(struct db *db, struct error *error)
{
    enum error_code rc = db->is_broken ? report_broken(db, error) : ERROR_NONE;

    CHECK(db->depth > 0);
    if (db->depth > 1) {
        db->depth--;
        return rc;
    }
    if (!rc)
        rc = db->driver->execute(db->handle, "COMMIT", error);
    end_outermost(db, rc != ERROR_NONE);
    return rc;
}

void db_rollback(struct db *db)
{
    if (db->depth > 1) {
        break_transaction(db, ERROR_STORE, "an inner part of this transaction was rolled back");
        db->depth--;
    } else if (db->depth == 1) {
        end_outermost(db, true);
    }
}

enum error_code db_end(struct db *db, enum error_code rc, struct error *error)
{
    if (rc == ERROR_NONE)
        return db_commit(db, error);
    db_rollback(db);
    return rc;
}

/* What the engine says of it are numbers of pages and cells; inspection.h has them for experts. */
static enum error_code check(struct db *db, const char *sql, struct error *error)
{
    struct db_statement *statement = db_prepare(db, sql);
    bool is_damaged = false;

    while (db_step(statement))
        is_damaged |= strcmp(db_column_text(statement, 0), "ok") != 0;
    enum error_code rc = db_finish(statement, error);
    if (rc || !is_damaged)
        return rc;
    return error_set(error, ERROR_STORE,
                     "the database " DB_IS_DAMAGED ": its parts do not fit together");
}

enum error_code db_check(struct db *db, struct error *error)
{
    return check(db, db->driver->check, error);
}

enum error_code db_check_all(struct db *db, struct error *error)
{
    return check(db, db->driver->check_all, error);
}

static enum error_code read_number(struct db *db, const char *sql, int64_t *ret,
                                   struct error *error)
{
    struct db_statement *statement = db_prepare(db, sql);

    *ret = db_step(statement) ? db_column_integer(statement, 0) : 0;
    return db_finish(statement, error);
}

bool db_is_moved(struct db *db)
{
    return db->driver->is_moved(db->handle);
}

enum error_code db_version(struct db *db, int64_t *ret, struct error *error)
{
    int64_t version = 0;
    enum error_code rc = read_number(db, db->driver->version, &version, error);

    if (!rc)
        *ret = version;
    return rc;
}

enum error_code db_pages(struct db *db, int64_t *ret_all, int64_t *ret_unused, struct error *error)
{
    enum error_code rc = read_number(db, db->driver->pages, ret_all, error);

    return rc ? rc : read_number(db, db->driver->unused_pages, ret_unused, error);
}

enum error_code db_give_back(struct db *db, int64_t *ret_pages, struct error *error)
{
    int64_t before = 0, after = 0;
    enum error_code rc = read_number(db, db->driver->pages, &before, error);

    if (!rc)
        rc = db_execute(db, db->driver->give_back, error);
    if (!rc)
        rc = read_number(db, db->driver->pages, &after, error);
    *ret_pages = rc ? 0 : before - after;
    return rc;
}

enum error_code db_compact(struct db *db, struct error *error)
{
    return db_execute(db, db->driver->compact, error);
}

/* The transaction holds the moment: without it, each commit of another would begin the copy anew.
 */
enum error_code db_copy(struct db *db, const char *path, const struct db_going *going,
                        struct error *error)
{
    enum error_code rc = db_begin_read(db, error);

    if (rc)
        return rc;
    struct db_statement *statement = db_prepare(db, "SELECT COUNT(*) FROM sqlite_master");
    (void)db_step(statement);
    rc = db_finish(statement, error);
    if (!rc)
        rc = db->driver->copy(db->handle, path, going, error);
    db_rollback(db);
    return rc;
}

/* It costs time or memory, and no more, if the engine refuses. */
void db_set_wide(struct db *db, bool wide)
{
    (void)db->driver->execute(db->handle, wide ? db->driver->wide : db->driver->narrow, NULL);
}
