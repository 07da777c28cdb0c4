/*
 * notifications.h: what the routes of notifications share: settings from a body, words.
 */
#ifndef LISTSYNC_API_NOTIFICATIONS_H
#define LISTSYNC_API_NOTIFICATIONS_H

#include "sync/notice_targets.h"
#include "web/call.h"

extern const char *const api_notifier_words[]; /* kinds of targets, NULL-ended */

struct notice_keys api_notice_keys(const struct call *call);
/*
 * Puts the members of `settings` (texts; "" takes one away) into `ret`. false: the call has failed,
 * with a sentence for each that is wrong.
 */
bool api_read_notifier_settings(struct call *call, const struct notifier *notifier,
                                struct notifier_settings *ret);
/* The target that the path names, as {id}; false: the call has failed. Release it. */
bool api_open_notification(struct call *call, struct notice_target *ret);

#endif
