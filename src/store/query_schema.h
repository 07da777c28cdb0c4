/*
 * query_schema.h: what of the schema serves looking for items and runs: orders, groups, search and
 * sums. Inside store/ only; a part of the schema's second step (migrations.h).
 *
 * Every item belongs to a group (`item_groups`): items alike in status, kind, decision, source and
 * being ignored. Triggers keep the number of items of each group, so that a total costs a look at
 * some dozen rows, and each order has an index within the group, so that any choice of groups is
 * read in order without reading what does not belong to it.
 */
#ifndef LISTSYNC_STORE_QUERY_SCHEMA_H
#define LISTSYNC_STORE_QUERY_SCHEMA_H

#include "store/db.h"

/* What items are ordered by. An index serves only these very words. */
#define ITEM_KEY_RECENT "COALESCE(last_synced, '')"
#define ITEM_KEY_TITLE  "substr(folded_title, 1, 60)"
#define ITEM_KEY_YEAR   "COALESCE(year, 0)"
#define ITEM_KEY_ADDED  "COALESCE(first_seen, '')"

/* Makes it, and fills it from the tables of the first step. */
enum error_code query_schema_make(struct db *db, struct error *error);

#endif
