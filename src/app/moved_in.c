#include "app/moved_in.h"

#include <inttypes.h>

#include "app/words.h"
#include "base/memory.h"

static void print_lines(const struct move_in *move_in, FILE *out)
{
    static const char *const marks[] = {
        [MOVE_IN_TAKEN] = "+", [MOVE_IN_THERE] = "=", [MOVE_IN_LEFT] = "!"};

    for (size_t i = 0; i < move_in->count; i++)
        words_print(out, 4, "  %s %s.", marks[move_in->lines[i].result],
                    move_in->lines[i].sentence);
    if (move_in->count == MOVE_IN_LINES_MOST)
        words_print(out, 4, "  (there are more lines than are shown)");
}

void moved_in_print(const struct move_in *move_in, FILE *out, const char *kept_of)
{
    if (kept_of)
        words_print(out, 0,
                    "The data of the earlier ListSync are taken over. Its database is kept as it "
                    "was: %s" MOVE_IN_KEPT,
                    kept_of);
    print_lines(move_in, out);
    words_print(out, 0,
                "%s%" PRId64 " taken over, %" PRId64 " there already, %" PRId64 " left out.",
                move_in->dry_run ? "Nothing was changed. Without --dry-run: " : "",
                move_in->counts[MOVE_IN_TAKEN], move_in->counts[MOVE_IN_THERE],
                move_in->counts[MOVE_IN_LEFT]);
}
