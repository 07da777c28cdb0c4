/*
 * poster_desk.h: who asks for a poster gets it: from the data directory, or from TMDB's image
 * server, whose path of it Seerr tells.
 *
 * Nothing else of TMDB is used, and no key: Seerr knows the path, and image.tmdb.org is asked for
 * the image alone, politely, and without following where it may lead. What is no JPEG, PNG or WebP
 * by its header and its first bytes, or larger than POSTER_BYTES_MOST, is not taken. What was not
 * to be had is remembered for a while, in memory: a title without a poster, and a server that does
 * not answer, so that a wall of posters does not knock on a closed door fifty times. Any thread.
 */
#ifndef LISTSYNC_SYNC_POSTER_DESK_H
#define LISTSYNC_SYNC_POSTER_DESK_H

#include "base/options.h"
#include "sync/poster_files.h"
#include "sync/runner.h"

#define POSTER_DESK_HOST "image.tmdb.org"

struct poster_desk;

extern const struct option poster_desk_options[]; /* POSTERS and POSTERS_MB */

enum {
    POSTER_DESK_MOST_MS = 15000,   /* a fetch takes no longer */
    POSTER_DESK_PAUSE_MS = 30000,  /* after a server did not answer, it is left alone */
    POSTER_DESK_MISS_MS = 3600000, /* after a title turned out to have none to be had */
    POSTER_DESK_BAD_MS = 600000,   /* after what came was no image */
};

/* NULL when the settings switch posters off. The tools are borrowed. */
struct poster_desk *poster_desk_new(const struct runner_tools *tools);
void poster_desk_free(struct poster_desk *desk); /* NULL is fine */

enum poster_answer {
    POSTER_HERE,
    POSTER_UNKNOWN,    /* has to be fetched */
    POSTER_NONE,       /* the title has none, or Seerr does not know the title */
    POSTER_UNREACHABLE /* Seerr or the image server does not answer well at the moment */
};

/* Without network and database: from the data directory, or from what is remembered of failures. */
enum poster_answer poster_desk_find(struct poster_desk *desk, const struct poster_key *key,
                                    struct poster_image *ret);
/* Fetches it, and keeps it; for threads that may wait. Never POSTER_UNKNOWN. When what is kept is
 * old and no newer one is to be had, the old one is given. */
enum poster_answer poster_desk_fetch(struct poster_desk *desk, struct store *store,
                                     const struct poster_key *key, struct poster_image *ret);
/* What the posters in the data directory take, as far as is known. */
int64_t poster_desk_bytes(struct poster_desk *desk);

/* Once a minute: connections that nobody used, and room in the data directory. NULL is fine. */
void poster_desk_tidy(struct poster_desk *desk);

#endif
