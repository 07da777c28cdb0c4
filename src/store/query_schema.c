#include "store/query_schema.h"

#include "base/memory.h"

static const char item_columns[] =
    "ALTER TABLE synced_items ADD COLUMN decision TEXT NOT NULL DEFAULT '';" /* of the last run */
    "ALTER TABLE synced_items ADD COLUMN first_seen TEXT;"
    "ALTER TABLE synced_items ADD COLUMN last_run_id INTEGER NOT NULL DEFAULT 0;" /* a real one */
    "ALTER TABLE synced_items ADD COLUMN group_id INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run_items ADD COLUMN status_before TEXT NOT NULL DEFAULT '';"
    "DROP INDEX list_items_by_item;"
    "CREATE INDEX list_items_by_item ON list_items (item_id, list_id, rank);";

/* What earlier runs left, before any trigger looks. An item's status before a run may have been
 * thinned out: nobody knows then, and nothing is told as a change but a request. */
static const char fill_items[] =
    "UPDATE synced_items SET last_synced = substr(last_synced, 1, 32),"
    "  first_seen = COALESCE((SELECT MIN(list_items.first_seen) FROM list_items"
    "   WHERE list_items.item_id = synced_items.id), substr(last_synced, 1, 32)),"
    "  last_run_id = COALESCE((SELECT run_items.run_id FROM run_items"
    "   JOIN sync_history ON sync_history.id = run_items.run_id"
    "   WHERE run_items.item_id = synced_items.id AND sync_history.dry_run = 0"
    "   ORDER BY run_items.run_id DESC LIMIT 1), 0);"
    "UPDATE synced_items SET decision = (SELECT run_items.decision FROM run_items"
    "  WHERE run_items.run_id = last_run_id AND run_items.item_id = synced_items.id)"
    " WHERE last_run_id <> 0;"
    "UPDATE run_items SET status_before = COALESCE((SELECT earlier.status"
    "  FROM run_items AS earlier JOIN sync_history ON sync_history.id = earlier.run_id"
    "  WHERE earlier.item_id = run_items.item_id AND earlier.run_id < run_items.run_id"
    "   AND sync_history.dry_run = 0 ORDER BY earlier.run_id DESC LIMIT 1),"
    "  CASE status WHEN 'requested' THEN '' ELSE status END);";

#define FACTS "status, media_type, decision, provider_source, ignored"

/* The group is made when it is the first of its kind, and the item moves into it. */
#define JOIN_GROUP                                                                                 \
    "  INSERT INTO item_groups (" FACTS ", items)"                                                 \
    "   VALUES (new.status, new.media_type, new.decision, new.provider_source, new.ignored, 0)"    \
    "   ON CONFLICT (" FACTS ") DO NOTHING;"                                                       \
    "  UPDATE synced_items SET group_id = " ITEM_GROUP("new.status", "new.media_type",             \
                                                       "   new.decision", "new.provider_source",   \
                                                       "new.ignored") " WHERE id = new.id;"

static const char groups[] =
    "CREATE TABLE item_groups ("
    "  id INTEGER PRIMARY KEY,"
    "  status TEXT NOT NULL,"
    "  media_type TEXT NOT NULL,"
    "  decision TEXT NOT NULL,"
    "  provider_source TEXT NOT NULL,"
    "  ignored INTEGER NOT NULL,"
    "  items INTEGER NOT NULL,"
    "  UNIQUE (" FACTS ")"
    ") STRICT;"
    "INSERT INTO item_groups (" FACTS ", items)"
    " SELECT " FACTS ", COUNT(*) FROM synced_items GROUP BY " FACTS ";"
    "UPDATE synced_items SET group_id = (SELECT item_groups.id FROM item_groups"
    " WHERE (item_groups.status, item_groups.media_type, item_groups.decision,"
    "   item_groups.provider_source, item_groups.ignored)"
    "  = (synced_items.status, synced_items.media_type, synced_items.decision,"
    "   synced_items.provider_source, synced_items.ignored));"
    /* A writer that sets the group along with the facts saves writing the indexes twice. */
    "CREATE TRIGGER item_added AFTER INSERT ON synced_items WHEN new.group_id = 0"
    "  BEGIN" JOIN_GROUP "END;"
    "CREATE TRIGGER item_added_grouped AFTER INSERT ON synced_items WHEN new.group_id <> 0 BEGIN"
    "  UPDATE item_groups SET items = items + 1 WHERE id = new.group_id;"
    "END;"
    "CREATE TRIGGER item_changed AFTER UPDATE OF " FACTS " ON synced_items"
    "  WHEN (new.group_id = 0 OR new.group_id = old.group_id)"
    "   AND (new.status, new.media_type, new.decision, new.provider_source, new.ignored)"
    "   <> (old.status, old.media_type, old.decision, old.provider_source, old.ignored)"
    "  BEGIN" JOIN_GROUP "END;"
    "CREATE TRIGGER item_moved AFTER UPDATE OF group_id ON synced_items"
    "  WHEN new.group_id <> old.group_id BEGIN"
    "  UPDATE item_groups SET items = items - 1 WHERE id = old.group_id;"
    "  UPDATE item_groups SET items = items + 1 WHERE id = new.group_id;"
    "END;"
    "CREATE TRIGGER item_removed AFTER DELETE ON synced_items BEGIN"
    "  UPDATE item_groups SET items = items - 1 WHERE id = old.group_id;"
    "END;";

#define ORDER(name, key)                                                                           \
    "CREATE INDEX synced_items_" name " ON synced_items (" key ", id, group_id);"                  \
    "CREATE INDEX item_groups_" name " ON synced_items (group_id, " key ");"

