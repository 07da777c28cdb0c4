/*
 * words.h: how titles, sources, decisions and counts are written for people, in one place.
 *
 * Whatever comes from lists and servers is printed with words_print() or in a table: both make it
 * harmless first, and keep to the width of the terminal.
 */
#ifndef LISTSYNC_APP_WORDS_H
#define LISTSYNC_APP_WORDS_H

#include <stdio.h>

#include "model/merge.h"

/* Columns of the terminal that `out` is; SIZE_MAX when it is a pipe or a file: nothing is cut. */
size_t words_columns(FILE *out);
/*
 * One line for people, without its newline: harmless, and wrapped at blanks to the columns of
 * `out`; further lines are indented by `hang`.
 */
void words_print(FILE *out, int hang, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for text that is harmless already, in so many columns. No line ends in blanks. */
void words_wrap(FILE *out, const char *text, int hang, size_t columns);
/* Each line is indented. */
void words_print_paragraph(FILE *out, const char *text, int indent);
/* A help text, its lines joined and broken anew; what has two columns goes on in the second. */
void words_print_help(FILE *out, const char *text);

/* "Heat (1995)", "Fargo (2014), series", "(no title)" */
const char *words_title_of(struct arena *arena, const char *title, int64_t year,
                           enum media_type type);
/* The same; "tt0111161" when there is no title, and cut so that it fits into so many columns. */
const char *words_title(struct arena *arena, const struct item *item, size_t columns);
/* "imdb:ls1, trakt:u/watchlist and 3 more": the first two say who asked first. */
const char *words_sources(struct arena *arena, const struct item *item);
/* "seasons 1 to 3 and 5", "season 2", "all seasons" or "" for a film */
const char *words_seasons(struct arena *arena, const struct item *item);

/* What was decided and what came of it: "already available", "requested", "would be requested". */
const char *words_verdict(enum decision decision, enum item_status status);
/* The same of a status alone, as the database holds it: "already_available". */
const char *words_status(const char *status);
/* How a TMDB number was proved, by its word in the database: "Seerr knows the IMDb id". */
const char *words_proof(const char *proof);
/* "2026-11-22 09:33" of "2026-11-22 09:33:56": what happened in one run has one time. */
const char *words_time(struct arena *arena, const char *utc);

/* A stored word for people: "completed_with_errors" is "completed with errors". */
const char *words_plain(struct arena *arena, const char *word);
/* "1 list", "2 lists" */
const char *words_count(struct arena *arena, int64_t count, const char *one, const char *many);
/* Not more than so many columns, "..." in place of what is cut off. */
const char *words_cut(struct arena *arena, const char *text, size_t columns);

#endif
