/*
 * items_read.h: items whole, by number. Inside store/ only: items_query.h is its way out.
 */
#ifndef LISTSYNC_STORE_ITEMS_READ_H
#define LISTSYNC_STORE_ITEMS_READ_H

#include "store/items_query.h"

/* `*ret_found` is false when there is none. */
enum error_code items_read(struct store *store, struct arena *arena, int64_t id,
                           struct queried_item *ret, bool *ret_found, struct error *error);

#endif
