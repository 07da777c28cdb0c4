#include "store/migrations.h"

#include "base/memory.h"
#include "base/text.h"
#include "store/query_schema.h"
#include "store/rows.h"

static const char first_schema[] =
    "CREATE TABLE lists ("
    "  id INTEGER PRIMARY KEY,"
    "  list_type TEXT NOT NULL,"
    "  list_id TEXT NOT NULL,"
    "  list_url TEXT NOT NULL DEFAULT '',"
    "  description TEXT NOT NULL DEFAULT '',"
    "  item_count INTEGER NOT NULL DEFAULT 0,"
    "  last_synced TEXT,"
    "  status TEXT NOT NULL DEFAULT '',"
    "  auto_sync INTEGER NOT NULL DEFAULT 1,"
    "  priority INTEGER NOT NULL DEFAULT 100,"
    "  item_limit INTEGER NOT NULL DEFAULT 0,"
    "  created_at TEXT NOT NULL,"
    "  updated_at TEXT NOT NULL,"
    "  user_id INTEGER NOT NULL DEFAULT 0,"
    "  message TEXT NOT NULL DEFAULT '',"
    "  last_tried TEXT,"
    "  origin TEXT NOT NULL DEFAULT 'added',"
    "  removed_at TEXT,"
    "  kept_out INTEGER NOT NULL DEFAULT 0," /* removed by a person: the environment must not add */
    "  UNIQUE (list_type, list_id)"
    ") STRICT;"
    "CREATE INDEX lists_by_priority ON lists (priority, id);"

    "CREATE TABLE list_snapshots ("
    "  list_id INTEGER PRIMARY KEY REFERENCES lists (id),"
    "  outcome TEXT NOT NULL,"
    "  total INTEGER NOT NULL DEFAULT -1,"
    "  read_at TEXT NOT NULL,"
    "  confirmed_at TEXT NOT NULL," /* when all of it was last known to be so */
    "  etag TEXT NOT NULL DEFAULT '',"
    "  last_modified TEXT NOT NULL DEFAULT ''"
    ") STRICT;"

    "CREATE TABLE synced_items ("
    "  id INTEGER PRIMARY KEY,"
    "  item_key TEXT NOT NULL UNIQUE,"
    "  title TEXT NOT NULL DEFAULT '',"
    "  folded_title TEXT NOT NULL DEFAULT '',"
    "  year INTEGER,"
    "  media_type TEXT NOT NULL,"
    "  imdb_id TEXT,"
    "  overseerr_id INTEGER," /* the TMDB id, under the name that people's scripts know */
    "  tvdb_id INTEGER,"
    "  source_id TEXT,"
    "  status TEXT NOT NULL DEFAULT '',"
    "  provider_source TEXT NOT NULL DEFAULT '',"
    "  last_synced TEXT,"
    "  error_message TEXT NOT NULL DEFAULT '',"
    "  proof TEXT NOT NULL DEFAULT '',"
    "  evidence TEXT NOT NULL DEFAULT '',"
    "  ignored INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX synced_items_by_imdb ON synced_items (imdb_id) WHERE imdb_id IS NOT NULL;"
    "CREATE INDEX synced_items_by_tmdb ON synced_items (overseerr_id)"
    "  WHERE overseerr_id IS NOT NULL;"
    "CREATE INDEX synced_items_by_tvdb ON synced_items (tvdb_id) WHERE tvdb_id IS NOT NULL;"
    "CREATE INDEX synced_items_by_source ON synced_items (source_id) WHERE source_id IS NOT NULL;"
    "CREATE INDEX synced_items_by_title ON synced_items (folded_title);"
    "CREATE INDEX synced_items_ignored ON synced_items (ignored) WHERE ignored = 1;"

    "CREATE TABLE list_items ("
    "  list_id INTEGER NOT NULL REFERENCES lists (id),"
    "  entry_key TEXT NOT NULL,"
    "  rank INTEGER NOT NULL,"
    "  title TEXT NOT NULL,"
    "  original_title TEXT NOT NULL,"
    "  year INTEGER NOT NULL,"
    "  media_type TEXT NOT NULL,"
    "  imdb_id TEXT NOT NULL,"
    "  tmdb_id INTEGER NOT NULL,"
    "  tvdb_id INTEGER NOT NULL,"
    "  source_id TEXT NOT NULL,"
    "  season INTEGER NOT NULL,"
    "  unsupported TEXT NOT NULL,"
    "  first_seen TEXT NOT NULL,"
    "  last_seen TEXT NOT NULL," /* or the snapshot's confirmed_at, whichever is later */
    "  item_id INTEGER REFERENCES synced_items (id),"
    "  PRIMARY KEY (list_id, entry_key)"
    ") STRICT, WITHOUT ROWID;"
    /* With the item, or SQLite would rather read the whole list to tie an entry to its item. */
    "CREATE INDEX list_items_by_rank ON list_items (list_id, rank, item_id);"
    "CREATE INDEX list_items_by_item ON list_items (item_id);"

    "CREATE TABLE item_ids ("
    "  key TEXT PRIMARY KEY,"
    "  is_miss INTEGER NOT NULL,"
    "  media_type TEXT NOT NULL,"
    "  tmdb_id INTEGER NOT NULL,"
    "  imdb_id TEXT NOT NULL,"
    "  looked_at INTEGER NOT NULL,"
    "  note TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE sync_history ("
    "  id INTEGER PRIMARY KEY,"
    "  sync_started TEXT NOT NULL,"
    "  sync_completed TEXT,"
    "  items_processed INTEGER NOT NULL DEFAULT 0,"
    "  items_requested INTEGER NOT NULL DEFAULT 0,"
    "  items_skipped INTEGER NOT NULL DEFAULT 0,"
    "  items_errored INTEGER NOT NULL DEFAULT 0,"
    "  sync_mode TEXT NOT NULL,"
    "  started_by TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  dry_run INTEGER NOT NULL DEFAULT 0,"
    "  duration_ms INTEGER NOT NULL DEFAULT 0,"
    "  items_unmatched INTEGER NOT NULL DEFAULT 0,"
    "  message TEXT NOT NULL DEFAULT '',"
    "  seerr_calls INTEGER NOT NULL DEFAULT 0,"
    "  source_calls INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX sync_history_by_state ON sync_history (state);"

    "CREATE TABLE run_lists ("
    "  run_id INTEGER NOT NULL REFERENCES sync_history (id),"
    "  list_id INTEGER NOT NULL REFERENCES lists (id),"
    "  outcome TEXT NOT NULL,"
    "  items INTEGER NOT NULL,"
    "  message TEXT NOT NULL,"
    "  PRIMARY KEY (run_id, list_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX run_lists_by_list ON run_lists (list_id);"

    "CREATE TABLE run_items ("
    "  run_id INTEGER NOT NULL REFERENCES sync_history (id),"
    "  item_id INTEGER NOT NULL REFERENCES synced_items (id),"
    "  decision TEXT NOT NULL,"
    "  rule TEXT NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  status TEXT NOT NULL,"
    "  answer TEXT NOT NULL,"
    "  request_id INTEGER NOT NULL,"
    "  PRIMARY KEY (run_id, item_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX run_items_by_item ON run_items (item_id, run_id);"

    "CREATE TABLE request_ledger ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," /* an answer must never meet another row */
    "  media_type TEXT NOT NULL,"
    "  tmdb_id INTEGER NOT NULL,"
    "  is_4k INTEGER NOT NULL,"
    "  seasons TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  requester INTEGER NOT NULL,"
    "  run_id INTEGER NOT NULL,"
    "  request_id INTEGER NOT NULL,"
    "  asked_at INTEGER NOT NULL,"
    "  message TEXT NOT NULL,"
    "  UNIQUE (media_type, tmdb_id, is_4k, seasons)"
    ") STRICT;"
    "CREATE INDEX request_ledger_by_run ON request_ledger (run_id);"

    "CREATE TABLE title_looks ("
    "  media_type TEXT NOT NULL,"
    "  tmdb_id INTEGER NOT NULL,"
    "  is_4k INTEGER NOT NULL,"
    "  status INTEGER NOT NULL,"
    "  seasons TEXT NOT NULL,"
    "  covered TEXT NOT NULL,"
    "  has_open_request INTEGER NOT NULL,"
    "  has_declined_request INTEGER NOT NULL,"
    "  looked_at INTEGER NOT NULL,"
    "  refused TEXT NOT NULL,"
    "  PRIMARY KEY (media_type, tmdb_id, is_4k)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE sync_interval ("
    "  id INTEGER PRIMARY KEY,"
    "  interval_hours REAL NOT NULL,"
    "  updated_at TEXT NOT NULL"
    ") STRICT;";

