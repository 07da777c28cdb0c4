#include "store/takeover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/merge.h"
#include "model/title.h"
#include "store/rows.h"

/* What the copies below read and early versions of the original did not have. */
static const struct {
    const char *table;
    const char *column;
    const char *add;
} columns[] = {
    {"lists", "list_url", "ALTER TABLE lists ADD COLUMN list_url TEXT"},
    {"lists", "item_count", "ALTER TABLE lists ADD COLUMN item_count INTEGER"},
    {"lists", "last_synced", "ALTER TABLE lists ADD COLUMN last_synced TEXT"},
    {"lists", "user_id", "ALTER TABLE lists ADD COLUMN user_id TEXT"},
    {"synced_items", "year", "ALTER TABLE synced_items ADD COLUMN year INTEGER"},
    {"synced_items", "imdb_id", "ALTER TABLE synced_items ADD COLUMN imdb_id TEXT"},
    {"synced_items", "tmdb_id", "ALTER TABLE synced_items ADD COLUMN tmdb_id TEXT"},
    {"synced_items", "overseerr_id", "ALTER TABLE synced_items ADD COLUMN overseerr_id INTEGER"},
    {"synced_items", "status", "ALTER TABLE synced_items ADD COLUMN status TEXT"},
    {"synced_items", "last_synced", "ALTER TABLE synced_items ADD COLUMN last_synced TEXT"},
    {"synced_items", "source_list_type",
     "ALTER TABLE synced_items ADD COLUMN source_list_type TEXT"},
    {"sync_history", "sync_type", "ALTER TABLE sync_history ADD COLUMN sync_type TEXT"},
    {"sync_history", "start_time", "ALTER TABLE sync_history ADD COLUMN start_time TEXT"},
    {"sync_history", "end_time", "ALTER TABLE sync_history ADD COLUMN end_time TEXT"},
    {"sync_history", "status", "ALTER TABLE sync_history ADD COLUMN status TEXT"},
    {"sync_history", "total_items", "ALTER TABLE sync_history ADD COLUMN total_items INTEGER"},
    {"sync_history", "items_requested",
     "ALTER TABLE sync_history ADD COLUMN items_requested INTEGER"},
    {"sync_history", "items_skipped", "ALTER TABLE sync_history ADD COLUMN items_skipped INTEGER"},
    {"sync_history", "items_errors", "ALTER TABLE sync_history ADD COLUMN items_errors INTEGER"},
    {"sync_history", "error_message", "ALTER TABLE sync_history ADD COLUMN error_message TEXT"},
};

static const char copy_lists[] =
    "INSERT INTO lists (id, list_type, list_id, list_url, item_count, last_synced, user_id,"
    "  created_at, updated_at)"
    " SELECT id, CAST(list_type AS TEXT), CAST(list_id AS TEXT), COALESCE(list_url, ''),"
    "  COALESCE(CAST(item_count AS INTEGER), 0), CAST(last_synced AS TEXT),"
    "  COALESCE(CAST(user_id AS INTEGER), 0), CURRENT_TIMESTAMP, CURRENT_TIMESTAMP"
    " FROM lists_original WHERE list_type IS NOT NULL AND list_id IS NOT NULL";

/* Who started a run was not kept: most were started by the schedule. */
static const char copy_history[] =
    "INSERT INTO sync_history (id, sync_started, sync_completed, items_processed,"
    "  items_requested, items_skipped, items_errored, sync_mode, started_by, state, duration_ms,"
    "  message)"
    " SELECT id, COALESCE(CAST(start_time AS TEXT), CURRENT_TIMESTAMP),"
    "  CAST(COALESCE(end_time, start_time, CURRENT_TIMESTAMP) AS TEXT),"
    "  COALESCE(CAST(total_items AS INTEGER), 0), COALESCE(CAST(items_requested AS INTEGER), 0),"
    "  COALESCE(CAST(items_skipped AS INTEGER), 0), COALESCE(CAST(items_errors AS INTEGER), 0),"
    "  CASE sync_type WHEN 'single' THEN 'single' ELSE 'full' END, 'schedule',"
    "  CASE status WHEN 'running' THEN 'failed' WHEN 'failed' THEN 'failed'"
    "   WHEN 'cancelled' THEN 'cancelled' ELSE 'completed' END,"
    "  COALESCE(MAX(0, (strftime('%s', end_time) - strftime('%s', start_time)) * 1000), 0),"
    "  COALESCE(CAST(error_message AS TEXT), '')"
    " FROM sync_history_original";

