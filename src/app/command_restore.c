#include <stdio.h>
#include <unistd.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/password_input.h"
#include "app/session.h"
#include "app/words.h"
#include "base/crypto.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/backup_restore.h"
#include "store/former.h"
#include "sync/backup_folder.h"
#include "sync/secret_key_change.h"

/* A path, or the name of one in the folder of backups. */
static char *find_file(const struct backup_folder *folder, const char *text)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct backup_file found;

    if (access(text, F_OK) != 0 &&
        backup_folder_find(folder, text, arena, &found, NULL) == ERROR_NONE)
        return backup_folder_file(folder, text);
    return memory_text(text);
}

/* Asked for only if it is needed and not set. */
static enum error_code get_passphrase(const struct backup_folder *folder,
                                      const struct backup_head *head, struct secret *ret,
                                      struct error *error)
{
    if (!head->is_encrypted)
        return ERROR_NONE;
    if (!secret_is_set(&folder->passphrase)) {
        enum error_code rc =
            password_input_ask("passphrase", "Passphrase of the backup: ", ret, error);
        return rc == ERROR_USAGE
                   ? error_prefix(error, "the backup is encrypted: set LISTSYNC_BACKUP_PASSPHRASE")
                   : rc;
    }
    secret_set(ret, secret_reveal(&folder->passphrase));
    return ERROR_NONE;
}

/* Nothing that is in the backup is lost: it is only not in the database here. */
static void print_lost(const struct session *session, struct arena *arena,
                       const struct backup_restored *restored)
{
    const struct backup_head *head = &restored->head;
    const char *mark = *head->key_mark ? arena_print(arena, " (mark %.8s)", head->key_mark) : "";

    if (!restored->lost.count)
        return;
    words_print(stdout, 0,
                "Not back, since no key that is here opens it: %s. The backup %s the key%s that "
                "they are sealed with. Enter them again, or restore once more with that key, as "
                "the old machine's secret.key in %s or as LISTSYNC_SECRET_KEY_OLD.",
                sealed_values_names(&restored->lost, arena),
                head->is_encrypted ? "does not hold"
                                   : "was made without a passphrase, and so does not hold",
                mark, session->data_directory);
}

static void print_key(const struct session *session, struct arena *arena,
                      const struct backup_restored *restored, const struct secret_key_place *place)
{
    if (*restored->kept_key)
        words_print(stdout, 0, "The secret.key before, which was no key, is kept as %s.",
                    restored->kept_key);
    if (restored->made_key_file)
        words_print(stdout, 0, "The key that opens its credentials is %s/" SECRET_KEY_FILE " now.",
                    session->data_directory);
    else if (restored->sealed_anew)
        words_print(stdout, 0, "Its credentials are sealed with %s now.",
                    secret_is_set(place->setting) ? "LISTSYNC_SECRET_KEY"
                                                  : "the secret.key that was here");
    print_lost(session, arena, restored);
}

static void print_restored(const struct session *session, struct arena *arena,
                           const struct backup_restored *restored)
{
    const struct backup_head *head = &restored->head;

    words_print(stdout, 0, "The database of %s UTC is back: %s, %s, %s.",
                words_time(arena, head->made_at),
                words_count(arena, head->counts.lists, "list", "lists"),
                words_count(arena, head->counts.items, "title", "titles"),
                words_count(arena, head->counts.runs, "run", "runs"));
    if (restored->schema != head->schema)
        words_print(stdout, 0, "It was brought from schema %d to %d.", head->schema,
                    restored->schema);
    if (restored->doubted)
        words_print(stdout, 0,
                    "%s that waited in it may have been sent since, and will not be sent again.",
                    words_count(arena, restored->doubted, "notification", "notifications"));
    if (*restored->kept_database)
        words_print(stdout, 0, "The one before is kept as %s in %s.", restored->kept_database,
                    session->data_directory);
    const struct secret_key_place place = session_key_place(session);
    print_key(session, arena, restored, &place);
}