/* The service: logins, a queue of runs, schedules of lists, and looking for items. */
static const char second_schema[] =
    "ALTER TABLE lists ADD COLUMN quality INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE lists ADD COLUMN seasons TEXT NOT NULL DEFAULT 'all';"
    "ALTER TABLE lists ADD COLUMN schedule TEXT NOT NULL DEFAULT '';"

    "ALTER TABLE sync_history ADD COLUMN queued_at TEXT;"
    "ALTER TABLE sync_history ADD COLUMN lists TEXT NOT NULL DEFAULT '';" /* "3,7"; '': all */
    "ALTER TABLE sync_history ADD COLUMN items TEXT NOT NULL DEFAULT '';" /* likewise */
    "ALTER TABLE sync_history ADD COLUMN requested_by TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE sync_history ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE sync_history ADD COLUMN is_4k INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE sync_history ADD COLUMN undone_at TEXT;"

    "CREATE TABLE item_matches ("
    "  item_key TEXT PRIMARY KEY,"
    "  item_id INTEGER NOT NULL REFERENCES synced_items (id),"
    "  media_type TEXT NOT NULL,"
    "  tmdb_id INTEGER NOT NULL,"
    "  title TEXT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  at TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX item_matches_by_item ON item_matches (item_id);"

    "CREATE TABLE users ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," /* a number is never somebody else's later */
    "  name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    "  password TEXT NOT NULL,"
    "  role TEXT NOT NULL,"
    "  seerr_user INTEGER NOT NULL DEFAULT 0,"
    "  disabled INTEGER NOT NULL DEFAULT 0,"
    "  created_at INTEGER NOT NULL,"
    "  last_login INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE TABLE sessions ("
    "  digest TEXT PRIMARY KEY,"
    "  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
    "  created_at INTEGER NOT NULL,"
    "  last_seen INTEGER NOT NULL,"
    "  expires_at INTEGER NOT NULL,"
    "  address TEXT NOT NULL,"
    "  agent TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX sessions_by_user ON sessions (user_id, last_seen);"
    "CREATE INDEX sessions_by_expiry ON sessions (expires_at);"
    "CREATE TABLE api_keys ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
    "  name TEXT NOT NULL,"
    "  digest TEXT NOT NULL UNIQUE,"
    "  hint TEXT NOT NULL,"
    "  scope TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  last_used INTEGER NOT NULL DEFAULT 0,"
    "  expires_at INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX api_keys_by_user ON api_keys (user_id);"
    "CREATE TABLE token_keys ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  sealed TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  retired_at INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE TABLE audit_log ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  at TEXT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  how TEXT NOT NULL,"
    "  address TEXT NOT NULL,"
    "  area TEXT NOT NULL," /* the action's first word */
    "  action TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  detail TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX audit_log_by_area ON audit_log (area, id);"
    "CREATE TABLE settings ("
    "  name TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL,"
    "  is_sealed INTEGER NOT NULL,"
    "  updated_at TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE service_state ("
    "  name TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;";

