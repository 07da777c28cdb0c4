#include <stdio.h>
#include <unistd.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/session.h"
#include "app/table.h"
#include "app/words.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/backup_folder.h"
#include "sync/secret_key_change.h"

/* What it is called in front of people, never what it is. */
static const char *describe(const struct secret_key *key, struct arena *arena)
{
    return arena_print(arena, "%s (mark %.8s)", key->source, key->mark);
}

/* ---- which key ---- */

static void print_values(const struct secret_key *key, const struct sealed_values *values)
{
    static const char *const kinds[] = {
        [SEALED_SETTING] = "setting",
        [SEALED_TARGET] = "notification target",
        [SEALED_TOKEN_KEY] = "key that signs tokens",
    };
    AUTO_TABLE struct table table;

    table_init(&table, 3);
    for (size_t i = 0; i < values->count; i++) {
        const struct sealed_value *value = &values->items[i];
        table_cell(&table, "%s", sealed_values_opens(value, &key->key) ? "opens" : "CLOSED");
        table_cell(&table, "%s", kinds[value->kind]);
        table_cell(&table, "%s", value->name);
    }
    table_print(&table, stdout, 2);
}

static enum exit_code show(struct session *session, struct arena *arena)
{
    const struct secret_key_place place = session_key_place(session);
    AUTO_SECRET_KEY struct secret_key key = {0};
    struct sealed_values values = {0};
    struct error error = {0};
    enum error_code rc = session_open_store(session, &error);

    if (!rc)
        rc = secret_key_find(&place, session->store, &key, &error);
    if (!rc)
        rc = sealed_values_load(session->store, arena, &values, &error);
    if (rc)
        return session_fail(session, &error);
    if (!key.is_there)
        words_print(stdout, 0, "Nothing is sealed in %s yet, and no key was made.",
                    session->data_directory);
    else if (!key.sealed)
        words_print(stdout, 0, "The key is %s; nothing is sealed with it yet.",
                    describe(&key, arena));
    else
        words_print(
            stdout, 0, "The key is %s. It opens %zu of %s:", describe(&key, arena), key.opened,
            words_count(arena, (int64_t)key.sealed, "stored credential", "stored credentials"));
    print_values(&key, &values);
    return key.opened == key.sealed ? EXIT_DONE : EXIT_WITH_ERRORS;
}

/* ---- another one ---- */

static enum error_code open_locked(struct session *session, struct error *error)
{
    enum error_code rc = session_lock_alone(session, error);

    return rc ? rc : session_make_store(session, error);
}

static void print_aside(const struct secret_key_changed *changed)
{
    if (changed->aside && changed->is_aside_a_key)
        words_print(stdout, 0,
                    "The one before is kept as %s: `listsync restore` takes it for backups "
                    "that were made without a passphrase. Remove it when there are none any more.",
                    changed->aside);
    else if (changed->aside)
        words_print(stdout, 0,
                    "The " SECRET_KEY_FILE " before, which was no key, is kept as "
                    "%s.",
                    changed->aside);
}

static void print_rotated(struct arena *arena, const struct secret_key_changed *changed)
{
    const struct secret_key *key = &changed->key;

    if (key->sealed && !changed->sealed_anew)
        words_print(stdout, 0,
                    "All is sealed with %s already. For another key set another one, and give "
                    "this one as LISTSYNC_SECRET_KEY_OLD.",
                    describe(key, arena));
    else
        words_print(stdout, 0, "The key is %s now; %s sealed with it.", describe(key, arena),
                    key->sealed ? words_count(arena, (int64_t)changed->sealed_anew,
                                              "stored credential is", "stored credentials are")
                                : "nothing is stored that would be");
    print_aside(changed);
}

static enum exit_code rotate(struct session *session, struct arena *arena)
{
    const struct secret_key_place place = session_key_place(session);
    struct secret_key_changed changed = {0};
    struct error error = {0};
    enum error_code rc = open_locked(session, &error);

    if (!rc)
        rc = secret_key_rotate(&place, session->store, &changed, &error);
    if (rc)
        return session_fail(session, &error);
    print_rotated(arena, &changed);
    secret_key_changed_release(&changed);
    return EXIT_DONE;
}

