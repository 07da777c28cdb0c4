#include "support/former_databases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/db.h"

const char former_original[] =
    "CREATE TABLE lists (id INTEGER PRIMARY KEY AUTOINCREMENT, list_type TEXT NOT NULL,"
    " list_id TEXT NOT NULL, list_url TEXT, item_count INTEGER DEFAULT 0, last_synced TIMESTAMP,"
    " poster_url TEXT, poster_cached_at TIMESTAMP, user_id TEXT DEFAULT \"1\","
    " UNIQUE(list_type, list_id));"
    "INSERT INTO lists (list_type, list_id, list_url, item_count, last_synced, user_id) VALUES"
    " ('imdb', 'top', 'https://www.imdb.com/chart/top', 250, '2025-06-01 10:00:00', '1'),"
    " ('trakt_special', 'trending:movies', NULL, 20, NULL, '4'),"
    " ('tmdb', '8136', 'https://www.themoviedb.org/list/8136', 9, NULL, '1'),"
    " ('stevenlu', 'stevenlu', 'https://movies.stevenlu.com/', NULL, NULL, NULL);"
    "CREATE TABLE synced_items (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,"
    " media_type TEXT NOT NULL, year INTEGER, imdb_id TEXT, overseerr_id INTEGER, status TEXT,"
    " last_synced TIMESTAMP DEFAULT CURRENT_TIMESTAMP, poster_url TEXT,"
    " poster_cached_at TIMESTAMP, source_list_type TEXT, source_list_id TEXT, tmdb_id TEXT);"
    "INSERT INTO synced_items (id, title, media_type, year, imdb_id, overseerr_id, status,"
    "  last_synced, source_list_type, tmdb_id) VALUES"
    " (5, 'Heat', 'movie', 1995, 'tt0113277', 949, 'requested', '2025-06-01 10:00:01', 'imdb', ''),"
    " (6, 'Dark', 'tv', 2017, NULL, 70523, 'already_available', '2025-06-01 10:00:02', NULL, NULL),"
    " (7, 'Ran', 'movie', 1985, NULL, NULL, 'not_found', '2025-06-01 10:00:03', NULL, '11645'),"
    " (8, 'Nobody Knows', 'movie', NULL, NULL, NULL, 'not_found', '2025-06-01 10:00:04', NULL, 0),"
    " (9, 'Nobody Knows', 'movie', NULL, '', NULL, 'error', '2025-06-02 10:00:04', NULL, NULL),"
    " (10, 'A film of that number', 'movie', 2001, NULL, 70523, 'skipped', NULL, NULL, NULL);"
    "CREATE TABLE item_lists (id INTEGER PRIMARY KEY AUTOINCREMENT, item_id INTEGER NOT NULL,"
    " list_type TEXT NOT NULL, list_id TEXT NOT NULL,"
    " synced_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,"
    " FOREIGN KEY (item_id) REFERENCES synced_items(id) ON DELETE CASCADE,"
    " UNIQUE(item_id, list_type, list_id));"
    "INSERT INTO item_lists (item_id, list_type, list_id) VALUES (5, 'imdb', 'top');"
    "CREATE TABLE sync_interval (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " interval_hours REAL NOT NULL);"
    "INSERT INTO sync_interval (interval_hours) VALUES (0.5);"
    "CREATE TABLE sync_history (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " session_id TEXT UNIQUE NOT NULL, sync_type TEXT NOT NULL, in_progress INTEGER DEFAULT 1,"
    " start_time TIMESTAMP DEFAULT CURRENT_TIMESTAMP, end_time TIMESTAMP, status TEXT,"
    " list_type TEXT, list_id TEXT, pid INTEGER, total_items INTEGER DEFAULT 0,"
    " items_requested INTEGER DEFAULT 0, items_skipped INTEGER DEFAULT 0,"
    " items_errors INTEGER DEFAULT 0, error_message TEXT);"
    "CREATE INDEX idx_sync_history_start_time ON sync_history(start_time DESC);"
    "INSERT INTO sync_history (session_id, sync_type, in_progress, start_time, end_time, status,"
    "  list_type, list_id, total_items, items_requested, items_skipped, items_errors) VALUES"
    " ('a', 'full', 0, '2025-06-01 10:00:00', '2025-06-01 10:01:10', 'completed', 'imdb',"
    "  'imdb:top', 9, 2, 6, 1),"
    " ('b', 'single', 0, '2025-06-01 12:00:00', '2025-06-01 12:00:05', 'completed', 'imdb', 'top',"
    "  4, 1, 3, 0),"
    " ('c', 'single', 1, '2025-06-02 10:00:00', NULL, 'running', 'imdb', 'gone', 0, 0, 0, 0);"
    "CREATE TABLE overseerr_users (id TEXT PRIMARY KEY, display_name TEXT, email TEXT,"
    " avatar TEXT, created_at TIMESTAMP, last_synced TIMESTAMP);"
    "INSERT INTO overseerr_users (id, display_name) VALUES ('1', 'Anna'), ('4', 'Ben');"
    "CREATE TABLE cached_images (id INTEGER PRIMARY KEY, image_url TEXT UNIQUE, image_data BLOB);"
    "INSERT INTO cached_images VALUES (1, 'https://image.tmdb.org/x.jpg', zeroblob(50000));"
    "CREATE TABLE setup_status (id INTEGER PRIMARY KEY, is_completed INTEGER,"
    " completed_at TIMESTAMP, setup_version TEXT);"
    "INSERT INTO setup_status VALUES (1, 1, '2025-05-01 10:00:00', '1.0');";

