/*
 * known_ids.h: what the permanent id map says of an item, and what it is to learn.
 *
 * The keys under which an item may be known; what was found once holds for ever, what was proved
 * missing is believed for a week (a title search: a day). Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_KNOWN_IDS_H
#define LISTSYNC_SYNC_KNOWN_IDS_H

#include "sync/run_state.h"

/* Keys in the arena; NULL when the item has nothing of that kind. */
const char *known_ids_imdb_key(const struct item *item, struct arena *arena);
const char *known_ids_tvdb_key(const struct item *item, struct arena *arena);
const char *known_ids_title_key(const struct item *item, struct arena *arena);
const char *known_ids_tmdb_key(const struct item *item, struct arena *arena);

/* Settles the item if any of its keys is known; needs no run. What it says of it: in the arena. */
bool known_ids_recall(struct store *store, struct arena *arena, struct item *item);

/*
 * Why there is no such title, as it was found within the last days; NULL when that was never
 * proved, or too long ago to be believed. A key of NULL has no answer.
 */
const char *known_ids_miss(struct run *run, const char *key);

/* What the item's IMDb id was once found to be; 0 and MEDIA_UNKNOWN when it is not known. */
enum media_type known_ids_of_imdb(struct run *run, const struct item *item, int64_t *ret_tmdb);

/* The item is this title: settled, and remembered under `key` (NULL: nowhere). */
void known_ids_found(struct run *run, struct item *item, const char *key, enum media_type type,
                     int64_t tmdb, enum proof proof, const char *evidence);
/* Proved: nothing answers to `key`. */
void known_ids_not_found(struct run *run, const char *key, const char *why);
/* What a source's page tells, which may be an IMDb id alone. A failure goes to run->error. */
void known_ids_learn(struct run *run, const char *key, enum media_type type, int64_t tmdb,
                     const char *imdb, const char *note);

#endif
