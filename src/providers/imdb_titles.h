/*
 * imdb_titles.h: IMDb's titles as entries: their kinds, and the objects that describe them.
 *
 * Source of facts: answers of the data service and `__NEXT_DATA__` of pages, recorded 2023 to
 * 2026. A title is {id, titleText{text}, originalTitleText{text}, titleType{id},
 * releaseYear{year}}; search results write the same flat: {titleId, titleText, releaseYear ...}.
 * The edge of a list holds it as `title`, `listItem`, `node.listItem` or `node.item`, of a chart as
 * `node`, of the box office as `title`; a search result is it.
 */
#ifndef LISTSYNC_PROVIDERS_IMDB_TITLES_H
#define LISTSYNC_PROVIDERS_IMDB_TITLES_H

#include <stdbool.h>

#include "base/json_value.h"
#include "providers/fetch.h"

/*
 * Media type or `unsupported` by IMDb's word for the kind, in the way of the service
 * ("tvMiniSeries") or of exports ("TV Mini Series"); a word that is not known leaves
 * MEDIA_UNKNOWN.
 */
void imdb_titles_set_kind(struct entry *entry, const char *kind);

/*
 * Adds the titles of an array of edges. Edges without a title (deleted, hidden) are not counted
 * as read; when no edge has one, or it is no array, the answer is not understood. False: the
 * fetch is finished.
 */
bool imdb_titles_add(struct fetch *fetch, const struct json_value *edges);

/* Name and time of last change of a list {name{originalText}, lastModifiedDate}. */
void imdb_titles_set_about(struct fetch *fetch, const struct json_value *list);

#endif
