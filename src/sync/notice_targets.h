/*
 * notice_targets.h: notification targets with their settings opened, and those that the environment
 * sets as rows beside the stored ones. Each thread with a store of its own.
 */
#ifndef LISTSYNC_SYNC_NOTICE_TARGETS_H
#define LISTSYNC_SYNC_NOTICE_TARGETS_H

#include "base/crypto.h"
#include "model/notice_choice.h"
#include "notify/notifier.h"
#include "store/notification_targets.h"

/* What its settings are read from. */
struct notice_keys {
    const struct options *given; /* of the environment */
    const struct crypto_key *key;
};

struct notice_target {
    struct notification_target row; /* texts in the arena that it was loaded into */
    const struct notifier *notifier;
    struct notice_choice choice;
    struct notifier_settings settings;
};

/* ERROR_FORMAT: this version does not know its kind, or the key has changed. Release it. */
enum error_code notice_target_open(const struct notice_keys *keys,
                                   const struct notification_target *row, struct notice_target *ret,
                                   struct error *error);
void notice_target_release(struct notice_target *target);

struct notice_choice notice_target_choice(const struct notification_target *row);

/*
 * After a change of what the target wants: what waits for its digest comes at the time of the
 * digest, and what waits for nothing else at once; the desk holds it back again where quiet hours
 * still want that. `before`: the former choice; `zone`: name of the zone of its times.
 */
enum error_code notice_target_retime(struct store *store, const struct notification_target *row,
                                     const struct notice_choice *before, const char *zone,
                                     int64_t now_ms, struct error *error);

/* The settings as they are stored; free() it. */
char *notice_target_seal(const struct crypto_key *key, int64_t id,
                         const struct notifier_settings *settings);

/*
 * Rows of the environment: those that it sets now are there, others go. One whose settings changed
 * is switched on again. What it sets wrongly, or under a name that is taken, is left out, and said
 * in the log.
 */
enum error_code notice_targets_follow(const struct notice_keys *keys, struct store *store,
                                      struct error *error);

#endif
