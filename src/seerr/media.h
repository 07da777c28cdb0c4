/*
 * media.h: the state of everything that Seerr knows, in a handful of calls.
 *
 * GET /media?take=1000 pages, one at a time (the server has one thread: parallel pages gain
 * nothing). Sorted by id, newest first: rows added while paging repeat, rows deleted can hide
 * others, so a sweep that ends with fewer results than it began with is read again once.
 * Two rows for one title can exist; they are merged, the further status winning.
 */
#ifndef LISTSYNC_SEERR_MEDIA_H
#define LISTSYNC_SEERR_MEDIA_H

#include <stddef.h>

#include "base/map.h"
#include "model/media_state.h"
#include "seerr/seerr.h"

enum { MEDIA_PAGE_SIZE = 1000, MEDIA_ROWS_MAX = 1000000 };

struct media_sweep {
    bool is_4k;                 /* which of the two statuses is read */
    struct media_state *states; /* owned */
    size_t count;
    size_t capacity;
    struct map by_title; /* "movie:603" -> index + 1, as a pointer */
    int64_t skip;
    int64_t results; /* what the first page of this sweep said */
    bool finished;
    bool read_again;
};

void media_sweep_init(struct media_sweep *sweep, bool is_4k);
void media_sweep_release(struct media_sweep *sweep);
void media_sweep_request(const struct media_sweep *sweep, const struct seerr *seerr,
                         struct http_request *request);
/* Sets `finished` after the last page. */
enum error_code media_sweep_answer(struct media_sweep *sweep, const struct http_response *response,
                                   struct error *error);
/* NULL when Seerr does not know the title. */
const struct media_state *media_sweep_find(const struct media_sweep *sweep, enum media_type type,
                                           int64_t tmdb);

#endif
