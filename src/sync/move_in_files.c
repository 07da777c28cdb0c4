/* Where the files of the other program lie, and what becomes of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/stored_settings.h"
#include "sync/move_in_parts.h"
#include "sync/secret_key.h"

enum { KEY_MOST = 1000, COPY_PIECE = 1 << 16, NUMBERS_MOST = 1000 };
static const int64_t copy_most = (int64_t)1 << 30;

void move_in_find_key(const char *database, const struct options *given, struct secret *ret)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(KEY_MOST);
    const char *slash = strrchr(database, '/');
    AUTO_FREE char *path =
        memory_print("%.*s" MOVE_IN_KEY_FILE, slash ? (int)(slash + 1 - database) : 0, database);

    if (files_read(path, &text, NULL) == ERROR_NONE && text.length)
        secret_set(ret, text_trim(text.bytes));
    else if (options_is_declared(given, "ENCRYPTION_KEY"))
        secret_set(ret, secret_reveal(options_secret(given, "ENCRYPTION_KEY")));
}

bool move_in_is_database(const char *path)
{
    static const char mark[] = "SQLite format 3";
    char head[sizeof(mark)] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return false;
    size_t length = fread(head, 1, strlen(mark), file);
    fclose(file);
    return length == strlen(mark) && memcmp(head, mark, length) == 0;
}

/* ---- at the first start ---- */

/* An older one of that name may be all that is left of something: it is never written over. */
static enum error_code free_name(const char *path, struct error *error)
{
    for (int i = 1; access(path, F_OK) == 0 && i < NUMBERS_MOST; i++) {
        AUTO_FREE char *numbered = memory_print("%s.%d", path, i);
        if (access(numbered, F_OK) != 0 && rename(path, numbered) != 0)
            break;
    }
    return access(path, F_OK) == 0
               ? error_set(error, ERROR_STORE, "%s is in the way and cannot be renamed", path)
               : ERROR_NONE;
}

static enum error_code put_aside(const char *database, struct error *error)
{
    AUTO_FREE char *kept = memory_print("%s" MOVE_IN_KEPT, database);
    enum error_code rc = free_name(kept, error);

    if (rc)
        return rc;
    if (rename(database, kept) != 0)
        return error_set(error, ERROR_STORE, "%s cannot be renamed to %s: %s", database, kept,
                         strerror(errno));
    (void)chmod(kept, 0600);
    return files_sync_directory(kept, error);
}

/* By the journal that its header names: ours always has a log, the original never. */
static bool has_journal_of_old(const char *database)
{
    enum { WRITE_VERSION = 18, JOURNAL = 1 };
    unsigned char head[WRITE_VERSION + 1] = {0};
    FILE *file = fopen(database, "re");

    if (!file)
        return false;
    size_t length = fread(head, 1, sizeof(head), file);
    fclose(file);
    return length == sizeof(head) && head[WRITE_VERSION] == JOURNAL;
}

static bool says_damaged(const char *sentence)
{
    return store_says_damaged(sentence) || strstr(sentence, FORMER_IS_CUT_OFF);
}

/* A mover-in has no backup, so that the sentence itself says what to do. */
static enum error_code refuse_former(const char *database, struct error *error)
{
    const struct error why = *error;

    if (says_damaged(why.message))
        return error_set(error, ERROR_STORE,
                         "%s, the database of the earlier ListSync, is damaged; nothing was "
                         "changed. Mend it (`sqlite3 %s .recover | sqlite3 mended.db`) and put "
                         "mended.db in its place, or move it away to begin anew",
                         database, database);
    return error_set(error, ERROR_STORE,
                     "%s, the database of the earlier ListSync, cannot be taken over (is that "
                     "program still running? stop it first): %s; nothing was changed",
                     database, why.message);
}

/* Whose it is cannot be seen: then nothing is made in it. */
static enum error_code refuse_unread(const char *database, struct error *error)
{
    if (has_journal_of_old(database))
        return refuse_former(database, error);
    return error->code = ERROR_STORE;
}

/* Read to its end before anything is renamed or made: damage may lie deep inside. */
static enum error_code read_whole(const char *database, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct former former;

    return former_read(database, arena, &former, error);
}

enum error_code move_in_make_room(const char *database, struct error *error)
{
    enum former_program program;

    if (access(database, F_OK) != 0)
        return ERROR_NONE;
    if (former_find_program(database, &program, error))
        return refuse_unread(database, error);
    if (program != FORMER_ORIGINAL)
        return ERROR_NONE;
    if (former_settle(database, error) || read_whole(database, error))
        return refuse_former(database, error);
    if (!put_aside(database, error))
        return ERROR_NONE;
    error_prefix(error, "the database of the earlier ListSync cannot be taken over");
    return error->code = ERROR_STORE;
}

enum error_code move_in_is_due(const char *database, struct store *store, char **ret_path,
                               struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_FREE char *kept = memory_print("%s" MOVE_IN_KEPT, database);
    const char *done = "";

    *ret_path = NULL;
    if (access(kept, F_OK) != 0)
        return ERROR_NONE;
    enum error_code rc = service_state_get(store, arena, MOVE_IN_STATE, &done, error);
    if (!rc && !*done)
        *ret_path = TAKE(kept);
    return rc;
}

