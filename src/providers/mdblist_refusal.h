/*
 * mdblist_refusal.h: answers of MDBList that are no list: statuses, {"error": "..."}, used up
 * quotas.
 *
 * Facts: the API description of 2026-02 (401 "Invalid API key", 404 "Not found"), headers recorded
 * in 2026-03: X-RateLimit-Limit, -Remaining and -Reset (Unix time); 429 with Retry-After and
 * "API Limit Reached!"; the public feed answers an object with `error` in place of the array.
 */
#ifndef LISTSYNC_PROVIDERS_MDBLIST_REFUSAL_H
#define LISTSYNC_PROVIDERS_MDBLIST_REFUSAL_H

#include <stdbool.h>

#include "base/json_value.h"
#include "net/http_message.h"
#include "providers/fetch.h"

/* Ends the fetch when the status says that this is no list. */
bool mdblist_refusal_by_status(struct fetch *fetch, const struct http_response *response);
/* Ends the fetch when the body is {"error": "..."}. */
bool mdblist_refusal_by_error(struct fetch *fetch, const struct http_response *response,
                              const struct json_value *answer);
/* Ends the fetch when a further request is due and the quota of the key is used up. */
bool mdblist_refusal_by_quota(struct fetch *fetch, const struct http_response *response);

#endif
