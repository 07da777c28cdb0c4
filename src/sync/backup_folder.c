#include "sync/backup_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/cron.h"
#include "store/store.h"
#include "sync/backup_retention.h"
#include "sync/secret_key.h"

#define PREFIX "listsync-"
#define ENDING ".backup"

/* How advice about a damaged database ends, or goes on. */
#define ADVICE "in its place"

enum { WAIT_MS = 50, WAIT_MOST_MS = 60000, NAMES_TRIED = 100 };

const struct option backup_folder_options[] = {
    {"BACKUP_SCHEDULE", OPTION_TEXT, "30 4 * * *", 0, 0,
     "when the service makes a backup, as in SYNC_SCHEDULE; off: never"},
    {"BACKUP_KEEP", OPTION_NUMBER, "7", 0, 1000,
     "how many scheduled backups stay, the newest; 0: all"},
    {"BACKUP_KEEP_WEEKS", OPTION_NUMBER, "4", 0, 1000,
     "of how many further weeks the last scheduled one stays as well"},
    {"BACKUP_DIR", OPTION_TEXT, "", 0, 0,
     "folder of the backups; backups in the data directory when not set"},
    {"LISTSYNC_BACKUP_PASSPHRASE", OPTION_SECRET, NULL, 0, 0,
     "encrypts backups, which then hold the key of the stored credentials too"},
    {0},
};

void backup_folder_init(struct backup_folder *folder, const struct options *options,
                        const char *data_directory)
{
    const char *path = options_text(options, "BACKUP_DIR");

    *folder = (struct backup_folder){
        .path = *path ? memory_text(path) : memory_print("%s/backups", data_directory),
        .database = memory_print("%s/list_sync.db", data_directory),
        .data_directory = memory_text(data_directory),
        .keep = options_number(options, "BACKUP_KEEP"),
        .keep_weeks = options_number(options, "BACKUP_KEEP_WEEKS"),
    };
    secret_set(&folder->passphrase,
               secret_reveal(options_secret(options, "LISTSYNC_BACKUP_PASSPHRASE")));
    secret_set(&folder->key_setting, secret_reveal(options_secret(options, "LISTSYNC_SECRET_KEY")));
}

void backup_folder_release(struct backup_folder *folder)
{
    free(folder->path);
    free(folder->database);
    free(folder->data_directory);
    secret_release(&folder->passphrase);
    secret_release(&folder->key_setting);
}

enum error_code backup_folder_check(const struct options *options, struct error *error)
{
    const char *schedule = options_text(options, "BACKUP_SCHEDULE");
    const struct secret *passphrase = options_secret(options, "LISTSYNC_BACKUP_PASSPHRASE");
    struct cron cron;

    if (!text_equal(schedule, BACKUP_FOLDER_SCHEDULE_OFF) && cron_parse(schedule, &cron, error))
        return error_prefix(error,
                            "BACKUP_SCHEDULE, which may also be " BACKUP_FOLDER_SCHEDULE_OFF);
    if (secret_is_set(passphrase) &&
        strlen(secret_reveal(passphrase)) < BACKUP_FOLDER_PASSPHRASE_LEAST)
        return error_set(error, ERROR_USAGE,
                         "LISTSYNC_BACKUP_PASSPHRASE wants at least %d characters",
                         BACKUP_FOLDER_PASSPHRASE_LEAST);
    return ERROR_NONE;
}

char *backup_folder_file(const struct backup_folder *folder, const char *name)
{
    return memory_print("%s/%s", folder->path, name);
}

/* Letters and digits between the ends: no path, no work file. */
static bool is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    size_t length = strlen(name);

    return length < 100 && length > strlen(PREFIX ENDING) && text_starts_with(name, PREFIX) &&
           text_ends_with(name, ENDING) && strspn(name, allowed) == length - strlen(ENDING);
}

/* No link: it would lead to any file of ours. */
static bool is_file(const char *path, struct stat *ret)
{
    return lstat(path, ret) == 0 && S_ISREG(ret->st_mode);
}

