/*
 * SQLite behind db_driver: the only file that includes sqlite3.h.
 *
 * WAL with synchronous=NORMAL never leaves a damaged file, but a power cut may take back the last
 * commits. That is fine for everything that the next sync finds out again, and not for the
 * ledger's intent: so a durable transaction switches to FULL for its one commit.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/db.h"

enum { BUSY_TIMEOUT_MS = 5000, SLOTS = 32 };

/* Of a copy: pages (4 kB) in one step, between which writers need not wait. */
enum { COPY_PAGES = 256, COPY_WAIT_MS = 20 };

/* Pages of the log (4 kB): from when on they are moved to the file, and begun anew by force. */
enum { CHECKPOINT_AT = 1000, RESTART_AT = 4000, RESTART_TIMEOUT_MS = 250 };

/* A foreign file may take so long in all; steps between two looks at the clock. */
enum { FOREIGN_MS = 120000, FOREIGN_STEPS = 100000 };

struct connection {
    sqlite3 *sqlite;
    char *path;
    int restart_at;
    int64_t ends_ms; /* of a foreign one: when it has had enough time, clock_steady_ms */
};

struct statement {
    sqlite3_stmt *sqlite;
    int slots[SLOTS]; /* $1 is not always SQLite's first parameter */
};

#define IS_FULL "cannot be written, the disk is full: make room there"

static const struct {
    int code;
    const char *what;
} failures[] = {
    {SQLITE_FULL, IS_FULL},
    {SQLITE_CORRUPT, DB_IS_DAMAGED},
    {SQLITE_NOTADB, DB_IS_NONE},
    {SQLITE_READONLY, "cannot be written: this program may only read it"},
    {SQLITE_CANTOPEN, "cannot be opened"},
    {SQLITE_PERM, "cannot be opened"},
    {SQLITE_BUSY, "is busy: another writer held it too long"},
    {SQLITE_LOCKED, "is busy: another writer held it too long"},
    {SQLITE_IOERR, "cannot be read or written, the disk failed"},
    {SQLITE_INTERRUPT, "takes too long"},
};

/*
 * No room for the file of locks (-shm), a quota, or a limit on the size of files: to SQLite these
 * are a disk that failed. It does not keep the system's reason (sqlite3_system_errno is 0 after a
 * step); errno still has it.
 */
static bool is_without_room(sqlite3 *sqlite)
{
    return (sqlite3_errcode(sqlite) & 0xff) == SQLITE_IOERR &&
           (errno == ENOSPC || errno == EDQUOT || errno == EFBIG);
}

static bool is_read_only(sqlite3 *sqlite)
{
    int code = sqlite3_errcode(sqlite) & 0xff;

    return (code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && errno == EROFS;
}

/* In our words; NULL: only SQLite has any. */
static const char *what_failed(sqlite3 *sqlite)
{
    int code = sqlite3_errcode(sqlite) & 0xff;

    if (is_without_room(sqlite))
        return IS_FULL;
    if (is_read_only(sqlite))
        return "cannot be written, the disk is read-only";
    for (size_t i = 0; i < ARRAY_LENGTH(failures); i++)
        if (failures[i].code == code)
            return failures[i].what;
    return NULL;
}

static enum error_code report(const struct connection *connection, struct error *error)
{
    const char *what = what_failed(connection->sqlite);

    if (what)
        return error_set(error, ERROR_STORE, "the database %s %s", connection->path, what);
    return error_set(error, ERROR_STORE, "the database %s failed (%s)", connection->path,
                     sqlite3_errmsg(connection->sqlite));
}

static enum error_code check_kind(const char *path, struct error *error)
{
    struct stat status;

    if (stat(path, &status) || S_ISREG(status.st_mode))
        return ERROR_NONE; /* what else is wrong SQLite finds out */
    return error_set(error, ERROR_STORE, "the database %s cannot be opened: it is %s", path,
                     S_ISDIR(status.st_mode) ? "a folder" : "no file");
}

static enum error_code cannot_make(const char *path, struct error *error)
{
    const int why = errno;
    AUTO_FREE char *folder = files_directory_of(path);

    if (why == EACCES && files_check_writable(folder, error))
        return ERROR_STORE;
    return error_set(error, ERROR_STORE, "the database %s cannot be made: %s", path, strerror(why));
}

/*
 * A new file is made here and not by SQLite, for its mode. An existing one is not opened: closing
 * any descriptor of it would drop the locks that another connection of this process holds.
 */
static enum error_code make_file(const char *path, struct error *error)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (descriptor < 0 && errno == EEXIST)
        return check_kind(path, error);
    if (descriptor < 0)
        return cannot_make(path, error);
    (void)fchmod(descriptor, 0600); /* in case the umask took away our own bits */
    close(descriptor);
    return ERROR_NONE;
}

