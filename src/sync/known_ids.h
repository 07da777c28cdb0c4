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

/* Writes down what the item was found to be. */
void known_ids_settle(struct item *item, enum media_type type, int64_t tmdb, enum proof proof,
                      const char *evidence);
/* Settles the item if any of its keys is known. */
bool known_ids_recall(struct run *run, struct item *item);
/* True while "there is no such title" is still believed of the key (NULL: false). */
bool known_ids_missed(struct run *run, const char *key);
bool known_ids_title_missed(struct run *run, const char *key);
/* tmdb 0 and imdb "": it was looked for and is not there. A failure goes to run->error. */
void known_ids_learn(struct run *run, const char *key, enum media_type type, int64_t tmdb,
                     const char *imdb);

#endif