static enum error_code no_such(const char *name, struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no backup \"%.100s\"", name);
}

enum error_code backup_folder_find(const struct backup_folder *folder, const char *name,
                                   struct arena *arena, struct backup_file *ret,
                                   struct error *error)
{
    AUTO_FREE char *path = backup_folder_file(folder, name);
    struct error problem = {0};
    struct stat status;

    if (!is_name(name) || !is_file(path, &status))
        return no_such(name, error);
    *ret = (struct backup_file){
        .name = arena_text(arena, name),
        .bytes = status.st_size,
        .made_ms = (int64_t)status.st_mtime * 1000,
    };
    if (backup_look(path, &ret->head, &problem) == ERROR_NONE)
        ret->made_ms = clock_parse_utc(ret->head.made_at);
    ret->problem = arena_text(arena, problem.message);
    return ERROR_NONE;
}

static int newest_first(const void *a, const void *b)
{
    const struct backup_file *first = a, *second = b;

    if (first->made_ms != second->made_ms)
        return first->made_ms < second->made_ms ? 1 : -1;
    return -strcmp(first->name, second->name);
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

/* All that may be backups, in the arena. */
static size_t collect_names(DIR *entries, struct arena *arena, const char ***ret)
{
    AUTO_FREE const char **names = NULL;
    size_t count = 0, capacity = 0;

    for (struct dirent *entry; (entry = readdir(entries));) {
        if (!is_name(entry->d_name))
            continue;
        memory_grow(&names, count, &capacity);
        names[count++] = arena_text(arena, entry->d_name);
    }
    *ret = TAKE(names);
    return count;
}

/* Their names say when they were made. */
static int newest_name_first(const void *a, const void *b)
{
    return -strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum error_code backup_folder_list(const struct backup_folder *folder, struct arena *arena,
                                   struct backup_files *ret, struct error *error)
{
    AUTO(close_folder) DIR *entries = opendir(folder->path);
    AUTO_FREE const char **names = NULL;
    size_t count = 0;

    *ret = (struct backup_files){0};
    if (!entries && errno == ENOENT)
        return ERROR_NONE;
    if (!entries)
        return error_set(error, ERROR_STORE, "the folder of backups %s cannot be read: %s",
                         folder->path, strerror(errno));
    size_t name_count = collect_names(entries, arena, &names);
    if (name_count)
        qsort(names, name_count, sizeof(*names), newest_name_first);
    if (name_count > BACKUP_FOLDER_FILES_MOST)
        name_count = BACKUP_FOLDER_FILES_MOST;
    struct backup_file *items = arena_take(arena, (name_count + 1) * sizeof(*items));
    for (size_t i = 0; i < name_count; i++)
        count += backup_folder_find(folder, names[i], arena, &items[count], NULL) == ERROR_NONE;
    qsort(items, count, sizeof(*items), newest_first);
    *ret = (struct backup_files){items, count};
    return ERROR_NONE;
}

/* ---- one at a time ---- */

static void close_lock(int *lock)
{
    if (*lock >= 0)
        close(*lock);
}

static bool is_work_file(const char *name)
{
    for (const char *const *ending = backup_work_endings; *ending; ending++) {
        AUTO_FREE char *log = memory_print("%s-wal", *ending);
        AUTO_FREE char *index = memory_print("%s-shm", *ending);
        if (text_ends_with(name, *ending) || text_ends_with(name, log) ||
            text_ends_with(name, index))
            return text_starts_with(name, PREFIX) && strstr(name, ENDING ".");
    }
    return false;
}

/* Under the lock nobody works with any of them. */
static void remove_work_files(const struct backup_folder *folder)
{
    AUTO(close_folder) DIR *entries = opendir(folder->path);

    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        AUTO_FREE char *path = backup_folder_file(folder, entry->d_name);
        if (is_work_file(entry->d_name))
            unlink(path);
    }
}

static enum error_code lock_folder(const struct backup_folder *folder, int *ret,
                                   struct error *error)
{
    AUTO_FREE char *path = memory_print("%s/.lock", folder->path);
    enum error_code rc = files_make_directory(folder->path, error);

    if (rc)
        return error_prefix(error, "the folder of backups");
    *ret = files_lock(path, error);
    if (*ret >= 0) {
        remove_work_files(folder);
        return ERROR_NONE;
    }
    if (error && error->code == ERROR_CONFLICT)
        return error_set(error, ERROR_CONFLICT, "another backup is being made at the moment");
    return error ? error->code : ERROR_STORE;
}

/* Two of one second are told apart by a number. */
static char *new_name(const struct backup_folder *folder)
{
    char now[CLOCK_TEXT_SIZE];
    char *name;

    clock_format_compact(clock_wall_ms(), now);
    name = memory_print(PREFIX "%s" ENDING, now);
    for (int number = 2; number < NAMES_TRIED; number++) {
        AUTO_FREE char *path = backup_folder_file(folder, name);
        if (access(path, F_OK) != 0)
            break;
        free(name);
        name = memory_print(PREFIX "%s-%d" ENDING, now, number);
    }
    return name;
}

/* Made by a clock that was wrong, or it is wrong now. */
static bool is_to_come(const struct backup_file *file)
{
    return file->made_ms > clock_wall_ms();
}

/*
 * A damaged one is for a person to look at. One of a time that is still to come must not count for
 * one of the newest, or what is made now would go before all of them.
 */
static bool is_counted(const struct backup_file *file, enum backup_reason reason)
{
    return !*file->problem && file->head.reason == reason && !is_to_come(file);
}

static void prune_kind(const struct backup_folder *folder, const struct backup_files *files,
                       enum backup_reason reason, int64_t keep, int64_t weeks)
{
    int64_t *made_ms = memory_array(files->count + 1, sizeof(*made_ms));
    const char **names = memory_array(files->count + 1, sizeof(*names));
    bool *stays = memory_array(files->count + 1, sizeof(*stays));
    size_t count = 0;

    for (size_t i = 0; i < files->count; i++) {
        if (!is_counted(&files->items[i], reason))
            continue;
        made_ms[count] = files->items[i].made_ms;
        names[count++] = files->items[i].name;
    }
    backup_retention_choose(made_ms, count, keep, weeks, stays);
    for (size_t i = 0; i < count; i++) {
        AUTO_FREE char *path = backup_folder_file(folder, names[i]);
        if (!stays[i])
            unlink(path);
    }
    free(made_ms);
    free(names);
    free(stays);
}

static void prune(const struct backup_folder *folder, enum backup_reason reason,
                  struct arena *arena)
{
    struct backup_files files;

    if (reason == BACKUP_BY_HAND || backup_folder_list(folder, arena, &files, NULL))
        return;
    if (reason == BACKUP_BEFORE_MIGRATION)
        prune_kind(folder, &files, reason, BACKUP_FOLDER_MIGRATIONS_KEPT, 0);
    else if (folder->keep)
        prune_kind(folder, &files, reason, folder->keep, folder->keep_weeks);
}

enum error_code backup_folder_make_at(const struct backup_folder *folder,
                                      struct backup_order *order, struct backup_head *ret,
                                      struct error *error)
{
    static const struct secret none = {0};
    const struct secret_key_place place = {folder->data_directory, &folder->key_setting, &none};
    AUTO_SECRET_KEYS struct secret_keys keys = {0};

    (void)secret_keys_gather(&place, &keys, NULL);
    order->database = folder->database;
    order->passphrase = secret_reveal(&folder->passphrase);
    order->keys = keys.items;
    order->key_count = keys.count;
    enum error_code rc = backup_make(order, ret, error);
    order->keys = NULL;
    order->key_count = 0;
    return rc;
}

enum error_code backup_folder_make(const struct backup_folder *folder, enum backup_reason reason,
                                   const struct db_going *going, struct arena *arena,
                                   struct backup_file *ret, struct error *error)
{
    AUTO(close_lock) int lock = -1;
    enum error_code rc = lock_folder(folder, &lock, error);

    if (rc)
        return rc;
    AUTO_FREE char *name = new_name(folder);
    AUTO_FREE char *path = backup_folder_file(folder, name);
    struct backup_head head;
    struct backup_order order = {.target = path, .reason = reason};
    if (going)
        order.going = *going;
    rc = backup_folder_make_at(folder, &order, &head, error);
    if (rc)
        return rc;
    prune(folder, reason, arena);
    return backup_folder_find(folder, name, arena, ret, error);
}

enum error_code backup_folder_verify(const struct backup_folder *folder, const char *name,
                                     struct error *error)
{
    AUTO(close_lock) int lock = -1;
    AUTO_FREE char *path = backup_folder_file(folder, name);
    AUTO_FREE char *work = memory_print("%s%s", path, backup_work_endings[0]);
    struct backup_head head;
    struct stat status;

    if (!is_name(name) || !is_file(path, &status))
        return no_such(name, error);
    enum error_code rc = lock_folder(folder, &lock, error);
    return rc ? rc : backup_verify(path, secret_reveal(&folder->passphrase), work, &head, error);
}

enum error_code backup_folder_remove(const struct backup_folder *folder, const char *name,
                                     struct error *error)
{
    AUTO_FREE char *path = backup_folder_file(folder, name);
    struct stat status;

    if (!is_name(name) || !is_file(path, &status))
        return no_such(name, error);
    if (unlink(path) == 0)
        return ERROR_NONE;
    return errno == ENOENT
               ? no_such(name, error)
               : error_set(error, ERROR_STORE, "%s cannot be removed: %s", path, strerror(errno));
}

static enum error_code keep_before_migration(const struct backup_folder *folder,
                                             struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct backup_file made;

    return backup_folder_make(folder, BACKUP_BEFORE_MIGRATION, NULL, arena, &made, error);
}

enum error_code backup_folder_before_migration(const struct backup_folder *folder,
                                               struct error *error)
{
    enum error_code rc = ERROR_CONFLICT;
    struct error why = {0};

    for (int waited = 0; rc == ERROR_CONFLICT && waited < WAIT_MOST_MS; waited += WAIT_MS) {
        if (waited)
            poll(NULL, 0, WAIT_MS);
        rc = store_is_behind(folder->database) ? keep_before_migration(folder, &why) : ERROR_NONE;
    }
    return rc ? error_set(error, rc,
                          "the database must be backed up before it is brought up to date: %s",
                          why.message)
              : ERROR_NONE;
}

const char *backup_folder_newest(const struct backup_folder *folder, struct arena *arena)
{
    struct backup_files files = {0};
    const char *to_come = "";

    if (backup_folder_list(folder, arena, &files, NULL))
        return "";
    for (size_t i = 0; i < files.count; i++) {
        if (*files.items[i].problem)
            continue;
        if (!is_to_come(&files.items[i]))
            return files.items[i].name;
        if (!*to_come)
            to_come = files.items[i].name;
    }
    return to_come;
}

void backup_folder_advise(const struct backup_folder *folder, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    char *end = error->message + strlen(error->message);
    size_t room = sizeof(error->message) - strlen(error->message);

    bool is_moved = strstr(error->message, DB_IS_MOVED) != NULL;
    if (error->code != ERROR_STORE || strstr(error->message, ADVICE) ||
        (!store_says_damaged(error->message) && !is_moved))
        return;
    const char *name = backup_folder_newest(folder, arena);
    if (*name)
        snprintf(end, room, "; `listsync restore %s` puts the newest backup " ADVICE, name);
    else if (is_moved || strstr(error->message, DB_IS_EMPTY))
        snprintf(end, room, "; there is no backup in %s to put " ADVICE, folder->path);
    else
        snprintf(end, room,
                 "; there is no backup in %s to put " ADVICE
                 "; to begin anew, move it away, and keep it: `sqlite3 FILE .recover` may save a "
                 "part",
                 folder->path);
}
