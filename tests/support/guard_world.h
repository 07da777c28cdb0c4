/*
 * guard_world.h: a guard with accounts in a database of its own, and visitors that send it
 * requests without a socket. The clock stands still unless a test moves it.
 *
 *     struct guard_world *world = guard_world_open((const char *[]){"LISTSYNC_AUTH=disabled",
 * NULL}); struct visit visit = {.method = WEB_GET, .path = "/api/users", .headers = {{"X-Api-Key",
 * key}}}; assert_int_equal(guard_world_send(world, &visit), 200);
 */
#ifndef TESTS_SUPPORT_GUARD_WORLD_H
#define TESTS_SUPPORT_GUARD_WORLD_H

#include "base/json_value.h"
#include "support/temp_dir.h"
#include "web/guard_inside.h"

enum { VISIT_HEADERS = 12 };

/* What somebody sends. Zero is a GET of nobody from 127.0.0.1 to "listsync.lan:4222". */
struct visit {
    enum web_method method;
    const char *path;
    struct web_pair query; /* one parameter */
    struct web_pair headers[VISIT_HEADERS];
    const char *cookie; /* value of listsync_session */
    const char *csrf;
    const char *body;
    const char *peer, *client; /* the peer when NULL */
    const char *host;          /* "" for none */
    const char *base_path;     /* "" when NULL */
    bool is_tls;
};

struct guard_world {
    struct temp_dir dir;
    char *path;
    struct options given;
    struct address_ranges trusted; /* 10.9.9.9 */
    struct store_pool *stores;
    struct store *store; /* the test's own */
    struct arena *arena; /* of all requests */
    struct api api;
    /* the last answer */
    struct web_request request;
    struct web_response response;
    struct json_value *answer; /* NULL when it was no JSON */
};

/* `settings` are "NAME=value", NULL-ended; may be NULL. */
struct guard_world *guard_world_open(const char *const settings[]);
void guard_world_close(struct guard_world *world);
/* Moves both clocks. */
void guard_world_pass(int64_t ms);
int64_t guard_world_now(void); /* wall */

/* The status of the answer: of a route of the API, with everything a request goes through. */
int guard_world_send(struct guard_world *world, const struct visit *visit);
/* Only the guard's word on a route; 200 when it lets the visitor in. Fills in `ret_caller`. */
int guard_world_admit(struct guard_world *world, const struct visit *visit,
                      const struct route *route, struct caller *ret_caller);

const char *guard_world_header(const struct guard_world *world, const char *name); /* NULL */
/* Of the answer; in the world's arena. */
const char *guard_world_text(struct guard_world *world, const char *path);
const char *guard_world_code(struct guard_world *world); /* of a failure */
/* The session that the answer set, as a visitor's cookie. */
const char *guard_world_cookie(struct guard_world *world);

/* Straight into the store: an account with that password ("" for none); its number. */
int64_t guard_world_account(struct guard_world *world, const char *name, const char *role,
                            const char *password);
/* A session's cookie, its CSRF token, a key, a token of that account. */
const char *guard_world_session(struct guard_world *world, int64_t account);
const char *guard_world_csrf(struct guard_world *world, const char *cookie);
const char *guard_world_key(struct guard_world *world, int64_t account, const char *scope);
const char *guard_world_token(struct guard_world *world, int64_t account, const char *scope);

#endif
