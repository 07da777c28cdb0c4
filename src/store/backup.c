#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/backup_reader.h"
#include "store/backup_writer.h"
#include "store/migrations.h"
#include "store/rows.h"
#include "store/sealed_values.h"
#include "store/store.h"

/* The contents: 1 if a key follows, the key or zeros, the database. */
enum { PREFIX = 1 + CRYPTO_KEY_SIZE, CHUNK = 64 << 10, ROOM_TO_SPARE = 4 << 20 };

#define COPY_ENDING  ".copy"
#define PART_ENDING  ".part"
#define CHECK_ENDING ".check"

const char *const backup_work_endings[] = {COPY_ENDING, PART_ENDING, CHECK_ENDING, NULL};

struct making {
    const struct backup_order *order;
    char *copy, *part, *check; /* paths of work files */
    struct backup_head head;
    struct crypto_key file_key;   /* opens the backup */
    struct crypto_key sealed_key; /* what it holds, if head.holds_key */
};

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static enum error_code trouble_with(const char *path, const char *what, struct error *error)
{
    return error_set(error, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_STORE, "%s cannot be %s: %s",
                     path, what, strerror(errno));
}

int64_t backup_free_bytes(const char *folder)
{
    struct statvfs disk;

    return statvfs(folder, &disk) == 0 ? (int64_t)disk.f_bavail * (int64_t)disk.f_frsize : -1;
}

int64_t backup_size(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? status.st_size : 0;
}

/* Before work begins: of what goes wrong later only a work file beside it would be named. */
static enum error_code check_target(const struct backup_order *order, struct error *error)
{
    const char *target = order->target;
    AUTO_FREE char *folder = files_directory_of(target);
    struct stat status;

    if (!*target)
        return error_set(error, ERROR_USAGE, "a backup wants the name of a file");
    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
        return error_set(error, ERROR_USAGE, "there is no folder %s to put the backup into",
                         folder);
    if (text_ends_with(target, "/") || (stat(target, &status) == 0 && S_ISDIR(status.st_mode)))
        return error_set(error, ERROR_USAGE, "%s is a folder; a backup wants the name of a file",
                         target);
    if (lstat(target, &status) == 0)
        return error_set(error, ERROR_USAGE, "%s is there already, and a backup overwrites nothing",
                         target);
    return files_check_writable(folder, error);
}

/* The copy, and what is packed of it or unpacked again: at most two whole databases at a time. */
static enum error_code check_room(const struct backup_order *order, struct error *error)
{
    AUTO_FREE char *folder = files_directory_of(order->target);
    int64_t available = backup_free_bytes(folder);
    struct stat status;

    if (stat(order->database, &status) != 0)
        return trouble_with(order->database, "read", error);
    int64_t needed = 2 * (int64_t)status.st_size + ROOM_TO_SPARE;
    if (available < 0 || available >= needed)
        return ERROR_NONE;
    return error_set(error, ERROR_STORE,
                     "there is no room for a backup in %s: it takes up to %" PRId64
                     " MB while it is made, %" PRId64 " MB are free",
                     folder, (needed >> 20) + 1, available >> 20);
}

static enum error_code count_rows(struct db *db, struct backup_counts *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(db, "SELECT (SELECT COUNT(*) FROM lists WHERE removed_at IS NULL),"
                       " (SELECT COUNT(*) FROM synced_items), (SELECT COUNT(*) FROM sync_history),"
                       " (SELECT COUNT(*) FROM request_ledger)");

    if (db_step(row))
        *ret = (struct backup_counts){db_column_integer(row, 0), db_column_integer(row, 1),
                                      db_column_integer(row, 2), db_column_integer(row, 3)};
    return db_finish(row, error);
}

/* Reads what the head says of the copy; nobody else knows that file. */
static enum error_code look_into(const char *path, struct backup_head *head, struct error *error)
{
    struct db *db = NULL;
    enum error_code rc = db_open(&db_driver_sqlite, path, &db, error);

    if (!rc)
        rc = migrations_version(db, &head->schema, error);
    if (!rc)
        rc = count_rows(db, &head->counts, error);
    db_close(db);
    return rc;
}

