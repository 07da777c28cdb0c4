/*
 * trakt_charts.h: the charts of Trakt, which are lists of type "trakt_special".
 *
 * Source of facts: docs.trakt.tv; the chart pages of trakt.tv have the same paths as the API.
 * A canonical id is "KIND:movies" or "KIND:shows", with ":PERIOD" behind where a chart has
 * periods and one was given (the API's own default is a week).
 */
#ifndef LISTSYNC_PROVIDERS_TRAKT_CHARTS_H
#define LISTSYNC_PROVIDERS_TRAKT_CHARTS_H

#include <stdbool.h>

#include "base/error.h"
#include "model/item.h"
#include "model/list_ref.h"

bool trakt_charts_is_kind(const char *word); /* "trending" */

/* Both fill in the whole reference, type included; `period` "" when none is given. */
enum error_code trakt_charts_set(const char *kind, const char *media, const char *period,
                                 struct list_ref *ret, struct error *error);
enum error_code trakt_charts_parse(const char *input, struct list_ref *ret, struct error *error);

/* Of a canonical id: the path of page and API, "movies/watched/weekly"; free() it. */
char *trakt_charts_path(const char *id);
enum media_type trakt_charts_media_type(const char *id);

#endif
