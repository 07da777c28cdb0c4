/*
 * call.h: one API request on its way through: guard, checks, handler, answer.
 *
 * A handler gets a call whose parameters and body were checked against the route's tables and
 * whose caller may do this. It writes its answer with call->json (a success) or ends with one of
 * the call_fail functions; what a field table promises must be there. Errors are
 * {"detail": sentence, "code": word} and, for a bad body or parameter, "errors": [{field,
 * message}]. A call belongs to one thread at a time (first a server's, then perhaps an errand's).
 */
#ifndef LISTSYNC_WEB_CALL_H
#define LISTSYNC_WEB_CALL_H

#include "base/error.h"
#include "base/json_value.h"
#include "base/json_writer.h"
#include "store/store.h"
#include "web/api.h"
#include "web/message.h"
#include "web/route.h"
#include "web/server.h"

/* Who is calling, as the guard found out. */
struct caller {
    enum access access;
    int64_t user_id;     /* 0: nobody in particular (no login, login switched off) */
    const char *name;    /* "anna", "anna (key backup)", "nobody"; for the audit log */
    const char *how;     /* "none", "session", "key", "token", "proxy", "local" */
    int64_t key_id;      /* of an API key; else 0 */
    const char *session; /* digest of the session's token; else NULL */
    int64_t token_key;   /* that signed the bearer token; else 0 */
    int64_t token_until; /* when that token ends, wall milliseconds */
};

struct call {
    struct api *api;
    struct web_request *request;
    struct web_response *response;
    struct arena *arena;       /* the request's */
    const struct route *route; /* never NULL: unknown paths have a route of their own */
    unsigned allowed;          /* methods of the path, as in struct route_match */
    struct caller caller;
    struct store *store; /* borrowed for this call; NULL for ROUTE_NO_STORE */
    struct web_pairs in_path;
    struct json_value *document; /* the body, checked; NULL when there was none */
    struct json_writer json;     /* into response->body */
    bool in_errand;              /* this thread may wait for the network */
    bool is_set_aside;           /* by call_set_aside */
};

/*
 * The whole way of one request; the verdict as in server.h. Routes that need the network go the
 * whole way once more in the errand's thread, with call_later, and so do calls that were set
 * aside; only the first time counts against the rate limit. Paths that no route has, methods that a
 * path does not have, and OPTIONS are answered here.
 */
enum web_verdict call_answer(struct api *api, struct web_request *request,
                             struct web_response *response);
void call_later(struct api *api, struct web_request *request, struct web_response *response);

/*
 * Parameters: checked already; the fallback when not given, NULL or 0 when there is none. An empty
 * one in the query ("?search=") counts as not given. Asking for one that the route does not
 * declare is our mistake.
 */
const char *call_text(const struct call *call, const char *name);
int64_t call_integer(const struct call *call, const char *name);
double call_decimal(const struct call *call, const char *name);
bool call_switch(const struct call *call, const char *name);
bool call_has(const struct call *call, const char *name);

/* The body's member; NULL when it is not there. */
const struct json_value *call_body(const struct call *call, const char *name);
const char *call_body_text(const struct call *call, const char *name); /* NULL */
int64_t call_body_integer(const struct call *call, const char *name, int64_t fallback);
double call_body_decimal(const struct call *call, const char *name, double fallback);
bool call_body_switch(const struct call *call, const char *name, bool fallback);
bool call_body_has(const struct call *call, const char *name); /* null counts as there */

/* Ends the call: clears what was written. `code` is a word: "list_not_found". */
void call_fail(struct call *call, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* 422 that names one field. */
void call_fail_field(struct call *call, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* 422 that names several. */
void call_fail_problems(struct call *call, const struct field_problems *problems);
/*
 * From an error: usage 422 "invalid", not_found 404 "not_found", conflict 409 "conflict", limit 413
 * "too_large", unreachable 502 "unreachable", format 502 "bad_answer", refused 502 "refused",
 * cancelled 503 "cancelled", store 503 "database" (its sentence is logged, not shown).
 */
void call_fail_error(struct call *call, const struct error *error);
/*
 * A failure of the store in the log, as that part's: what is known of it already is said at level
 * debug only, so that a page that asks every few seconds does not fill the log.
 */
void call_log_trouble(struct call *call, const char *part, const struct error *error);
/* What every failure looks like. */
extern const struct field call_failure;

/*
 * For routes that seldom need the network: the handler, which has written nothing, returns after
 * this, and is called again in an errand's thread. Not when call->in_errand.
 */
void call_set_aside(struct call *call);

/* Writes to the audit log: "list.add", "imdb:top". Never with a secret in it. */
void call_audit(struct call *call, const char *action, const char *subject, const char *detail);
/* Tells everybody who listens (sync/events.h). `json` is a whole object as text. */
void call_announce(struct call *call, const char *event, const char *json);

/* Times in answers: "2026-11-22T09:33:56Z" from the store's UTC text; null for "" and NULL. */
void call_put_time(struct json_writer *json, const char *key, const char *stored);
void call_put_time_ms(struct json_writer *json, const char *key, int64_t wall_ms); /* 0: null */

/* For call.c: holds the request against the route's tables and reads the body; false: failed. */
bool call_check_input(struct call *call);

#endif
