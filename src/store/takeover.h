/*
 * takeover.h: the database of the original ListSync, taken over in place.
 *
 * It has no version number and grew its columns over time. Its lists, synced_items, sync_history
 * and sync_interval are renamed to *_original, kept as they are, and copied into ours; its other
 * tables are not touched. Both functions belong to the first migration and do nothing to an
 * empty database.
 */
#ifndef LISTSYNC_STORE_TAKEOVER_H
#define LISTSYNC_STORE_TAKEOVER_H

#include "base/error.h"
#include "store/db.h"

/* Before our tables are made: gives old ones the columns that they may lack, and other names. */
enum error_code takeover_set_aside(struct db *db, struct error *error);
/* After that: copies what they hold. Rows that name the same title become one, the newest wins. */
enum error_code takeover_copy(struct db *db, struct error *error);

#endif
