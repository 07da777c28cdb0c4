/*
 * forwarded.h: what reverse proxies say about the client: X-Forwarded-For, -Proto, -Host, -Prefix,
 * and Forwarded (RFC 7239) when none of those is there. Pure; any thread.
 *
 * Only proxies that the settings trust are believed. Each proxy adds the address of who called it
 * on the right, so the walk begins there and ends at the first address that is not trusted: that
 * is the client. What stands further left anybody could have written.
 */
#ifndef LISTSYNC_WEB_FORWARDED_H
#define LISTSYNC_WEB_FORWARDED_H

#include "web/message.h"

struct forwarded {
    /* The peer when nobody trusted says otherwise; "::" when a trusted proxy names no address:
     * then nobody knows, and nothing may be concluded from it. */
    struct address client;
    const char *proto;  /* "http" or "https"; NULL: nothing said */
    const char *host;   /* as "Host" would be; NULL */
    const char *prefix; /* "/listsync": taken off the path by the proxy; NULL */
};

/* `trusted` may be NULL: nobody. Texts are in the arena; malformed ones count as not said. */
void forwarded_read(const struct web_pairs *headers, const struct address *peer,
                    const struct address_ranges *trusted, struct arena *arena,
                    struct forwarded *ret);

/* True for what may stand in a Host header: a name or an address, perhaps a port. */
bool forwarded_host_is_sane(const char *host);

#endif
