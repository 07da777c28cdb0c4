/*
 * lists.h: what routes about lists share.
 */
#ifndef LISTSYNC_API_LISTS_H
#define LISTSYNC_API_LISTS_H

#include "store/lists.h"
#include "web/call.h"

/* The list whose number stands in the path as {id}; false: the call has failed. */
bool api_find_list(struct call *call, struct stored_list *ret);

/* A list and what is chosen for it, as it goes out and comes in again. */
extern const struct field api_list_copy_fields[];
/*
 * What `choices` (an object that was checked against a table of fields, or NULL) says, over what
 * the list has; its texts are borrowed. false: the problems say what is wrong.
 */
bool api_take_list_choices(struct call *call, const struct json_value *choices,
                           struct stored_list *list, struct field_problems *problems);

#endif
