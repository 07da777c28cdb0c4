/*
 * undo.h: takes back what a run asked for.
 *
 * Withdrawn are exactly the requests that this run made, that still exist under the number that
 * Seerr gave them for the same title, and that nobody has approved yet. Everything else is left
 * alone and named. What was withdrawn is remembered, so that the next sync does not ask again.
 */
#ifndef LISTSYNC_SYNC_UNDO_H
#define LISTSYNC_SYNC_UNDO_H

#include "sync/sync.h"

enum undo_outcome {
    UNDO_WITHDRAWN,
    UNDO_NOT_PENDING, /* approved, declined or done since: a person's decision stands */
    UNDO_GONE,        /* no longer in Seerr */
    UNDO_NOT_OURS,    /* the number names another title now */
    UNDO_FAILED,
};

struct undo_row {
    enum media_type media_type;
    int64_t tmdb;
    int64_t request_id;
    enum undo_outcome outcome;
    const char *message; /* why, for everything but UNDO_WITHDRAWN; in the arena */
};

struct undo_result {
    struct undo_row *rows;
    size_t count;
};

/* ERROR_NOT_FOUND when there is no such run; ERROR_REFUSED/UNREACHABLE when Seerr fails at once. */
enum error_code undo_run(const struct sync_tools *tools, struct arena *arena, int64_t run_id,
                         struct undo_result *ret, struct error *error);

#endif
