/*
 * identities.h: the permanent id map: any id -> film or series in TMDB.
 *
 * Keys: "imdb:tt0133093", "tvdb:tv:81189", "tvdb:movie:12", "letterboxd:the-matrix" and other
 * source ids. What was found once holds for ever; what was proved not to exist is remembered with
 * the time, so that it can be asked again after a while.
 */
#ifndef LISTSYNC_STORE_IDENTITIES_H
#define LISTSYNC_STORE_IDENTITIES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/item.h"
#include "store/store.h"

enum { IDENTITY_NOTE_SIZE = 256 };

struct known_identity {
    bool is_miss;      /* looked for, not there */
    int64_t looked_at; /* wall ms */
    enum media_type media_type;
    int64_t tmdb;
    char imdb[16];                 /* "" when the key's title has none known */
    char note[IDENTITY_NOTE_SIZE]; /* the sentence: how it was found, or why it was not */
};

/* ERROR_NOT_FOUND when the key was never looked for. */
enum error_code identities_find(struct store *store, const char *key, struct known_identity *ret,
                                struct error *error);
/* Writes or overwrites; tmdb 0 and imdb "" records a miss. A hit is never replaced by a miss. */
enum error_code identities_learn(struct store *store, const char *key,
                                 const struct known_identity *identity, struct error *error);

#endif
