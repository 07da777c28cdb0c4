/*
 * patience.h: asking again until something is so. The pauses grow, so that a busy machine is left
 * to what is waited for. The end is far away: it is there for what will never be so, not to say
 * how fast something has to be.
 *
 *     struct patience patience = {0};
 *     while (!has_ended(run))
 *         if (!patience_wait(&patience))
 *             fail_msg("run %d has not ended", run);
 */
#ifndef TESTS_SUPPORT_PATIENCE_H
#define TESTS_SUPPORT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

enum { PATIENCE_MOST_MS = 240000 }; /* ctest ends the whole program after 600 s */

struct patience {
    int64_t until_ms; /* steady */
    int pause_ms;
};

/* false: it took too long, counted from the first call. */
bool patience_wait(struct patience *patience);

#endif
