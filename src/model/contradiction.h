/*
 * contradiction.h: does what Seerr says of a TMDB number contradict what the lists say? Pure.
 *
 * A list's own number is believed, but not blindly: another IMDb id than the list's, or another
 * title and a year more than one off, and the number stands for another work.
 */
#ifndef LISTSYNC_MODEL_CONTRADICTION_H
#define LISTSYNC_MODEL_CONTRADICTION_H

#include <stdbool.h>

#include "model/match.h"
#include "model/media_state.h"
#include "model/merge.h"

/* `reason` is written only when there is one. What either side does not know contradicts nothing.
 */
bool contradiction_find(const struct item *item, const struct title_look *look,
                        char reason[MATCH_REASON_SIZE]);

/* A list gave the number, and something beside it that Seerr may contradict. */
bool contradiction_is_possible(const struct item *item);

/* The same title, or the original one, with a year at most one off; unknown counts as the same. */
bool contradiction_same_work(const struct item *item, const char *title, const char *original_title,
                             int year);

#endif
