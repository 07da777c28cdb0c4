/*
 * words.h: how titles, sources and counts are written for people, in one place.
 */
#ifndef LISTSYNC_APP_WORDS_H
#define LISTSYNC_APP_WORDS_H

#include <stdio.h>

#include "model/merge.h"

/* "Heat (1995)", "Fargo (2014), series", "tt0111161" when there is no title. */
void words_print_title(FILE *out, const char *title, int64_t year, enum media_type type);
/* The same in an arena. A long title is cut so that the whole fits into so many columns. */
const char *words_title(struct arena *arena, const struct item *item, size_t columns);
/* "imdb:ls1, trakt:u/watchlist and 3 more": the first two say who asked first. */
const char *words_sources(struct arena *arena, const struct item *item);
/* "seasons 1 to 3 and 5", "season 2", "all seasons" or "" for a film */
const char *words_seasons(struct arena *arena, const struct item *item);

/* A stored word for people: "completed_with_errors" is "completed with errors". */
const char *words_plain(struct arena *arena, const char *word);
/* "1 list", "2 lists" */
const char *words_count(struct arena *arena, int64_t count, const char *one, const char *many);
/* Not more than so many columns, "..." in place of what is cut off. */
const char *words_cut(struct arena *arena, const char *text, size_t columns);
/* A paragraph: lines that end at blanks before the 80th column, each indented. */
void words_print_paragraph(FILE *out, const char *text, int indent);

#endif
