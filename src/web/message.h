/*
 * message.h: one HTTP request that we got and the answer to it, as values.
 *
 * The server (server.h) fills in the request and sends the answer; everything between (router,
 * guard, handlers) works on these two and can be tested without a socket. All texts of a request
 * live in its arena, until the answer was sent. Names of headers are compared without regard to
 * case, names in queries, paths and cookies exactly.
 */
#ifndef LISTSYNC_WEB_MESSAGE_H
#define LISTSYNC_WEB_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/trace.h"

enum web_method { WEB_GET, WEB_HEAD, WEB_POST, WEB_PUT, WEB_PATCH, WEB_DELETE, WEB_OPTIONS };

const char *web_method_word(enum web_method method); /* "GET" */
bool web_method_from_word(const char *word, enum web_method *ret);

enum {
    WEB_HEADERS_MOST = 64,
    WEB_PATH_SIZE = 4096,        /* of path and query together; more is 414 */
    WEB_BODY_LIMIT = 1 << 20,    /* more is 413 */
    WEB_ANSWER_LIMIT = 16 << 20, /* of ours */
};

/* Which door a request came in by: the API's port or the web interface's. */
enum web_door { WEB_DOOR_API, WEB_DOOR_UI };

struct web_pair {
    const char *name;
    const char *value;
};

/* Bytes that live as long as the program. */
struct web_bytes {
    const char *bytes; /* NULL: there are none */
    size_t length;
};

struct web_pairs {
    struct web_pair *items;
    size_t count;
};

const char *web_pairs_find(const struct web_pairs *pairs, const char *name); /* NULL when absent */
/* All values of a header that may stand there several times, joined by ", "; NULL when absent. */
const char *web_pairs_join(const struct web_pairs *headers, const char *name, struct arena *arena);

struct web_request {
    struct arena *arena;
    enum web_method method;
    const char *path;       /* without the base path; still percent-encoded; begins with "/" */
    struct web_pairs query; /* decoded, in order; "a=1&a=2" are two */
    struct web_pairs headers;
    const char *body; /* followed by a NUL */
    size_t body_length;
    enum web_door door;
    bool is_tls;           /* of the socket, or as a trusted proxy says */
    struct address peer;   /* the other end of the socket */
    struct address client; /* the same, or who a trusted proxy says it is */
    const char *host;      /* "listsync.lan:4222": where the client thinks it is; "" */
    const char *base_path; /* "" or "/listsync": what stands before our paths for the client */
    uint64_t number;       /* counts requests; in the log and as X-Request-Id */
    const char *route;     /* path of its route with its {names}, once that was found; NULL */
    struct trace_context trace, trace_parent; /* its span; none when nobody traces */
    bool is_stream; /* the answer lasts until somebody leaves (ROUTE_STREAM) */
};

const char *web_request_header(const struct web_request *request, const char *name); /* NULL */

/*
 * A connection that stops being HTTP (a WebSocket); see hub.h. `take` is called once, in a server
 * thread: with the socket (non-blocking, without Nagle's delay) and bytes that were read already,
 * which live until it returns. The request and its arena are gone by then. The socket stays the
 * server's: release(handle), from any thread, closes it. Socket -1: it came to nothing, and only
 * the context is to be let go.
 */
struct web_takeover {
    void (*take)(void *context, int socket, const char *extra, size_t extra_length,
                 void (*release)(void *handle), void *handle);
    void *context;
};

/*
 * A body that is made while it is sent (Server-Sent Events); see hub.h. No lock of the server is
 * held while one of these is called, so they may take their own. The request's arena lives until
 * `end` has returned.
 */
struct web_stream {
    /* Fills in up to `size` bytes; 0: nothing now, wake() will be called; -1: the end. */
    int64_t (*read)(void *context, char *bytes, size_t size);
    /* Told how to be woken; called once, before read; not called for HEAD. Any thread may call
     * wake(handle) until `end` returns, and may hold the lock that read, begin and end take. */
    void (*begin)(void *context, void (*wake)(void *handle), void *handle);
    /* Called once, begun or not: the client has gone, read said so, or the server stops. */
    void (*end)(void *context);
    void *context;
};

struct web_response {
    struct arena *arena; /* the request's; for header values */
    int status;          /* 0: not answered yet */
    const char *content_type;
    struct web_pair headers[WEB_HEADERS_MOST];
    size_t header_count;
    struct buffer body; /* owned */
    const char *fixed;  /* in place of body: bytes that live as long as the program */
    size_t fixed_length;
    /* `fixed` packed beforehand, by enum compression, the plain form included; NULL: it is not. A
     * form without bytes is not there. */
    const struct web_bytes *packed;
    const char *etag;    /* quoted; NULL: made by the server from the body of a GET's 200 */
    bool no_compression; /* what must not be guessed at by its length (BREACH): secrets */
    struct web_takeover takeover; /* with status 101 */
    struct web_stream stream;     /* when stream.read is set: in place of body */
};

void web_response_init(struct web_response *response, struct arena *arena);
void web_response_release(struct web_response *response);
/*
 * Adds a header; the value is copied into the arena. A value with a control character (a line
 * break!) is left out whole, so nothing that a client sent can add headers of its own.
 */
void web_response_header(struct web_response *response, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *web_response_find(const struct web_response *response, const char *name); /* NULL */
/* Replaces what was written by {"detail": sentence, "code": word}; headers stay. */
void web_response_fail(struct web_response *response, int status, const char *code,
                       const char *sentence);

/* The first cookie of that name, without its quotes; NULL. */
const char *web_request_cookie(const struct web_request *request, const char *name);
/* Percent-decodes; NULL when an escape is broken, or hides a NUL or bytes that are no UTF-8. */
const char *web_decode(struct arena *arena, const char *text, size_t length, bool plus_is_blank);
/* "a=1&b=2" -> pairs, at most 64; false when something in it is broken. */
bool web_query_parse(struct arena *arena, const char *text, struct web_pairs *ret);
/* True when the If-None-Match list names the entity tag ("*" names all); weak comparison. */
bool web_etag_is_listed(const char *list, const char *etag);

#endif