const char former_original_settings[] =
    "CREATE TABLE app_settings (key TEXT PRIMARY KEY, value TEXT, is_encrypted INTEGER DEFAULT 0,"
    " setting_type TEXT DEFAULT 'string', updated_at TIMESTAMP, created_at TIMESTAMP);"
    "INSERT INTO app_settings (key, value, is_encrypted, setting_type) VALUES"
    " ('overseerr_url', 'http://seerr.lan:5055', 0, 'string'),"
    " ('overseerr_api_key', 'gAAAAABoTuGABwgJCgsMDQ4PEBESExQVFprQz6ugtPukbfs8EIaBrjO--fKTQ0H5AJdZP4"
    "wXvgec_5SP8nquv9q_gLgLB9ByMmFLz2BoDc1Tq3TsRF5ibug=', 1, 'string'),"
    " ('discord_webhook', 'gAAAAABoTuGADg8QERITFBUWFxgZGhscHTSBqf07Gfq0e1joh9A2sVfuuYyWwq4GpSPpwyi4"
    "FDAFo0F1ylnQgkbBHXjF1W_lcdp4RCvCVheZpG9VDPH7ecEE6fI-WyoVgU3hCsm9FjaJ', 1, 'string'),"
    " ('discord_enabled', 'False', 0, 'boolean'), ('overseerr_4k', 'True', 0, 'boolean'),"
    " ('overseerr_user_id', '4', 0, 'string'), ('timezone', 'Europe/London', 0, 'string'),"
    " ('auto_sync', 'false', 0, 'boolean'), ('sync_interval', '24', 0, 'integer'),"
    " ('trakt_special_items_limit', '40', 0, 'integer'),"
    " ('imdb_lists', 'top, ls012345678', 0, 'string'), ('trakt_lists', '', 0, 'string'),"
    " ('frontend_domain', 'http://localhost:3222', 0, 'string'),"
    " ('a_thing_of_tomorrow', 'x', 0, 'string');";

const char former_oldest[] =
    "CREATE TABLE lists (id INTEGER PRIMARY KEY AUTOINCREMENT, list_type TEXT NOT NULL,"
    " list_id TEXT NOT NULL, UNIQUE(list_type, list_id));"
    "INSERT INTO lists (list_type, list_id) VALUES ('imdb', 'ls012345678');"
    "CREATE TABLE synced_items (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,"
    " media_type TEXT NOT NULL, imdb_id TEXT, overseerr_id INTEGER, status TEXT,"
    " last_synced TIMESTAMP DEFAULT CURRENT_TIMESTAMP);"
    "INSERT INTO synced_items (title, media_type, imdb_id, overseerr_id, status) VALUES"
    " ('Heat', 'movie', 'tt0113277', NULL, 'requested'), ('Ran', 'movie', NULL, 11645, 'error');"
    "CREATE TABLE sync_interval (id INTEGER PRIMARY KEY, interval_hours INTEGER NOT NULL);"
    "INSERT INTO sync_interval (interval_hours) VALUES (6);";

