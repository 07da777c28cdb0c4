/** A database as the original ListSync leaves it, with its key file: Seerr's key is encrypted. */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const FORMER_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

/** "seerr-key-of-the-original" under that key. */
const SEALED =
  'gAAAAABoTuGABwgJCgsMDQ4PEBESExQVFprQz6ugtPukbfs8EIaBrjO--fKTQ0H5AJdZP4' +
  'wXvgec_5SP8nquv9q_gLgLB9ByMmFLz2BoDc1Tq3TsRF5ibug='

const sql = `
CREATE TABLE lists (id INTEGER PRIMARY KEY, list_type TEXT, list_id TEXT, list_url TEXT,
  item_count INTEGER, last_synced TIMESTAMP, user_id TEXT DEFAULT '1');
INSERT INTO lists (list_type, list_id, item_count, last_synced) VALUES
  ('imdb', 'ls000000001', 62, '2025-06-01 10:00:00'), ('tmdb', '8136', 9, NULL);
CREATE TABLE synced_items (id INTEGER PRIMARY KEY, title TEXT, media_type TEXT, year INTEGER,
  imdb_id TEXT, overseerr_id INTEGER, status TEXT, last_synced TIMESTAMP);
INSERT INTO synced_items (title, media_type, year, imdb_id, overseerr_id, status, last_synced)
  VALUES ('Heat', 'movie', 1995, 'tt0113277', 949, 'requested', '2025-06-01 10:00:00'),
  ('Dark', 'tv', 2017, NULL, 70523, 'already_available', '2025-06-01 10:00:01');
CREATE TABLE sync_history (id INTEGER PRIMARY KEY, session_id TEXT, sync_type TEXT,
  in_progress INTEGER, start_time TIMESTAMP, end_time TIMESTAMP, status TEXT, list_type TEXT,
  list_id TEXT, total_items INTEGER, items_requested INTEGER, items_skipped INTEGER,
  items_errors INTEGER, error_message TEXT);
INSERT INTO sync_history (session_id, sync_type, in_progress, start_time, end_time, status,
  total_items, items_requested) VALUES ('a', 'full', 0, '2025-06-01 10:00:00',
  '2025-06-01 10:01:00', 'completed', 2, 1);
CREATE TABLE app_settings (key TEXT PRIMARY KEY, value TEXT, is_encrypted INTEGER);
INSERT INTO app_settings VALUES ('overseerr_url', 'http://seerr.lan:5055', 0),
  ('overseerr_api_key', '${SEALED}', 1), ('auto_sync', 'False', 0),
  ('tmdb_key', 'a-key', 0);`

const script = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.executescript(sys.argv[2])`

/** Its volume; the path of the database in it. */
export async function writeFormer(folder: string): Promise<string> {
  const path = join(folder, 'list_sync.db')
  await mkdir(folder, { recursive: true })
  await promisify(execFile)('python3', ['-c', script, path, sql])
  await writeFile(join(folder, '.encryption_key'), FORMER_KEY)
  return path
}
