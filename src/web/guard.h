/*
 * guard.h: who is calling, and may they. docs/security.md tells it to people, decision 0014 why.
 *
 * Every request passes guard_admit before its handler runs. Who calls is found in this order; the
 * first that is there decides, and one that is there and wrong is refused, never passed over:
 *
 *     key      X-Api-Key, or Authorization: Bearer lsk_...
 *     token    Authorization: Bearer with a JWT of ours (jwt.h)
 *     proxy    LISTSYNC_AUTH_HEADER, from a trusted proxy
 *     session  the cookie listsync_session (a stale one is as none)
 *     local    LISTSYNC_AUTH says that nobody need log in, or not from a local address
 *     none     nobody in particular
 *
 * What a browser sends by itself (proxy, session, local) is believed only from our own pages: a
 * foreign Origin is refused for all that changes something and for WebSockets; session and proxy
 * need the CSRF token in X-CSRF-Token as well; and where nobody need log in, Host must be a name
 * that no stranger's DNS can hold.
 *
 * One guard serves all server threads. Its own tables (throttle, rates) are bounded and locked
 * inside; all else is in the store.
 */
#ifndef LISTSYNC_WEB_GUARD_H
#define LISTSYNC_WEB_GUARD_H

#include "base/address.h"
#include "base/crypto.h"
#include "base/options.h"
#include "store/accounts.h"
#include "web/call.h"

struct guard;

extern const struct option guard_options[];

/* All borrowed, and must outlive the guard. */
struct guard_settings {
    const struct options *given;                  /* with guard_options declared */
    const struct address_ranges *trusted_proxies; /* NULL: none */
    const struct crypto_key *key;                 /* seals signing keys, makes CSRF tokens */
};

/* ERROR_USAGE names the setting that is wrong. */
enum error_code guard_new(const struct guard_settings *settings, struct guard **ret,
                          struct error *error);
void guard_free(struct guard *guard); /* NULL is fine */

/* ERROR_USAGE: a name of the first admin without a password, or the other way round. */
enum error_code guard_check_first(const struct options *given, struct error *error);
/*
 * Once at start, before the doors are open: while there is no account, makes the admin of
 * LISTSYNC_ADMIN_USER. ERROR_USAGE when that name or password will not do, or one is missing.
 */
enum error_code guard_make_first(struct guard *guard, struct store *store, struct error *error);

/*
 * Once at start, when the doors are open: says loudly if login is off; while there is no account,
 * logs where to make one: on the setup page below `address` (of the pages:
 * "http://127.0.0.1:3222", with the base path), with the token that permits it.
 */
void guard_begin(struct guard *guard, struct store *store, const char *address);

/*
 * Fills call->caller; false: the call is answered (401, 403, 409, 429, 503). Needs route, request,
 * response, arena and store of the call. Counts against the rate limit, so once for each request,
 * in the server's thread. An errand calls guard_admit_again in its own thread: the same, uncounted.
 */
bool guard_admit(struct guard *guard, struct call *call);
bool guard_admit_again(struct guard *guard, struct call *call);
/*
 * For connections that stay open (WebSocket, events), now and then: may this caller still do what
 * needs `access`? False once the session, key, token or account has ended.
 */
bool guard_still(struct guard *guard, struct store *store, const struct caller *caller,
                 enum access access);

/*
 * The headers that each answer has, whoever gives it, just before it is sent: against sniffing,
 * framing and inline script, CORS for allowed origins, Cache-Control where the handler set none
 * (no-store for failures and for what holds secrets: response->no_compression).
 */
void guard_headers(struct guard *guard, const struct web_request *request,
                   struct web_response *response);
/* OPTIONS with Origin and Access-Control-Request-Method: answers it; else false. */
bool guard_preflight(struct guard *guard, const struct web_request *request,
                     struct web_response *response);

/* "enabled", "disabled_for_local_addresses", "disabled". */
const char *guard_mode_word(const struct guard *guard);
/* What is risky about the settings, as a sentence for health and session; NULL when nothing. */
const char *guard_warning(const struct guard *guard);
/* There is no account yet. */
bool guard_needs_setup(struct guard *guard, struct store *store);

/* May it be the password of that account? NULL: yes; else what it "wants" or "must not be". */
const char *guard_password_problem(const char *name, const char *password);

#endif
