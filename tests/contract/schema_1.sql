-- The schema of the first release, as its one migration made it, with its note in schema_version.
-- Frozen: test_store_schema_1.c opens such a database with the program of today.

CREATE TABLE schema_version (
  number INTEGER PRIMARY KEY,
  program TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT;
INSERT INTO schema_version VALUES (1, '0.1.0', '2026-01-01 00:00:00');

CREATE TABLE lists (
  id INTEGER PRIMARY KEY,
  list_type TEXT NOT NULL,
  list_id TEXT NOT NULL,
  list_url TEXT NOT NULL DEFAULT '',
  description TEXT NOT NULL DEFAULT '',
  item_count INTEGER NOT NULL DEFAULT 0,
  last_synced TEXT,
  status TEXT NOT NULL DEFAULT '',
  auto_sync INTEGER NOT NULL DEFAULT 1,
  priority INTEGER NOT NULL DEFAULT 100,
  item_limit INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  user_id INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '',
  last_tried TEXT,
  origin TEXT NOT NULL DEFAULT 'added',
  removed_at TEXT,
  kept_out INTEGER NOT NULL DEFAULT 0,
  UNIQUE (list_type, list_id)
) STRICT;

CREATE INDEX lists_by_priority ON lists (priority, id);
CREATE TABLE list_snapshots (
  list_id INTEGER PRIMARY KEY REFERENCES lists (id),
  outcome TEXT NOT NULL,
  total INTEGER NOT NULL DEFAULT -1,
  read_at TEXT NOT NULL,
  confirmed_at TEXT NOT NULL,
  etag TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE synced_items (
  id INTEGER PRIMARY KEY,
  item_key TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL DEFAULT '',
  folded_title TEXT NOT NULL DEFAULT '',
  year INTEGER,
  media_type TEXT NOT NULL,
  imdb_id TEXT,
  overseerr_id INTEGER,
  tvdb_id INTEGER,
  source_id TEXT,
  status TEXT NOT NULL DEFAULT '',
  provider_source TEXT NOT NULL DEFAULT '',
  last_synced TEXT,
  error_message TEXT NOT NULL DEFAULT '',
  proof TEXT NOT NULL DEFAULT '',
  evidence TEXT NOT NULL DEFAULT '',
  ignored INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX synced_items_by_imdb ON synced_items (imdb_id) WHERE imdb_id IS NOT NULL;
CREATE INDEX synced_items_by_tmdb ON synced_items (overseerr_id)
  WHERE overseerr_id IS NOT NULL;
CREATE INDEX synced_items_by_tvdb ON synced_items (tvdb_id) WHERE tvdb_id IS NOT NULL;
CREATE INDEX synced_items_by_source ON synced_items (source_id) WHERE source_id IS NOT NULL;
CREATE INDEX synced_items_by_title ON synced_items (folded_title);
CREATE INDEX synced_items_ignored ON synced_items (ignored) WHERE ignored = 1;
CREATE TABLE list_items (
  list_id INTEGER NOT NULL REFERENCES lists (id),
  entry_key TEXT NOT NULL,
  rank INTEGER NOT NULL,
  title TEXT NOT NULL,
  original_title TEXT NOT NULL,
  year INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  imdb_id TEXT NOT NULL,
  tmdb_id INTEGER NOT NULL,
  tvdb_id INTEGER NOT NULL,
  source_id TEXT NOT NULL,
  season INTEGER NOT NULL,
  unsupported TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  item_id INTEGER REFERENCES synced_items (id),
  PRIMARY KEY (list_id, entry_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_items_by_rank ON list_items (list_id, rank, item_id);
CREATE INDEX list_items_by_item ON list_items (item_id);
CREATE TABLE item_ids (
  key TEXT PRIMARY KEY,
  is_miss INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  tmdb_id INTEGER NOT NULL,
  imdb_id TEXT NOT NULL,
  looked_at INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sync_history (
  id INTEGER PRIMARY KEY,
  sync_started TEXT NOT NULL,
  sync_completed TEXT,
  items_processed INTEGER NOT NULL DEFAULT 0,
  items_requested INTEGER NOT NULL DEFAULT 0,
  items_skipped INTEGER NOT NULL DEFAULT 0,
  items_errored INTEGER NOT NULL DEFAULT 0,
  sync_mode TEXT NOT NULL,
  started_by TEXT NOT NULL,
  state TEXT NOT NULL,
  dry_run INTEGER NOT NULL DEFAULT 0,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  items_unmatched INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '',
  seerr_calls INTEGER NOT NULL DEFAULT 0,
  source_calls INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX sync_history_by_state ON sync_history (state);
CREATE TABLE run_lists (
  run_id INTEGER NOT NULL REFERENCES sync_history (id),
  list_id INTEGER NOT NULL REFERENCES lists (id),
  outcome TEXT NOT NULL,
  items INTEGER NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (run_id, list_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_lists_by_list ON run_lists (list_id);
CREATE TABLE run_items (
  run_id INTEGER NOT NULL REFERENCES sync_history (id),
  item_id INTEGER NOT NULL REFERENCES synced_items (id),
  decision TEXT NOT NULL,
  rule TEXT NOT NULL,
  reason TEXT NOT NULL,
  status TEXT NOT NULL,
  answer TEXT NOT NULL,
  request_id INTEGER NOT NULL,
  PRIMARY KEY (run_id, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_items_by_item ON run_items (item_id, run_id);
CREATE TABLE request_ledger (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  media_type TEXT NOT NULL,
  tmdb_id INTEGER NOT NULL,
  is_4k INTEGER NOT NULL,
  seasons TEXT NOT NULL,
  state TEXT NOT NULL,
  requester INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  request_id INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  message TEXT NOT NULL,
  UNIQUE (media_type, tmdb_id, is_4k, seasons)
) STRICT;

CREATE INDEX request_ledger_by_run ON request_ledger (run_id);
CREATE TABLE title_looks (
  media_type TEXT NOT NULL,
  tmdb_id INTEGER NOT NULL,
  is_4k INTEGER NOT NULL,
  status INTEGER NOT NULL,
  seasons TEXT NOT NULL,
  covered TEXT NOT NULL,
  has_open_request INTEGER NOT NULL,
  has_declined_request INTEGER NOT NULL,
  looked_at INTEGER NOT NULL,
  refused TEXT NOT NULL,
  PRIMARY KEY (media_type, tmdb_id, is_4k)
) STRICT, WITHOUT ROWID;
CREATE TABLE sync_interval (
  id INTEGER PRIMARY KEY,
  interval_hours REAL NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
