/*
 * answer_cache.h: answers that were given already and are still true. Any thread; one lock inside,
 * held for a look-up and a copy, never while an answer is made.
 *
 * Only for answers that depend on what the key names and on the store: those of ROUTE_CACHED. Each
 * is kept with the store's version (store_pool_version) from before it was made, and is true while
 * that has not changed. The least recently used go when there are too many.
 */
#ifndef LISTSYNC_WEB_ANSWER_CACHE_H
#define LISTSYNC_WEB_ANSWER_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

enum {
    ANSWER_CACHE_ENTRIES = 256,
    ANSWER_CACHE_BYTES = 1 << 20,     /* of keys and answers */
    ANSWER_CACHE_LARGEST = 192 << 10, /* larger answers are not kept */
};

struct answer_cache;

struct answer_cache *answer_cache_new(void);
void answer_cache_free(struct answer_cache *cache); /* NULL is fine */

/* Appends the answer to `ret`; false: there is none of that version. */
bool answer_cache_find(struct answer_cache *cache, const char *key, int64_t version,
                       struct buffer *ret);
/* Copies. */
void answer_cache_keep(struct answer_cache *cache, const char *key, int64_t version,
                       const struct buffer *answer);

/* Drops what nobody asked for since the last call. To be called now and then. */
void answer_cache_tidy(struct answer_cache *cache);

struct answer_cache_figures {
    int64_t found, missed, entries, bytes;
};
void answer_cache_figures(struct answer_cache *cache, struct answer_cache_figures *ret);

#endif