const char former_middle[] =
    "CREATE TABLE lists (id INTEGER PRIMARY KEY AUTOINCREMENT, list_type TEXT NOT NULL,"
    " list_id TEXT NOT NULL, list_url TEXT, item_count INTEGER DEFAULT 0, last_synced TIMESTAMP,"
    " UNIQUE(list_type, list_id));"
    "INSERT INTO lists (list_type, list_id, list_url, item_count) VALUES"
    " ('letterboxd', 'dave/list/weekend', 'https://letterboxd.com/dave/list/weekend', 12);"
    "CREATE TABLE synced_items (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,"
    " media_type TEXT NOT NULL, year INTEGER, imdb_id TEXT, overseerr_id INTEGER, simkl_id INTEGER,"
    " status TEXT, last_synced TIMESTAMP DEFAULT CURRENT_TIMESTAMP);"
    "INSERT INTO synced_items (title, media_type, year, overseerr_id, simkl_id, status) VALUES"
    " ('Ran', 'movie', 1985, 11645, 7, 'already_requested');"
    "CREATE TABLE sync_interval (id INTEGER PRIMARY KEY, interval_hours REAL NOT NULL);"
    "INSERT INTO sync_interval (interval_hours) VALUES (24.0);";

#define LISTSEERR_USERS                                                                            \
    "CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, username text NOT NULL,"   \
    " created_at integer);"                                                                        \
    "INSERT INTO users (username) VALUES ('anna');"

const char former_listseerr_first[] = LISTSEERR_USERS
    "CREATE TABLE jellyseerr_configs (id integer PRIMARY KEY, user_id integer NOT NULL,"
    " url text NOT NULL, api_key text NOT NULL, user_id_jellyseerr integer NOT NULL,"
    " created_at integer, updated_at integer);"
    "INSERT INTO jellyseerr_configs VALUES (1, 1, 'http://jellyseerr:5055', 'sealed', 3, 0, 0);"
    "CREATE TABLE media_lists (id integer PRIMARY KEY, user_id integer NOT NULL,"
    " name text NOT NULL, url text NOT NULL, provider text NOT NULL, enabled integer DEFAULT true"
    " NOT NULL, max_items integer, processing_schedule text, created_at integer,"
    " updated_at integer);"
    "INSERT INTO media_lists (user_id, name, url, provider, enabled, max_items) VALUES"
    " (1, 'Trending', 'https://trakt.tv/movies/trending', 'traktChart', 1, NULL);";

const char former_listseerr_last[] = LISTSEERR_USERS
    "CREATE TABLE seerr_configs (id integer PRIMARY KEY, user_id integer NOT NULL,"
    " url text NOT NULL, external_url text, api_key text NOT NULL, user_id_seerr integer NOT NULL,"
    " created_at integer, updated_at integer);"
    "INSERT INTO seerr_configs VALUES (1, 1, 'http://seerr:5055', NULL, 'sealed', 3, 0, 0);"
    "CREATE TABLE general_settings (id integer PRIMARY KEY, user_id integer NOT NULL,"
    " timezone text DEFAULT 'UTC' NOT NULL, automatic_processing_enabled integer NOT NULL,"
    " automatic_processing_schedule text, created_at integer, updated_at integer);"
    "INSERT INTO general_settings VALUES (1, 1, 'Europe/Madrid', 1, '0 4 * * *', 0, 0);"
    "CREATE TABLE media_lists (id integer PRIMARY KEY, user_id integer NOT NULL,"
    " name text NOT NULL, url text NOT NULL, display_url text, provider text NOT NULL,"
    " enabled integer DEFAULT true NOT NULL, max_items integer DEFAULT 50 NOT NULL,"
    " created_at integer, updated_at integer);"
    "INSERT INTO media_lists (user_id, name, url, provider, enabled, max_items) VALUES"
    " (1, 'Netflix', 'https://mdblist.com/lists/garycrawfordgc/netflix-movies', 'mdblist', 1, 50),"
    " (1, 'Watchlist', 'https://trakt.tv/users/anna/watchlist', 'trakt', 0, 20),"
    " (1, 'Nonsense', 'what is this', 'trakt', 1, 20);";

void former_write(const char *path, const char *sql)
{
    struct db *db = NULL;
    struct error error = {0};

    if (db_open(&db_driver_sqlite, path, &db, &error) ||
        db_execute(db, "PRAGMA journal_mode = DELETE", &error) || db_execute(db, sql, &error))
        fail_msg("%s", error.message);
    db_close(db);
}
