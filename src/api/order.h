/*
 * order.h: from what a caller asks for to a run in the queue. Used by every route that begins
 * one: a sync, a retry, the approval of a plan.
 */
#ifndef LISTSYNC_API_ORDER_H
#define LISTSYNC_API_ORDER_H

#include "store/lists.h"
#include "sync/runner.h"
#include "web/call.h"

enum { API_LISTS_MOST = 1000, API_ITEMS_MOST = 10000, API_EXCEPT_MOST = 5000 };

/* What an order is made of while it is put together; all in the call's arena. */
struct api_order {
    struct run_order order;
    int64_t *lists;
    int64_t *items;
    const struct stored_list *named; /* the one list that was named; NULL */
    struct run_ordered done;         /* after api_order_send: what waits or runs */
};

void api_order_init(struct call *call, struct api_order *order);
/* Each adds to it; false: the call has failed, with the reason said. */
bool api_order_add_list(struct call *call, struct api_order *order, const char *type,
                        const char *id);
bool api_order_add_lists(struct call *call, struct api_order *order,
                         const struct json_value *numbers);
/* Titles that are sent along. */
bool api_order_add_titles(struct call *call, struct api_order *order,
                          const struct json_value *titles);
/* Only these items are asked for, and the lists that hold them are read. False: it is full. */
bool api_order_add_item(struct api_order *order, int64_t item);
bool api_order_add_items(struct call *call, struct api_order *order,
                         const struct json_value *numbers);
/*
 * What that dry run would have requested but for the items of `except` (an array of numbers, or
 * NULL), and nothing else; its lists are read again.
 */
bool api_order_add_plan(struct call *call, struct api_order *order, int64_t run,
                        const struct json_value *except);
/* Queues it; on disk when this returns. */
bool api_order_send(struct call *call, struct api_order *order);

#endif
