/*
 * lists.h: which lists exist at the sources, and what is on them: the table in lists.c.
 *
 * A list takes every n-th title of the catalogue, so that lists overlap and are the same on every
 * run. Two families of ids carry their size with them, for benchmarks:
 *     mdblist  bench/films-N   the first N synthetic films
 *     imdb     ls9NNNNNNNNN    the first N synthetic titles
 */

#ifndef SIM_LISTS_H
#define SIM_LISTS_H

#include "sim.h"

enum list_state {
    LIST_OK,
    LIST_EMPTY,
    LIST_PRIVATE,
    LIST_BLOCKED,
    LIST_MISSING,
};

/* What else is on a list, beside whole films and series. */
enum list_extra {
    EXTRA_GAME = 1,       /* something that Seerr cannot hold */
    EXTRA_EPISODE = 2,    /* an episode (and at Trakt a season) of a series */
    EXTRA_REPEAT = 4,     /* the first title once more at the end */
    EXTRA_OLD_MARKUP = 8, /* Letterboxd as it was until August 2025 */
    EXTRA_2025_MARKUP = 16,
};

struct list {
    const char *name;
    enum list_state state;
    unsigned extras;
    const struct title **titles; /* in rank order */
    size_t count;
};

/*
 * The list as it is now, with what POST /sim/list has changed; list_free it. One that is not in
 * the table comes back as LIST_MISSING.
 */
struct list list_open(struct sim *sim, const char *source, const char *id);
void list_free(struct list *list);

/* The id of a row of `source` that occurs anywhere in `text`, or NULL. For charts named in a query.
 */
const char *list_named_in(const char *source, const char *text);

/* Remembers a change: {source, id, drop: [tmdb or imdb ids], state: "ok|private|…"}. */
bool list_edit(struct sim *sim, const json_t *edit);

#endif
