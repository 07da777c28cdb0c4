/*
 * trakt_forms.h: what people type or paste as a list of Trakt, for lists and charts alike.
 *
 * Canonical ids of lists (type "trakt"): "123", "lists/official/SLUG", "USER/lists/SLUG",
 * "USER/watchlist", "USER/favorites", "USER/collection", the last three also with "/movies" or
 * "/shows", "file:PATH". Charts: trakt_charts.h.
 * Taken are also pages of trakt.tv, www., app. and classic.trakt.tv; sorting and filters in a
 * query are dropped.
 */
#ifndef LISTSYNC_PROVIDERS_TRAKT_FORMS_H
#define LISTSYNC_PROVIDERS_TRAKT_FORMS_H

#include "base/error.h"
#include "model/list_ref.h"

/* One line for people. */
extern const char trakt_forms_text[];

/* Sets the type too, since a chart may be given where a list is expected. */
enum error_code trakt_forms_parse(const char *input, struct list_ref *ret, struct error *error);

/* A canonical id with everything but its "/" percent-encoded; free() it. */
char *trakt_forms_encode(const char *id);

#endif
