#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/dotenv.h"
#include "app/moved_in.h"
#include "app/session.h"
#include "base/crypto.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/list_text.h"
#include "sync/move_in.h"

/* Where in a folder something of another program may lie; the first database of them counts. */
static const char *const databases[] = {"list_sync.db", "data/list_sync.db", "listseerr.db",
                                        "data/listseerr.db", NULL};
static const char *const dotenvs[] = {".env", "../.env", NULL};

struct import {
    struct session *session;
    struct move_in taken;
};

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_dotenv(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    return text_ends_with(name, ".env") || text_starts_with(name, ".env");
}

/* A fresh text; NULL when none of them is there. */
static char *find_in(const char *folder, const char *const *names)
{
    for (; *names; names++) {
        char *path = memory_print("%s/%s", folder, *names);
        if (access(path, F_OK) == 0 && !is_folder(path))
            return path;
        free(path);
    }
    return NULL;
}

/* The copy that is read lies in the data folder, where there is room; without one in /tmp. */
static enum error_code import_database(struct import *import, const char *path, struct error *error)
{
    const char *folder =
        import->session->store_is_missing ? "/tmp" : import->session->data_directory;
    struct secret key = {0};

    move_in_find_key(path, &import->session->settings.options, &key);
    enum error_code rc =
        move_in_database_copy(&import->taken, path, path, secret_reveal(&key), folder, error);
    secret_release(&key);
    return rc;
}

static enum error_code take_variable(void *context, const char *name, const char *value,
                                     struct error *error)
{
    struct import *import = context;

    return move_in_variable(&import->taken, name, value, error);
}

/* Lives in the buffer. */
static enum error_code read_text(const char *path, struct buffer *bytes, char **ret,
                                 struct error *error)
{
    enum error_code rc = files_read(path, bytes, error);

    if (rc)
        return rc;
    *ret = bytes->bytes ? text_after_mark(bytes->bytes) : NULL;
    if (*ret && !text_is_valid_utf8(*ret, bytes->length - (size_t)(*ret - bytes->bytes)))
        return error_set(error, ERROR_FORMAT,
                         "%s is neither a database nor a text (UTF-8) that is known here", path);
    return ERROR_NONE;
}

static enum error_code import_dotenv(struct import *import, const char *path, struct error *error)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(MOVE_IN_TEXT_MOST);
    char *text = NULL;
    enum error_code rc = read_text(path, &bytes, &text, error);

    return rc || !text ? rc : dotenv_read(text, path, take_variable, import, error);
}

static enum error_code import_lists(struct import *import, const char *path, struct error *error)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(MOVE_IN_TEXT_MOST);
    char *text = NULL;
    enum error_code rc = read_text(path, &bytes, &text, error);

    return rc || !text ? rc : move_in_list_text(&import->taken, text, error);
}

/* The .env of the folder in which this program starts is read anyway. */
static enum error_code import_folder(struct import *import, const char *folder, struct error *error)
{
    AUTO_FREE char *database = find_in(folder, databases);
    AUTO_FREE char *dotenv = find_in(folder, dotenvs);

    if (!database && !dotenv)
        return error_set(error, ERROR_NOT_FOUND,
                         "in %s there is neither list_sync.db nor listseerr.db nor .env", folder);
    enum error_code rc = database ? import_database(import, database, error) : ERROR_NONE;
    return rc || !dotenv ? rc : import_dotenv(import, dotenv, error);
}

static enum error_code import_path(struct import *import, const char *path, struct error *error)
{
    if (is_folder(path))
        return import_folder(import, path, error);
    if (files_check_plain(path, error))
        return ERROR_STORE;
    if (move_in_is_database(path))
        return import_database(import, path, error);
    return is_dotenv(path) ? import_dotenv(import, path, error) : import_lists(import, path, error);
}

/* A trial works on what is there and makes nothing, not even the key. */
static enum error_code open_all(struct import *import, struct secret_key *key, struct error *error)
{
    struct session *session = import->session;
    const struct secret_key_place place = session_key_place(session);

    if (import->taken.dry_run)
        return session_open_store(session, error);
    enum error_code rc = session_lock(session, error);
    if (!rc)
        rc = session_make_store(session, error);
    return rc ? rc : secret_key_open(&place, session->store, key, error);
}

static enum error_code perform(struct import *import, const char *path, struct error *error)
{
    AUTO_SECRET_KEY struct secret_key key = {0};
    enum error_code rc = open_all(import, &key, error);

    if (!rc) {
        import->taken.store = import->session->store;
        import->taken.given = &import->session->settings.options;
        import->taken.key = &key.key;
        move_in_begin(&import->taken);
        rc = move_in_end(&import->taken, import_path(import, path, error), error);
    }
    return rc;
}

static enum exit_code finish(const struct import *import, struct error *error, enum error_code rc)
{
    if (!rc) {
        moved_in_print(&import->taken, stdout, NULL);
        return EXIT_DONE;
    }
    if (rc == ERROR_FORMAT)
        error->code = ERROR_STORE; /* no trouble with Seerr */
    return session_fail(import->session, error);
}

static enum exit_code run(int argc, char **argv)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    struct import import = {.session = &session, .taken = {.arena = arena}};
    const struct flag flags[] = {{.name = "--dry-run", .on = &import.taken.dry_run}, {0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_import, "%s", error.message);
    if (words.count != 1)
        return command_usage(&command_import, "import takes one folder or file");
    crypto_begin();
    enum error_code rc = session_open(&session, origins.items, &error);
    if (!rc)
        rc = perform(&import, words.items[0], &error);
    enum exit_code code = finish(&import, &error, rc);
    session_close(&session);
    return code;
}

const struct command command_import = {
    .name = "import",
    .arguments = "[--dry-run] FOLDER|FILE",
    .summary = "take over what another program kept: lists, titles, settings, history",
    .help =
        "  FOLDER is the data folder of the original ListSync (list_sync.db, .encryption_key, "
        ".env)\n"
        "  or of listseerr. FILE is a database of one of them, a .env, the original's exported\n"
        "  lists, or a text with one list a line. Nothing there is changed. What is here already\n"
        "  stays as it is, so that a second import changes nothing. Each thing gets a line: +\n"
        "  taken over, = there already, ! left out, and why. The service must not be running;\n"
        "  while it runs, POST /api/import does the same.\n"
        "\n"
        "  --dry-run  only say what would be taken over\n",
    .run = run,
};
