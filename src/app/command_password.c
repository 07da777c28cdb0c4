#include <stdio.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/password_input.h"
#include "app/session.h"
#include "app/words.h"
#include "base/crypto.h"
#include "store/accounts.h"
#include "store/audit.h"
#include "web/guard.h"

/*
 * For who lost a password and is on the machine itself. No lock is needed beside a running service:
 * it asks the database anew at each request who may, and each write here is one transaction.
 */
static enum error_code find(struct session *session, struct arena *arena, const char *name,
                            struct account *ret, struct error *error)
{
    enum error_code rc = accounts_find_name(session->store, arena, name, ret, error);

    if (rc == ERROR_NOT_FOUND)
        return error_set(error, ERROR_USAGE, "there is no account \"%s\" in %s", name,
                         session->data_directory);
    if (!rc && ret->disabled)
        return error_set(error, ERROR_USAGE, "the account \"%s\" is disabled: an admin enables it",
                         ret->name);
    return rc;
}

static enum error_code hash(const struct account *account, char ret[CRYPTO_PASSWORD_SIZE],
                            struct error *error)
{
    struct secret password = {0};
    enum error_code rc = password_input_read(&password, error);
    const char *problem =
        rc ? NULL : guard_password_problem(account->name, secret_reveal(&password));

    if (problem)
        rc = error_set(error, ERROR_USAGE, "the password %s; nothing was changed", problem);
    if (!rc)
        crypto_password_hash(secret_reveal(&password), ret);
    secret_release(&password);
    return rc;
}

static enum error_code change(struct store *store, const struct account *account,
                              const char *password, struct error *error)
{
    const struct audit_row row = {
        .who = "the command line",
        .how = "command",
        .address = "",
        .action = "password.change",
        .subject = account->name,
        .detail = "",
    };
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = accounts_set_password(store, account->id, account->password, password, NULL, error);
    if (!rc)
        rc = audit_add(store, &row, error);
    return store_end(store, rc, error);
}

static enum error_code perform(struct session *session, const char *name, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    char password[CRYPTO_PASSWORD_SIZE];
    struct account account;
    enum error_code rc = session_open_store(session, error);

    if (!rc)
        rc = find(session, arena, name, &account, error);
    if (!rc)
        rc = hash(&account, password, error);
    if (!rc)
        rc = change(session->store, &account, password, error);
    if (!rc)
        words_print(stdout, 2, "%s has a new password; all sessions of this account have ended",
                    account.name);
    return rc;
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_password, "%s", error.message);
    if (words.count != 1)
        return command_usage(&command_password, words.count
                                                    ? "one name only; the password is asked for"
                                                    : "whose? The name to log in with");
    interrupt_watch();
    crypto_begin();
    enum error_code rc = session_open(&session, origins.items, &error);
    if (!rc)
        rc = perform(&session, words.items[0], &error);
    enum exit_code code = rc ? session_fail(&session, &error) : EXIT_DONE;
    session_close(&session);
    return code;
}

const struct command command_password = {
    .name = "password",
    .arguments = "NAME",
    .summary = "set a new password of an account",
    .help =
        "  The password is asked for on the terminal, or is the first line of what is piped in.\n"
        "  All sessions of the account end; API keys stay. The service may run meanwhile. No\n"
        "  account is made.\n",
    .run = run,
};
