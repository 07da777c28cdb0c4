/*
 * letterboxd_page.h: one HTML page of a list, a watchlist or a member's films.
 *
 * Three ages of markup are known, from pages saved between 2023 and 2026:
 *   until 2025-08  li.poster-container or li.film-detail > div.film-poster[data-film-slug], the
 *                  slug alone or as /film/SLUG/; title in the picture's alt text or in h2
 *   until 2026-04  li.posteritem or li.griditem > div.react-component[data-item-slug,
 *                  data-item-name="Title (Year)", data-film-id]
 *   since then     the same without data-film-id
 * Only rows of the list's own container count: pages show other films beside it. What proves a
 * page: its own address (og:url, else the member in data-owner of <body>), the container, and a
 * slug in every row. What proves the end: no `a.next`, and the number of films that the page
 * states, in its description ("A list of 250 films ...") or in data-num-entries. A page without
 * films is an empty list only if it says 0.
 */
#ifndef LISTSYNC_PROVIDERS_LETTERBOXD_PAGE_H
#define LISTSYNC_PROVIDERS_LETTERBOXD_PAGE_H

#include "net/http_message.h"
#include "providers/fetch.h"

/* Adds the films of the page; leaves the path of the next one in `cursor` or ends the fetch. */
void letterboxd_page_read(struct fetch *fetch, const struct http_response *response);
/* A page that refuses (403, 404): private, not found or blocked, by what it says. */
void letterboxd_page_refused(struct fetch *fetch, const struct http_response *response);
/* "\u200ETitle" -> "Title": the site begins some names with a mark of direction. */
const char *letterboxd_page_clean(const char *text);

#endif
