/*
 * openapi.h: the OpenAPI 3.1 description of routes, printed from their table. Pure; any thread.
 *
 * What OpenAPI has no word for stands in "x-access" (none, read, sync, admin: what a caller must
 * be allowed) and "x-rest": the path parameter that takes the rest of the path, slashes included.
 */
#ifndef LISTSYNC_WEB_OPENAPI_H
#define LISTSYNC_WEB_OPENAPI_H

#include "base/json_writer.h"
#include "web/route.h"

/* `base_path` is what stands before our paths for whoever reads this: "" or "/listsync". */
void openapi_put(struct json_writer *json, const struct route *const *routes,
                 const char *base_path);
/* "/api/lists/{list_type}/{list_id...}" without the dots. Into the buffer's end. */
void openapi_put_path(struct buffer *text, const char *path);
/* "none", "read", "sync", "admin". */
const char *openapi_access_word(enum access access);

#endif
