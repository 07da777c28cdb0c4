#include "model/contradiction.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/title.h"

static bool same_title(const struct item *item, const char *title, const char *original_title)
{
    return title_same(item->title, title) || title_same(item->title, original_title) ||
           title_same(item->original_title, title) ||
           title_same(item->original_title, original_title);
}

static bool same_year(int a, int b)
{
    return !a || !b || abs(a - b) <= 1;
}

bool contradiction_same_work(const struct item *item, const char *title, const char *original_title,
                             int year)
{
    if (text_is_empty(item->title) || text_is_empty(title))
        return true;
    return same_year(item->year, year) && same_title(item, title, original_title);
}

static bool other_imdb(const struct item *item, const struct title_look *look)
{
    return *item->ids.imdb && *look->imdb && strcmp(item->ids.imdb, look->imdb) != 0;
}

static bool same_imdb(const struct item *item, const struct title_look *look)
{
    return *item->ids.imdb && strcmp(item->ids.imdb, look->imdb) == 0;
}

/* Titles are translated, years are not: only both together say that it is another work. */
static bool other_work(const struct item *item, const struct title_look *look)
{
    return !same_imdb(item, look) && item->year && look->year &&
           !same_year(item->year, look->year) && !text_is_empty(item->title) && *look->title &&
           !same_title(item, look->title, look->original_title);
}

bool contradiction_is_possible(const struct item *item)
{
    return item->proof == PROOF_LIST &&
           (*item->ids.imdb || (item->year && !text_is_empty(item->title)));
}

bool contradiction_find(const struct item *item, const struct title_look *look,
                        char reason[MATCH_REASON_SIZE])
{
    if (!contradiction_is_possible(item))
        return false;
    if (other_imdb(item, look))
        snprintf(reason, MATCH_REASON_SIZE,
                 "the list gives the IMDb id %s and the TMDB number %" PRId64
                 ", but that number is %s in IMDb",
                 item->ids.imdb, item->ids.tmdb, look->imdb);
    else if (other_work(item, look))
        snprintf(reason, MATCH_REASON_SIZE,
                 "the list means \"%.60s\" (%d), but its TMDB number %" PRId64 " is \"%.60s\" (%d)",
                 item->title, item->year, item->ids.tmdb, look->title, look->year);
    else
        return false;
    return true;
}
