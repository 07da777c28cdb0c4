/*
 * kind.h: what a call to Seerr is about, in a word, for figures and traces.
 */
#ifndef LISTSYNC_SEERR_KIND_H
#define LISTSYNC_SEERR_KIND_H

#include "net/http_message.h"

enum seerr_kind {
    SEERR_CONNECT, /* which server is it, does it take the key */
    SEERR_MEDIA,   /* pages of all that it knows */
    SEERR_SEARCH,
    SEERR_TITLE,   /* one film or series */
    SEERR_REQUEST, /* the POST that asks for a title */
    SEERR_REQUEST_STATE,
    SEERR_WITHDRAW,
    SEERR_USERS,
    SEERR_SERVICES,
    SEERR_OTHER,
    SEERR_KINDS,
};

const char *seerr_kind_word(enum seerr_kind kind); /* "connect" */
/* Of a request that a function of this folder made. */
enum seerr_kind seerr_kind_of(const struct http_request *request);

#endif
