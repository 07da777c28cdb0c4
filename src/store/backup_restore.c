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
#include "store/accounts.h"
#include "store/former.h"
#include "store/migrations.h"
#include "store/notification_deliveries.h"
#include "store/store.h"

#define WORK_ENDING ".restoring"

enum { ENDINGS_TRIED = 100 };

struct restoring {
    const struct backup_restore_order *order;
    struct arena *arena;
    char *work;                     /* the new database, while it is not in place */
    struct crypto_key its_key;      /* of the backup, if it holds one */
    struct crypto_key key;          /* that is to seal here */
    bool is_key_file_wrong;         /* what lies there is no key */
    bool is_key_new;                /* it has to be written */
    char now[CLOCK_TEXT_SIZE + 16]; /* "20261122T043000Z", "20261122T043000Z-2" */
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

/* ---- the key ---- */

/* Without a key file the backup's key becomes it, so that its older ones open here as well. */
static void take_first_key(struct restoring *restoring)
{
    if (restoring->result.head.holds_key)
        restoring->key = restoring->its_key;
    else
        crypto_random(restoring->key.bytes, sizeof(restoring->key.bytes));
    restoring->is_key_new = true;
}

static enum error_code find_key(struct restoring *restoring, struct error *error)
{
    const struct backup_restore_order *order = restoring->order;
    struct error why = {0};

    if (order->setting) {
        restoring->key = *order->setting;
        return ERROR_NONE;
    }
    switch (crypto_key_read(order->key_file, &restoring->key, &why)) {
    case ERROR_NONE:
        return ERROR_NONE;
    case ERROR_NOT_FOUND:
        break;
    default:
        if (!restoring->result.head.holds_key)
            return error_set(error, ERROR_STORE, "%s", why.message);
        restoring->is_key_file_wrong = true;
    }
    take_first_key(restoring);
    return ERROR_NONE;
}

/* With the key of this machine; a new one is of use only if it sealed something. */
static enum error_code seal_anew(struct restoring *restoring, struct store *store,
                                 struct error *error)
{
    const struct backup_restore_order *order = restoring->order;
    struct backup_restored *result = &restoring->result;
    struct crypto_key *from = memory_array(order->other_count + 1, sizeof(*from));
    const bool holds_key = result->head.holds_key;

    for (size_t i = 0; i < order->other_count; i++)
        from[i] = order->others[i];
    from[order->other_count] = restoring->its_key;
    struct sealed_change change = {
        .to = &restoring->key,
        .from = from,
        .from_count = order->other_count + holds_key,
        .ret_lost = &result->lost,
    };
    enum error_code rc =
        sealed_values_change(store, &change, restoring->arena, &result->sealed_anew, error);
    explicit_bzero(from, (order->other_count + 1) * sizeof(*from));
    free(from);
    restoring->is_key_new = restoring->is_key_new && (holds_key || result->sealed_anew);
    return rc;
}

/* ---- the database ---- */

/* Opening it brings it up to date; closing it leaves one file without a log. */
static enum error_code bring_up_to_date(struct restoring *restoring, struct error *error)
{
    AUTO_STORE struct store *store = NULL;
    enum error_code rc = store_open(&db_driver_sqlite, restoring->work, &store, error);

    if (!rc)
        rc = store_check(store, error);
    if (!rc)
        rc = seal_anew(restoring, store, error);
    if (!rc)
        rc = notification_deliveries_doubt(store, clock_wall_ms(), &restoring->result.doubted,
                                           error);
    if (!rc)
        rc = sessions_end_everybodys(store, error);
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

/* Two names of one file stay both when one is renamed to the other. */
static void take_back(const struct restoring *restoring, const char *path, const char *ending)
{
    AUTO_FREE char *old = memory_print("%s%s", path, ending);
    AUTO_FREE char *kept = memory_print("%s.before-restore-%s%s", path, restoring->now, ending);

    if (rename(kept, old) == 0) /* if it cannot be, it is still there under that name */
        unlink(kept);
}

/* So that the old database, whosever it is, is one file; one that is damaged keeps its log. */
static void settle_old(const char *path)
{
    struct error ignored = {0};

    (void)former_settle(path, &ignored);
}

static enum error_code keep_old(struct restoring *restoring, struct error *error)
{
    const char *database = restoring->order->database;

