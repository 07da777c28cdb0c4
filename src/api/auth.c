/*
 * auth.c: logging in and out, who one is, one's sessions and password, and the first account.
 */
#include <string.h>

#include "api/done.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"
#include "web/hub.h"

enum { SESSION_ID_LENGTH = 16, USER_MOST = 256 };

static const char *const how_words[] = {"none", "session", "key", "token", "proxy", "local", NULL};
static const char *const access_words[] = {"none", "read", "sync", "admin", NULL};
static const char *const login_words[] = {"enabled", "disabled_for_local_addresses", "disabled",
                                          NULL};

/* ---- who one is ---- */

static const struct field session_fields[] = {
    {"authenticated", FIELD_SWITCH, .help = "Whether the caller is somebody"},
    {"how", FIELD_TEXT, .help = "How the caller said so", .words = how_words},
    {"name", FIELD_TEXT, .help = "The caller as the audit log names it"},
    {"access", FIELD_TEXT, .help = "What the caller may do", .words = access_words},
    {"user", FIELD_OBJECT, FIELD_NULLABLE, .help = "The caller's account; null without one",
     .fields = api_accounts_fields, .schema = "Account"},
    {"csrf_token", FIELD_TEXT, FIELD_NULLABLE,
     .help =
         "To be sent as X-CSRF-Token with all that changes something; null where none is needed"},
    {"login", FIELD_TEXT, .help = "Who must log in", .words = login_words},
    {"warning", FIELD_TEXT, FIELD_NULLABLE, .help = "What is risky about the settings"},
    {"setup_needed", FIELD_SWITCH, .help = "There is no account yet"},
    {0},
};
static const struct field session_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = session_fields, .schema = "Session"};

static void put_user(struct call *call)
{
    struct account account;

    if (call->caller.user_id &&
        !accounts_find(call->store, call->arena, call->caller.user_id, &account, NULL))
        api_accounts_put(&call->json, "user", &account);
    else
        json_put_text(&call->json, "user", NULL);
}

static void answer_session(struct call *call)
{
    struct guard *guard = call->api->guard;
    const struct caller *caller = &call->caller;
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_bool(json, "authenticated", caller->access > ACCESS_NONE);
    json_put_text(json, "how", caller->how);
    json_put_text(json, "name", caller->name);
    json_put_text(json, "access", guard_scope_word(caller->access));
    put_user(call);
    json_put_text(json, "csrf_token", guard_csrf_token(guard, caller, call->arena));
    json_put_text(json, "login", guard_mode_word(guard));
    json_put_text(json, "warning", guard_warning(guard));
    json_put_bool(json, "setup_needed", guard_needs_setup(guard, call->store));
    json_end_object(json);
}

/* ---- in and out ---- */

static const struct field login_body[] = {
    {"username", FIELD_TEXT, FIELD_REQUIRED, .help = "Name of the account", .low = 1,
     .high = USER_MOST},
    {"password", FIELD_TEXT, FIELD_REQUIRED | FIELD_SECRET, .help = "Its password", .low = 1,
     .high = GUARD_PASSWORD_MOST},
    {0},
};

static void begin_session(struct call *call, const struct account *account, const char *action)
{
    struct error error;
    enum error_code rc = guard_log_in(call->api->guard, call, account, &error);

    if (rc == ERROR_NOT_FOUND) /* disabled, or with another password, since it was checked */
        guard_refuse(call, &guard_login_failed);
    else if (rc)
        call_fail_error(call, &error);
    if (rc)
        return;
    call_audit(call, action, account->name, "");
    answer_session(call);
}

static void log_in(struct call *call)
{
    struct account account;

    if (guard_try_password(call->api->guard, call, call_body_text(call, "username"),
                           call_body_text(call, "password"), &account))
        begin_session(call, &account, "login");
}

static void log_out(struct call *call)
{
    struct error error;

    if (guard_log_out(call, &error)) {
        call_fail_error(call, &error);
        return;
    }
    call_audit(call, "logout", call->caller.name, "");
    api_answer_done(call, "Logged out");
}

/* ---- the first account ---- */

static const struct field setup_body[] = {
    {"token", FIELD_TEXT, FIELD_REQUIRED | FIELD_SECRET, .help = "The token that the log shows",
     .low = 1, .high = 128},
    {"username", FIELD_TEXT, FIELD_REQUIRED, .help = "Name of the admin", .low = 1,
     .high = GUARD_NAME_MOST},
    {"password", FIELD_TEXT, FIELD_REQUIRED | FIELD_SECRET,
     .help = "At least 10 characters, and not the name", .low = 1, .high = GUARD_PASSWORD_MOST},
    {0},
};

static bool add_first(struct call *call, struct account *account)
{
    struct error error;
    enum error_code rc = accounts_add_first(call->store, account, &account->id, &error);

    if (rc == ERROR_CONFLICT)
        call_fail(call, 409, "setup_done", "%s", error.message);
    else if (rc)
        call_fail_error(call, &error);
    return !rc;
}

