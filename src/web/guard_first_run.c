/* The first account: made from the settings, or by whoever can read the log. */
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

static enum error_code check_admin(const char *name, const char *password, struct error *error)
{
    const char *problem = guard_name_problem(name);

    if (problem)
        return error_set(error, ERROR_USAGE, "LISTSYNC_ADMIN_USER %s", problem);
    problem = guard_password_problem(name, password);
    if (problem)
        return error_set(error, ERROR_USAGE, "LISTSYNC_ADMIN_PASSWORD %s", problem);
    return ERROR_NONE;
}

static enum error_code make_admin(struct guard *guard, struct store *store, const char *name,
                                  struct error *error)
{
    const struct secret *given = options_secret(guard->given, "LISTSYNC_ADMIN_PASSWORD");
    char password[CRYPTO_PASSWORD_SIZE];
    int64_t id = 0;

    if (check_admin(name, secret_reveal(given), error))
        return ERROR_USAGE;
    crypto_password_hash(secret_reveal(given), password);
    const struct account account = {.name = name, .password = password, .role = "admin"};
    enum error_code rc = accounts_add_first(store, &account, &id, error);
    if (rc)
        return rc;
    atomic_store(&guard->has_accounts, true);
    log_info("guard", "made the admin account of LISTSYNC_ADMIN_USER", LOG_TEXT("name", name),
             LOG_END);
    return ERROR_NONE;
}

/* One line with all that is needed: in a browser, one click. */
static void show_setup_token(struct guard *guard, const char *address)
{
    pthread_mutex_lock(&guard->lock);
    crypto_token(guard->setup_token);
    AUTO_FREE char *sentence =
        memory_print("there is no account yet; make the first at %s/setup?token=%s", address,
                     guard->setup_token);
    pthread_mutex_unlock(&guard->lock);
    log_warning("guard", sentence, LOG_END);
}

void guard_end_setup(struct guard *guard)
{
    atomic_store(&guard->has_accounts, true);
    pthread_mutex_lock(&guard->lock);
    explicit_bzero(guard->setup_token, sizeof(guard->setup_token));
    pthread_mutex_unlock(&guard->lock);
}

enum error_code guard_check_first(const struct options *given, struct error *error)
{
    bool has_name = options_is_set(given, "LISTSYNC_ADMIN_USER");
    bool has_password = options_is_set(given, "LISTSYNC_ADMIN_PASSWORD");

    if (has_name == has_password)
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "%s is set, but not %s: the first admin needs a name and a password",
                     has_name ? "LISTSYNC_ADMIN_USER" : "LISTSYNC_ADMIN_PASSWORD",
                     has_name ? "LISTSYNC_ADMIN_PASSWORD" : "LISTSYNC_ADMIN_USER");
}

enum error_code guard_make_first(struct guard *guard, struct store *store, struct error *error)
{
    const char *name = options_text(guard->given, "LISTSYNC_ADMIN_USER");

    if (!guard_needs_setup(guard, store))
        return ERROR_NONE;
    enum error_code rc = guard_check_first(guard->given, error);
    return rc || !*name ? rc : make_admin(guard, store, name, error);
}

void guard_begin(struct guard *guard, struct store *store, const char *address)
{
    if (guard->warning)
        log_warning("guard", guard->warning, LOG_END);
    if (guard_needs_setup(guard, store))
        show_setup_token(guard, address);
}
