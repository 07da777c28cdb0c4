/*
 * newness.h: how many entries of a list are new to Seerr, as far as it can be told before a sync:
 * from what Seerr knows, and the ids that the list gives or that were found once. Nothing is
 * looked up. Reads the store; any thread with a store of its own.
 */
#ifndef LISTSYNC_SYNC_NEWNESS_H
#define LISTSYNC_SYNC_NEWNESS_H

#include "model/item.h"
#include "seerr/media.h"
#include "store/store.h"

/* Entries that Seerr cannot hold count nowhere. */
struct newness {
    int64_t new_to_seerr; /* not known to it, or known with neither a request nor a file */
    int64_t in_seerr;     /* there, asked for, or refused */
    int64_t unclear;      /* its TMDB id is not known yet */
};

struct newness newness_of(struct store *store, const struct media_sweep *media,
                          const struct entry_list *entries);

#endif
