/*
 * letterboxd_form.h: what a person typed or pasted -> which list of Letterboxd.
 *
 * Canonical ids: USER/watchlist, USER/films, USER/likes/films, USER/list/SLUG, the same with
 * /share/TOKEN, USER/rss, and file:PATH for a CSV file of the data export. Views and pages in an
 * address (/detail/, /by/ORDER/, /page/N/) change nothing and are dropped; filters (/genre/...,
 * /decade/...) would change what the list holds and are refused.
 */
#ifndef LISTSYNC_PROVIDERS_LETTERBOXD_FORM_H
#define LISTSYNC_PROVIDERS_LETTERBOXD_FORM_H

#include <stdbool.h>

#include "base/error.h"
#include "model/list_ref.h"

enum error_code letterboxd_form_parse(const char *input, struct list_ref *ret, struct error *error);
/* Is this canonical id the feed of a diary? */
bool letterboxd_form_is_feed(const struct list_ref *ref);
/* "heat-1995" from "/film/heat-1995/", "https://.../USER/film/heat-1995/1/" or the slug itself;
 * false when there is none. */
bool letterboxd_form_slug(const char *link, char *slug, int size);

#endif
