/*
 * Any lines as a search: "title|original title|year|kind", first what is looked for, then the
 * candidates. Whatever is chosen has the title, the kind and the year, and nothing else has.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "model/match.h"
#include "model/title.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 32 };

static struct candidate read_line(char *line, int64_t tmdb)
{
    struct candidate candidate = {.tmdb = tmdb, .title = strsep(&line, "|")};

    candidate.original_title = strsep(&line, "|");
    const char *year = strsep(&line, "|");
    candidate.year = year ? (int)strtol(year, NULL, 10) : 0;
    candidate.media_type = media_type_from_word(line);
    return candidate;
}

static bool passes(const struct candidate *wanted, const struct candidate *candidate)
{
    int64_t distance = (int64_t)wanted->year - candidate->year;
    bool is_titled = title_same(wanted->title, candidate->title) ||
                     title_same(wanted->title, candidate->original_title) ||
                     title_same(wanted->original_title, candidate->title) ||
                     title_same(wanted->original_title, candidate->original_title);
    bool is_of_kind =
        candidate->media_type != MEDIA_UNKNOWN &&
        (wanted->media_type == MEDIA_UNKNOWN || wanted->media_type == candidate->media_type);

    return is_titled && is_of_kind && wanted->year > 0 && candidate->year > 0 && distance >= -1 &&
           distance <= 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *text = memory_text_n((const char *)data, size);
    struct candidate lines[LINES_MAX];
    size_t count = 0;

    for (char *rest = text, *line; count < LINES_MAX && (line = strsep(&rest, "\n")); count++)
        lines[count] = read_line(line, (int64_t)count);
    struct match match = match_choose(lines[0].title, lines[0].original_title, lines[0].year,
                                      lines[0].media_type, lines + 1, count - 1, true);
    CHECK(strlen(match.reason) > 0);
    for (size_t i = 1; i < count; i++)
        CHECK(!match.chosen || passes(&lines[0], &lines[i]) == (match.chosen == &lines[i]));
    return 0;
}