/* Where TMDB has the posters (posters.h); an empty path: it has none. */
static const char third_schema[] = "CREATE TABLE posters ("
                                   "  media_type TEXT NOT NULL,"
                                   "  tmdb_id INTEGER NOT NULL,"
                                   "  path TEXT NOT NULL,"
                                   "  learned_at INTEGER NOT NULL," /* wall ms */
                                   "  PRIMARY KEY (media_type, tmdb_id)"
                                   ") STRICT, WITHOUT ROWID;";

/* Notifications: whom to tell, what waits to be told, what is wrong and was told. */
static const char fourth_schema[] =
    "CREATE TABLE notification_targets ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," /* a seal is bound to it */
    "  name TEXT NOT NULL UNIQUE,"
    "  kind TEXT NOT NULL,"
    "  from_environment INTEGER NOT NULL DEFAULT 0,"
    "  is_on INTEGER NOT NULL DEFAULT 1,"
    "  form TEXT NOT NULL,"
    "  events TEXT NOT NULL,"
    "  digest_minute INTEGER NOT NULL,"
    "  digest_weekday INTEGER NOT NULL,"
    "  quiet_from INTEGER NOT NULL," /* minutes of the day; -1: no quiet hours */
    "  quiet_until INTEGER NOT NULL,"
    "  sealed TEXT NOT NULL DEFAULT '',"
    "  disabled TEXT NOT NULL DEFAULT '',"
    "  disabled_at INTEGER NOT NULL DEFAULT 0," /* wall ms, as all times here */
    "  created_at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE notification_deliveries ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  target_id INTEGER NOT NULL REFERENCES notification_targets (id),"
    "  key TEXT NOT NULL,"
    "  title TEXT NOT NULL,"
    "  severity TEXT NOT NULL,"
    "  notice TEXT NOT NULL,"             /* JSON; '' when it has ended */
    "  state INTEGER NOT NULL DEFAULT 0," /* enum delivery_state */
    "  in_digest INTEGER NOT NULL DEFAULT 0,"
    "  is_brief INTEGER NOT NULL DEFAULT 0,"
    "  attempts INTEGER NOT NULL DEFAULT 0,"
    "  due_at INTEGER NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  ended_at INTEGER NOT NULL DEFAULT 0,"
    "  message TEXT NOT NULL DEFAULT '',"
    "  UNIQUE (target_id, key)"
    ") STRICT;"
    "CREATE INDEX notification_deliveries_open ON notification_deliveries (state, target_id)"
    "  WHERE state < 2;"
    "CREATE TABLE alarms ("
    "  key TEXT PRIMARY KEY,"
    "  sentence TEXT NOT NULL,"
    "  well TEXT NOT NULL,"
    "  raised_at INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "ALTER TABLE sync_history ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0;"
    "UPDATE sync_history SET is_told = 1 WHERE state NOT IN ('queued', 'running');"
    "CREATE INDEX sync_history_untold ON sync_history (id) WHERE is_told = 0;";

