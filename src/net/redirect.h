/*
 * redirect.h: where a redirect leads, as a change of the request. Pure.
 *
 * A GET follows 301, 302, 303, 307 and 308. Anything else follows only 307 and 308 (which promise
 * that nothing was done and that the method stays), and only where its secrets may go. Every
 * other redirect is an answer like any other and goes to the driver.
 */
#ifndef LISTSYNC_NET_REDIRECT_H
#define LISTSYNC_NET_REDIRECT_H

#include <stdbool.h>

#include "net/http_message.h"
#include "net/origins.h"

enum { REDIRECTS_MAX = 5 };

/*
 * True: `request` now names the new URL and is to be sent; its secret headers are gone if it leads
 * to another host, or from https to http. False: `request` is as it was.
 */
bool redirect_apply(struct http_request *request, const struct http_response *response,
                    const struct origins *origins);

#endif
