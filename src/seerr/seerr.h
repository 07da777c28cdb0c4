/*
 * seerr.h: the Overseerr / Jellyseerr / Seerr client, sans I/O: what every call shares.
 *
 * Each call is a pair: x_request() fills in a request, x_answer() reads the answer to it. What the
 * three servers really answer was measured on them (docs/seerr.md names the traps). The
 * caller drives the calls through net/client.h: reads in parallel (4, at most 8), writes one at a
 * time: parallel writes lose requests.
 */
#ifndef LISTSYNC_SEERR_SEERR_H
#define LISTSYNC_SEERR_SEERR_H

#include <stdint.h>

#include "base/error.h"
#include "base/json_value.h"
#include "base/secret.h"
#include "net/http_message.h"

struct seerr {
    const char *base_url; /* as the user gave it, may carry a path; without /api/v1; borrowed */
    struct secret key;    /* owner: whoever filled it in */
};

/* "http://host:5055/", ".../api/v1" and the like -> "http://host:5055"; ERROR_USAGE. free() it. */
enum error_code seerr_normalise_url(const char *text, char **ret, struct error *error);

/* What http_request.party says of every call here. */
#define SEERR_PARTY "seerr"

/* GET {base}/api/v1{path}, with the key. */
void seerr_get(const struct seerr *seerr, struct http_request *request, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The key and the party; for calls that are no GET. */
void seerr_sign(const struct seerr *seerr, struct http_request *request);
/* Adds X-API-User: acts with that user's rights. 0: the key's own user. */
void seerr_act_as(struct http_request *request, int64_t user);

/*
 * The document of an answer, with every way in which it may not be one explained: a web page
 * instead of JSON (wrong address or base path), 401 and 403 (key), CSRF protection, 404, 5xx.
 * ERROR_REFUSED: it said no for good; ERROR_FORMAT: this is no Seerr; ERROR_UNREACHABLE: trouble
 * that may pass. On ERROR_NONE the caller owns *ret.
 */
enum error_code seerr_read(const struct http_response *response, struct json_value **ret,
                           struct error *error);

/* The `message` or `error` text of a Seerr error body; "" when there is none. */
void seerr_message(const struct http_response *response, char *text, size_t size);

/*
 * True when the whole server refuses us, whatever was asked: key, CSRF protection, a web page.
 * `error` then holds the sentence.
 */
bool seerr_refuses_all(const struct http_response *response, struct error *error);

#endif
