/*
 * mdblist_items.h: titles of MDBList in each of the three shapes that it sends.
 *
 *   [{...}, ...]                       the public feed /json, and the API with unified=true
 *   {"movies": [...], "shows": [...]}  the API; one order over both, told by `rank`
 *   also "seasons", "episodes"         titles that Seerr cannot take alone
 * A title is {id (TMDB's), title, imdb_id, tvdb_id (once tvdbid), ids{imdb, tmdb, tvdb}, mediatype
 * (movie, show, seen: tv), release_year, rank}. Facts: the API description of 2026-02.
 */
#ifndef LISTSYNC_PROVIDERS_MDBLIST_ITEMS_H
#define LISTSYNC_PROVIDERS_MDBLIST_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json_value.h"
#include "providers/fetch.h"

/* Number of titles in the answer, or -1 when it has none of the shapes. */
long mdblist_items_count(const struct json_value *answer);
/* Adds them by rank; ends the fetch when they are not understood or too many. */
void mdblist_items_add(struct fetch *fetch, const struct json_value *answer);

#endif
