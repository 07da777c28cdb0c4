/*
 * backup_folder.h: the folder of backups: which there are, a new one, and which go.
 *
 * Files are called "listsync-20261122T043000Z.backup" after the time when they were made (UTC);
 * anything else in the folder is left alone. One backup is made or verified at a time, whoever does
 * it: a lock in the folder sees to that, and what a killed program left half-done is removed by the
 * next one that holds it. Any thread.
 */
#ifndef LISTSYNC_SYNC_BACKUP_FOLDER_H
#define LISTSYNC_SYNC_BACKUP_FOLDER_H

#include "base/arena.h"
#include "base/options.h"
#include "store/backup.h"

#define BACKUP_FOLDER_SCHEDULE_OFF "off"

extern const struct option backup_folder_options[];

enum {
    BACKUP_FOLDER_MIGRATIONS_KEPT = 3,
    BACKUP_FOLDER_PASSPHRASE_LEAST = 8, /* characters */
    BACKUP_FOLDER_FILES_MOST = 1000,    /* older ones, by their names, are not listed */
};

struct backup_folder {
    char *path;
    char *data_directory, *database;
    struct secret passphrase;  /* not set: backups are not encrypted */
    struct secret key_setting; /* as in secret_key.h */
    int64_t keep, keep_weeks;  /* keep 0: all */
};

/* By the settings; nothing is made. */
void backup_folder_init(struct backup_folder *folder, const struct options *options,
                        const char *data_directory);
void backup_folder_release(struct backup_folder *folder);
#define AUTO_BACKUP_FOLDER __attribute__((cleanup(backup_folder_release)))

/* ERROR_USAGE for a schedule that means nothing or a passphrase that is too short. */
enum error_code backup_folder_check(const struct options *options, struct error *error);

struct backup_file {
    const char *name;
    int64_t bytes;
    int64_t made_ms;         /* by its head; else by the file */
    struct backup_head head; /* as it says of itself; zeros if `problem` */
    const char *problem;     /* "" when the head can be read */
};

struct backup_files {
    struct backup_file *items; /* in the arena, the newest first */
    size_t count;
};

/* A folder that is not there has none. ERROR_STORE. */
enum error_code backup_folder_list(const struct backup_folder *folder, struct arena *arena,
                                   struct backup_files *ret, struct error *error);
/* ERROR_NOT_FOUND: also for any name that no backup can have. */
enum error_code backup_folder_find(const struct backup_folder *folder, const char *name,
                                   struct arena *arena, struct backup_file *ret,
                                   struct error *error);
char *backup_folder_file(const struct backup_folder *folder, const char *name); /* its path */

/*
 * A backup wherever `order->target` says, with the database and passphrase of this folder and the
 * key that seals in it; as backup_make. Without a key that fits it is made all the same, for the
 * rest of it.
 */
enum error_code backup_folder_make_at(const struct backup_folder *folder,
                                      struct backup_order *order, struct backup_head *ret,
                                      struct error *error);

/*
 * ERROR_CONFLICT: another one is being made. What is too old by the settings goes, once the new one
 * is there: of those by schedule and before migrations; those by hand stay, and those of a time
 * that is still to come. Else as backup_make.
 */
enum error_code backup_folder_make(const struct backup_folder *folder, enum backup_reason reason,
                                   const struct db_going *going, struct arena *arena,
                                   struct backup_file *ret, struct error *error);
enum error_code backup_folder_verify(const struct backup_folder *folder, const char *name,
                                     struct error *error);
enum error_code backup_folder_remove(const struct backup_folder *folder, const char *name,
                                     struct error *error);

/* The name of the newest one that can be read, first of those that are not of a time to come; ""
 * when there is none. */
const char *backup_folder_newest(const struct backup_folder *folder, struct arena *arena);

/*
 * Completes a sentence about a damaged database (store_says_damaged) by which backup to put in its
 * place, and how; once. All other failures stay as they are.
 */
void backup_folder_advise(const struct backup_folder *folder, struct error *error);

/*
 * If opening the database would bring its schema up to date, it is backed up first; another program
 * that is doing so is waited for. Whoever is refused here does not open it.
 */
enum error_code backup_folder_before_migration(const struct backup_folder *folder,
                                               struct error *error);

#endif
