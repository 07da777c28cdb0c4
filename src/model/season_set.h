/*
 * season_set.h: a set of season numbers 1 to 127. Season 0, the specials, is never in a set:
 * specials are left out of every request.
 */
#ifndef LISTSYNC_MODEL_SEASON_SET_H
#define LISTSYNC_MODEL_SEASON_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { SEASON_MAX = 127, SEASON_SET_TEXT = 520 };

struct season_set {
    uint64_t bits[2];
};

void season_set_add(struct season_set *set, int64_t season); /* outside 1..127: ignored */
bool season_set_has(const struct season_set *set, int season);
bool season_set_is_empty(const struct season_set *set);
int season_set_count(const struct season_set *set);
void season_set_add_all(struct season_set *set, const struct season_set *others);
struct season_set season_set_minus(const struct season_set *set, const struct season_set *others);
struct season_set season_set_both(const struct season_set *set, const struct season_set *others);

/* "1,2,5": as stored and as shown. */
void season_set_format(const struct season_set *set, char text[SEASON_SET_TEXT]);
struct season_set season_set_parse(const char *text); /* NULL and "" are the empty set */
/*
 * What a person writes for the seasons that a list's series are asked for: "all", "first", or
 * numbers and ranges such as "1-3,5". "all" (also NULL and "") gives the empty set. ERROR_USAGE
 * says what may stand there.
 */
enum error_code season_set_of_choice(const char *text, struct season_set *ret, struct error *error);
/* "season 3", "seasons 1 to 4 and 7", "no season": for sentences. */
void season_set_describe(const struct season_set *set, char text[SEASON_SET_TEXT]);

#endif