/*
 * Since when rows of a run are gone (retention.h). Of those that lost some before anybody wrote it
 * down: at the latest since the newest run ended.
 */
static const char fifth_schema[] =
    "ALTER TABLE sync_history ADD COLUMN thinned_at TEXT;"
    "UPDATE sync_history SET thinned_at = (SELECT MAX(sync_completed) FROM sync_history)"
    " WHERE (SELECT COALESCE(SUM(run_counts.items), 0) FROM run_counts"
    "   WHERE run_counts.run_id = sync_history.id)"
    "  > (SELECT COUNT(*) FROM run_items WHERE run_items.run_id = sync_history.id);";

/* Each scrape of the figures asks for them. */
static const char sixth_schema[] =
    "CREATE TABLE ledger_sums ("
    "  state TEXT PRIMARY KEY,"
    "  entries INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO ledger_sums SELECT state, COUNT(*) FROM request_ledger GROUP BY state;"
    "CREATE TRIGGER ledger_added AFTER INSERT ON request_ledger BEGIN"
    "  INSERT INTO ledger_sums VALUES (new.state, 1)"
    "   ON CONFLICT (state) DO UPDATE SET entries = entries + 1;"
    "END;"
    "CREATE TRIGGER ledger_changed AFTER UPDATE OF state ON request_ledger"
    "  WHEN new.state <> old.state BEGIN"
    "  UPDATE ledger_sums SET entries = entries - 1 WHERE state = old.state;"
    "  INSERT INTO ledger_sums VALUES (new.state, 1)"
    "   ON CONFLICT (state) DO UPDATE SET entries = entries + 1;"
    "END;"
    "CREATE TRIGGER ledger_removed AFTER DELETE ON request_ledger BEGIN"
    "  UPDATE ledger_sums SET entries = entries - 1 WHERE state = old.state;"
    "END;";

