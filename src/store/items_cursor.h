/*
 * items_cursor.h: where a page of items ended, as opaque text. Inside store/ only.
 *
 * It holds the order, the key of the last item and its number, in hexadecimal. It comes back from
 * strangers: it says where to go on and nothing else, so a forged one only moves the page.
 */
#ifndef LISTSYNC_STORE_ITEMS_CURSOR_H
#define LISTSYNC_STORE_ITEMS_CURSOR_H

#include "store/items_query.h"

/* A key of query_schema.h is at most 60 characters of up to four bytes. */
enum { ITEM_PLACE_KEY_SIZE = 60 * 4 + 1 };

/* A place in an order: that of an item, or one before or behind them all. */
struct item_place {
    char key[ITEM_PLACE_KEY_SIZE]; /* of an order by text */
    int64_t number;                /* of the order by year */
    int64_t id;
};

const char *items_cursor_write(struct arena *arena, enum items_order order, bool reversed,
                               const struct item_place *place);
/* ERROR_USAGE. */
enum error_code items_cursor_read(const char *cursor, enum items_order order, bool reversed,
                                  struct item_place *ret, struct error *error);

#endif