/* ---- without the key ---- */

/* With what is sealed in it, for the day when the key is found. */
static enum error_code make_backup(const struct session *session, struct arena *arena,
                                   const char **ret_name, struct error *error)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    struct backup_file made;

    backup_folder_init(&folder, &session->settings.options, session->data_directory);
    enum error_code rc = backup_folder_make(&folder, BACKUP_BY_HAND, NULL, arena, &made, error);
    if (rc)
        return error_prefix(error, "nothing was given up, since it cannot be backed up before");
    *ret_name = made.name;
    return ERROR_NONE;
}

static void print_forgotten(struct arena *arena, const struct secret_key_changed *changed,
                            const char *backup)
{
    if (changed->lost.count)
        words_print(stdout, 0,
                    "Given up, since no key that is here opens it: %s. Enter it again. The backup "
                    "%s still holds it: `listsync restore` brings it back once the key is found.",
                    sealed_values_names(&changed->lost, arena), backup);
    else
        words_print(stdout, 0, "Nothing had to be given up: a key that is here opens all of it.");
    if (changed->sealed_anew)
        words_print(stdout, 0, "The key is %s now; %s sealed with it.",
                    describe(&changed->key, arena),
                    words_count(arena, (int64_t)changed->sealed_anew, "stored credential is",
                                "stored credentials are"));
    else
        words_print(stdout, 0, "The key is %s.", describe(&changed->key, arena));
    print_aside(changed);
}

static enum exit_code forget(struct session *session, struct arena *arena)
{
    const struct secret_key_place place = session_key_place(session);
    struct secret_key_changed changed = {0};
    const char *backup = "";
    struct error error = {0};
    enum error_code rc = open_locked(session, &error);

    if (!rc)
        rc = make_backup(session, arena, &backup, &error);
    if (!rc)
        rc = secret_key_forget(&place, session->store, arena, &changed, &error);
    if (rc)
        return session_fail(session, &error);
    print_forgotten(arena, &changed, backup);
    secret_key_changed_release(&changed);
    return EXIT_DONE;
}

static const struct {
    const char *word;
    enum exit_code (*perform)(struct session *session, struct arena *arena);
} deeds[] = {
    {"show", show},
    {"rotate", rotate},
    {"forget", forget},
};

static enum exit_code perform(struct session *session, const struct words *words)
{
    AUTO_ARENA struct arena *arena = arena_new();
    const char *word = words->count ? words->items[0] : deeds[0].word;
    struct error error = {0};

    crypto_begin();
    if (secret_key_check(&session->settings.options, &error))
        return session_fail(session, &error);
    for (size_t i = 0; i < ARRAY_LENGTH(deeds); i++)
        if (text_equal(deeds[i].word, word))
            return deeds[i].perform(session, arena);
    return command_usage(&command_key, "key takes show, rotate or forget, not \"%s\"", word);
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_key, "%s", error.message);
    if (words.count > 1)
        return command_usage(&command_key, "key takes one word at most");
    enum exit_code code = session_open(&session, origins.items, &error)
                              ? session_fail(&session, &error)
                              : perform(&session, &words);
    session_close(&session);
    return code;
}

const struct command command_key = {
    .name = "key",
    .arguments = "[show | rotate | forget]",
    .summary = "show or change the key that seals stored credentials",
    .help =
        "  That key is LISTSYNC_SECRET_KEY, or else the file secret.key in the data directory. It\n"
        "  is never shown; its mark tells it from others. To change it the service must not be\n"
        "  running; a change that is cut off is ended or taken back by the next start.\n"
        "\n"
        "  rotate  seal all with LISTSYNC_SECRET_KEY, or with a new secret.key where that is not\n"
        "          set; so it also leads from the one to the other. What LISTSYNC_SECRET_KEY was\n"
        "          before is told by LISTSYNC_SECRET_KEY_OLD\n"
        "  forget  give up what no key opens that is here, after a backup; to be entered again\n",
    .run = run,
};