/* The id stands in the index by itself, so that the group behind it can be read there too. */
static const char orders[] = ORDER("recent", ITEM_KEY_RECENT) ORDER("titled", ITEM_KEY_TITLE)
    ORDER("dated", ITEM_KEY_YEAR) ORDER("added", ITEM_KEY_ADDED);

static const char search[] =
    "CREATE VIRTUAL TABLE item_search USING fts5"
    "  (folded_title, content = 'synced_items', content_rowid = 'id', tokenize = 'trigram');"
    "CREATE TRIGGER item_search_added AFTER INSERT ON synced_items BEGIN"
    "  INSERT INTO item_search (rowid, folded_title) VALUES (new.id, new.folded_title);"
    "END;"
    "CREATE TRIGGER item_search_changed AFTER UPDATE OF folded_title ON synced_items"
    "  WHEN old.folded_title <> new.folded_title BEGIN"
    "  INSERT INTO item_search (item_search, rowid, folded_title)"
    "   VALUES ('delete', old.id, old.folded_title);"
    "  INSERT INTO item_search (rowid, folded_title) VALUES (new.id, new.folded_title);"
    "END;"
    "CREATE TRIGGER item_search_removed AFTER DELETE ON synced_items BEGIN"
    "  INSERT INTO item_search (item_search, rowid, folded_title)"
    "   VALUES ('delete', old.id, old.folded_title);"
    "END;"
    "INSERT INTO item_search (item_search) VALUES ('rebuild');";

/* Sums of a run, written when it ends (run_sums.h): its rows are thinned out later. */
static const char sums[] =
    "CREATE TABLE run_counts ("
    "  run_id INTEGER NOT NULL REFERENCES sync_history (id),"
    "  decision TEXT NOT NULL,"
    "  status TEXT NOT NULL,"
    "  items INTEGER NOT NULL,"
    "  PRIMARY KEY (run_id, decision, status)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE run_changes ("
    "  run_id INTEGER NOT NULL REFERENCES sync_history (id),"
    "  provider_source TEXT NOT NULL,"
    "  media_type TEXT NOT NULL,"
    "  requested INTEGER NOT NULL,"
    "  available INTEGER NOT NULL,"
    "  failed INTEGER NOT NULL,"
    "  PRIMARY KEY (run_id, provider_source, media_type)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE run_fetches ("
    "  run_id INTEGER NOT NULL REFERENCES sync_history (id),"
    "  list_type TEXT NOT NULL,"
    "  fetches INTEGER NOT NULL,"
    "  failed INTEGER NOT NULL,"
    "  PRIMARY KEY (run_id, list_type)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX run_items_changed ON run_items (run_id, item_id, status, status_before,"
    "  decision) WHERE status <> status_before;"
    "CREATE INDEX run_items_by_status ON run_items (run_id, status);"
    "INSERT INTO run_counts SELECT run_id, decision, status, COUNT(*) FROM run_items"
    " GROUP BY run_id, decision, status;"
    "INSERT INTO run_changes SELECT run_items.run_id, provider_source, media_type,"
    "  SUM(run_items.status = 'requested'), SUM(run_items.status = 'already_available'),"
    "  SUM(run_items.status IN ('error', 'request_failed'))"
    " FROM run_items JOIN synced_items ON synced_items.id = run_items.item_id"
    " JOIN sync_history ON sync_history.id = run_items.run_id"
    " WHERE run_items.status <> run_items.status_before AND sync_history.dry_run = 0"
    " GROUP BY run_items.run_id, provider_source, media_type;"
    "INSERT INTO run_fetches SELECT run_id, list_type, COUNT(*),"
    "  SUM(outcome NOT IN ('ok', 'unchanged', 'empty', 'cancelled'))"
    " FROM run_lists JOIN lists ON lists.id = run_lists.list_id GROUP BY run_id, list_type;";

/* The last is wide: sums over a range read nothing but the index. */
static const char runs[] =
    "CREATE INDEX sync_history_by_mode ON sync_history (sync_mode, id);"
    "CREATE INDEX sync_history_by_start ON sync_history (sync_started, id, dry_run, state,"
    "  sync_mode, items_processed, items_requested, items_skipped, items_errored,"
    "  items_unmatched, duration_ms);"
    "CREATE TABLE run_totals ("
    "  dry_run INTEGER PRIMARY KEY,"
    "  requested INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO run_totals VALUES (0, 0), (1, 0);"
    "UPDATE run_totals SET requested = (SELECT COALESCE(SUM(items_requested), 0)"
    " FROM sync_history WHERE sync_history.dry_run = run_totals.dry_run);"
    "CREATE TRIGGER run_added AFTER INSERT ON sync_history WHEN new.items_requested <> 0 BEGIN"
    "  UPDATE run_totals SET requested = requested + new.items_requested"
    "   WHERE dry_run = new.dry_run;"
    "END;"
    "CREATE TRIGGER run_ended AFTER UPDATE OF items_requested ON sync_history"
    "  WHEN new.items_requested <> old.items_requested BEGIN"
    "  UPDATE run_totals SET requested = requested + new.items_requested - old.items_requested"
    "   WHERE dry_run = new.dry_run;"
    "END;";

enum error_code query_schema_make(struct db *db, struct error *error)
{
    static const char *const parts[] = {item_columns, fill_items, groups, orders,
                                        search,       sums,       runs};
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(parts); i++)
        rc = db_execute(db, parts[i], error);
    return rc;
}
