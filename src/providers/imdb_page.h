/*
 * imdb_page.h: IMDb's own pages: lists, watchlists, charts and advanced searches, as saved by a
 * person or as answered in place of data.
 *
 * Source of facts: pages recorded from December 2023 to April 2026. All data of a page stands as
 * JSON in <script id="__NEXT_DATA__">, below props.pageProps. A page of a longer list holds its
 * first 250 titles and the total: read alone it is partial.
 */
#ifndef LISTSYNC_PROVIDERS_IMDB_PAGE_H
#define LISTSYNC_PROVIDERS_IMDB_PAGE_H

#include <stdbool.h>

#include "net/http_message.h"
#include "providers/fetch.h"

bool imdb_page_is_one(const struct http_response *response);
/* Reads the titles and ends the fetch. */
void imdb_page_read(struct fetch *fetch, const struct http_response *response);

#endif
