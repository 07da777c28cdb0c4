#include "model/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"

enum { TITLE_SHOWN = 80 }; /* bytes of a title in a reason */

/* What is looked for, folded once. */
struct wanted {
    char *title;
    char *original_title;
    int year;
    enum media_type media_type;
};

/* The candidates that pass, as distinct works. */
struct passing {
    const struct candidate *first;
    const struct candidate *second;
    size_t count;
    int year_low, year_high;
};

static void wanted_release(struct wanted *wanted)
{
    free(wanted->title);
    free(wanted->original_title);
}

static bool is_wanted_title(const struct wanted *wanted, const char *title)
{
    AUTO_FREE char *folded = title_fold(title);

    return *folded &&
           (strcmp(folded, wanted->title) == 0 || strcmp(folded, wanted->original_title) == 0);
}

static bool is_near_year(int a, int b)
{
    int64_t distance = (int64_t)a - b;

    return a > 0 && b > 0 && distance >= -1 && distance <= 1;
}

static bool passes(const struct wanted *wanted, const struct candidate *candidate)
{
    if (candidate->tmdb <= 0 || candidate->media_type == MEDIA_UNKNOWN)
        return false;
    if (wanted->media_type != MEDIA_UNKNOWN && wanted->media_type != candidate->media_type)
        return false;
    return is_near_year(wanted->year, candidate->year) &&
           (is_wanted_title(wanted, candidate->title) ||
            is_wanted_title(wanted, candidate->original_title));
}

static bool is_same_work(const struct candidate *a, const struct candidate *b)
{
    return a->media_type == b->media_type && a->tmdb == b->tmdb;
}

static void add_passing(struct passing *passing, const struct candidate *candidate)
{
    if (passing->count && is_same_work(passing->first, candidate))
        return;
    if (passing->count++ == 0) {
        passing->first = candidate;
        passing->year_low = passing->year_high = candidate->year;
    } else if (!passing->second) {
        passing->second = candidate;
    }
    if (candidate->year < passing->year_low)
        passing->year_low = candidate->year;
    if (candidate->year > passing->year_high)
        passing->year_high = candidate->year;
}

static void say(struct match *match, char *sentence)
{
    text_copy(match->reason, sizeof(match->reason), sentence);
    free(sentence);
}

static void say_chosen(struct match *match, const char *shown, int year)
{
    const struct candidate *chosen = match->chosen;
    const char *noun = media_type_noun(chosen->media_type);

    if (chosen->year == year)
        say(match, memory_print("the only %s of exactly this title and year: \"%s\", %d", noun,
                                shown, year));
    else
        say(match, memory_print("the only %s of exactly this title within one year of %d: "
                                "\"%s\", %d",
                                noun, year, shown, chosen->year));
}

static void say_several(struct match *match, const struct passing *passing, const char *shown)
{
    const struct candidate *a = passing->first;
    const struct candidate *b = passing->second;

    if (passing->count > 2)
        say(match, memory_print("several titles are called \"%s\", from %d to %d", shown,
                                passing->year_low, passing->year_high));
    else if (a->media_type != b->media_type)
        say(match, memory_print("a %s of %d and a %s of %d are called \"%s\"",
                                media_type_noun(a->media_type), a->year,
                                media_type_noun(b->media_type), b->year, shown));
    else
        say(match, memory_print("two %s are called \"%s\", %d and %d",
                                a->media_type == MEDIA_MOVIE ? "films" : "series", shown, a->year,
                                b->year));
}

static void say_none(struct match *match, const char *shown, const struct wanted *wanted)
{
    say(match, memory_print("no %s is called exactly \"%s\" and is from %d to %d",
                            media_type_noun(wanted->media_type), shown, wanted->year - 1,
                            wanted->year + 1));
}

static void judge(struct match *match, const struct wanted *wanted, const char *shown,
                  const struct candidate *candidates, size_t count, bool complete)
{
    struct passing passing = {0};

    for (size_t i = 0; i < count; i++)
        if (passes(wanted, &candidates[i]))
            add_passing(&passing, &candidates[i]);
    if (passing.count > 1) {
        say_several(match, &passing, shown);
    } else if (!complete) {
        say(match, memory_print("more titles were found for \"%s\" than could be read, so none is "
                                "certain to be the only one",
                                shown));
    } else if (passing.count == 1) {
        match->chosen = passing.first;
        say_chosen(match, shown, wanted->year);
    } else {
        say_none(match, shown, wanted);
    }
}

struct match match_choose(const char *title, const char *original_title, int year,
                          enum media_type media_type, const struct candidate *candidates,
                          size_t count, bool complete)
{
    struct match match = {0};
    char shown[TITLE_SHOWN];
    AUTO(wanted_release)
    struct wanted wanted = {.title = title_fold(title),
                            .original_title = title_fold(original_title),
                            .year = year,
                            .media_type = media_type};

    text_copy(shown, sizeof(shown), text_is_empty(title) ? "" : title);
    if (!*shown && original_title)
        text_copy(shown, sizeof(shown), original_title);
    if (!*wanted.title && !*wanted.original_title)
        say(&match, memory_text("the list gives no title to search for"));
    else if (year <= 0 || year > 9999)
        say(&match, memory_print("the list gives no year for \"%s\", and a title alone proves "
                                 "nothing",
                                 shown));
    else
        judge(&match, &wanted, shown, candidates, count, complete);
    return match;
}
