/*
 * notice_alarms.h: what is wrong right now, held against what was told (store/alarms.h). What is
 * new is raised, what is no more ends; both make one notice. Only files of sync/ include it.
 *
 *     silence   no sync has succeeded for LISTSYNC_ALARM_INTERVALS intervals
 *     run       the last sync failed (unless that is Seerr's trouble)
 *     seerr     Seerr cannot be used
 *     list/ID   blocked, lacks a key, changed its format, is private or gone: at once; not reached,
 *               rate limited or read in part: after a day
 *     frozen/ID nothing has come to it for four times its longest pause, and two weeks at least
 *     shrunk/ID it holds less than half of what it usually does
 *     quota     the last sync left titles out, for the requester may not ask for more
 *     token/ID  an API key of ListSync ends within a week
 *     backup    the last scheduled backup failed
 *     target/ID a notification target was switched off by itself
 *     undelivered/ID messages to it were given up, or have waited for an hour
 *
 * What cannot be known yet, such as Seerr's state before the first run, is left as it is.
 */
#ifndef LISTSYNC_SYNC_NOTICE_ALARMS_H
#define LISTSYNC_SYNC_NOTICE_ALARMS_H

#include "model/notice.h"
#include "store/alarms.h"
#include "sync/health.h"
#include "sync/schedule.h"

struct notice_alarms_view {
    struct schedule_state schedule;
    const char *seerr_problem;  /* "" well; NULL: nobody has asked it yet */
    const char *backup_problem; /* likewise */
    int64_t intervals;          /* LISTSYNC_ALARM_INTERVALS */
    int64_t started_ms;         /* of the program, wall */
    int64_t now_ms;
};

/* In a transaction of the caller's. `ret` without parts: there is nothing new. */
enum error_code notice_alarms_look(const struct notice_alarms_view *view, struct store *store,
                                   struct arena *arena, struct notice *ret, struct error *error);

/* What is wrong right now, whether anybody was told of it (raised_ms) or not (0). Changes nothing.
 */
enum error_code notice_alarms_now(const struct notice_alarms_view *view, struct store *store,
                                  struct arena *arena, struct alarms *ret, struct error *error);

#endif
