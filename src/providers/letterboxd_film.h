/*
 * letterboxd_film.h: the page of one film, which names its TMDB and IMDb ids.
 *
 * From pages saved in 2026-01: the links with data-track-action "TMDB" and "IMDb" say the kind as
 * well; the attributes of <body> say "movie" with an empty id on the page of a miniseries whose
 * link leads to /tv/91275, so they count only where there is no link.
 */
#ifndef LISTSYNC_PROVIDERS_LETTERBOXD_FILM_H
#define LISTSYNC_PROVIDERS_LETTERBOXD_FILM_H

#include "providers/provider.h"

void letterboxd_film_request(const char *source_id, struct http_request *request);
enum outcome letterboxd_film_answer(const struct http_response *response, struct identity *ret,
                                    struct error *error);

#endif