static enum error_code copy_database(struct making *making, struct error *error)
{
    struct db *db = NULL;
    struct stat status;
    enum error_code rc = db_open(&db_driver_sqlite, making->order->database, &db, error);

    if (!rc)
        rc = db_copy(db, making->copy, &making->order->going, error);
    db_close(db);
    if (!rc)
        rc = look_into(making->copy, &making->head, error);
    if (!rc && stat(making->copy, &status) != 0)
        rc = trouble_with(making->copy, "read", error);
    if (!rc)
        making->head.database_bytes = status.st_size;
    return rc;
}

/* By what is sealed in the copy: a key that opens nothing of it is not its key. */
static void choose_key(struct making *making, const struct sealed_values *values)
{
    const struct backup_order *order = making->order;
    const struct crypto_key *best =
        &order->keys[sealed_values_best(values, order->keys, order->key_count)];

    if (values->count && !sealed_values_opened(values, best))
        return;
    making->sealed_key = *best;
    crypto_stream_mark(best, making->head.key_mark);
    making->head.holds_key = making->head.is_encrypted;
}

static enum error_code find_sealed_key(struct making *making, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct sealed_values values;
    struct db *db = NULL;

    if (!making->order->key_count)
        return ERROR_NONE;
    enum error_code rc = db_open(&db_driver_sqlite, making->copy, &db, error);
    if (!rc)
        rc = sealed_values_load_from(db, arena, &values, error);
    db_close(db);
    if (!rc)
        choose_key(making, &values);
    return rc;
}

static enum error_code make_file_key(struct making *making, struct error *error)
{
    struct backup_head *head = &making->head;
    const char *passphrase = making->order->passphrase;

    head->is_encrypted = !text_is_empty(passphrase);
    if (!head->is_encrypted) {
        crypto_random(head->key.bytes, sizeof(head->key.bytes));
        making->file_key = head->key;
        return ERROR_NONE;
    }
    head->work = making->order->work;
    if (!head->work.rounds)
        head->work = (struct crypto_stream_work){CRYPTO_STREAM_ROUNDS, CRYPTO_STREAM_BYTES};
    crypto_random(head->salt, sizeof(head->salt));
    return crypto_stream_key(passphrase, head->salt, &head->work, &making->file_key, error);
}

static enum error_code keep_going(const struct making *making, struct error *error)
{
    const struct db_going *going = &making->order->going;

    if (!going->keep_going || going->keep_going(going->context))
        return ERROR_NONE;
    return error_set(error, ERROR_CANCELLED, "the backup was stopped");
}

static enum error_code add_file(struct making *making, struct backup_writer *writer,
                                struct error *error)
{
    AUTO(close_file) FILE *file = fopen(making->copy, "rbe");
    AUTO_FREE char *chunk = memory_new(CHUNK);
    enum error_code rc = ERROR_NONE;
    size_t count;

    if (!file)
        return trouble_with(making->copy, "read", error);
    while (!rc && (count = fread(chunk, 1, CHUNK, file)) > 0) {
        rc = keep_going(making, error);
        if (!rc)
            rc = backup_writer_add(writer, chunk, count, error);
    }
    return !rc && ferror(file) ? trouble_with(making->copy, "read", error) : rc;
}

static enum error_code write_part(struct making *making, struct error *error)
{
    struct backup_writer *writer = NULL;
    uint8_t prefix[PREFIX] = {making->head.holds_key};
    enum error_code rc =
        backup_writer_open(making->part, &making->head, &making->file_key, &writer, error);

    if (making->head.holds_key)
        memcpy(prefix + 1, making->sealed_key.bytes, CRYPTO_KEY_SIZE);
    if (!rc)
        rc = backup_writer_add(writer, prefix, sizeof(prefix), error);
    memset(prefix, 0, sizeof(prefix));
    if (!rc)
        rc = add_file(making, writer, error);
    if (!rc)
        rc = backup_writer_finish(writer, error);
    backup_writer_free(writer);
    return rc;
}

/* ---- out of it again ---- */

