#include "store/items_query_sql.h"

#include "store/item_question.h"
#include "store/query_schema.h"

/*
 * The numbers are those of enum items_need. Without a decision no run of ours has met it: it moved
 * in from another program, and perhaps no list holds it any more.
 */
#define NEED                                                                                       \
    "CASE WHEN ignored = 1 OR decision = '' THEN 0 WHEN status IN ('error', 'request_failed') "    \
    "THEN 3"                                                                                       \
    " WHEN decision IN ('skip_declined', 'skip_deleted') THEN 4"                                   \
    " WHEN status = 'not_found' OR decision = 'unmatched' THEN 2 ELSE 0 END"

#define PLAIN                                                                                      \
    "($7 IS NULL OR media_type = $7) AND ($8 IS NULL OR status = $8)"                              \
    " AND ($9 IS NULL OR decision = $9) AND ($10 IS NULL OR provider_source = $10)"                \
    " AND ($11 = 0 OR ignored = 1) AND ($12 = 0 OR ($12 = 1 AND " NEED " > 0)"                     \
    "  OR " NEED " = $12)"

#define GROUPS     "SELECT item_groups.id FROM item_groups WHERE items > 0 AND " PLAIN
#define FITS_PLAIN "($6 = 0 OR group_id IN (" GROUPS "))"

/* The cheapest first. */
#define FITS_OTHERS                                                                                \
    "($14 = 0 OR year >= $14) AND ($15 = 0 OR (year > 0 AND year <= $15))"                         \
    " AND ($16 IS NULL OR instr(folded_title, $16) = 1"                                            \
    "  OR ($22 = 0 AND instr(folded_title, $16) > 0)"                                              \
    "  OR item_key = $17 OR source_id = $17 OR overseerr_id = $19)"                                \
    " AND ($13 = 0 OR EXISTS (SELECT 1 FROM list_items"                                            \
    "  WHERE list_items.item_id = synced_items.id AND list_items.list_id = $13))"

#define ALL(index, key, sign, last, direction)                                                     \
    {                                                                                              \
        "SELECT id, " key " FROM synced_items INDEXED BY synced_items_" index " WHERE " key        \
        " = $1 AND id " sign " $2 ORDER BY id " direction " LIMIT $4 OFFSET $5",                   \
            "SELECT id, " key " FROM synced_items INDEXED BY synced_items_" index " WHERE " key    \
            " " sign " $1 AND " key " " last " $3 ORDER BY " key " " direction ", id " direction   \
            " LIMIT $4 OFFSET $5"                                                                  \
    }

#define WALK(index, key, sign, last, direction)                                                    \
    {                                                                                              \
        "SELECT id, " key " FROM synced_items INDEXED BY synced_items_" index " WHERE " key        \
        " = $1 AND id " sign " $2 AND " FITS_PLAIN " AND " FITS_OTHERS " ORDER BY id " direction   \
        " LIMIT $4",                                                                               \
            "SELECT id, " key " FROM synced_items INDEXED BY synced_items_" index " WHERE " key    \
            " " sign " $1 AND " key " " last " $3 AND " FITS_PLAIN " AND " FITS_OTHERS             \
            " ORDER BY " key " " direction ", id " direction " LIMIT $4"                           \
    }

#define GROUP(index, key, sign, last, direction)                                                   \
    {                                                                                              \
        "SELECT id, " key " FROM synced_items INDEXED BY item_groups_" index                       \
        " WHERE group_id = $6 AND " key " = $1 AND id " sign " $2 ORDER BY id " direction          \
        " LIMIT $4",                                                                               \
            "SELECT id, " key " FROM synced_items INDEXED BY item_groups_" index                   \
            " WHERE group_id = $6 AND " key " " sign " $1 AND " key " " last " $3 ORDER BY " key   \
            " " direction ", id " direction " LIMIT $4"                                            \
    }

#define BOTH(way, index, key)                                                                      \
    {                                                                                              \
        way(index, key, "<", ">=", "DESC"), way(index, key, ">", "<=", "ASC")                      \
    }

#define ORDERS(way)                                                                                \
    {                                                                                              \
        [ITEMS_BY_RECENT] = BOTH(way, "recent", ITEM_KEY_RECENT),                                  \
        [ITEMS_BY_TITLE] = BOTH(way, "titled", ITEM_KEY_TITLE),                                    \
        [ITEMS_BY_YEAR] = BOTH(way, "dated", ITEM_KEY_YEAR),                                       \
        [ITEMS_BY_ADDED] = BOTH(way, "added", ITEM_KEY_ADDED),                                     \
    }

const struct items_walk items_all[ITEMS_ORDERS][2] = ORDERS(ALL);
const struct items_walk items_walks[ITEMS_ORDERS][2] = ORDERS(WALK);
const struct items_walk items_groups[ITEMS_ORDERS][2] = ORDERS(GROUP);

const char *const items_members[ITEMS_SETS] = {
    [ITEMS_OF_ID] = "SELECT id FROM synced_items WHERE " ITEM_HAS_ID " LIMIT $4",
    [ITEMS_OF_SEARCH] = "SELECT rowid FROM item_search WHERE item_search MATCH $23 LIMIT $4",
    [ITEMS_OF_PREFIX] = "SELECT id FROM synced_items WHERE folded_title >= $16"
                        " AND folded_title < $23 LIMIT $4",
    [ITEMS_OF_LIST] = "SELECT item_id FROM list_items WHERE list_id = $13"
                      " AND item_id IS NOT NULL LIMIT $4",
    [ITEMS_OF_YEARS] =
        "SELECT id FROM synced_items WHERE " ITEM_KEY_YEAR " >= MAX($14, 1)"
        " AND " ITEM_KEY_YEAR " <= CASE $15 WHEN 0 THEN 9223372036854775807 ELSE $15 END LIMIT $4",
    [ITEMS_OF_GROUPS] = "SELECT id FROM synced_items WHERE group_id IN (" GROUPS ") LIMIT $4",
};

#define SET(direction)                                                                             \
    "SELECT id, CASE $24 WHEN 0 THEN " ITEM_KEY_RECENT " WHEN 1 THEN " ITEM_KEY_TITLE              \
    " WHEN 2 THEN " ITEM_KEY_YEAR " ELSE " ITEM_KEY_ADDED " END AS key FROM synced_items"          \
    " WHERE id IN (SELECT value FROM json_each($25)) AND " FITS_PLAIN " AND " FITS_OTHERS          \
    " ORDER BY key " direction ", id " direction

const char *const items_set_pages[2] = {SET("DESC"), SET("ASC")};

const char items_groups_that_fit[] =
    "SELECT id, items FROM item_groups WHERE items > 0 AND " PLAIN " ORDER BY items DESC";