static void make_first_admin(struct call *call)
{
    struct guard *guard = call->api->guard;
    const char *name = call_body_text(call, "username");
    const char *problem = guard_name_problem(name);
    char password[CRYPTO_PASSWORD_SIZE];

    if (!guard_try_setup_token(guard, call, call_body_text(call, "token")))
        return;
    if (problem) {
        call_fail_field(call, "username", "%s", problem);
        return;
    }
    if (!guard_hash_password(guard, call, "password", name, call_body_text(call, "password"),
                             password))
        return;
    struct account account = {
        .name = name, .password = password, .role = "admin", .created_at = clock_wall_ms()};
    if (!add_first(call, &account))
        return;
    guard_end_setup(guard);
    log_info("guard", "made the first account, an admin, by the token of the log",
             LOG_TEXT("name", account.name), LOG_TEXT("address", guard_address_text(call)),
             LOG_END);
    begin_session(call, &account, "setup.admin");
}

/* ---- sessions ---- */

static const struct field one_session_fields[] = {
    {"id", FIELD_TEXT, .help = "To end it with"},
    {"created_at", FIELD_TEXT, .help = "When it began", .format = "date-time"},
    {"last_seen", FIELD_TEXT, .help = "When it was used, to the minute", .format = "date-time"},
    {"expires_at", FIELD_TEXT, .help = "When it ends unless it is used", .format = "date-time"},
    {"address", FIELD_TEXT, .help = "Where it began"},
    {"agent", FIELD_TEXT, .help = "What the browser calls itself"},
    {"current", FIELD_SWITCH, .help = "It is the one that asks"},
    {0},
};
static const struct field sessions_fields[] = {
    {"sessions", FIELD_LIST, .help = "Last used first", .of = FIELD_OBJECT,
     .fields = one_session_fields, .schema = "LoginSession"},
    {0},
};
static const struct field sessions_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = sessions_fields};
static const struct field session_parameters[] = {
    {"session_id", FIELD_TEXT, FIELD_IN_PATH, "As the list of sessions says",
     .low = SESSION_ID_LENGTH, .high = SESSION_ID_LENGTH},
    {0},
};

/* Enough of the digest to tell one person's sessions apart. */
static const char *session_id(struct call *call, const struct login_session *session)
{
    return arena_text_n(call->arena, session->digest, SESSION_ID_LENGTH);
}

static bool load_sessions(struct call *call, struct login_sessions *ret)
{
    struct error error;

    *ret = (struct login_sessions){0};
    guard_keep_out_of_caches(call);
    if (!call->caller.user_id)
        return true;
    if (!sessions_of(call->store, call->arena, call->caller.user_id, ret, &error))
        return true;
    call_fail_error(call, &error);
    return false;
}

static void put_session(struct call *call, const struct login_session *session)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_text(json, "id", session_id(call, session));
    call_put_time_ms(json, "created_at", session->created_at);
    call_put_time_ms(json, "last_seen", session->last_seen);
    call_put_time_ms(json, "expires_at", session->expires_at);
    json_put_text(json, "address", session->address);
    json_put_text(json, "agent", session->agent);
    json_put_bool(json, "current", text_equal(session->digest, call->caller.session));
    json_end_object(json);
}

static void list_sessions(struct call *call)
{
    struct login_sessions sessions;

    if (!load_sessions(call, &sessions))
        return;
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "sessions");
    for (size_t i = 0; i < sessions.count; i++)
        put_session(call, &sessions.items[i]);
    json_end_array(&call->json);
    json_end_object(&call->json);
}

/* All that `wanted` takes, one's own only. -1: answered. */
static int end_sessions(struct call *call,
                        bool (*wanted)(struct call *call, const struct login_session *session))
{
    struct login_sessions sessions;
    struct error error;
    int count = 0;

    if (!load_sessions(call, &sessions))
        return -1;
    for (size_t i = 0; i < sessions.count; i++) {
        if (!wanted(call, &sessions.items[i]))
            continue;
        if (sessions_end(call->store, sessions.items[i].digest, &error)) {
            call_fail_error(call, &error);
            return -1;
        }
        hub_end_session(call->api->hub, sessions.items[i].digest);
        count++;
    }
    return count;
}

static bool is_named(struct call *call, const struct login_session *session)
{
    return text_equal(session_id(call, session), call_text(call, "session_id"));
}

static bool is_another(struct call *call, const struct login_session *session)
{
    return !text_equal(session->digest, call->caller.session);
}

static void end_session(struct call *call)
{
    int count = end_sessions(call, is_named);

    if (count < 0)
        return;
    if (count == 0) {
        call_fail(call, 404, "session_not_found", "you have no such session");
        return;
    }
    call_audit(call, "session.end", call_text(call, "session_id"), "");
    api_answer_done(call, "The session has ended");
}

static void end_other_sessions(struct call *call)
{
    int count = end_sessions(call, is_another);

    if (count < 0)
        return;
    const char *message =
        arena_print(call->arena, "Ended %d other session%s", count, count == 1 ? "" : "s");
    call_audit(call, "session.end", "all others", message);
    api_answer_done(call, "%s", message);
}

