/*
 * web_origin.h: whose page sent this, and under which name were we called: Origin and Host
 * headers compared with each other and with lists that a person gave. Pure; any thread.
 */
#ifndef LISTSYNC_WEB_WEB_ORIGIN_H
#define LISTSYNC_WEB_WEB_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { WEB_HOST_SIZE = 256 };

/* "listsync.lan:4222", "[::1]", taken apart: lower case, without brackets and final dot. */
struct web_host {
    char name[WEB_HOST_SIZE];
    int port; /* 0: none was given */
};

struct web_origin {
    bool is_secure; /* https */
    struct web_host host;
};

bool web_host_parse(const char *text, struct web_host *ret);
/* "https://list.example.org"; false for "null", other schemes and anything with a path. */
bool web_origin_parse(const char *text, struct web_origin *ret);

/*
 * True when a page of that origin was sent by whoever is called `host`. A port that is not given
 * is the origin's own. The scheme counts only when we know ours: a proxy that speaks TLS for us
 * need not say so.
 */
bool web_origin_is(const struct web_origin *origin, const struct web_host *host, bool is_tls);

/* Comma separated; ERROR_USAGE names the first that is none. */
struct web_origins {
    struct web_origin *items;
    size_t count;
    bool any; /* "*" */
};

struct web_hosts {
    struct web_host *items;
    size_t count;
};

enum error_code web_origins_parse(const char *text, struct web_origins *ret, struct error *error);
void web_origins_release(struct web_origins *origins);
bool web_origins_hold(const struct web_origins *origins, const struct web_origin *origin);

enum error_code web_hosts_parse(const char *text, struct web_hosts *ret, struct error *error);
void web_hosts_release(struct web_hosts *hosts);
/* Of an entry without a port every port counts. */
bool web_hosts_hold(const struct web_hosts *hosts, const struct web_host *host);

/*
 * A name that no stranger can point at us: an IP address, localhost, a single label, or below
 * .localhost, .local, .lan, .internal or .home.arpa, which public DNS does not hold.
 */
bool web_host_is_private(const struct web_host *host);

#endif
