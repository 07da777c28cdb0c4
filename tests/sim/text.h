/*
 * text.h: text forms that the stand-ins need: percent decoding, folding for title search, slugs,
 * HTML.
 */

#ifndef SIM_TEXT_H
#define SIM_TEXT_H

#include <stdio.h>

/* Decodes %XX in place (`+` stays a plus, as in Seerr's own reading). */
void text_decode_percent(char *text);

/*
 * Lower case, Latin accents taken off, apostrophes dropped, all other punctuation one space.
 * Freed by the caller.
 */
char *text_fold(const char *text);

/*
 * The folded text with dashes, ASCII only: "Schindler's List" -> "schindlers-list"; it may be
 * empty. Freed by the caller.
 */
char *text_slug(const char *text);

/* Writes `text` with & < > " ' escaped. */
void text_write_html(FILE *out, const char *text);

/* The current time as 2026-01-31T12:00:00.000Z into `out` (25 bytes). */
void text_write_now(char out[25]);

#endif
