/*
 * call.h: one HTTP request as the handlers see it, and the answer that they write into it.
 *
 * A handler reads with call_header, call_query and call_json and answers with one reply_*; the
 * server sends the answer when the handler has returned. reply_header may be used before or after.
 */

#ifndef SIM_CALL_H
#define SIM_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct MHD_Connection;
struct route;
struct seerr_user;
struct sim;

enum { CALL_PARAMETERS = 3, REPLY_HEADERS = 24 };

enum reply_fate {
    REPLY_SEND,
    REPLY_TRUNCATE, /* promise the whole body, send half of it, close */
    REPLY_CLOSE,    /* close without a word */
    REPLY_HANG,     /* say nothing until the client leaves, 60 s at most */
};

struct reply_header {
    char *name;
    char *value;
};

struct reply {
    enum reply_fate fate;
    unsigned status;
    char *body; /* owned; NULL: none */
    size_t length;
    struct reply_header headers[REPLY_HEADERS];
    size_t header_count;
};

struct call {
    struct sim *sim;
    struct MHD_Connection *connection;
    char *method;
    char *path;   /* as sent, without query; base path and /host/<host> are taken off */
    char *query;  /* as sent, without the question mark; "" when there is none */
    char *target; /* the whole target as sent */
    char *body;
    size_t body_length;
    size_t body_capacity;
    const struct route *route;             /* NULL: no such route */
    char parameters[CALL_PARAMETERS][160]; /* what the {…} of the route matched, decoded */
    const struct seerr_user *user;         /* who calls Seerr */
    struct reply reply;
};

struct call *call_new(struct sim *sim, const char *target);
void call_append(struct call *call, const char *data, size_t length);
void call_free(struct call *call);

const char *call_header(const struct call *call, const char *name); /* NULL: absent */

/* The decoded value of a query parameter, freed by the caller; NULL when absent. */
char *call_query(const struct call *call, const char *name);
long call_query_number(const struct call *call, const char *name, long fallback);

/* The body as JSON (json_decref by the caller), or NULL. */
json_t *call_json(const struct call *call);
int call_parameter_number(const struct call *call, size_t index);

void reply_text(struct call *call, unsigned status, const char *content_type, const char *text);
void reply_owned(struct call *call, unsigned status, const char *content_type, char *body,
                 size_t length);                                   /* takes `body` */
void reply_json(struct call *call, unsigned status, json_t *json); /* takes `json` */
void reply_empty(struct call *call, unsigned status);
void reply_header(struct call *call, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Back to an unanswered call: body and headers are dropped. */
void reply_clear(struct call *call);

/* Adds an ETag of the body and turns the answer into a bare 304 when the client has it already. */
void reply_add_etag(struct call *call);

#endif
