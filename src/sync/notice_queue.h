/*
 * notice_queue.h: what there is to tell, put into the queue of each target that wants it, in its
 * form and for its time. Reads and writes the store alone. Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_NOTICE_QUEUE_H
#define LISTSYNC_SYNC_NOTICE_QUEUE_H

#include "sync/notice_alarms.h"
#include "sync/notice_targets.h"

struct notice_queue {
    struct store *store;
    struct arena *arena;
    const struct options *options; /* live */
    const struct time_zone *zone;
    struct notification_targets targets;
    struct notice_alarms_view view;
};

/* First of all: what waits for a time that a clock, set back since, will not show for long. */
enum error_code notice_queue_clock(struct notice_queue *queue, struct error *error);
/*
 * Runs that ended and were not told of, and what is wrong and was not told: one message for each
 * run, and what is found with the newest of them goes with it. Runs of the command line and dry
 * runs are told to nobody. While nobody is there to be told, what is wrong counts as not told.
 */
enum error_code notice_queue_news(struct notice_queue *queue, struct error *error);
/* Digests that are due: what was gathered for them becomes one notice. */
enum error_code notice_queue_digests(struct notice_queue *queue, struct error *error);
/* What waits for a target in its quiet hours, from before or to be tried again, waits for their
 * end. */
enum error_code notice_queue_quiet(struct notice_queue *queue, struct error *error);

#endif