/* ---- password ---- */

static const struct field password_body[] = {
    {"current_password", FIELD_TEXT, FIELD_SECRET,
     .help = "Needed unless the account has none yet, because a proxy logs its owner in", .low = 1,
     .high = GUARD_PASSWORD_MOST},
    {"new_password", FIELD_TEXT, FIELD_REQUIRED | FIELD_SECRET,
     .help = "At least 10 characters, and not the name", .low = 1, .high = GUARD_PASSWORD_MOST},
    {0},
};

/* A key or token that was stolen must not take over the account. */
static bool is_a_person(struct call *call)
{
    if (text_equal(call->caller.how, "session") || text_equal(call->caller.how, "proxy"))
        return true;
    call_fail(call, 403, "people_only", "only who has logged in can change a password");
    return false;
}

static bool knows_password(struct call *call, const struct account *account)
{
    const char *current = call_body_text(call, "current_password");
    struct account found;

    if (!*account->password)
        return true;
    if (current)
        return guard_try_password(call->api->guard, call, account->name, current, &found);
    call_fail_field(call, "current_password", "is missing");
    return false;
}

static void change_password(struct call *call)
{
    char password[CRYPTO_PASSWORD_SIZE];
    struct account account;
    struct error error;

    if (!is_a_person(call))
        return;
    if (accounts_find(call->store, call->arena, call->caller.user_id, &account, &error)) {
        call_fail_error(call, &error);
        return;
    }
    if (!knows_password(call, &account) ||
        !guard_hash_password(call->api->guard, call, "new_password", account.name,
                             call_body_text(call, "new_password"), password))
        return;
    if (accounts_set_password(call->store, account.id, account.password, password,
                              call->caller.session, &error)) {
        call_fail_error(call, &error);
        return;
    }
    hub_recheck(call->api->hub);
    call_audit(call, "password.change", account.name, "");
    api_answer_done(call, "The password is changed; your other sessions have ended");
}

const struct route api_auth_routes[] = {
    {
        .id = "auth_login",
        .tag = "Login",
        .method = WEB_POST,
        .path = "/api/auth/login",
        .access = ACCESS_NONE,
        .flags = ROUTE_ERRAND | ROUTE_PASSWORD | ROUTE_SECRETS,
        .summary = "Log in: a session cookie, and the CSRF token that goes with it",
        .body = login_body,
        .answer = &session_answer,
        .handle = log_in,
    },
    {
        .id = "auth_logout",
        .tag = "Login",
        .method = WEB_POST,
        .path = "/api/auth/logout",
        .access = ACCESS_READ,
        .flags = ROUTE_ANY_BODY,
        .summary = "End the session that asks",
        .answer = &api_done_answer,
        .handle = log_out,
    },
    {
        .id = "auth_session",
        .tag = "Login",
        .method = WEB_GET,
        .path = "/api/auth/session",
        .access = ACCESS_NONE,
        .flags = ROUTE_SECRETS,
        .summary = "Who the caller is and may do, and whether anybody must log in",
        .answer = &session_answer,
        .handle = answer_session,
    },
    {
        .id = "auth_sessions",
        .tag = "Login",
        .method = WEB_GET,
        .path = "/api/auth/sessions",
        .access = ACCESS_READ,
        .summary = "One's own sessions",
        .answer = &sessions_answer,
        .handle = list_sessions,
    },
    {
        .id = "auth_session_end",
        .tag = "Login",
        .method = WEB_DELETE,
        .path = "/api/auth/sessions/{session_id}",
        .access = ACCESS_READ,
        .summary = "End one of one's own sessions",
        .parameters = session_parameters,
        .answer = &api_done_answer,
        .handle = end_session,
    },
    {
        .id = "auth_sessions_end",
        .tag = "Login",
        .method = WEB_DELETE,
        .path = "/api/auth/sessions",
        .access = ACCESS_READ,
        .summary = "End all of one's own sessions but the one that asks",
        .answer = &api_done_answer,
        .handle = end_other_sessions,
    },
    {
        .id = "auth_password",
        .tag = "Login",
        .method = WEB_PUT,
        .path = "/api/auth/password",
        .access = ACCESS_READ,
        .flags = ROUTE_ERRAND | ROUTE_PASSWORD,
        .summary = "Change one's own password",
        .body = password_body,
        .answer = &api_done_answer,
        .handle = change_password,
    },
    {
        .id = "setup_admin",
        .tag = "Login",
        .method = WEB_POST,
        .path = "/api/setup/admin",
        .access = ACCESS_NONE,
        .flags = ROUTE_ERRAND | ROUTE_PASSWORD | ROUTE_SECRETS | ROUTE_SETUP,
        .summary = "Make the first account, with the token that the log shows, and log in",
        .body = setup_body,
        .answer = &session_answer,
        .status = 201,
        .handle = make_first_admin,
    },
    {0},
};
