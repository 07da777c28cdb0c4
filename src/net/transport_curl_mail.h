/*
 * transport_curl_mail.h: what curl is told of a mail message. Only transport_curl.c includes it.
 */
#ifndef LISTSYNC_NET_TRANSPORT_CURL_MAIL_H
#define LISTSYNC_NET_TRANSPORT_CURL_MAIL_H

#include <stdatomic.h>

#include "net/http_message.h"

struct curl_slist;

/* How far curl has read the message. */
struct mail_reading {
    const struct http_request *request;
    struct http_response *response;
    const atomic_bool *was_woken;
    int64_t ends_ms; /* steady */
    size_t sent;
};

/*
 * `easy` is curl's handle. The server's last line becomes the answer's body, or the last with which
 * it refused something since it was given the message, or before, if it never asked for it. From
 * then on the message may have arrived. All that is given must outlive the transfer; the
 * recipients, which are returned, are freed after it.
 *
 * Behind the message curl waits for the server inside of one call, for its answer and for its
 * farewell: no longer than the request's timeout, nor than `was_woken` is false.
 */
struct curl_slist *transport_curl_mail_set(void *easy, const struct http_request *request,
                                           const atomic_bool *was_woken,
                                           struct mail_reading *reading,
                                           struct http_response *response);
/* The status with which the server refused; 0: it did not. */
int transport_curl_mail_refusal(const struct http_response *response);

#endif