static const char copy_interval[] =
    "INSERT INTO sync_interval (id, interval_hours, updated_at)"
    " SELECT id, CAST(interval_hours AS REAL), CURRENT_TIMESTAMP FROM sync_interval_original"
    " WHERE interval_hours IS NOT NULL ORDER BY id DESC LIMIT 1";

static enum error_code has_table(struct db *db, const char *name, int64_t *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(db, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1");

    db_bind_text(statement, 1, name);
    return rows_number(statement, 0, ret, error);
}

static enum error_code add_column_if_missing(struct db *db, size_t index, struct error *error)
{
    struct db_statement *statement =
        db_prepare(db, "SELECT COUNT(*) FROM pragma_table_info($1) WHERE name = $2");
    int64_t there = 0;

    db_bind_text(statement, 1, columns[index].table);
    db_bind_text(statement, 2, columns[index].column);
    enum error_code rc = rows_number(statement, 0, &there, error);
    if (rc || there)
        return rc;
    return db_execute(db, columns[index].add, error);
}

static enum error_code set_aside(struct db *db, const char *table, const char *rename,
                                 struct error *error)
{
    int64_t there = 0;
    enum error_code rc = has_table(db, table, &there, error);

    if (rc || !there)
        return rc;
    for (size_t i = 0; !rc && i < ARRAY_LENGTH(columns); i++) {
        if (text_equal(columns[i].table, table))
            rc = add_column_if_missing(db, i, error);
    }
    return rc ? rc : db_execute(db, rename, error);
}

static const char insert_item[] =
    "INSERT INTO synced_items (id, item_key, title, folded_title, year, media_type, imdb_id,"
    "  overseerr_id, status, provider_source, last_synced, evidence)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
    "  'taken over from the database of the earlier ListSync')"
    " ON CONFLICT (item_key) DO UPDATE SET status = excluded.status, title = excluded.title,"
    "  folded_title = excluded.folded_title, last_synced = excluded.last_synced,"
    "  year = COALESCE(excluded.year, year), imdb_id = COALESCE(excluded.imdb_id, imdb_id)";

static void read_item(struct db_statement *row, struct arena *arena, struct item *ret)
{
    *ret = (struct item){
        .title = rows_text(row, 1, arena),
        .media_type = rows_media_type(row, 2),
        .year = (int)db_column_integer(row, 3),
        .ids.tmdb = db_column_integer(row, 5),
    };
    ids_set_imdb(&ret->ids, db_column_text(row, 4));
    if (ret->ids.tmdb <= 0)
        ret->ids.tmdb = db_column_integer(row, 6);
    if (ret->ids.tmdb < 0)
        ret->ids.tmdb = 0;
}

/* Row by row and not by SQL: the key of an item without ids is its folded title. */
static enum error_code copy_item(struct db *db, struct db_statement *row, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct item item;

    read_item(row, arena, &item);
    AUTO_FREE char *folded = title_fold(item.title);
    struct db_statement *statement = db_prepare(db, insert_item);
    db_bind_integer(statement, 1, db_column_integer(row, 0));
    db_bind_text(statement, 2, item_key(&item, arena));
    db_bind_text(statement, 3, item.title);
    db_bind_text(statement, 4, folded);
    db_bind_integer_or_null(statement, 5, item.year);
    db_bind_text(statement, 6, media_type_word(item.media_type));
    rows_bind_text_or_null(statement, 7, item.ids.imdb);
    db_bind_integer_or_null(statement, 8, item.ids.tmdb);
    db_bind_text(statement, 9, db_column_text(row, 7));
    db_bind_text(statement, 10, db_column_text(row, 9));
    rows_bind_text_or_null(statement, 11, db_column_text(row, 8));
    return rows_run(statement, error);
}

static enum error_code copy_items(struct db *db, struct error *error)
{
    enum error_code rc = ERROR_NONE;
    struct db_statement *row =
        db_prepare(db, "SELECT id, title, media_type, year, imdb_id, overseerr_id,"
                       "  CAST(tmdb_id AS INTEGER), status, last_synced, source_list_type"
                       " FROM synced_items_original ORDER BY last_synced, id");

    while (!rc && db_step(row))
        rc = copy_item(db, row, error);
    enum error_code read = db_finish(row, rc ? NULL : error);
    return rc ? rc : read;
}

static const struct {
    const char *table;
    const char *rename;
    const char *aside;
    const char *copy; /* NULL: copied by copy_items */
} tables[] = {
    {"lists", "ALTER TABLE lists RENAME TO lists_original", "lists_original", copy_lists},
    {"synced_items", "ALTER TABLE synced_items RENAME TO synced_items_original",
     "synced_items_original", NULL},
    {"sync_history", "ALTER TABLE sync_history RENAME TO sync_history_original",
     "sync_history_original", copy_history},
    {"sync_interval", "ALTER TABLE sync_interval RENAME TO sync_interval_original",
     "sync_interval_original", copy_interval},
};

/* Ours are told by the ledger, which the original never had. */
static enum error_code is_original(struct db *db, bool *ret, struct error *error)
{
    int64_t is_ours = 0, there = 0;
    enum error_code rc = has_table(db, "request_ledger", &is_ours, error);

    for (size_t i = 0; !rc && !there && i < ARRAY_LENGTH(tables); i++)
        rc = has_table(db, tables[i].table, &there, error);
    if (!rc)
        *ret = there && !is_ours;
    return rc;
}

/* SQLite writes into an empty file that is there: so it is made here, for its mode. */
static enum error_code copy_into(struct db *db, const char *path, struct error *error)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (descriptor < 0)
        return error_set(error, ERROR_STORE, "%s cannot be made: %s", path, strerror(errno));
    close(descriptor);
    struct db_statement *statement = db_prepare(db, "VACUUM INTO $1");
    db_bind_text(statement, 1, path);
    return rows_run(statement, error);
}

