/* Passwords: tried within limits, and made after the rules. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

enum { BUSY_RETRY_S = 2 };

const struct guard_refusal guard_login_failed = {401, "login_failed",
                                                 "the name or the password is wrong"};

/* Each takes memory and a thread for a while, so that only few may wait for it. */
static bool take_place(struct guard *guard, struct call *call)
{
    if (atomic_fetch_add(&guard->passwords, 1) < GUARD_PASSWORDS_WAITING)
        return true;
    atomic_fetch_sub(&guard->passwords, 1);
    guard_refuse_for(call, 503, "busy", BUSY_RETRY_S,
                     "too many people log in at this moment; try again soon");
    return false;
}

static void give_place(struct guard *guard)
{
    atomic_fetch_sub(&guard->passwords, 1);
}

/* One name in whatever case is one account. */
static const char *throttle_name(struct call *call, const char *name)
{
    char *lower = arena_text(call->arena, name);

    for (char *at = lower; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return lower;
}

/* People type passwords into the field of the name, so a name that nobody has is not written. */
static void tell_failure(struct call *call, const struct account *account)
{
    const char *name = account->id ? account->name : "a name that is not known";

    log_warning("guard", "a login failed", LOG_TEXT("name", name),
                LOG_TEXT("address", guard_address_text(call)), LOG_END);
    call_audit(call, "login.fail", name, "");
}

static bool fits(struct guard *guard, const struct account *account, const char *password)
{
    bool can_log_in = account->id && !account->disabled && *account->password;
    bool result = crypto_password_fits(password, can_log_in ? account->password : NULL);

    give_place(guard);
    return result;
}

/* An account that is not there has the id 0. False: answered. */
static bool find_account(struct call *call, const char *name, struct account *ret)
{
    struct error error;
    enum error_code rc = accounts_find_name(call->store, call->arena, name, ret, &error);

    if (rc == ERROR_NOT_FOUND)
        *ret = (struct account){0};
    else if (rc)
        call_fail_error(call, &error);
    return !rc || rc == ERROR_NOT_FOUND;
}

bool guard_try_password(struct guard *guard, struct call *call, const char *name,
                        const char *password, struct account *ret)
{
    const char *address = guard_address_text(call);
    const char *counted = throttle_name(call, name);

    if (!find_account(call, name, ret) || !take_place(guard, call))
        return false;
    int64_t wait = throttle_try(guard->throttle, address, counted, clock_steady_ms());
    if (guard_refuse_tries(call, wait)) {
        give_place(guard);
        return false;
    }
    if (fits(guard, ret, password)) {
        throttle_right(guard->throttle, address, counted);
        return true;
    }
    tell_failure(call, ret);
    guard_refuse(call,
                 &(struct guard_refusal){401, "login_failed", "the name or the password is wrong"});
    return false;
}

bool guard_try_setup_token(struct guard *guard, struct call *call, const char *token)
{
    static const char counted[] = "\n first-run token"; /* no name of a person */
    const char *address = guard_address_text(call);
    int64_t wait = throttle_wait(guard->throttle, address, clock_steady_ms());

    if (guard_refuse_tries(call, wait))
        return false;
    pthread_mutex_lock(&guard->lock);
    bool is_right = *guard->setup_token && crypto_equal(guard->setup_token, token);
    pthread_mutex_unlock(&guard->lock);
    if (is_right)
        return true;
    throttle_try(guard->throttle, address, counted, clock_steady_ms());
    log_warning("guard", "a wrong first-run token came", LOG_TEXT("address", address), LOG_END);
    guard_refuse(call, &(struct guard_refusal){403, "token_wrong",
                                               "that is not the token that the log shows; each "
                                               "start of the server makes a new one"});
    return false;
}

static size_t characters(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

const char *guard_password_problem(const char *name, const char *password)
{
    if (characters(password) < GUARD_PASSWORD_LEAST)
        return "wants at least 10 characters";
    if (strlen(password) > GUARD_PASSWORD_MOST)
        return "wants at most 1024 bytes";
    if (text_equal_ignoring_case(name, password))
        return "must not be the name";
    return NULL;
}

const char *guard_name_problem(const char *name)
{
    size_t length = strlen(name);
    AUTO_FREE char *tame = memory_text(name);

    if (length == 0 || characters(name) > GUARD_NAME_MOST)
        return "wants 1 to 64 characters";
    text_tame(tame);
    if (!text_is_valid_utf8(name, length) || strcmp(tame, name) != 0)
        return "wants letters, digits and signs only";
    if (name[0] == ' ' || name[length - 1] == ' ')
        return "must not begin or end with a blank";
    return NULL;
}

bool guard_hash_password(struct guard *guard, struct call *call, const char *field,
                         const char *name, const char *password, char ret[CRYPTO_PASSWORD_SIZE])
{
    const char *problem = guard_password_problem(name, password);

    if (problem) {
        call_fail_field(call, field, "%s", problem);
        return false;
    }
    if (!take_place(guard, call))
        return false;
    crypto_password_hash(password, ret);
    give_place(guard);
    return true;
}
