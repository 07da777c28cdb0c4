/*
 * errands.h: a few threads for work that may wait, with a queue that never grows beyond a limit.
 */
#ifndef LISTSYNC_WEB_ERRANDS_H
#define LISTSYNC_WEB_ERRANDS_H

#include <stdbool.h>
#include <stddef.h>

struct errands;

/* `dropped`: there is no time left for it; it must only clean up. */
typedef void errand_run(void *context, bool dropped);

struct errands *errands_start(int threads, size_t waiting_most);
/* Any thread. False, and nothing will be run, when too many wait or the end has begun. */
bool errands_add(struct errands *errands, errand_run *run, void *context);
size_t errands_count(struct errands *errands); /* waiting and running */
/*
 * Drops those that wait, in the calling thread, and returns once those that run have ended. Adding
 * is refused from then on.
 */
void errands_stop(struct errands *errands);
void errands_free(struct errands *errands); /* after errands_stop; NULL is fine */

#endif
