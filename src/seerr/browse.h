/*
 * browse.h: Seerr's search as a person uses it, to choose by eye what a title is.
 *
 * Nothing is decided by it: search.h is what the sync goes by.
 */
#ifndef LISTSYNC_SEERR_BROWSE_H
#define LISTSYNC_SEERR_BROWSE_H

#include <stddef.h>

#include "base/arena.h"
#include "model/item.h"
#include "seerr/seerr.h"

enum { BROWSE_MOST = 20 };

struct match_candidate {
    enum media_type media_type;
    int64_t tmdb;
    const char *title, *original_title, *overview, *poster; /* poster: TMDB's path, "" */
    int year;                                               /* 0: not known */
};

struct match_candidates {
    struct match_candidate *items; /* in the arena, texts too */
    size_t count;
};

/* `query`: part of a title, an IMDb id, or what Seerr understands: "tmdb:603", "heat year:1995". */
void browse_request(const struct seerr *seerr, const char *query, struct http_request *request);
/* Films and series only, as Seerr orders them. */
enum error_code browse_answer(const struct http_response *response, struct arena *arena,
                              struct match_candidates *ret, struct error *error);

#endif
