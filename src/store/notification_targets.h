/*
 * notification_targets.h: whom to tell, what of, and when (`notification_targets`).
 *
 * Settings are one JSON text, sealed as a whole (base/crypto.h) under the name of the row
 * (notification_target_seal_name); only sync/notice_targets.c opens them. Rows of the environment
 * have no settings here, but the digest of those that they had, to notice when they change.
 */
#ifndef LISTSYNC_STORE_NOTIFICATION_TARGETS_H
#define LISTSYNC_STORE_NOTIFICATION_TARGETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

struct notification_target {
    int64_t id;
    const char *name; /* unique */
    const char *kind; /* of notify/notifier.h */
    bool from_environment;
    bool is_on;                  /* as a person has it */
    const char *form;            /* of sync/notice_choice.h */
    const char *events;          /* words of model/notice.h with commas */
    int digest_minute;           /* of the day, local */
    int digest_weekday;          /* 0: Sunday */
    int quiet_from, quiet_until; /* minutes of the day, local; -1: no quiet hours */
    const char *sealed;          /* settings; of the environment: their digest */
    const char *disabled;        /* why it was switched off by itself; "": it was not */
    int64_t disabled_ms;         /* when that was, or when it was ended last; wall, 0: never */
    int64_t created_ms;
};

struct notification_targets {
    struct notification_target *items;
    size_t count;
};

enum { NOTIFICATION_TARGETS_MOST = 50, NOTIFICATION_SEAL_NAME_SIZE = 48 };

void notification_target_seal_name(int64_t id, char ret[NOTIFICATION_SEAL_NAME_SIZE]);

enum error_code notification_targets_load(struct store *store, struct arena *arena,
                                          struct notification_targets *ret, struct error *error);
/* ERROR_NOT_FOUND. */
enum error_code notification_targets_find(struct store *store, struct arena *arena, int64_t id,
                                          struct notification_target *ret, struct error *error);
/* Without `sealed`, whose name needs the id. ERROR_CONFLICT: the name is taken. ERROR_LIMIT. */
enum error_code notification_targets_add(struct store *store,
                                         const struct notification_target *target, int64_t *ret_id,
                                         struct error *error);
/* All but id, kind, from_environment, disabled and created_ms. ERROR_CONFLICT, ERROR_NOT_FOUND. */
enum error_code notification_targets_change(struct store *store,
                                            const struct notification_target *target,
                                            struct error *error);
/* With all that waits for it. ERROR_NOT_FOUND. */
enum error_code notification_targets_remove(struct store *store, int64_t id, struct error *error);
/* Switched off by itself, for that reason; "" ends it. */
enum error_code notification_targets_disable(struct store *store, int64_t id, const char *why,
                                             struct error *error);

#endif
