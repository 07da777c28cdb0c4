#include "model/season_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { BITS_PER_WORD = 64, WORDS = sizeof(((struct season_set *)0)->bits) / sizeof(uint64_t) };

void season_set_add(struct season_set *set, int64_t season)
{
    if (season >= 1 && season <= SEASON_MAX)
        set->bits[season / BITS_PER_WORD] |= UINT64_C(1) << (season % BITS_PER_WORD);
}

bool season_set_has(const struct season_set *set, int season)
{
    return season >= 1 && season <= SEASON_MAX &&
           (set->bits[season / BITS_PER_WORD] >> (season % BITS_PER_WORD) & 1);
}

bool season_set_is_empty(const struct season_set *set)
{
    return season_set_count(set) == 0;
}

int season_set_count(const struct season_set *set)
{
    int count = 0;

    for (int i = 0; i < WORDS; i++)
        count += __builtin_popcountll(set->bits[i]);
    return count;
}

void season_set_add_all(struct season_set *set, const struct season_set *others)
{
    for (int i = 0; i < WORDS; i++)
        set->bits[i] |= others->bits[i];
}

struct season_set season_set_minus(const struct season_set *set, const struct season_set *others)
{
    struct season_set left = *set;

    for (int i = 0; i < WORDS; i++)
        left.bits[i] &= ~others->bits[i];
    return left;
}

struct season_set season_set_both(const struct season_set *set, const struct season_set *others)
{
    struct season_set both = *set;

    for (int i = 0; i < WORDS; i++)
        both.bits[i] &= others->bits[i];
    return both;
}

void season_set_format(const struct season_set *set, char text[SEASON_SET_TEXT])
{
    size_t length = 0;

    text[0] = '\0';
    for (int season = 1; season <= SEASON_MAX; season++)
        if (season_set_has(set, season))
            length += (size_t)snprintf(text + length, SEASON_SET_TEXT - length, "%s%d",
                                       length ? "," : "", season);
}

struct season_set season_set_parse(const char *text)
{
    struct season_set set = {0};
    char *end = NULL;

    for (const char *at = text; at && *at; at = *end ? end + 1 : end)
        season_set_add(&set, strtol(at, &end, 10));
    return set;
}

/* "3" or "1-3". */
static bool add_part(struct season_set *set, char *part)
{
    int64_t first = 0, last = 0;
    char *dash = strchr(part, '-');

    if (dash)
        *dash = '\0';
    if (!text_to_integer(text_trim(part), 1, SEASON_MAX, &first) ||
        !text_to_integer(text_trim(dash ? dash + 1 : part), first, SEASON_MAX, &last))
        return false;
    for (int64_t season = first; season <= last; season++)
        season_set_add(set, season);
    return true;
}

static enum error_code refuse_choice(const char *text, struct error *error)
{
    return error_set(error, ERROR_USAGE,
                     "\"%.60s\" names no seasons: write all, first, or numbers from 1 to %d such "
                     "as 1-3,5",
                     text, SEASON_MAX);
}

enum error_code season_set_of_choice(const char *text, struct season_set *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(text ? text : "");
    char *rest = text_trim(copy);
    char *part;

    *ret = (struct season_set){0};
    if (!*rest || text_equal_ignoring_case(rest, "all"))
        return ERROR_NONE;
    if (text_equal_ignoring_case(rest, "first")) {
        season_set_add(ret, 1);
        return ERROR_NONE;
    }
    while ((part = strsep(&rest, ",")))
        if (!add_part(ret, part))
            return refuse_choice(text, error);
    return ERROR_NONE;
}

/* The last season of the unbroken run that starts at `first`. */
static int end_of_run(const struct season_set *set, int first)
{
    while (season_set_has(set, first + 1))
        first++;
    return first;
}

void season_set_describe(const struct season_set *set, char text[SEASON_SET_TEXT])
{
    int left = season_set_count(set);
    size_t length = 0;

    if (left == 0) {
        text_copy(text, SEASON_SET_TEXT, "no season");
        return;
    }
    length += (size_t)sprintf(text, left == 1 ? "season" : "seasons");
    for (int season = 1, parts = 0; season <= SEASON_MAX; season++) {
        if (!season_set_has(set, season))
            continue;
        int last = end_of_run(set, season);
        if (last < season + 2) /* two in a row are named one by one */
            last = season;
        left -= last - season + 1;
        const char *joint = !parts++ ? " " : left ? ", " : " and ";
        length += (size_t)snprintf(text + length, SEASON_SET_TEXT - length, "%s%d", joint, season);
        if (last > season)
            length += (size_t)snprintf(text + length, SEASON_SET_TEXT - length, " to %d", last);
        season = last;
    }
}
