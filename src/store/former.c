#include "store/former.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/db.h"
#include "store/foreign.h"
#include "store/former_parts.h"
#include "store/rows.h"

/* By tables that only that program has; ours first, for it has names of the original's too. Our
 * schema_version alone proves nothing: it is made before all others. */
static const struct {
    enum former_program program;
    const char *table;
} marks[] = {
    {FORMER_OURS, "request_ledger"},
    {FORMER_ORIGINAL, "synced_items"},
    {FORMER_LISTSEERR, "media_lists"},
    {FORMER_ORIGINAL, "lists"},
};

static enum error_code recognise(struct db *db, enum former_program *ret, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    *ret = FORMER_NONE;
    for (size_t i = 0; !rc && i < ARRAY_LENGTH(marks) && *ret == FORMER_NONE; i++) {
        bool is_there = false;
        rc = foreign_has_table(db, marks[i].table, &is_there, error);
        if (is_there)
            *ret = marks[i].program;
    }
    return rc;
}

static enum error_code open_file(const char *path, struct db **ret, struct error *error)
{
    if (access(path, F_OK) != 0)
        return error_set(error, ERROR_NOT_FOUND, "%s: %s", path, strerror(errno));
    return db_open(&db_driver_foreign, path, ret, error) ? (error->code = ERROR_FORMAT)
                                                         : ERROR_NONE;
}

static int64_t size_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

/*
 * SQLite reads zeros where the last page was cut off, and finds nothing wrong in what holds zeros
 * anyway. A log beside the file may hold its last pages.
 */
static enum error_code check_length(const char *path, struct db *db, struct error *error)
{
    AUTO_FREE char *log = memory_print("%s-wal", path);
    int64_t pages = 0, page = 0;
    enum error_code rc = rows_number(db_prepare(db, "PRAGMA page_count"), 0, &pages, error);

    if (!rc)
        rc = rows_number(db_prepare(db, "PRAGMA page_size"), 0, &page, error);
    const int64_t whole = pages * page;
    if (rc || size_of(log) > 0 || size_of(path) >= whole)
        return rc;
    return error_set(error, ERROR_FORMAT,
                     "the database %s " FORMER_IS_CUT_OFF ": %lld of %lld bytes are there", path,
                     (long long)size_of(path), (long long)whole);
}

static enum error_code read_all(struct db *db, struct arena *arena, struct former *ret,
                                struct error *error)
{
    enum error_code rc = foreign_refuse_formulas(db, error);

    if (!rc)
        rc = db_check(db, error);

    if (!rc)
        rc = recognise(db, &ret->program, error);
    if (!rc && ret->program == FORMER_ORIGINAL)
        rc = former_read_original(db, arena, ret, error);
    if (!rc && ret->program == FORMER_LISTSEERR)
        rc = former_read_listseerr(db, arena, ret, error);
    return rc ? (error->code = ERROR_FORMAT) : ERROR_NONE;
}

enum error_code former_read(const char *path, struct arena *arena, struct former *ret,
                            struct error *error)
{
    struct db *db = NULL;

    *ret = (struct former){0};
    enum error_code rc = open_file(path, &db, error);
    if (rc)
        return rc;
    rc = check_length(path, db, error) ? (error->code = ERROR_FORMAT) : ERROR_NONE;
    if (!rc)
        rc = read_all(db, arena, ret, error);
    db_close(db);
    return rc;
}

enum error_code former_find_program(const char *path, enum former_program *ret, struct error *error)
{
    struct db *db = NULL;

    *ret = FORMER_NONE;
    if (access(path, F_OK) == 0 && size_of(path) == 0)
        return ERROR_NONE;
    enum error_code rc = open_file(path, &db, error);
    if (rc)
        return rc;
    rc = recognise(db, ret, error);
    db_close(db);
    return rc;
}

enum former_program former_program_of(const char *path)
{
    enum former_program program;
    struct error error = {0};

    return former_find_program(path, &program, &error) ? FORMER_NONE : program;
}

/* The first statement that reads moves a journal into the file; closing does so with a log. */
enum error_code former_settle(const char *path, struct error *error)
{
    enum former_program program;
    struct db *db = NULL;
    enum error_code rc = open_file(path, &db, error);

    if (rc)
        return rc;
    rc = recognise(db, &program, error);
    db_close(db);
    return rc ? (error->code = ERROR_FORMAT) : ERROR_NONE;
}

void former_time(struct arena *arena, const char **text)
{
    char shape[sizeof("2025-06-01 10:00:00")];

    text_copy(shape, sizeof(shape), *text);
    if (strlen(shape) == sizeof(shape) - 1 && shape[10] == 'T')
        shape[10] = ' ';
    *text = clock_parse_utc(shape) >= 0 ? arena_text(arena, shape) : "";
}
