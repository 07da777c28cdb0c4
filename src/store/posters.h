/*
 * posters.h: where TMDB has the poster of a title, as Seerr told; and that it has none.
 */
#ifndef LISTSYNC_STORE_POSTERS_H
#define LISTSYNC_STORE_POSTERS_H

#include "model/poster.h"
#include "store/store.h"

/* After so long a title that had no poster may have one. */
enum { POSTERS_NONE_VALID_MS = 604800000 /* 7 days */ };

/*
 * ERROR_NOT_FOUND when nobody told, or too long ago that there is none. "": it has none. A path is
 * always valid (model/poster.h).
 */
enum error_code posters_find(struct store *store, enum media_type media_type, int64_t tmdb,
                             char ret[POSTER_PATH_SIZE], struct error *error);
/* What is no valid path counts as none. Writes nothing when that is known already. */
enum error_code posters_learn(struct store *store, enum media_type media_type, int64_t tmdb,
                              const char *path, struct error *error);
/* For a path that turned out to lead nowhere. */
enum error_code posters_forget(struct store *store, enum media_type media_type, int64_t tmdb,
                               struct error *error);

#endif
