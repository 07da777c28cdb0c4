/*
 * accounts.c: the accounts of people, for admins.
 */
#include <inttypes.h>

#include "api/done.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"
#include "web/hub.h"

enum { SEERR_USER_MOST = 1000000000 };

const struct field api_accounts_fields[] = {
    {"id", FIELD_INTEGER, .help = "Number of the account"},
    {"username", FIELD_TEXT, .help = "Name to log in with"},
    {"role", FIELD_TEXT, .help = "viewer reads, user changes lists and syncs, admin all",
     .words = guard_roles},
    {"seerr_user", FIELD_INTEGER, FIELD_NULLABLE, .help = "The Seerr user this person is"},
    {"disabled", FIELD_SWITCH, .help = "Cannot log in"},
    {"has_password", FIELD_SWITCH, .help = "false: logs in by the proxy only"},
    {"created_at", FIELD_TEXT, .help = "When it was made", .format = "date-time"},
    {"last_login", FIELD_TEXT, FIELD_NULLABLE, .help = "When somebody logged in",
     .format = "date-time"},
    {0},
};

static const struct field account_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = api_accounts_fields, .schema = "Account"};
static const struct field accounts_fields[] = {
    {"users", FIELD_LIST, .help = "By name", .of = FIELD_OBJECT, .fields = api_accounts_fields,
     .schema = "Account"},
    {0},
};
static const struct field accounts_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = accounts_fields};

static const struct field account_parameters[] = {
    {"user_id", FIELD_INTEGER, FIELD_IN_PATH, "Number of the account", .low = 1, .high = INT64_MAX},
    {0},
};
static const struct field add_body[] = {
    {"username", FIELD_TEXT, FIELD_REQUIRED, .help = "Name to log in with", .low = 1,
     .high = GUARD_NAME_MOST},
    {"password", FIELD_TEXT, FIELD_SECRET,
     .help =
         "At least 10 characters, and not the name; without one only the proxy logs this person in",
     .low = 1, .high = GUARD_PASSWORD_MOST},
    {"role", FIELD_TEXT, FIELD_REQUIRED, .help = "What this person may do", .words = guard_roles},
    {"seerr_user", FIELD_INTEGER, FIELD_NULLABLE, .help = "The Seerr user this person is", .low = 1,
     .high = SEERR_USER_MOST},
    {0},
};
static const struct field change_body[] = {
    {"username", FIELD_TEXT, .help = "Name to log in with", .low = 1, .high = GUARD_NAME_MOST},
    {"password", FIELD_TEXT, FIELD_SECRET, .help = "A new one; it ends the person's sessions",
     .low = 1, .high = GUARD_PASSWORD_MOST},
    {"role", FIELD_TEXT, .help = "What this person may do", .words = guard_roles},
    {"seerr_user", FIELD_INTEGER, FIELD_NULLABLE, .help = "The Seerr user this person is", .low = 1,
     .high = SEERR_USER_MOST},
    {"disabled", FIELD_SWITCH, .help = "true: sessions and keys of this person end"},
    {0},
};

void api_accounts_put(struct json_writer *json, const char *key, const struct account *account)
{
    json_begin_object(json, key);
    json_put_number(json, "id", account->id);
    json_put_text(json, "username", account->name);
    json_put_text(json, "role", account->role);
    json_put_number_or_null(json, "seerr_user", account->seerr_user);
    json_put_bool(json, "disabled", account->disabled);
    json_put_bool(json, "has_password", !text_is_empty(account->password));
    call_put_time_ms(json, "created_at", account->created_at);
    call_put_time_ms(json, "last_login", account->last_login);
    json_end_object(json);
}

/* False: answered. */
static bool is_fine(struct call *call, enum error_code rc, const struct error *error)
{
    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "user_not_found", "%s", error->message);
    else if (rc)
        call_fail_error(call, error);
    return !rc;
}

static void list_accounts(struct call *call)
{
    struct accounts accounts;
    struct error error;

    guard_keep_out_of_caches(call);
    if (!is_fine(call, accounts_load(call->store, call->arena, &accounts, &error), &error))
        return;
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "users");
    for (size_t i = 0; i < accounts.count; i++)
        api_accounts_put(&call->json, NULL, &accounts.items[i]);
    json_end_array(&call->json);
    json_end_object(&call->json);
}

static bool find_asked(struct call *call, struct account *ret)
{
    struct error error;

    guard_keep_out_of_caches(call);
    return is_fine(
        call, accounts_find(call->store, call->arena, call_integer(call, "user_id"), ret, &error),
        &error);
}

static void show_account(struct call *call)
{
    struct account account;

    if (find_asked(call, &account))
        api_accounts_put(&call->json, NULL, &account);
}

/* A new password is hashed first, which takes a while. The name is the new one, or that of now. */
static bool take_password(struct call *call, const char *name, char ret[CRYPTO_PASSWORD_SIZE])
{
    const char *wanted = call_body_text(call, "password");
    const char *new_name = call_body_text(call, "username");
    const char *problem = new_name ? guard_name_problem(new_name) : NULL;

    ret[0] = '\0';
    if (problem) {
        call_fail_field(call, "username", "%s", problem);
        return false;
    }
    return !wanted || guard_hash_password(call->api->guard, call, "password",
                                          new_name ? new_name : name, wanted, ret);
}

