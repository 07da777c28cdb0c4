#include "store/inspection.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/migrations.h"
#include "store/rows.h"

#define COUNTED(name)                                                                              \
    {                                                                                              \
        name, "SELECT count(*) FROM " name                                                         \
    }

/* Each table of the schema; statements are literals (db.h). */
static const struct {
    const char *name, *count;
} counted[] = {
    COUNTED("lists"),
    COUNTED("list_snapshots"),
    COUNTED("synced_items"),
    COUNTED("list_items"),
    COUNTED("item_ids"),
    COUNTED("item_groups"),
    COUNTED("item_matches"),
    COUNTED("sync_history"),
    COUNTED("run_lists"),
    COUNTED("run_items"),
    COUNTED("run_counts"),
    COUNTED("run_changes"),
    COUNTED("run_fetches"),
    COUNTED("run_totals"),
    COUNTED("request_ledger"),
    COUNTED("ledger_sums"),
    COUNTED("title_looks"),
    COUNTED("sync_interval"),
    COUNTED("users"),
    COUNTED("sessions"),
    COUNTED("api_keys"),
    COUNTED("token_keys"),
    COUNTED("audit_log"),
    COUNTED("settings"),
    COUNTED("service_state"),
    COUNTED("posters"),
    COUNTED("notification_targets"),
    COUNTED("notification_deliveries"),
    COUNTED("alarms"),
    COUNTED("schema_version"),
};

static void count_rows(struct store *store, struct arena *arena, struct inspected_table *table)
{
    struct error error = {0};

    table->rows = -1;
    table->error = "";
    for (size_t i = 0; i < ARRAY_LENGTH(counted); i++) {
        if (!text_equal(counted[i].name, table->name))
            continue;
        if (rows_number(db_prepare(store->db, counted[i].count), 0, &table->rows, &error)) {
            table->rows = -1;
            table->error = arena_text(arena, error.message);
        }
    }
}

enum error_code inspection_tables(struct store *store, struct arena *arena,
                                  struct inspected_tables *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");

    ret->items = arena_take(arena, INSPECTION_TABLES_MOST * sizeof(*ret->items));
    ret->count = 0;
    while (db_step(row))
        if (ret->count < INSPECTION_TABLES_MOST)
            ret->items[ret->count++].name = rows_text(row, 0, arena);
    enum error_code rc = db_finish(row, error);
    for (size_t i = 0; !rc && i < ret->count; i++)
        count_rows(store, arena, &ret->items[i]);
    return rc;
}

enum error_code inspection_file(struct store *store, struct arena *arena,
                                struct inspected_file *ret, struct error *error)
{
    struct db *db = store->db;
    enum error_code rc =
        rows_number(db_prepare(db, "PRAGMA page_size"), 0, &ret->page_bytes, error);

    if (!rc)
        rc = rows_number(db_prepare(db, "PRAGMA page_count"), 0, &ret->pages, error);
    if (!rc)
        rc = rows_number(db_prepare(db, "PRAGMA freelist_count"), 0, &ret->free_pages, error);
    if (rc)
        return rc;
    struct db_statement *row = db_prepare(db, "PRAGMA journal_mode");
    ret->journal = db_step(row) ? rows_text(row, 0, arena) : "";
    return db_finish(row, error);
}

enum error_code inspection_damage(struct store *store, struct arena *arena,
                                  struct inspected_damage *ret, struct error *error)
{
    struct db_statement *row = db_prepare(store->db, "PRAGMA quick_check(10)");

    ret->count = 0;
    while (db_step(row)) {
        const char *line = rows_text(row, 0, arena);
        if (!text_equal(line, "ok") && ret->count < INSPECTION_DAMAGES_MOST)
            ret->lines[ret->count++] = line;
    }
    return db_finish(row, error);
}

const char *inspection_library_version(void)
{
    return db_sqlite_version();
}

int inspection_newest_schema(void)
{
    return migrations_newest();
}
