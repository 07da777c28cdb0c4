/*
 * api_lists.h: what routes about lists share.
 */
#ifndef LISTSYNC_WEB_API_LISTS_H
#define LISTSYNC_WEB_API_LISTS_H

#include "store/lists.h"
#include "web/call.h"

/* The list whose number stands in the path as {id}; false: the call has failed. */
bool api_find_list(struct call *call, struct stored_list *ret);

#endif
