/*
 * backup_desk.h: backups of a running service: the scheduled ones, and those that somebody asks
 * for. One thread of its own, which never holds anything that a run or an answer waits for.
 *
 * A time that was missed, because the program was off, is made up for at once; one that failed is
 * tried again every hour, and is said in the log and in health.h until one has worked. While
 * somebody else makes or verifies one it waits. Settings count as they are at that moment
 * (live_settings.h).
 */
#ifndef LISTSYNC_SYNC_BACKUP_DESK_H
#define LISTSYNC_SYNC_BACKUP_DESK_H

#include "sync/backup_folder.h"
#include "sync/runner.h"

struct backup_desk;

enum { BACKUP_DESK_RETRY_MS = 3600000, BACKUP_DESK_LOOK_MS = 30000 };

/* The tools are borrowed. */
struct backup_desk *backup_desk_start(const struct runner_tools *tools);
/* One that is being made is given up, within a second. NULL is fine. */
void backup_desk_stop(struct backup_desk *desk);
/* Settings were changed: look again soon. */
void backup_desk_changed(struct backup_desk *desk);

/* The folder as the settings have it now; released by backup_folder_release. */
enum error_code backup_desk_folder(struct backup_desk *desk, struct store *store,
                                   struct backup_folder *ret, struct error *error);

struct backup_desk_state {
    bool is_on;
    bool is_working;                /* on a scheduled one */
    int64_t next_ms;                /* wall; 0: never */
    char schedule[128];             /* as set */
    char words[160];                /* "every day at 04:30", "" */
    char problem[HEALTH_TEXT_SIZE]; /* of the last scheduled one; "" */
    int64_t failed_ms;
};

enum error_code backup_desk_state(struct backup_desk *desk, struct store *store,
                                  struct backup_desk_state *ret, struct error *error);

/* By hand, in the calling thread, which may wait for minutes; as backup_folder_make. */
enum error_code backup_desk_make(struct backup_desk *desk, const struct backup_folder *folder,
                                 struct arena *arena, struct backup_file *ret, struct error *error);
/* Likewise. What came of it is remembered while the service runs. */
enum error_code backup_desk_verify(struct backup_desk *desk, const struct backup_folder *folder,
                                   const char *name, struct error *error);
/* When that one was proven last, as far as this service knows; 0: it does not know. */
int64_t backup_desk_verified(struct backup_desk *desk, const char *name);

#endif
