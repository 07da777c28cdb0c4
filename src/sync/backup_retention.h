/*
 * backup_retention.h: which old backups go. Pure; any thread.
 */
#ifndef LISTSYNC_SYNC_BACKUP_RETENTION_H
#define LISTSYNC_SYNC_BACKUP_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Of backups of one kind, the newest first: the first `newest` stay, and of those before them the
 * newest one of each week (Monday to Sunday, UTC), until there are `weeks` of these.
 */
void backup_retention_choose(const int64_t *made_ms, size_t count, int64_t newest, int64_t weeks,
                             bool *ret_stays);

#endif
