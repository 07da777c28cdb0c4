/*
 * items_read.h: items whole, by number. Inside store/ only: items_query.h is its way out.
 */
#ifndef LISTSYNC_STORE_ITEMS_READ_H
#define LISTSYNC_STORE_ITEMS_READ_H

#include "store/items_query.h"

/* `*ret_found` is false when there is none. */
enum error_code items_read(struct store *store, struct arena *arena, int64_t id,
                           struct queried_item *ret, bool *ret_found, struct error *error);
/* The lists that hold the item now, by priority; each once. */
enum error_code items_read_lists(struct store *store, struct arena *arena, int64_t item_id,
                                 struct item_list_name **ret, size_t *ret_count,
                                 struct error *error);

#endif
