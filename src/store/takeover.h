/*
 * takeover.h: the database of the original ListSync, taken over in place.
 *
 * It has no version number and grew its columns over time. Its lists, synced_items, sync_history
 * and sync_interval are renamed to *_original, kept as they are, and copied into ours; its other
 * tables are not touched. The last two functions belong to the first migration and do nothing to
 * an empty database.
 */
#ifndef LISTSYNC_STORE_TAKEOVER_H
#define LISTSYNC_STORE_TAKEOVER_H

#include "base/error.h"
#include "store/db.h"

/* Added to the path of the database. */
#define TAKEOVER_COPY ".before-listsync"

/*
 * Outside of a transaction and before anything else: copies the file of the original to
 * PATH.before-listsync (mode 0600), once. One that is there stays: it may be all that is left of
 * what a takeover that went wrong began with. Does nothing to any other database.
 */
enum error_code takeover_keep_copy(struct db *db, const char *path, struct error *error);
/* Before our tables are made: gives old ones the columns that they may lack, and other names. */
enum error_code takeover_set_aside(struct db *db, struct error *error);
/* After that: copies what they hold. Rows that name the same title become one, the newest wins. */
enum error_code takeover_copy(struct db *db, struct error *error);

#endif