    settle_old(database);
    enum error_code rc = keep(restoring, database, "", restoring->result.kept_database, error);
    return rc ? rc : keep(restoring, database, "-wal", NULL, error);
}

/* Before the database that it seals. */
static enum error_code put_key(struct restoring *restoring, struct error *error)
{
    struct backup_restored *result = &restoring->result;
    const char *path = restoring->order->key_file;
    enum error_code rc = ERROR_NONE;

    if (!restoring->is_key_new)
        return ERROR_NONE;
    if (restoring->is_key_file_wrong)
        rc = keep(restoring, path, "", result->kept_key, error);
    if (rc)
        return rc;
    result->made_key_file = true;
    return crypto_key_write(path, &restoring->key, error);
}

static enum error_code put_in_place(struct restoring *restoring, struct error *error)
{
    const char *database = restoring->order->database;
    AUTO_FREE char *log = memory_print("%s-wal", database);
    AUTO_FREE char *index = memory_print("%s-shm", database);

    /* A log of the old one must not meet the new one. */
    if ((unlink(log) != 0 && errno != ENOENT) || (unlink(index) != 0 && errno != ENOENT) ||
        rename(restoring->work, database) != 0)
        return error_set(error, ERROR_STORE, "%s cannot be replaced: %s", database,
                         strerror(errno));
    return files_sync_directory(database, error);
}

/* The old database and its key, as they were. */
static void undo(const struct restoring *restoring)
{
    const struct backup_restore_order *order = restoring->order;
    const struct backup_restored *result = &restoring->result;

    if (*result->kept_database) {
        take_back(restoring, order->database, "");
        take_back(restoring, order->database, "-wal");
    }
    if (result->made_key_file)
        unlink(order->key_file);
    if (*result->kept_key)
        take_back(restoring, order->key_file, "");
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

static enum error_code restore(struct restoring *restoring, struct error *error)
{
    const struct backup_restore_order *order = restoring->order;
    struct backup_head *head = &restoring->result.head;
    enum error_code rc = backup_look(order->path, head, error);

    if (!rc)
        rc = refuse_newer(head, error);
    if (!rc)
        rc = backup_unpack(order->path, order->passphrase, restoring->work, head,
                           &restoring->its_key, error);
    if (!rc)
        rc = find_key(restoring, error);
    if (!rc)
        rc = bring_up_to_date(restoring, error);
    return rc ? rc : replace(restoring, error);
}

/* Two of one second are told apart by a number. */
static void choose_ending(struct restoring *restoring)
{
    char now[CLOCK_TEXT_SIZE];

    clock_format_compact(clock_wall_ms(), now);
    text_copy(restoring->now, sizeof(restoring->now), now);
    for (int number = 2; number < ENDINGS_TRIED; number++) {
        AUTO_FREE char *kept =
            memory_print("%s.before-restore-%s", restoring->order->database, restoring->now);
        if (access(kept, F_OK) != 0)
            return;
        snprintf(restoring->now, sizeof(restoring->now), "%s-%d", now, number);
    }
}

static void clear_work(const struct restoring *restoring)
{
    static const char *const endings[] = {"", "-wal", "-shm"};

    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        AUTO_FREE char *path = memory_print("%s%s", restoring->work, endings[i]);
        unlink(path);
    }
}

enum error_code backup_restore(const struct backup_restore_order *order, struct arena *arena,
                               struct backup_restored *ret, struct error *error)
{
    struct restoring restoring = {
        .order = order,
        .arena = arena,
        .work = memory_print("%s" WORK_ENDING, order->database),
    };

    choose_ending(&restoring);
    clear_work(&restoring);
    enum error_code rc = restore(&restoring, error);
    clear_work(&restoring);
    if (!rc)
        *ret = restoring.result;
    free(restoring.work);
    crypto_key_release(&restoring.its_key);
    crypto_key_release(&restoring.key);
    return rc;
}
