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

/* The number of the group with these facts; 0 when there is none yet. */
#define ITEM_GROUP(status_, media_type_, decision_, source_, ignored_)                             \
    "COALESCE((SELECT item_groups.id FROM item_groups WHERE item_groups.status = " status_         \
    " AND item_groups.media_type = " media_type_ " AND item_groups.decision = " decision_          \
    " AND item_groups.provider_source = " source_ " AND item_groups.ignored = " ignored_ "), 0)"

/* Makes it, and fills it from the tables of the first step. */
enum error_code query_schema_make(struct db *db, struct error *error);

#endif
