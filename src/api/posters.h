/*
 * posters.h: the field that says where the poster of a title is to be had.
 */
#ifndef LISTSYNC_API_POSTERS_H
#define LISTSYNC_API_POSTERS_H

#include "model/item.h"
#include "web/call.h"

#define API_POSTER_HELP                                                                            \
    "path of its poster here, below the base path; null: it has none, or posters are off"

/* Writes "poster". tmdb 0: it has none, or nobody knows what it is. */
void api_put_poster(struct call *call, enum media_type media_type, int64_t tmdb);

#endif
