/*
 * providers.h: which lists may be named over the API.
 */
#ifndef LISTSYNC_API_PROVIDERS_H
#define LISTSYNC_API_PROVIDERS_H

#include "base/error.h"
#include "model/list_ref.h"
#include "web/call.h"

/*
 * What somebody typed or pasted -> the list, as provider_parse, but for files of the server: these
 * are for whoever may log in there.
 */
enum error_code api_parse_list(const char *type, const char *input, struct list_ref *ret,
                               struct error *error);
/* Which field of the body is to blame when that failed. */
const char *api_field_of_list(struct call *call);

#endif
