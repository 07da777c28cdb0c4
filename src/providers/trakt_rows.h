/*
 * trakt_rows.h: Trakt's rows as entries.
 *
 * Source of facts: API answers of 2018 to 2026 and the data export, which has the same rows. A row
 * of a list is {rank, type, TYPE: {title, year, ids}}; collections, charts and histories leave
 * `rank` or `type` out, "popular" writes the film itself. Seasons and episodes carry their `show`
 * beside them. `ids` is {trakt, slug, imdb, tmdb, tvdb, plex}, any of them null or missing.
 */
#ifndef LISTSYNC_PROVIDERS_TRAKT_ROWS_H
#define LISTSYNC_PROVIDERS_TRAKT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json_value.h"
#include "providers/fetch.h"

/*
 * Adds the first `most` rows. Rows that name nothing are not counted as read; when no row names
 * anything, the answer is not understood. `media_type` is what bare objects are. False: the
 * fetch is finished.
 */
bool trakt_rows_add(struct fetch *fetch, const struct json_value *rows, size_t most,
                    enum media_type media_type);

#endif
