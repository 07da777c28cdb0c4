/*
 * route.h: the table of everything that the API can do.
 *
 * The router, the check of parameters and bodies, who may call it, the OpenAPI description
 * (openapi.h) and the page at /docs (docs_page.h) are made from it. A handler is one function in
 * the file of its subject in src/api/, beside the table of that file's routes (api/routes.h). What
 * a handler may use is in call.h.
 *
 *     const struct route api_about_routes[] = {
 *         {"ping", "About", WEB_GET, "/ping", ACCESS_NONE, 0, "Is anybody there", .handle = ping},
 *         {0},
 *     };
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
    ROUTE_ERRAND = 1,      /* needs the network: runs in an errand thread */
    ROUTE_CACHED = 2,      /* the answer depends on paths, query and store alone: may be kept */
    ROUTE_ANY_BODY = 4,    /* no body at all is fine; without `body`: whatever comes is ignored */
    ROUTE_SECRETS = 8,     /* the answer holds a secret, shown once: never compressed nor cached */
    ROUTE_STREAM = 16,     /* answers with a stream or a takeover; no schema */
    ROUTE_SETUP = 32,      /* only while there is no admin yet */
    ROUTE_UNLIMITED = 64,  /* not counted against the rate limit: health, pictures, pages */
    ROUTE_PASSWORD = 128,  /* tries a password or the first-run token: throttled by the guard */
    ROUTE_NO_STORE = 256,  /* works when the database does not: call->store is NULL */
    ROUTE_UNCHECKED = 512, /* takes any query and any body, and looks at neither */
};

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
    const char *takes;              /* media type of a body of bytes, instead of JSON; or NULL */
    const struct field *answer;     /* one field: an object, a list, ...; NULL: no JSON */
    int status;                     /* of success; 0: 200 */
    const char *media_type;         /* of the answer when it is no JSON: "text/html"; or NULL */
    void (*handle)(struct call *call);
};

struct route_match {
    const struct route *route; /* NULL: 404, or 405 if `allowed` is not 0 */
    unsigned allowed;          /* bit 1 << method for each method that the path has */
    struct web_pairs in_path;  /* decoded */
};

/*
 * The one that fits best: what a path spells out goes before {x}, {x} before {x...}. GET routes
 * take HEAD as well, every path takes OPTIONS (which has no route). Percent-encoded and plain
 * paths are the same; one slash at the end does not matter (a value that ends with one has it
 * encoded). {x} and {x...} are never empty; the latter holds slashes and may be followed by more
 * of the path. Segments that are broken, "." or "..", or hold control characters fit nothing.
 * `routes` is NULL-ended.
 */
void route_find(const struct route *const *routes, const struct web_request *request,
                struct route_match *ret);

#endif
