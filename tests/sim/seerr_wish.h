/*
 * seerr_wish.h: the body of POST /request, read and checked as Seerr's API validator does.
 */

#ifndef SIM_SEERR_WISH_H
#define SIM_SEERR_WISH_H

#include "call.h"
#include "catalogue.h"

#include <stdbool.h>

struct seerr_wish {
    enum kind kind;
    int tmdb;
    bool is4k;
    bool is4k_given; /* without it the real server does not look for duplicates at all */
    bool seasons_given;
    bool all_seasons;
    int *seasons; /* owned */
    size_t season_count;
    bool user_given; /* "userId" was there, and not null */
    int user;
};

/* False after a 400. */
bool seerr_wish_read(struct call *call, struct seerr_wish *wish);
void seerr_wish_free(struct seerr_wish *wish);

#endif
