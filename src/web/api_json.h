/*
 * api_json.h: the objects that several routes answer with, each as a field table and the function
 * that writes it. Times are ISO 8601 in UTC; null where there is none.
 */
#ifndef LISTSYNC_WEB_API_JSON_H
#define LISTSYNC_WEB_API_JSON_H

#include "store/items_query.h"
#include "store/lists.h"
#include "store/runs.h"
#include "web/call.h"

extern const struct field api_list_fields[];
void api_put_list(struct call *call, const char *key, const struct stored_list *list);

extern const struct field api_run_fields[];
void api_put_run(struct json_writer *json, const char *key, const struct stored_run *run);

#endif
