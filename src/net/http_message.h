/*
 * http_message.h: a request and an answer as values. No I/O: drivers fill in the one and read the
 * other; the client (net/client.h) carries them.
 *
 * A request always names the real host; the origin map (net/origins.h) may send it elsewhere.
 * "file:PATH" is a URL too: the client answers it with status 200 and the file's bytes, or 404.
 *
 * So is "smtp://HOST:PORT" (and smtps, which speaks TLS from the first byte): the body is then a
 * mail message with lines that end in CRLF, and the headers HTTP_MAIL_... are its envelope, one
 * HTTP_MAIL_TO for each recipient; others are not sent. The answer's status is the server's last
 * one, 250 when the message was taken, its body the line that came with it.
 */
#ifndef LISTSYNC_NET_HTTP_MESSAGE_H
#define LISTSYNC_NET_HTTP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/address.h"
#include "base/buffer.h"
#include "base/redaction.h"
#include "base/secret.h"
#include "base/trace.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_DELETE };

const char *http_method_word(enum http_method method); /* "GET" */

struct http_header {
    char *name;
    char *value;
    bool is_secret; /* never recorded, never sent on after a redirect to another host */
};

struct http_headers {
    struct http_header *items;
    size_t count;
    size_t capacity;
};

#define HTTP_MAIL_FROM     "Mail-From"
#define HTTP_MAIL_TO       "Mail-To"
#define HTTP_MAIL_USER     "Mail-User"     /* login; none: without */
#define HTTP_MAIL_PASSWORD "Mail-Password" /* secret */
#define HTTP_MAIL_TLS      "Mail-Tls"      /* there: nothing is sent unless STARTTLS succeeds */

struct http_request {
    enum http_method method;
    char *url;
    struct http_headers headers;
    struct buffer body;
    /* What nobody is to read in the answer, should the server repeat it (http_request_hide); NULL:
     * nothing. Owned. */
    struct redaction *hidden;
    size_t answer_limit; /* bytes; 0: BUFFER_LIMIT_ANSWER */
    int timeout_ms;      /* for the whole exchange of bytes; 0: the client's default */
    bool repeatable;     /* asking twice is harmless: set for GET, and for reads sent as POST */
    bool secret_url;     /* the URL carries a key: messages show it without its query */
    bool no_redirects;   /* an answer that leads elsewhere is the answer, and is not followed */
    const char *party;   /* who is asked, for figures: "seerr", a provider's name; or NULL */
    bool user_given;     /* a user chose the host, so the guard applies (net/client.h) */
    /* Set to true when the connection is there and the request is about to leave (a mail: its
     * message, for which the server has asked): from then on it may have arrived, even when no
     * answer comes. Borrowed; NULL: nobody wants to know. */
    bool *may_have_arrived;
    bool tells_trace; /* a server of the user's own: it learns in which trace it is asked */
    /* The work that it belongs to; NULL: what the thread works in. Outlives the exchange. */
    const struct trace_context *trace;
    /* Set by the client alone: connect to public addresses and these only. NULL: to any. */
    const struct address_ranges *guard;
    bool guard_link_local; /* likewise: it keeps from link-local addresses alone */
};

void http_request_init(struct http_request *request);
void http_request_release(struct http_request *request);
/* Sets method and URL (printf style) and `repeatable` for GET. Values in it are already encoded. */
void http_request_get(struct http_request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void http_request_post(struct http_request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void http_request_delete(struct http_request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void http_request_header(struct http_request *request, const char *name, const char *value);
/* Adds nothing when the secret is not set, and hides it. Secret values are wiped on release. */
void http_request_secret_header(struct http_request *request, const char *name,
                                const struct secret *value);

/*
 * Servers, and what stands before them, repeat what they were sent: in a message about a wrong key
 * for one. Before its driver sees an answer or an error, the client takes out of it what was hidden
 * here, in all forms that base/redaction.h knows. So whoever sends a secret outside of a secret
 * header says so here. Of "Bearer abc" it is "abc" that is hidden; what has fewer than
 * REDACTION_LEAST characters is not.
 */
void http_request_hide(struct http_request *request, const char *secret);
/* An address with secrets in it: parts of its path, its query. */
void http_request_hide_address(struct http_request *request, const char *address);

struct http_response {
    int status;
    struct http_headers headers;
    struct buffer body;
    char *url; /* where the answer came from in the end, after redirects; real host */
};

void http_response_init(struct http_response *response, size_t limit);
void http_response_release(struct http_response *response);
/* Name without regard to case; the last one if it occurs twice; NULL when absent. */
const char *http_response_header(const struct http_response *response, const char *name);
/* The header as a whole number of at least 0, or -1. */
long http_response_header_number(const struct http_response *response, const char *name);
bool http_response_body_contains(const struct http_response *response, const char *text);

/* Copies both; a value ends at its first line break. */
void http_headers_add(struct http_headers *headers, const char *name, const char *value,
                      bool is_secret);
const char *http_headers_find(const struct http_headers *headers, const char *name); /* or NULL */
void http_headers_drop_secrets(struct http_headers *headers);
void http_headers_release(struct http_headers *headers);

#define AUTO_REQUEST  __attribute__((cleanup(http_request_release)))
#define AUTO_RESPONSE __attribute__((cleanup(http_response_release)))

#endif
