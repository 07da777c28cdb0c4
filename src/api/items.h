/*
 * items.h: pages of items, for the routes that answer with them.
 */
#ifndef LISTSYNC_API_ITEMS_H
#define LISTSYNC_API_ITEMS_H

#include "store/items_query.h"
#include "web/call.h"

extern const struct field api_item_fields[];
extern const struct field api_items_answer; /* a page of them */

/* The lists that an item is on, as its `list_sources`. */
extern const struct field api_item_source_fields[];
void api_put_item_sources(struct json_writer *json, const struct item_list_name *lists,
                          size_t count);

void api_put_item(struct call *call, const char *key, const struct queried_item *item);
/* Looks for them and answers with the page. */
void api_answer_items(struct call *call, const struct items_query *query);
/* The item whose number stands in the path as {id}; false: the call has failed. */
bool api_find_item(struct call *call, struct queried_item *ret);
extern const struct field api_item_id_parameters[];

#endif
