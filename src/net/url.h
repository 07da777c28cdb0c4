/*
 * url.h: URLs taken apart and put together. Pure; libcurl's URL parser inside (url.c).
 */
#ifndef LISTSYNC_NET_URL_H
#define LISTSYNC_NET_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

enum { URL_HOST_SIZE = 256, URL_PATH_SIZE = 1024 };

struct url {
    char scheme[16];
    char host[URL_HOST_SIZE];  /* lower case, without port */
    int port;                  /* 0: the scheme's own */
    char path[URL_PATH_SIZE];  /* begins with "/"; percent-encoding as given */
    char query[URL_PATH_SIZE]; /* without "?"; "" when there is none */
};

/* http and https only; "imdb.com/list/ls1" without a scheme is taken as https. */
enum error_code url_parse(const char *text, struct url *ret, struct error *error);
bool url_looks_like_one(const char *text); /* has a scheme, or begins like a host with a path */

/* The host alone, lower case, of a URL of any length; false when it is no http or https URL. */
bool url_host_of(const char *text, char host[URL_HOST_SIZE]);
/* smtp:// or smtps:// (net/http_message.h), and the host of such a URL. */
bool url_is_mail(const char *text);
bool url_mail_host_of(const char *text, char host[URL_HOST_SIZE]);
/* "localhost" or a loopback address, of the web or of mail. */
bool url_is_of_this_machine(const char *text);
/* `reference` (a Location header) seen from `base`; free() it. NULL unless http or https. */
char *url_join(const char *base, const char *reference);
/* True when what was secret enough for `from` may go to `to`: the same scheme, host and port, or
 * the change from plain http to https of one host. */
bool url_keeps_secrets(const char *from, const char *to);

/* The n-th path segment decoded (from 0), "" when there are fewer. `segment` holds URL_PATH_SIZE.
 */
const char *url_segment(const struct url *url, size_t index, char *segment);
size_t url_segment_count(const struct url *url);
/* True for the host itself and hosts below it: "trakt.tv" also means "app.trakt.tv". */
bool url_host_is(const struct url *url, const char *domain);

/* Appends text with everything but A-Z a-z 0-9 - . _ ~ percent-encoded (Seerr refuses less). */
void url_encode(struct buffer *out, const char *text);

#endif
