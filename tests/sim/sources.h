/*
 * sources.h: the stand-ins for the list sources, by host name. A call for them came to
 * /host/<host>/<path>.
 */

#ifndef SIM_SOURCES_H
#define SIM_SOURCES_H

#include "call.h"
#include "route.h"

struct title;

/* Takes the host off the path and finds the route; the host's name, or NULL for an unknown host. */
const char *sources_find_route(struct call *call);
void sources_answer(struct call *call);

/* One table per host. */
extern const struct route imdb_graphql_routes[];
extern const struct route imdb_web_routes[];
extern const struct route trakt_routes[];
extern const struct route letterboxd_routes[];
extern const struct route mdblist_web_routes[];
extern const struct route mdblist_api_routes[];
extern const struct route stevenlu_routes[];
extern const struct route tmdb_routes[];

/* TMDB's path of a title's poster, as Seerr passes it on; one film in twelve has none: NULL. */
char *tmdb_poster_path(const struct title *title); /* freed by the caller */

#endif
