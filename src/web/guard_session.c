/* Sessions of browsers: begun with a fresh token at each login, ended at logout. */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"
#include "web/hub.h"

enum { AGENT_SIZE = 200 };

/*
 * Lax: links from a dashboard arrive logged in, requests that change something do not come along
 * (and need the CSRF token besides). The cookie lives as long as a session can; the server ends an
 * unused one earlier.
 */
static void set_cookie(struct call *call, const char *token, int64_t seconds)
{
    const char *path = *call->request->base_path ? call->request->base_path : "/";

    web_response_header(call->response, "Set-Cookie",
                        "%s=%s; Path=%s; HttpOnly; SameSite=Lax; Max-Age=%" PRId64 "%s",
                        GUARD_COOKIE, token, path, seconds,
                        call->request->is_tls ? "; Secure" : "");
}

static const char *agent_of(struct call *call)
{
    const char *agent = web_request_header(call->request, "User-Agent");
    char cut[AGENT_SIZE];

    if (!agent)
        return "";
    text_copy(cut, sizeof(cut), agent);
    text_tame(cut);
    return arena_text(call->arena, cut);
}

/* The one that came with the request, whosever it was. */
static enum error_code end_sent_session(struct call *call, struct error *error)
{
    const char *token = web_request_cookie(call->request, GUARD_COOKIE);
    char digest[CRYPTO_DIGEST_SIZE];

    if (text_is_empty(token))
        return ERROR_NONE;
    crypto_digest(token, strlen(token), digest);
    return sessions_end(call->store, digest, error);
}

static enum error_code store_session(struct guard *guard, struct call *call, const char *digest,
                                     const struct account *account, struct error *error)
{
    const int64_t now = clock_wall_ms();
    char address[ADDRESS_TEXT_SIZE];

    address_format(&call->request->client, address);
    const struct login_session session = {
        .digest = digest,
        .user_id = account->id,
        .created_at = now,
        .last_seen = now,
        .expires_at = now + guard->session_ms,
        .address = address,
        .agent = agent_of(call),
        .password = account->password,
    };
    enum error_code rc = sessions_drop_expired(call->store, now, error);
    if (!rc)
        rc = end_sent_session(call, error);
    if (!rc)
        rc = sessions_add(call->store, &session, error);
    return rc ? rc : accounts_note_login(call->store, account->id, now, error);
}

enum error_code guard_log_in(struct guard *guard, struct call *call, const struct account *account,
                             struct error *error)
{
    char token[CRYPTO_TOKEN_SIZE];
    char digest[CRYPTO_DIGEST_SIZE];

    crypto_token(token);
    crypto_digest(token, strlen(token), digest);
    enum error_code rc = store_begin(call->store, error);
    if (rc)
        return rc;
    rc = store_end(call->store, store_session(guard, call, digest, account, error), error);
    if (rc)
        return rc;
    set_cookie(call, token, GUARD_SESSION_CAP_MS / 1000);
    explicit_bzero(token, sizeof(token));
    guard_become(call, account, "session");
    call->caller.session = arena_text(call->arena, digest);
    return ERROR_NONE;
}

enum error_code guard_log_out(struct call *call, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    if (call->caller.session) {
        rc = sessions_end(call->store, call->caller.session, error);
        hub_end_session(call->api->hub, call->caller.session);
    }
    if (!rc)
        set_cookie(call, "", 0);
    return rc;
}