/* In order; the number of a step is its place, from 1. */
static const struct {
    const char *sql;
    enum error_code (*after)(struct db *db, struct error *error); /* may be NULL */
} steps[] = {
    {first_schema, NULL}, {second_schema, query_schema_make},
    {third_schema, NULL}, {fourth_schema, NULL},
    {fifth_schema, NULL}, {sixth_schema, NULL},
};

/* From this one on, files are made able to become shorter. */
enum { NEWEST = ARRAY_LENGTH(steps), SHRINKS_FROM = 5 };

int migrations_newest(void)
{
    return NEWEST;
}

enum error_code migrations_version(struct db *db, int *ret, struct error *error)
{
    int64_t version = 0;
    enum error_code rc = rows_number(
        db_prepare(db, "SELECT COALESCE(MAX(number), 0) FROM schema_version"), 0, &version, error);

    if (!rc)
        *ret = (int)version;
    return rc;
}

static enum error_code refuse_newer(struct db *db, int version, struct error *error)
{
    struct db_statement *statement =
        db_prepare(db, "SELECT program FROM schema_version WHERE number = $1");
    char program[32] = "";

    db_bind_integer(statement, 1, version);
    if (db_step(statement))
        text_copy(program, sizeof(program), db_column_text(statement, 0));
    enum error_code rc = db_finish(statement, error);
    if (rc)
        return rc;
    return error_set(error, ERROR_STORE,
                     "the database was made by a newer ListSync (%s, schema %d; this is %s, which "
                     "knows up to %d): use that version or newer, nothing was changed",
                     program, version, LISTSYNC_VERSION, NEWEST);
}

static enum error_code note(struct db *db, int number, struct error *error)
{
    struct db_statement *statement = db_prepare(
        db, "INSERT INTO schema_version (number, program, applied_at) VALUES ($1, $2, $3)");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_integer(statement, 1, number);
    db_bind_text(statement, 2, LISTSYNC_VERSION);
    db_bind_text(statement, 3, now);
    return rows_run(statement, error);
}

/* Takes the step after the last one; that is read under the lock, others may be at it too. */
static enum error_code take_next_step(struct db *db, struct error *error)
{
    int done = 0;
    enum error_code rc = migrations_version(db, &done, error);

    if (rc || done >= NEWEST)
        return rc;
    rc = db_execute(db, steps[done].sql, error);
    if (!rc && steps[done].after)
        rc = steps[done].after(db, error);
    if (!rc)
        rc = note(db, done + 1, error);
    return rc;
}

static enum error_code migrate_once(struct db *db, struct error *error)
{
    enum error_code rc = db_begin_durable(db, error);

    if (rc)
        return rc;
    return db_end(db, take_next_step(db, error), error);
}

enum error_code migrations_run(struct db *db, struct error *error)
{
    int version = 0, first = 0;
    enum error_code rc = db_execute(db,
                                    "CREATE TABLE IF NOT EXISTS schema_version ("
                                    "  number INTEGER PRIMARY KEY,"
                                    "  program TEXT NOT NULL,"
                                    "  applied_at TEXT NOT NULL"
                                    ") STRICT",
                                    error);

    if (!rc)
        rc = migrations_version(db, &version, error);
    first = version;
    while (!rc && version < NEWEST) {
        rc = migrate_once(db, error);
        if (!rc)
            rc = migrations_version(db, &version, error);
    }
    if (!rc && version > NEWEST)
        rc = refuse_newer(db, version, error);
    /* Without room for it, or while others use it, it stays as long as it is: no reason to fail. */
    if (!rc && first > 0 && first < SHRINKS_FROM)
        (void)db_compact(db, NULL);
    return rc;
}
