/*
 * item.h: what a list holds: a film or a series, with whatever the source knows of it.
 *
 * An entry is one line of one list, as read. Its texts live in the arena that was given when it
 * was added. Ids: 0 and NULL mean "not known"; sources also write "", "0" and null for that.
 */
#ifndef LISTSYNC_MODEL_ITEM_H
#define LISTSYNC_MODEL_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum media_type {
    MEDIA_UNKNOWN, /* the source does not tell films from series */
    MEDIA_MOVIE,
    MEDIA_TV,
};

/* "movie", "tv", "unknown" */
const char *media_type_word(enum media_type type);
/* "film", "series", "title": for sentences. */
const char *media_type_noun(enum media_type type);
/* Understands movie, film, tv, show, series in any case; MEDIA_UNKNOWN for the rest. */
enum media_type media_type_from_word(const char *word);

struct ids {
    char imdb[16]; /* "tt0111161", "" when not known */
    int64_t tmdb;  /* counted per media type: movie 1399 is not tv 1399 */
    int64_t tvdb;  /* likewise */
    const char
        *source_id; /* the source's own lasting name of the title, e.g. "letterboxd:heat-1995" */
};

/*
 * Takes "tt0111161" (also inside a URL) if it is well-formed: tt and 7 to 10 digits, not all 0.
 * Padding beyond seven digits is dropped, so that one id has one spelling.
 */
bool ids_set_imdb(struct ids *ids, const char *text);

/* What `more` knows and `ids` does not is taken over; `source_id` stays where it is. */
void ids_complete(struct ids *ids, const struct ids *more);

struct entry {
    const char *title; /* as the source writes it, without escapes; "" when it gives none */
    const char *original_title; /* NULL when the source gives none or the same */
    int year;                   /* 0 when the source gives none */
    enum media_type media_type;
    struct ids ids;
    int season; /* a season entry asks for this season only; 0 asks for the whole series */
    int rank;   /* from 1, the order of the list */
    const char *unsupported; /* what Seerr cannot hold, "a video game", or NULL */
};

struct entry_list {
    struct arena *arena; /* where texts go; borrowed */
    struct entry *items;
    size_t count;
    size_t capacity;
};

/* The most entries that one list may have; further ones end the fetch as partial. */
enum { ENTRY_LIST_MAX = 50000 };

void entry_list_init(struct entry_list *list, struct arena *arena);
void entry_list_release(struct entry_list *list);
/* Adds a copy (texts copied into the arena), ranked next if rank is 0; returns it. */
struct entry *entry_list_add(struct entry_list *list, const struct entry *entry);
/*
 * Drops later entries that name the same title and season by a shared id; keeps first ranks. What
 * only the repeat knows goes to the first. Entries that contradict each other both stay.
 */
void entry_list_drop_repeats(struct entry_list *list);

#endif
