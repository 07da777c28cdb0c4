/*
 * items_looking.h: one call of items_query on its way through the statements. Inside store/ only.
 *
 * items_query.c understands the question and reads the page that comes out; items_pages.c finds
 * which items are on it.
 */
#ifndef LISTSYNC_STORE_ITEMS_LOOKING_H
#define LISTSYNC_STORE_ITEMS_LOOKING_H

#include "store/item_question.h"
#include "store/items_query_sql.h"

enum {
    ITEMS_SET_MOST = 2000,  /* a set that is larger is not sorted for one page */
    ITEMS_LIST_MOST = 4000, /* the same for a list alone, which is seldom sorted */
};

/* Items alike: query_schema.h. */
struct items_group {
    int64_t id, items;
};

/* Numbers of items; one that is in a list twice may be there twice. */
struct items_members {
    int64_t *ids;
    size_t count, capacity;
};

/* One call on its way. */
struct items_looking {
    struct store *store;
    const struct items_query *query;
    bool ascending;
    bool has_plain, has_others; /* filters, as items_query_sql.h sorts them */

    char *folded; /* the search; NULL: none */
    char *match;  /* the phrase or the end of the range of its set */
    struct item_question question;
    enum items_set search_set;

    struct items_group *groups; /* that pass the plain filters */
    size_t group_count;

    struct items_members set; /* the smallest that all who fit belong to */
    enum items_set set_kind;

    struct item_place from; /* the page begins behind it */
    struct item_place last; /* the last that may come: its key alone counts */
    bool has_ties;          /* some may be at the key of `from` */

    struct item_place *places; /* of the page and one more, without the offset */
    size_t count, most;
    int64_t skipped;
    int64_t total;
    bool at_least;
};

bool items_looking_has_years(const struct items_looking *looking);
/* The groups that pass the plain filters, and how many items these are. */
enum error_code items_looking_groups(struct items_looking *looking, struct error *error);

/* Each fills `places`. By the index of the order, whatever fits. */
enum error_code items_pages_walk(struct items_looking *looking, struct error *error);
/* The same within each group; plain filters alone. */
enum error_code items_pages_merge(struct items_looking *looking, struct error *error);
/* Out of a small set, whose `total` is exact; `*ret_done` is false when no set is small. */
enum error_code items_pages_sort(struct items_looking *looking, bool *ret_done,
                                 struct error *error);

#endif
