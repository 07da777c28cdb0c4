#include "store/backup_restore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/migrations.h"
#include "store/store.h"

#define WORK_ENDING ".restoring"

struct restoring {
    const char *database, *key_file;
    char *work; /* the new database, while it is not in place */
    struct crypto_key key;
    char now[32]; /* "20261122T043000Z" */
    struct backup_restored result;
};

static enum error_code refuse_newer(const struct backup_head *head, struct error *error)
{
    if (head->schema <= migrations_newest())
        return ERROR_NONE;
    return error_set(error, ERROR_FORMAT,
                     "the backup was made by a newer ListSync (%s, schema %d; this is %s, which "
                     "knows up to %d): use that version or newer",
                     head->program, head->schema, LISTSYNC_VERSION, migrations_newest());
}

/* Opening it brings it up to date; closing it leaves one file without a log. */
static enum error_code bring_up_to_date(struct restoring *restoring, struct error *error)
{
    AUTO_STORE struct store *store = NULL;
    enum error_code rc = store_open(&db_driver_sqlite, restoring->work, &store, error);

    if (!rc)
        rc = store_check(store, error);
    if (rc)
        return error_prefix(error, "the database in the backup");
    restoring->result.schema = store_schema_version(store);
    return ERROR_NONE;
}

static enum error_code cannot_keep(const char *path, struct error *error)
{
    return error_set(error, ERROR_STORE, "%s cannot be kept aside: %s", path, strerror(errno));
}

/*
 * A second name for it: the first one stays until another file takes it. Some disks have no second
 * names; there it is away for a moment. What is not there needs no keeping.
 */
static enum error_code keep(const struct restoring *restoring, const char *path, const char *ending,
                            char ret_name[64], struct error *error)
{
    AUTO_FREE char *old = memory_print("%s%s", path, ending);
    AUTO_FREE char *kept = memory_print("%s.before-restore-%s%s", path, restoring->now, ending);
    const char *slash = strrchr(kept, '/');

    if (access(old, F_OK) != 0)
        return errno == ENOENT ? ERROR_NONE : cannot_keep(old, error);
    if (link(old, kept) != 0 && (errno == EEXIST || rename(old, kept) != 0))
        return cannot_keep(old, error);
    if (ret_name)
        text_copy(ret_name, sizeof(restoring->result.kept_database), slash ? slash + 1 : kept);
    return ERROR_NONE;
}

static void take_back(const struct restoring *restoring, const char *path, const char *ending)
{
    AUTO_FREE char *old = memory_print("%s%s", path, ending);
    AUTO_FREE char *kept = memory_print("%s.before-restore-%s%s", path, restoring->now, ending);

    if (access(old, F_OK) == 0)
        unlink(kept);
    else
        (void)rename(kept, old); /* if it cannot be, it is still there under that name */
}

/* So that the old database is one file; one that is damaged keeps its log beside it. */
static void settle_old(const char *path)
{
    struct db *db = NULL;

    if (access(path, F_OK) == 0 && db_open(&db_driver_sqlite, path, &db, NULL) == ERROR_NONE)
        db_close(db);
}

static enum error_code keep_old(struct restoring *restoring, struct error *error)
{
    settle_old(restoring->database);
    enum error_code rc =
        keep(restoring, restoring->database, "", restoring->result.kept_database, error);

    return rc ? rc : keep(restoring, restoring->database, "-wal", NULL, error);
}

/* Without a key in the backup the one that lies here stays; it may be the right one. */
static enum error_code look_at_key(struct restoring *restoring, struct error *error)
{
    struct backup_restored *result = &restoring->result;
    struct crypto_key here = {0};
    char mark[CRYPTO_STREAM_MARK];

    if (access(restoring->key_file, F_OK) != 0)
        return ERROR_NONE;
    enum error_code rc = crypto_key_of_file(restoring->key_file, &here, error);
    if (rc)
        return error->code = ERROR_STORE;
    crypto_stream_mark(&here, mark);
    result->has_key = text_equal(mark, result->head.key_mark);
    crypto_key_release(&here);
    return ERROR_NONE;
}

static enum error_code put_key(struct restoring *restoring, struct error *error)
{
    struct backup_restored *result = &restoring->result;
    enum error_code rc = look_at_key(restoring, error);

    if ((rc && !result->head.holds_key) || result->has_key || !result->head.holds_key)
        return rc;
    /* What lies there may be no key at all: it makes place for one. */
    AUTO_FREE char *text = crypto_base64url(restoring->key.bytes, sizeof(restoring->key.bytes));
    rc = keep(restoring, restoring->key_file, "", result->kept_key, error);
    if (!rc)
        rc = files_write(restoring->key_file, text, strlen(text), error);
    memset(text, 0, strlen(text));
    result->has_key = !rc;
    return rc;
}

static enum error_code put_in_place(struct restoring *restoring, struct error *error)
{
    AUTO_FREE char *log = memory_print("%s-wal", restoring->database);
    AUTO_FREE char *index = memory_print("%s-shm", restoring->database);

    /* A log of the old one must not meet the new one. */
    if ((unlink(log) != 0 && errno != ENOENT) || (unlink(index) != 0 && errno != ENOENT) ||
        rename(restoring->work, restoring->database) != 0)
        return error_set(error, ERROR_STORE, "%s cannot be replaced: %s", restoring->database,
                         strerror(errno));
    return files_sync_directory(restoring->database, error);
}

/* The old database and its key, as they were. */
static void undo(const struct restoring *restoring)
{
    const struct backup_restored *result = &restoring->result;

    if (*result->kept_database) {
        take_back(restoring, restoring->database, "");
        take_back(restoring, restoring->database, "-wal");
    }
    if (*result->kept_key) {
        unlink(restoring->key_file);
        take_back(restoring, restoring->key_file, "");
    }
}

static enum error_code replace(struct restoring *restoring, struct error *error)
{
    enum error_code rc = keep_old(restoring, error);

    if (!rc)
        rc = put_key(restoring, error);
    if (!rc)
        rc = put_in_place(restoring, error);
    if (rc)
        undo(restoring);
    return rc;
}

static enum error_code restore(struct restoring *restoring, const char *path,
                               const char *passphrase, struct error *error)
{
    struct backup_head *head = &restoring->result.head;
    enum error_code rc = backup_look(path, head, error);

    if (!rc)
        rc = refuse_newer(head, error);
    if (!rc)
        rc = backup_unpack(path, passphrase, restoring->work, head, &restoring->key, error);
    if (!rc)
        rc = bring_up_to_date(restoring, error);
    return rc ? rc : replace(restoring, error);
}

static void clear_work(const struct restoring *restoring)
{
    static const char *const endings[] = {"", "-wal", "-shm"};

    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        AUTO_FREE char *path = memory_print("%s%s", restoring->work, endings[i]);
        unlink(path);
    }
}

enum error_code backup_restore(const char *path, const char *passphrase, const char *database,
                               const char *key_file, struct backup_restored *ret,
                               struct error *error)
{
    struct restoring restoring = {
        .database = database,
        .key_file = key_file,
        .work = memory_print("%s" WORK_ENDING, database),
    };

    clock_format_compact(clock_wall_ms(), restoring.now);
    clear_work(&restoring);
    enum error_code rc = restore(&restoring, path, passphrase, error);
    clear_work(&restoring);
    if (!rc)
        *ret = restoring.result;
    free(restoring.work);
    crypto_key_release(&restoring.key);
    return rc;
}
