/*
 * origins.h: the map that sends traffic meant for a host to another base URL.
 *
 * `--origin HOST=URL` and LISTSYNC_ORIGINS (comma separated). The URL may carry a path, which is
 * put before the request's own: with "imdb.com=http://127.0.0.1:9/host/imdb.com" a request for
 * https://imdb.com/list/ls1?x=1 goes to http://127.0.0.1:9/host/imdb.com/list/ls1?x=1.
 * It is the only such switch; mirrors, proxies, the demo and every test use it.
 */
#ifndef LISTSYNC_NET_ORIGINS_H
#define LISTSYNC_NET_ORIGINS_H

#include "base/error.h"
#include "base/map.h"

struct origins {
    struct map bases; /* host (lower case) -> base URL, owned */
};

/* Adds "HOST=URL" or several joined with commas. ERROR_USAGE names the bad one. */
enum error_code origins_add(struct origins *origins, const char *text, struct error *error);
void origins_release(struct origins *origins);
/* Where a request for `url` really goes; free() it. `origins` may be NULL: nowhere else. */
char *origins_apply(const struct origins *origins, const char *url);
/*
 * Where a redirect of `url` leads, in real names; free() it. NULL when it leads to no http or
 * https URL. A mirror may answer with its own name and path or with those of the real host.
 */
char *origins_follow(const struct origins *origins, const char *url, const char *location);

#endif
