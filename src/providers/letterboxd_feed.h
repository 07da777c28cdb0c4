/*
 * letterboxd_feed.h: the RSS feed of a member (USER/rss): the newest diary entries and reviews.
 *
 * From a feed saved in 2025-12: each entry has letterboxd:filmTitle, letterboxd:filmYear and
 * tmdb:movieId or tmdb:tvId, so nothing has to be looked up. Entries about lists stand in the same
 * feed, without ids and cut short; they are left out. The feed goes back about 50 entries.
 */
#ifndef LISTSYNC_PROVIDERS_LETTERBOXD_FEED_H
#define LISTSYNC_PROVIDERS_LETTERBOXD_FEED_H

#include "net/http_message.h"
#include "providers/fetch.h"

/* Adds the films of the feed and ends the fetch. */
void letterboxd_feed_read(struct fetch *fetch, const struct http_response *response);

#endif