/* What the body says, over what is there; the password "" is not changed. */
static void take_body(struct call *call, struct account *account, const char *password)
{
    const char *name = call_body_text(call, "username");
    const char *role = call_body_text(call, "role");

    account->name = name ? name : account->name;
    account->role = role ? role : account->role;
    if (call_body_has(call, "seerr_user"))
        account->seerr_user = call_body_integer(call, "seerr_user", 0);
    account->disabled = call_body_switch(call, "disabled", account->disabled);
    account->password = password;
}

static void add_account(struct call *call)
{
    struct account account = {.created_at = clock_wall_ms()};
    char password[CRYPTO_PASSWORD_SIZE];
    struct error error;

    if (!guard_may_change_accounts(call) || !take_password(call, "", password))
        return;
    take_body(call, &account, password);
    if (!is_fine(call, accounts_add(call->store, &account, &account.id, &error), &error))
        return;
    call_audit(call, "user.add", account.name, account.role);
    api_accounts_put(&call->json, NULL, &account);
}

/* For the audit log: what is new about the account, never the password itself. */
static const char *differences(struct call *call, const struct account *before,
                               const struct account *after)
{
    bool renamed = !text_equal(before->name, after->name);
    bool changed_role = !text_equal(before->role, after->role);

    return arena_print(call->arena, "%s%s%s%s%s%s", renamed ? "was called " : "",
                       renamed ? before->name : "", renamed && changed_role ? ", " : "",
                       changed_role ? after->role : "",
                       before->disabled == after->disabled ? ""
                       : after->disabled                   ? " (disabled)"
                                                           : " (enabled)",
                       *after->password ? " (new password)" : "");
}

static void change_account(struct call *call)
{
    char password[CRYPTO_PASSWORD_SIZE];
    struct account before, after;
    struct error error;

    if (!guard_may_change_accounts(call) || !find_asked(call, &before) ||
        !take_password(call, before.name, password) ||
        !find_asked(call, &before)) /* again: it may have changed meanwhile */
        return;
    after = before;
    take_body(call, &after, password);
    if (!is_fine(call, accounts_change(call->store, &after, call->caller.session, &error), &error))
        return;
    hub_recheck(call->api->hub);
    call_audit(call, "user.change", after.name, differences(call, &before, &after));
    if (!*after.password)
        after.password = before.password;
    api_accounts_put(&call->json, NULL, &after);
}

static void delete_account(struct call *call)
{
    struct account account;
    struct error error;

    if (!find_asked(call, &account) ||
        !is_fine(call, accounts_delete(call->store, account.id, &error), &error))
        return;
    hub_recheck(call->api->hub);
    call_audit(call, "user.delete", account.name, "");
    api_answer_done(call, "Deleted the account %s", account.name);
}

static void end_sessions(struct call *call)
{
    struct account account;
    struct error error;

    if (!find_asked(call, &account) ||
        !is_fine(call, sessions_end_all(call->store, account.id, &error), &error))
        return;
    hub_recheck(call->api->hub);
    call_audit(call, "session.end", account.name, "all");
    api_answer_done(call, "All sessions of %s have ended", account.name);
}

const struct route api_accounts_routes[] = {
    {
        .id = "users_list",
        .tag = "Users",
        .method = WEB_GET,
        .path = "/api/users",
        .access = ACCESS_ADMIN,
        .summary = "All accounts",
        .answer = &accounts_answer,
        .handle = list_accounts,
    },
    {
        .id = "users_add",
        .tag = "Users",
        .method = WEB_POST,
        .path = "/api/users",
        .access = ACCESS_ADMIN,
        .flags = ROUTE_ERRAND,
        .summary = "Make an account",
        .body = add_body,
        .answer = &account_answer,
        .status = 201,
        .handle = add_account,
    },
    {
        .id = "users_get",
        .tag = "Users",
        .method = WEB_GET,
        .path = "/api/users/{user_id}",
        .access = ACCESS_ADMIN,
        .summary = "One account",
        .parameters = account_parameters,
        .answer = &account_answer,
        .handle = show_account,
    },
    {
        .id = "users_change",
        .tag = "Users",
        .method = WEB_PUT,
        .path = "/api/users/{user_id}",
        .access = ACCESS_ADMIN,
        .flags = ROUTE_ERRAND,
        .summary = "Change an account; what is not named stays",
        .parameters = account_parameters,
        .body = change_body,
        .answer = &account_answer,
        .handle = change_account,
    },
    {
        .id = "users_delete",
        .tag = "Users",
        .method = WEB_DELETE,
        .path = "/api/users/{user_id}",
        .access = ACCESS_ADMIN,
        .summary = "Delete an account with its sessions and keys",
        .parameters = account_parameters,
        .answer = &api_done_answer,
        .handle = delete_account,
    },
    {
        .id = "users_end_sessions",
        .tag = "Users",
        .method = WEB_DELETE,
        .path = "/api/users/{user_id}/sessions",
        .access = ACCESS_ADMIN,
        .summary = "End all sessions of an account",
        .parameters = account_parameters,
        .answer = &api_done_answer,
        .handle = end_sessions,
    },
    {0},
};
