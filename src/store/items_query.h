/*
 * items_query.h: items as a person looks for them: search, filters, order, pages.
 *
 * Pages go by cursor, so that a page neither repeats nor skips what was on the one before while a
 * sync adds items; the original's page numbers are served too (`offset`). An item whose place in
 * the order changes between two pages (a sync makes it the most recent) is where it is now: it
 * may be met again, or on the first page. No query scans a table: searching uses the index of
 * three-letter pieces (FTS5), or the start of the title for one or two letters; every order has an
 * index.
 *
 * The total is exact while the filters are kind, status, decision, provider, `only_ignored` and
 * `needs_person`, or narrow the items down to a few thousand; else it is a lower bound, for to
 * count them costs more than the page.
 */
#ifndef LISTSYNC_STORE_ITEMS_QUERY_H
#define LISTSYNC_STORE_ITEMS_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/runs.h"

enum items_order {
    ITEMS_BY_RECENT, /* last_synced, newest first */
    ITEMS_BY_TITLE,
    ITEMS_BY_YEAR,  /* newest first */
    ITEMS_BY_ADDED, /* first seen by us, newest first */
};

/* What an ignored item never waits for, nor one that moved in and was on no list since. Each item
 * that needs a person belongs to just one kind. */
enum items_need {
    ITEMS_NEED_NOTHING, /* as a filter: whatever they need */
    ITEMS_NEED_ANYTHING,
    ITEMS_NEED_IDENTITY, /* not identified */
    ITEMS_NEED_RETRY,    /* the last request failed */
    ITEMS_NEED_CONSENT,  /* declined or deleted in Seerr */
};

struct items_query {
    const char *search;         /* part of the title, as title_same compares; or an id as in
                                   runs_explain; NULL or blank: all */
    const char *media_type;     /* "movie", "tv"; NULL: all */
    const char *status;         /* item status word; NULL: all */
    const char *decision;       /* decision word of the last real run; NULL: all */
    const char *provider;       /* list type that the item came by: of its first list; NULL: all */
    int64_t list_id;            /* 0: all */
    int64_t year_from, year_to; /* both included; 0: any; no item without a year fits else */
    bool only_ignored;
    enum items_need needs_person;
    enum items_order order;
    bool reversed;
    int limit;          /* 1..500 */
    int64_t offset;     /* page numbers of the original; 0 with a cursor */
    const char *cursor; /* of the page before; NULL: the first */
};

struct item_list_name {
    int64_t list_id;
    const char *type, *id, *description;
    int64_t rank;
};

/* What a person said an item is (table `item_matches`); it decides before everything else. */
struct item_match {
    const char *item_key; /* item_key() of model/merge.h, or an id map key: "imdb:tt0133093" */
    enum media_type media_type;
    int64_t tmdb;
    const char *title; /* of the choice, for people */
    const char *who;
    int64_t item_id; /* when it is read: the row that was matched */
};

struct queried_item {
    int64_t id;
    const char *title;
    int64_t year;
    enum media_type media_type;
    struct ids ids;
    const char *status, *decision, *rule, *reason; /* "" when none */
    const char *proof, *error_message;
    const char *first_seen, *last_synced; /* UTC text, "" */
    int64_t run_id;                       /* the last real run that decided it; 0 */
    bool ignored;
    bool has_no_poster; /* it is known that TMDB has none; else nobody knows, or there is one */
    const struct item_match *match; /* the last that was said of it; NULL: nobody did */
    struct item_list_name *lists;
    size_t list_count;
};

struct queried_items {
    struct queried_item *items;
    size_t count;
    int64_t total;           /* that fit the filters */
    bool at_least;           /* there are more than `total`, which was not counted to its end */
    const char *next_cursor; /* NULL at the end */
};

/* ERROR_USAGE for a cursor that is none of ours, or of another order. */
enum error_code items_query(struct store *store, struct arena *arena,
                            const struct items_query *query, struct queried_items *ret,
                            struct error *error);
/* One item whole, by number; ERROR_NOT_FOUND. The story is that of runs_explain. */
enum error_code items_find(struct store *store, struct arena *arena, int64_t id,
                           struct queried_item *ret, struct error *error);
enum error_code items_story(struct store *store, struct arena *arena, int64_t id,
                            struct item_story *ret, struct error *error);

/* Is there an item with one of the entry's ids? Trouble with the store counts as no. */
bool items_know(struct store *store, const struct entry *entry);

/*
 * Says of this key what the item is; ERROR_NOT_FOUND when there is no such item. An item may have
 * several keys, all of the same choice: another choice forgets what was said before.
 */
enum error_code item_matches_put(struct store *store, int64_t item_id,
                                 const struct item_match *match, struct error *error);
/* All that was said of the item; nothing is fine too. */
enum error_code item_matches_drop(struct store *store, int64_t item_id, struct error *error);
/* By item_key; ERROR_NOT_FOUND. */
enum error_code item_matches_find(struct store *store, struct arena *arena, const char *item_key,
                                  struct item_match *ret, struct error *error);
/* All of them, for one run; the match and its texts are gone after the call. */
enum error_code item_matches_each(struct store *store,
                                  void (*visit)(void *context, const struct item_match *match),
                                  void *context, struct error *error);

#endif
