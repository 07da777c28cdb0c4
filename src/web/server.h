/*
 * server.h: the HTTP server: sockets in, requests out, answers back. Wraps libmicrohttpd, which
 * only server*.c include.
 *
 * One server has one or more doors (ports), a small pool of threads each, and one pool for
 * errands. `answer` runs in a server thread and must not wait for anything slow: it may read and
 * write the store. If it returns WEB_LATER the connection is set aside and `later` runs in an
 * errand thread, where waiting for the network is fine; when too many errands wait already, the
 * client gets 503 with Retry-After. What comes in crowds (the pictures of a page) has threads and
 * a longer queue of its own, so that nobody else's errand waits behind it.
 *
 * Taken care of here, for every request: limits on connections (whole and per address; a full
 * server closes idle connections first), header size and time, body size and time (a client that
 * drips bytes, either way, is cut off), 100-continue, keep-alive; Content-Length with
 * Transfer-Encoding, two Content-Lengths, NUL and folded headers are 400; the base path is taken
 * off; X-Forwarded-For/-Proto/-Host/-Prefix and Forwarded count only from trusted proxies; HEAD is
 * GET without the body; ETag and If-None-Match (304); gzip and brotli where the client takes them
 * and the body is worth it; Date, Content-Length, Vary, X-Request-Id. Bodies of requests may be
 * gzip (Content-Encoding), within the same limit once unpacked.
 *
 * What is refused here has the API's error body. The few bytes that libmicrohttpd itself makes
 * nothing of (a broken request line, a length or a chunk that is no number, a head past 22 KiB) get
 * its own short page or a closed connection; they never reach a handler.
 */
#ifndef LISTSYNC_WEB_SERVER_H
#define LISTSYNC_WEB_SERVER_H

#include "base/error.h"
#include "web/message.h"

struct web_server;

enum web_verdict {
    WEB_ANSWERED,
    WEB_LATER,
    WEB_LATER_IN_CROWD, /* the same, in threads of its own: many of a kind come at once */
};

struct web_handler {
    void *context;
    enum web_verdict (*answer)(void *context, struct web_request *request,
                               struct web_response *response);
    /* May be called while the server stops: what it waits for must then end soon. */
    void (*later)(void *context, struct web_request *request, struct web_response *response);
    /* Each answer once it was sent or the client left, for log and metrics; may be NULL. Runs in
     * a server thread. A takeover counts as sent when it begins, a stream when it ends. */
    void (*sent)(void *context, const struct web_request *request, int status, int64_t bytes,
                 int64_t duration_us);
};

struct web_door_settings {
    enum web_door door;
    const char *address; /* "0.0.0.0", "::", "127.0.0.1" */
    int port;            /* 0: any free one, see web_server_port */
};

struct web_server_settings {
    struct web_door_settings doors[2];
    size_t door_count;
    const char *base_path;       /* "" or "/listsync" */
    const char *tls_certificate; /* path of a PEM file; NULL: no TLS */
    const char *tls_key;
    const struct address_ranges *trusted_proxies; /* borrowed */
    int threads;                                  /* per door; 0: 2 */
    int errand_threads;                           /* 0: 4 */
    int connections;                              /* 0: 1024 */
    int connections_per_address;                  /* 0: as many as there are */
    int request_ms;                               /* for head and body to arrive; 0: 10000 */
    int idle_ms;                                  /* keep-alive; 0: 60000 */
};

/* What the limits are beside those of message.h. */
enum {
    WEB_HEAD_LIMIT = 16 << 10,    /* request line and headers; more is 431 */
    WEB_BODIES_LIMIT = 64 << 20,  /* bodies that are under way in all connections; more is 503 */
    WEB_ERRANDS_WAITING = 64,     /* more is 503 */
    WEB_CROWD_WAITING = 512,      /* likewise, of those that come in crowds */
    WEB_SLOWEST_BYTES_PER_MS = 8, /* a client that takes its answer slower is cut off */
};

/*
 * ERROR_CONFLICT when a port is taken, ERROR_USAGE for an address that is none and for
 * certificates and keys that cannot be read or do not belong together. TLS is 1.2 and newer.
 */
enum error_code web_server_start(const struct web_server_settings *settings,
                                 const struct web_handler *handler, struct web_server **ret,
                                 struct error *error);
int web_server_port(const struct web_server *server, enum web_door door); /* 0: no such door */
/*
 * No new connections; requests under way are answered, for at most `grace_ms`: those whose first
 * line the server has read. What still waits unread goes unanswered with its connection. Taken-over
 * connections must be closed by their owner first (hub_close). NULL is fine.
 */
void web_server_stop(struct web_server *server, int grace_ms);

/* Drops packed bodies that nobody asked for since the last call. To be called now and then. */
void web_server_tidy(struct web_server *server);

struct web_server_figures {
    int64_t connections; /* now, taken-over ones included */
    int64_t requests;    /* since the start */
    int64_t errands;     /* now: waiting or running */
    int64_t refused;     /* since the start: connections and errands there was no place for */
};
void web_server_figures(struct web_server *server, struct web_server_figures *ret);

const char *web_server_library_version(void); /* libmicrohttpd's */

#endif
