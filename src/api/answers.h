/*
 * answers.h: the objects that several routes answer with, each as a field table and the function
 * that writes it. Times are ISO 8601 in UTC; null where there is none.
 */
#ifndef LISTSYNC_API_ANSWERS_H
#define LISTSYNC_API_ANSWERS_H

#include "store/items_query.h"
#include "store/lists.h"
#include "store/runs.h"
#include "web/call.h"

/* The words of model/decision.h, NULL-ended, for parameters. */
extern const char *const api_status_words[];
extern const char *const api_decision_words[];

/* What people call a list: its description, a preset's title, or else the last part of its id. */
const char *api_list_name(const char *description, const char *list_type, const char *list_id);

extern const struct field api_list_fields[];
/* Members of a list that people choose, but for its description. */
void api_put_list_choices(struct json_writer *json, const struct stored_list *list);
void api_put_list(struct call *call, const char *key, const struct stored_list *list);

/* How many items are in each group of model/run_group.h. */
extern const struct field api_run_group_fields[];
extern const char *const api_run_group_words[]; /* NULL-ended, for parameters */
void api_put_run_groups(struct json_writer *json, const char *key, const int64_t *groups);

extern const struct field api_run_fields[];
void api_put_run(struct json_writer *json, const char *key, const struct stored_run *run);

#endif
