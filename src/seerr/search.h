/*
 * search.h: from an id or a title to TMDB, through Seerr's search.
 *
 * The IMDb look-up is the only one that tells "no such title" (200, nothing) from "TMDB trouble"
 * (500). An empty answer to a TVDB or title search proves nothing: TMDB trouble looks the same.
 */
#ifndef LISTSYNC_SEERR_SEARCH_H
#define LISTSYNC_SEERR_SEARCH_H

#include "base/arena.h"
#include "model/match.h"
#include "seerr/seerr.h"

/* /search?query=imdb:tt… and tvdb:… */
void search_imdb_request(const struct seerr *seerr, const char *imdb, struct http_request *request);
void search_tvdb_request(const struct seerr *seerr, int64_t tvdb, struct http_request *request);

/*
 * The one film or series that an id names, its texts in the arena. ERROR_NOT_FOUND: 200 and none. A
 * TVDB number may name a film and a series: `type` (unless unknown) picks; two of one kind are
 * ERROR_NOT_FOUND.
 */
enum error_code search_id_answer(const struct http_response *response, enum media_type type,
                                 struct arena *arena, struct candidate *ret, struct error *error);

/* One page of "TITLE year:YYYY". */
void search_title_request(const struct seerr *seerr, const char *title, int year, int page,
                          struct http_request *request);

struct search_page {
    struct candidate *candidates; /* in the arena, texts too */
    size_t count;
    int64_t results; /* all that the page holds, people and collections too */
    int64_t total_results;
    int64_t total_pages;
};

enum error_code search_title_answer(const struct http_response *response, struct arena *arena,
                                    struct search_page *ret, struct error *error);

#endif
