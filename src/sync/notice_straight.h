/*
 * notice_straight.h: tells people that the database is in trouble, and that it is over, without the
 * queue, which lies in that database. Of the notice desk's thread; only files of sync/ include it.
 *
 * Each trouble that lasts is told once to each target that wants such things, after its quiet
 * hours; what does not arrive is not repeated. The targets are those of the last time that they
 * could be read. A restart of the program forgets what was told.
 */
#ifndef LISTSYNC_SYNC_NOTICE_STRAIGHT_H
#define LISTSYNC_SYNC_NOTICE_STRAIGHT_H

#include "sync/notice_targets.h"
#include "sync/runner.h"

/* What is over sooner is told to nobody. */
enum { NOTICE_STRAIGHT_AFTER_MS = 60000 };

struct notice_straight;

/* Both are borrowed. */
struct notice_straight *notice_straight_new(const struct runner_tools *tools,
                                            const struct notice_keys *keys);
void notice_straight_free(struct notice_straight *straight); /* NULL is fine */

/* The targets as they are now, for when they cannot be read. */
void notice_straight_remember(struct notice_straight *straight, struct store *store);

/*
 * By what health.h says now: what is due is sent, and waited for. `zone` is of the quiet hours.
 * `hold` is shown the client while it works, and NULL after it.
 */
void notice_straight_look(struct notice_straight *straight, const struct time_zone *zone,
                          void (*hold)(void *context, struct client *client), void *context);

#endif
