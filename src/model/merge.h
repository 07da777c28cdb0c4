/*
 * merge.h: entries of all lists joined into items: a title in five lists is one item with five
 * sources. Pure.
 *
 * Joined are entries that share an id, transitively: imdb; tmdb and kind; tvdb and kind; a
 * source's own id. An unknown kind takes the kind of what it is joined with. Titles never join.
 * If the joined entries disagree (two imdb ids, two tmdb ids of one kind, film and series), the
 * item keeps its imdb id, loses the disputed ids, and `conflict` says who says what: the resolver
 * may settle it by the imdb id (and then clears `conflict`), otherwise it stays unmatched. Disputed
 * tvdb ids are dropped without a conflict. Entries that Seerr cannot hold say nothing beside one
 * that it can.
 */
#ifndef LISTSYNC_MODEL_MERGE_H
#define LISTSYNC_MODEL_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/decision.h"
#include "model/item.h"
#include "model/list_ref.h"
#include "model/season_set.h"

struct merge_list {
    const struct list_ref *ref;
    const char *source; /* what people call it: "IMDb"; NULL: as ref->type */
    int64_t list_id;    /* the store's */
    int64_t requester;  /* Seerr user id; 0: the default */
    /* What is asked for of its series; empty: all. An entry that names a season asks for that. */
    struct season_set seasons;
    const struct entry *entries;
    size_t count;
};

struct item_source {
    const struct merge_list *list;
    int rank;
};

/* How an item's TMDB id was proved: the rule that `why` names. */
enum proof {
    PROOF_NONE,
    PROOF_LIST,   /* a list gave the TMDB id */
    PROOF_ID_MAP, /* found once before, remembered */
    PROOF_IMDB,   /* Seerr's look-up of the IMDb id */
    PROOF_TVDB,   /* Seerr's look-up of the TVDB id */
    PROOF_SOURCE, /* the source's own page of the title */
    PROOF_TITLE,  /* exact title, kind and year, the only one */
    PROOF_PERSON, /* a person said so: decides over everything else */
};

const char *proof_word(enum proof proof); /* "list", "id_map", "imdb", ... */

struct item {
    const char *title;
    const char *original_title;
    int year;
    enum media_type media_type;
    struct ids ids;
    bool whole_series;         /* some list asks for all of it */
    struct season_set seasons; /* else: the seasons that lists ask for */
    const char *unsupported;   /* what Seerr cannot hold, or NULL */
    const char *conflict;      /* a sentence, or NULL */
    struct item_source
        *sources; /* in the order of the lists, one each; the first is the requester's */
    size_t source_count;
    size_t source_capacity;

    enum proof proof;
    int64_t row;          /* of synced_items, when a person matched that one; 0 */
    const char *evidence; /* a sentence: which id or title proved it, or why nothing did */

    bool lookup_failed; /* nothing is proved: who was asked was in trouble; to be tried again */

    enum decision decision;
    const char *rule;   /* short word of the plan's rule */
    const char *reason; /* a sentence */
    struct season_set seasons_to_request;

    enum item_status status;
    const char *answer; /* what Seerr answered, or NULL */
    int64_t request_id; /* Seerr's, when we made one */
};

struct item_list {
    struct arena *arena; /* borrowed */
    struct item *items;
    size_t count;
    size_t capacity;
};

void item_list_init(struct item_list *list, struct arena *arena);
void item_list_release(struct item_list *list);

/*
 * Order of items: by list, then rank, of their first source. `ret` was initialised by the caller.
 * An undisputed TMDB id of known kind is proved already: PROOF_LIST, with its evidence.
 */
void merge_lists(const struct merge_list *lists, size_t count, struct item_list *ret);

/*
 * Joins items that resolving showed to be the same (same kind and TMDB id): sources and wanted
 * seasons move to the first of them; a person's word about one holds for both. Call after ids
 * were added.
 */
void merge_again(struct item_list *list);

/* "movie:tmdb:603", else "imdb:tt0133093", "tv:tvdb:81189", the source id, or "title:the
 * matrix:1999:movie". */
char *item_key(const struct item *item, struct arena *arena);

#endif
