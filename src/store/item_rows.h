/*
 * item_rows.h: which row of `synced_items` is this item? Inside store/ only.
 *
 * A row is found by the item's key. An item that was known by another id before (a row found by
 * the IMDb, TMDB, TVDB or source id, same kind, no id that speaks against it) keeps its row: the
 * key changes, and further rows that turn out to be the same item are folded into it.
 */
#ifndef LISTSYNC_STORE_ITEM_ROWS_H
#define LISTSYNC_STORE_ITEM_ROWS_H

#include "model/merge.h"
#include "store/store.h"

/* Finds or makes the row and brings its title, kind, year, ids and key up to date. */
enum error_code item_rows_settle(struct store *store, const struct item *item, const char *item_key,
                                 int64_t *ret_id, struct error *error);
/* The row that it would be, 0 when there is none yet. Changes nothing. */
enum error_code item_rows_find(struct store *store, const struct item *item, const char *item_key,
                               int64_t *ret_id, struct error *error);

#endif
