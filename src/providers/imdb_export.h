/*
 * imdb_export.h: the CSV files that IMDb makes for the owner of a list, watchlist or ratings
 * (www.imdb.com/exports).
 *
 * Source of facts: exports of 2023 ("Title Type" as in the data service: tvSeries) and since 2024
 * ("Original Title" beside "Title", kinds as text: "TV Series"). Ratings hold the same columns in
 * another order, lists of people have "Name" for "Title". Columns are found by name.
 */
#ifndef LISTSYNC_PROVIDERS_IMDB_EXPORT_H
#define LISTSYNC_PROVIDERS_IMDB_EXPORT_H

#include "net/http_message.h"
#include "providers/fetch.h"

/* Reads the rows and ends the fetch. */
void imdb_export_read(struct fetch *fetch, const struct http_response *response);

#endif
