/*
 * route.h: the table of everything that the API can do: one line each in routes.c.
 *
 * The router, the check of parameters and bodies, who may call it, the OpenAPI description
 * (openapi.h) and the page at /docs (docs_page.h) are made from it. A handler is one function in
 * the api_*.c file of its tag; what it may use is in call.h.
 */
#ifndef LISTSYNC_WEB_ROUTE_H
#define LISTSYNC_WEB_ROUTE_H

#include <stdbool.h>

#include "web/field.h"
#include "web/message.h"

struct call;

/* What a caller may do; each holds those before it. Roles: viewer, user, admin. */
enum access {
    ACCESS_NONE,  /* nobody need say who they are */
    ACCESS_READ,  /* viewer; scope read */
    ACCESS_SYNC,  /* user; scope sync: lists, runs, items */
    ACCESS_ADMIN, /* admin; scope admin: settings, users, keys */
};

enum route_flags {
    ROUTE_ERRAND = 1,     /* needs the network: runs in an errand thread */
    ROUTE_CACHED = 2,     /* the answer depends on path, query and store alone: may be kept */
    ROUTE_ANY_BODY = 4,   /* no body at all is fine */
    ROUTE_SECRETS = 8,    /* the answer holds a secret, shown once: never compressed nor cached */
    ROUTE_STREAM = 16,    /* answers with a stream or a takeover; no schema */
    ROUTE_SETUP = 32,     /* only while there is no admin yet */
    ROUTE_UNLIMITED = 64, /* not counted against the rate limit: health checks */
    ROUTE_PASSWORD = 128, /* tries a password or the first-run token: throttled by the guard */
};

/* Answers other than 200, each with the error body of call.h, besides those that all have. */
struct route {
    const char *id;  /* operationId: "lists_add" */
    const char *tag; /* "Lists"; the page's heading */
    enum web_method method;
    const char *path; /* "/api/lists/{list_type}/{list_id...}": {x...} takes the rest of the path */
    enum access access;
    unsigned flags;
    const char *summary;            /* a sentence without its full stop */
    const struct field *parameters; /* path and query; NULL: none */
    const struct field *body;       /* of a JSON body, an object's fields; NULL: none */
    const struct field *answer;     /* one field: an object, a list, ...; NULL: no JSON */
    int status;                     /* of success; 0: 200 */
    const char *media_type;         /* of the answer when it is no JSON: "text/html"; or NULL */
    void (*handle)(struct call *call);
};

/* Whole table, ended by a NULL id. Tables of one tag stand in the api_*.c file of its handlers. */
const struct route *const *routes_all(void); /* NULL-ended list of routes */

struct route_match {
    const struct route *route; /* NULL: 404, or 405 if `allowed` is not 0 */
    unsigned allowed;          /* bit 1 << method for each method that the path has */
    struct web_pairs in_path;  /* decoded */
};

/* GET routes take HEAD as well. A path segment that decodes to nothing sensible never matches. */
void route_find(const struct web_request *request, struct route_match *ret);

#endif
