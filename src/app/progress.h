/*
 * progress.h: shows a running sync: one line with a bar on a terminal, a line for each list and
 * each request elsewhere, nothing when quiet. Warnings go to stderr in any case.
 */
#ifndef LISTSYNC_APP_PROGRESS_H
#define LISTSYNC_APP_PROGRESS_H

#include <stdio.h>

#include "sync/speed.h"
#include "sync/sync.h"

struct progress {
    FILE *out;
    bool is_terminal;
    bool quiet; /* warnings only */
    enum sync_phase phase;
    struct speed speed; /* of the phase */
    int64_t last_drawn_ms;
    bool bar_shown;
    char subject[160]; /* what was done last, shown behind the bar */
};

/* Plain lines go to `out`; the returned observer refers to `progress`. */
struct sync_observer progress_observer(struct progress *progress, FILE *out, bool quiet);
/* Clears the bar before something else is printed. */
void progress_end(struct progress *progress);

#endif