static enum error_code open_backup(const char *path, struct backup_reader **ret,
                                   struct error *error)
{
    enum error_code rc = files_check_plain(path, error);
    FILE *file = rc ? NULL : fopen(path, "rbe");

    if (rc)
        return rc;
    return file ? backup_reader_open(file, ret, error) : trouble_with(path, "read", error);
}

static enum error_code not_what_it_says(struct error *error)
{
    return error_set(error, ERROR_FORMAT, "the backup is damaged: it does not hold what it says");
}

/* At the beginning: whether there is a key, and the key. */
static enum error_code read_prefix(struct backup_reader *reader, struct crypto_key *ret_key,
                                   struct error *error)
{
    uint8_t prefix[PREFIX];
    size_t count = 0;
    enum error_code rc = backup_reader_read(reader, prefix, sizeof(prefix), &count, error);

    if (rc)
        return rc;
    if (count != PREFIX || prefix[0] != backup_reader_head(reader)->holds_key)
        return not_what_it_says(error);
    memcpy(ret_key->bytes, prefix + 1, CRYPTO_KEY_SIZE);
    return ERROR_NONE;
}

static enum error_code pour(struct backup_reader *reader, FILE *file, const char *path,
                            struct error *error)
{
    AUTO_FREE char *chunk = memory_new(CHUNK);
    int64_t left = backup_reader_head(reader)->database_bytes;
    size_t count = 1;
    enum error_code rc = ERROR_NONE;

    while (!rc && count) {
        rc = backup_reader_read(reader, chunk, CHUNK, &count, error);
        if (rc)
            break;
        left -= (int64_t)count;
        if (left < 0)
            rc = not_what_it_says(error);
        else if (fwrite(chunk, 1, count, file) != count)
            rc = trouble_with(path, "written", error);
    }
    if (!rc && left)
        rc = not_what_it_says(error);
    if (!rc && (fflush(file) != 0 || fsync(fileno(file)) != 0))
        rc = trouble_with(path, "written", error);
    return rc;
}

static enum error_code pour_into(struct backup_reader *reader, const char *path,
                                 struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    AUTO(close_file) FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");

    return file ? pour(reader, file, path, error) : trouble_with(path, "made", error);
}

static void remove_database(const char *path)
{
    AUTO_FREE char *log = memory_print("%s-wal", path);
    AUTO_FREE char *index = memory_print("%s-shm", path);

    unlink(path);
    unlink(log);
    unlink(index);
}

/* The head is copied without the key that opens it. */
static void copy_head(const struct backup_reader *reader, struct backup_head *ret)
{
    *ret = *backup_reader_head(reader);
    crypto_key_release(&ret->key);
}

static enum error_code unpack(struct backup_reader *reader, const char *target,
                              struct crypto_key *ret_key, struct error *error)
{
    enum error_code rc = read_prefix(reader, ret_key, error);

    if (!rc)
        rc = pour_into(reader, target, error);
    if (rc) {
        unlink(target);
        crypto_key_release(ret_key);
    }
    return rc;
}

enum error_code backup_unpack(const char *path, const char *passphrase, const char *target,
                              struct backup_head *ret, struct crypto_key *ret_key,
                              struct error *error)
{
    struct backup_reader *reader = NULL;
    enum error_code rc = open_backup(path, &reader, error);

    if (rc)
        return rc;
    rc = backup_reader_unlock(reader, passphrase, error);
    if (!rc)
        rc = unpack(reader, target, ret_key, error);
    if (!rc)
        copy_head(reader, ret);
    backup_reader_free(reader);
    return rc;
}

static bool are_equal(const struct backup_counts *a, const struct backup_counts *b)
{
    return a->lists == b->lists && a->items == b->items && a->runs == b->runs &&
           a->requests == b->requests;
}

/* The database that came out of it. */
static enum error_code check_contents(const char *path, const struct backup_head *head,
                                      struct error *error)
{
    struct backup_head found = {0};
    struct db *db = NULL;
    enum error_code rc = db_open(&db_driver_sqlite, path, &db, error);

