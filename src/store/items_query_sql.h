/*
 * items_query_sql.h: the statements of items_query. Inside store/ only.
 *
 * Every combination of an order, a direction and a way to read is a literal of its own, so that
 * each has the plan that fits it; what is left to filter is bound, and NULL or 0 lets all pass.
 *
 * Ways to read, cheapest first for what they are good for:
 * - all: the index of the order, from a place on. Without filters.
 * - walk: the same, whatever fits. For filters that so many items pass that a page is soon full.
 * - group: the same within one group (query_schema.h); the pages of several groups are merged.
 * - set: a small set of items, whole, to be sorted.
 */
#ifndef LISTSYNC_STORE_ITEMS_QUERY_SQL_H
#define LISTSYNC_STORE_ITEMS_QUERY_SQL_H

#include "store/items_cursor.h"

enum { ITEMS_ORDERS = ITEMS_BY_ADDED + 1 };

/* What a small set can be made of; `ITEMS_SETS`: nothing. */
enum items_set {
    ITEMS_OF_ID,
    ITEMS_OF_SEARCH, /* a part of the title, three letters or more */
    ITEMS_OF_PREFIX, /* the start of the title */
    ITEMS_OF_LIST,
    ITEMS_OF_YEARS,
    ITEMS_OF_GROUPS,
    ITEMS_SETS
};

/*
 * Parameters. Not each statement has each; items_query.c binds by the kinds that are named here.
 * place:  $1 key (a number before any text), $2 id, $3 the last key that may come
 * $4:     limit; of all: $5 what is passed over before
 * $6:     of walk and set: 1 when there are plain filters; of group: its number
 * plain:  $7 kind, $8 status, $9 decision, $10 list type, $11 only ignored, $12 the need
 * others: $13 list, $14 and $15 years, $16 folded part of the title, $17 it as an id, $19 as a
 *         TMDB number, $22 1 when the title must start with it
 * ids:    $17 to $21 of item_question.h
 * $23:    the phrase of the search, or the end of the prefix's range
 * $24:    the order, of a set; $25 its members as a JSON array
 */
struct items_walk {
    const char *ties;   /* items of the place's key, behind it */
    const char *beyond; /* items of later keys */
};

extern const struct items_walk items_all[ITEMS_ORDERS][2];    /* by order, and ascending */
extern const struct items_walk items_walks[ITEMS_ORDERS][2];  /* likewise */
extern const struct items_walk items_groups[ITEMS_ORDERS][2]; /* likewise */

extern const char *const items_members[ITEMS_SETS]; /* their numbers, at most $4 */
/* Id and key of those of the set that fit, descending and ascending. */
extern const char *const items_set_pages[2];

/* Groups that pass the plain filters: number and items, the largest first. */
extern const char items_groups_that_fit[];

#endif