enum error_code takeover_keep_copy(struct db *db, const char *path, struct error *error)
{
    AUTO_FREE char *copy = memory_print("%s" TAKEOVER_COPY, path);
    AUTO_FREE char *unfinished = memory_print("%s.%d", copy, (int)getpid());
    bool wanted = false;
    enum error_code rc = is_original(db, &wanted, error);

    if (rc || !wanted || access(copy, F_OK) == 0)
        return rc;
    rc = copy_into(db, unfinished, error);
    if (!rc && link(unfinished, copy) != 0 && access(copy, F_OK) != 0)
        rc = error_set(error, ERROR_STORE, "%s cannot be made: %s", copy, strerror(errno));
    unlink(unfinished);
    if (rc)
        error_prefix(error, "the old database must be copied before it is taken over");
    return rc;
}

enum error_code takeover_set_aside(struct db *db, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(tables); i++)
        rc = set_aside(db, tables[i].table, tables[i].rename, error);
    return rc;
}

enum error_code takeover_copy(struct db *db, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(tables); i++) {
        int64_t there = 0;
        rc = has_table(db, tables[i].aside, &there, error);
        if (!rc && there)
            rc = tables[i].copy ? db_execute(db, tables[i].copy, error) : copy_items(db, error);
    }
    return rc;
}
