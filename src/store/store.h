/*
 * store.h: the database as a whole: opened, migrated, locked in transactions.
 *
 * The four tables of the original keep their names and columns (lists, synced_items,
 * sync_history, sync_interval): scripts read them. A database of the original itself is not
 * opened here but taken over (sync/move_in.h).
 * All other headers of this folder are its domain functions; nothing outside store/ sees SQL.
 * A store belongs to one thread at a time. Times are UTC.
 */
#ifndef LISTSYNC_STORE_STORE_H
#define LISTSYNC_STORE_STORE_H

#include <stdbool.h>

#include "base/error.h"
#include "store/db.h"

struct store {
    struct db *db;
    bool is_wide;
};

/*
 * Opens (and makes, mode 0600) the database and brings its schema up to date; every migration is
 * one transaction. ERROR_STORE says what is wrong: damaged, read-only, disk full, or made by a
 * newer program. `driver` must outlive the store.
 */
enum error_code store_open(const struct db_driver *driver, const char *target, struct store **ret,
                           struct error *error);
/*
 * To look at what is there: nothing is made, brought up to date or written (db_driver_look). What a
 * schema of another version lacks is an ERROR_STORE where it is asked for.
 */
enum error_code store_open_to_look(const char *path, struct store **ret, struct error *error);
void store_close(struct store *store); /* NULL is fine */
/*
 * Whether opening that file would change the schema of a database of ours. False for what is not
 * there, is another program's, or cannot be read: opening it says so.
 */
bool store_is_behind(const char *path);

/*
 * How much of the file it keeps in memory: 1 MB when wide, as after store_open, else 256 kB, as in
 * a pool. Who takes one from there to write thousands of rows widens it; giving it back ends that.
 */
void store_set_wide(struct store *store, bool wide);

/*
 * Many writes as one; they nest (db.h). What began is ended with the outcome of its steps: it is
 * committed when they went well, else rolled back; returned is the first trouble of both.
 */
enum error_code store_begin(struct store *store, struct error *error);
/* Many reads of one moment, likewise; nothing may be written. */
enum error_code store_begin_read(struct store *store, struct error *error);
enum error_code store_end(struct store *store, enum error_code rc, struct error *error);

/* Whether a sentence of this folder says that the bytes of the file are not what they should be. */
bool store_says_damaged(const char *sentence);
/* All of it, indexes and references too, which takes a second for 100 MB; else as below. */
enum error_code store_check_all(struct store *store, struct error *error);
/* ERROR_STORE with SQLite's own words when the file is damaged (PRAGMA quick_check). */
enum error_code store_check(struct store *store, struct error *error);
/* Quick: does it answer at all? ERROR_STORE. */
enum error_code store_is_well(struct store *store, struct error *error);
int store_schema_version(struct store *store);

void store_close_local(struct store **store);
#define AUTO_STORE __attribute__((cleanup(store_close_local)))

#endif