static enum error_code sqlite_execute(void *handle, const char *sql, struct error *error)
{
    struct connection *connection = handle;

    if (sqlite3_exec(connection->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        return report(connection, error);
    return ERROR_NONE;
}

static void sqlite_close(void *handle)
{
    struct connection *connection = handle;

    sqlite3_close(connection->sqlite);
    free(connection->path);
    free(connection);
}

/* SQLite does not wait by itself while another program switches a new database to WAL. */
static enum error_code use_wal(struct connection *connection, struct error *error)
{
    enum { WAIT_MS = 5 };
    int code = SQLITE_BUSY;

    for (int waited = 0; code == SQLITE_BUSY && waited < BUSY_TIMEOUT_MS; waited += WAIT_MS) {
        if (waited)
            sqlite3_sleep(WAIT_MS);
        code = sqlite3_exec(connection->sqlite, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    }
    return code == SQLITE_OK ? ERROR_NONE : report(connection, error);
}

/*
 * After a commit. SQLite's own checkpoint never waits, so that readers who come and go without a
 * pause would let the log grow for ever (150 MB in eight seconds, measured). Past RESTART_AT this
 * one waits for them, for reads are short; for a long one it does not, and tries again later.
 */
static int move_log(void *context, sqlite3 *sqlite, const char *name, int pages)
{
    struct connection *connection = context;

    if (pages < RESTART_AT)
        connection->restart_at = RESTART_AT;
    if (pages >= connection->restart_at) {
        sqlite3_busy_timeout(sqlite, RESTART_TIMEOUT_MS);
        int code = sqlite3_wal_checkpoint_v2(sqlite, name, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
        sqlite3_busy_timeout(sqlite, BUSY_TIMEOUT_MS);
        connection->restart_at = code == SQLITE_OK ? RESTART_AT : pages + CHECKPOINT_AT;
    } else if (pages >= CHECKPOINT_AT) {
        sqlite3_wal_checkpoint_v2(sqlite, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    return SQLITE_OK; /* the commit is done, whatever becomes of the log */
}

/* Whoever reads of it in a message does not know where the program was started. */
static char *path_to_tell(const char *target)
{
    AUTO_FREE char *here = *target == '/' || *target == ':' ? NULL : getcwd(NULL, 0);

    if (!here)
        return memory_text(target);
    return memory_print("%s/%s", here, text_starts_with(target, "./") ? target + 2 : target);
}

/*
 * Only an empty file can be made to shorten later (asked of another, SQLite writes to it at each
 * opening). Who comes second at that finds it busy, and done.
 */
static void make_shrinkable(struct connection *connection)
{
    sqlite3_stmt *pages = NULL;

    if (sqlite3_prepare_v2(connection->sqlite, "PRAGMA page_count", -1, &pages, NULL) ==
            SQLITE_OK &&
        sqlite3_step(pages) == SQLITE_ROW && sqlite3_column_int64(pages, 0) == 0) {
        sqlite3_reset(pages);
        sqlite3_exec(connection->sqlite, "PRAGMA auto_vacuum = INCREMENTAL", NULL, NULL, NULL);
    }
    sqlite3_finalize(pages);
}

static enum error_code prepare_connection(struct connection *connection, struct error *error)
{
    sqlite3_busy_timeout(connection->sqlite, BUSY_TIMEOUT_MS);
    sqlite3_wal_hook(connection->sqlite, move_log, connection);
    if (sqlite3_db_readonly(connection->sqlite, "main") == 1)
        return error_set(error, ERROR_STORE, "the database %s cannot be written, %s",
                         connection->path,
                         access(connection->path, W_OK) != 0 && errno == EROFS
                             ? "the disk is read-only"
                             : "there is no permission, or the disk is read-only");
    make_shrinkable(connection);
    enum error_code rc = use_wal(connection, error);
    if (rc)
        return rc;
    return sqlite_execute(connection,
                          "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
                          "PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY;" /* .wide */
                          "PRAGMA journal_size_limit = 4194304",
                          error);
}

/*
 * Nobody asks how much memory SQLite has, and the count costs all threads one lock for each piece
 * of it. Only the first call of the process counts: SQLite refuses once it is at work.
 */
static void count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum error_code sqlite_open(const char *target, void **ret_handle, struct error *error)
{
    bool is_file = strcmp(target, DB_IN_MEMORY) != 0;
    enum error_code rc = is_file ? make_file(target, error) : ERROR_NONE;

    if (rc)
        return rc;
    count_no_memory();
    struct connection *connection = memory_new(sizeof(*connection));
    connection->path = path_to_tell(target);
    if (sqlite3_open_v2(target, &connection->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        rc = report(connection, error);
    if (!rc)
        rc = prepare_connection(connection, error);
    if (rc)
        sqlite_close(connection);
    else
        *ret_handle = connection;
    return rc;
}

/*
 * A file that another program made, or a stranger: nothing in it may act. Views, triggers and
 * functions in its schema do nothing, values are as long as the file at most, and what takes
 * longer than anything honest ends.
 */
static int is_too_slow(void *context)
{
    const struct connection *connection = context;

    return clock_steady_ms() > connection->ends_ms;
}

static enum error_code be_wary(struct connection *connection, struct error *error)
{
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 0},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    static const struct {
        int limit, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 64 << 20},  {SQLITE_LIMIT_SQL_LENGTH, 100000},
        {SQLITE_LIMIT_COLUMN, 200},       {SQLITE_LIMIT_EXPR_DEPTH, 50},
        {SQLITE_LIMIT_ATTACHED, 0},       {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(options); i++)
        sqlite3_db_config(connection->sqlite, options[i].option, options[i].value, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(limits); i++)
        sqlite3_limit(connection->sqlite, limits[i].limit, limits[i].value);
    connection->ends_ms = clock_steady_ms() + FOREIGN_MS;
    sqlite3_progress_handler(connection->sqlite, FOREIGN_STEPS, is_too_slow, connection);
    sqlite3_busy_timeout(connection->sqlite, BUSY_TIMEOUT_MS);
    return sqlite_execute(connection,
                          "PRAGMA query_only = ON; PRAGMA cell_size_check = ON;"
                          "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY",
                          error);
}

static enum error_code sqlite_open_foreign(const char *target, void **ret_handle,
                                           struct error *error)
{
    enum error_code rc = check_kind(target, error);

    if (rc)
        return rc;
    count_no_memory();
    struct connection *connection = memory_new(sizeof(*connection));
    connection->path = path_to_tell(target);
    if (sqlite3_open_v2(target, &connection->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        rc = report(connection, error);
    if (!rc)
        rc = be_wary(connection, error);
    if (!rc) /* a stranger's conditions are not worked out either */
        rc = sqlite_execute(connection, "PRAGMA ignore_check_constraints = ON", error);
    if (rc)
        sqlite_close(connection);
    else
        *ret_handle = connection;
    return rc;
}

/* Where nobody has it open there is no log to be heeded, and SQLite need not make files for it. */
static bool is_in_use(const char *path)
{
    AUTO_FREE char *shared = memory_print("%s-shm", path);

    return access(shared, F_OK) == 0;
}

/* "file:/a%3fb?immutable=1"; what SQLite reads in such a name is encoded. */
static char *name_to_look(const char *path, bool in_use)
{
    AUTO_FREE char *encoded = memory_new(3 * strlen(path) + 1);
    char *end = encoded;

    for (; *path; path++)
        end += sprintf(end, strchr("%?#", *path) ? "%%%02x" : "%c", (unsigned char)*path);
    return memory_print("file:%s?mode=ro%s", encoded, in_use ? "" : "&immutable=1");
}

static enum error_code open_to_look(struct connection *connection, bool in_use, struct error *error)
{
    AUTO_FREE char *name = name_to_look(connection->path, in_use);

    if (sqlite3_open_v2(name, &connection->sqlite,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return report(connection, error);
    enum error_code rc = be_wary(connection, error);
    return rc ? rc : sqlite_execute(connection, "SELECT 1 FROM sqlite_master", error);
}

/* A log on a disk that cannot be written is of no use to SQLite: without it is better than not. */
static enum error_code sqlite_open_look(const char *target, void **ret_handle, struct error *error)
{
    struct connection *connection = memory_new(sizeof(*connection));

    count_no_memory();
    connection->path = path_to_tell(target);
    bool in_use = is_in_use(target);
    enum error_code rc = open_to_look(connection, in_use, error);
    if (rc && in_use) {
        sqlite3_close(connection->sqlite);
        connection->sqlite = NULL;
        rc = open_to_look(connection, false, NULL) ? rc : ERROR_NONE;
    }
    if (rc)
        sqlite_close(connection);
    else
        *ret_handle = connection;
    return rc;
}

static void find_slots(struct statement *statement)
{
    int count = sqlite3_bind_parameter_count(statement->sqlite);

    for (int place = 1; place <= count; place++) {
        const char *name = sqlite3_bind_parameter_name(statement->sqlite, place);
        int index = name && name[0] == '$' ? atoi(name + 1) : 0;
        CHECK(index > 0 && index < SLOTS);
        statement->slots[index] = place;
    }
}

static enum error_code sqlite_prepare(void *handle, const char *sql, void **ret,
                                      struct error *error)
{
    struct connection *connection = handle;
    sqlite3_stmt *sqlite = NULL;

    if (sqlite3_prepare_v3(connection->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &sqlite, NULL) !=
        SQLITE_OK)
        return report(connection, error);
    struct statement *statement = memory_new(sizeof(*statement));
    statement->sqlite = sqlite;
    find_slots(statement);
    *ret = statement;
    return ERROR_NONE;
}

static int slot(const struct statement *statement, int index)
{
    CHECK(index > 0 && index < SLOTS && statement->slots[index] > 0);
    return statement->slots[index];
}

static void sqlite_bind_integer(void *handle, int index, int64_t value)
{
    struct statement *statement = handle;

    CHECK(sqlite3_bind_int64(statement->sqlite, slot(statement, index), value) == SQLITE_OK);
}

static void sqlite_bind_real(void *handle, int index, double value)
{
    struct statement *statement = handle;

    CHECK(sqlite3_bind_double(statement->sqlite, slot(statement, index), value) == SQLITE_OK);
}

static void sqlite_bind_text(void *handle, int index, const char *value)
{
    struct statement *statement = handle;

    CHECK(sqlite3_bind_text(statement->sqlite, slot(statement, index), value, -1,
                            SQLITE_TRANSIENT) == SQLITE_OK);
}

static enum error_code sqlite_step(void *handle, void *prepared, bool *ret_row, struct error *error)
{
    struct statement *statement = prepared;
    int code = sqlite3_step(statement->sqlite);

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return report(handle, error);
    *ret_row = code == SQLITE_ROW;
    return ERROR_NONE;
}

static int64_t sqlite_column_integer(void *handle, int column)
{
    return sqlite3_column_int64(((struct statement *)handle)->sqlite, column);
}

static double sqlite_column_real(void *handle, int column)
{
    return sqlite3_column_double(((struct statement *)handle)->sqlite, column);
}

static const char *sqlite_column_text(void *handle, int column)
{
    return (const char *)sqlite3_column_text(((struct statement *)handle)->sqlite, column);
}

static void sqlite_reset(void *handle)
{
    struct statement *statement = handle;

    sqlite3_reset(statement->sqlite);
    sqlite3_clear_bindings(statement->sqlite);
}

static void sqlite_finalize(void *handle)
{
    struct statement *statement = handle;

    sqlite3_finalize(statement->sqlite);
    free(statement);
}

static enum error_code copy_steps(const struct connection *from, sqlite3_backup *backup,
                                  const struct db_going *going, struct error *error)
{
    int code = SQLITE_OK;

    while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        if (going->keep_going && !going->keep_going(going->context))
            return error_set(error, ERROR_CANCELLED, "the copy of the database was stopped");
        if (code != SQLITE_OK)
            sqlite3_sleep(COPY_WAIT_MS);
        code = sqlite3_backup_step(backup, COPY_PAGES);
    }
    if (code == SQLITE_DONE)
        return ERROR_NONE;
    return error_set(error, ERROR_STORE, "the database %s cannot be copied: %s", from->path,
                     code == SQLITE_FULL ? "the disk is full" : sqlite3_errstr(code));
}

/* The copy is thrown away after any failure, so it needs no journal. */
static enum error_code copy_into(struct connection *from, sqlite3 *to, const struct db_going *going,
                                 struct error *error)
{
    sqlite3_exec(to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL, NULL);
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from->sqlite, "main");

    if (!backup)
        return error_set(error, ERROR_STORE, "the database %s cannot be copied: %s", from->path,
                         sqlite3_errmsg(to));
    enum error_code rc = copy_steps(from, backup, going, error);
    sqlite3_backup_finish(backup);
    return rc;
}

static enum error_code sqlite_copy(void *handle, const char *path, const struct db_going *going,
                                   struct error *error)
{
    static const struct db_going to_the_end;
    sqlite3 *to = NULL;
    enum error_code rc = make_file(path, error);

    if (rc)
        return rc;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
        rc = copy_into(handle, to, going ? going : &to_the_end, error);
    else
        rc = error_set(error, ERROR_STORE, "%s cannot be opened: %s", path, sqlite3_errmsg(to));
    sqlite3_close(to);
    return rc;
}

static bool sqlite_is_moved(void *handle)
{
    const struct connection *connection = handle;
    int moved = 0;

    return sqlite3_file_control(connection->sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
               SQLITE_OK &&
           moved;
}

/* All that does not depend on how it was opened. */
#define SQLITE_DRIVER                                                                              \
    .close = sqlite_close, .prepare = sqlite_prepare, .bind_integer = sqlite_bind_integer,         \
    .bind_real = sqlite_bind_real, .bind_text = sqlite_bind_text, .step = sqlite_step,             \
    .column_integer = sqlite_column_integer, .column_real = sqlite_column_real,                    \
    .column_text = sqlite_column_text, .reset = sqlite_reset, .finalize = sqlite_finalize,         \
    .execute = sqlite_execute, .copy = sqlite_copy, .is_moved = sqlite_is_moved,                   \
    .begin = "BEGIN IMMEDIATE", .begin_read = "BEGIN",                                             \
    .begin_durable = "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",                                 \
    .end_durable = "PRAGMA synchronous = NORMAL", .check = "PRAGMA quick_check(1)",                \
    .check_all = "PRAGMA integrity_check(1)", .version = "PRAGMA data_version",                    \
    .wide = "PRAGMA cache_size = -1024", .narrow = "PRAGMA cache_size = -256",                     \
    .pages = "PRAGMA page_count", .unused_pages = "PRAGMA freelist_count",                         \
    .give_back = "PRAGMA incremental_vacuum(128)",                                                 \
    .compact = "PRAGMA temp_store = FILE; PRAGMA auto_vacuum = INCREMENTAL; VACUUM;"               \
               "PRAGMA temp_store = MEMORY"

const struct db_driver db_driver_sqlite = {.name = "sqlite", .open = sqlite_open, SQLITE_DRIVER};

const struct db_driver db_driver_foreign = {
    .name = "foreign", .open = sqlite_open_foreign, SQLITE_DRIVER};

const struct db_driver db_driver_look = {.name = "look", .open = sqlite_open_look, SQLITE_DRIVER};

const char *db_sqlite_version(void)
{
    return sqlite3_libversion();
}
