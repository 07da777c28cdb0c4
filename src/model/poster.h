/*
 * poster.h: what a poster is: whose, how large, where TMDB has it, and which bytes are one. Pure.
 */
#ifndef LISTSYNC_MODEL_POSTER_H
#define LISTSYNC_MODEL_POSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/item.h"

enum {
    POSTER_PATH_SIZE = 96,        /* "/f89U3ADr1oiB1s9GkdPOEpXUk5H.jpg" */
    POSTER_BYTES_MOST = 512 << 10 /* of one image */
};

enum poster_size { POSTER_SMALL, POSTER_MEDIUM, POSTER_LARGE, POSTER_SIZES };

/* For people, NULL-ended ("small"), and as TMDB calls them: by their width ("w154"). */
extern const char *const poster_size_words[POSTER_SIZES + 1];
const char *poster_size_width(enum poster_size size);
enum poster_size poster_size_from_word(const char *word); /* medium when it is none */

struct poster_key {
    enum media_type media_type; /* MEDIA_MOVIE or MEDIA_TV */
    int64_t tmdb;
    enum poster_size size;
};

/*
 * One name after a slash, of letters, digits, "-" and "_", that ends in .jpg, .jpeg, .png or .webp.
 * It becomes part of an address, and it comes from a stranger.
 */
bool poster_path_is_valid(const char *path);

/* "image/jpeg", "image/png" or "image/webp", as the first bytes say; NULL: none of these. */
const char *poster_kind_of(const char *bytes, size_t length);
/* Whether a Content-Type names one of these three; parameters behind it do not matter. */
bool poster_kind_is_known(const char *content_type);

#endif
