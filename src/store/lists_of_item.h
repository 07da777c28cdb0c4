/*
 * lists_of_item.h: which lists hold an item now, all of them.
 */
#ifndef LISTSYNC_STORE_LISTS_OF_ITEM_H
#define LISTSYNC_STORE_LISTS_OF_ITEM_H

#include "base/arena.h"
#include "store/store.h"

/* Numbers of lists, in the arena, each once; none for an item that is not known. */
enum error_code lists_of_item(struct store *store, struct arena *arena, int64_t item_id,
                              int64_t **ret, size_t *ret_count, struct error *error);

#endif
