/*
 * imdb_graphql.h: questions to IMDb's data service and its answers.
 *
 * Source of facts: answers recorded in July and August 2026 at https://api.graphql.imdb.com/. It
 * takes plain queries as POST without key or cookie, but refuses (nginx, 403) whoever sends no
 * x-imdb-client-name. A page has at most 250 edges. Errors come with status 200: a private list
 * is FORBIDDEN, a list that is not there RESOURCE_NOT_FOUND (in extensions.code, or only at the
 * start of the message), an unknown user a null without any error.
 */
#ifndef LISTSYNC_PROVIDERS_IMDB_GRAPHQL_H
#define LISTSYNC_PROVIDERS_IMDB_GRAPHQL_H

#include "net/http_message.h"
#include "providers/fetch.h"
#include "providers/imdb_charts.h"

/* Ids are given checked: their letters and digits need no escape. `cursor` "" for the first. */
void imdb_graphql_ask_profile(struct http_request *request, const char *profile_id);
void imdb_graphql_ask_list(struct http_request *request, const char *list_id, const char *cursor);
void imdb_graphql_ask_watchlist(struct http_request *request, const char *user_id,
                                const char *cursor);
void imdb_graphql_ask_chart(struct http_request *request, const struct imdb_chart *chart);

/* The "ur..." behind a profile into the arena; NULL: the fetch is finished. */
const char *imdb_graphql_read_profile(struct fetch *fetch, const struct http_response *response);
/* One page of anything else: adds the titles, then moves the cursor or ends the fetch. */
void imdb_graphql_read_titles(struct fetch *fetch, const struct http_response *response);

#endif
