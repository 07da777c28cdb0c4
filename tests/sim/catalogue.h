/*
 * catalogue.h: the titles that this little world knows: what "TMDB" can find and what the lists are
 * made of.
 *
 * Real titles come from a tab separated file with the header row
 *     kind tmdb imdb tvdb title original_title year seasons
 * (kind is movie or tv; an empty or 0 id means none). Synthetic ones are made up on demand:
 * number n is tmdb 9000000+n, imdb tt9000000+n, a film, and every tenth a series of 3 seasons.
 * A catalogue never changes after it was filled, so it needs no lock.
 */

#ifndef SIM_CATALOGUE_H
#define SIM_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

enum kind {
    KIND_MOVIE,
    KIND_TV,
};

struct title {
    enum kind kind;
    int tmdb;
    int tvdb;   /* 0: none */
    char *imdb; /* NULL: none */
    char *name;
    char *original;
    int year;
    int seasons; /* without the specials; 0 for films */
    char *slug;  /* Letterboxd's: the title, and the year when an earlier title took the slug */
    char *folded;
    bool synthetic;
};

struct catalogue {
    struct title **titles; /* shuffled (always in the same way), the synthetic ones last in order */
    size_t count;
    size_t capacity;
    size_t real_count;
    void *by_tmdb; /* search trees (tsearch) over the same titles */
    void *by_imdb;
    void *by_tvdb;
    void *by_slug;
};

/* Reads `path`; false with a message on stderr when it cannot be read. */
bool catalogue_load(struct catalogue *catalogue, const char *path);
void catalogue_add_synthetic(struct catalogue *catalogue, size_t count);
void catalogue_free(struct catalogue *catalogue);

/* Each returns NULL when there is no such title. `kind_name` gives "movie" or "tv". */
const struct title *catalogue_by_tmdb(const struct catalogue *catalogue, enum kind kind, int tmdb);
const struct title *catalogue_by_imdb(const struct catalogue *catalogue, const char *imdb);
const struct title *catalogue_by_tvdb(const struct catalogue *catalogue, int tvdb);
const struct title *catalogue_by_slug(const struct catalogue *catalogue, const char *slug);
const char *kind_name(enum kind kind);
bool kind_parse(const char *name, enum kind *kind);

#endif
