/*
 * notice_ends.h: what became of deliveries, from the service's answer until it is written down. A
 * database that is busy or full then must not make anybody forget it: a notice to be sent again
 * would be lost, and one that arrived would count as being sent for ever. Of the notice desk's
 * thread; only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_NOTICE_ENDS_H
#define LISTSYNC_SYNC_NOTICE_ENDS_H

#include "store/notification_deliveries.h"

struct notice_ends;

struct notice_ends *notice_ends_new(void);
void notice_ends_free(struct notice_ends *ends); /* NULL is fine */

/* Copies what notification_deliveries_end wants. `is_gone`: the target is switched off with it. */
void notice_ends_keep(struct notice_ends *ends, const struct notification_delivery *delivery,
                      bool is_gone);

/* Those that were kept, in their order. What cannot be written stays for the next time. */
enum error_code notice_ends_write(struct notice_ends *ends, struct store *store,
                                  struct error *error);

#endif