    if (!rc)
        rc = db_check(db, error);
    db_close(db);
    if (!rc)
        rc = look_into(path, &found, error);
    if (rc && error && store_says_damaged(error->message))
        return error_set(error, rc, "the database in the backup " DB_IS_DAMAGED);
    if (rc)
        return error_prefix(error, "the database in the backup");
    return found.schema == head->schema && are_equal(&found.counts, &head->counts)
               ? ERROR_NONE
               : not_what_it_says(error);
}

enum error_code backup_verify(const char *path, const char *passphrase, const char *work,
                              struct backup_head *ret, struct error *error)
{
    struct crypto_key key = {0};
    struct backup_head head;
    enum error_code rc = backup_unpack(path, passphrase, work, &head, &key, error);

    if (rc)
        return rc;
    crypto_key_release(&key);
    rc = check_contents(work, &head, error);
    remove_database(work);
    if (!rc)
        *ret = head;
    return rc;
}

enum error_code backup_look(const char *path, struct backup_head *ret, struct error *error)
{
    struct backup_reader *reader = NULL;
    enum error_code rc = open_backup(path, &reader, error);

    if (!rc)
        copy_head(reader, ret);
    backup_reader_free(reader);
    return rc;
}

/* ---- the whole ---- */

/* With the key at hand, so that the passphrase is worked with once. */
static enum error_code prove_part(struct making *making, struct error *error)
{
    struct backup_reader *reader = NULL;
    struct crypto_key key = {0};
    enum error_code rc = open_backup(making->part, &reader, error);

    if (!rc)
        rc = backup_reader_unlock_with(reader, &making->file_key, error);
    if (!rc)
        rc = unpack(reader, making->check, &key, error);
    backup_reader_free(reader);
    crypto_key_release(&key);
    if (!rc)
        rc = check_contents(making->check, &making->head, error);
    /* The copy went to the disk and back, byte by byte: what is damaged in it was so before. */
    if (rc && error && store_says_damaged(error->message))
        return error_set(error, rc,
                         "the database %s " DB_IS_DAMAGED
                         ": its parts do not fit together, so no backup of it was made",
                         making->order->database);
    return rc;
}

static enum error_code give_name(struct making *making, struct error *error)
{
    const char *target = making->order->target;

    if (link(making->part, target) != 0 && (errno == EEXIST || rename(making->part, target) != 0))
        return trouble_with(target, "made", error);
    enum error_code rc = files_sync_directory(target, error);
    if (rc)
        unlink(target);
    return rc;
}

static enum error_code make(struct making *making, struct error *error)
{
    enum error_code rc = check_target(making->order, error);

    if (!rc)
        rc = check_room(making->order, error);
    if (!rc)
        rc = copy_database(making, error);
    if (!rc)
        rc = make_file_key(making, error);
    if (!rc)
        rc = find_sealed_key(making, error);
    if (!rc)
        rc = write_part(making, error);
    unlink(making->copy);
    if (!rc)
        rc = keep_going(making, error);
    if (!rc)
        rc = prove_part(making, error);
    return rc ? rc : give_name(making, error);
}

static void remove_work(const struct making *making)
{
    remove_database(making->copy);
    remove_database(making->check);
    unlink(making->part);
}

static void release(struct making *making)
{
    remove_work(making);
    free(making->copy);
    free(making->part);
    free(making->check);
    crypto_key_release(&making->file_key);
    crypto_key_release(&making->sealed_key);
    crypto_key_release(&making->head.key);
}

enum error_code backup_make(const struct backup_order *order, struct backup_head *ret,
                            struct error *error)
{
    struct making making = {
        .order = order,
        .copy = memory_print("%s" COPY_ENDING, order->target),
        .part = memory_print("%s" PART_ENDING, order->target),
        .check = memory_print("%s" CHECK_ENDING, order->target),
        .head = {.reason = order->reason, .program = LISTSYNC_VERSION},
    };

    clock_format_utc(clock_wall_ms(), making.head.made_at);
    remove_work(&making); /* of one that was killed */
    enum error_code rc = make(&making, error);
    if (!rc) {
        *ret = making.head;
        crypto_key_release(&ret->key);
    }
    release(&making);
    return rc;
}
