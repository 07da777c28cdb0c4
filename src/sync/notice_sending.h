/*
 * notice_sending.h: one notice on its way to one target: an exchange of one request, and what is to
 * be done after it.
 *
 * Never twice: what was refused, or did not leave, is sent again later; what may have arrived
 * although no answer came is not, unless the receiver knows it again.
 */
#ifndef LISTSYNC_SYNC_NOTICE_SENDING_H
#define LISTSYNC_SYNC_NOTICE_SENDING_H

#include "net/client.h"
#include "store/notification_deliveries.h"
#include "sync/notice_targets.h"

/* Given up when it has waited so long; first pause, longest pause. */
enum {
    NOTICE_AGE_MOST_MS = 3 * 24 * 60 * 60 * 1000,
    NOTICE_PAUSE_MS = 30 * 1000,
    NOTICE_PAUSE_MOST_MS = 60 * 60 * 1000,
};

struct notice_sending {
    /* Given; all outlive the sending. */
    const struct notifier *notifier;
    const struct notifier_settings *settings;
    const struct notice *notice;
    bool is_brief;
    struct arena *arena;

    /* Its own. */
    bool was_asked, may_have_arrived, was_cancelled;
    struct notifier_outcome outcome;
};

struct exchange notice_sending_exchange(struct notice_sending *sending);

/*
 * What becomes of the delivery (state, due_ms, is_brief, message), at that time. `ret_gone`: the
 * target will never take any.
 */
void notice_sending_conclude(const struct notice_sending *sending, int64_t now_ms,
                             struct notification_delivery *delivery, bool *ret_gone);

/* The notice of a test, and what came of it: whoever may have got it is not said to have refused.
 */
void notice_sending_test(struct notice *notice, struct arena *arena);
const char *notice_sending_told(const struct notifier_outcome *outcome, const char *target,
                                struct arena *arena);

#endif
