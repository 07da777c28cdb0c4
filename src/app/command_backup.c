#include <inttypes.h>
#include <stdio.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/table.h"
#include "app/words.h"
#include "base/crypto.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/backup_folder.h"

static bool keep_going(void *context)
{
    (void)context;
    return !interrupt_came();
}

static const struct db_going going = {keep_going, NULL};

/* A backup that is no good is no trouble with Seerr. */
static enum exit_code fail(struct error *error)
{
    if (error->code == ERROR_FORMAT || error->code == ERROR_REFUSED)
        error->code = ERROR_STORE;
    return command_fail(error);
}

/*
 * Settings that were stored in the program count too. A key that does not fit is told, and no
 * reason to have no backup of all the rest; nor is a database in trouble one to hide the backups
 * that would mend it.
 */
static enum error_code open_folder(struct session *session, bool is_list, struct backup_folder *ret,
                                   struct error *error)
{
    enum error_code rc = session_add_stored(session, error);

    crypto_begin();
    if (rc == ERROR_CONFLICT || (rc == ERROR_STORE && is_list)) {
        words_print(stderr, 0, "listsync: %s", error->message);
        rc = ERROR_NONE;
    }
    if (!rc)
        rc = backup_folder_check(&session->settings.options, error);
    if (!rc)
        backup_folder_init(ret, &session->settings.options, session->data_directory);
    return rc;
}

static const char *size_text(struct arena *arena, int64_t bytes)
{
    return bytes < 1 << 20 ? arena_print(arena, "%" PRId64 " kB", (bytes + 1023) >> 10)
                           : arena_print(arena, "%.1f MB", (double)bytes / (1 << 20));
}

static void print_made(struct arena *arena, const char *path, int64_t bytes,
                       const struct backup_head *head)
{
    words_print(stdout, 2, "%s (%s): %s, %s, %s. It was read back and is whole.", path,
                size_text(arena, bytes), words_count(arena, head->counts.lists, "list", "lists"),
                words_count(arena, head->counts.items, "title", "titles"),
                words_count(arena, head->counts.runs, "run", "runs"));
    if (head->is_encrypted)
        words_print(stdout, 2, "It is encrypted, and opens with the passphrase alone%s.",
                    head->holds_key ? "; the key of the stored credentials is in it" : "");
    else
        words_print(stdout, 2, "It is not encrypted (LISTSYNC_BACKUP_PASSPHRASE is not set)%s.",
                    *head->key_mark ? ", so the key of the stored credentials is not in it: keep "
                                      "secret.key, or LISTSYNC_SECRET_KEY, in a safe place too"
                                    : "");
}

static enum exit_code make_in_folder(const struct backup_folder *folder, struct arena *arena)
{
    struct backup_file made;
    struct error error = {0};

    if (backup_folder_make(folder, BACKUP_BY_HAND, &going, arena, &made, &error)) {
        backup_folder_advise(folder, &error);
        return fail(&error);
    }
    AUTO_FREE char *path = backup_folder_file(folder, made.name);
    print_made(arena, path, made.bytes, &made.head);
    return EXIT_DONE;
}

static enum exit_code make_file(const struct backup_folder *folder, const char *path,
                                struct arena *arena)
{
    struct backup_order order = {.target = path, .reason = BACKUP_BY_HAND, .going = going};
    struct backup_head head;
    struct error error = {0};

    if (backup_folder_make_at(folder, &order, &head, &error)) {
        backup_folder_advise(folder, &error);
        return fail(&error);
    }
    print_made(arena, path, backup_size(path), &head);
    return EXIT_DONE;
}

static void add_row(struct table *table, const struct backup_file *file, struct arena *arena)
{
    const struct backup_head *head = &file->head;

    table_cell(table, "%s", file->name);
    table_cell(table, "%s", size_text(arena, file->bytes));
    if (*file->problem) {
        table_cell(table, "%s", file->problem);
        return;
    }
    table_cell(table, "%s, %s, %s, schema %d%s",
               head->reason == BACKUP_BY_SCHEDULE ? "scheduled"
               : head->reason == BACKUP_BY_HAND   ? "by hand"
                                                  : "before a migration",
               words_count(arena, head->counts.lists, "list", "lists"),
               words_count(arena, head->counts.items, "title", "titles"), head->schema,
               head->is_encrypted ? ", encrypted" : "");
}

static enum exit_code list(const struct backup_folder *folder, struct arena *arena)
{
    AUTO_TABLE struct table table = {0};
    struct backup_files files;
    struct error error = {0};

    if (backup_folder_list(folder, arena, &files, &error))
        return fail(&error);
    if (!files.count) {
        words_print(stdout, 0, "There are no backups in %s.", folder->path);
        return EXIT_DONE;
    }
    words_print(stdout, 0, "In %s:", folder->path);
    table_init(&table, 3);
    for (size_t i = 0; i < files.count; i++)
        add_row(&table, &files.items[i], arena);
    table_print(&table, stdout, 2);
    return EXIT_DONE;
}

static enum exit_code perform(struct session *session, const struct words *words)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_BACKUP_FOLDER struct backup_folder folder = {0};
    struct error error = {0};

    const bool is_list = words->count && text_equal(words->items[0], "list");

    if (open_folder(session, is_list, &folder, &error))
        return fail(&error);
    if (is_list)
        return list(&folder, arena);
    return words->count ? make_file(&folder, words->items[0], arena)
                        : make_in_folder(&folder, arena);
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_backup, "%s", error.message);
    if (words.count > 1)
        return command_usage(&command_backup, "backup takes one file at most");
    interrupt_watch();
    enum exit_code code = session_open(&session, origins.items, &error) ? command_fail(&error)
                                                                        : perform(&session, &words);
    session_close(&session);
    return code;
}

const struct command command_backup = {
    .name = "backup",
    .arguments = "[FILE | list]",
    .summary = "back up the database, or show the backups there are",
    .help =
        "  Into FILE, or into the folder of backups (BACKUP_DIR); also while the service runs.\n"
        "  With LISTSYNC_BACKUP_PASSPHRASE it is encrypted and holds all that a new machine\n"
        "  needs. It is read back before it gets its name. `listsync restore` puts it back.\n",
    .run = run,
};
