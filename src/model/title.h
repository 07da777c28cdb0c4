/*
 * title.h: titles made comparable. utf8proc is included in title.c only.
 *
 * Two titles are the same when their folded forms are equal byte by byte: compatibility
 * decomposition and case folding, accents dropped (Amélie, AMELIE), ligatures and odd letters spelt
 * out (Æ ae, ß ss, ø o), "&" as "and", "·", ":" and other punctuation as a space or nothing
 * (WALL·E, WALL-E; M*A*S*H, MASH; S.W.A.T., SWAT), white space folded. Nothing else is guessed: no
 * similarity, no dropped article, no numeral rewritten: those make look-alikes equal. For the same
 * reason signs that tell titles apart stay (# % @ + $ and other symbols: #Alive is not Alive), and
 * so do the vowel and voicing marks of other scripts. A title with a lost character (U+FFFD) folds
 * to "": it equals nothing.
 */
#ifndef LISTSYNC_MODEL_TITLE_H
#define LISTSYNC_MODEL_TITLE_H

#include <stdbool.h>

/* A fresh copy, to be freed; "" for NULL and for text without a letter or digit. */
char *title_fold(const char *title);
/* True when both fold to the same, not empty, text. */
bool title_same(const char *a, const char *b);

/*
 * "Heat (1995)" -> "Heat" and 1995, in place; the year is 0 when there is none at the end.
 * "1917" and "2012" stay titles.
 */
int title_split_year(char *title);

const char *title_library_version(void); /* utf8proc's */

#endif
