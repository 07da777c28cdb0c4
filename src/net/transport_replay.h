/*
 * transport_replay.h: recorded exchanges played back, for tests and cases.
 *
 * Each request takes the first record not yet played that it matches, so that exchanges under way
 * at once may come in any order. One that matches none ends with ERROR_FORMAT, whose sentence
 * says what was asked and how it differs from the first record that was still to come.
 */
#ifndef LISTSYNC_NET_TRANSPORT_REPLAY_H
#define LISTSYNC_NET_TRANSPORT_REPLAY_H

#include <stddef.h>

#include "net/transport.h"

struct replay_record {
    enum http_method method;
    const char *url;      /* exact */
    const char *body_has; /* the request's body must contain it; NULL: anything */
    int status;
    const char *headers;   /* "Name: value" lines; NULL: none */
    const char *body;      /* NULL: empty */
    size_t body_length;    /* 0: up to the first NUL */
    enum error_code fails; /* not ERROR_NONE: no answer, this error instead */
};

/* The records are borrowed and outlive the transport. */
struct transport *transport_replay_new(const struct replay_record *records, size_t count);
/* Records that nobody asked for yet: a case is only complete when this is 0. */
size_t transport_replay_left(const struct transport *transport);
/* The first of them, for the message of a test; NULL when none is left. */
const struct replay_record *transport_replay_next(const struct transport *transport);

#endif
