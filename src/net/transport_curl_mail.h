/*
 * transport_curl_mail.h: what curl is told of a mail message. Only transport_curl.c includes it.
 */
#ifndef LISTSYNC_NET_TRANSPORT_CURL_MAIL_H
#define LISTSYNC_NET_TRANSPORT_CURL_MAIL_H

#include "net/http_message.h"

struct curl_slist;

/* How far curl has read the message. */
struct mail_reading {
    const struct buffer *body;
    size_t sent;
};

/*
 * `easy` is curl's handle. The server's last line becomes the answer's body, or the last with which
 * it refused something. All that is given must
 * outlive the transfer; the recipients, which are returned, are freed after it.
 */
struct curl_slist *transport_curl_mail_set(void *easy, const struct http_request *request,
                                           struct mail_reading *reading,
                                           struct http_response *response);
/* The status with which the server refused; 0: it did not. */
int transport_curl_mail_refusal(const struct http_response *response);

#endif
