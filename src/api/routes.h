/*
 * routes.h: all that the API can do, as one table of routes. The handlers are in the files beside
 * this one, each with the table of its routes; routes.def names the tables in the order of the
 * description. Any thread.
 */
#ifndef LISTSYNC_API_ROUTES_H
#define LISTSYNC_API_ROUTES_H

#include "web/route.h"

/* NULL-ended, in the order in which they are described. */
const struct route *const *routes_all(void);

#endif
