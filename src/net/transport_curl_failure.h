/*
 * transport_curl_failure.h: why curl could not do it, in a sentence for people. Only
 * transport_curl.c includes it.
 */
#ifndef LISTSYNC_NET_TRANSPORT_CURL_FAILURE_H
#define LISTSYNC_NET_TRANSPORT_CURL_FAILURE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/error.h"
#include "net/http_message.h"

enum { CURL_STALL_SECONDS = 60 }; /* of near silence, after which a transfer is given up */

struct curl_failure {
    CURL *easy; /* still with what curl knows of the transfer */
    CURLcode code;
    const struct http_request *request;
    const char *details; /* curl's own words, or "" */
    int connect_timeout_ms;
    int64_t elapsed_ms; /* by our own clock: curl's is of its last look, which may be long ago */
    size_t too_large;   /* the limit, in bytes, of what was too large */
    bool are_headers_too_large;
    const struct address *refused; /* by the guard; NULL: nothing was */
};

/* One sentence that names the host and what happened, and nothing else of the URL. */
void curl_failure_explain(const struct curl_failure *failure, struct error *error);

#endif