/* Others may be at it too: whether it was done is read again under the lock. */
static enum error_code take_over_once(struct move_in *move_in, const char *database,
                                      const char *key_text, bool *ret_did, struct error *error)
{
    AUTO_FREE char *kept = NULL;
    enum error_code rc = move_in_lock(move_in, error);

    if (!rc)
        rc = move_in_is_due(database, move_in->store, &kept, error);
    if (rc || !kept)
        return rc;
    rc = move_in_database(move_in, kept, key_text, error);
    if (!rc)
        rc = move_in_keep_story(move_in, error);
    *ret_did = rc == ERROR_NONE;
    return rc;
}

static enum error_code take_over(struct move_in *move_in, const char *database, const char *kept,
                                 bool *ret_did, struct error *error)
{
    AUTO_FREE char *folder = files_directory_of(database);
    const struct secret_key_place place = secret_key_place(folder, move_in->given);
    AUTO_SECRET_KEY struct secret_key key = {0};
    struct secret fernet = {0};
    enum error_code rc = secret_key_open(&place, move_in->store, &key, error);

    if (rc)
        return rc;
    move_in->key = &key.key;
    move_in_find_key(kept, move_in->given, &fernet);
    move_in_begin(move_in);
    rc = move_in_end(
        move_in, take_over_once(move_in, database, secret_reveal(&fernet), ret_did, error), error);
    secret_release(&fernet);
    move_in->key = NULL;
    return rc;
}

enum error_code move_in_at_start(struct move_in *move_in, const char *database, bool *ret_did,
                                 struct error *error)
{
    AUTO_FREE char *kept = NULL;

    *ret_did = false;
    enum error_code rc = move_in_is_due(database, move_in->store, &kept, error);
    if (rc || !kept)
        return rc;
    rc = take_over(move_in, database, kept, ret_did, error);
    if (!rc)
        return ERROR_NONE;
    error_prefix(error, "the earlier ListSync cannot be taken over");
    return error->code = ERROR_STORE;
}

/* ---- a copy ---- */

static enum error_code copy_bytes(int from, int to, const char *path, struct error *error)
{
    char bytes[COPY_PIECE];
    int64_t total = 0;
    ssize_t count;

    while ((count = read(from, bytes, sizeof(bytes))) > 0) {
        if ((total += count) > copy_most)
            return error_set(error, ERROR_LIMIT, "%s is larger than 1 GB", path);
        if (write(to, bytes, (size_t)count) != count)
            return error_set(error, ERROR_STORE, "%s cannot be copied: the disk is full", path);
    }
    return count < 0 ? error_set(error, ERROR_STORE, "%s cannot be read: %s", path, strerror(errno))
                     : ERROR_NONE;
}

/* No link is followed to what a copy could be made of, and nothing is waited for. */
static enum error_code copy_file(const char *path, const char *target, struct error *error)
{
    struct stat status;
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (from < 0)
        return error_set(error, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_STORE, "%s: %s", path,
                         strerror(errno));
    int to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum error_code rc = ERROR_NONE;
    if (fstat(from, &status) != 0 || !S_ISREG(status.st_mode))
        rc = error_set(error, ERROR_FORMAT, "%s is no file", path);
    else if (to < 0)
        rc = error_set(error, ERROR_STORE, "%s cannot be made: %s", target, strerror(errno));
    else
        rc = copy_bytes(from, to, path, error);
    close(from);
    if (to >= 0)
        close(to);
    return rc;
}

static bool has_bytes(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && status.st_size > 0;
}

/*
 * A journal beside it tells that its program is at work or crashed, and names files that SQLite
 * would look for: it is not copied. A log (-wal) is harmless.
 */
static enum error_code copy_database(const char *path, const char *target, struct error *error)
{
    AUTO_FREE char *journal = memory_print("%s-journal", path);
    AUTO_FREE char *log = memory_print("%s-wal", path);
    AUTO_FREE char *log_target = memory_print("%s-wal", target);

    if (has_bytes(journal))
        return error_set(error, ERROR_CONFLICT,
                         "%s is in use, or was not closed (%s lies beside it): stop its program, "
                         "or start and stop it once",
                         path, journal);
    enum error_code rc = copy_file(path, target, error);
    return rc || !has_bytes(log) ? rc : copy_file(log, log_target, error);
}

void move_in_remove_copy(const char *folder)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        AUTO_FREE char *path = memory_print("%s/copy.db%s", folder, endings[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* People know nothing of the copy. */
static void name_original(const char *copy, const char *path, struct error *error)
{
    struct error why = *error;
    const char *at = strstr(why.message, copy);

    if (at)
        error_set(error, why.code, "%.*s%s%s", (int)(at - why.message), why.message, path,
                  at + strlen(copy));
    else
        error_set(error, why.code, "the database %s cannot be taken over: %s", path, why.message);
}

enum error_code move_in_database_copy(struct move_in *move_in, const char *path, const char *shown,
                                      const char *fernet_key, const char *folder,
                                      struct error *error)
{
    AUTO_FREE char *inside = memory_print("%s/" MOVE_IN_COPY, folder);

    if (!mkdtemp(inside))
        return error_set(error, ERROR_STORE, "%s cannot be made: %s", inside, strerror(errno));
    AUTO_FREE char *copy = memory_print("%s/copy.db", inside);
    enum error_code rc = copy_database(path, copy, error);
    if (!rc && move_in_database(move_in, copy, fernet_key, error)) {
        rc = error->code;
        if (rc == ERROR_FORMAT)
            name_original(copy, shown, error);
    }
    move_in_remove_copy(inside);
    return rc;
}