/*
 * A change of the key that was cut off is ended by the database that is here, while it is here. The
 * original's may lie in its place: that one is not opened, or it would be made one of ours.
 */
static void settle_key(const struct backup_folder *folder, const struct secret_key_place *place)
{
    AUTO_STORE struct store *store = NULL;

    if (former_program_of(folder->database) != FORMER_OURS || store_is_behind(folder->database) ||
        store_open(&db_driver_sqlite, folder->database, &store, NULL))
        return;
    (void)secret_key_settle(place, store, NULL);
}

static enum error_code put_back(struct session *session, const struct backup_folder *folder,
                                struct backup_restore_order *order, struct arena *arena,
                                struct backup_restored *ret, struct error *error)
{
    const struct secret_key_place place = session_key_place(session);
    AUTO_FREE char *key_file = secret_key_path(session->data_directory, "");
    AUTO_SECRET_KEYS struct secret_keys keys = {0};

    settle_key(folder, &place);
    enum error_code rc = secret_keys_gather_all(&place, &keys, error);
    if (rc)
        return rc;
    order->database = folder->database;
    order->setting = secret_is_set(place.setting) ? &keys.items[0] : NULL;
    order->key_file = key_file;
    order->others = keys.items;
    order->other_count = keys.count;
    return backup_restore(order, arena, ret, error);
}

/* Where nothing was before, a mistake leaves nothing: only what is empty can be removed. */
static void remove_made_folder(struct session *session)
{
    AUTO_FREE char *lock = memory_print("%s/listsync.lock", session->data_directory);

    if (session->lock >= 0 && unlink(lock) == 0)
        (void)rmdir(session->data_directory);
}

/* Whatever is in the way is told before anybody types a passphrase for nothing. */
static enum error_code restore(struct session *session, const char *text, struct arena *arena,
                               struct backup_restored *ret, struct error *error)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    struct secret passphrase = {0};

    backup_folder_init(&folder, &session->settings.options, session->data_directory);
    AUTO_FREE char *path = find_file(&folder, text);
    struct backup_head head;
    enum error_code rc = backup_look(path, &head, error);
    if (!rc)
        rc = session_lock_alone(session, error);
    if (!rc)
        rc = get_passphrase(&folder, &head, &passphrase, error);
    struct backup_restore_order order = {.path = path, .passphrase = secret_reveal(&passphrase)};
    if (!rc)
        rc = put_back(session, &folder, &order, arena, ret, error);
    secret_release(&passphrase);
    return rc;
}

static enum exit_code perform(struct session *session, const char *text)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct backup_restored restored = {0};
    struct error error = {0};
    bool is_new = access(session->data_directory, F_OK) != 0;
    enum error_code rc = restore(session, text, arena, &restored, &error);

    if (!rc) {
        print_restored(session, arena, &restored);
        return EXIT_DONE;
    }
    if (is_new)
        remove_made_folder(session);
    if (rc == ERROR_FORMAT || rc == ERROR_REFUSED)
        error.code = ERROR_STORE; /* no trouble with Seerr */
    return command_fail(&error);
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_restore, "%s", error.message);
    if (words.count != 1)
        return command_usage(&command_restore,
                             "which backup? `listsync backup list` shows their names");
    crypto_begin();
    interrupt_watch();
    enum exit_code code = session_open(&session, origins.items, &error)
                              ? command_fail(&error)
                              : perform(&session, words.items[0]);
    session_close(&session);
    return code;
}

const struct command command_restore = {
    .name = "restore",
    .arguments = "FILE",
    .summary = "put a backup in place of the database",
    .help =
        "  FILE is a path, or a name that `listsync backup list` shows. The service must not be\n"
        "  running. A damaged file, or one of a newer ListSync, is refused, and nothing is\n"
        "  changed; the database that was there is kept beside the new one.\n",
    .run = run,
};
